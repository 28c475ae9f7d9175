"""Conversations: which answer is asked on, and where answers stand; what was posted unasked may be asked on, too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts import store as alerts
from bot.chat.message import Incoming, Shown
from bot.delivery import ledger
from bot.state import turns
from bot.state.store import State
from bot.state.turns import Turn
from bot.subscriptions import store as subscriptions
from digests.request import quoted

LOG = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)
"""So long an answer is what the next words of a person in a chat are about; a reply to it is so at any time."""


class Conversation:
    """What was asked and answered in chats. Nothing here raises: without a memory, every question is a new one."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def previous(self, incoming: Incoming, at: datetime) -> Turn | None:
        """Return the answer that words are about: the one replied to, else the person's latest one, while it is fresh.

        A reply to what was posted unasked is about that.

        What people say where nobody named us is about an answer only where it stands under it.
        """
        above = tuple(message for message in (incoming.pressed, incoming.under, incoming.reply_to) if message)
        try:
            if above:
                found = await self._state.run(turns.of_message, incoming.platform, incoming.chat, above)
                if found or incoming.pressed:
                    return found
                if post := await self._state.run(turn_of_post, incoming.platform, incoming.chat, above, at):
                    return post
            if incoming.aside:
                return None
            since = at - FRESH
            return await self._state.run(turns.latest, incoming.platform, incoming.chat, incoming.person, since)
        except SQLAlchemyError as error:
            LOG.error("what was answered cannot be read: %s", type(error).__name__)
            return None

    async def shown(self, shown: Shown) -> None:
        """Remember where an answer stands."""
        try:
            await self._state.run(turns.shown, shown.platform, shown.chat, shown.messages, shown.turn)
        except SQLAlchemyError as error:
            LOG.error("where an answer stands cannot be remembered: %s", type(error).__name__)


_ASKED_ON = timedelta(days=100)
"""So long a reply to a post is about it."""

Question = Callable[[sa.Connection, str, str], str | None]
"""From the rest of a subject and a period: the question, in canonical words, that the post answers."""


def turn_of_post(
    connection: sa.Connection, platform: str, chat: str, messages: Sequence[str], at: datetime
) -> Turn | None:
    """Return the first of some messages of a chat that is a post, as the turn that it would answer."""
    for message in messages:
        found = ledger.posted_as(connection, platform, chat, message, at - _ASKED_ON)
        if found is None:
            continue
        kind, _, key = found.subject.partition(":")
        question = _QUESTIONS[kind](connection, key, found.period) if kind in _QUESTIONS else None
        return Turn(None, platform, chat, "", question, "", found.at) if question else None
    return None


def _of_digest(_: sa.Connection, _key: str, period: str) -> str:
    return f"overview {period}"


def _of_report(_: sa.Connection, key: str, period: str) -> str:
    return f"report {key} {period}"


def _of_alert(connection: sa.Connection, key: str, _: str) -> str | None:
    alert = next((each for each in alerts.everything(connection) if each.id == int(key)), None)
    if alert is None:
        return None
    return f"{alert.metric} line={quoted(alert.line)} today" if alert.line else f"{alert.metric} total today"


def _of_subscription(connection: sa.Connection, key: str, _: str) -> str | None:
    found = (each for each in subscriptions.everything(connection) if each.id == int(key))
    return next((each.question for each in found), None)


_QUESTIONS: Mapping[str, Question] = {
    "digest": _of_digest,
    "report": _of_report,
    "alert": _of_alert,
    "subscription": _of_subscription,
}
