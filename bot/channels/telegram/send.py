"""What Telegram's errors mean."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar, assert_never

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.protocol import (
    Address,
    DeliveryFailed,
    DeliveryUnknown,
    NotEditable,
    Reason,
    Receipt,
    nothing_on_its_way,
)
from bot.channels.telegram.platform import Policies
from bot.channels.telegram.render import (
    Album,
    Button,
    CallbackStore,
    File,
    Photo,
    RichMessage,
    Rows,
    TelegramPart,
    TextMessage,
)

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""What the library names by the same two errors as an answer that did not come."""
NO_CHAT = ("chat not found", "group chat was deactivated", "peer_id_invalid")
"""What is a bad request to Telegram, and as final as a refusal."""
GONE = ("message to edit not found", "message_id_invalid")
FIXED = (
    "message can't be edited",
    "there is no text in the message",
    "there is no media in the message",
    "media in album",
    "media_prev_invalid",
)
"""What Telegram says of a message that stays as it is; in whatever case it says it."""

_BAD = {
    Reason.NO_CHAT: NO_CHAT,
    Reason.GONE: GONE,
    Reason.FIXED: FIXED,
    Reason.TOPIC: ("thread not found", "topic_closed", "topic_deleted", "topic_id_invalid"),
    Reason.RIGHTS: ("not enough rights", "have no rights", "need administrator rights", "_forbidden"),
}


def reason_of(error: TelegramError) -> Reason:
    """Why, in words for people."""
    match error:
        case BadRequest():
            said = error.message.lower()
            return next((why for why, words in _BAD.items() if any(each in said for each in words)), Reason.CONTENT)
        case Forbidden():
            return Reason.REMOVED
        case InvalidToken():
            return Reason.TOKEN
        case Conflict():
            return Reason.OTHER_BOT
        case RetryAfter():
            return Reason.BUSY
        case ChatMigrated():
            return Reason.MOVED
        case NetworkError() if isinstance(error.__cause__, NEVER_SENT):
            return Reason.UNREACHED
        case TimedOut():
            return Reason.NO_ANSWER
        case NetworkError() if isinstance(error.__cause__, httpx.HTTPError):
            return Reason.BROKEN_OFF
        case _:
            return Reason.FAULTY


