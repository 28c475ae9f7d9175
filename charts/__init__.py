"""Pictures: finished text and numbers in, PNG bytes out.

`model` (or `answer_model`) says what pictures are made of; each picture is one module with `draw(picture) -> bytes`, whose
`scene(picture)` lays it out as plain data that tests look at. To add a picture, add its dataclass to
`model` and a module beside the others; there is no register.
"""
