"""What the figures of a report are added up from: they are its figures exactly, or they are not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from digests.components import components
from digests.engine import evaluate
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.result import Session
from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost

KEYS = ("calls", "lcr", "asa_median", "lcr_clients")
FIGURES = tuple(FigureSpec(key, key, None, key) for key in KEYS)
SPEC = ReportSpec("losses", "Losses", (Section("Losses", (Group(FIGURES),)),), question="How many?")


def session(root: Path) -> Session:
    """On 1 June two calls of sales, one of them lost, and one of rent; on the 2nd one of rent."""
    lines = {"sales": Line("sales", "Продажи"), "rent": Line("rent", "Аренда")}
    house = House(root, Centre(timezone=MOSCOW, lines=lines), now="2026-06-16 12:00")
    house.calls(
        answered("2026-06-01 10:00"),
        lost("2026-06-01 11:00"),
        answered("2026-06-01 12:00", line="rent"),
        answered("2026-06-02 12:00", line="rent"),
        complete_to="2026-06-16 00:00",
    )
    calculator = house.calculator()
    return Session(calculator, Plans(calculator), Localizer("ru", MOSCOW, house.now.date()))


def test_a_count_and_a_share_are_sums_by_day_and_line_and_a_median_is_none(tmp_path: Path) -> None:
    here = session(tmp_path)
    made = components(here, evaluate(here, SPEC, parse("2026-06-01..2026-06-02", MOSCOW)))
    assert made is not None
    assert made.dimensions == (("Линия", ("Аренда", "Продажи")),)
    assert len(made.days) == 2
    # A median is no sum, and a client who called twice is one client.
    calls, rate = made.figures
    assert calls.cells == ((0, 0, 1), (0, 1, 2), (1, 0, 1))
    assert rate.cells == ((0, 0, 0, 1), (0, 1, 1, 2), (1, 0, 0, 1))
    assert (rate.ratio, rate.scale) == (True, 100.0)


def test_figures_of_no_common_dimension_are_not_narrowed(tmp_path: Path) -> None:
    """Calls have lines, and costs have cities."""
    here = session(tmp_path)
    figures = tuple(FigureSpec(key, key, None, key) for key in ("calls", "marketing_cost"))
    spec = replace(SPEC, sections=(Section("Losses", (Group(figures),)),))
    result = evaluate(here, spec, parse("2026-06-01..2026-06-02", MOSCOW))
    assert {figure.answer.metric.key for figure in result.figures if figure.answer.fact.value is not None} == {"calls"}
    costs = replace(result.figures[1], answer=replace(result.figures[1].answer, fact=result.figures[0].answer.fact))
    assert components(here, replace(result, figures=(result.figures[0], costs))) is None


def test_of_one_line_there_is_nothing_to_choose(tmp_path: Path) -> None:
    here = session(tmp_path)
    result = evaluate(here, SPEC, parse("2026-06-01..2026-06-02", MOSCOW), line="rent")
    assert components(here, result) is None
    assert components(here, replace(result, figures=())) is None
