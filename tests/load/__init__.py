"""Load and people: forecasts, staffing, queues, what if."""
