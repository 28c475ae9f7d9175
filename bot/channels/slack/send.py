"""What Slack's errors mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown, NotEditable, Reason, Receipt
from bot.channels.retry import RetryPolicy
from bot.channels.slack.platform import Policies
from bot.channels.slack.render import Post, SlackFiles, SlackPart, Upload

DEAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)

_WORDS = {
    **dict.fromkeys(DEAD_TOKEN, Reason.TOKEN),
    **dict.fromkeys(("channel_not_found", "not_in_channel", "user_not_in_channel"), Reason.NO_CHAT),
    **dict.fromkeys(("user_not_found", "cannot_dm_bot", "messages_tab_disabled"), Reason.NO_CHAT),
    "is_archived": Reason.ARCHIVED,
    **dict.fromkeys(("missing_scope", "no_permission", "restricted_action"), Reason.RIGHTS),
    **dict.fromkeys(("ekm_access_denied", "team_access_not_granted"), Reason.RIGHTS),
    "thread_not_found": Reason.TOPIC,
    **dict.fromkeys(("message_not_found", "file_not_found", "file_deleted"), Reason.GONE),
    **dict.fromkeys(("cant_update_message", "cant_delete_message", "edit_window_closed"), Reason.FIXED),
    **dict.fromkeys(("invalid_blocks", "invalid_arguments", "msg_too_long", "no_text"), Reason.CONTENT),
    **dict.fromkeys(("ratelimited", "rate_limited"), Reason.BUSY),
    **dict.fromkeys(("fatal_error", "internal_error", "service_unavailable"), Reason.FAULTY),
}


def meaning(word: str) -> Reason:
    """Why, in words for people, by Slack's own word; empty where it answered with a fault and said none."""
    return _WORDS.get(word, Reason.REFUSED) if word else Reason.FAULTY


def lost(error: BaseException) -> Reason:
    """Why no answer came, in words for people."""
    if isinstance(error, NOT_SENT):
        return Reason.UNREACHED
    if isinstance(error, TimeoutError):
        return Reason.NO_ANSWER
    # AttributeError is the library's own, over an answer that is plain text.
    return Reason.FAULTY if isinstance(error, AttributeError) else Reason.BROKEN_OFF


_SKEW = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""
_PAGE, _PAGES = 200, 10


async def found(
    sender: Sender, place: Address, key: str, files: Sequence[str], since: datetime, retry: RetryPolicy
) -> Receipt | None:
    """The receipt of a message with that key, or with those files; None if there is none, and will be none.

    `since` is when it was sent, UTC without a zone. Raises DeliveryUnknown where the channel cannot be read, or not
    that far back; DeliveryFailed, where it cannot be read just now.
    """
    retries = retry.begin()
    while True:
        late = datetime.now(UTC).replace(tzinfo=None) >= since + timedelta(seconds=retry.window)
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
        await retries.wait()


async def _shared(sender: Sender, place: Address, files: Sequence[str]) -> str | None:
    """The message that files say they were shared in, once Slack tells it."""
    if not files:
        return None
    # They are shared together or not at all.
    info = await sender.tried(place.chat, lambda: sender.client.files_info(file=files[0]), harmless=True)
    kinds = (info["file"].get("shares") or {}).values()
    shares = [str(share["ts"]) for kind in kinds for share in kind.get(place.chat, []) if share.get("ts")]
    return shares[0] if shares else None


async def _written(sender: Sender, place: Address, key: str, files: Sequence[str], since: datetime) -> str | None:
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


async def _history(sender: Sender, place: Address, since: datetime) -> AsyncIterator[dict[str, Any]]:
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


