"""From what was understood to what is seen: a question is answered, a press or an edit changes its answer in place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.memory import Memory, RememberedAnswer
from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown, Front
from bot.channels.telegram.incoming import IncomingPress, IncomingText, Joined
from bot.channels.telegram.render import Album, CallbackStore, Photo, TelegramPart, TextMessage, parts
from bot.channels.telegram.send import Sender, chat_id
from bot.channels.telegram.settings import PLATFORM
from bot.chat.message import Incoming, Reply, Shown
from digests.localizer import LANGUAGES, Localizer
from warehouse.messages import N_

_LOG = logging.getLogger(__name__)

_SILENCE_S = 0.7
"""An answer that takes longer is announced by «typing…»."""
_TYPING_S = 4.5
"""Telegram shows it for five seconds."""
_EDITABLE = timedelta(hours=1)
"""A question that is edited later, and that we remember nothing of, was not meant for now."""

_NO_PHOTOS = "rights to send photos"

FORGOTTEN = N_("This button is too old for me to remember what it asked. Please ask with a command.")


@dataclass(frozen=True)
class ShownMessage:
    """A message of ours. A text may become a picture or a file; those become no text again, and an album nothing."""

    message: int
    text: bool = False
    album: bool = False


@dataclass
class Answered(RememberedAnswer):
    """A question's words and the messages that answer it now."""

    place: Address
    question: int | None
    """The message to reply to; None in a private chat."""
    said: object = None
    """What was asked with: as long as it is the same, so is the answer."""
    shown: list[ShownMessage] = field(default_factory=list)


