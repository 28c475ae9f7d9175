"""Keeping the bot running: what is watched, told and answered to machines, backups, and the end of the program."""
