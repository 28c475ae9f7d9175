"""Plans of any period, the pace of a month, the ends of orders and the days of the week, each from a few records."""

from __future__ import annotations

from pathlib import Path

import pytest

from digests.answers.compose import reply
from digests.request import End, Overview, Request, Shape, Verb
from metrics.catalogue import Catalogue
from tests.digests.replying import TODAY, answer, centre, figure, view, when
from warehouse.messages import UserError

TOMORROW, JUNE = when("2026-06-17"), when("2026-06")
WEEK = when("2026-06-09..2026-06-16")


def test_tomorrow_has_a_plan_and_needs_no_records(tmp_path: Path) -> None:
    said = answer(centre(tmp_path), figure("sl", TOMORROW, verb=Verb.PLAN))

    assert "Service level, plan: Wed, June 17" in said
    assert "Inhouse: 80% / 30 s" in said
    assert "%" not in said.replace("80%", "")


def test_the_plan_of_everything_is_that_of_the_digest_s_figures(tmp_path: Path) -> None:
    said = answer(centre(tmp_path), Request(Verb.PLAN, overview=Overview(TOMORROW, ("inhouse",))))

    assert "Service level, Inhouse: 80% / 30 s" in said
    assert "AKC" not in said


def test_without_a_plan_there_is_none_and_no_zero(tmp_path: Path) -> None:
    said = answer(centre(tmp_path), figure("lcr", TOMORROW, verb=Verb.PLAN))

    assert "There is no plan for this period" in said
    assert "0%" not in said


def test_a_pace_is_fact_over_plan_to_date_and_the_forecast_goes_on_at_it(tmp_path: Path) -> None:
    house = centre(tmp_path)
    house.plan("calls", "month", "2026-06-01", 3000)
    said = answer(house, figure("calls", JUNE, verb=Verb.PACE))

    # 100 a day: 1 550 by the noon of the 16th. 22 calls came; 22 + 22 / 1550 * 1450 = 42.6.
    assert "pace: 1% of the plan to date, 1,550" in said
    assert "43 at this pace, the plan is 3,000" in said
    assert "Data as of June 16, 12:00." in said


def test_a_level_has_no_pace(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="A pace is of volumes"):
        reply(view(centre(tmp_path)), figure("sl", JUNE, verb=Verb.PACE))


def test_who_sees_one_line_hears_of_no_other_plan(tmp_path: Path) -> None:
    house = centre(tmp_path)
    mine = view(house, lines=frozenset({"akc"}))
    for request in (
        figure("sl", TOMORROW, "inhouse", verb=Verb.PLAN),
        Request(Verb.PACE, overview=Overview(JUNE, ("inhouse",))),
    ):
        with pytest.raises(UserError, match="not open to you"):
            reply(mine, request)
    assert "Inhouse" not in str(reply(mine, Request(Verb.PLAN, overview=Overview(TOMORROW))))


@pytest.mark.parametrize(
    ("end", "found", "order"),
    [
        (End.WORST, "the worst: Inhouse \N{EM DASH} 75%", "The worst come first."),
        (End.BEST, "the best: AKC \N{EM DASH} 100%", "The best come first."),
        (End.MOST, "the most: AKC \N{EM DASH} 100%", "The highest come first."),
        (End.LEAST, "the least: Inhouse \N{EM DASH} 75%", "The lowest come first."),
        (None, "the plan is missed by Inhouse", "The worst come first."),
    ],
)
def test_the_end_that_is_asked_for_is_the_finding_and_comes_first(
    tmp_path: Path, end: End | None, found: str, order: str
) -> None:
    """Six of eight in time at Inhouse, two of two at AKC."""
    said = answer(centre(tmp_path), figure("sl", TODAY, by="line", top=1, end=end, shape=Shape.TEXT))

    assert found in said.splitlines()[0]
    assert order in said
    assert ("Inhouse: " in said) != ("AKC: " in said)


def test_days_of_the_week_are_mean_days_that_are_over(tmp_path: Path) -> None:
    """Ten calls on Tuesday the 9th, two on Monday the 15th; Tuesday the 16th goes on and is not in it."""
    said = answer(centre(tmp_path), figure("calls", WEEK, by="weekday", shape=Shape.TEXT))

    assert "Monday: 2 a day, 2 on 1 day" in said
    assert "Tuesday: 10 a day, 10 on 1 day" in said
    assert "Wednesday: 0 a day, 0 on 1 day" in said
    assert said.index("Monday:") < said.index("Tuesday:") < said.index("Sunday:")


def test_a_level_by_the_day_of_the_week_is_of_all_its_cases(tmp_path: Path) -> None:
    said = answer(centre(tmp_path), figure("sl", WEEK, "inhouse", by="weekday", shape=Shape.TEXT))

    assert "Tuesday: 30%, 3 of 10" in said


def test_what_does_not_add_up_has_no_days_of_the_week(tmp_path: Path) -> None:
    assert not Catalogue().adds_up(Catalogue().get("transfers"))
    with pytest.raises(UserError, match="cannot be added up by the day of the week"):
        reply(view(centre(tmp_path)), figure("transfers", WEEK, by="weekday"))
