"""Sending to Slack: one part at a time, at Slack's pace, and never twice what may have been accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Pace, Place, Rate
from bot.channels.reasons import Reason
from bot.channels.slack.reasons import DEAD_TOKEN, NOT_SENT, lost, meaning
from bot.channels.slack.render import Files, Part, Post, Upload

T = TypeVar("T")

PART = "svodka_part"
"""The event_type of the metadata that a message's key stands in, to find it in a channel's history."""

_FOR_GOOD = DEAD_TOKEN | {
    *("channel_not_found", "is_archived", "not_in_channel", "user_not_found", "user_not_in_channel"),
    *("missing_scope", "no_permission", "restricted_action", "ekm_access_denied", "team_access_not_granted"),
    *("invalid_blocks", "invalid_arguments", "msg_too_long", "no_text", "cannot_dm_bot", "messages_tab_disabled"),
    *("message_not_found", "cant_update_message", "cant_delete_message", "thread_not_found"),
    *("file_not_found", "file_deleted", "expired_url"),
}
_CLOSED = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "user_not_found", "cannot_dm_bot", "messages_tab_disabled"}
)
_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})
# Of these Slack says that a part of the work may have been done.
_HALF_DONE = frozenset({"fatal_error", "internal_error"})
_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Before each further try, in seconds; a halt that Slack asks for is kept besides."""
_PER_CHANNEL, _OVERALL = Rate(3, 3.5), Rate(240, 60)
"""Slack allows a message a second in a channel, with some at once, and several hundred a minute in all.
A little less in a channel: two messages may come closer to each other than they were sent."""
_LIMITED = "ratelimited"
_LONGEST_HALT = 120
_LOOKED_THROUGH = 100


@dataclass(frozen=True)
class Sent:
    """What was accepted: a message, or files that were shared together."""

    ts: str | None = None
    files: tuple[str, ...] = ()


