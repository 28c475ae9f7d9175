"""When a digest is due, whether it may be posted, and what became of it."""
