"""When something is due: a schedule as it is written, turned into instants by the centre's clock. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.settings import FILE
from metrics.periods import Period, days, half_month, month_end, to_local, to_utc
from warehouse.messages import UserError

DAY = timedelta(days=1)
SHORTEST_MONTH = 28
FARTHEST_SHIFT = 31
"""A working day is sought so many days away; where there is none, the day stays as it is."""
_AHEAD = (1, 40, 400, 3000)
"""Days to look at, in growing steps: a leap day may be eight years away."""

Shift = Literal["next", "previous"]
Span = Literal["half_month", "month", "week", "day"]
"""What an issue is about: the last of these that was over before the day it is scheduled for."""


@dataclass(frozen=True)
class Rule:
    """Days (by their numbers, their weekdays, or either of them) and the times on each of them."""

    times: tuple[time, ...]
    numbers: frozenset[int] | None = None
    """Days of the month. None: any."""
    weekdays: frozenset[int] | None = None
    """0 Monday ... 6 Sunday. None: any."""
    months: frozenset[int] | None = None
    lasting: bool = True
    """Whether the last day of a month stands for a number that the month does not have; not so in cron."""
    shift: Shift | None = None

    def names(self, day: date) -> bool:
        """Whether a day is due by its name, wherever it is moved to."""
        if self.months is not None and day.month not in self.months:
            return False
        if self.numbers is None or self.weekdays is None:
            return self._numbered(day) and (self.weekdays is None or day.weekday() in self.weekdays)
        return self._numbered(day) or day.weekday() in self.weekdays  # cron's own rule: either of them

    def _numbered(self, day: date) -> bool:
        if self.numbers is None or day.day in self.numbers:
            return True
        if not self.lasting or day.day < SHORTEST_MONTH or day != month_end(day):
            return False
        return any(number > day.day for number in self.numbers)


@dataclass(frozen=True)
class WorkCalendar:
    """A centre's zone, and the days it works."""

    timezone: str
    is_working_day: Callable[[date], bool]


@dataclass(frozen=True, order=True)
class Due:
    """One time that something is due: a UTC instant, and the day it was named for before any shift."""

    at: datetime
    day: date


def due_after(rule: Rule, instant: datetime, calendar: WorkCalendar) -> Due | None:
    """The first due time after an instant; None if there is none within eight years."""
    today = to_local(instant, calendar.timezone).date()
    for ahead in _AHEAD:
        end = today + ahead * DAY
        found = [due for due in due_between(rule, today - DAY, end, calendar) if due.at > instant]
        if found:
            return found[0]
    return None


def due_before(rule: Rule, instant: datetime, calendar: WorkCalendar) -> Due | None:
    """The latest due time at an instant or before it; None if there is none within eight years."""
    today = to_local(instant, calendar.timezone).date()
    for back in _AHEAD:
        start = today - back * DAY
        found = [due for due in due_between(rule, start, today + DAY, calendar) if due.at <= instant]
        if found:
            return found[-1]
    return None


def due_between(rule: Rule, first: date, last: date, calendar: WorkCalendar) -> list[Due]:
    """All due times that fall on the local days from `first` to `last`, after any shift, in order.

    Days that are moved onto one day count once: as the latest of them.
    """
    named: dict[date, date] = {}
    reach = FARTHEST_SHIFT * DAY if rule.shift else timedelta()
    for day in _days(first - reach, last + reach):
        if rule.names(day):
            moved = shifted(day, rule.shift, calendar)
            named[moved] = max(day, named.get(moved, day))
    found: dict[datetime, Due] = {}
    for moved, day in named.items():
        if first <= moved <= last:
            for at in rule.times:
                due = Due(instant_of(datetime.combine(moved, at), calendar.timezone), day)
                found[due.at] = max(due, found.get(due.at, due))
    return sorted(found.values())


def shifted(day: date, shift: Shift | None, calendar: WorkCalendar) -> date:
    """The day itself, or the nearest working day in the direction of the shift."""
    step = DAY if shift == "next" else -DAY
    candidates = (day + number * step for number in range(FARTHEST_SHIFT + 1)) if shift else ()
    return next((each for each in candidates if calendar.is_working_day(each)), day)


