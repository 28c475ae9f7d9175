"""Forecasts as they are kept: the half hours of days ahead, and what would have been forecast in weeks gone by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

import numpy as np

from metrics.load.counts import half_hours_of
from metrics.load.forecast import LEAST_DAYS, LEVEL, METHODS, Forecaster
from metrics.load.history import Floats
from metrics.load.line_load import LineLoad
from metrics.periods import to_utc
from warehouse.messages import UserError
from warehouse.plans import MadeForecast

_WEEK, _SUNDAY = 7, 6
_MADE_AT = time(22)


def made_now(load: LineLoad, wanted: Sequence[date], made_at: datetime, zone: str) -> Iterator[MadeForecast]:
    """Yield the forecast of each of some days ahead that there is one of."""
    for day in wanted:
        ahead, values = load.day(day), load.contacts(day)
        if ahead is None or values is None or load.stream.line is None:
            continue
        try:
            aht_s: Floats | None = load.aht(day)
        except UserError:
            aht_s = None
        bounds = (ahead.low, ahead.high, aht_s)
        yield _made(load, day, values, bounds, made_at, ahead.method, zone)


def made_then(load: LineLoad, zone: str) -> Iterator[MadeForecast]:
    """Yield what every Sunday evening of the history would have said of the week after it, unchecked and unbanded."""
    forecaster, calendar = Forecaster(load.counted.history), load.counted.history.calendar
    for origin in range(load.counted.origin + 1):
        if calendar.day(origin).weekday() != _SUNDAY - 1 or forecaster.known_days(origin) < LEAST_DAYS:
            continue
        days = np.arange(origin + 2, min(origin + 2 + _WEEK, len(calendar)))
        values = forecaster.by_all(forecaster.fit(origin), days)[METHODS.index(LEVEL)]
        made_at = to_utc(datetime.combine(calendar.day(origin + 1), _MADE_AT), zone)
        for day, each in zip(days.tolist(), values, strict=True):
            yield _made(load, calendar.day(day), each, (None, None, None), made_at, LEVEL, zone)


def _made(
    load: LineLoad,
    day: date,
    values: Floats,
    bounds: tuple[Floats | None, Floats | None, Floats | None],
    made_at: datetime,
    method: str,
    zone: str,
) -> MadeForecast:
    """`bounds`: the lower and the upper one, and the handling time."""
    starts, places = zip(*half_hours_of(day, zone), strict=True)
    where = list(places)
    low, high, aht_s = (None if each is None else each[where].tolist() for each in bounds)
    assert load.stream.line is not None
    return MadeForecast(
        made_at, load.stream.line, load.stream.channel, starts, values[where].tolist(), low, high, aht_s, method
    )
