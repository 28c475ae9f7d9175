"""The chat: who asks what, how it is understood, and what is answered."""
