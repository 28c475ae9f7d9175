"""Where updates come from: long polling, or Telegram's deliveries to a webhook."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Updater

from bot.channels.retry import RetryPolicy
from bot.channels.telegram.client import refused
from bot.channels.telegram.incoming import KINDS
from bot.channels.telegram.send import seconds
from bot.channels.telegram.settings import TELEGRAM_BOT, TelegramConfig
from warehouse.messages import Message, UserError, note, system_reason

_LOG = logging.getLogger(__name__)

_POLL_S = 25
_CONFLICT_WITHIN_S = 60.0
"""One conflict is a predecessor that takes its leave; a second one within so long is another bot."""

Take = Callable[[Update], None]
Fail = Callable[[Message], None]


class Listener(Protocol):
    """A source of updates."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Connection:
    """Whether Telegram is reached: growing pauses while it is away, and a line in the log when it goes and comes."""

    def __init__(self, retry: RetryPolicy) -> None:
        self.retry = retry
        self._retries = retry.begin()

    @property
    def away(self) -> bool:
        """Whether Telegram did not answer when it was last asked."""
        return self._retries.failures > 0

    async def lost(self, error: TelegramError) -> None:
        """Wait before it is asked again."""
        if not self.away:
            _LOG.warning("Telegram cannot be reached (%s); trying on.", error.message)
        await self._retries.wait()

    def reached(self) -> None:
        if self.away:
            _LOG.info("Telegram is reached again.")
            self._retries.reset()


class Polling:
    """Asks Telegram for updates, again and again; each is confirmed once it has been taken.

    The library's own loop ends without a word when the token is revoked, and sleeps on when it is to stop.
    """

    def __init__(self, bot: Bot, take: Take, fail: Fail, connection: Connection) -> None:
        self._bot = bot
        self._take = take
        self._fail = fail
        self._connection = connection
        self._offset: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._bot.delete_webhook()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._offset is not None:
            with suppress(TelegramError, TimeoutError):  # what is not confirmed comes again at the next start
                async with asyncio.timeout(3):
                    await self._bot.get_updates(offset=self._offset, timeout=0, allowed_updates=KINDS)

    async def _run(self) -> None:
        retry, clock = self._connection.retry, self._connection.retry.clock
        conflict_at = -_CONFLICT_WITHIN_S
        while True:
            try:
                updates = await self._bot.get_updates(offset=self._offset, timeout=_POLL_S, allowed_updates=KINDS)
            except RetryAfter as halt:
                await clock.sleep(seconds(halt))
            except InvalidToken:
                self._fail(refused().message)
                return
            except Conflict:
                if clock.now() - conflict_at < _CONFLICT_WITHIN_S:
                    self._offset = None  # the other one confirms from now on, and asking once more would end it too
                    self._fail(_another_bot())
                    return
                _LOG.warning("Another program has asked Telegram for this bot's messages; asking once more.")
                conflict_at = clock.now()
                await clock.sleep(retry.first)
            except TelegramError as error:
                await self._connection.lost(error)
            else:
                self._connection.reached()
                for update in updates:
                    self._take(update)
                    self._offset = update.update_id + 1


class Webhook:
    """Takes what Telegram delivers to an address of ours, if it shows the secret that only Telegram was told."""

    def __init__(self, bot: Bot, settings: TelegramConfig, take: Take) -> None:
        self._bot = bot
        self._url = settings.webhook_url or ""
        self._host, self._port = _address(settings.listen)
        self._take = take
        self._updater = Updater(bot, asyncio.Queue())
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises UserError if the port is taken."""
        await self._updater.initialize()
        try:
            await self._updater.start_webhook(
                listen=self._host,
                port=self._port,
                url_path=urlsplit(self._url).path,
                webhook_url=self._url,
                allowed_updates=KINDS,
                # The same after a restart, so that what is on its way is still taken.
                secret_token=sha256(f"webhook:{self._bot.token}".encode()).hexdigest(),
            )
        except OSError as error:
            raise UserError(
                "In svodka.toml, telegram.listen: nothing can listen at {given} ({reason}).",
                given=f"{self._host}:{self._port}",
                reason=system_reason(error),
            ) from None
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """The webhook stays set: Telegram keeps what comes meanwhile for the next start."""
        if self._task is None:
            return
        await self._updater.stop()
        while not self._updater.update_queue.empty():
            await asyncio.sleep(0)
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            update = await self._updater.update_queue.get()
            if isinstance(update, Update):
                self._take(update)


def listener(bot: Bot, settings: TelegramConfig, take: Take, fail: Fail, connection: Connection) -> Listener:
    """As the settings say."""
    return Webhook(bot, settings, take) if settings.webhook_url else Polling(bot, take, fail, connection)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise UserError(
            'In svodka.toml, telegram.listen: "{given}" is no address; one is named like 127.0.0.1:8443.', given=listen
        )
    return host.strip("[]"), int(port)


def _another_bot() -> Message:
    return note(
        "Another program asks Telegram for the messages of this bot, with the same {name}. "
        "Stop one of the two, or give it a bot of its own.",
        name=TELEGRAM_BOT,
    )
