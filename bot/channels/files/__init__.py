"""The channel of files: a digest as files, for looking at and for scripts. It needs no token."""
