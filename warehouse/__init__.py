"""Records: the canonical tables, the lake that keeps them, imports and the demo's centre."""
