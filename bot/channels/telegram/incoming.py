"""What comes from Telegram, as what the bot takes: whether it is for us, its words, its blocks and its files."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, pairwise
from typing import Protocol

from telegram import CallbackQuery, ChatMemberUpdated, File, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.constants import MessageEntityType as Kind
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.protocol import Address
from bot.channels.retry import RetryPolicy
from bot.channels.telegram.send import seconds
from bot.channels.telegram.settings import PLATFORM
from bot.channels.writing import after_name, away, blocks_of, checked, gone, too_large
from bot.chat.message import Content, Incoming, IncomingFile
from digests.document import Block, Paragraph, Span, address, code
from digests.images import LARGEST

_LOG = logging.getLogger(__name__)

_LONGEST_HALT_S = 10


class _Sent(Protocol):
    @property
    def file_size(self) -> int | None: ...

    async def get_file(self) -> File: ...


def attached(message: Message, retry: RetryPolicy) -> tuple[IncomingFile, ...]:
    """The photo, or the file, of a message. A file that is no picture says so when it is fetched."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        # A photo has no name, and is always a JPEG.
        return (_attached(f"photo-{message.message_id}.jpg", "image/jpeg", largest, retry),)
    file = message.document or message.video
    if file is None:
        return ()
    return (_attached(file.file_name or f"file-{message.message_id}", file.mime_type or "", file, retry),)


def _attached(name: str, media_type: str, sent: _Sent, retry: RetryPolicy) -> IncomingFile:
    async def fetch() -> bytes:
        if (sent.file_size or 0) > LARGEST:
            raise too_large(name)
        return await checked(name, await _fetched(name, sent, retry))

    return IncomingFile(name, media_type, sent.file_size or 0, fetch)


async def _fetched(name: str, sent: _Sent, retry: RetryPolicy) -> bytes:
    """The file's bytes. Raises UserError."""
    retries = retry.begin()
    while True:
        halted = None
        try:
            file = await sent.get_file()
            if (file.file_size or 0) > LARGEST:
                raise too_large(name)
            return bytes(await file.download_as_bytearray())
        except RetryAfter as halt:
            halted = seconds(halt)
            if halted > _LONGEST_HALT_S:
                raise away(name) from None
        except BadRequest as refusal:
            raise (too_large(name) if "too big" in refusal.message else gone(name)) from None
        except (Forbidden, InvalidToken, RuntimeError, OSError):
            # A file that the server has put away: it is not found, has no address, or lies where we may not read.
            raise gone(name) from None
        except TelegramError as error:
            # Of its kind alone is spoken: what it says may hold the address.
            _LOG.info("A file could not be fetched: %s", type(error).__name__)
        if retries.exhausted:
            raise away(name)
        await retries.wait(halted)


Ours = Callable[[str], bool]
"""Whether an album is for us: only one of its messages says so."""

_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(?=\s|$)")


def words(message: Message) -> str:
    return message.text or message.caption or ""


def entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities if message.text else message.caption_entities


def addressed(message: Message, me: User) -> str | None:
    """The words that are for us, without our name."""
    text = words(message).strip()
    if not text or _from_others(message):
        return None
    command = _COMMAND.match(text)
    if message.chat.type == ChatType.PRIVATE:
        return _unnamed(text, command) if command and _is_us(command[2], me) else _mentioning(message, me) or text
    if message.forward_origin:
        return None
    if command:
        return _unnamed(text, command) if command[2] is None or _is_us(command[2], me) else None
    return _mentioning(message, me)


def concerns_us(message: Message, me: User, ours: Ours) -> bool:
    """Whether a message that says nothing to us is content for us: what else is private, a reply to us, an album."""
    command = _COMMAND.match(words(message))
    if _from_others(message) or (command and command[2] and not _is_us(command[2], me)):
        return False
    if message.chat.type == ChatType.PRIVATE or replied(message, me):
        return True
    return bool(message.media_group_id and ours(message.media_group_id))


def replied(message: Message, me: User) -> str | None:
    """Our own message that this one replies to."""
    above = message.reply_to_message
    if above is None or above.from_user is None or above.from_user.id != me.id or above.forum_topic_created:
        return None
    return str(above.message_id)


def _from_others(message: Message) -> bool:
    """Whether nobody has said it to us themselves."""
    return bool(_from_a_bot(message) or message.via_bot or message.is_automatic_forward)


def _from_a_bot(message: Message) -> bool:
    """Whether another bot speaks; who speaks for a chat (an anonymous admin, a channel) is named a bot as well."""
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat)


