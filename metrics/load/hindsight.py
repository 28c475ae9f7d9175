"""The back-test of early warnings: days that are over looked at as they went, beside what they came to.

Every hour of such a day the warning is computed from what was known then: the forecast of the days before it, the calls
up to that hour, the roster, and who was there. What is missed in the end is computed from the calls that came and the
people who were there, by the same chain. So the rule is measured, and neither the chain nor how waits were recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from metrics.calculator import Calculator
from metrics.load.day_so_far import people_ahead
from metrics.load.history import HALF_HOURS
from metrics.load.line_load import LineLoad
from metrics.load.past import PastDay, PastDays
from metrics.load.warning import LEAD, Miss, Score, Today, foresee, hindsight, scored, weight_of_morning
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
    history, past = load.counted.history, PastDays(calculator, load)
    found: list[tuple[_Looks, Sequence[Miss]]] = []
    for number, day in enumerate(wanted):
        index = history.calendar.index(day)
        progress(number, len(wanted))
        if not 0 < index < history.days or not history.teaches[index] or past.known_days(index) < _LEAST_KNOWN:
            continue
        if (known := past.day(index)) is not None and known.said.any():
            found.append(_day(load, past, known, index))
    if not found:
        raise UserError(
            "No day of these can be checked: it takes four weeks of records before it, a roster or statuses of that "
            "day, and who was there."
        )
    return scored(found)


def _day(load: LineLoad, past: PastDays, day: PastDay, index: int) -> tuple[_Looks, Sequence[Miss]]:
    rules = replace(load.rules, shrinkage=0.0)
    roster = day.roster * (1 - load.rules.shrinkage if day.by_roster else 1.0)
    prior, before = weight_of_morning(load.counted.history.up_to(index), past.said_of), past.before(index)
    aht_s, open_hours = load.aht(load.counted.history.calendar.day(index)), day.said > 0
    hours = np.flatnonzero(open_hours)
    looks: _Looks = []
    for at in range(max(0, int(hours[0]) - LEAD), min(int(hours[-1]) + 1, HALF_HOURS), _EVERY):
        people = people_ahead(roster, day.present, at)
        today = Today(at, day.came, day.said, people, aht_s, rules, open_hours, day.roster)
        looks.append((at, foresee(today, prior, before).misses))
    return looks, hindsight(day.came, day.present, aht_s, rules)
