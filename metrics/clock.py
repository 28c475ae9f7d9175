"""Which days of the week and which hours of the day count, by the clock on the wall: conditions on events.

They stand among the filters of a question as values of two dimensions that no table has: `weekday`, and `clock`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from metrics.dimensions import WEEKDAY
from metrics.model import Test, Where
from warehouse.messages import UserError
from warehouse.sql import minute_of, weekday_of

CLOCK = "clock"
BY_THE_CLOCK = (WEEKDAY.key, CLOCK)

DAYS: Mapping[str, tuple[int, ...]] = {
    "monday": (0,),
    "tuesday": (1,),
    "wednesday": (2,),
    "thursday": (3,),
    "friday": (4,),
    "saturday": (5,),
    "sunday": (6,),
    "weekdays": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
}
"""The values of `weekday`, with the days that they stand for; Monday is 0."""

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY_MINUTES = 24 * 60


def condition_on(dimension: str, values: Sequence[str]) -> Test:
    """Return days of the week, or hours as `22:00-06:00`, as a condition. Raises UserError for what is neither."""
    if dimension == WEEKDAY.key:
        unknown = next((value for value in values if value not in DAYS), None)
        if unknown is not None:
            raise UserError(
                'There is no day of the week "{given}". There are: {known}.', given=unknown, known=", ".join(DAYS)
            )
        return Test(dimension, tuple(sorted({day for value in values for day in DAYS[value]})))
    borders: list[float] = []
    for value in values:
        found = _HOURS.fullmatch(value)
        start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
        if start == end or max(start, end) > _DAY_MINUTES:
            raise UserError('The hours "{given}" are not understood: write 10:00-12:00.', given=value)
        borders += (start % _DAY_MINUTES, end)
    return Test(dimension, tuple(borders))


def by_the_clock(where: Where) -> bool:
    """Whether any of the conditions is on the day of the week or the hour."""
    return any(test.column in BY_THE_CLOCK for test in where)


def meets(at: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]], test: Test) -> ColumnElement[bool]:
    """Whether an event's instant meets a condition of `condition_on`; hours that end before they begin are a night."""
    borders: list[Any] = [int(value) for value in test.values]
    if test.column == WEEKDAY.key:
        return weekday_of(at, offsets).in_(borders)
    minute = minute_of(at, offsets)
    return sa.or_(
        *(
            sa.and_(minute >= start, minute < end) if start < end else sa.or_(minute >= start, minute < end)
            for start, end in zip(borders[::2], borders[1::2], strict=True)
        )
    )
