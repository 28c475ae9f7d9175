"""The short form of every report: its main figures, its finding and one picture, over the same records."""

from __future__ import annotations

import pytest

from digests.catalogue import REPORTS
from digests.compose import make
from digests.document import Facts, Picture
from digests.localizer import Localizer
from digests.model import short_form
from digests.result import Session
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import House, answered, lost
from tests.operations.world import JUNE, session, world


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


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The worked half month, with what its channels cost and what their clients say."""
    centre = world(tmp_path_factory.mktemp("world"))
    cost = {"cost_id": "g", "starts_on": "2026-06-01", "ends_on": "2026-06-15", "amount": 900.0, "kind": "staff"}
    centre.put("costs", [cost])
    return centre


@pytest.mark.parametrize("key", ["transfers", "losses", "fcr", "complaints", "channels"])
def test_a_short_form_has_one_picture_and_that_is_the_first_of_the_full_one(centre: House, key: str) -> None:
    of, spec, june = session(centre.calculator()), REPORTS[key].spec, parse(JUNE, centre.centre.timezone)
    short, full = (make(of, each, june, pictures=True).document.blocks for each in (short_form(spec), spec))
    (drawn,) = [block for block in short if isinstance(block, Picture)]
    first = next(block for block in full if isinstance(block, Picture))
    assert (drawn.key, drawn.alt_text) == (first.key, first.alt_text)


def test_of_one_line_the_short_form_shows_that_line(centre: House) -> None:
    of, spec, june = session(centre.calculator()), short_form(REPORTS["losses"].spec), parse(JUNE, "Europe/Moscow")
    blocks = make(of, spec, june, line="beta", pictures=True).document.blocks
    (drawn,) = [block for block in blocks if isinstance(block, Picture)]
    assert drawn.alt_text.startswith("2 calls were lost.")