class Answers:
    """Answers for one bot. Raises the errors of sending."""

    def __init__(self, front: Front, bot: Bot, sender: Sender, presses: CallbackStore) -> None:
        self._front = front
        self._bot = bot
        self._sender = sender
        self._presses = presses
        self._memory: Memory[Answered] = Memory()

    async def question(self, asked: IncomingText) -> None:
        """Answer, or change the answer if the question was changed."""
        answered = self._memory.find(asked.place.chat, asked.message)
        if answered is None:
            if asked.edited and datetime.now(UTC) - asked.asked_at > _EDITABLE:
                return
            answered = Answered(asked.place, None if asked.incoming.private else asked.message)
            self._memory.add(answered.place.chat, answered, asked.message)
        said = (asked.incoming.text, asked.incoming.content)
        if answered.said == said:
            return  # edited, but nothing that it says: a link got its preview
        answered.said = said
        async with answered.lock:
            if answered.said != said:
                return  # changed again while this was waiting
            if reply := await self._reply(asked.incoming, asked.place):
                if reply.beside:
                    answered = Answered(answered.place, answered.question)
                await self._show(answered, reply)

    async def press(self, press: IncomingPress) -> None:
        """Make the message that bears the button answer what the button asks."""
        command = self._presses.command(press.data)
        alert = self._localizer(press.incoming)(FORGOTTEN) if command is None else None
        with suppress(TelegramError):  # too late to stop the button's clock, which harms nobody
            await self._bot.answer_callback_query(press.query, alert, show_alert=alert is not None)
        if command is None:
            return
        answered = self._pressed(press)
        async with answered.lock:
            reply = await self._reply(replace(press.incoming, text=command), press.place)
            if reply is None:
                return
            if reply.beside or (reply.quiet and not press.incoming.private):
                # A file goes below its answer; what is for the person alone does not take away what everybody reads.
                answered = Answered(press.place, press.message)
            await self._show(answered, reply)

    def _pressed(self, press: IncomingPress) -> Answered:
        """The answer that bears the button; a new one below where that must stay, or where not all of it is known."""
        if known := self._memory.find(press.place.chat, press.message):
            return known
        answered = Answered(press.place, None if press.incoming.private else press.message)
        if press.message and not self._presses.apart(press.data):
            answered.question = None
            answered.shown = [ShownMessage(press.message, text=press.was_text)]
            self._memory.add(answered.place.chat, answered, press.message)
        return answered

    async def greet(self, joined: Joined) -> None:
        """Say in a new group what can be asked."""
        if reply := await self._reply(joined.incoming, joined.place):
            await self._show(Answered(joined.place, None), reply)

    def forget(self, chat: str) -> None:
        """Nothing in that chat will be changed any more."""
        self._memory.forget(chat)

    async def _reply(self, incoming: Incoming, place: Address) -> Reply | None:
        async with self._typing(place):
            return await self._front.answer(incoming)

    @asynccontextmanager
    async def _typing(self, place: Address) -> AsyncIterator[None]:
        async def announce() -> None:
            await asyncio.sleep(_SILENCE_S)
            with suppress(TelegramError):
                thread = int(place.thread) if place.thread else None
                while True:
                    await self._bot.send_chat_action(chat_id(place), ChatAction.TYPING, message_thread_id=thread)
                    await asyncio.sleep(_TYPING_S)

        task = asyncio.create_task(announce())
        try:
            yield
        finally:
            task.cancel()

    async def _show(self, answered: Answered, reply: Reply) -> None:
        """Put the reply in the answer's place: by editing where each message can become its part, else anew."""
        await self._put(answered, reply)
        if reply.turn and answered.shown:
            messages = tuple(str(each.message) for each in answered.shown)
            await self._front.shown(Shown(PLATFORM, answered.place.chat, messages, reply.turn))
        if before := self._memory.name(answered.place.chat, answered, reply.instead):
            stood, before.shown = before.shown, []
            await self._remove(before.place, stood)

    async def _put(self, answered: Answered, reply: Reply) -> None:
        made = parts(reply.document)
        before = answered.shown
        if made and before and _can_become(before, made):
            try:
                await self._edit(answered, made)
                return
            except DeliveryFailed as failure:
                _LOG.info("The answer in the chat %s is said anew: %s", answered.place.chat, failure)
        answered.shown = []
        reply_to = answered.question
        for part in made:
            await self._add(answered, part, reply_to, apart=len(made) > 1)
            reply_to = None
        await self._remove(answered.place, before)

    async def _add(self, answered: Answered, part: TelegramPart, reply_to: int | None, *, apart: bool) -> None:
        try:
            sent = await self._sender.send(answered.place, part, reply_to=reply_to, apart=apart)
        except DeliveryFailed as failure:
            if not isinstance(part, Photo) or _NO_PHOTOS not in str(failure):
                raise
            # A group may forbid pictures; the words are the answer without them.
            part = TextMessage(part.caption, part.buttons)
            sent = await self._sender.send(answered.place, part, reply_to=reply_to, apart=apart)
        answered.place = sent.place
        is_text, is_album = isinstance(part, TextMessage), isinstance(part, Album)
        answered.shown += [ShownMessage(message, text=is_text, album=is_album) for message in sent.messages]
        self._memory.add(answered.place.chat, answered, *sent.messages)

    async def _edit(self, answered: Answered, made: Sequence[TelegramPart]) -> None:
        kept, extra = answered.shown[: len(made)], answered.shown[len(made) :]
        for n, (shown, part) in enumerate(zip(kept, made, strict=True)):
            assert not isinstance(part, Album)
            apart = len(made) > 1
            await self._sender.edit(answered.place, shown.message, part, was_text=shown.text, apart=apart)
            answered.shown[n] = ShownMessage(shown.message, text=isinstance(part, TextMessage))
        answered.shown = answered.shown[: len(made)]
        await self._remove(answered.place, extra)

    async def _remove(self, place: Address, shown: Sequence[ShownMessage]) -> None:
        if not shown:
            return
        try:
            await self._sender.delete(place, tuple(each.message for each in shown))
        except (DeliveryFailed, DeliveryUnknown) as failure:
            _LOG.info("An answer in the chat %s stays beside its successor: %s", place.chat, failure)

    def _localizer(self, incoming: Incoming) -> Localizer:
        return Localizer(incoming.locale if incoming.locale in LANGUAGES else self._front.language)


def _can_become(shown: Sequence[ShownMessage], made: Sequence[TelegramPart]) -> bool:
    """Whether the messages can be edited to be the parts; messages that are left over are taken away."""
    if len(made) > len(shown) or any(each.album for each in shown):
        return False
    return all(
        not isinstance(part, Album) and (each.text or not isinstance(part, TextMessage))
        for each, part in zip(shown, made, strict=False)
    )
