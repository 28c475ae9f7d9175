"""Who we are at Slack, and whether everything there is as it should be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.protocol import Finding, Reason
from bot.channels.slack.manifest import SCOPES
from bot.channels.slack.send import DEAD_TOKEN, lost, meaning, reason_of
from bot.channels.slack.settings import SLACK_BOT
from bot.channels.slack.socket import AWAY
from warehouse.messages import Message, UserError

_LOG = logging.getLogger("svodka.slack")
_PEOPLE, _DAY_S = 5000, 24 * 3600
_PATIENCE_S = 2.0
"""So long an answer waits to know its language."""


@dataclass(frozen=True)
class Us:
    """The bot as Slack knows it: ids, and the name it is mentioned by."""

    user: str
    bot: str
    team: str
    name: str
    workspace: str
    scopes: frozenset[str]


async def sign_in(client: AsyncWebClient) -> Us:
    """Find out who the token is. Raises UserError if it is refused."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        if reason_of(error) in DEAD_TOKEN:
            _LOG.warning("Slack refuses the token: %s", reason_of(error))
            raise UserError(
                "Slack refuses {name}: take the Bot User OAuth Token of the installed app.", name=SLACK_BOT
            ) from None
        raise
    headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
    granted = frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip())
    return Us(
        user=str(answer["user_id"]),
        bot=str(answer.get("bot_id") or ""),
        team=str(answer["team_id"]),
        name=str(answer.get("user") or ""),
        workspace=str(answer.get("team") or ""),
        scopes=granted,
    )


class Locales:
    """The languages that people have Slack speak to them in, such as "en-US".

    Each is asked for once a day; who may not be asked about, or not in time, has none.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asked: TTLCache[str, asyncio.Task[str | None]] = TTLCache(_PEOPLE, _DAY_S)

    async def of(self, person: str) -> str | None:
        asking = self._asked.get(person)
        if asking is None:
            asking = self._asked[person] = asyncio.create_task(self._ask(person))
        return await asyncio.shield(asking)

    async def _ask(self, person: str) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                found = await self._client.users_info(user=person, include_locale=True)
        except AWAY as error:
            # A refusal stands for the day; what was only away is asked again.
            if not isinstance(error, SlackApiError):
                self._asked.pop(person, None)
            _LOG.info("Slack does not tell somebody's language: %s", type(error).__name__)
            return None
        return str(found["user"].get("locale") or "") or None


async def findings(client: AsyncWebClient, us: Us, chats: Sequence[str]) -> AsyncIterator[Finding]:
    """What there is to say of the app's rights and of each chat."""
    yield Finding(
        True, Message("Slack: signed in as @{name} in {workspace}.", {"name": us.name, "workspace": us.workspace})
    )
    # No header is no knowledge: a server of one's own in between may drop it.
    if us.scopes and (missing := [scope for scope in SCOPES if scope not in us.scopes]):
        lacking = Message(
            "Slack: the app lacks {scopes}. Give it the manifest that `svodka slack-manifest` prints, and install it "
            "to the workspace again.",
            {"scopes": ", ".join(missing)},
        )
        yield Finding(False, lacking)
    for chat in chats:
        yield await _chat(client, us, chat)


def _unseen(chat: str, reason: Reason) -> Finding:
    return Finding(
        False, Message("Slack: {chat} cannot be looked at ({reason}).", {"chat": chat, "reason": Message(reason)})
    )


async def _chat(client: AsyncWebClient, us: Us, chat: str) -> Finding:
    try:
        found = (await client.conversations_info(channel=chat))["channel"]
    except SlackApiError as error:
        reason = reason_of(error)
        if reason == "channel_not_found":
            return Finding(
                False,
                Message(
                    "Slack: there is no channel {chat}, or it is private and I am not in it. Check its id; in a "
                    "private one say /invite @{name}.",
                    {"chat": chat, "name": us.name},
                ),
            )
        return _unseen(chat, meaning(reason))
    except AWAY as error:
        return _unseen(chat, lost(error))
    title = f"#{found['name']}" if found.get("name") else chat
    if found.get("is_archived"):
        return Finding(False, Message("Slack: {chat} is archived. Choose another, or unarchive it.", {"chat": title}))
    if not (found.get("is_im") or found.get("is_member")):
        return Finding(
            False,
            Message("Slack: I am not in {chat}. Say there: /invite @{name}", {"chat": title, "name": us.name}),
        )
    return Finding(True, Message("Slack: {chat} can be posted to.", {"chat": title}))
