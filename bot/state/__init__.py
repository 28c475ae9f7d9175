"""What the bot remembers of its own: what was asked of it, and what it has already heard."""
