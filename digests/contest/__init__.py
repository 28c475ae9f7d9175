"""A contest told: its rating, its posts, and what one asks of it."""
