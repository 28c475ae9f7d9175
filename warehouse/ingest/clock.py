"""Clocks that are put back and forward: which of two instants a local time was, and which times never were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from math import inf
from zoneinfo import ZoneInfo

_ZERO = datetime.fromisoformat("1970-01-01")
_DAY = timedelta(days=1)
AROUND = timedelta(hours=12)
"""How long before and after a change rows show in what order a file has them."""


@dataclass(frozen=True)
class ClockChange:
    """A clock put back or forward at an instant (UTC)."""

    at: datetime
    before: timedelta
    """The offset from UTC until then."""
    after: timedelta

    @property
    def back(self) -> bool:
        """Whether the local times of `shown` came twice; else they never were."""
        return self.after < self.before

    @property
    def shown(self) -> tuple[datetime, datetime]:
        """The local times, half-open, that came twice or never."""
        return self.at + min(self.before, self.after), self.at + max(self.before, self.after)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The instants that may be read out of those times."""
        length = abs(self.after - self.before)
        return self.at - length, self.at + length


def changes_between(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[ClockChange]:
    """The changes of a zone's clock between two instants, a day more on both sides."""
    at, end = begin - _DAY, end + _DAY
    while at < end:
        following = at + _DAY
        if _offset(zone, at) != _offset(zone, following):
            before, after = at, following
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) / 2
                before, after = (middle, after) if _offset(zone, middle) == _offset(zone, at) else (before, middle)
            moment = after.replace(microsecond=0)
            yield ClockChange(moment, _offset(zone, at), _offset(zone, following))
        at = following


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()


Way = tuple[datetime | None, ...]
"""How the times of a row may be meant."""


@dataclass(frozen=True)
class ShownTime:
    """A row's times as they may have been meant: the first pass, and the second where a time came twice."""

    row: int
    times: Way
    again: Way
    lasts: float | None = None
    """Seconds between its beginning and its end, if the row tells."""

    @property
    def in_doubt(self) -> bool:
        return any(self.again)


@dataclass(frozen=True)
class ResolvedTimes:
    """The times of rows that were in doubt, and the rows that still are: of those it is the first pass."""

    times: Mapping[int, Way]
    doubtful: frozenset[int]


def resolve_times(
    rows: Sequence[ShownTime], orders: Sequence[tuple[int, int]], beginning: int = 0, end: int | None = None
) -> ResolvedTimes:
    """Settle times that came twice by the row's end, by its duration, and by the order of the rows of a file.

    `orders` are pairs of times of which the first is not after the second; `beginning` is the time by which files
    are ordered, `end` that up to which a row lasts, by which they may be ordered, too.
    """
    ways = [_readings(row, orders, beginning, end) if row.in_doubt else [row.times] for row in rows]
    by = (beginning,) if end is None else (beginning, end)
    settled = settle_ways(ways, [not row.in_doubt for row in rows], by)
    both = [(row.row, *each) for row, each in zip(rows, settled, strict=True) if row.in_doubt]
    return ResolvedTimes({row: way for row, way, _ in both}, frozenset(row for row, _, doubtful in both if doubtful))


def settle_ways(ways: Sequence[Sequence[Way]], sure: Sequence[bool], by: Sequence[int]) -> list[tuple[Way, bool]]:
    """Return the way each row is meant by the order of a file's rows, and whether others are left: then the first.

    `by` are the times by which the file may be ordered, that of the beginning first: all those by which its `sure`
    rows are in order must agree.
    """
    left, undecided = [list(each) for each in ways], set[int]()
    options_by = {
        column: [sorted({_instant(at) for way in each if (at := way[column])}) for each in ways] for column in by
    }
    steps_by = {column: _steps(sure, options) for column, options in options_by.items()}
    # A beginning alone may tell whether the latest row is the first or the last.
    common = {1, -1}.intersection(*filter(None, steps_by.values()))
    for column, options in options_by.items():
        steps = steps_by[column] & common or steps_by[column]
        chosen = _in_order(sure, options, steps) if steps else ()
        for row, (choice, some) in enumerate(zip(chosen, options, strict=False)):
            if len(some) > 1 and choice is None:
                undecided.add(row)
            elif len(some) > 1:
                left[row] = [way for way in left[row] if (at := way[column]) and _instant(at) == choice]
    return [_first_of(each, left[row], by[0], undecided=row in undecided) for row, each in enumerate(ways)]


