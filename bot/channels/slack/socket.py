"""Socket Mode: envelopes over a websocket that Slack gives the address of, one connection after another.

slack_sdk's own client asks an address it was once given for ever, though an address is good for one connection within
seconds, and goes on with a token that was revoked: after an outage it does not come back.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.retry import RetryPolicy
from bot.channels.slack.send import DEAD_TOKEN, reason_of
from bot.channels.slack.settings import SLACK_APP
from warehouse.messages import UserError

Take = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
"""What is done with an envelope; it is acknowledged already."""

AWAY = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)
"""What passes by itself: the network, or a fault of Slack's."""

_LOG = logging.getLogger("svodka.slack")
_HEARTBEAT = 10
_GOOD = 5
"""Seconds: a connection that broke sooner is not followed by another at once."""
_CLOSING = aiohttp.ClientWSTimeout(ws_close=1)


async def address_for(client: AsyncWebClient, app_token: str) -> str:
    """Where to connect to, once. Raises UserError for a token that is refused."""
    try:
        answer = await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        if reason_of(error) in DEAD_TOKEN | {"missing_scope", "no_permission", "forbidden_team"}:
            raise UserError(
                "Slack refuses {name}: make an app-level token with the scope connections:write, and switch "
                "Socket Mode on.",
                name=SLACK_APP,
            ) from None
        raise
    return str(answer["url"])


class Socket:
    """Keeps one connection, and hands on what comes."""

    def __init__(self, client: AsyncWebClient, app_token: str, take: Take, retry: RetryPolicy) -> None:
        self._client = client
        self._app_token = app_token
        self._take = take
        self._retry = retry
        self.connected = False
        """Whether a connection stands."""
        self._taking: set[asyncio.Task[None]] = set()
        self._old: set[asyncio.Task[None]] = set()

    async def run(self, address: str) -> None:
        """Listen until cancelled. Raises UserError if the token is refused in the end."""
        retries = self._retry.begin()
        given: str | None = address
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    try:
                        at = given or await address_for(self._client, self._app_token)
                        given = None
                        if await self._connection(session, at):
                            retries.reset()
                            continue
                    except UserError:
                        raise
                    except AWAY as error:
                        _LOG.warning("Slack is away: %s", type(error).__name__)
                    except Exception:
                        # Whatever came: a bot that does not listen any more helps nobody.
                        _LOG.exception("A connection to Slack failed")
                    await retries.wait()
            finally:
                for task in self._old:
                    task.cancel()
                # What is acknowledged comes no second time: it is handed on before the end.
                await asyncio.gather(*self._old, *self._taking, return_exceptions=True)

    async def _connection(self, session: aiohttp.ClientSession, address: str) -> bool:
        """One connection, until it breaks or Slack asks for another; whether it was a good one."""
        began = self._retry.clock.now()
        ws = await session.ws_connect(address, heartbeat=_HEARTBEAT, timeout=_CLOSING, proxy=self._client.proxy)
        self.connected = True
        renew = False
        try:
            renew = await self._read(ws)
        finally:
            self.connected = False
            if not renew:
                await ws.close()
        if renew:
            # Slack goes on with the old connection for a while: it is read to its end beside the new one.
            _begin(self._rest(ws), self._old)
        return renew or self._retry.clock.now() - began > _GOOD

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> bool:
        """Take what comes; whether it ended because Slack asked for another connection."""
        async for message in ws:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            with suppress(ValueError):
                envelope = json.loads(message.data)
                if envelope.get("type") == "disconnect":
                    return True
                if "envelope_id" in envelope:
                    # At once, whatever the work takes: after 3 seconds Slack tells the person that we failed.
                    with suppress(ConnectionError):
                        await ws.send_json({"envelope_id": envelope["envelope_id"]})
                    _begin(self._take(envelope), self._taking)
        return False

    async def _rest(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        try:
            while await self._read(ws):
                continue
        finally:
            await ws.close()


def _begin(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
