"""Under an answer of today one line says what stands out most now, and the morning brief tells of the day before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.answers.compose import reply
from digests.model import FigureSpec
from digests.request import Overview, Request, Shape, Verb
from metrics.centre import Centre
from tests.digests.replying import LINES, TODAY, YESTERDAY, answer, commands, figure, said, view, when
from tests.kit import MOSCOW, House, answered

TUESDAY = date(2026, 6, 16)
ASKED = figure("calls", TODAY, "inhouse", shape=Shape.TEXT)
LINE = "Stands out: AKC, 10:00–11:00, SL 40% (8 of 20), usually 90%."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """On eight Tuesdays two of AKC's twenty calls at ten are late, today twelve; Inhouse has four calls in time.

    Five of AKC's twenty calls of Monday are late; the plan of Inhouse and AKC is 80 %.
    """
    found = House(tmp_path_factory.mktemp("records"), Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 12:00")
    for day in [TUESDAY - timedelta(weeks=n) for n in range(8, -1, -1)]:
        late = 12 if day == TUESDAY else 2
        if day == TUESDAY:
            found.calls(*(answered(f"2026-06-15 10:{n:02}", wait=99 if n < 5 else 9, line="akc") for n in range(20)))
        found.calls(
            *(answered(f"{day} 10:{n:02}", wait=99 if n < late else 9, line="akc") for n in range(20)),
            *(answered(f"{day} 10:{n:02}", line="inhouse") for n in range(4)),
            complete_to=f"{day} 12:00",
        )
    found.plan("sl", "month", "2026-06-01", 80, "akc")
    return found


def test_what_stands_out_is_told_with_its_why(house: House) -> None:
    assert LINE in answer(house, ASKED)
    assert commands(reply(view(house), ASKED))[-1] == "why sl akc today"
    assert LINE in answer(house, Request(Verb.OVERVIEW, overview=Overview(TODAY)))


def test_only_answers_of_today_tell_of_it(house: House) -> None:
    assert "Stands out" not in answer(house, figure("calls", YESTERDAY, "inhouse", shape=Shape.TEXT))
    assert "Stands out" not in answer(house, figure("calls", TODAY, "inhouse", shape=Shape.XLSX))
    # What the why is about is no news.
    assert "Stands out" not in answer(house, figure("sl", TODAY, "akc", verb=Verb.WHY))


def test_nobody_is_told_of_what_they_may_not_see(house: House) -> None:
    assert "AKC" not in answer(house, ASKED, lines=frozenset({"inhouse"}))
    assert "SL" not in answer(house, ASKED, metrics=frozenset({"calls"}))
    assert LINE in answer(house, figure("calls", TODAY, "akc", shape=Shape.TEXT), lines=frozenset({"akc"}))


def test_without_it_a_plan_that_is_missed_is_told(tmp_path: Path) -> None:
    small = House(tmp_path, Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 12:00")
    calls = [answered(f"2026-06-16 10:{n:02}", wait=99 if n < 3 else 9, line="akc") for n in range(5)]
    small.calls(*calls, answered("2026-06-16 11:00", line="inhouse"), complete_to="2026-06-16 12:00")
    small.plan("sl", "month", "2026-06-01", 80, "akc")

    missed = "Off plan today: AKC, SL 40% (plan: 80% / 30 s)."
    assert missed in answer(small, ASKED)
    # The answer itself says so already.
    assert missed not in answer(small, figure("sl", TODAY, "akc", shape=Shape.TEXT))
    assert missed not in answer(small, ASKED, lines=frozenset({"inhouse"}))


def test_the_brief_is_of_the_day_before(house: House) -> None:
    brief = Request(Verb.BRIEF, overview=Overview(YESTERDAY, shape=Shape.TEXT))

    told = answer(house, brief)
    assert told.startswith("Morning brief, yesterday, June 15: off plan: AKC — SL 75% (plan 80%)\n")
    assert "Zero: Inhouse." in told
    # Of Mondays there is nothing to compare with, so nothing stands out.
    assert "Stands out" not in told
    assert "Inhouse |" not in told
    assert LINE in answer(house, Request(Verb.BRIEF, overview=Overview(when("2026-06-16"), shape=Shape.TEXT)))


def test_the_brief_tells_how_the_month_stands(tmp_path: Path) -> None:
    small = House(tmp_path, Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 00:00")
    small.calls(*[answered("2026-06-05 10:00", line="akc", is_target=True)] * 120, complete_to="2026-06-16 00:00")
    small.plan("target_calls_in", "month", "2026-06-01", 300, "akc")
    seen = view(small)
    figures = {"target": FigureSpec("target", "target_calls_in", "akc", "Target", plan=True)}

    document = reply(replace(seen, figures=figures), Request(Verb.BRIEF, overview=Overview(YESTERDAY)))
    # 120 of the 150 that are due of 300 after half of the month.
    assert "The month against its plan to date: AKC \N{EM DASH} target inbound calls 80%." in said(document)
