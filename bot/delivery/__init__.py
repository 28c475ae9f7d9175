"""What is posted unasked: once into every chat, part by part, with a ledger that outlives the process."""