def _unnamed(text: str, command: re.Match[str]) -> str:
    return f"{command[1]}{text[command.end() :]}"


def _is_us(name: str | None, me: User) -> bool:
    return bool(name) and bool(me.username) and str(name).lower() == str(me.username).lower()


def _mentioning(message: Message, me: User) -> str | None:
    """What is said around our name; None if it is not there."""
    text = words(message)
    ours = {text[start:end] for start, end in _mentions(message, me)}
    if not ours:
        return None
    for name in ours:
        text = re.sub(re.escape(name) + r"(?!\w)", " ", text)
    return " ".join(text.split()).lstrip(",:;.!—–- ") or "/help"


def _mentions(message: Message, me: User) -> list[Stretch]:
    """Where our name stands."""
    text, found = words(message), []
    for entity in entities(message):
        if entity.type not in (MessageEntity.MENTION, MessageEntity.TEXT_MENTION):
            continue
        start, end = stretch(text, entity)
        if entity.user.id == me.id if entity.user else _is_us(text[start:end].removeprefix("@"), me):
            found.append((start, end))
    return found


def named(message: Message, me: User) -> list[Stretch]:
    """What only says that a message is for us: our name, and `@us` after a command."""
    text = words(message)
    command = _COMMAND.match(text)
    after_command = [(command.end(1), command.end())] if command and _is_us(command[2], me) else []
    return [*after_command, *_mentions(message, me)]


_QUOTATIONS = (Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE)
_LOOKS: dict[str, tuple[str, ...]] = {
    "strong": (Kind.BOLD,),
    "emphasis": (Kind.ITALIC, Kind.UNDERLINE, *_QUOTATIONS),
    "code": (Kind.CODE,),
    "link": (Kind.TEXT_LINK, Kind.URL, Kind.EMAIL),
    "apart": (Kind.PRE, *_QUOTATIONS),
}
"""What the kinds of entities do; what stands apart ends the line before it. The others are the text that they cover."""

Stretch = tuple[int, int]
"""From one character to before another."""


def written(text: str, entities: Sequence[MessageEntity], ours: Sequence[Stretch] = ()) -> tuple[Block, ...]:
    """A message's blocks. `ours` are stretches that only say that it is for us."""
    blocks: list[Block] = []
    for apart, group in groupby(_pieces(text, entities, ours), lambda piece: piece[1]):
        spans = tuple(span for span, _ in group)
        if not blocks and ours:
            spans = after_name(spans)
        if apart and apart.type == Kind.PRE:
            spans = code("".join(span.text for span in spans))
            blocks += [Paragraph(spans)] if spans else []
        else:
            blocks += blocks_of(spans)
    return tuple(blocks)


def stretch(text: str, entity: MessageEntity) -> Stretch:
    """Where an entity stands, in characters."""
    return _stretches(text, [entity])[0]


def _stretches(text: str, entities: Iterable[MessageEntity]) -> list[Stretch]:
    """Where entities stand; what would lie beyond the text ends with it."""
    at: list[int] = []
    for number, character in enumerate(text):
        at += [number] * (2 if character > "\uffff" else 1)
    at.append(len(text))

    def place(unit: int) -> int:
        return at[min(max(unit, 0), len(at) - 1)]

    return [(place(each.offset), place(each.offset + max(each.length, 0))) for each in entities]


def _pieces(
    text: str, entities: Sequence[MessageEntity], ours: Sequence[Stretch]
) -> Iterator[tuple[Span, MessageEntity | None]]:
    """The text in pieces over which nothing changes, each with what it stands apart in; our name is left out."""
    looks = [
        *([look for look, kinds in _LOOKS.items() if each.type in kinds] for each in entities),
        *(["ours"] for _ in ours),
    ]
    places = [*_stretches(text, entities), *ours]
    turns: dict[int, list[int]] = defaultdict(list)
    for number, (start, end) in enumerate(places):
        if start < end and looks[number]:
            turns[start].append(number)
            turns[end].append(number)
    covering: dict[str, dict[int, None]] = {look: {} for look in (*_LOOKS, "ours")}
    for start, end in pairwise(sorted({0, len(text), *turns})):
        for number in turns[start]:
            for look in looks[number]:
                if number in covering[look]:
                    del covering[look][number]
                else:
                    covering[look][number] = None
        if covering["ours"]:
            continue
        apart, link = (next(reversed(covering[look]), None) for look in ("apart", "link"))
        span = Span(
            text[start:end],
            strong=bool(covering["strong"]),
            emphasis=bool(covering["emphasis"]),
            code=bool(covering["code"]),
            link=None if link is None else _link(entities[link], text[slice(*places[link])]),
        )
        yield span, None if apart is None else entities[apart]


