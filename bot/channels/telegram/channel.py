"""The list of commands that Telegram shows: by language and kind of chat, and told again only when it has changed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import assert_never

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, Update
from telegram.error import InvalidToken, TelegramError

from bot.channels.memory import Recent
from bot.channels.protocol import (
    CLASSIC,
    Address,
    CommandHelp,
    DeliveryFailed,
    DeliveryUnknown,
    Finding,
    Front,
    Receipt,
)
from bot.channels.telegram.answers import Answers
from bot.channels.telegram.client import client, findings, refused
from bot.channels.telegram.incoming import Gone, IncomingPress, IncomingText, Joined, understood
from bot.channels.telegram.listen import Connection, Listener, listener
from bot.channels.telegram.markup import one_line, shortened
from bot.channels.telegram.platform import Policies
from bot.channels.telegram.render import CallbackStore, TelegramPart, opening, parts
from bot.channels.telegram.send import Sender, edit
from bot.channels.telegram.settings import PLATFORM, TelegramConfig
from digests.document import Document
from digests.localizer import LANGUAGES
from warehouse.messages import Message

_LOG = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_COMMANDS, _ABOUT = 100, 256


async def publish(bot: Bot, commands: Sequence[CommandHelp], language: str) -> None:
    """Tell Telegram the commands; readers of other languages see the centre's. A failure is only logged."""
    fitting = [command for command in commands if _NAME.fullmatch(command.name)][:_COMMANDS]
    if len(fitting) < len(commands):
        left = sorted({command.name for command in commands} - {command.name for command in fitting})
        _LOG.warning("Not in Telegram's list of commands, which has %s at most: %s", _COMMANDS, ", ".join(left))
    scopes = (BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats())
    try:
        for scope, reader in product(scopes, (None, *LANGUAGES)):
            wanted = tuple(
                BotCommand(command.name, shortened(one_line(command.about[reader or language]), _ABOUT))
                for command in fitting
            )
            if await bot.get_my_commands(scope, reader) != wanted:
                await bot.set_my_commands(wanted, scope, reader)
    except TelegramError as error:
        _LOG.warning("Telegram's list of commands is not told: %s", error.message)


_FINISH_S = 10.0


class TelegramChannel:
    """Telegram, as `svodka run` knows a platform. `sender` sends parts that nobody has asked for."""

    key = PLATFORM

    def __init__(self, settings: TelegramConfig, token: str, front: Front, policies: Policies = Policies()) -> None:
        """Raises UserError for settings that cannot work."""
        self._settings = settings
        self._front = front
        self._bot = client(settings, token, policies)
        presses = CallbackStore()
        self.sender = Sender(self._bot, policies, presses)
        self._answers = Answers(front, self._bot, self.sender, presses)
        self._listener: Listener | None = None
        self._policies = policies
        self._connection = Connection(policies.connecting)
        self._listening = False
        self._failed: asyncio.Future[Message] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: Recent[int] = Recent()
        self._albums: Recent[str] = Recent()
        """Those of which a message was for us."""

    async def start(self) -> None:
        """Connect, however long that takes, and listen. Raises UserError for a token that is refused."""
        await self._persistently(self._bot.initialize)
        self._listener = listener(self._bot, self._settings, self._take, self._fail, self._connection)
        await self._persistently(self._listener.start)
        self._listening = True
        self._begin(publish(self._bot, self._front.commands, self._front.language))

    @property
    def connected(self) -> bool:
        """Whether Telegram was reached when it was last asked."""
        return self._listening and not self._connection.away

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

    def layout(self, place: Address) -> str:
        return self._settings.layout.get(place.chat, CLASSIC)

    def parts(self, document: Document, layout: str = CLASSIC) -> Sequence[TelegramPart]:
        return parts(document, "rich" if layout == "rich" else "classic")

    def opening(self, part: TelegramPart) -> str:
        return opening(part)

    async def prepare(self, place: Address, part: TelegramPart) -> Receipt:
        """Nothing: here an upload is a part of sending."""
        return {}

    async def send(
        self, place: Address, part: TelegramPart, key: str | None = None, prepared: Receipt | None = None
    ) -> Receipt:
        """Post a part whose buttons leave it as it is."""
        sent = await self.sender.send(place, part, apart=True, unasked=True)
        return {"chat": sent.place.chat, "messages": list(sent.messages)}

    async def edit(
        self, place: Address, receipt: Receipt, part: TelegramPart, was: TelegramPart | None = None
    ) -> Receipt:
        return await edit(self.sender, place, receipt, part, was)

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        """The same chat and topic, replying to the first of the messages."""
        messages = receipt.get("messages") or ()
        return replace(place, chat=receipt["chat"], reply_to=str(messages[0])) if messages else place

    async def find(self, place: Address, key: str, prepared: Receipt, since: datetime) -> Receipt | None:
        """Always raises DeliveryUnknown: bots cannot read what stands in a chat."""
        raise DeliveryUnknown("Telegram does not tell bots what stands in a chat")

    def _take(self, update: Update) -> None:
        """Begin with an update, unless it has been delivered before."""
        if self._seen.add(update.update_id):
            self._begin(self._handle(update))

    async def _handle(self, update: Update) -> None:
        incoming = understood(update, self._bot.bot, self._albums.__contains__, self._policies.fetching)
        if isinstance(incoming, IncomingText) and incoming.incoming.album:
            self._albums.add(incoming.incoming.album)
        try:
            match incoming:
                case IncomingText():
                    await self._answers.question(incoming)
                case IncomingPress():
                    await self._answers.press(incoming)
                case Joined():
                    await self._answers.greet(incoming)
                case Gone(chat, moved_to):
                    self._answers.forget(chat)
                    if moved_to:
                        _LOG.warning(
                            "The group %s is the supergroup %s now: name it so in svodka.toml.", chat, moved_to
                        )
                case None:
                    pass
                case _:
                    assert_never(incoming)
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
        """Until Telegram answers. Raises UserError if it refuses the token."""
        while True:
            try:
                await connect()
            except InvalidToken:
                raise refused() from None
            except TelegramError as error:
                await self._connection.lost(error)
            else:
                self._connection.reached()
                return
