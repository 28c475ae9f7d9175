"""Figures of random small centres against the definitions walked through by hand.

A few centres each time; `make reference`, or SVODKA_SEEDS=200, tries as many as one likes.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from metrics.answers import Point, Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.dimensions import IN_A_ROW
from metrics.model import where
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.operations.memory import Memory
from tests.operations.reference import END, LINES, NOW, REPORTS, START, centre
from tests.operations.world import CENTRE

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
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


@pytest.mark.parametrize("seed", SEEDS[:: max(4, len(SEEDS) // 10)])
def test_what_is_asked_together_is_what_is_asked_alone(seed: int) -> None:
    """Weeks that follow one another, breakdowns and narrowed figures share statements, and have the same numbers."""
    records = Memory(centre(seed), NOW)
    every = Catalogue()
    weeks = [
        days(START.date() + timedelta(days=7 * n), START.date() + timedelta(days=7 * n + 6), "UTC") for n in (0, 1)
    ]
    keys = ("fcr", "repeats", "clients_back", "clients_called", "contacts_handled", "transfers_lost")
    questions = [
        question
        for week in weeks
        for key in keys
        for question in (
            Question(key, week, planned=False),
            Question(key, week, by=("topic",), planned=False),
            Question(key, week, by=("line", "topic"), planned=False),
            Question(key, week, filters=where(topic="keys"), planned=False),
            Question(key, week, by=("line",), filters=where(topic="repair"), planned=False),
        )
    ]
    questions += [Question("clients_with_loss", week, by=(IN_A_ROW,), planned=False) for week in weeks]

    def found(asked: list[Question]) -> list[object]:
        calculator = Calculator(records, replace(CENTRE, timezone="UTC"), every, NOW)
        answers = ask(calculator, Plans(calculator), asked)
        return [
            (a.fact.numerator, a.fact.denominator, {p.values: _counted(p) for p in a.points if _counted(p)})
            for a in answers
        ]

    together, alone = found(questions), [found([question])[0] for question in questions]
    records.close()
    assert together == alone


def _counted(point: Point) -> tuple[float, float] | None:
    """What a part is of; a part of nothing may be told or not."""
    numbers = point.fact.numerator or 0.0, point.fact.denominator or 0.0
    return numbers if any(numbers) else None
