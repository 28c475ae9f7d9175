"""What was posted unasked may be asked on: a digest, a report, an alert and a subscription are questions, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.alerts import store as alerts
from bot.delivery import ledger
from bot.state.turns import Turn
from bot.subscriptions import store as subscriptions
from digests.request import quoted

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