def instant_of(local: datetime, timezone: str) -> datetime:
    """The UTC instant of a local time, the first of two; of a time that is left out, the first instant after it."""
    instant = to_utc(local, timezone)
    if to_local(instant, timezone) == local:
        return instant
    # The clocks went forward over it: read by the clock after, it lies before the change; by the clock before, after.
    early = local.replace(tzinfo=ZoneInfo(timezone), fold=1).astimezone(UTC).replace(tzinfo=None)
    before, after = 0, round((instant - early).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        if to_local(early + timedelta(seconds=middle), timezone) < local:
            before = middle
        else:
            after = middle
    return early + timedelta(seconds=after)


def period_before(day: date, span: Span, timezone: str) -> Period:
    """The latest whole half month, month, week (from Monday) or day that ended before a day began."""
    match span:
        case "half_month":
            return half_month(half_month(day, timezone).first_day - DAY, timezone)
        case "month":
            last = day.replace(day=1) - DAY
            return days(last.replace(day=1), last, timezone)
        case "week":
            monday = day - timedelta(days=day.weekday() + 7)
            return days(monday, monday + 6 * DAY, timezone)
        case "day":
            return days(day - DAY, day - DAY, timezone)


def period_from(day: date, span: Span, timezone: str) -> Period:
    """The first whole half month, month, week (from Monday) or day that begins on a day or after it."""
    first = next(
        each for each in _days(day, day + 31 * DAY) if period_before(each, span, timezone).last_day + DAY == each
    )
    match span:
        case "half_month":
            return half_month(first, timezone)
        case "month":
            return days(first, month_end(first), timezone)
        case "week":
            return days(first, first + 6 * DAY, timezone)
        case "day":
            return days(first, first, timezone)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GROUPS = {"daily": range(7), "weekdays": range(5)}
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("weekday", 0, 7, ("sun", *WEEKDAYS[:6])),
)
_PART = re.compile(r"(?:(?P<all>\*)|(?P<from>\w+)(?:-(?P<to>\w+))?)(?:/(?P<step>[1-9]\d?))?")


def rule_of(post: str, schedule: str | None, cron: str | None) -> Rule:
    """The rule of a post that gives one of the two. Raises UserError for what is not understood."""
    if bool(schedule) == bool(cron):
        raise UserError(
            'In {file}, posts "{post}": give it either a schedule, like "1,16 10:00", or a cron expression.',
            file=FILE,
            post=post,
        )
    return _cron(post, cron) if cron else _schedule(post, schedule or "")


def span_of(rule: Rule) -> Span:
    """What a post is about, if it does not say: as long ago as it was posted last."""
    if rule.numbers is not None:
        return "month" if len(rule.numbers) == 1 else "half_month"
    return "week" if rule.weekdays is not None and len(rule.weekdays) == 1 else "day"


def _schedule(post: str, given: str) -> Rule:
    *named, clock = given.casefold().split() or [""]
    if len(named) > 1:
        raise UserError(
            'In {file}, posts "{post}": the schedule "{given}" is not understood. Write it like "1,16 10:00", "09:30", '
            '"mon 09:00" or "weekdays 09:30".',
            file=FILE,
            post=post,
            given=given,
        )
    times = tuple(sorted({_time(post, each) for each in clock.split(",")}))
    if not named:
        return Rule(times)
    words = named[0].split(",")
    if all(word.isdecimal() and 1 <= int(word) <= 31 for word in words):
        return Rule(times, numbers=frozenset(map(int, words)))
    weekdays: set[int] = set()
    for word in words:
        if word not in WEEKDAYS and word not in _GROUPS:
            raise UserError(
                'In {file}, posts "{post}": there is no day "{given}". There are: 1-31, or {known}.',
                file=FILE,
                post=post,
                given=word,
                known=", ".join((*WEEKDAYS, *_GROUPS)),
            )
        weekdays.update(_GROUPS.get(word) or [WEEKDAYS.index(word)])
    return Rule(times, weekdays=frozenset(weekdays) if len(weekdays) < 7 else None)


def _time(post: str, given: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", given)
    if not found:
        raise UserError(
            'In {file}, posts "{post}": "{given}" is no time of the day. Times are written like 09:30, after the days.',
            file=FILE,
            post=post,
            given=given,
        )
    return time(int(found[1]), int(found[2]))


def _cron(post: str, given: str) -> Rule:
    fields = given.casefold().split()
    if len(fields) != len(_FIELDS):
        raise UserError(
            'In {file}, posts "{post}": cron is "{given}"; it has five fields: minute, hour, day, month, weekday.',
            file=FILE,
            post=post,
            given=given,
        )
    minutes, hours, numbers, months, weekdays = (_values(post, n, field) for n, field in enumerate(fields))
    rule = Rule(
        tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        months=frozenset(months) if len(months) < 12 else None,
        lasting=False,
    )
    if fields[2] != "*":
        rule = replace(rule, numbers=frozenset(numbers))
    if fields[4] != "*":
        rule = replace(rule, weekdays=frozenset((number - 1) % 7 for number in weekdays))  # cron's 0 and 7 are Sunday
    return rule


def _values(post: str, n: int, field: str) -> set[int]:
    """The numbers that a field of a cron expression names."""
    name, low, high, names = _FIELDS[n]

    def number(word: str) -> int:
        value = names.index(word) + low if word in names else int(word)
        if not low <= value <= high:
            raise ValueError(word)
        return value

    values: set[int] = set()
    for part in field.split(","):
        found = _PART.fullmatch(part)
        try:
            if not found:
                raise ValueError(part)
            first = low if found["all"] else number(found["from"])
            last = high if found["all"] or (found["step"] and not found["to"]) else number(found["to"] or found["from"])
            if last < first:
                raise ValueError(part)
        except ValueError:
            raise UserError(
                'In {file}, posts "{post}": the field "{field}" of cron is "{given}". It takes {low}-{high}, *, lists, '
                "ranges and steps, like 1-5 or */15.",
                file=FILE,
                post=post,
                field=name,
                given=field,
                low=low,
                high=high,
            ) from None
        values.update(range(first, last + 1, int(found["step"] or 1)))
    return values
