"""Answers: from a request to its numbers, and from numbers to what is said."""
