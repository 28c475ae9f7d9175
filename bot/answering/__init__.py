"""From what was heard to what is said: access, understanding, computing off the event loop, the audit log."""
