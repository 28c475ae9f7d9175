"""How long contacts are handled: sums over sums of four weeks, beside last week and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from metrics.load.history import Flags, Floats

OWN, LAST_WEEK, PLAN = "four_weeks", "last_week", "plan"
DAYS, WEEK_DAYS = 28, 7
LEAST_IN_CELL = 200
CHANGED_BY = 0.15
"""A last week further than this from the four weeks is said."""
_ORIGINS, _LEADS = 56, 7
HOURS = 24


@dataclass(frozen=True)
class Handled:
    """What was handled: seconds and contacts (days, 24) of the complete days; `working` (days) goes on after them."""

    seconds: Floats
    contacts: Floats
    working: Flags

    @property
    def days(self) -> int:
        return len(self.seconds)


@dataclass(frozen=True)
class HandlingTime:
    """A line's handling time, in seconds."""

    aht_s: float
    """Of the last 28 days."""
    by_hour: Floats
    """(2, 24): on days off and on working days."""
    method: str
    errors: Mapping[str, float]
    """The share each method was off by, of all seconds."""
    last_week_s: float | None

    @property
    def changed(self) -> bool:
        return self.last_week_s is not None and abs(self.last_week_s / self.aht_s - 1) > CHANGED_BY

    @property
    def mean_s(self) -> float:
        """What is forecast of a usual hour, by the method chosen."""
        return self.aht_s if self.method == OWN else float(self.by_hour[1, 0])

    def on(self, working: bool) -> Floats:
        """By half hour of a day."""
        return np.repeat(self.by_hour[int(working)], 2)


def handling_time(handled: Handled, plans: Floats | None = None) -> HandlingTime | None:
    """Choose how the handling time is forecast; None: nothing was handled.

    `plans`: by day of the calendar, NaN where there is none; without one ahead the plan is no rival.
    """
    origin = handled.days - 1
    own = _four_weeks(handled, origin)
    if own is None:
        return None
    aht_s, by_hour = own
    last_week_s = _over(handled, origin, WEEK_DAYS)
    ahead = plans[origin + 1 :][~np.isnan(plans[origin + 1 :])] if plans is not None else np.zeros(0)
    errors = _errors(handled, plans if len(ahead) else None)
    method = min(errors, key=lambda each: (errors[each], each != OWN)) if errors else OWN
    if method == LAST_WEEK and last_week_s is not None:
        by_hour = np.full((2, HOURS), last_week_s)
    elif method == PLAN:
        by_hour = np.full((2, HOURS), float(ahead[0]))
    return HandlingTime(aht_s, by_hour, method, errors, last_week_s)


def _over(handled: Handled, origin: int, days: int) -> float | None:
    """The mean of the days up to an origin: one sum over one sum."""
    near = slice(max(0, origin - days + 1), origin + 1)
    contacts = float(handled.contacts[near].sum())
    return float(handled.seconds[near].sum()) / contacts if contacts else None


def _four_weeks(handled: Handled, origin: int) -> tuple[float, Floats] | None:
    """The line's mean, and that of each hour on working and other days where enough was handled in it."""
    aht_s = _over(handled, origin, DAYS)
    if aht_s is None:
        return None
    near = slice(max(0, origin - DAYS + 1), origin + 1)
    by_hour = np.full((2, HOURS), aht_s)
    for kind in (0, 1):
        alike = handled.working[near] == bool(kind)
        contacts = handled.contacts[near][alike].sum(axis=0)
        seconds = handled.seconds[near][alike].sum(axis=0)
        enough = contacts >= LEAST_IN_CELL
        by_hour[kind, enough] = seconds[enough] / contacts[enough]
    return aht_s, by_hour


def _errors(handled: Handled, plans: Floats | None) -> dict[str, float]:
    """How far each method was off over the week after each of 56 origins, weighted by contacts."""
    off = {OWN: 0.0, LAST_WEEK: 0.0, PLAN: 0.0}
    seconds = planned_seconds = 0.0
    last = handled.days - 1
    fact = np.divide(handled.seconds, handled.contacts, out=np.zeros_like(handled.seconds), where=handled.contacts > 0)
    for origin in range(max(DAYS - 1, last - _ORIGINS + 1), last):
        own, week = _four_weeks(handled, origin), _over(handled, origin, WEEK_DAYS)
        if own is None or week is None:
            continue
        days = slice(origin + 1, min(origin + _LEADS, last) + 1)
        weight, came = handled.contacts[days], fact[days]
        off[OWN] += float((weight * np.abs(own[1][handled.working[days].astype(int)] - came)).sum())
        off[LAST_WEEK] += float((weight * np.abs(week - came)).sum())
        seconds += float(handled.seconds[days].sum())
        if plans is not None:
            known = ~np.isnan(plans[days])
            off[PLAN] += float((weight[known] * np.abs(plans[days][known, None] - came[known])).sum())
            planned_seconds += float(handled.seconds[days][known].sum())
    if not seconds:
        return {}
    found = {OWN: off[OWN] / seconds, LAST_WEEK: off[LAST_WEEK] / seconds}
    if planned_seconds > 0.9 * seconds:
        found[PLAN] = off[PLAN] / planned_seconds
    return found
