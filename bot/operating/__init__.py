"""Keeping the bot running: what is watched, told and answered to machines, and the daily backup."""
