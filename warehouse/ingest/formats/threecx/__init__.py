"""3CX's call records, whose columns the administrator chose, as rows of calls."""
