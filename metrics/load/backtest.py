"""How far forecasts were off: every day of eight weeks taken for the last one, and the days after it forecast."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from metrics.load.forecast import CHECKED_DAYS, DAY_MODEL, LEVEL, LONGEST_LEAD, METHODS, NAIVE, Fit, Forecaster
from metrics.load.history import HALF_HOURS, Flags, Floats, History, Numbers

LEADS = ((1, 1), (2, 7), (8, 14), (15, 28), (29, 56))
ORIGINS = 56
LEAST_PAIRS = 20
WEEK = 7
HALF_HOUR, DAY, BLOCK = "half_hour", "day", "block"

_SPREAD, _LEAST = 0.02, 0.5


@dataclass(frozen=True)
class Errors:
    """How far one method was off. Shares of what came; None: nothing came."""

    half_hour: float | None
    day: float | None
    bias: float | None


@dataclass(frozen=True)
class Band:
    """How far facts lie from forecasts, in units of their usual scatter."""

    low: float
    high: float

    def around(self, value: Floats) -> tuple[Floats, Floats]:
        """The bounds of forecasts, not below 0."""
        scatter = scatter_of(value)
        return np.maximum(value + self.low * scatter, 0.0), np.maximum(value + self.high * scatter, 0.0)


@dataclass(frozen=True)
class Horizon:
    """What the back-test says of forecasts from `first` to `last` days ahead."""

    first: int
    last: int
    method: str
    """The one that is published."""
    checked: bool
    """Whether there were pairs enough to choose it by."""
    pairs: int
    errors: Mapping[str, Errors]
    floor: float | None
    """The share that no forecast gets below: chance itself."""
    coverage: float | None
    """The share of days within a band made of earlier days alone; None: not measured."""
    bands: Mapping[str, Band]
    """By grain; a grain is absent where nothing is known of it."""
    banded: bool
    """Whether the bands are of this group's own pairs."""

    @property
    def published(self) -> Errors:
        return self.errors[self.method]


@dataclass(frozen=True)
class Accuracy:
    """The back-test of one line and channel."""

    groups: tuple[Horizon, ...]
    holidays: Mapping[str, Errors]
    """How holidays were forecast, which are in no group."""
    holiday_pairs: int

    def of(self, lead: int) -> Horizon:
        """The group of a lead; the last one's of a lead beyond them all: a week ends a few days after eight weeks."""
        return next((group for group in self.groups if lead <= group.last), self.groups[-1])


def scatter_of(value: Floats) -> Floats:
    """How far facts usually scatter about forecasts: chance, and a seventh part of the forecast itself."""
    scatter: Floats = np.sqrt(np.maximum(value, _LEAST) + _SPREAD * value * value)
    return scatter


@dataclass(frozen=True)
class _Pairs:
    """(origins, leads, ...): forecasts of each method beside what came; `known` are the pairs that count."""

    origins: Numbers
    forecasts: Floats
    facts: Floats
    known: Flags
    holidays: Flags


def back_test(history: History, forecaster: Forecaster | None = None, band: float = 0.8) -> Accuracy | None:
    """Forecast from each of the last 56 days that have 28 days before them to learn from; None if there is none."""
    forecaster = forecaster or Forecaster(history)
    pairs = _forecast_all(history, forecaster)
    if pairs is None:
        return None
    groups: list[Horizon] = []
    for first, last in LEADS:
        groups.append(_group(pairs, first, last, groups[-1] if groups else None, band))
    held = pairs.holidays
    errors = {method: _errors(pairs.forecasts[n][held], pairs.facts[held]) for n, method in enumerate(METHODS)}
    return Accuracy(tuple(groups), errors, int(held.sum()))


def _forecast_all(history: History, forecaster: Forecaster) -> _Pairs | None:
    last = history.days - 1
    origins = np.array(
        [day for day in range(max(0, last - ORIGINS + 1), last + 1) if forecaster.known_days(day) >= CHECKED_DAYS],
        dtype=np.int64,
    )
    if not len(origins):
        return None
    forecasts = np.zeros((len(METHODS), len(origins), LONGEST_LEAD, HALF_HOURS))
    facts = np.zeros((len(origins), LONGEST_LEAD, HALF_HOURS))
    known = np.zeros((len(origins), LONGEST_LEAD), dtype=bool)
    holidays = np.zeros_like(known)
    calendar = history.calendar
    for row, origin in enumerate(origins):
        days = np.arange(origin + 1, min(origin + LONGEST_LEAD, last) + 1)
        if not len(days):
            continue
        fit: Fit = forecaster.fit(int(origin))
        forecasts[:, row, : len(days)] = forecaster.by_all(fit, days)
        facts[row, : len(days)] = history.filled[days]
        known[row, : len(days)] = history.teaches[days]
        holidays[row, : len(days)] = calendar.holidays[days] & ~calendar.excluded[days]
    return _Pairs(origins, forecasts, facts, known, holidays)


