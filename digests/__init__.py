"""What is said: answers turned into documents, and numbers into words."""
