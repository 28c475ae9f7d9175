"""The book of alerts and their episodes. Each function is for one transaction of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.alerts.episodes import Condition, Episode, Stage
from bot.alerts.tables import ALERT_EPISODES, ALERTS
from bot.subscriptions.owner import Owner, owner_in

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


def told(
    connection: sa.Connection,
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