def _first_of(ways: Sequence[Way], left: Sequence[Way], beginning: int, *, undecided: bool) -> tuple[Way, bool]:
    """Return the way a row is meant, and whether that is in doubt: `left` are those that the order of rows leaves."""
    doubtful = len(_beginnings(ways, beginning)) > 1 and (undecided or len(_beginnings(left, beginning)) != 1)
    some = ways if doubtful else left or ways
    first = min(_beginnings(some, beginning), default=None)
    return min((way for way in some if first is None or way[beginning] == first), key=_span), doubtful


def _beginnings(ways: Sequence[Way], beginning: int) -> set[datetime]:
    return {at for way in ways if (at := way[beginning])}


def _readings(row: ShownTime, orders: Sequence[tuple[int, int]], beginning: int, end: int | None) -> list[Way]:
    """The ways to read a row's times that do not contradict each other, and least its duration."""
    ways = product(*([time, again] if again else [time] for time, again in zip(row.times, row.again, strict=True)))
    fit = [way for way in ways if all(_follows(way[first], way[second]) for first, second in orders)]
    if row.lasts is None or end is None or not row.times[end]:
        return fit or [row.times]

    def off(way: Way) -> float:
        start, stop = way[beginning], way[end]
        return abs((stop - start).total_seconds() - (row.lasts or 0.0)) if start and stop else 0.0

    least = min(map(off, fit), default=0.0)
    return [way for way in fit if off(way) == least] or [row.times]


def _instant(at: datetime) -> int:
    return (at - _ZERO) // timedelta(microseconds=1)


def _follows(first: datetime | None, second: datetime | None) -> bool:
    return first is None or second is None or first <= second


def _span(way: Way) -> timedelta:
    known = [time for time in way if time]
    return max(known) - min(known) if known else timedelta()


def _steps(sure: Sequence[bool], options: Sequence[list[int]]) -> set[int]:
    """Whether rows are in the order of time: 1 if the earliest may be the first, -1 if the latest may be."""
    bounds = [each[0] for each, certain in zip(options, sure, strict=True) if each and certain]
    return {step for step in (1, -1) if all(one <= other for one, other in pairwise(bounds[::step]))}


def _in_order(sure: Sequence[bool], options: Sequence[list[int]], steps: Iterable[int]) -> list[int | None]:
    """Of each row the instant that the order of a file leaves, None if it leaves several."""
    found = [_rising(options[::step], sure[::step])[::step] for step in steps]
    return [each[0] if len(set(each)) == 1 else None for each in zip(*found, strict=True)]


def _rising(options: Sequence[list[int]], sure: Sequence[bool]) -> list[int | None]:
    """The instants of rows in the order of time: where the earliest that each can be is the latest, too."""
    earliest = _swept(options, sure)
    mirrored = _swept([[-at for at in each[::-1]] for each in options[::-1]], sure[::-1])
    latest = [None if at is None else -at for at in mirrored[::-1]]
    return [low if low == high else None for low, high in zip(earliest, latest, strict=True)]


def _swept(options: Sequence[list[int]], sure: Sequence[bool]) -> list[int | None]:
    """Of each row the earliest instant not before those above it; None if it has none, and then it is no bound."""
    bounds: list[float] = [inf]
    for each, certain in zip(options[:0:-1], sure[:0:-1], strict=True):
        bounds.append(each[0] if each and certain else bounds[-1])
    so_far, found = -inf, list[int | None]()
    for each, until in zip(options, reversed(bounds), strict=False):
        at = next((at for at in each if so_far <= at <= until), None)
        so_far = so_far if at is None else at
        found.append(at)
    return found
