"""Channels: a folder each, `render` pure and `send` with all the input and output."""
