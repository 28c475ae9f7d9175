"""The bot on Telegram, connected: updates in, answers out."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, assert_never

from telegram import Update
from telegram.error import InvalidToken, TelegramError

from bot.channels.channel import Finding, Front
from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Place, Trace
from bot.channels.telegram.answers import Answers
from bot.channels.telegram.check import findings
from bot.channels.telegram.client import client, refused
from bot.channels.telegram.edit import edit
from bot.channels.telegram.hearing import PLATFORM, Gone, Joined, Press, Question, understood
from bot.channels.telegram.listen import Listener, Pauses, listener
from bot.channels.telegram.menu import publish
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.render import Part, opening, parts
from bot.channels.telegram.send import Sender, pace
from bot.config import TelegramConfig
from digests.document import Document
from warehouse.messages import Message

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)

_FINISH_S = 10.0
_SEEN = 1000


class TelegramChannel:
    """Telegram, as `svodka run` knows a platform. `sender` sends parts that nobody has asked for."""

    key = PLATFORM

    def __init__(self, settings: TelegramConfig, token: str, front: Front) -> None:
        """Raises Mistake for settings that cannot work."""
        self._settings = settings
        self._front = front
        self._bot = client(settings, token)
        presses = Presses()
        self.sender = Sender(self._bot, pace(), presses)
        self._answers = Answers(front, self._bot, self.sender, presses)
        self._listener: Listener | None = None
        self._pauses = Pauses()
        self._listening = False
        self._failed: asyncio.Future[Message] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._albums: OrderedDict[str, None] = OrderedDict()
        """Those of which a message was for us."""

    async def start(self) -> None:
        """Connect, however long that takes, and listen. Raises Mistake for a token that is refused."""
        await self._persistently(self._bot.initialize)
        self._listener = listener(self._bot, self._settings, self._take, self._fail, self._pauses)
        await self._persistently(self._listener.start)
        self._listening = True
        self._begin(publish(self._bot, self._front.commands, self._front.language))

    @property
    def connected(self) -> bool:
        """Whether Telegram was reached when it was last asked."""
        return self._listening and not self._pauses.away

    async def stop(self) -> None:
        """Stop listening, then finish what was begun, within ten seconds."""
        if self._listener:
            await self._listener.stop()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=_FINISH_S)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._bot.shutdown()

    async def failed(self) -> Message:
        """Wait for another bot on the token, or for the token's end."""
        return await asyncio.shield(self._failure())

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        """Look at the token and the chats; nothing is listened to and nothing is sent."""
        try:
            return [finding async for finding in findings(self._bot, chats)]
        finally:
            await self._bot.shutdown()

    def parts(self, document: Document) -> Sequence[Part]:
        return parts(document)

    def opening(self, part: Part) -> str:
        return opening(part)

    async def prepare(self, place: Place, part: Part) -> Trace:
        """Nothing: here an upload is a part of sending."""
        return {}

    async def send(self, place: Place, part: Part, key: str | None = None, prepared: Trace | None = None) -> Trace:
        """Post a part whose buttons leave it as it is."""
        sent = await self.sender.send(place, part, apart=True, unasked=True)
        return {"chat": sent.place.chat, "messages": list(sent.messages)}

    async def edit(self, place: Place, receipt: Trace, part: Part, was: Part | None = None) -> Trace:
        return await edit(self.sender, place, receipt, part, was)

    def reply_place(self, place: Place, receipt: Trace) -> Place:
        """The same chat and topic, replying to the first of the messages."""
        messages = receipt.get("messages") or ()
        return replace(place, chat=receipt["chat"], reply_to=str(messages[0])) if messages else place

    async def find(self, place: Place, key: str, prepared: Trace, since: datetime) -> Trace | None:
        """Always raises DeliveryUnknown: bots cannot read what stands in a chat."""
        raise DeliveryUnknown("Telegram does not tell bots what stands in a chat")

    def _take(self, update: Update) -> None:
        """Begin with an update, unless it has been delivered before."""
        if update.update_id in self._seen:
            return
        _remember(self._seen, update.update_id)
        self._begin(self._handle(update))

    async def _handle(self, update: Update) -> None:
        heard = understood(update, self._bot.bot, self._albums.__contains__)
        if isinstance(heard, Question) and heard.heard.album:
            _remember(self._albums, heard.heard.album)
        try:
            match heard:
                case Question():
                    await self._answers.question(heard)
                case Press():
                    await self._answers.press(heard)
                case Joined():
                    await self._answers.greet(heard)
                case Gone(chat, moved_to):
                    self._answers.forget(chat)
                    if moved_to:
                        _LOG.warning(
                            "The group %s is the supergroup %s now: name it so in svodka.toml.", chat, moved_to
                        )
                case None:
                    pass
                case _:
                    assert_never(heard)
        except DeliveryFailed as failure:
            _LOG.warning("An answer was not accepted by Telegram: %s", failure)
        except DeliveryUnknown as failure:
            _LOG.warning("An answer may have been accepted by Telegram, and is not sent again: %s", failure)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOG.error("An update from Telegram was not answered", exc_info=error)

    def _failure(self) -> asyncio.Future[Message]:
        if self._failed is None:
            self._failed = asyncio.get_running_loop().create_future()
        return self._failed

    def _fail(self, reason: Message) -> None:
        if not self._failure().done():
            self._failure().set_result(reason)

    async def _persistently(self, connect: Callable[[], Awaitable[object]]) -> None:
        """Until Telegram answers. Raises Mistake if it refuses the token."""
        while True:
            try:
                await connect()
            except InvalidToken:
                raise refused() from None
            except TelegramError as error:
                await self._pauses.wait(error)
            else:
                self._pauses.over()
                return


def _remember(known: OrderedDict[_T, None], what: _T) -> None:
    known[what] = None
    if len(known) > _SEEN:
        known.popitem(last=False)
