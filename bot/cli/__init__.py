"""The program `svodka`: a file for each group of its commands."""