def _link(entity: MessageEntity, words: str) -> str | None:
    match entity.type:
        case Kind.TEXT_LINK:
            return address(entity.url or "")
        case Kind.EMAIL:
            return address(f"mailto:{words}")
        case _:
            return address(words if "://" in words else f"http://{words}")


KINDS = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""The kinds of updates that are asked for."""

_AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


@dataclass(frozen=True)
class IncomingText:
    """Words for the bot, in the message that they came in; `edited` if they stand there instead of others."""

    incoming: Incoming
    place: Address
    message: int
    edited: bool
    asked_at: datetime


@dataclass(frozen=True)
class IncomingPress:
    """A button was pressed; `heard` has no words yet. `message` is None where Telegram does not show it any more."""

    query: str
    data: str
    incoming: Incoming
    place: Address
    message: int | None
    was_text: bool


@dataclass(frozen=True)
class Joined:
    """The bot was taken into a group; `heard` is who did it, as if they had said /start."""

    incoming: Incoming
    place: Address


@dataclass(frozen=True)
class Gone:
    """The bot may not speak in a chat any more, or the chat is another one now."""

    chat: str
    moved_to: str | None = None


def understood(
    update: Update, me: User, ours: Ours, fetching: RetryPolicy
) -> IncomingText | IncomingPress | Joined | Gone | None:
    """What to do about an update; None for what is not for us."""
    event = str(update.update_id)
    if update.callback_query:
        return _press(update.callback_query, event)
    if update.my_chat_member:
        return _membership(update.my_chat_member, event)
    edited = update.edited_message or update.edited_channel_post
    message = edited or update.message or update.channel_post
    if message is None:
        return None
    if message.migrate_to_chat_id:
        return Gone(str(message.chat.id), str(message.migrate_to_chat_id))
    text, pictures = addressed(message, me), attached(message, fetching)
    if text is None and not concerns_us(message, me, ours):
        return None
    content = Content(written(words(message), entities(message), named(message, me)), pictures)
    reply_to = replied(message, me)
    aside = text is None and reply_to is not None and message.chat.type != ChatType.PRIVATE
    if aside and not message.forward_origin:
        text = words(message).strip()
    if not text and not content.blocks and not content.pictures:
        return None
    place = _place(message)
    incoming = Incoming(
        PLATFORM,
        _person(message),
        str(message.chat.id),
        message.chat.type == ChatType.PRIVATE,
        text or "",
        event,
        _language(message.from_user),
        content,
        album=message.media_group_id,
        reply_to=reply_to,
        message=str(message.message_id),
        edited=edited is not None,
        thread=place.thread,
        aside=aside,
    )
    return IncomingText(incoming, place, message.message_id, edited is not None, message.date)


def _person(message: Message) -> str:
    """Who asks. Behind a chat that somebody speaks for, no person is known: it is that chat."""
    speaker = message.sender_chat or message.from_user or message.chat
    return str(speaker.id)


def _language(user: User | None) -> str | None:
    return user.language_code.partition("-")[0].lower() if user and user.language_code else None


def _place(message: Message) -> Address:
    thread = message.message_thread_id if message.is_topic_message else None
    return Address(str(message.chat.id), str(thread) if thread else None)


def _press(query: CallbackQuery, event: str) -> IncomingPress | None:
    if query.data is None or query.message is None:
        return None
    chat, person = query.message.chat, query.from_user
    private = chat.type == ChatType.PRIVATE
    incoming = Incoming(PLATFORM, str(person.id), str(chat.id), private, "", event, _language(person))
    if isinstance(message := query.message, Message):
        was_text = message.text is not None
        place = _place(message)
        incoming = replace(incoming, thread=place.thread, pressed=str(message.message_id))
        return IncomingPress(query.id, query.data, incoming, place, message.message_id, was_text)
    return IncomingPress(query.id, query.data, incoming, Address(str(chat.id)), None, False)


def _membership(change: ChatMemberUpdated, event: str) -> Joined | Gone | None:
    was, now = change.old_chat_member.status, change.new_chat_member.status
    chat = str(change.chat.id)
    if now in _AWAY:
        return Gone(chat)
    if was not in _AWAY or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return None
    person = change.from_user
    incoming = Incoming(PLATFORM, str(person.id), chat, False, "/start", event, _language(person))
    return Joined(incoming, Address(chat))
