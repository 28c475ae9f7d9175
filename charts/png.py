"""PNG from pixels, in a few lines.

A scoreboard of 1080 x 1350 takes Pillow 41 ms at level 6 and 28 ms at level 1; this takes 12 ms, since it neither
tries filters nor converts, and the file is smaller. On flat colours DEFLATE needs no filter: with "up" it took
14.4 ms for 281 KB, without 13.3 ms for 231 KB. Dropping the opaque alpha costs more (5 ms) than it saves (3 ms).
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGBA = (8, 6, 0, 0, 0)


def encode(pixels: NDArray[np.uint8], description: str = "") -> bytes:
    """A PNG file of `pixels` (height, width, 4), its alt text kept in it as PNG's own Description."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)  # the leading 0 of a row: no filter
    rows[:, 1:] = pixels.reshape(height, 4 * width)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">2I5B", width, height, *_EIGHT_BIT_RGBA)),
            _chunk(b"iTXt", b"Description\0\0\0\0\0" + _words(description)),
            _chunk(b"IDAT", zlib.compress(rows.data, level=1)),
            _chunk(b"IEND", b""),
        )
    )


def _words(description: str) -> bytes:
    """The text as a chunk may hold it: a NUL would end it, and half of a surrogate pair is no character."""
    return description.replace("\0", " ").encode("utf-8", "replace")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