async def _read(sender: Sender, place: Address, asked: dict[str, Any]) -> Any:
    if place.thread:
        return await sender.client.conversations_replies(ts=place.thread, **asked)
    return await sender.client.conversations_history(**asked)


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

    def __init__(self, client: AsyncWebClient, policies: Policies) -> None:
        self.client = client
        self._rate_limit = policies.rate_limit()
        self._retry = policies.sending

    async def send(self, place: Address, part: SlackPart, key: str | None = None) -> Sent:
        """Post a part; a message carries its key. Raises DeliveryFailed or DeliveryUnknown."""
        if isinstance(part, SlackFiles):
            return await self.share(place, part, await self.upload(place, part))
        message = {**_body(part), "channel": place.chat, "thread_ts": place.thread}
        if key is not None:
            message["metadata"] = {"event_type": PART, "event_payload": {"key": key}}
        async with self._rate_limit.acquire(place.chat):
            answer = await self.tried(
                place.chat, lambda: self.client.chat_postMessage(unfurl_links=False, unfurl_media=False, **message)
            )
        return Sent(ts=answer["ts"])

    async def edit(self, place: Address, sent: Sent, part: Post) -> None:
        """Show another text in a message's place."""
        async with self._rate_limit.acquire(place.chat):
            await self.tried(
                place.chat,
                lambda: self.client.chat_update(channel=place.chat, ts=sent.ts or "", **_body(part)),
                harmless=True,
            )

    async def whisper(self, place: Address, person: str, part: Post) -> None:
        """Post what only one person of the channel sees."""
        async with self._rate_limit.acquire(place.chat):
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

    async def remove(self, place: Address, sent: Sent) -> None:
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

    async def _shares(self, place: Address, file: str) -> list[str]:
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

    async def _latest(self, place: Address) -> AsyncSlackResponse:
        if place.thread:
            return await self.client.conversations_replies(channel=place.chat, ts=place.thread, limit=_LOOKED_THROUGH)
        return await self.client.conversations_history(channel=place.chat, limit=_LOOKED_THROUGH)

    async def upload(self, place: Address, files: SlackFiles) -> tuple[str, ...]:
        """Bring files to Slack, where nobody sees them yet: their ids. Raises DeliveryFailed."""
        return tuple(
            [await self.tried(place.chat, lambda up=up: self._uploaded(up), harmless=True) for up in files.uploads]  # type: ignore[misc]
        )

    async def share(self, place: Address, files: SlackFiles, ids: Sequence[str]) -> Sent:
        """Post uploaded files as one message. Raises DeliveryFailed or DeliveryUnknown."""
        titled: list[dict[str, str | None]] = [
            {"id": file, "title": upload.title} for file, upload in zip(ids, files.uploads, strict=True)
        ]
        async with self._rate_limit.acquire(place.chat):
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
        retries = self._retry.begin()
        while True:
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
            if retries.exhausted:
                raise DeliveryFailed(failure, why, permanent=False)
            await retries.wait(0 if failure == _LIMITED else None)

    async def _heeded(self, chat: str, error: SlackApiError | _TooMany) -> str | None:
        """Wait as long as Slack asks for. Why the call was refused; None, if it may have been done."""
        if isinstance(error, _TooMany) or _status(error) == 429 or reason_of(error) in (_LIMITED, "rate_limited"):
            seconds = error.seconds if isinstance(error, _TooMany) else _seconds(error.response.headers)
            self._rate_limit.block(seconds, chat)
            if seconds > _LONGEST_HALT:
                raise DeliveryFailed(f"halted for {seconds:g} s", Reason.BUSY, permanent=False) from None
            await self._rate_limit.unblocked(chat)
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


_EDIT_GONE = "message_not_found"
_REFUSED = frozenset({_EDIT_GONE, "cant_update_message", "edit_window_closed"})


async def edited(sender: Sender, place: Address, receipt: Receipt, part: SlackPart) -> None:
    """Change the message of a receipt. Raises as Channel.edit."""
    if isinstance(part, SlackFiles) or receipt.get("files"):
        raise NotEditable("Slack does not replace files", Reason.NO_FILES)
    if not receipt.get("ts"):
        raise NotEditable("no ts in the receipt", Reason.NO_MESSAGE)
    try:
        await sender.edit(place, Sent(receipt["ts"]), part)
    except DeliveryFailed as failure:
        if str(failure) in _REFUSED:
            raise NotEditable(str(failure), failure.reason, gone=str(failure) == _EDIT_GONE) from failure
        raise
