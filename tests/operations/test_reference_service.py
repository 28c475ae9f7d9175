"""Figures of what clients say, of hours and of money, against the definitions walked through by hand.

A few centres each time; SVODKA_SEEDS=200 tries as many as one likes.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from metrics.answers import Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import TimeRules
from metrics.model import where
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.operations.memory import Memory
from tests.operations.reference import END, LINES, NOW, START, Parts
from tests.operations.reference_channels import channels, channels_centre
from tests.operations.reference_service import FIGURES, RESULTS, Place, Rows, service_centre
from tests.operations.world import CENTRE

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
TIME = TimeRules(results=tuple(RESULTS.items()))
PERIOD = days(START.date(), END.replace(day=15).date(), "UTC")
PLACES: tuple[Place, ...] = (
    (None, None),
    *(("line", line) for line in LINES),
    ("agent", "p1"),
    ("topic", "keys"),
    ("channel", "call"),
)
MORE: tuple[Place, ...] = ((None, None), ("channel", "call"), ("channel", "chat"), ("channel", "ticket"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("report", FIGURES)
def test_every_figure_is_what_counting_by_hand_gives(report: str, seed: int) -> None:
    rows = service_centre(seed)
    compare(rows, {(key, place): parts for place in PLACES for key, parts in FIGURES[report](rows, place).items()})


@pytest.mark.parametrize("seed", SEEDS)
def test_what_channels_carry_and_cost_is_what_counting_by_hand_gives(seed: int) -> None:
    rows = channels_centre(seed)
    compare(rows, {(key, place): parts for place in MORE for key, parts in channels(rows, place).items()})


def compare(rows: Rows, expected: dict[tuple[str, Place], Parts]) -> None:
    """Ask all that is expected at once."""
    records = Memory(rows, NOW)
    calculator = Calculator(records, replace(CENTRE, timezone="UTC", time=TIME), Catalogue(), NOW)
    questions = [
        Question(
            key,
            PERIOD,
            place[1] if place[0] == "line" else None,
            filters=where(**{place[0]: place[1]}) if place[0] not in (None, "line") else (),
            planned=False,
        )
        for key, place in expected
    ]
    answers = ask(calculator, Plans(calculator), questions)
    records.close()
    for (key, place), answer in zip(expected, answers, strict=True):
        numerator, denominator = expected[key, place]
        if answer.fact.missing and answer.fact.numerator is None:
            # The records have no such line, or never say what it is made of.
            assert not numerator or answer.fact.missing.id.startswith("cannot be computed"), (key, place, answer.fact)
            continue
        assert answer.fact.numerator == pytest.approx(numerator), (key, place)
        assert answer.fact.denominator == (denominator if denominator is None else pytest.approx(denominator)), (
            key,
            place,
        )
