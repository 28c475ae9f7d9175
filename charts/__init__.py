"""Pictures: finished text and numbers in, PNG bytes out.

`forms` has a file for each form of picture: the data it is made of, and its layout as plain data that tests look at.
`canvas` is what all forms are drawn with, `model` the numbers and texts that they share. `draw` draws any of them.
"""

from charts.forms import draw, scene

__all__ = ["draw", "scene"]
