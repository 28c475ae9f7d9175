"""Whether a part that Slack may have accepted stands in its channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Place, Trace
from bot.channels.reasons import Reason
from bot.channels.slack.send import PART, Sender

_SETTLED = timedelta(seconds=30)
"""What is not seen so long after it was sent will not come: files are shared some time after Slack took them."""
_AGAIN_S = 2.0
_SKEW = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""
_PAGE, _PAGES = 200, 10


async def found(sender: Sender, place: Place, key: str, files: Sequence[str], since: datetime) -> Trace | None:
    """The receipt of a message with that key, or with those files; None if there is none, and will be none.

    `since` is when it was sent, UTC without a zone. Raises DeliveryUnknown where the channel cannot be read, or not
    that far back; DeliveryFailed, where it cannot be read just now.
    """
    while True:
        late = datetime.now(UTC).replace(tzinfo=None) >= since + _SETTLED
        try:
            ts = await _shared(sender, place, files) or await _written(sender, place, key, files, since)
        except DeliveryFailed as failed:
            if not failed.permanent:
                raise
            raise DeliveryUnknown(f"the channel cannot be read: {failed}", Reason.UNREADABLE) from None
        if ts:
            return {"ts": ts, "files": list(files)} if files else {"ts": ts}
        if late:
            return None
        await asyncio.sleep(_AGAIN_S)


async def _shared(sender: Sender, place: Place, files: Sequence[str]) -> str | None:
    """The message that files say they were shared in, once Slack tells it."""
    if not files:
        return None
    # They are shared together or not at all.
    info = await sender.tried(place.chat, lambda: sender.client.files_info(file=files[0]), harmless=True)
    kinds = (info["file"].get("shares") or {}).values()
    shares = [str(share["ts"]) for kind in kinds for share in kind.get(place.chat, []) if share.get("ts")]
    return shares[0] if shares else None


async def _written(sender: Sender, place: Place, key: str, files: Sequence[str], since: datetime) -> str | None:
    """The message among those of the time about it.

    An app that may not read metadata gets messages without them: where none of ours is seen with one, and any bot's
    message without, that one may be it.
    """
    legible = unmarked = False
    async for message in _history(sender, place, since - _SKEW):
        metadata = message.get("metadata") or {}
        marked = metadata.get("event_type") == PART
        if marked and metadata.get("event_payload", {}).get("key") == key:
            return str(message["ts"])
        if any(file.get("id") in files for file in message.get("files") or ()):
            return str(message["ts"])
        legible |= marked
        unmarked |= bool(message.get("bot_id")) and not marked and not message.get("files")
    if unmarked and not legible and not files:
        raise DeliveryUnknown("there are messages without a mark, of which it may be one", Reason.UNREADABLE)
    return None


async def _history(sender: Sender, place: Place, since: datetime) -> AsyncIterator[dict[str, Any]]:
    asked: dict[str, Any] = {
        "channel": place.chat,
        "oldest": f"{since.replace(tzinfo=UTC).timestamp():.6f}",
        "include_all_metadata": True,
        "limit": _PAGE,
    }
    for _ in range(_PAGES):
        page = await sender.tried(place.chat, lambda: _read(sender, place, asked), harmless=True)
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        asked["cursor"] = cursor
    raise DeliveryUnknown("too much has been written there since", Reason.UNREADABLE)


async def _read(sender: Sender, place: Place, asked: dict[str, Any]) -> Any:
    if place.thread:
        return await sender.client.conversations_replies(ts=place.thread, **asked)
    return await sender.client.conversations_history(**asked)
