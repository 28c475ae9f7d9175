"""Contests as the bot holds them: what it remembers of them, and their posts and answers composed."""