_LOG = logging.getLogger(__name__)
_One = TextMessage | Photo | File | RichMessage
"""A part of one message."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Sent:
    """A part's receipt: its messages' ids, and where they are.

    The place is another than the one asked for where a group has become a supergroup: that is its id from now on.
    """

    place: Address
    messages: tuple[int, ...]


class Sender:
    """Sends, edits and deletes for one bot."""

    def __init__(self, bot: Bot, policies: Policies, presses: CallbackStore) -> None:
        self._bot = bot
        self._rate_limit = policies.rate_limit()
        self._retry = policies.sending
        self._presses = presses

    async def send(
        self,
        place: Address,
        part: TelegramPart,
        *,
        reply_to: int | None = None,
        apart: bool = False,
        unasked: bool = False,
    ) -> Sent:
        """Send a part. Its buttons leave it as it is when pressed, if they are to stand `apart`; `unasked`: no answer.

        Raises DeliveryFailed where nothing was accepted, DeliveryUnknown where it may have been.
        """

        answered = reply_to or (int(place.reply_to) if place.reply_to else None)

        async def call(place: Address) -> tuple[Message, ...]:
            return await self._sent(place, part, answered, apart)

        cost = len(part.photos) if isinstance(part, Album) else 1
        place, messages = await self._following(place, cost, call, unasked=unasked)
        return Sent(place, tuple(message.message_id for message in messages))

    async def edit(self, place: Address, message: int, part: _One, *, was_text: bool, apart: bool) -> None:
        """Make a message another one: a text may become anything, a photo or a file no text again.

        Raises as `send`, where the message may have changed or not; it is no harm to try again.
        """

        async def call(place: Address) -> object:
            keyboard = self._keyboard(part.buttons, apart)
            chat = chat_id(place)
            match part:
                case TextMessage(html):
                    assert was_text
                    return await self._bot.edit_message_text(
                        html,
                        chat,
                        message,
                        parse_mode=ParseMode.HTML,
                        link_preview_options=_NO_PREVIEW,
                        reply_markup=keyboard,
                    )
                case RichMessage():
                    # The library asks for a text, and drops one that is None.
                    return await self._bot.edit_message_text(
                        None,  # type: ignore[arg-type]
                        chat,
                        message,
                        reply_markup=keyboard,
                        api_kwargs=_rich(part),
                    )
                case Photo(name, image, caption):
                    photo = InputMediaPhoto(image, caption, ParseMode.HTML, filename=name)
                    return await self._bot.edit_message_media(photo, chat, message, reply_markup=keyboard)
                case File(name, content, caption):
                    file = InputMediaDocument(content, caption, ParseMode.HTML, filename=name)
                    return await self._bot.edit_message_media(file, chat, message, reply_markup=keyboard)
                case _:
                    assert_never(part)

        try:
            try:
                await self._following(place, 1, call)
            except DeliveryUnknown:
                await self._following(place, 1, call)  # the same edit twice is one edit
        except DeliveryFailed as failure:
            if "not modified" not in str(failure):
                raise

    async def delete(self, place: Address, messages: tuple[int, ...]) -> None:
        """Take messages away. Raises as `edit`."""

        async def call(place: Address) -> object:
            return await self._bot.delete_messages(chat_id(place), messages)

        await self._following(place, 0, call)

    async def _sent(self, place: Address, part: TelegramPart, reply_to: int | None, apart: bool) -> tuple[Message, ...]:
        chat, thread = chat_id(place), int(place.thread) if place.thread else None
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        match part:
            case TextMessage(html, buttons):
                message = await self._bot.send_message(
                    chat,
                    html,
                    ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=self._keyboard(buttons, apart),
                    message_thread_id=thread,
                    reply_parameters=reply,
                )
            case Photo(name, image, caption, buttons):
                message = await self._bot.send_photo(
                    chat,
                    image,
                    caption or None,
                    parse_mode=ParseMode.HTML,
                    filename=name,
                    reply_markup=self._keyboard(buttons, apart),
                    message_thread_id=thread,
                    reply_parameters=reply,
                )
            case File(name, content, caption, buttons):
                message = await self._bot.send_document(
                    chat,
                    InputFile(content, name),
                    caption or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=self._keyboard(buttons, apart),
                    message_thread_id=thread,
                    reply_parameters=reply,
                )
            case RichMessage(_, _, buttons):
                # python-telegram-bot has no method for it yet.
                given = {
                    "chat_id": chat,
                    "message_thread_id": thread,
                    "reply_parameters": reply,
                    "reply_markup": self._keyboard(buttons, apart),
                    **_rich(part),
                }
                given = {name: value for name, value in given.items() if value is not None}
                message = await self._bot.do_api_request("sendRichMessage", api_kwargs=given, return_type=Message)
            case Album(photos):
                media = [InputMediaPhoto(p.image, p.caption or None, ParseMode.HTML, filename=p.name) for p in photos]
                return await self._bot.send_media_group(chat, media, message_thread_id=thread, reply_parameters=reply)
            case _:
                assert_never(part)
        return (message,)

    async def _following(
        self, place: Address, cost: int, call: Callable[[Address], Awaitable[_T]], *, unasked: bool = False
    ) -> tuple[Address, _T]:
        """Call for the place, or for the supergroup that it has become."""
        try:
            return place, await self._paced(place.chat, cost, lambda: call(place), unasked)
        except ChatMigrated as moved:
            _LOG.warning(
                "The group %s is the supergroup %s now: name it so in svodka.toml.", place.chat, moved.new_chat_id
            )
            place = replace(place, chat=str(moved.new_chat_id))
        try:
            return place, await self._paced(place.chat, cost, lambda: call(place), unasked)
        except ChatMigrated as moved:
            raise DeliveryFailed(str(moved), reason_of(moved), permanent=False) from moved

    async def _paced(self, chat: str, cost: int, call: Callable[[], Awaitable[_T]], unasked: bool) -> _T:
        """Call in the chat's turn, again only where nothing can have been accepted."""
        async with self._rate_limit.acquire(chat, cost, unasked=unasked):
            retries = self._retry.begin()
            while True:
                await self._rate_limit.unblocked(chat)
                try:
                    return await call()
                except RetryAfter as halt:
                    self._rate_limit.block(seconds(halt), chat)
                except (Forbidden, InvalidToken, BadRequest) as refusal:
                    closed = isinstance(refusal, Forbidden) or refusal.message.lower() in NO_CHAT
                    raise DeliveryFailed(
                        refusal.message, reason_of(refusal), permanent=True, closed=closed
                    ) from refusal
                except Conflict as refusal:
                    raise DeliveryFailed(refusal.message, reason_of(refusal), permanent=False) from refusal
                except ChatMigrated:
                    raise
                except NetworkError as error:
                    if not isinstance(error.__cause__, NEVER_SENT):
                        raise DeliveryUnknown(error.message, reason_of(error)) from error
                    if retries.exhausted:
                        raise DeliveryFailed(error.message, reason_of(error), permanent=False) from error
                    with nothing_on_its_way():
                        await retries.wait()
                except TelegramError as error:
                    raise DeliveryUnknown(error.message, reason_of(error)) from error

    def _keyboard(self, rows: Rows, apart: bool) -> InlineKeyboardMarkup | None:
        if not rows:
            return None
        return InlineKeyboardMarkup([[self._button(button, apart) for button in row] for row in rows])

    def _button(self, button: Button, apart: bool) -> InlineKeyboardButton:
        if button.link:
            return InlineKeyboardButton(button.label, url=button.link)
        return InlineKeyboardButton(button.label, callback_data=self._presses.data(button.command, apart=apart))


def seconds(halt: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = halt.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def chat_id(place: Address) -> int | str:
    return place.chat if place.chat.startswith("@") else int(place.chat)


_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _rich(part: RichMessage) -> dict[str, Any]:
    """Return what a call is given for a rich message: its HTML, what its pictures are called, and their files."""
    uploads = {f"photo{n}": InputFile(photo.image, f"{photo.name}.png") for n, photo in enumerate(part.photos)}
    media = [
        {"id": photo.name, "media": {"type": "photo", "media": f"attach://{upload}"}}
        for photo, upload in zip(part.photos, uploads, strict=True)
    ]
    return {"rich_message": {"html": part.html, **({"media": media} if media else {})}, **uploads}


async def edit(
    sender: Sender, place: Address, receipt: Receipt, part: TelegramPart, was: TelegramPart | None
) -> Receipt:
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


def _shown(part: TelegramPart) -> tuple[_One, ...]:
    """A part as its messages."""
    return part.photos if isinstance(part, Album) else (part,)


async def _edited(sender: Sender, place: Address, message: int, part: _One) -> None:
    try:
        await sender.edit(place, message, part, was_text=isinstance(part, TextMessage), apart=True)
    except DeliveryUnknown as unknown:
        raise DeliveryFailed(str(unknown), unknown.reason, permanent=False) from unknown
    except DeliveryFailed as failure:
        said = str(failure).lower()
        gone = any(words in said for words in GONE)
        if gone or any(words in said for words in FIXED):
            raise NotEditable(str(failure), failure.reason, gone=gone) from failure
        raise
