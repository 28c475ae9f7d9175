"""All subscriptions and alerts, for whoever runs the bot: in a terminal and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.alerts.episodes import Episode
from bot.alerts.store import Alert
from bot.config import Config
from bot.schedule.rules import due_after
from bot.subscriptions.commands import calendar
from bot.subscriptions.store import Owner, Subscription
from digests.document import Document, Heading, Table
from digests.localizer import Localizer
from warehouse.messages import N_


def as_document(
    subscriptions: Sequence[Subscription],
    alerts: Sequence[Alert],
    episodes: Sequence[Episode],
    config: Config,
    now: datetime,
    localizer: Localizer,
) -> Document | None:
    """A row for each that is not ended; None, where there is none."""
    blocks: list[Heading | Table] = []
    if rows := [_row(each, config, now, localizer) for each in subscriptions if not each.ended_at]:
        head = (N_("No."), N_("Chat"), N_("Person"), N_("Question"), N_("When"), N_("Next"))
        blocks += [Heading(localizer(N_("Subscriptions")), 2), Table(tuple(map(localizer, head)), tuple(rows))]
    going_on = {each.alert: each for each in episodes if each.over_at is None}
    if rows := [_alert_row(each, going_on.get(each.id), localizer) for each in alerts if not each.ended_at]:
        head = (N_("No."), N_("Chat"), N_("Person"), N_("Alert"), N_("Minutes"), N_("Beyond since"))
        blocks += [Heading(localizer(N_("Alerts")), 2), Table(tuple(map(localizer, head)), tuple(rows))]
    return Document("", tuple(blocks), localizer.language) if blocks else None


def as_data(
    subscriptions: Sequence[Subscription],
    alerts: Sequence[Alert],
    episodes: Sequence[Episode],
    config: Config,
    now: datetime,
) -> dict[str, Any]:
    """Everything there ever was; instants are UTC in ISO."""
    going_on = {each.alert: each for each in episodes if each.over_at is None}
    return {
        "subscriptions": [_subscription(each, config, now) for each in subscriptions],
        "alerts": [_alert(each, going_on.get(each.id)) for each in alerts],
    }


def _row(found: Subscription, config: Config, now: datetime, localizer: Localizer) -> tuple[str, ...]:
    due = due_after(found.rule, now, calendar(config))
    when = localizer.moment(due.at) if due else ""
    return str(found.id), _place(found.owner), found.owner.person, found.question, found.repeat.words, when


def _alert_row(found: Alert, episode: Episode | None, localizer: Localizer) -> tuple[str, ...]:
    since = localizer.moment(episode.began_at) if episode else ""
    return str(found.id), _place(found.owner), found.owner.person, _bound(found), str(found.condition.minutes), since


def _bound(found: Alert) -> str:
    figure = f"{found.metric} {found.line}" if found.line else found.metric
    return f"{figure} {found.condition.operator} {found.condition.threshold:g}"


def _subscription(found: Subscription, config: Config, now: datetime) -> dict[str, Any]:
    due = None if found.ended_at else due_after(found.rule, now, calendar(config))
    return {
        "id": found.id,
        **_owner(found.owner),
        "question": found.question,
        "when": found.repeat.words,
        "created": _instant(found.created_at),
        "next": _instant(due.at if due else None),
        "ended": _instant(found.ended_at),
        "ended_by": found.ended_by,
    }


def _alert(found: Alert, episode: Episode | None) -> dict[str, Any]:
    return {
        "id": found.id,
        **_owner(found.owner),
        "metric": found.metric,
        "line": found.line,
        "operator": found.condition.operator,
        "threshold": found.condition.threshold,
        "minutes": found.condition.minutes,
        "quiet": found.quiet,
        "created": _instant(found.created_at),
        "beyond_since": _instant(episode.began_at if episode else None),
        "ended": _instant(found.ended_at),
        "ended_by": found.ended_by,
    }


def _owner(owner: Owner) -> dict[str, Any]:
    return {"chat": _place(owner), "person": owner.person, "private": owner.private, "language": owner.language}


def _place(owner: Owner) -> str:
    return owner.target.chat + (f"/{owner.thread}" if owner.thread else "")


def _instant(moment: datetime | None) -> str | None:
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None
