"""From columns to press: what people write for an issue, in which order it stands, and who says that it is out."""
