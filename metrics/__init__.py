"""Numbers: every metric declared once, periods, plans, and the way from a question to an answer."""
