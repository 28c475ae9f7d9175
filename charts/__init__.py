"""Pictures: finished text and numbers in, PNG bytes out."""
