"""The short form of every report: its main figures, its finding and one picture, over the same records."""

from __future__ import annotations

import pytest

from digests.catalogue import REPORTS
from digests.compose import make
from digests.document import Facts
from digests.localizer import Localizer
from digests.model import short_form
from digests.result import Session
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import House, answered, lost


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two calls of June, the second of them lost."""
    house = House(tmp_path_factory.mktemp("house"))
    calls = (answered("2026-06-01 10:00", client_id="a"), lost("2026-06-01 11:00", client_id="b"))
    house.calls(*calls, complete_to="2026-07-01 00:00")
    return house


@pytest.mark.parametrize("key", [key for key, report in REPORTS.items() if report.spec.short])
def test_a_short_form_has_its_figures_whatever_the_full_one_says_above_them(house: House, key: str) -> None:
    calculator = house.calculator()
    session = Session(calculator, Plans(calculator), Localizer("en", calculator.centre.timezone))
    spec = short_form(REPORTS[key].spec)
    document = make(session, spec, parse("2026-06", calculator.centre.timezone)).document
    rows = [row for block in document.blocks if isinstance(block, Facts) for row in block.rows]
    assert [row.label for row in rows] == [session.localizer(figure.label) for figure in spec.figures]
