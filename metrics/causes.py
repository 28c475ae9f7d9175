"""What moved together with a figure: in the same hours, of the same line, against the same hours of earlier weeks.

Each is a measured fact and no claim of a cause: how much came, how many people were at hand, how long they were on
break, how long a contact took, what it was about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from math import ceil, sqrt

from metrics.answers import Answer
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.facts import Breakdown, Fact, Query
from metrics.model import Better, Metric, Sum, Unit, where
from metrics.periods import Period, to_local, to_utc
from metrics.why import Why, main_parts

WEEKS = 4
"""So many earlier weeks are taken together as what is usual."""
MOVED = 0.1
"""A tenth of the usual is a move."""
LEAST_CASES = 10
LEAST_BREAK_S = 600.0
"""Breaks that differ by less than ten minutes in all are no move."""
LEAST_PEOPLE = 0.5
_LEAST_TOPIC = 5
"""Contacts of one topic beyond the usual, to be named."""
_CHANCE = 2.0
"""Standard deviations of a volume that are chance."""
_REACH = 8
_SCALE = 3600.0


_HOURS = "activity_hours"
"""The metric that people at hand and breaks are of, where rights are asked."""


class What(Enum):
    """What is measured beside a figure."""

    VOLUME = "volume"
    PEOPLE = "people"
    BREAKS = "breaks"
    HANDLING = "handling"
    TOPIC = "topic"


@dataclass(frozen=True)
class Moved:
    """Something that was not as usual in the same hours: people are a mean, breaks are seconds in all."""

    what: What
    fact: float
    usual: float
    metric: Metric
    topic: str | None = None


@dataclass(frozen=True)
class Beside:
    """What was measured in some hours, and what of it was not as usual."""

    window: Period
    weeks: int
    """So many earlier weeks are what is usual."""
    measured: tuple[What, ...]
    moved: tuple[Moved, ...]


_ON_LINE = Metric(
    "on_line", "", "", Unit.HOURS, Better.NEUTRAL, "activities", Sum("hours", where(category=("handling", "ready")))
)
_ON_BREAK = Metric("on_break", "", "", Unit.HOURS, Better.NEUTRAL, "activities", Sum("hours", where(category="break")))

_OF_RELATION = {
    "calls": ("calls", "aht"),
    "clients": ("calls", "aht"),
    "chats": ("chats", "chat_aht"),
}
"""The volume and the handling time of the contacts that a metric is about."""


def beside(calculator: Calculator, answer: Answer, why: Why, allowed: Callable[[str], bool]) -> Beside | None:
    """Return what was measured in the hours or days that made most of a difference; None where nothing can be told.

    `allowed` says by its key whether a metric may be told of.
    """
    keys = _OF_RELATION.get(answer.metric.relation)
    if keys is None or answer.as_of is None:
        return None
    window = _window(answer, why)
    earlier = _earlier(calculator, answer.metric, window)
    if not earlier:
        return None
    catalogue = calculator.catalogue
    volume, handling = (catalogue.get(key) for key in keys)
    lines = calculator.centre.members(answer.question.line) if answer.question.line else None
    filters = answer.question.filters
    asked: list[tuple[What, Metric, tuple[str, ...]]] = []
    if allowed(volume.key) and answer.metric.key != volume.key:
        asked.append((What.VOLUME, volume, ()))
    if allowed(handling.key) and answer.metric.key != handling.key and calculator.coverage.lacking(handling) is None:
        asked.append((What.HANDLING, handling, ()))
    if allowed(volume.key) and "topic" in catalogue.dimensions(volume):
        asked.append((What.TOPIC, volume, ("topic",)))
    # Whose time it was is known of lines and not of parts of them, and only where the source says of which line.
    if allowed(_HOURS) and not filters and (lines is None or "line" in calculator.records.filled("activities")):
        known = calculator.coverage.as_of(_ON_LINE)
        if known is not None and known >= window.end:
            asked += [(What.PEOPLE, _ON_LINE, ()), (What.BREAKS, _ON_BREAK, ())]
    queries = [Query(metric, period, lines, by, filters) for _, metric, by in asked for period in (window, *earlier)]
    found = iter(calculator.compute(queries))
    measured, moved = [], []
    for what, metric, _ in asked:
        now, *then = [next(found) for _ in (window, *earlier)]
        known_of, changes = _moved(what, metric, now, then, window)
        measured += [what] if known_of else []
        moved += changes
    order = list(What)
    moved.sort(key=lambda each: order.index(each.what))
    return Beside(window, len(earlier), tuple(sorted(measured, key=order.index)), tuple(moved)) if measured else None


def _window(answer: Answer, why: Why) -> Period:
    """The stretch of time that made most of the difference, as far as it is over; of segments the whole period."""
    period = answer.period
    assert answer.as_of is not None
    until = min(period.end, max(answer.as_of, period.start + timedelta(minutes=1)))
    starts = [part.start for part in main_parts(answer.metric, why) if part.start is not None]
    if why.by not in ("hour", "day", "week", "month") or not starts:
        return Period(period.start, until, period.timezone)
    first, last = min(starts), max(starts)
    end = next((border for border in period.borders(why.by) if border > last), period.end)
    if why.by == "hour" and len(period.days) > 1:
        return Period(period.start, until, period.timezone)  # an hour of many days is no stretch
    return Period(first, max(min(end, until), first + timedelta(minutes=1)), period.timezone)


def _earlier(calculator: Calculator, metric: Metric, window: Period) -> list[Period]:
    """The same hours or days of earlier normal weeks, the nearest first, as far as the records go."""
    begins = calculator.coverage.first_event(metric)
    if begins is None:
        return []
    step = ceil(len(window.days) / 7)
    shifted = (_back(window, weeks) for weeks in range(step, _REACH * step + 1, step))
    return [each for each in shifted if each.start >= begins and not _off(calculator.centre, each)][:WEEKS]


def _off(centre: Centre, period: Period) -> bool:
    """Whether a short stretch has a holiday in it."""
    return len(period.days) <= 7 and any(centre.is_holiday(day) for day in period.days)


def _back(window: Period, weeks: int) -> Period:
    zone = window.timezone
    start, end = (to_utc(to_local(at, zone) - timedelta(weeks=weeks), zone) for at in (window.start, window.end))
    return Period(start, end, zone)


def _moved(
    what: What, metric: Metric, now: Breakdown, then: Sequence[Breakdown], window: Period
) -> tuple[bool, list[Moved]]:
    """Whether anything is known, and what of it is not as usual."""
    if what is What.TOPIC:
        topics = list(_topics(metric, now, then))
        return bool(topics), [each for each in topics if each.fact - each.usual >= _LEAST_TOPIC][:1]
    fact, usual = now.total, [each.total for each in then]
    if what is What.HANDLING:
        return _handling(metric, fact, usual)
    if fact.value is None or any(each.value is None for each in usual):
        return False, []
    mean = sum(each.value or 0.0 for each in usual) / len(usual)
    value = fact.value
    if what is What.VOLUME:
        by_chance = abs(value - mean) <= _CHANCE * sqrt(max(mean, 1.0))
        return True, [] if by_chance or not _far(value, mean) else [Moved(what, value, mean, metric)]
    if not any((fact.value, mean)):
        return False, []
    hours = (window.end - window.start).total_seconds() / _SCALE
    if what is What.PEOPLE:
        value, mean, least = value / hours, mean / hours, LEAST_PEOPLE
    else:
        value, mean, least = value * _SCALE, mean * _SCALE, LEAST_BREAK_S
    small = abs(value - mean) < least or not _far(value, mean)
    return True, [] if small else [Moved(what, value, mean, metric)]


def _handling(metric: Metric, fact: Fact, usual: Sequence[Fact]) -> tuple[bool, list[Moved]]:
    cases = sum(each.denominator or 0.0 for each in usual)
    if fact.value is None or (fact.denominator or 0.0) < LEAST_CASES or cases < LEAST_CASES:
        return False, []
    mean = sum(each.numerator or 0.0 for each in usual) / cases
    return True, [Moved(What.HANDLING, fact.value, mean, metric)] if _far(fact.value, mean) else []


def _topics(metric: Metric, now: Breakdown, then: Sequence[Breakdown]) -> Iterator[Moved]:
    """The topics from the one that grew most."""
    before = [_by_topic(each) for each in then]
    grown = [
        Moved(What.TOPIC, count, sum(each.get(topic, 0.0) for each in before) / len(before), metric, topic)
        for topic, count in _by_topic(now).items()
    ]
    far = (each for each in sorted(grown, key=lambda each: each.usual - each.fact))
    yield from (each for each in far if abs(each.fact - each.usual) > _CHANCE * sqrt(max(each.usual, 1.0)))


def _by_topic(found: Breakdown) -> Mapping[str, float]:
    return {str(topic): fact.value or 0.0 for (_, (topic,)), fact in found.parts.items() if topic is not None}


def _far(value: float, usual: float) -> bool:
    return abs(value - usual) >= MOVED * usual if usual else value > 0
