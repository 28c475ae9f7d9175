"""Alerts and their episodes in the bot's state. Each function is for one transaction. Instants are naive UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.alerts.episodes import Condition, Episode, Stage
from bot.state.schema import METADATA
from bot.subscriptions.store import Owner, owner_columns, owner_in

ALERTS = sa.Table(
    "alerts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    *owner_columns(),
    sa.Column("metric", sa.String(64), nullable=False),
    sa.Column("line", sa.String(128)),
    sa.Column("operator", sa.String(2), nullable=False),
    sa.Column("threshold", sa.Float, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("quiet", sa.String(11), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("ended_by", sa.String(255)),
)
"""What is watched: a metric of a line over so many last minutes, against a threshold in the metric's own unit."""

ALERT_EPISODES = sa.Table(
    "alert_episodes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("alert", sa.ForeignKey(ALERTS.c.id), nullable=False, index=True),
    sa.Column("began_at", sa.DateTime, nullable=False),
    sa.Column("as_of", sa.DateTime, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("numerator", sa.Float),
    sa.Column("denominator", sa.Float),
    sa.Column("worst", sa.Float, nullable=False),
    sa.Column("worst_at", sa.DateTime, nullable=False),
    sa.Column("good_since", sa.DateTime),
    sa.Column("over_at", sa.DateTime),
    sa.Column("stage", sa.String(16), nullable=False, index=True),
    sa.Column("apart", sa.Boolean, nullable=False),
    sa.Column("shown", sa.String(64)),
    sa.Column("shown_at", sa.DateTime),
    sa.Column("told_as", sa.String(64)),
)
"""One time that a figure was out of bounds: since when, how it stands, and what of it stands in the chat.

`shown` is a hash of the words that stand there, `apart` whether its picture is a message of its own, `told_as` the
issue in which it is mentioned after quiet hours.
"""


_A, _E = ALERTS.c, ALERT_EPISODES.c


@dataclass(frozen=True)
class Alert:
    id: int
    owner: Owner
    metric: str
    line: str | None
    """None: the whole centre."""
    condition: Condition
    quiet: str
    """`22:00-08:00`; empty: never."""
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def subject(self) -> str:
        """What the ledger of deliveries calls it."""
        return f"alert:{self.id}"


def add(connection: sa.Connection, alert: Alert) -> Alert:
    """A new one, whatever its id."""
    values = {
        "metric": alert.metric,
        "line": alert.line,
        **asdict(alert.condition),
        "quiet": alert.quiet,
        "created_at": alert.created_at,
    }
    key = connection.execute(ALERTS.insert().values(**alert.owner.columns, **values)).inserted_primary_key
    assert key is not None
    return replace(alert, id=int(key[0]))


NOBODY = ""
"""Who has set what the configuration has."""


def configure(connection: sa.Connection, wanted: Sequence[Alert], now: datetime) -> None:
    """Have what the configuration has, and end what it does not have any more; what a person has ended stays so."""
    places = {_place(each): each for each in wanted}
    for each in _alerts(connection, _A.person == NOBODY):
        place = _place(each)
        same = places.pop(place, None)
        if each.ended_at is None and same is None:
            end(connection, each.id, NOBODY, now)
        elif each.ended_at is not None and each.ended_by == NOBODY and same is not None:
            places[place] = same
        elif (
            same is not None and each.ended_at is None and (same.condition, same.quiet) != (each.condition, each.quiet)
        ):
            values = {**asdict(same.condition), "quiet": same.quiet}
            connection.execute(ALERTS.update().where(_A.id == each.id).values(values))
    for each in places.values():
        add(connection, each)


def _place(alert: Alert) -> tuple[str | None, ...]:
    """Where an alert of the configuration is told, and of what."""
    owner = alert.owner
    return owner.platform, owner.chat, owner.thread, alert.metric, alert.line


def active(connection: sa.Connection) -> list[Alert]:
    """All that are not ended, in the order they were made."""
    return _alerts(connection, _A.ended_at.is_(None))


def everything(connection: sa.Connection) -> list[Alert]:
    """All there ever were."""
    return _alerts(connection, sa.true())


def of_chat(connection: sa.Connection, platform: str, chat: str) -> list[Alert]:
    """What is watched for a chat."""
    return _alerts(connection, _A.ended_at.is_(None), _A.platform == platform, _A.chat == chat)


def end(connection: sa.Connection, number: int, by: str, now: datetime) -> bool:
    """Watch no more, and speak no more of what goes on; whether it was watched until now."""
    ended = ALERTS.update().where(_A.id == number, _A.ended_at.is_(None))
    connection.execute(ALERT_EPISODES.update().where(_E.alert == number).values(stage=Stage.CLOSED))
    return connection.execute(ended.values(ended_at=now, ended_by=by[:255])).rowcount == 1


def end_chat(connection: sa.Connection, platform: str, chat: str, by: str, now: datetime) -> int:
    """End all of a chat: how many there were."""
    return sum(end(connection, each.id, by, now) for each in of_chat(connection, platform, chat))


def episodes(connection: sa.Connection) -> list[Episode]:
    """The episodes of which there is something still to tell, the oldest first."""
    rows = connection.execute(sa.select(ALERT_EPISODES).where(_E.stage != Stage.CLOSED).order_by(_E.id))
    return [Episode(**{**row._mapping, "stage": Stage(row.stage)}) for row in rows]


def began_in(
    connection: sa.Connection, platform: str, chat: str, start: datetime, end: datetime
) -> list[tuple[Alert, datetime]]:
    """The alerts of a chat whose episodes began in an interval, each with when it did; told or not, over or not."""
    here = {each.id: each for each in _alerts(connection, _A.platform == platform, _A.chat == chat)}
    began = sa.select(_E.alert, _E.began_at).where(_E.alert.in_(here), _E.began_at.between(start, end))
    return [(here[alert], at) for alert, at in connection.execute(began.order_by(_E.id))]


def keep(connection: sa.Connection, episode: Episode) -> Episode:
    """Write how an episode stands; one with the id 0 is new. What was closed meanwhile stays so."""
    values: dict[str, Any] = asdict(episode)
    del values["id"]
    if episode.id:
        still = ALERT_EPISODES.update().where(_E.id == episode.id, _E.stage != Stage.CLOSED)
        connection.execute(still.values(values))
        return episode
    key = connection.execute(ALERT_EPISODES.insert().values(values)).inserted_primary_key
    assert key is not None
    return replace(episode, id=int(key[0]))


def mark_notified(
    connection: sa.Connection,
    /,
    numbers: Sequence[int],
    stage: Stage,
    **more: Any,
) -> None:
    """Write what the chat knows of episodes now."""
    still = ALERT_EPISODES.update().where(_E.id.in_(numbers), _E.stage != Stage.CLOSED)
    connection.execute(still.values(stage=stage, **more))


def _alerts(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Alert]:
    return [
        Alert(
            row.id,
            owner_in(row),
            row.metric,
            row.line,
            Condition(row.operator, row.threshold, row.minutes),
            row.quiet,
            row.created_at,
            row.ended_at,
            row.ended_by,
        )
        for row in connection.execute(sa.select(ALERTS).where(*where).order_by(_A.id))
    ]
