"""Why a day missed its plan, beside its picture: the few hours that did it, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from charts.forms.panels import Pins
from digests.engine import evaluate
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures import levels, load, prepared
from digests.pictures.reasons import reason
from digests.pictures.setting import Setting
from digests.result import Session
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost

FIGURES = tuple(FigureSpec(key, key, None, key, plan=True) for key in ("calls", "lcr", "aht"))
SPEC = ReportSpec(
    "daily", "Digest", (Section("Service", (Group(FIGURES),)),), pictures=("aht", "calls-lcr", "service-level")
)


def setting(root: Path, *, spread_out: bool = False) -> Setting:
    """The 9th and 10th of June, forty calls an hour from 10:00 to 14:00.

    On the 10th five of the forty were lost at 13:00, or, spread out, five an hour; a call took 300 s at 11:00 of the
    9th, where the plan is 100, else 100.
    """
    house = House(root, now="2026-06-16 12:00")
    for day in ("09", "10"):
        for hour in (10, 11, 12, 13):
            bad = 5 if day == "10" and (hour == 13 or spread_out) else 0
            talk = 300.0 if (day, hour) == ("09", 11) else 100.0
            house.calls(
                *(answered(f"2026-06-{day} {hour}:{n:02}", wait=0, talk=talk) for n in range(40 - bad)),
                *(lost(f"2026-06-{day} {hour}:{50 + n}") for n in range(bad)),
                complete_to="2026-06-16 00:00",
            )
    house.plan("lcr", "month", "2026-06-01", 3)
    house.plan("aht", "month", "2026-06-01", 100)
    calculator = house.calculator()
    session = Session(calculator, Plans(calculator), Localizer("ru", MOSCOW, house.now.date()))
    period = parse("2026-06-09..2026-06-10", MOSCOW)
    result = evaluate(session, SPEC, period)
    return prepared(calculator, session.plans, result.figures, SPEC, period, session.localizer)


def said(here: Setting, metric: str) -> str:
    (row,) = levels.rows(here, metric)
    return reason(here, row.answer).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def here(tmp_path: Path) -> Setting:
    return setting(tmp_path)


def test_the_hour_that_lost_them(here: Setting) -> None:
    assert said(here, "lcr") == "10 июня: 13:00, 5 из 40"


def test_a_time_is_told_by_its_value(here: Setting) -> None:
    assert said(here, "aht") == "9 июня: 11:00, 300 с"


def test_a_day_that_was_bad_throughout_has_no_hours_to_blame(tmp_path: Path) -> None:
    assert said(setting(tmp_path, spread_out=True), "lcr") == ""


def test_it_stands_beside_the_title_of_the_panel(here: Setting) -> None:
    picture = load.CALLS.build(here)
    assert picture is not None
    pins = next(panel for panel in picture.slotted if isinstance(panel, Pins))
    assert pins.reason.endswith("13:00, 5 из 40")
