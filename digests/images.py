"""Pictures that take no text with them: those from outside are examined, a fault in drawing is logged."""

from __future__ import annotations

import logging
import secrets
import warnings
from collections.abc import Callable
from enum import Enum, auto
from io import BytesIO
from typing import TypeVar

LARGEST = 10 * 1024 * 1024
"""Bytes: what Telegram takes as a photo."""
LONGEST_SIDE = 8000

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


class Unfit(Enum):
    """Why a picture cannot be shown."""

    LARGE = auto()
    LONG = auto()
    """More than `LONGEST_SIDE` pixels on a side."""
    NONE = auto()
    """Not a whole PNG or JPEG."""


def examined(image: bytes) -> str | Unfit:
    """The media type of a picture by what is in it, or why it cannot be shown; it is not unpacked for that."""
    # Here, since the bot starts without it.
    from PIL import Image

    if len(image) > LARGEST:
        return Unfit.LARGE
    with warnings.catch_warnings():
        # Too many pixels are said by us, in a sentence.
        warnings.simplefilter("ignore")
        try:
            opened = Image.open(BytesIO(image), formats=tuple(MEDIA_TYPES))
            if max(opened.size) > LONGEST_SIDE:
                return Unfit.LONG
            opened.verify()
            if opened.format == "JPEG":
                # Verifying looks at a JPEG's head alone: a cut one shows itself when it is drawn small.
                small = Image.open(BytesIO(image), formats=("JPEG",))
                small.draft("L", (1, 1))
                small.load()
        except Image.DecompressionBombError:
            return Unfit.LONG
        except Exception:
            # Whatever a decoder stumbles over, the file is no picture to us.
            return Unfit.NONE
    return MEDIA_TYPES[str(opened.format)]


LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def attempt(key: str, draw: Callable[[], _T], otherwise: _T) -> _T:
    """Return what is drawn, or `otherwise` where that fails; `key` says in the log which picture it was."""
    try:
        return draw()
    except Exception:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s: the picture %s could not be drawn", reference, key, extra={"reference": reference})
        return otherwise
