"""Load and people in the chat and in the terminal: what is asked, in words, and the reply."""
