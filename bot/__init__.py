"""People: the program, its commands and its channels."""
