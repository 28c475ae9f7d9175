"""Questions that are answered again and again without being asked: who asked for them, when they are due, posting."""
