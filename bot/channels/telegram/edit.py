"""Showing a part in place of one that was posted, by the receipt that was kept of it."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, NotEditable, Place, Trace
from bot.channels.reasons import Reason
from bot.channels.telegram.reasons import FIXED, GONE
from bot.channels.telegram.render import Album, File, Part, Photo, Text
from bot.channels.telegram.send import Sender


async def edit(sender: Sender, place: Place, receipt: Trace, part: Part, was: Part | None) -> Trace:
    """Make the messages of a receipt those of a part, but for what `was` the same. Raises as Channel.edit."""
    messages = receipt.get("messages") or ()
    shown = _shown(part)
    if not messages:
        raise NotEditable("no messages in the receipt", Reason.NO_MESSAGE)
    if len(messages) != len(shown):
        raise NotEditable(f"{len(messages)} messages cannot become {len(shown)}", Reason.OTHER_NUMBER)
    place = replace(place, chat=receipt["chat"])
    before = _shown(was) if was is not None else ()
    for n, (message, each) in enumerate(zip(messages, shown, strict=True)):
        if n >= len(before) or before[n] != each:
            await _edited(sender, place, message, each)
    return receipt


def _shown(part: Part) -> tuple[Text | Photo | File, ...]:
    """A part as its messages."""
    return part.photos if isinstance(part, Album) else (part,)


async def _edited(sender: Sender, place: Place, message: int, part: Text | Photo | File) -> None:
    try:
        await sender.edit(place, message, part, was_text=isinstance(part, Text), apart=True)
    except DeliveryUnknown as unknown:
        raise DeliveryFailed(str(unknown), unknown.reason, permanent=False) from unknown
    except DeliveryFailed as failure:
        said = str(failure).lower()
        gone = any(words in said for words in GONE)
        if gone or any(words in said for words in FIXED):
            raise NotEditable(str(failure), failure.reason, gone=gone) from failure
        raise