class Sender:
    """The one that posts. The client must have no retry handlers: they repeat what was reset on its way."""

    def __init__(self, client: AsyncWebClient, pace: Pace | None = None) -> None:
        self.client = client
        self._pace = pace or Pace(lambda _: (_PER_CHANNEL,), _OVERALL)

    async def send(self, place: Place, part: Part, key: str | None = None) -> Sent:
        """Post a part; a message carries its key. Raises DeliveryFailed or DeliveryUnknown."""
        if isinstance(part, Files):
            return await self.share(place, part, await self.upload(place, part))
        message = {**_body(part), "channel": place.chat, "thread_ts": place.thread}
        if key is not None:
            message["metadata"] = {"event_type": PART, "event_payload": {"key": key}}
        async with self._pace.turn(place.chat):
            answer = await self.tried(
                place.chat, lambda: self.client.chat_postMessage(unfurl_links=False, unfurl_media=False, **message)
            )
        return Sent(ts=answer["ts"])

    async def edit(self, place: Place, sent: Sent, part: Post) -> None:
        """Show another text in a message's place."""
        async with self._pace.turn(place.chat):
            await self.tried(
                place.chat,
                lambda: self.client.chat_update(channel=place.chat, ts=sent.ts or "", **_body(part)),
                harmless=True,
            )

    async def whisper(self, place: Place, person: str, part: Post) -> None:
        """Post what only one person of the channel sees."""
        async with self._pace.turn(place.chat):
            await self.tried(
                place.chat,
                lambda: self.client.chat_postEphemeral(
                    channel=place.chat, user=person, thread_ts=place.thread, **_body(part)
                ),
            )

    async def respond(self, url: str, chat: str, part: Post | None, **how: Any) -> None:
        """Speak by a response_url, which works where the bot is no member; without a part, as `how` says."""
        webhook = AsyncWebhookClient(url, proxy=self.client.proxy, retry_handlers=[])
        body = {**(_body(part) if part else {}), **how}

        async def sent() -> None:
            answer = await webhook.send_dict(body)
            if answer.status_code == 429:
                raise _TooMany(_seconds(answer.headers))
            if answer.status_code >= 500:
                raise DeliveryUnknown(f"status {answer.status_code}", Reason.FAULTY)
            if answer.status_code != 200:
                raise DeliveryFailed(answer.body[:100], permanent=True)

        await self.tried(chat, sent)

    async def remove(self, place: Place, sent: Sent) -> None:
        """Take back a message, or files with the message they were shared in. What is gone already is no error."""
        shares = [ts for file in sent.files for ts in await self._shares(place, file)]
        for ts in dict.fromkeys([*([sent.ts] if sent.ts else []), *shares]):
            await self._gone(place.chat, lambda ts=ts: self.client.chat_delete(channel=place.chat, ts=ts))  # type: ignore[misc]
        for file in sent.files:
            await self._gone(place.chat, lambda file=file: self.client.files_delete(file=file))  # type: ignore[misc]

    async def _gone(self, chat: str, call: Callable[[], Awaitable[object]]) -> None:
        try:
            await self.tried(chat, call, harmless=True)
        except DeliveryFailed as failed:
            if str(failed) not in _GONE:
                raise

    async def _shares(self, place: Place, file: str) -> list[str]:
        """The messages of a chat that a file stands in."""
        try:
            info = await self.tried(place.chat, lambda: self.client.files_info(file=file), harmless=True)
            kinds = (info["file"].get("shares") or {}).values()
            if known := [str(share["ts"]) for kind in kinds for share in kind.get(place.chat, []) if share.get("ts")]:
                return known
            # Slack tells the shares of a file only a while after it was shared: until then its message is looked for.
            found = await self.tried(place.chat, lambda: self._latest(place), harmless=True)
        except DeliveryFailed:
            return []
        messages = found["messages"]
        return [str(each["ts"]) for each in messages if any(one.get("id") == file for one in each.get("files", []))]

    async def _latest(self, place: Place) -> AsyncSlackResponse:
        if place.thread:
            return await self.client.conversations_replies(channel=place.chat, ts=place.thread, limit=_LOOKED_THROUGH)
        return await self.client.conversations_history(channel=place.chat, limit=_LOOKED_THROUGH)

    async def upload(self, place: Place, files: Files) -> tuple[str, ...]:
        """Bring files to Slack, where nobody sees them yet: their ids. Raises DeliveryFailed."""
        return tuple(
            [await self.tried(place.chat, lambda up=up: self._uploaded(up), harmless=True) for up in files.uploads]  # type: ignore[misc]
        )

    async def share(self, place: Place, files: Files, ids: Sequence[str]) -> Sent:
        """Post uploaded files as one message. Raises DeliveryFailed or DeliveryUnknown."""
        titled: list[dict[str, str | None]] = [
            {"id": file, "title": upload.title} for file, upload in zip(ids, files.uploads, strict=True)
        ]
        async with self._pace.turn(place.chat):
            await self.tried(
                place.chat,
                lambda: self.client.files_completeUploadExternal(
                    files=titled, channel_id=place.chat, thread_ts=place.thread
                ),
            )
        return Sent(files=tuple(ids))

    async def _uploaded(self, upload: Upload) -> str:
        granted = await self.client.files_getUploadURLExternal(
            filename=upload.name, length=len(upload.content), alt_txt=upload.alt_text
        )
        timeout = aiohttp.ClientTimeout(total=self.client.timeout)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(granted["upload_url"], data=upload.content, proxy=self.client.proxy) as answer,
        ):
            answer.raise_for_status()
        return str(granted["file_id"])

    async def tried(self, chat: str, call: Callable[[], Awaitable[T]], *, harmless: bool = False) -> T:
        """The call's result; it is repeated where nothing can have been accepted, or where a repetition is harmless."""
        for pause in (*_PAUSES, None):
            try:
                return await call()
            except (SlackApiError, _TooMany) as error:
                reason = await self._heeded(chat, error)
                if not reason and not harmless:
                    raise DeliveryUnknown(f"status {_status(error)}", Reason.FAULTY) from None
                failure, why = reason or f"status {_status(error)}", meaning(reason or "")
            except NOT_SENT as error:
                failure, why = f"no connection: {type(error).__name__}", lost(error)
            except (aiohttp.ClientError, TimeoutError, OSError, AttributeError) as error:
                failure, why = type(error).__name__, lost(error)
                if not harmless:
                    raise DeliveryUnknown(failure, why) from None
            if pause is not None and failure != _LIMITED:
                await asyncio.sleep(pause)
        raise DeliveryFailed(failure, why, permanent=False)

    async def _heeded(self, chat: str, error: SlackApiError | _TooMany) -> str | None:
        """Wait as long as Slack asks for. Why the call was refused; None, if it may have been done."""
        if isinstance(error, _TooMany) or _status(error) == 429 or reason_of(error) in (_LIMITED, "rate_limited"):
            seconds = error.seconds if isinstance(error, _TooMany) else _seconds(error.response.headers)
            self._pace.halt(seconds, chat)
            if seconds > _LONGEST_HALT:
                raise DeliveryFailed(f"halted for {seconds:g} s", Reason.BUSY, permanent=False) from None
            await self._pace.calm(chat)
            return _LIMITED
        reason = reason_of(error)
        if reason in _HALF_DONE or _status(error) >= 500:
            return None
        if reason:
            raise DeliveryFailed(
                reason, meaning(reason), permanent=reason in _FOR_GOOD, closed=reason in _CLOSED
            ) from None
        return None


class _TooMany(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def reason_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong; empty, if it said none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _status(error: SlackApiError | _TooMany) -> int:
    response = getattr(error, "response", None)
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _seconds(headers: Any) -> float:
    with suppress(KeyError, ValueError, TypeError):
        return float({str(name).lower(): value for name, value in dict(headers).items()}["retry-after"])
    return 30.0


def _body(part: Post) -> dict[str, Any]:
    return {"text": part.text, "blocks": list(part.blocks)}
