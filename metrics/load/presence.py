"""Who is there: by the roster, as usual on such a weekday, or as it was; people by half hours of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.facts import Breakdown, Query
from metrics.load import CALL, CHAT, DESK
from metrics.load.counts import Stream, half_hours_of, lines_with
from metrics.load.history import HALF_HOURS, Floats
from metrics.model import Test, Where
from metrics.periods import Period, days

ROSTER, USUAL, PRESENT = "roster", "usual", "present"
"""Where people are known from: the roster, the same weekdays before, and the day itself."""

_USUAL_WEEKS, _AROUND_DAYS = 4, 14
_UNTOLD = 0.1
"""Statuses tell of channels where no more than this share of the time is of none."""
_OUT_OF_SIGHT = ("break", "training", "meeting")


@dataclass(frozen=True)
class People:
    """People of one day by half hour, and where they are known from."""

    count: Floats
    source: str


@dataclass(frozen=True)
class Presence:
    """Who is there on each day; a day that nothing is known of is absent."""

    days: Mapping[date, People]
    mixed: bool = False
    """Whether people of the line are known, and not on which of its channels: no usual people can be told."""

    def on(self, day: date) -> People | None:
        return self.days.get(day)


def presence_of(calculator: Calculator, stream: Stream, wanted: Sequence[date], last_day: date) -> Presence:
    """Return who is there on some days; days up to `last_day` are over, and people are those who were there.

    Where no roster reaches a day, the median of the last four same weekdays stands in.
    """
    ahead = [day for day in wanted if day > last_day]
    over = [day for day in wanted if day <= last_day]
    planned = _planned(calculator, stream, ahead) if ahead else {}
    found = {day: People(count, ROSTER) for day, count in planned.items()}
    unknown = [day for day in ahead if day not in found]
    if not unknown and not over:
        return Presence(found)
    recent = days(last_day - timedelta(days=7 * _USUAL_WEEKS - 1), last_day, calculator.centre.timezone)
    narrowed = _statuses_of(calculator, stream, recent)
    if narrowed is None:
        return Presence(found, mixed=True)
    if over:
        present = _present(calculator, stream, narrowed, over)
        found |= {day: People(count, PRESENT) for day, count in present.items()}
    if unknown:
        weekdays = {day.weekday() for day in unknown}
        present = _present(calculator, stream, narrowed, [day for day in recent.days if day.weekday() in weekdays])
        for day in unknown:
            alike = [count for each, count in present.items() if each.weekday() == day.weekday()]
            if alike and any(count.any() for count in alike):
                found[day] = People(np.floor(np.median(np.stack(alike), axis=0) + 0.5), USUAL)
    return Presence(found)


def lines_of(centre: Centre, stream: Stream) -> tuple[str, ...] | None:
    """The lines whose people are meant: a group that is one queue has people of its own and those of its lines."""
    if stream.line is None:
        return None
    return tuple(dict.fromkeys((stream.line, *centre.members(stream.line))))


def shown_shrinkage(calculator: Calculator, stream: Stream, last_day: date) -> float | None:
    """The share of planned work that its people were not there for contacts in, over 28 days; 0-1.

    None where the roster does not carry breaks and training, or not enough of it is over: the whole of the paid time
    must then be looked at.
    """
    records = calculator.records
    if not records.filled("shifts") or not records.says("shifts", "kind", _OUT_OF_SIGHT):
        return None
    since = records.first_event("shifts")
    zone = calculator.centre.timezone
    first = max(last_day - timedelta(days=27), since.date() + timedelta(days=1)) if since else last_day
    if (last_day - first).days < 6:
        return None
    span, lines = days(first, last_day, zone), lines_of(calculator.centre, stream)
    metrics = [calculator.catalogue.get(key) for key in ("people_planned", "people_on_shift")]
    planned, present = (each.total for each in calculator.compute([Query(metric, span, lines) for metric in metrics]))
    if not planned.value or present.value is None:
        return None
    return max(0.0, 1 - present.value / planned.value)


def _planned(calculator: Calculator, stream: Stream, wanted: Sequence[date]) -> dict[date, Floats]:
    """The roster of the days that it reaches: itself, or a day before and a day after have people on it."""
    zone, lines = calculator.centre.timezone, lines_of(calculator.centre, stream)
    metric = calculator.catalogue.get("people_planned")
    narrowed: Where = (Test("channel", (stream.channel,)),)
    around = timedelta(days=_AROUND_DAYS)
    reach = days(min(wanted) - around, max(wanted) + around, zone)
    if calculator.coverage.as_of(metric) is None:
        return {}
    # A statement a day: its text is the same for every day.
    by_day, *each = calculator.compute(
        [
            Query(metric, reach, lines, ("day",), narrowed),
            *(Query(metric, days(day, day, zone), lines, ("half-hour",), narrowed) for day in wanted),
        ]
    )
    filled = [reach.days[part] for (part, _), fact in by_day.parts.items() if fact.value]
    return {
        day: _by_clock(breakdown, day, zone)
        for day, breakdown in zip(wanted, each, strict=True)
        if filled and min(filled) <= day <= max(filled)
    }


def _present(calculator: Calculator, stream: Stream, narrowed: Where, over: Sequence[date]) -> dict[date, Floats]:
    """People handling contacts or ready for them on days that are over."""
    zone, metric = calculator.centre.timezone, calculator.catalogue.get("people_on_shift")
    lines = lines_of(calculator.centre, stream)
    queries = [Query(metric, days(day, day, zone), lines, ("half-hour",), narrowed) for day in over]
    return {
        day: _by_clock(breakdown, day, zone)
        for day, breakdown in zip(over, calculator.compute(queries), strict=True)
        if any(fact.value is not None for fact in breakdown.parts.values())
    }


def _by_clock(breakdown: Breakdown, day: date, zone: str) -> Floats:
    """People by the clock on the wall: of an hour that comes twice, the mean."""
    known = {breakdown.borders[part]: fact.value or 0.0 for (part, _), fact in breakdown.parts.items()}
    sums, times = np.zeros(HALF_HOURS), np.zeros(HALF_HOURS)
    for start, place in half_hours_of(day, zone):
        sums[place] += known.get(start, 0.0)
        times[place] += 1
    return np.divide(sums, times, out=np.zeros(HALF_HOURS), where=times > 0)


def _statuses_of(calculator: Calculator, stream: Stream, recent: Period) -> Where | None:
    """How statuses are narrowed to the channel's work; None where nothing tells it from that of other channels."""
    lines = lines_of(calculator.centre, stream)
    metric = calculator.catalogue.get("people_on_shift")
    query = Query(metric, recent, lines, ("channel",))
    if calculator.coverage.why_absent(query):
        return ()
    (told,) = calculator.compute([query])
    people = {channel: fact.value or 0.0 for (_, (channel,)), fact in told.parts.items()}
    if people.get(None, 0.0) <= _UNTOLD * sum(people.values()):
        return (Test("channel", (stream.channel,)),)
    others = [channel for channel in (CALL, CHAT) if channel != stream.channel]
    shared = any({*(lines or ())} & {*lines_with(calculator, other)} for other in others)
    return None if shared or stream.channel == DESK else ()
