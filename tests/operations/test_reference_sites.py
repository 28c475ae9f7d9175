"""The report of sites over random small centres, against the definitions walked through row by row."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from digests.catalogue import REPORTS, analysis_of
from digests.model import Slice, choose
from metrics.answers import ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.operations.memory import Memory
from tests.operations.reference import END, NOW, START
from tests.operations.reference_sites import METRICS, centre_of_sites, three_parts
from tests.operations.world import CENTRE

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
PERIOD = days(START.date(), END.replace(day=15).date(), "UTC")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("metric", METRICS)
def test_the_three_parts_are_what_walking_through_the_rows_gives(metric: str, seed: int) -> None:
    rows = centre_of_sites(seed)
    records = Memory(rows, NOW)
    calculator = Calculator(records, replace(CENTRE, timezone="UTC"), Catalogue(), NOW)
    within = Slice(calculator, PERIOD, chosen=choose(REPORTS["sites"].spec, {"metric": metric}).chosen)
    analysis = analysis_of("sites.comparison")
    found = analysis.conclude(within, ask(calculator, Plans(calculator), analysis.questions(within))).values
    records.close()
    values_of, scale, shares = METRICS[metric]
    expected = three_parts(values_of(rows), shares=shares)
    if expected is None:
        assert "performance" not in found
        return
    assert {key: found[key] for key in expected} == {
        key: pytest.approx(scale * value, abs=1e-7) for key, value in expected.items()
    }
    assert sum(expected[key] for key in ("apart", "mix", "performance")) == pytest.approx(expected["naive"])
