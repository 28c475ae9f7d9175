"""When an episode begins, how it goes on, and when it is over. Pure: all moments are those of the records.

A figure is read over the last minutes of the records. An episode begins with the first reading beyond the threshold
and is over when the readings have been within it for as long as the window; whatever lies between is one episode.
A reading from which nothing follows (records too old, too few events) changes nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from warehouse.messages import Message

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """What is out of bounds: a value beyond the threshold over so many last minutes of the records."""

    operator: str
    threshold: float
    minutes: int

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def met(self, value: float) -> bool:
        return OPERATORS[self.operator](value, self.threshold)

    def worse(self, value: float, other: float) -> bool:
        """Whether a value is further beyond the threshold than another."""
        return value < other if self.operator.startswith("<") else value > other


@dataclass(frozen=True)
class AlertReading:
    """A figure over the window that ends at `as_of`; `hold` says why nothing follows from it."""

    as_of: datetime | None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    hold: Message | None = None


class Stage(StrEnum):
    """What the chat knows of an episode."""

    NEW = "new"
    """Nothing yet."""
    POSTED = "posted"
    """Its message stands there and is changed as it goes on."""
    MENTIONED = "mentioned"
    """It was over before it was told: a line about it is being posted."""
    CLOSED = "closed"
    """Everything."""


@dataclass(frozen=True)
class Episode:
    """One time beyond the threshold."""

    id: int
    alert: int
    began_at: datetime
    as_of: datetime
    value: float
    numerator: float | None
    denominator: float | None
    worst: float
    worst_at: datetime
    good_since: datetime | None = None
    """Since when the readings are within the threshold again."""
    over_at: datetime | None = None
    """When they came within it for good."""
    stage: Stage = Stage.NEW
    apart: bool = False
    shown: str | None = None
    shown_at: datetime | None = None
    told_as: str | None = None

    @property
    def key(self) -> str:
        """What the ledger of deliveries calls its message."""
        return f"{self.began_at:%Y-%m-%dT%H:%M}"


def followed(episode: Episode | None, alert: int, condition: Condition, reading: AlertReading) -> Episode | None:
    """The episode after a reading: as it was, gone on, over, or a new one (with the id 0)."""
    if reading.hold or reading.value is None or reading.as_of is None:
        return episode
    value, at = reading.value, reading.as_of
    terms = reading.numerator, reading.denominator
    if episode is None:
        return Episode(0, alert, at, at, value, *terms, value, at) if condition.met(value) else None
    if at < episode.as_of:
        return episode
    episode = replace(episode, as_of=at, value=value, numerator=terms[0], denominator=terms[1])
    if condition.met(value):
        if condition.worse(value, episode.worst):
            episode = replace(episode, worst=value, worst_at=at)
        return replace(episode, good_since=None)
    since = episode.good_since or at
    return replace(episode, good_since=since, over_at=since if at - since >= condition.window else None)


def is_quiet(hours: str, local: datetime) -> bool:
    """Whether a local moment lies in hours such as 22:00-08:00."""
    if not hours:
        return False
    start, end = (time.fromisoformat(each) for each in hours.split("-"))
    now = local.time()
    return start <= now < end if start < end else now >= start or now < end
