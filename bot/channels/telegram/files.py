"""Files that people send on Telegram, to be fetched when somebody wants them.

A file's address holds the bot's token: it is asked for anew each time and said to nobody.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from telegram import File, Message
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.pictures import away, checked, gone, too_large
from bot.channels.telegram.send import seconds
from bot.heard import Attached
from digests.images import LARGEST

_LOG = logging.getLogger(__name__)

_PAUSES_S = (0.5, 1.5)
"""Before each further try: asking for a file twice does no harm."""
_LONGEST_HALT_S = 10


class _Sent(Protocol):
    @property
    def file_size(self) -> int | None: ...

    async def get_file(self) -> File: ...


def attached(message: Message) -> tuple[Attached, ...]:
    """The photo, or the file, of a message. A file that is no picture says so when it is fetched."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        # A photo has no name, and is always a JPEG.
        return (_attached(f"photo-{message.message_id}.jpg", "image/jpeg", largest),)
    file = message.document or message.video
    if file is None:
        return ()
    return (_attached(file.file_name or f"file-{message.message_id}", file.mime_type or "", file),)


def _attached(name: str, media_type: str, sent: _Sent) -> Attached:
    async def fetch() -> bytes:
        if (sent.file_size or 0) > LARGEST:
            raise too_large(name)
        return await checked(name, await _fetched(name, sent))

    return Attached(name, media_type, sent.file_size or 0, fetch)


async def _fetched(name: str, sent: _Sent) -> bytes:
    """The file's bytes. Raises Mistake."""
    for pause in (*_PAUSES_S, None):
        try:
            file = await sent.get_file()
            if (file.file_size or 0) > LARGEST:
                raise too_large(name)
            return bytes(await file.download_as_bytearray())
        except RetryAfter as halt:
            if seconds(halt) > _LONGEST_HALT_S:
                break
            pause = pause and seconds(halt)
        except BadRequest as refusal:
            raise (too_large(name) if "too big" in refusal.message else gone(name)) from None
        except (Forbidden, InvalidToken, RuntimeError, OSError):
            # A file that the server has put away: it is not found, has no address, or lies where we may not read.
            raise gone(name) from None
        except TelegramError as error:
            # Of its kind alone is spoken: what it says may hold the address.
            _LOG.info("A file could not be fetched: %s", type(error).__name__)
        if pause is not None:
            await asyncio.sleep(pause)
    raise away(name)
