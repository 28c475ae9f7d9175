"""Contests: who has how much, who got there first, and what it takes to be a place further on.

What people have done comes from the records by one statement (`tally`); everything else is plain arithmetic upon it
(`standing`), so that a standing of any moment can be made again when the records have changed.
"""
