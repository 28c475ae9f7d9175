"""What every picture is drawn with: a scene of shapes and texts, its type, its captions, its axes and its pixels."""
