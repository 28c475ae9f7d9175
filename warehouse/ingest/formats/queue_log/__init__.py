"""Asterisk's queue_log: events of queues, old and new grammar, as rows of calls and of activities."""
