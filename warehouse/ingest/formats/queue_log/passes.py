"""The times of a log's lines: of a date that came twice in autumn, which of the two it was.

A log is in the order of time, so that among the lines whose dates came twice there is one place where the second pass
begins. Everything that tells something says where it can be: a step back, the second in a call's id, the seconds
that an event gives since an earlier one of its call.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, product
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, moments_of
from warehouse.ingest.formats.queue_log.calls import wait_and_talk
from warehouse.ingest.formats.queue_log.events import read_event

_Line = TypeVar("_Line")

_EPOCH = re.compile(r"\d{9,11}(\.\d+)?", re.ASCII)
_MADE = re.compile(r"(?:.*-)?(\d{9,11})\.\d+", re.ASCII)
"""The id of a call, with the second when its channel was made."""
_START = datetime.fromisoformat("1970-01-01")
_DISORDER = timedelta(minutes=1)
"""Lines that are written at once may be so much out of order, and servers' clocks so much apart."""
_HOUR = timedelta(hours=1)
_BEFORE = 10_000
"""Lines that are looked at for the beginnings of calls that go on in the hour."""


@dataclass(frozen=True, slots=True)
class Timed(Generic[_Line]):
    line: _Line
    at: datetime | None
    """UTC; None if the line has no time."""
    in_doubt: bool = False
    """Whether it came twice, and nothing tells which it was: it is taken for the first."""


@dataclass(frozen=True, slots=True)
class _Mark(Generic[_Line]):
    line: _Line
    text: str
    moments: tuple[datetime, ...]


def timed(lines: Iterable[_Line], text_of: Callable[[_Line], str], zone: ZoneInfo) -> Iterator[Timed[_Line]]:
    """Yield the lines of a log with their times: seconds since 1970, or a date, local if it names no offset."""
    before = deque[_Mark[_Line]](maxlen=_BEFORE)
    held: list[_Mark[_Line]] = []
    last = _START
    for line in lines:
        text = text_of(line)
        mark = _Mark(line, text, _moments(text, zone))
        unsure = len(mark.moments) > 1
        if held and mark.moments and not unsure and abs(mark.moments[0] - last) > 2 * _HOUR:
            yield from _settled(before, held, zone)
            before.extend(held)
            held = []
        if unsure:
            last = mark.moments[0]
        if held or unsure:
            held.append(mark)
        else:
            before.append(mark)
            yield Timed(line, mark.moments[0] if mark.moments else None)
    yield from _settled(before, held, zone)


