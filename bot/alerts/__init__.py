"""Figures that are watched: who asked for it, what is measured, one message for each time that a bound is passed."""
