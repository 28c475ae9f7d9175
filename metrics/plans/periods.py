"""The periods of plans as people write them."""

from __future__ import annotations

import re
from datetime import date

from warehouse.messages import Mistake
from warehouse.plans import GRANULARITIES, days_of

_MONTH_NAMES = (
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "january february march april may june july august september october november december",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "январ февр март апр май июн июл авг сент окт нояб дек",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may june july aug sept oct nov dec",
)
_MONTHS = {name: number for names in _MONTH_NAMES for number, name in enumerate(names.split(), start=1)}
_YEARS = range(1990, 2101)
"""A year outside is a slip of the finger."""
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}

_ISO_PART = re.compile(r"(\d{4})-(?:q([1-4])|(\d\d)(?:-h([12]))?)")
_DOTTED_MONTH = re.compile(r"(\d\d)\.(\d{4})")
_QUARTER = re.compile(r"(?:([1-4]|i{1,3}|iv)-?й? ?(?:кв\.?|квартал|quarter|q)|q([1-4])) (\d{4})(?: ?г\.?| года)?")
_NAMED = re.compile(r"(?:(\d{1,2})(?: ?- ?(\d{1,2}))? )?([а-яa-z]+)\.?[ .'-]+(\d{4})(?: ?г\.?| года)?")
_SHORT = re.compile(r"([а-яa-z]+)\.?[.'-](\d\d)(?: ?г\.?)?")
"""As spreadsheets show a month: Jul-26. With a blank between it may be a day of July."""
_WITHOUT_YEAR = re.compile(
    r"(?:\d{1,2}(?: ?- ?\d{1,2})? )?([а-яa-z]+)\.?|([0-3]?\d\.[01]\d)|"
    r"(?:[1-4]|i{1,3}|iv)-?й? ?(?:кв\.?|квартал|quarter|q)|q[1-4]"
)
_RANGE = re.compile(r"([\d.-]+?) ?\.\. ?([\d.-]+)|([\d.]+) ?- ?([\d.]+)|([\d.-]+) - ([\d.-]+)")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def period_text(granularity: str, starts_on: date) -> str:
    """The short form that `parse_period` reads back: 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05."""
    if granularity == "day":
        return starts_on.isoformat()
    if granularity == "quarter":
        return f"{starts_on.year}-Q{(starts_on.month + 2) // 3}"
    month = f"{starts_on.year}-{starts_on.month:02}"
    return month if granularity == "month" else f"{month}-H{1 if starts_on.day == 1 else 2}"


def parse_period(text: str) -> tuple[str, date]:
    """The granularity and the first day of a period, written in one of many ways, Russian ones included.

    Raises Mistake if it cannot be read, or is a range that is no day, half month, month or quarter.
    """
    plain = _plain(text)
    try:
        found = _single(plain) or _range(plain)
    except (ValueError, OverflowError):  # a 31st of June, a 13th month, the end of time
        found = None
    if found is None or found[0].year not in _YEARS:
        raise Mistake(
            'cannot read the period "{given}". Write 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05 or '
            "2026-06-01..2026-06-15.",
            given=text,
        )
    first, last = found
    for granularity in GRANULARITIES:
        if _starts(granularity, first) and days_of(granularity, first)[-1] == last:
            return granularity, first
    raise Mistake(
        '"{given}" is not a day, a half month (1-15 or 16 to the end), a month or a quarter: plans are for these.',
        given=text,
    )


def needs_year(text: str) -> bool:
    """Return whether a text is a period that lacks nothing but its year: July, 1 июля, 01.07, Q3."""
    match = _WITHOUT_YEAR.fullmatch(_plain(text))
    return match is not None and (match[1] is None or match[1] in _MONTHS)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[–—−]", "-", text)).strip().casefold()


def _starts(granularity: str, first: date) -> bool:
    try:
        days_of(granularity, first)
    except Mistake:
        return False
    return True


def _single(text: str) -> tuple[date, date] | None:
    """The first and the last day of a period that is written as one thing."""
    if day := _day(text):
        return day, day
    if match := _ISO_PART.fullmatch(text):
        year, quarter, month, half = match.groups()
        if quarter:
            return _whole("quarter", date(int(year), int(quarter) * 3 - 2, 1))
        if half:
            return _whole("half_month", date(int(year), int(month), 1 if half == "1" else 16))
        return _whole("month", date(int(year), int(month), 1))
    if match := _DOTTED_MONTH.fullmatch(text):
        return _whole("month", date(int(match[2]), int(match[1]), 1))
    if match := _QUARTER.fullmatch(text):
        return _whole("quarter", date(int(match[3]), _QUARTERS[match[1] or match[2]] * 3 - 2, 1))
    if (match := _SHORT.fullmatch(text)) and match[1] in _MONTHS:
        return _whole("month", date(2000 + int(match[2]), _MONTHS[match[1]], 1))
    if (match := _NAMED.fullmatch(text)) and match[3] in _MONTHS:
        month_start = date(int(match[4]), _MONTHS[match[3]], 1)
        if not match[1]:
            return _whole("month", month_start)
        return month_start.replace(day=int(match[1])), month_start.replace(day=int(match[2] or match[1]))
    return None


def _range(text: str) -> tuple[date, date] | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last = (_day(part) for part in match.groups() if part is not None)
    return (first, last) if first and last else None


def _day(text: str) -> date | None:
    if match := _ISO_DAY.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED_DAY.fullmatch(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    return None


def _whole(granularity: str, first: date) -> tuple[date, date]:
    return first, days_of(granularity, first)[-1]
