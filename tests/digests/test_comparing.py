"""Two periods in one answer: the same elapsed part of both, weekdays beside weekdays, and one as-of time everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from charts import scene
from charts.canvas.scene import Stroke, Text
from digests.answers.compose import evaluate
from digests.compose import make
from digests.document import Facts, Note
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures import prepared, scoreboard, series
from digests.request import Request, Shape, Verb, When
from digests.result import Session
from metrics.answers import Question, ask
from metrics.periods import parse
from metrics.plans.plans import Plans
from metrics.why import Why
from tests.digests.replying import TODAY, YESTERDAY, figure, view, when
from tests.digests.replying import answer as answer_of
from tests.kit import MOSCOW, House
from tests.kit import answered as call

WEEK = When("week", parse("2026-06-15..2026-06-21", MOSCOW))
LAST_WEEK = When("last week", parse("2026-06-08..2026-06-14", MOSCOW))
FIGURES = (
    FigureSpec("calls", "calls", "sales", "Calls", plan=True),
    FigureSpec("chats", "chats", "sales", "Chats"),
)
JUNE, MAY = when("2026-06"), when("2026-05")


def answer(house: House, request: Request) -> str:
    """What is said, with plain blanks and dashes."""
    return answer_of(house, request).replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A call at ten on every day from 1 May, three on Sundays; four more on the evening of 15 June; noon of the 16th.

    In 1-16 June, until noon, there are sixteen days with two Sundays, and the evening: 16 + 4 + 4; in 1-16 May 16 + 4.
    """
    found = House(tmp_path, now="2026-06-16 12:00")
    every = [date(2026, 5, 1) + timedelta(days=n) for n in range(47)]
    found.calls(
        *(call(f"{day} 10:00") for day in every for _ in range(3 if day.weekday() == 6 else 1)),
        *[call("2026-06-15 20:00")] * 4,
        complete_to="2026-06-16 12:00",
    )
    return found


@pytest.mark.parametrize(
    ("asked", "against", "said"),
    [
        (YESTERDAY, TODAY, "yesterday, June 15, until 12:00|1|today, June 16, until 12:00|the same: 1 in that period"),
        (TODAY, YESTERDAY, "today, June 16, until 12:00|1|yesterday, June 15, until 12:00|no change from 1"),
        # Monday has its evening only in this week.
        (LAST_WEEK, WEEK, "June 8-9, until 12:00|2|June 15-16, until 12:00|−67%; 6 in that period"),
        (WEEK, LAST_WEEK, "June 15-16, until 12:00|6|June 8-9, until 12:00|+200%, from 2"),
        (MAY, JUNE, "May 1-16, until 12:00|20|June 1-16, until 12:00|−17%; 24 in that period"),
        (JUNE, MAY, "June 1-16, until 12:00|24|May 1-16, until 12:00|+20%, from 20"),
    ],
)
def test_the_period_that_goes_on_cuts_the_other(house: House, asked: When, against: When, said: str) -> None:
    period, fact, other, difference = said.split("|")
    # Nothing "was" in a later period.
    moved = (
        ""
        if "in that period" in difference
        else f", {'as before' if 'no change' in difference else difference.split(', from')[0]}"
    )
    running = {"today": "today, June 16", "week": "June 15-21", "2026-06": "June"}
    name = next(running[each.words] for each in (asked, against) if each.words in running)

    assert answer(house, figure("calls", asked, versus=against, shape=Shape.TEXT)).strip() == (
        f"Inbound calls, {period}: {fact}{moved}\n"
        f"• Against another period ({other}): {difference}\n\n"
        f'"{name}" is not over: as much of both periods is taken from their start, {period} and {other}.\n\n'
        "Data as of June 16, 12:00."
    )


def test_a_picture_alone_says_too_that_a_period_was_cut(house: House) -> None:
    told = answer(house, figure("calls", LAST_WEEK, versus=WEEK, shape=Shape.CHART))
    assert '"June 15-21" is not over: as much of both periods is taken from their start' in told


def test_why_takes_the_same_part_of_both(house: House) -> None:
    found = evaluate(view(house), figure("calls", LAST_WEEK, verb=Verb.WHY, versus=WEEK))
    assert isinstance(found.why, Why)
    assert (found.why.fact, found.why.reference, [part.value for part in found.why.parts]) == (2, 6, [-4, 0])
    told = answer(house, figure("calls", LAST_WEEK, verb=Verb.WHY, versus=WEEK))
    assert "The period is over" not in told
    assert "6 in that period" in told


