"""What comes from Slack, as what the bot takes: what was asked and where, its blocks and its files."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.protocol import Address
from bot.channels.retry import RetryPolicy
from bot.channels.slack.manifest import UMBRELLA
from bot.channels.slack.render import parts_of
from bot.channels.slack.send import reason_of
from bot.channels.slack.settings import PLATFORM
from bot.channels.slack.socket import AWAY
from bot.channels.writing import STEP, BlockWriter, after_name, away, blocks_of, checked, gone, lines, too_large
from bot.chat.message import Content, Incoming, IncomingFile
from digests.document import Block, Paragraph, Span, address, code, emphasised
from digests.images import LARGEST
from warehouse.messages import UserError

Json = Mapping[str, Any]

_LOG = logging.getLogger("svodka.slack")
_HOME = "slack.com"
_SCOPE = "files:read"
_GONE = frozenset({"file_not_found", "file_deleted"})


class Files:
    """Shared files of one workspace, as a client's token may read them."""

    def __init__(self, client: AsyncWebClient, retry: RetryPolicy) -> None:
        self._client = client
        self._retry = retry

    def attached(self, file: Json) -> IncomingFile | None:
        """A file as an event tells of it; None, if it is gone already.

        Of a file from another organisation the event tells no more than its id: the rest is asked for with the file.
        """
        if file.get("mode") in ("tombstone", "hidden_by_limit") or not file.get("id"):
            return None
        name = str(file.get("name") or file.get("title") or file["id"])

        async def fetch() -> bytes:
            return await self._fetched(name, file)

        size = file.get("size")
        return IncomingFile(name, str(file.get("mimetype") or ""), size if isinstance(size, int) else 0, fetch)

    async def _fetched(self, name: str, file: Json) -> bytes:
        retries = self._retry.begin()
        while True:
            try:
                return await self._once(name, file)
            except SlackApiError as error:
                reason = reason_of(error)
                if reason in _GONE:
                    raise gone(name) from None
                if reason == "missing_scope":
                    raise _not_allowed(name) from None
                _LOG.info("A file could not be asked for: %s", reason or "no answer")
            except AWAY as error:
                _LOG.info("A file could not be fetched: %s", type(error).__name__)
            if retries.exhausted:
                raise away(name)
            await retries.wait()

    async def _once(self, name: str, file: Json) -> bytes:
        if file.get("file_access") == "check_file_info":
            file = (await self._client.files_info(file=str(file["id"])))["file"]
            name = str(file.get("name") or name)
        if isinstance(size := file.get("size"), int) and size > LARGEST:
            raise too_large(name)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._may_have_token(url):
            # A file that lies elsewhere and is only linked to: our token is not for there.
            raise UserError('"{name}" does not lie on Slack: upload it there.', name=name)
        return await checked(name, await self._downloaded(name, url))

    def _may_have_token(self, url: str) -> bool:
        own, host = urlsplit(self._client.base_url), urlsplit(url)
        if host.netloc == own.netloc and host.scheme == own.scheme:
            return True
        name = host.hostname or ""
        return host.scheme == "https" and (name == _HOME or name.endswith(f".{_HOME}"))

    async def _downloaded(self, name: str, url: str) -> bytes:
        """The bytes at an address, no more of them than a picture may have. Raises UserError."""
        headers = {"Authorization": f"Bearer {self._client.token}"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=self._client.timeout)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            # The token does not follow to another host: aiohttp leaves it behind.
            session.get(url, headers=headers, proxy=self._client.proxy) as answer,
        ):
            if answer.status in (401, 403) or answer.content_type == "text/html":
                # Who may not read files is sent to the page where people sign in.
                raise _not_allowed(name)
            if answer.status in (404, 410):
                raise gone(name)
            answer.raise_for_status()
            image = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                image += chunk
                if len(image) > LARGEST:
                    raise too_large(name)
            return bytes(image)


def _not_allowed(name: str) -> UserError:
    return UserError(
        'Slack does not let me read "{name}": the app lacks {scope}. Give it the manifest that `svodka slack-manifest` '
        "prints, and install it to the workspace again.",
        name=name,
        scope=_SCOPE,
    )


REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTED = re.compile(r"\s*&gt; ?")
_MARKED = re.compile(
    r"(?P<ref><[^<>\n]*>)|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)(?:\*(?=\S)(?P<strong>[^*\n]+)(?<=\S)\*|_(?=\S)(?P<emphasis>[^_\n]+)(?<=\S)_|~(?=\S)(?P<struck>[^~\n]+)(?<=\S)~)(?!\w)"
)


def typed_blocks(text: str, us: str = "") -> tuple[Block, ...]:
    """The blocks of a text with its marks, without our name."""
    blocks: list[Block] = []
    for number, chunk in enumerate(_FENCE.split(text)):
        if number % 2:
            if spans := code(unescape(REFERENCE.sub(shown, chunk))):
                blocks.append(Paragraph(spans))
            continue
        for quoted, group in groupby(chunk.split("\n"), lambda line: bool(_QUOTED.match(line))):
            said = "\n".join(_QUOTED.sub("", line, count=1) if quoted else line for line in group)
            spans = tuple(_spans(said, Span(""), us))
            if not blocks and us and said.lstrip().startswith(f"<@{us}"):
                spans = after_name(spans)
            blocks += blocks_of(emphasised(spans) if quoted else spans)
    return tuple(blocks)


def shown(found: re.Match[str]) -> str:
    """One of Slack's references as the words that it shows."""
    kind, target, label = found.groups()
    return f"{kind}{label or target}" if kind else label or re.sub("^(mailto|tel):", "", target)


def _spans(text: str, look: Span, us: str) -> Iterator[Span]:
    at = 0
    for found in _MARKED.finditer(text):
        yield replace(look, text=unescape(text[at : found.start()]))
        at = found.end()
        match found.lastgroup:
            case "ref":
                yield from _reference(found[0], look, us)
            case "code":
                yield replace(look, text=unescape(found["code"]), code=True)
            case "strong":
                yield from _spans(found["strong"], replace(look, strong=True), us)
            case "emphasis":
                yield from _spans(found["emphasis"], replace(look, emphasis=True), us)
            case _:
                yield from _spans(found["struck"], look, us)
    yield replace(look, text=unescape(text[at:]))


def _reference(text: str, look: Span, us: str) -> Iterator[Span]:
    found = REFERENCE.fullmatch(text)
    if not found:
        yield replace(look, text=unescape(text))
    elif found[1] != "@" or found[2] != us:
        link = None if found[1] else address(unescape(found[2]))
        yield replace(look, text=unescape(shown(found)), link=link)


_LABELLED = re.compile(r"<(?:[@#]|!subteam\^)([A-Z0-9]+)\|([^<>]+)>")


@dataclass(frozen=True)
class _Known:
    """Whom we are called, and what the message's own text calls others."""

    us: str
    names: Mapping[str, str]


def message_blocks(message: Json, us: str) -> tuple[Block, ...]:
    """A message's blocks, without our name."""
    text = str(message.get("text") or "")
    rich = [block for block in _objects(message.get("blocks")) if block.get("type") == "rich_text"]
    if not rich:
        return typed_blocks(text, us)
    known = _Known(us, dict(_LABELLED.findall(text)))
    made: list[Block] = []
    for block in rich:
        made += _blocks(_objects(block.get("elements")), known)
    return tuple(made)


def _blocks(elements: Sequence[Json], known: _Known) -> Iterator[Block]:
    writer, first = BlockWriter(), True
    for element in elements:
        inner = _objects(element.get("elements"))
        if element.get("type") == "rich_text_list":
            _list(element, inner, known, writer)
            continue
        yield from writer.blocks()
        writer = BlockWriter()
        spans = tuple(_reading_spans(inner, known))
        if first and _is_us(inner[:1], known):
            spans = after_name(spans)
        first = False
        match element.get("type"):
            case "rich_text_preformatted":
                if spans := code("".join(span.text for span in spans)):
                    yield Paragraph(spans)
            case "rich_text_quote":
                yield from blocks_of(emphasised(spans))
            case _:
                yield from blocks_of(spans)
    yield from writer.blocks()