def _errors(forecasts: Floats, facts: Floats) -> Errors:
    """Of (pairs, 48) forecasts and facts."""
    came = float(facts.sum())
    if came <= 0:
        return Errors(None, None, None)
    off = forecasts - facts
    return Errors(float(np.abs(off).sum()) / came, float(np.abs(off.sum(axis=1)).sum()) / came, float(off.sum()) / came)


def _group(pairs: _Pairs, first: int, last: int, before: Horizon | None, band: float) -> Horizon:
    leads = slice(first - 1, last)
    known = pairs.known[:, leads]
    facts = pairs.facts[:, leads][known]
    of = {method: pairs.forecasts[n][:, leads][known] for n, method in enumerate(METHODS)}
    errors = {method: _errors(forecasts, facts) for method, forecasts in of.items()}
    open_days = of[LEVEL].sum(axis=1) > 0
    count = int(open_days.sum())
    checked = count >= LEAST_PAIRS
    method = _best(errors) if checked else before.method if before else DAY_MODEL
    published = of[method]
    total = float(published.sum())
    floor = float(np.sqrt(2 * published / math.pi).sum()) / total if total > 0 else None
    bands: Mapping[str, Band] = {}
    if checked:
        bands = _bands(pairs, first, last, METHODS.index(method), band)
    elif before:
        bands = before.bands
    coverage = _coverage(pairs, first, last, METHODS.index(method), band)
    return Horizon(first, last, method, checked, count, errors, floor, coverage, bands, checked)


def _best(errors: Mapping[str, Errors]) -> str:
    """The level only where it beats both rivals; of these the better one, the day model where they are equal."""

    def wape(method: str) -> float:
        found = errors[method].half_hour
        return math.inf if found is None else found

    if wape(LEVEL) < min(wape(NAIVE), wape(DAY_MODEL)):
        return LEVEL
    return NAIVE if wape(NAIVE) < wape(DAY_MODEL) else DAY_MODEL


def _band(residuals: Floats, band: float) -> Band | None:
    """The bounds that `band` of as many residuals again are expected within."""
    count = len(residuals)
    if not count:
        return None
    upper = min(math.ceil((1 + band) / 2 * (count + 1) - 1e-9), count)
    lower = count + 1 - upper
    ordered = np.partition(residuals, (lower - 1, upper - 1))
    return Band(float(ordered[lower - 1]), float(ordered[upper - 1]))


def _residuals(forecasts: Floats, facts: Floats) -> Floats:
    residuals: Floats = (facts - forecasts) / scatter_of(forecasts)
    return residuals


def _bands(pairs: _Pairs, first: int, last: int, method: int, band: float) -> Mapping[str, Band]:
    leads = slice(first - 1, last)
    known = pairs.known[:, leads]
    forecasts, facts = pairs.forecasts[method][:, leads][known], pairs.facts[:, leads][known]
    busy = forecasts > 0
    days = forecasts.sum(axis=1) > 0
    found: dict[str, Band | None] = {
        HALF_HOUR: _band(_residuals(forecasts[busy], facts[busy]), band),
        DAY: _band(_residuals(forecasts[days].sum(axis=1), facts[days].sum(axis=1)), band),
        BLOCK: _band(_blocks(pairs, first, last, method), band),
    }
    return {grain: each for grain, each in found.items() if each is not None}


def _blocks(pairs: _Pairs, first: int, last: int, method: int) -> Floats:
    """Residuals of whole weeks ahead that end within the group; days that teach nothing are in neither sum."""
    known = pairs.known[:, :, None]
    complete = pairs.origins[:, None] + np.arange(1, LONGEST_LEAD + 1) <= pairs.origins[-1]
    found: list[Floats] = []
    for end in range(WEEK, LONGEST_LEAD + 1, WEEK):
        if first <= end <= last:
            leads = slice(end - WEEK, end)
            whole = complete[:, end - 1]
            forecasts = (pairs.forecasts[method] * known)[whole, leads].sum(axis=(1, 2))
            facts = (pairs.facts * known)[whole, leads].sum(axis=(1, 2))
            found.append(_residuals(forecasts, facts)[forecasts > 0])
    return np.concatenate(found) if found else np.zeros(0)


def _coverage(pairs: _Pairs, first: int, last: int, method: int, band: float) -> float | None:
    """The share of days within the band that was known at their origin: of days over by then alone."""
    leads = np.arange(first, last + 1)
    known = pairs.known[:, first - 1 : last]
    forecasts = pairs.forecasts[method][:, first - 1 : last].sum(axis=2)
    facts = pairs.facts[:, first - 1 : last].sum(axis=2)
    counted = known & (forecasts > 0)
    targets = (pairs.origins[:, None] + leads)[counted]
    starts = np.broadcast_to(pairs.origins[:, None], counted.shape)[counted]
    residuals = _residuals(forecasts[counted], facts[counted])
    within = tried = 0
    for origin in pairs.origins:
        earlier = residuals[targets <= origin]
        if len(earlier) < LEAST_PAIRS:
            continue
        bounds = _band(earlier, band)
        assert bounds is not None
        mine = residuals[starts == origin]
        within += int(((mine >= bounds.low) & (mine <= bounds.high)).sum())
        tried += len(mine)
    return within / tried if tried else None
