"""The roster as people keep it: a wide sheet with people down, days across, and hours or codes in the cells."""
