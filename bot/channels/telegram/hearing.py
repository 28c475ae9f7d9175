"""What an update says to the bot: pure, from the library's objects to ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.delivery import Place
from bot.channels.telegram.addressing import Ours, addressed, concerns_us, entities, named, replied, words
from bot.channels.telegram.files import attached
from bot.channels.telegram.reading import written
from bot.heard import Content, Heard

PLATFORM = "telegram"
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
class Question:
    """Words for the bot, in the message that they came in; `edited` if they stand there instead of others."""

    heard: Heard
    place: Place
    message: int
    edited: bool
    asked_at: datetime


@dataclass(frozen=True)
class Press:
    """A button was pressed; `heard` has no words yet. `message` is None where Telegram does not show it any more."""

    query: str
    data: str
    heard: Heard
    place: Place
    message: int | None
    was_text: bool


@dataclass(frozen=True)
class Joined:
    """The bot was taken into a group; `heard` is who did it, as if they had said /start."""

    heard: Heard
    place: Place


@dataclass(frozen=True)
class Gone:
    """The bot may not speak in a chat any more, or the chat is another one now."""

    chat: str
    moved_to: str | None = None


def understood(update: Update, me: User, ours: Ours = lambda album: False) -> Question | Press | Joined | Gone | None:
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
    text, pictures = addressed(message, me), attached(message)
    if text is None and not concerns_us(message, me, ours):
        return None
    content = Content(written(words(message), entities(message), named(message, me)), pictures)
    if not text and not content.blocks and not content.pictures:
        return None
    place = _place(message)
    heard = Heard(
        PLATFORM,
        _person(message),
        str(message.chat.id),
        message.chat.type == ChatType.PRIVATE,
        text or "",
        event,
        _language(message.from_user),
        content,
        album=message.media_group_id,
        reply_to=replied(message, me),
        message=str(message.message_id),
        thread=place.thread,
    )
    return Question(heard, place, message.message_id, edited is not None, message.date)


def _person(message: Message) -> str:
    """Who asks. Behind a chat that somebody speaks for, no person is known: it is that chat."""
    speaker = message.sender_chat or message.from_user or message.chat
    return str(speaker.id)


def _language(user: User | None) -> str | None:
    return user.language_code.partition("-")[0].lower() if user and user.language_code else None


def _place(message: Message) -> Place:
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(str(message.chat.id), str(thread) if thread else None)


def _press(query: CallbackQuery, event: str) -> Press | None:
    if query.data is None or query.message is None:
        return None
    chat, person = query.message.chat, query.from_user
    private = chat.type == ChatType.PRIVATE
    heard = Heard(PLATFORM, str(person.id), str(chat.id), private, "", event, _language(person))
    if isinstance(message := query.message, Message):
        was_text = message.text is not None
        place = _place(message)
        heard = replace(heard, thread=place.thread)
        return Press(query.id, query.data, heard, place, message.message_id, was_text)
    return Press(query.id, query.data, heard, Place(str(chat.id)), None, False)


def _membership(change: ChatMemberUpdated, event: str) -> Joined | Gone | None:
    was, now = change.old_chat_member.status, change.new_chat_member.status
    chat = str(change.chat.id)
    if now in _AWAY:
        return Gone(chat)
    if was not in _AWAY or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return None
    person = change.from_user
    heard = Heard(PLATFORM, str(person.id), chat, False, "/start", event, _language(person))
    return Joined(heard, Place(chat))
