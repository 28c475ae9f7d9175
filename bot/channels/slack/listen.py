"""Slack Bolt's part: what is delivered finds its way, is acknowledged at once, and is answered in its own task."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack import incoming
from bot.channels.slack.account import Us
from bot.channels.slack.answers import SlackAnswers
from bot.channels.slack.incoming import Files, SlackIncoming
from bot.channels.slack.manifest import PATH
from bot.channels.slack.render import ASK

_ANY = re.compile(".*", re.DOTALL)


class Listener:
    """A Bolt app over our answers."""

    def __init__(
        self, us: Us, answering: SlackAnswers, names: Mapping[str, str], files: Files, signing_secret: str
    ) -> None:
        self._us = us
        self._files = files
        self._answering = answering
        self._names = names
        self._tasks: set[asyncio.Task[None]] = set()
        # Its informative records would hold what people ask.
        log = logging.getLogger("svodka.slack.bolt")
        log.setLevel(logging.ERROR)
        self._app = AsyncApp(
            logger=log,
            name="svodka",
            signing_secret=signing_secret,
            client=AsyncWebClient(),
            authorize=_authorised_as(us),
        )
        self._app.command(_ANY)(self._command)
        self._app.action(re.compile(f"^{ASK}"))(self._press)
        self._app.action(_ANY)(_acknowledged)
        self._app.event("app_mention")(self._mention)
        self._app.event("message")(self._message)
        self._app.event(_ANY)(_nothing)

    @property
    def web_app(self) -> web.Application:
        """The server of the mode http: Bolt checks signatures and the age of requests."""
        return self._app.web_app(path=PATH)

    async def take(self, envelope: dict[str, Any]) -> None:
        """An envelope of Socket Mode, acknowledged already."""
        if request := SocketModeRequest.from_dict(envelope):
            await run_async_bolt_app(self._app, request)

    async def finish(self, seconds: float) -> None:
        """Let what was begun come to its end, but not for longer than this."""
        await asyncio.sleep(0)  # Bolt begins its listeners a step after it has taken something
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _command(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._begin(incoming.from_command(body, self._names))

    async def _press(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._begin(incoming.from_press(body))

    async def _mention(self, event: dict[str, Any]) -> None:
        self._begin(incoming.from_mention(event, self._us.user, self._files.attached))

    async def _message(self, event: dict[str, Any]) -> None:
        self._begin(incoming.from_message(event, self._us.user, self._answering.speaks_in, self._files.attached))

    def _begin(self, question: SlackIncoming | None) -> None:
        if question is None or self._answering.heard_before(question):
            return
        task = asyncio.create_task(self._answering.answer(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _authorised_as(us: Us) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Of the one workspace that we signed in to: nothing is asked of Slack for every request."""

    async def authorised() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=us.team, bot_user_id=us.user, bot_id=us.bot, bot_token="")

    return authorised


async def _acknowledged(ack: Any) -> None:
    """A press of what we no longer know."""
    await ack()


async def _nothing() -> None:
    """What we did not ask to be told."""
