"""The back-test of early warnings: days that are over looked at as they went, beside what they came to.

Every hour of such a day the warning is computed from what was known then: the forecast of the days before it, the calls
up to that hour, the roster, and who was there. What is missed in the end is computed from the calls that came and the
people who were there, by the same chain. So the rule is measured, and neither the chain nor how waits were recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial

import numpy as np

from metrics.calculator import Calculator
from metrics.load.day_so_far import people_ahead
from metrics.load.forecast import Forecaster
from metrics.load.history import HALF_HOURS, Floats
from metrics.load.line_load import LineLoad
from metrics.load.presence import PRESENT, ROSTER, presence_of
from metrics.load.warning import LEAD, Miss, Score, Today, foresee, hindsight, said_before, scored, weight_of_morning
from warehouse.messages import UserError

_EVERY = 2
"""Half hours from one look to the next."""
_LEAST_KNOWN = 28

_Looks = list[tuple[int, Sequence[Miss]]]


def back_test_of_warnings(
    calculator: Calculator,
    load: LineLoad,
    wanted: Sequence[date],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Score:
    """Score the warnings of days that are over and teach; days whose people nobody knows are left out.

    Raises UserError where none is left.
    """
    history, forecaster = load.counted.history, Forecaster(load.counted.history)
    said_of = lru_cache(maxsize=None)(partial(said_before, forecaster))
    found: list[tuple[_Looks, Sequence[Miss]]] = []
    for number, day in enumerate(wanted):
        index = history.calendar.index(day)
        progress(number, len(wanted))
        if not 0 < index < history.days or not history.teaches[index]:
            continue
        if forecaster.known_days(index - 1) < _LEAST_KNOWN:
            continue
        one = _day(calculator, load, said_of, day, index)
        found += [one] if one else []
    if not found:
        raise UserError(
            "No day of these can be checked: it takes four weeks of records before it, a roster or statuses of that "
            "day, and who was there."
        )
    return scored(found)


def _day(
    calculator: Calculator, load: LineLoad, said_of: Callable[[int], Floats], day: date, index: int
) -> tuple[_Looks, Sequence[Miss]] | None:
    present = presence_of(calculator, load.stream, [day], day).on(day)
    expected = presence_of(calculator, load.stream, [day], day - timedelta(days=1)).on(day)
    if present is None or expected is None or present.source != PRESENT:
        return None
    share = load.counted.reached_share
    roster = expected.count * (1 - load.rules.shrinkage if expected.source == ROSTER else 1.0)
    said = said_of(index) * share
    came, rules = load.counted.history.filled[index] * share, replace(load.rules, shrinkage=0.0)
    prior = weight_of_morning(load.counted.history.up_to(index), said_of)
    aht_s, open_hours = load.aht(day), said > 0
    hours = np.flatnonzero(open_hours)
    if not len(hours):
        return None
    looks: _Looks = []
    for at in range(max(0, int(hours[0]) - LEAD), min(int(hours[-1]) + 1, HALF_HOURS), _EVERY):
        people = people_ahead(roster, present.count, at)
        looks.append((at, foresee(Today(at, came, said, people, aht_s, rules, open_hours), prior).misses))
    return looks, hindsight(came, present.count, aht_s, rules)
