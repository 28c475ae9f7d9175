"""Asterisk's call detail records, as Master.csv or as an export of FreePBX's table, as rows of calls."""
