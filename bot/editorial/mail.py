"""Writing to a person in private, unasked: a remark, a reminder."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Place
from bot.operators import Speaker
from digests.document import Document

LOG = logging.getLogger(__name__)


class Mail:
    """The platforms, to write to people by. Nothing is written before it is open."""

    def __init__(self) -> None:
        self._speakers: dict[str, Speaker] = {}

    def open(self, speakers: Sequence[Speaker]) -> None:
        self._speakers = {speaker.key: speaker for speaker in speakers}

    async def write(self, to: str, document: Document) -> bool | None:
        """Say it to `telegram:123`: whether it may have been heard; None, if that cannot be just now. Never raises."""
        platform, _, chat = to.partition(":")
        speaker = self._speakers.get(platform)
        if speaker is None:
            return False
        for part in speaker.parts(document):
            try:
                await speaker.send(Place(chat), part)
            except DeliveryUnknown as unknown:
                LOG.warning("%s may have been written to: %s", to, unknown)
            except DeliveryFailed as failure:
                LOG.warning("%s cannot be written to: %s", to, failure)
                return False if failure.permanent else None
        return True