def _list(element: Json, items: Sequence[Json], known: _Known, writer: BlockWriter) -> None:
    """A list as Slack has it: of one level; those below and above it are lists of their own, one after another."""
    indent = STEP * _number(element.get("indent"))
    first = _number(element.get("offset")) + 1 if element.get("style") == "ordered" else None
    for count, item in enumerate(items):
        number = None if first is None else first + count
        mark = "• " if number is None else f"{number}. "
        text, *others = lines([Span(mark), *_reading_spans(_objects(item.get("elements")), known)])
        writer.item(text, len(mark), indent, number)
        for line in others:
            writer.line(line, indent + STEP)


def _reading_spans(elements: Iterable[Json], known: _Known) -> Iterator[Span]:
    for element in elements:
        style = element.get("style")
        style = style if isinstance(style, Mapping) else {}
        text, link = _shown_text(element, known), None
        if element.get("type") == "link":
            link = address(str(element.get("url") or ""))
        yield Span(text, bool(style.get("bold")), bool(style.get("italic")), bool(style.get("code")), link)


def _shown_text(element: Json, known: _Known) -> str:
    """What a reader sees of an element; people and channels by the names that come with the message."""

    def named(kind: str, key: str) -> str:
        name = str(element.get(key) or "")
        return kind + known.names.get(name, name).removeprefix(kind)

    match element.get("type"):
        case "user":
            return "" if element.get("user_id") == known.us else named("@", "user_id")
        case "usergroup":
            return named("@", "usergroup_id")
        case "channel":
            return named("#", "channel_id")
        case "broadcast":
            return named("@", "range")
        case "emoji":
            return _emoji(str(element.get("unicode") or "")) or f":{element.get('name')}:"
        case "date":
            return str(element.get("fallback") or "")
        case "color":
            return str(element.get("value") or "")
        case _:
            return str(element.get("text") or element.get("url") or "")


def _emoji(codes: str) -> str:
    """The character that Slack names by its codes: `1f44d-1f3fb`."""
    try:
        return "".join(chr(int(each, 16)) for each in codes.split("-")) if codes else ""
    except (ValueError, OverflowError):
        return ""


def _is_us(elements: Sequence[Json], known: _Known) -> bool:
    return any(element.get("type") == "user" and element.get("user_id") == known.us for element in elements)


def _objects(value: Any) -> Sequence[Json]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 1000 else 0


Attach = Callable[[Json], IncomingFile | None]
"""What is made of a file of an event."""

_SAID = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that people write; the others are Slack's notices and bots."""


@dataclass(frozen=True)
class SlackIncoming:
    """Something said to the bot, and where its answer belongs."""

    incoming: Incoming
    place: Address
    message: str | None = None
    """The person's message, to which its answer is tied while it is edited."""
    changed: bool = False
    """Whether the person edited it."""
    pressed: str | None = None
    """The message whose button was pressed."""
    parts: int | None = None
    """Of how many messages the pressed answer was; None, if it does not say."""
    unseen: bool = False
    """Whether the pressed message shows to this person alone."""
    response_url: str | None = None


def from_command(body: Json, names: Mapping[str, str]) -> SlackIncoming:
    """A slash command; `names` are the bot's own for those Slack knows."""
    given = str(body["command"]).lstrip("/")
    typed = str(body.get("text") or "").strip()
    typed = (typed or "help") if given == UMBRELLA else f"{names.get(given, given)} {typed}".strip()
    typed = f"/{typed.lstrip('/')}"
    chat = str(body["channel_id"])
    incoming = Incoming(
        PLATFORM,
        str(body["user_id"]),
        chat,
        _private(chat),
        cleaned(typed),
        str(body["trigger_id"]),
        content=Content(message_blocks({"text": typed}, "")),
    )
    return SlackIncoming(incoming, Address(chat), response_url=body.get("response_url"))


