"""Figures of random small centres against the definitions walked through by hand.

A few centres each time; `make reference`, or SVODKA_SEEDS=200, tries as many as one likes.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from metrics.answers import BreakdownPart, Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.dimensions import IN_A_ROW
from metrics.model import where
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.kit import House
from tests.operations.memory import Memory
from tests.operations.reference import END, LINES, NOW, REPORTS, START, centre
from tests.operations.world import CENTRE
from warehouse.derived import DIRECTORY
from warehouse.records import Records

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


def _counted(point: BreakdownPart) -> tuple[float, float] | None:
    """What a part is of; a part of nothing may be told or not."""
    numbers = point.fact.numerator or 0.0, point.fact.denominator or 0.0
    return numbers if any(numbers) else None


def test_what_a_month_tells_is_derived_once_and_the_numbers_are_the_same(tmp_path: Path) -> None:
    """Chains reach a week into June; what is known of May does not change with the clock, only with records of June."""
    rows = centre(1)
    memory, house = Memory(rows, NOW), House(tmp_path, replace(CENTRE, timezone="UTC"), NOW.isoformat())
    for table, of in rows.items():
        house.put(table, of, NOW.isoformat())
    keys = ("fcr", "fcr_first_line", "repeats", "contacts_handled")
    around = days(date(2026, 5, 24), date(2026, 6, 9), "UTC")
    questions = [
        Question(key, span, by=by, planned=False)
        for key in keys
        for span in (around, PERIOD)
        for by in ((), ("line",), ("topic",), ("week",))
    ]

    def found(records: Records, at: datetime = NOW) -> list[object]:
        calculator = Calculator(records, replace(CENTRE, timezone="UTC"), Catalogue(), at)
        return [(a.fact.numerator, a.fact.denominator, a.points) for a in ask(calculator, Plans(calculator), questions)]

    def made() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (house.lake.root / DIRECTORY).iterdir()}

    assert found(house.lake.open()) == found(memory)
    first = made()
    assert len(first) == 4, "May and June, of chains and of contacts"
    assert found(house.lake.open()) == found(memory)
    assert made().keys() == first.keys()
    # Of a clock that goes on only what it cannot change any more is kept.
    hour_before = NOW - timedelta(hours=1)
    assert found(house.lake.open(), hour_before) == found(memory, hour_before)
    assert made().keys() == first.keys()

    new = {"call_id": "new", "contact_id": "new", "direction": "in", "line": "alpha", "outcome": "answered"}
    house.put("calls", [new | {"started_at": datetime(2026, 6, 12), "wait_s": 5.0, "client_id": "c1", "topic": "keys"}])
    assert found(house.lake.open()) != found(memory)
    assert len(made().keys() - first.keys()) == 4, "May too: what came again in June is told of it"
    memory.close()
