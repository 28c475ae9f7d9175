"""Somebody's database looked through for records: what is there, and which of our tables it could be."""
