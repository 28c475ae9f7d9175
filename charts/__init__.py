"""Pictures: finished text and numbers in, PNG bytes out.

`model` and `answer_model` say what pictures are made of; each picture is one module with `draw(picture) -> bytes`,
whose `scene(picture)` lays it out as plain data that tests look at. To add a picture, add its dataclass to one of
the two and a module beside the others; there is no register.
"""
