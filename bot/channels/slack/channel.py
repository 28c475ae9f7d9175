"""The bot on Slack: signs in, listens by Socket Mode or http, and stops in good order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.protocol import CLASSIC, Address, Finding, Front, Receipt
from bot.channels.slack.account import Locales, findings, sign_in
from bot.channels.slack.answers import SlackAnswers
from bot.channels.slack.incoming import Files as SharedFiles
from bot.channels.slack.listen import Listener
from bot.channels.slack.manifest import own_names
from bot.channels.slack.platform import Policies
from bot.channels.slack.render import SlackFiles, SlackPart, opening, parts
from bot.channels.slack.send import Sender, edited, found, lost, meaning, reason_of
from bot.channels.slack.settings import PLATFORM, SLACK_APP, SLACK_BOT, SLACK_SIGNING, SlackConfig
from bot.channels.slack.socket import AWAY, Socket, address_for
from bot.settings import Tokens
from digests.document import Document
from warehouse.messages import Message, UserError, system_reason

_LOG = logging.getLogger("svodka.slack")
_FINISHING = 10
"""Seconds that answers have to come to their end when we stop."""


class SlackChannel:
    """Slack, as a Channel."""

    key = PLATFORM

    def __init__(self, settings: SlackConfig, tokens: Tokens, front: Front, policies: Policies = Policies()) -> None:
        self._settings = settings
        self._tokens = tokens
        self._front = front
        self._policies = policies
        self._posting: Sender | None = None
        self._listener: Listener | None = None
        self._listening: asyncio.Task[None] | None = None
        self._server: web.AppRunner | None = None
        self._socket: Socket | None = None
        self._broken = asyncio.Event()
        self._why: Message | None = None

    async def start(self) -> None:
        """Sign in and begin to listen; while the network is away, go on trying behind.

        Raises UserError for a token that is missing or refused, and for an address that cannot be listened at.
        """
        client = self.sender.client
        self._token(SLACK_APP if self._settings.mode == "socket" else SLACK_SIGNING)
        try:
            address = await self._connect(client)
        except AWAY as error:
            _LOG.warning("Slack is away, trying on: %s", type(error).__name__)
            self._listening = asyncio.create_task(self._later(client))
        else:
            self._listening = asyncio.create_task(self._listen(client, address))

    @property
    def connected(self) -> bool:
        """Whether a connection stands, or Slack's requests are listened for."""
        return self._socket.connected if self._socket else self._server is not None

    async def stop(self) -> None:
        """Stop listening, then finish what was begun, for ten seconds at most."""
        if self._listening:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        if self._server:
            await self._server.cleanup()
        if self._listener:
            await self._listener.finish(_FINISHING)

    async def failed(self) -> Message:
        """Wait until Slack refuses our tokens for good, and say so."""
        await self._broken.wait()
        assert self._why is not None
        return self._why

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        """Tokens, scopes and chats, with what to mend."""
        try:
            client = self._client()
            us = await sign_in(client)
            if self._settings.mode == "socket":
                await address_for(client, self._token(SLACK_APP))
            else:
                self._token(SLACK_SIGNING)
        except UserError as error:
            return [Finding(False, error.message)]
        except AWAY as error:
            why = meaning(reason_of(error)) if isinstance(error, SlackApiError) else lost(error)
            _LOG.warning("Slack cannot be reached: %r", error)
            said = Message(
                "Slack cannot be reached ({reason}): look at the network, or slack.proxy.", {"reason": Message(why)}
            )
            return [Finding(False, said)]
        return [finding async for finding in findings(client, us, chats)]

    @property
    def sender(self) -> Sender:
        """The one that posts, answers and issues alike, so that one pace is kept."""
        if self._posting is None:
            self._posting = Sender(self._client(), self._policies)
        return self._posting

    def layout(self, place: Address) -> str:
        return CLASSIC

    def parts(self, document: Document, layout: str = CLASSIC) -> Sequence[SlackPart]:
        return parts(document)

    def opening(self, part: SlackPart) -> str:
        return opening(part)

    async def prepare(self, place: Address, part: SlackPart) -> Receipt:
        """Upload the files of a part."""
        return {"files": list(await self.sender.upload(place, part))} if isinstance(part, SlackFiles) else {}

    async def send(
        self, place: Address, part: SlackPart, key: str | None = None, prepared: Receipt | None = None
    ) -> Receipt:
        """Post a part: a message carries the key, files are known by their ids."""
        if isinstance(part, SlackFiles):
            prepared = prepared or await self.prepare(place, part)
            await self.sender.share(place, part, prepared["files"])
            return prepared
        return {"ts": (await self.sender.send(place, part, key)).ts}

    async def edit(self, place: Address, receipt: Receipt, part: SlackPart, was: SlackPart | None = None) -> Receipt:
        """Another text in a text's place; files stay what they are."""
        if part != was:
            await edited(self.sender, place, receipt, part)
        return receipt

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        """The thread of the message; Slack does not tell which one files stand in."""
        return replace(place, thread=place.thread or receipt.get("ts"))

    async def find(self, place: Address, key: str, prepared: Receipt, since: datetime) -> Receipt | None:
        return await found(self.sender, place, key, prepared.get("files", ()), since, self._policies.finding)

    def _client(self) -> AsyncWebClient:
        # No retry handlers: slack_sdk's own send again what was reset after it may have been accepted.
        return AsyncWebClient(
            token=self._token(SLACK_BOT),
            base_url=self._settings.api_url,
            proxy=self._settings.proxy,
            timeout=self._policies.timeout_s,  # type: ignore[arg-type]  # it goes to aiohttp, which takes parts of a second
            retry_handlers=[],
        )

    def _token(self, name: str) -> str:
        if name not in self._tokens:
            raise UserError("Slack needs {name}, which is not in the environment.", name=name)
        return self._tokens[name]

    async def _connect(self, client: AsyncWebClient) -> str | None:
        """Sign in and make ready to listen; the address of Socket Mode, where that is the mode."""
        us = await sign_in(client)
        secret = self._tokens[SLACK_SIGNING] if self._settings.mode == "http" else ""
        answering = SlackAnswers(self._front, self.sender, us.name, Locales(client))
        files = SharedFiles(client, self._policies.fetching)
        self._listener = Listener(us, answering, own_names(self._front.commands), files, secret)
        if self._settings.mode == "socket":
            return await address_for(client, self._token(SLACK_APP))
        await self._serve(self._listener.web_app)
        return None

    async def _later(self, client: AsyncWebClient) -> None:
        retries = self._policies.connecting.begin()
        while True:
            await retries.wait()
            try:
                address = await self._connect(client)
            except AWAY as error:
                _LOG.warning("Slack is still away: %s", type(error).__name__)
            except UserError as error:
                return self._break(error)
            else:
                return await self._listen(client, address)

    async def _listen(self, client: AsyncWebClient, address: str | None) -> None:
        if address is None or self._listener is None:
            return
        try:
            self._socket = Socket(client, self._token(SLACK_APP), self._listener.take, self._policies.connecting)
            await self._socket.run(address)
        except UserError as error:
            self._break(error)

    def _break(self, error: UserError) -> None:
        self._why = error.message
        self._broken.set()

    async def _serve(self, app: web.Application) -> None:
        host, _, port = self._settings.listen.rpartition(":")
        server = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await server.setup()
        try:
            await web.TCPSite(server, host.strip("[]") or None, int(port)).start()
        except (OSError, ValueError, OverflowError) as error:
            await server.cleanup()
            raise UserError(
                "Slack's requests cannot be listened for at {address} ({reason}): change slack.listen.",
                address=self._settings.listen,
                reason=system_reason(error),
            ) from None
        self._server = server
