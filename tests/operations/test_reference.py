"""Figures of random small centres against the definitions walked through by hand.

A few centres each time; `make reference`, or SVODKA_SEEDS=200, tries as many as one likes.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from metrics.answers import Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.operations.memory import Memory
from tests.operations.reference import END, LINES, NOW, REPORTS, START, centre
from tests.operations.world import CENTRE

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "4")))
PERIOD = days(START.date(), (END.replace(day=15)).date(), "UTC")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_what_counting_by_hand_gives(seed: int) -> None:
    rows = centre(seed)
    records = Memory(rows, NOW)
    calculator = Calculator(records, replace(CENTRE, timezone="UTC"), Catalogue(), NOW)
    expected = {
        (key, line): parts
        for count in REPORTS.values()
        for line in (None, *LINES)
        for key, parts in count(rows, line).items()
    }
    questions = [Question(key, PERIOD, line, planned=False) for key, line in expected]
    answers = ask(calculator, Plans(calculator), questions)
    found = {(a.question.metric, a.question.line): (a.fact.numerator, a.fact.denominator) for a in answers}
    known = {line for table in ("calls", "chats") for line in records.lines(table)}
    records.close()
    # What the records never tell of is no zero: of it nothing is compared.
    told = [key for key, parts in found.items() if key[1] in (None, *known) and parts != (None, None)]
    assert {key: found[key] for key in told} == {key: expected[key] for key in told}
    assert len(told) > len(found) / 2
