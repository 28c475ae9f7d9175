"""Load and people: what will come, how many people it needs, and what happens with those who are there."""
