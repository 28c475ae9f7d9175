"""The days across a roster: numbers under a month, dates with or without a year, beside weekdays that must agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from warehouse.messages import UserError

MONTH_NAMES = (
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "january february march april may june july august september october november december",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "январ февр март апр май июн июл авг сент окт нояб дек",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may june july aug sept oct nov dec",
)
MONTHS = {name: number for names in MONTH_NAMES for number, name in enumerate(names.split(), start=1)}
"""The numbers of months by what they are called."""
_WEEKDAY_NAMES = (
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "monday tuesday wednesday thursday friday saturday sunday",
    "пн вт ср чт пт сб вс",
)
_WEEKDAYS = [(name, number) for names in _WEEKDAY_NAMES for number, name in enumerate(names.split())]
_WEEKDAY = re.compile(r"[а-яa-z]{2,12}\.?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00(?::00)?)?")
_DOTTED = re.compile(r"(\d{1,2})[./](\d\d)(?:[./](\d{4}|\d\d))?\.?")
_WORDED = re.compile(r"(\d{1,2})[ -]([а-яa-z]{3,9})\.?(?: (\d{4}))?")
_NUMBER = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_NUMERIC_MONTH = re.compile(r"(?<!\d)(?:(20\d\d)[-._/](0[1-9]|1[0-2])|(0[1-9]|1[0-2])[-._/](20\d\d))(?!\d)")
_LEAST = 3


@dataclass(frozen=True)
class RosterHeading:
    """A day as a column is headed: as much of it as is said. Months 1-12, weekdays 0-6."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    @property
    def is_date(self) -> bool:
        return self.month is not None and self.year is not None


def heading(text: str) -> RosterHeading | None:
    """Return the day that a column is headed by; None if it is something else."""
    words = " ".join(re.sub(r"[,()\n]", " ", text).split()).casefold()
    weekday = None
    for word in words.split():
        if _WEEKDAY.fullmatch(word) and word not in MONTHS and weekday_of(word) is not None:
            weekday = weekday_of(word)
            words = " ".join(each for each in words.split() if each != word)
    if match := _ISO.fullmatch(words):
        year, month, day = (int(each) for each in match.groups())
        return RosterHeading(day, month, year, weekday)
    if match := _DOTTED.fullmatch(words):
        named = int(match[3]) if match[3] else None
        return RosterHeading(int(match[1]), int(match[2]), named + 2000 if named and named < 100 else named, weekday)
    if (match := _WORDED.fullmatch(words)) and match[2] in MONTHS:
        return RosterHeading(int(match[1]), MONTHS[match[2]], int(match[3]) if match[3] else None, weekday)
    if _NUMBER.fullmatch(words) and 1 <= int(words) <= 31:
        return RosterHeading(int(words), weekday=weekday)
    return None


def weekday_of(text: str) -> int | None:
    """Return the weekday that a word is, 0 Monday; None if it is none."""
    word = text.strip().casefold().rstrip(".")
    return next((number for name, number in _WEEKDAYS if len(word) > 1 and name.startswith(word)), None)


def headings(cells: Sequence[str]) -> dict[int, RosterHeading]:
    """Return the days that a row is headed by, by column; nothing if it is no header of a roster."""
    found = {column: each for column, cell in enumerate(cells) if (each := heading(cell))}
    days = [each.day for each in found.values()]
    rising = all(after > before or after == 1 for before, after in pairwise(days))
    enough = len(found) >= _LEAST or any(each.is_date for each in found.values())
    return found if enough and rising else {}


def dates(
    found: Mapping[int, RosterHeading],
    weekdays: Mapping[int, int],
    titles: Iterable[str],
    given: str | None,
    place: str,
) -> dict[int, date]:
    """Return the date of each column.

    `weekdays` stand above or below the days, by column; `titles` are the texts that may name the month, the nearest
    first; `given` (2026-06) goes before them; `place` is the sheet. Raises UserError.
    """
    if all(each.is_date for each in found.values()):
        return _checked(
            {column: (each.year or 0, each.month or 0, each.day) for column, each in found.items()}, {}, place
        )
    known = {column: each.weekday for column, each in found.items() if each.weekday is not None} | dict(weekdays)
    year, month = _month(titles, given)
    first = next(iter(found.values()))
    month = first.month or month
    if year is None or month is None:
        raise UserError(
            "{place}: the days have numbers, and nothing says of which month: write it above them, as June 2026, or "
            "give it with --option month=2026-06.",
            place=place,
        )
    wraps = any(each.day == 1 for each in list(found.values())[1:])
    starts = [(year, month), *([_before(year, month)] if wraps and not first.month else [])]
    tried = [_run(found, *start) for start in starts]
    fitting = [each for each in tried if all(_weekday(each[column]) in (None, day) for column, day in known.items())]
    if len(fitting) > 1:
        raise UserError(
            "{place}: days of two months stand side by side, and nothing says which the first one is of: write dates "
            "above them, as 26.05.",
            place=place,
        )
    return _checked(fitting[0] if fitting else tried[0], known, place)


_Parts = tuple[int, int, int]


def _run(found: Mapping[int, RosterHeading], year: int, month: int) -> dict[int, _Parts]:
    parts: dict[int, _Parts] = {}
    before = 0
    for column, each in found.items():
        if each.day < before:
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        before = each.day
        parts[column] = (year, month, each.day)
    return parts


def _before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, 12)


def _weekday(parts: _Parts) -> int | None:
    try:
        return date(*parts).weekday()
    except ValueError:
        return None


def _checked(found: Mapping[int, _Parts], weekdays: Mapping[int, int], place: str) -> dict[int, date]:
    days: dict[int, date] = {}
    for column, parts in found.items():
        try:
            days[column] = date(*parts)
        except ValueError:
            raise UserError(
                "{place}: there is no day {day} in {month}: is the month right? It can be given with --option "
                "month=2026-06.",
                place=place,
                day=parts[2],
                month=f"{parts[0]}-{parts[1]:02}",
            ) from None
        if weekdays.get(column, days[column].weekday()) != days[column].weekday():
            raise UserError(
                "{place}: {day} is another day of the week than the sheet says: is the month right? It can be given "
                "with --option month=2026-06.",
                place=place,
                day=days[column].isoformat(),
            )
    return days


def _month(titles: Iterable[str], given: str | None) -> tuple[int | None, int | None]:
    """Return the year and the month that are given, or that titles name: each by the first that names one."""
    year: int | None = None
    month: int | None = None
    for title in [given] if given else titles:
        plain = title.casefold()
        if match := _NUMERIC_MONTH.search(plain):
            named = (int(match[1] or match[4]), int(match[2] or match[3]))
            return (year or named[0], month or named[1])
        words = (MONTHS.get(word) for word in re.findall(r"[а-яa-z]{3,9}", plain))
        month = month or next((word for word in words if word), None)
        years = _YEAR.findall(plain)
        year = year or (int(years[0]) if years else None)
    if given and (year is None or month is None):
        raise UserError("The option month cannot be {given}: write 2026-06.", given=given)
    return year, month