def from_press(body: Json) -> SlackIncoming | None:
    """A press of one of our buttons; None where that opened a link, which asks nothing."""
    action, container = body["actions"][0], body.get("container") or {}
    if action.get("url"):
        return None
    chat = str((body.get("channel") or {}).get("id") or container.get("channel_id"))
    message = body.get("message") or {}
    ts = str(container.get("message_ts") or message.get("ts"))
    event = f"{chat}:{ts}:{action.get('action_id')}:{action.get('action_ts') or body.get('trigger_id')}"
    value = str(action.get("value") or "")
    incoming = Incoming(PLATFORM, str(body["user"]["id"]), chat, _private(chat), value, event, pressed=ts)
    return SlackIncoming(
        incoming,
        Address(chat, message.get("thread_ts") or container.get("thread_ts")),
        pressed=ts,
        parts=parts_of(str(action.get("block_id") or "")),
        unseen=bool(container.get("is_ephemeral")),
        response_url=body.get("response_url"),
    )


def from_mention(event: Json, us: str, attach: Attach) -> SlackIncoming | None:
    """A mention in a channel: the answer goes into its thread."""
    return _asked_said(event, event, us, attach)


def from_message(event: Json, us: str, ours: Callable[[Address], bool], attach: Attach) -> SlackIncoming | None:
    """A message that is for us: private, or in a thread we speak in. Mentions come by themselves as well."""
    if event.get("subtype") == "message_changed":
        return _changed(event, us, ours, attach)
    if event.get("subtype") not in _SAID or not _for_us(event, event, us, ours):
        return None
    return _asked_said(event, event, us, attach)


def _changed(event: Json, us: str, ours: Callable[[Address], bool], attach: Attach) -> SlackIncoming | None:
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    # Slack says the same of a link that got its preview.
    if message.get("subtype") not in _SAID or message.get("text") == before.get("text"):
        return None
    mentioned = f"<@{us}" in str(message.get("text"))
    if not mentioned and not _for_us(message, event, us, ours):
        return None
    return _asked_said(message, event, us, attach, changed=True)


def _for_us(message: Json, event: Json, us: str, ours: Callable[[Address], bool]) -> bool:
    chat, text, thread = str(event["channel"]), str(message.get("text") or ""), message.get("thread_ts")
    if _private(chat):
        return True
    # Who is called by name is not us; our own name comes as a mention.
    if "<@" in text or not thread:
        return False
    return message.get("parent_user_id") == us or ours(Address(chat, str(thread)))


def _asked_said(message: Json, event: Json, us: str, attach: Attach, changed: bool = False) -> SlackIncoming | None:
    if message.get("bot_id") or message.get("user") in (None, us, "USLACKBOT"):
        return None
    chat, ts = str(event["channel"]), str(message["ts"])
    # The same for a mention and for the message that it stands in.
    name = ":".join(filter(None, (chat, ts, (message.get("edited") or {}).get("ts"))))
    text, named = re.subn(rf"<@{re.escape(us)}(\|[^>]*)?>", " ", str(message.get("text") or ""))
    text = cleaned(text)
    private = _private(chat)
    aside = not private and not named
    thread = message.get("thread_ts") or (None if private else ts)
    files = [file for file in message.get("files") or () if isinstance(file, Mapping)]
    content = Content(message_blocks(message, us), tuple(picture for file in files if (picture := attach(file))))
    incoming = Incoming(
        PLATFORM,
        str(message["user"]),
        chat,
        private,
        text or ("" if aside or (files and not named) else "help"),
        name,
        content=content,
        reply_to=str(message["thread_ts"]) if message.get("parent_user_id") == us else None,
        under=in_thread(str(thread)) if thread else None,
        message=ts,
        edited=changed,
        aside=aside,
    )
    return SlackIncoming(incoming, Address(chat, thread), message=ts, changed=changed)


def in_thread(message: str) -> str:
    """Return what a thread is called: its first message may be an answer with a turn of its own."""
    return f"under {message}"


def cleaned(text: str) -> str:
    """What was typed: Slack's references as the words they show, on one line."""

    return " ".join(unescape(REFERENCE.sub(shown, text)).split())


def _private(chat: str) -> bool:
    return chat.startswith("D")
