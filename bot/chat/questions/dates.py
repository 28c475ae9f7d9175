"""Days that are named without all of themselves: which year and month are meant, and what no calendar has."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from metrics.periods import Period, midnight, month_end, to_utc
from warehouse.messages import Message, note

DAY_MINUTES = 24 * 60
_FARTHEST = 183
"""Days that a range without years may last over a new year; a longer one is more likely written backwards."""


@dataclass(frozen=True)
class Days:
    """Local days, both included, and the words that ask for them again."""

    words: str
    first: date
    last: date

    @property
    def dates(self) -> str:
        """The same days without regard to when they are asked for."""
        return between(self.first, self.last).words


@dataclass(frozen=True)
class Hours:
    """Minutes [start, end) of a day; past 24 hours they are of the next one."""

    start: int
    end: int

    @property
    def over_midnight(self) -> bool:
        """Whether they end on the next day."""
        return self.end > DAY_MINUTES

    @property
    def words(self) -> str:
        end = self.end - DAY_MINUTES if self.over_midnight else self.end
        return f"{_clock(self.start)}-{_clock(end)}"


@dataclass(frozen=True)
class DateError:
    """A period that cannot be, and what could be written in its place."""

    message: Message
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """As much of a date as was said."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


def between(first: date, last: date) -> Days:
    """Days as ISO dates."""
    return Days(first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}", first, last)


def month(day: date) -> Days:
    """The month a day lies in."""
    return between(day.replace(day=1), month_end(day))


def quarter(day: date) -> Days:
    """The quarter a day lies in."""
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return between(first, month_end(first.replace(month=first.month + 2)))


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    years, month_index = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month_index + 1, 1)


def resolve(first: Named, last: Named, today: date) -> Days | DateError:
    """The days from one date to another. A date without a year is the latest such date that has begun."""
    inferred = first.year is None or last.year is None
    first, last = _completed(first, last, today)
    starts, ends = _edge(first, False), _edge(last, True)
    for edge in (starts, ends):
        if isinstance(edge, DateError):
            return edge
    assert isinstance(starts, date)
    assert isinstance(ends, date)
    over_new_year = inferred and starts.year < ends.year
    if starts <= ends and not (over_new_year and (ends - starts).days > _FARTHEST):
        return between(starts, ends)
    turned = between(_first(replace(last, year=starts.year)), _last(replace(first, year=starts.year)))
    return DateError(note("The period ends before it begins: write the earlier day first."), (turned.words,))


def when(days: Days, hours: Hours | None, timezone: str) -> Period | DateError:
    """The period of whole local days, or of hours of one day."""
    after = days.last + timedelta(days=1)
    if hours is None:
        return Period(midnight(days.first, timezone), midnight(after, timezone), timezone)
    if days.first != days.last:
        return DateError(note("Hours go with one day: name the day, or leave the hours out."))
    start, end = (_instant(days.first, minutes, timezone) for minutes in (hours.start, hours.end))
    if end <= start:
        return DateError(
            note("There is no {hours} on {day}: the clocks go forward.", hours=hours.words, day=days.first),
        )
    return Period(start, end, timezone)


def _completed(first: Named, last: Named, today: date) -> tuple[Named, Named]:
    """What one end does not say is as the other says; without any month, the latest that has begun."""
    if first.month is None and last.month is None:
        on = today if (first.day or 1) <= today.day else months_before(today, 1)
        return replace(first, month=on.month, year=on.year), replace(last, month=on.month, year=on.year)
    first = replace(first, month=first.month or last.month)
    last = replace(last, month=last.month or first.month)
    over_new_year = (last.month or 0) < (first.month or 0)
    if first.year is None:
        year = _latest_year(first, today) if last.year is None else last.year - over_new_year
        first = replace(first, year=year)
    if last.year is None:
        last = replace(last, year=(first.year or 0) + over_new_year)
    return first, last


def _latest_year(named: Named, today: date) -> int:
    """The latest year in which such a date has begun; 29 February may be years ago."""
    for year in range(today.year, today.year - 9, -1):
        on = _edge(replace(named, year=year), False)
        if isinstance(on, date) and on <= today:
            return year
    return today.year


def _edge(named: Named, end: bool) -> date | DateError:
    """A date that is said in whole; of a month its first day, or its last."""
    assert named.year is not None
    assert named.month is not None
    longest = calendar.monthrange(named.year, named.month)[1]
    last = date(named.year, named.month, longest)
    if named.day is not None and not 1 <= named.day <= longest:
        nearest = last if named.day else last.replace(day=1)
        return DateError(
            note("There is no day {given} in that month: it ends on {last}.", given=named.day, last=last),
            (nearest.isoformat(),),
        )
    return last.replace(day=named.day or (longest if end else 1))


def _first(named: Named) -> date:
    edge = _edge(named, False)
    return edge if isinstance(edge, date) else date.fromisoformat(edge.instead[0])


def _last(named: Named) -> date:
    edge = _edge(named, True)
    return edge if isinstance(edge, date) else date.fromisoformat(edge.instead[0])


def _instant(day: date, minutes: int, timezone: str) -> datetime:
    if minutes >= DAY_MINUTES:
        return _instant(day + timedelta(days=1), minutes - DAY_MINUTES, timezone)
    if minutes == 0:
        return midnight(day, timezone)
    return to_utc(datetime.combine(day, time(minutes // 60, minutes % 60)), timezone)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
