"""Incidents as they are written down in chats: who may, what is said, and where it is kept."""
