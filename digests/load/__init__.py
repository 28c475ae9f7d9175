"""Load and people as they are told: the plan of a period, its sentences, its tables, and what becomes of it if."""
