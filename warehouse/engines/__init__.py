"""The centre's own databases of records: how their tables become ours, and how each engine is asked."""
