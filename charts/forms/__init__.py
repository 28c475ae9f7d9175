"""The forms of pictures: each takes finished data and lays it out."""
