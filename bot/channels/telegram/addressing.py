"""Whether a message is for us, and which of its words are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.channels.telegram.reading import Stretch, stretch

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
