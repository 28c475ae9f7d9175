"""Pictures that people send: checked before anybody takes them, and refused in one sentence."""

from __future__ import annotations

import asyncio
from typing import assert_never

from digests.images import LARGEST, LONGEST_SIDE, Unfit, examined
from warehouse.messages import UserError


async def checked(name: str, image: bytes) -> bytes:
    """The picture, if it can be shown. Raises UserError."""
    # A large JPEG takes a moment to look through.
    match await asyncio.to_thread(examined, image):
        case Unfit.LARGE:
            raise too_large(name)
        case Unfit.LONG:
            raise UserError(
                '"{name}" is longer than {limit} pixels on a side: send it smaller.', name=name, limit=LONGEST_SIDE
            )
        case Unfit.NONE:
            raise UserError('"{name}" is not a whole picture: send it as PNG or JPEG.', name=name)
        case str():
            return image
        case fault:
            assert_never(fault)


def too_large(name: str) -> UserError:
    return UserError('"{name}" is larger than {limit} MB: send it smaller.', name=name, limit=LARGEST // 1024**2)


def gone(name: str) -> UserError:
    return UserError('"{name}" is not to be had any more: send it again.', name=name)


def away(name: str) -> UserError:
    return UserError('"{name}" could not be fetched just now: send it again in a minute.', name=name)