def test_nothing_went_better_or_worse_since_a_later_period(house: House) -> None:
    # Of 2 June against the days after it: three calls waited a minute then.
    house.calls(*[call("2026-06-02 12:00", wait=60)] * 3, complete_to="2026-06-16 12:00")
    told = answer(house, figure("asa", when("2026-06-02"), verb=Verb.WHY, versus=when("2026-06-03")))
    assert "made most of the difference" in told
    assert "made it worse" not in told
    told = answer(house, figure("asa", when("2026-06-03"), verb=Verb.WHY, versus=when("2026-06-02")))
    assert "It improved" in told


def test_the_rule_is_the_same_for_every_metric_and_is_printed(house: House) -> None:
    mtd = When("mtd", parse("2026-06-01..2026-06-16", MOSCOW))
    days = When("last 30 days", parse("2026-05-18..2026-06-16", MOSCOW))
    for metric in ("calls", "sl", "aht"):
        told = answer(house, figure(metric, mtd, shape=Shape.TEXT))
        assert "Against the month before (May 1-16, until 12:00)" in told
        # From 13 April on, though there are records from 1 May alone.
        told = answer(house, figure(metric, days, shape=Shape.TEXT))
        assert "Against the same weekdays 5 weeks before (from April 13 to May 12, until 12:00)" in told
        assert "Records begin on May 1, so the other period is not fully covered." in told


def test_periods_of_different_length_say_so(house: House) -> None:
    told = answer(
        house, figure("calls", when("2026-05-01..2026-05-10"), versus=when("2026-05-11..2026-05-13"), shape=Shape.TEXT)
    )
    assert "The periods differ in length: 10 and 3 days." in told


def test_sundays_stand_beside_sundays(house: House) -> None:
    found = evaluate(view(house), figure("calls", JUNE, versus=MAY, by="day"))
    (result,) = found.results
    assert result.reference is not None
    assert result.reference.fact.value == 20  # of 1-16 May
    told = answer(house, figure("calls", JUNE, versus=MAY, by="day", shape=Shape.TEXT))
    assert "• June 7: 3\n     (no change from 3)\n• June 8: 1\n     (no change from 1)" in told
    assert "• June 15: 5\n     (+400%, from 1)" in told
    assert "Days are compared with the same weekdays: May 4-19, until 12:00." in told


def test_a_month_is_taken_apart_by_days_of_the_week_where_its_days_are_others(house: House) -> None:
    found = evaluate(view(house), figure("calls", JUNE, verb=Verb.WHY, versus=MAY, by="day"))
    assert isinstance(found.why, Why)
    # Of 16 days each: three Mondays (and the evening) against two, two Fridays against three.
    values = {part.segment: part.value for part in found.why.parts}
    assert values == {
        "monday": 3 + 4 - 2,
        "tuesday": 1,
        "wednesday": 0,
        "thursday": 0,
        "friday": -1,
        "saturday": -1,
        "sunday": 0,
    }
    assert sum(values.values()) == found.why.difference == 4
    assert "\nMonday | +5 | 7 against 2\n" in answer(house, figure("calls", JUNE, verb=Verb.WHY, versus=MAY, by="day"))


@pytest.fixture
def reserved(tmp_path: Path) -> House:
    """In June 5 m² a day to the 15th, planned 10 a day; on 15 June three reservations of 5 more."""
    found = House(tmp_path, now="2026-06-16 12:00")
    rows = [(f"2026-06-{day:02} 10:00", str(day)) for day in range(1, 16)]
    rows += [("2026-06-15 11:00", f"more {n}") for n in range(3)]
    found.put(
        "reservations",
        [{"reservation_id": key, "reserved_at": at, "area_m2": 5.0} for at, key in rows],
        complete_to="2026-06-16 12:00",
    )
    found.plan("reserves_m2", "month", "2026-06-01", 300)
    return found


def test_a_months_plan_leaves_the_fact_of_a_day_alone(reserved: House) -> None:
    told = answer(reserved, figure("reserves", YESTERDAY, shape=Shape.TEXT))
    assert told.startswith("Reservations, yesterday, June 15: 4, +300% on the week before\n")
    told = answer(reserved, figure("reserves_m2", YESTERDAY, shape=Shape.TEXT)).replace("\N{NO-BREAK SPACE}", " ")
    # By plan 150 m² of the month's 300 are due.
    assert told.startswith(
        "Reservations, square metres, yesterday, June 15: 20 m²; the month: behind the plan to date\n"
    )
    assert "• Against the month's plan (June 1-15): 90 m² against a plan of 300 m² (30%)\n" in told
    assert "Against the week before (Mon, June 8): +300%, from 5 m²" in told
    told = answer(reserved, figure("reserves_m2", when("2026-06-10..2026-06-15"), shape=Shape.TEXT))
    assert "June 10-15: 45 m²; the month" in told