def _moments(text: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the instants that a line's time may be."""
    mark, _, rest = text.partition("|")
    mark = mark.strip()
    try:
        if _EPOCH.fullmatch(mark):
            whole, _, fraction = mark.partition(".")
            return (_START + timedelta(seconds=int(whole), microseconds=int((fraction + "000000")[:6])),)
    except OverflowError:
        return ()
    found = moments_of(mark, zone)
    return _after_its_making(found, rest) if len(found) > 1 else found


def _after_its_making(found: tuple[datetime, ...], rest: str) -> tuple[datetime, ...]:
    """Return those of two instants at which a call can be that has the second of its making in its id."""
    callid, *others = rest.split("|", 4)
    made = _MADE.fullmatch(callid.strip())
    if not made:
        return found
    since = _START + timedelta(seconds=int(made[1]))
    after = tuple(at for at in found if at >= since - _DISORDER)
    if len(after) > 1 and "ENTERQUEUE" in others and after[0] - since < _HOUR:
        # It enters soon after, and not an hour later.
        return after[:1]
    return after or found


class _Places:
    """The places among so many lines at which the second pass may begin: 0 is before all, the last behind all."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._against = [0] * (lines + 2)

    def exclude(self, first: int, last: int) -> None:
        """Count something against the places from the first to the last one."""
        if first <= last:
            self._against[first] += 1
            self._against[last + 1] -= 1

    def left(self) -> tuple[int, int, bool]:
        """Return the first and the last of the places that least is against, and whether something is."""
        against = list(accumulate(self._against[: self._lines + 1]))
        least = min(against)
        places = [place for place, count in enumerate(against) if count == least]
        return places[0], places[-1], least > 0


def _settled(before: Iterable[_Mark[_Line]], held: Sequence[_Mark[_Line]], zone: ZoneInfo) -> Iterator[Timed[_Line]]:
    """Yield lines of which some have two times, with one of them; `before` are lines with one above them."""
    earlier = list(before)
    unsure = [mark for mark in held if len(mark.moments) > 1]
    place_of = {id(mark): place for place, mark in enumerate(unsure)}
    places = _Places(len(unsure))
    _exclude_by_order([*earlier[-1:], *held], place_of, places)
    for one, other, seconds in _gaps([*earlier, *held], zone):
        _exclude_by_gap(one, other, seconds, place_of, places)
    first, last, contradicted = places.left()
    doubtful = range(len(unsure)) if contradicted else range(first, last)
    for mark in held:
        place = place_of.get(id(mark))
        if place is None:
            yield Timed(mark.line, mark.moments[0] if mark.moments else None)
        else:
            yield Timed(mark.line, mark.moments[place >= last], place in doubtful)


def _exclude_by_order(marks: Sequence[_Mark[_Line]], place_of: dict[int, int], places: _Places) -> None:
    """Leave the places at which no line is before the one above it."""
    end, above, passed = len(place_of), None, 0
    for mark in marks:
        if not mark.moments:
            continue
        place = place_of.get(id(mark))
        if above and (place is not None or len(above.moments) > 1):
            early, late = mark.moments[0] + _DISORDER, mark.moments[-1] + _DISORDER
            if place is not None and len(above.moments) > 1:
                if early < above.moments[0]:
                    places.exclude(0, place - 1)
                    places.exclude(place + 1, end)
            elif place is None:
                if above.moments[0] <= early < above.moments[1]:
                    places.exclude(0, passed - 1)
            elif early < above.moments[0] <= late:
                places.exclude(place + 1, end)
        above, passed = mark, passed + (place is not None)


def _gaps(marks: Iterable[_Mark[_Line]], zone: ZoneInfo) -> Iterator[tuple[_Mark[_Line], _Mark[_Line], float]]:
    """Yield pairs of lines of one call of which the later one says how many seconds are between them."""
    entered: dict[tuple[str, str], _Mark[_Line]] = {}
    answered: dict[tuple[str, str], _Mark[_Line]] = {}
    for mark in marks:
        try:
            event = read_event(mark.text, mark.moments[0] if mark.moments else None, zone)
            wait, talk = wait_and_talk(event)
        except Bad:
            continue
        call = (event.callid, event.queue)
        since, seconds = (entered.get(call), wait) if talk is None else (answered.get(call), talk)
        if since and seconds is not None and len(since.moments) + len(mark.moments) > 2:
            yield since, mark, seconds
        if event.name == "ENTERQUEUE":
            entered[call] = mark
        elif event.name == "CONNECT":
            answered[call] = mark


def _exclude_by_gap(
    one: _Mark[_Line], other: _Mark[_Line], seconds: float, place_of: dict[int, int], places: _Places
) -> None:
    """Leave the places at which the time between two lines is what the second one says, if any way it is."""
    off = {
        (early, late): abs((there - here).total_seconds() - seconds)
        for (early, here), (late, there) in product(enumerate(one.moments), enumerate(other.moments))
    }
    least = min(off.values())
    if least > _HOUR.total_seconds() / 6:
        return
    ways = {way for way, seconds_off in off.items() if seconds_off <= least + 1}
    pair = place_of.get(id(one)), place_of.get(id(other))
    begin = 0
    for end in (*sorted(place for place in pair if place is not None), len(place_of)):
        early, late = (int(place is not None and place >= begin) for place in pair)
        if (early, late) not in ways:
            places.exclude(begin, end)
        begin = end + 1
