"""Correcting what was posted: posted figures beside those of today, an operator's word, and posts edited in place."""