def test_of_days_in_two_months_the_plan_of_the_later_one_is_told(reserved: House) -> None:
    told = answer(reserved, figure("reserves_m2", when("2026-05-25..2026-06-10"), shape=Shape.TEXT))
    assert "• Actual: 50 m² (the plan is the whole month's)\n" in told or "• Actual: 50 m²\n" in told
    assert "• Against the month's plan (June 1-10): 50 m² against a plan of 300 m² (16%)\n" in told


def test_from_the_months_first_day_on_the_fact_is_set_against_the_plan(reserved: House) -> None:
    told = answer(reserved, figure("reserves_m2", when("2026-06-01..2026-06-15"), shape=Shape.TEXT))
    assert "• Actual: 90 m² against a plan of 300 m² (30%)" in told


def test_why_a_day_of_a_months_plan_is_against_the_usual_moment(reserved: House) -> None:
    found = evaluate(view(reserved), figure("reserves_m2", YESTERDAY, verb=Verb.WHY))
    assert isinstance(found.why, Why)
    assert (found.why.fact, found.why.reference) == (20, 5)


@pytest.mark.parametrize("chats", ["11:58", "11:30"])
def test_one_as_of_time_in_the_text_the_pictures_and_the_figures(house: House, chats: str) -> None:
    """Tables end with their latest events, and the digest is as of the earliest of them."""
    house.plan("calls", "half_month", "2026-06-01", 30, "sales")
    house.put("chats", [{"line": "sales", "started_at": "2026-06-10 10:00"}], complete_to=f"2026-06-16 {chats}")
    calculator, period = house.calculator(), parse("2026-06-01..2026-06-15", MOSCOW)
    plans, localizer = Plans(calculator), Localizer("en", MOSCOW, date(2026, 6, 16))
    spec = ReportSpec("d", "D", (Section("S", (Group(tuple(FIGURES)),)),))
    made = make(Session(calculator, plans, localizer), spec, period)
    rows = [row for block in made.document.blocks if isinstance(block, Facts) for row in block.rows]
    notes = [block.text for block in made.document.blocks if isinstance(block, Note)]
    picture = scoreboard.build(prepared(calculator, plans, made.figures, spec, period, localizer))
    assert picture is not None
    moment = f"June\N{NO-BREAK SPACE}16, {chats}"
    assert [row.detail.as_of for row in rows if row.detail] == [moment, moment]
    assert picture.titles.subtitle.endswith(f"Data as of {moment}")
    assert notes == [f"Computed from the records as of {moment}.".replace("16,", "16,\N{NO-BREAK SPACE}2026,")]


def test_the_picture_of_an_answer_is_as_of_what_its_words_are(house: House) -> None:
    calculator = house.calculator()
    plans, localizer = Plans(calculator), Localizer("en", MOSCOW, date(2026, 6, 16))
    (found,) = ask(calculator, plans, [Question("asa", parse("2026-06-08..2026-06-14", MOSCOW), by=("day",))])
    picture = series.plain(calculator, plans, [found], localizer)
    assert picture is not None
    assert picture.titles.footnote == "Data as of June\N{NO-BREAK SPACE}16, 12:00"


def test_the_line_at_the_periods_own_figure_is_called_that(house: House) -> None:
    house.calls(call("2026-06-09 12:00", wait=90), complete_to="2026-06-16 12:00")
    calculator = house.calculator()
    plans, localizer = Plans(calculator), Localizer("en", MOSCOW, date(2026, 6, 16))
    (found,) = ask(calculator, plans, [Question("asa", parse("2026-06-08..2026-06-14", MOSCOW), by=("day",))])
    picture = series.plain(calculator, plans, [found], localizer)
    assert picture is not None
    items = scene(picture).items
    (level,) = {item.spots[0][1] for item in items if isinstance(item, Stroke) and item.dash}
    beside = [item.words for item in items if isinstance(item, Text) and item.y - item.style.size < level < item.y]
    assert beside == ["whole period"]
    assert "no plan" in [item.words for item in items if isinstance(item, Text)]
