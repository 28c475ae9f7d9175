"""The digest as a document: what it says of records that do not reach the period's end."""

from __future__ import annotations

from pathlib import Path

from digests.compose import make
from digests.document import Facts, Note
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.result import Session
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered

SPEC = ReportSpec(
    "two",
    "Two",
    (
        Section(
            "All",
            (Group((FigureSpec("calls", "calls", None, "Calls"), FigureSpec("leads", "leads", None, "Leads"))),),
        ),
    ),
)
WORDS = Localizer("en", MOSCOW)


def said(house: House) -> tuple[list[str], list[tuple[str, tuple[str, ...]]]]:
    calculator = house.calculator()
    made = make(Session(calculator, Plans(calculator), WORDS), SPEC, parse("2026-06-01..2026-06-15", MOSCOW))
    notes = [block.text.replace("\N{NO-BREAK SPACE}", " ") for block in made.document.blocks if isinstance(block, Note)]
    rows = [row for block in made.document.blocks if isinstance(block, Facts) for row in block.rows]
    return notes[:-1], [(row.value, tuple(r.replace("\N{NO-BREAK SPACE}", " ") for r in row.remarks)) for row in rows]


def test_a_whole_period_needs_no_word_about_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 00:00"), complete_to="2026-06-16 00:00")
    house.put("leads", [{"created_at": "2026-06-01 00:00"}], complete_to="2026-06-20 00:00")

    assert said(house) == ([], [("1", ()), ("1", ())])


def test_a_running_period_says_as_of_when_it_is_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 00:00"), complete_to="2026-06-10 00:00")
    house.put("leads", [{"created_at": "2026-06-01 00:00"}], complete_to="2026-06-10 00:50")

    text = "The period is not over in the records: facts and plans are as of June 10, 00:00."
    assert said(house) == ([text], [("1", ()), ("1", ())])


def test_a_day_may_end_with_its_last_event(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 00:00"), answered("2026-06-15 23:40"))
    house.put("leads", [{"created_at": "2026-06-01 00:00"}, {"created_at": "2026-06-15 18:00"}])

    assert said(house) == ([], [("2", ()), ("2", ())])


def test_records_that_lag_behind_the_others_are_named_where_they_count(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 00:00"), complete_to="2026-06-20 00:00")
    house.put("leads", [{"created_at": "2026-06-01 00:00"}], complete_to="2026-06-10 00:00")

    text = "Some records end before the period does: these figures say as of when they are."
    assert said(house) == ([text], [("1", ()), ("1", ("as of June 10, 00:00",))])
