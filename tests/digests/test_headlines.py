"""No headline claims what its own picture refutes: every claim is recomputed from the picture's finished values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest

import charts
from charts.forms.curve import Curve
from charts.forms.hero import Hero
from charts.forms.multiples import Levels
from charts.forms.panels import Execution, Panels, Parts, Pins, Trend
from charts.forms.ranking import Ranking
from charts.forms.scoreboard import Scoreboard
from charts.forms.series import Series
from charts.model import Judgement, Point
from digests.contest.rating import Phase, Rated
from digests.contest.wording import Naming, finding, short
from digests.pictures import (
    aht,
    contributions,
    load,
    ranking,
    reservations,
    scoreboard,
    service_level,
    target_traffic,
    timeline,
    voice_bot,
)
from digests.pictures import series as asked_series
from digests.pictures.contest import climb, crowd
from digests.pictures.contributions import ROWS, ContributionBar
from metrics.answers import Question
from metrics.catalogue import Catalogue
from metrics.contests.rules import EARLIER, SHARED
from metrics.model import where
from metrics.periods import days, parse, to_local
from tests.charts.building import panel, rates, volumes
from tests.charts.looking import words as printed
from tests.contests.test_pictures import rated
from tests.digests import given as given_module
from tests.digests.given import EN, LINES, Book, Cases, Given, calculator, given
from tests.digests.test_pictures import figure, headline, plain
from tests.kit import MOSCOW

answer_today = import_module("digests.pictures.answer_today")  # the package has a function of its name
SL = Catalogue().get("sl")
DAYS = "2026-06-01..2026-06-04"
MAY = "2026-05-01..2026-05-31"
WEEKS = "2026-03-30..2026-05-31"
"""Nine weeks, more days than can be told apart."""
MONTHS = "2025-07-01..2026-06-30"


@pytest.fixture(autouse=True)
def _hours_that_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "hours_in_use", given_module.hours_in_use)
    monkeypatch.setattr(answer_today, "hours_in_use", given_module.hours_in_use)


def second(said: str) -> str:
    return said.partition("\n")[2]


def facts(points: Sequence[Point]) -> list[float]:
    return [point.fact.value for point in points if point.fact]


def missed(points: Sequence[Point]) -> list[int]:
    return [index for index, point in enumerate(points) if point.judged is Judgement.MISSED]


def judged(points: Sequence[Point]) -> int:
    return sum(point.judged is not Judgement.NONE for point in points)


def claimed(said: str, starts: Sequence[datetime], by: str) -> list[int] | tuple[int, int]:
    """The parts that a sentence names, or how many it says there are and of how many."""
    local = [to_local(start, MOSCOW) for start in starts]
    if found := re.search(r"(?:on|for|in) (\d+) (?:day|hour|week|month)s?(?: of (\d+))?", said):
        return int(found[1]), int(found[2] or 0)
    if found := re.search(r"from (\d+) to (\d+)", said):
        return [n for n, at in enumerate(local) if int(found[1]) <= at.hour < int(found[2])]
    if by == "hour" and (found := re.search(r"at (\d\d):00", said)):
        return [n for n, at in enumerate(local) if at.hour == int(found[1])]
    if by != "month" and (found := re.search(r"(?:on|since|of) ([A-Z][a-z]+) (\d+)(?:\D* and (\d+))?", said)):
        numbers = {int(each) for each in found.groups()[1:] if each}
        return [n for n, at in enumerate(local) if f"{at:%B}" == found[1] and at.day in numbers]
    found = re.search(r"(?:in|since) ([A-Z][a-z]+)(?: (\d{4}))?", said)
    assert found, said
    return [n for n, at in enumerate(local) if f"{at:%B}" == found[1] and at.year == int(found[2] or 2026)]


def check_parts(said: str, right: Sequence[int], among: int, starts: Sequence[datetime], by: str) -> None:
    found = claimed(said, starts, by)
    assert found == ((len(right), among) if isinstance(found, tuple) else list(right)), said


def drawn(picture: Any) -> set[str]:
    return set(printed(charts.scene(picture)))


# --- who gave how much


def parts(*values: float) -> list[ContributionBar]:
    return [ContributionBar(f"p{n}", f"{value:+g}", value) for n, value in enumerate(values)]


@pytest.mark.parametrize("count", [1, 2, ROWS, ROWS + 1, ROWS + 2, 40])
@pytest.mark.parametrize("shape", ["falling", "rising", "ties", "one against", "balanced", "zeros"])
def test_the_largest_contribution_is_named(count: int, shape: str) -> None:
    values = {
        "falling": [-float(n + 1) for n in range(count)],
        "rising": [float(n + 1) for n in range(count)],
        "ties": [-2.0] * count,
        "one against": [9.0, *[-1.0] * (count - 1)],
        "balanced": [3.0, -3.0, *[0.0] * (count - 2)],
        "zeros": [-5.0, *[0.0] * (count - 1)],
    }[shape]
    total = sum(values)
    picture = contributions.plain(
        EN, SL, "SL", parts(*values), ContributionBar("All", f"{total:+g}", total), subtitle="", footnote=""
    )
    assert picture is not None
    said = headline(picture).partition("\n")[2]
    folded = [row for row in picture.rows if "more" in row.name]
    assert sum(row.effect for row in picture.rows) == pytest.approx(total)
    assert len(picture.rows) == (count if shape != "balanced" else max(count, 2)) or folded
    along = [value for value in values if value * total > 0]
    if not along:
        assert said == "the parts balance each other"
        return
    largest = max(along, key=abs)
    named = re.findall(r"p(\d+)", said)
    assert named
    assert all(values[int(number)] == largest for number in named)
    if said.startswith("most of it"):
        assert 2 * abs(largest) >= abs(total)
    if along.count(largest) > 1:
        assert "each" in said


# --- what missed


def test_the_scoreboard_of_a_running_period_names_the_largest_gap_first() -> None:
    # Until noon of 3 June: 16 of 20 + 5 target calls (−36 %), and calls of 102 s against 100 s (+2 %).
    numbers = given(DAYS, "2026-06-03 12:00")
    numbers.put("target_in", [8, 8, 0, 0], 10)
    numbers.put("aht", [(1020, 10)], 100, line="l0")
    picture: Scoreboard | None = scoreboard.build(numbers.setting(figure("aht", "l0"), figure("target_in")))
    assert picture is not None
    assert headline(picture) == ("By 12:00 on June 3, 2 of 2 are worse than plan:\ninbound requests and AHT")
    assert [(span.text, span.verdict) for span in picture.titles.headline][1:] == [
        ("inbound requests", Judgement.BEHIND), (" and ", Judgement.NONE), ("AHT", Judgement.MISSED)
    ]  # fmt: skip


TARGETS: dict[str, tuple[list[float], list[float | None]]] = {
    "on plan": ([10], [10]),
    "behind": ([10, 5], [10]),
    "caught up": ([5, 10, 10, 20, 12], [10]),
    "late to fall behind": ([10, 10, 10, 1], [10]),
    "zero": ([0], [10]),
    "nothing planned first": ([0, 5], [0, 10]),
    "a plan of nothing": ([5], [0]),
    "no plan": ([5, 0, 7], [None]),
    "the same": ([7], [10]),
}
"""The last ones go on to the end."""


def stretched(values: Sequence[Any], count: int) -> list[Any]:
    return [*values, *[values[-1]] * count][:count]


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    ("period", "by", "moments"),
    [
        ("2026-06-01..2026-06-02", "day", ("2026-06-02 06:00", None)),
        (DAYS, "day", ("2026-06-03 12:00", None)),
        (MAY, "day", ("2026-05-20 12:00", None)),
        (WEEKS, "week", ("2026-05-20 12:00", None)),
        (MONTHS, "month", ("2026-03-20 12:00", None)),
    ],
)
def test_target_traffic_claims_what_its_parts_show(
    name: str, period: str, by: str, moments: Sequence[str | None]
) -> None:
    for now in moments:
        numbers = given(period, now)
        count = len(numbers.period.days)
        values, plans = (stretched(each, count) for each in TARGETS[name])
        numbers.put("target_in", values, plans if plans[0] is not None else None)
        picture = target_traffic.build(numbers.setting(figure("target_in")))
        assert picture is not None
        assert len(picture.slots) == len(numbers.period.borders(by)) - 1
        _check_target_traffic(picture, numbers, by)


def _check_target_traffic(picture: Panels, numbers: Given, by: str) -> None:
    said = headline(picture)
    begun = [point for point in volumes(picture) if point.fact is not None]
    done, plans = sum(facts(begun)), [point.plan for point in begun]
    assert ("no plan" in said) == all(plan is None for plan in plans)
    due = sum(plan or 0.0 for plan in plans)
    if "the plan is met" in said or "plan to date is met" in said or "caught up" in said:
        assert done >= due
    if "the plan is met" in said and any(point.elapsed < 1 for point in volumes(picture)):
        assert done >= sum(point.plan or 0.0 for point in volumes(picture))
    if "behind" in said or "short by" in said:
        assert done < due
    starts = numbers.period.borders(by)[:-1]
    if re.search(r"behind since", said):
        (since,) = claimed(second(said), starts, by)
        behind = [each is not None and each.value < 99.5 for each in panel(picture, Execution).values]
        assert all(behind[since : len(begun)])
        assert not any(behind[max(since - 1, 0) : since])
    if re.search(r"caught up", said):
        (since,) = claimed(second(said), starts, by)
        reached = [each is not None and each.value >= 99.5 for each in panel(picture, Execution).values]
        assert all(reached[since : len(begun)])
        assert not reached[since - 1]


LEVELS: list[list[list[tuple[int, int]]]] = [  # calls in time and too late, by part, line by line
    [[(9, 1)]],
    [[(9, 1), (0, 0), (7, 3), (9, 1)]],
    [[(1, 1), (5, 0), (0, 0)]],
    [[(9, 1)], [(5, 5)]],
    [[(5, 5), (9, 1), (9, 1), (9, 1), (5, 5)], [(5, 5)]],
    [[(9, 1)], [(5, 5)], [(2, 0), (0, 0), (0, 2)]],
    [[(9, 1)], [(10, 0)], [(8, 2)], [(9, 1)]],
    [[(5, 5), (5, 5), (1000, 0)], [(1, 9), (9, 1)]],  # the one with more misses meets the target in all
    # More lines than are drawn: the last has the most misses and meets the target in all.
    [*[[(82, 18)]] * 6, [(5, 5), (5, 5), (5, 5), (1000, 0)]],
    [*[[(7, 3), (7, 3)]] * 7, [(1, 9)]],
]


@pytest.mark.parametrize("lines", LEVELS)
@pytest.mark.parametrize(
    ("period", "by", "now"),
    [
        ("2026-06-01", "hour", None),
        (DAYS, "day", "2026-06-03 15:00"),
        (DAYS, "day", None),
        (MAY, "day", None),
        (WEEKS, "week", None),
        (MONTHS, "month", None),
    ],
)
def test_levels_claim_what_their_parts_show(
    lines: list[list[tuple[int, int]]], period: str, by: str, now: str | None
) -> None:
    keys = list(LINES)[: len(lines)]
    for planned, least in product({0, 1, len(keys)}, (1, 8)):
        numbers = given(period, now, least=least, step="hour" if by == "hour" else "day")
        starts = numbers.period.borders(numbers.step)[:-1]
        coarse = numbers.period.borders(by)[:-1]
        for number, (key, parts) in enumerate(zip(keys, lines, strict=True)):
            rows = [parts[min(sum(at <= start for at in coarse) - 1, len(parts) - 1)] for start in starts]
            plans: dict[str, float | None] = {"sl": 80, "aht": 60} if number < planned else {"sl": None, "aht": None}
            numbers.put("sl", [(good, good + late) for good, late in rows], plans["sl"], line=key)
            # Calls of 50 seconds, and those that are too late of 50 and a little more with each line.
            times = [(50 * (good + late) + late * (10 + 5 * number), good + late) for good, late in rows]
            numbers.put("aht", times, plans["aht"], line=key)
        for module, metric in ((service_level, "sl"), (aht, "aht")):
            picture = module.build(numbers.setting(*(figure(metric, key) for key in keys)))
            assert picture is not None
            _check_levels(picture, numbers, metric, keys, by)


def _check_levels(picture: Levels, numbers: Given, metric: str, keys: list[str], by: str) -> None:
    said = headline(picture)
    answers = {LINES[key].title: numbers.answer(Question(metric, numbers.period, key)) for key in keys}
    verdicts = [answer.verdict.value for answer in answers.values()]
    days_of = {line.name: line.points for line in picture.lines}
    starts = numbers.period.borders(by)[:-1]
    if by == "hour":
        starts = [start for start in starts if given_module.hour(start) in {int(each.label) for each in picture.slots}]
    assert ("no plan" in said) == (not any(answer.plan for answer in answers.values()))
    if "every day" in said and "since" not in said:
        over = [point for points in days_of.values() for point in points if point.fact and point.elapsed >= 1]
        assert all(point.judged is Judgement.MET for point in over)
    if re.search(r"the (target|plan)( of \S+)? is met$", said):
        assert set(verdicts) == {"met"}
    if "both lines" in said or "all lines" in said:
        assert set(verdicts) == {"missed"}
    if found := re.search(r"met on (\d) lines? of (\d)", said):
        assert (int(found[1]), int(found[2])) == (verdicts.count("met"), len(verdicts) - verdicts.count("none"))
    values = re.findall(r"\d(?:%| s)", re.split("\n| with | against ", said)[0])
    assert not values or len(values) == len(keys)
    if found := re.match(r"\S+: (\d) lines", said):
        assert int(found[1]) == len(keys)
    if found := re.search(r"(?:(Line \w) )?(?:below target|over plan) ((?:on|for|in|from|at) .*)", second(said)):
        ((name, points),) = [each for each in days_of.items() if each[0] == found[1] or not found[1]]
        check_parts(found[2], missed(points), judged(points), starts, by)
        bad = "missed" in verdicts
        assert not bad or answers[name or picture.lines[0].name].verdict.value == "missed"
        worse = [each for each in picture.lines if not bad or answers[each.name].verdict.value == "missed"]
        assert len(missed(points)) == max(len(missed(each.points)) for each in worse)
    if "AHT over plan" in said or ("AHT:" in said and " to plan" in said):
        over = {name: answer.fact.value - answer.plan for name, answer in answers.items()
                if answer.verdict.value == "missed"}  # fmt: skip
        assert over
        told = [float(each) for each in re.findall(r"\+([\d.]+)", said)]
        assert max(over.values()) == pytest.approx(max(told), abs=0.5)
        for name in re.findall(r"(Line \w) \+", said):
            assert name in over
        if found := re.search(r"and (\d+) other", said):
            assert int(found[1]) == len(over) - len(told)
        if "every day since" in said:
            (since,) = claimed(said[said.index("every day") :], starts, by)
            rows = [line.points for line in picture.lines if line.name in over]
            assert all(
                point.judged is Judgement.MISSED
                for points in rows
                for point in points[since:]
                if point.fact and point.elapsed >= 1
            )


@pytest.mark.parametrize(
    ("calls", "losses", "plan"),
    [(0, 3, 3.0), (3, 0, 3.0), (97, 3, 3.0), (96, 4, 3.0), (19, 1, 3.0), (19, 1, None), (3, 0, 0.0), (30, 1, 0.0)],
)
@pytest.mark.parametrize("least", [1, 30])
@pytest.mark.parametrize("period", [DAYS, WEEKS, MONTHS])
def test_lost_calls_claim_what_their_parts_show(
    calls: int, losses: int, plan: float | None, least: int, period: str
) -> None:
    numbers = given(period, least=least)
    numbers.put("calls", [calls, losses], 5, line="l0")
    numbers.put("lcr", [(0, calls), (losses, losses)], plan, line="l0")
    picture: Panels | None = load.CALLS.build(numbers.setting(figure("calls", "l0"), figure("lcr", "l0")))
    assert picture is not None
    said, share = headline(picture), 100 * losses / (calls + losses)
    assert ("not one was lost" in said) == (losses == 0)
    if "over the limit" in said:
        assert plan is not None
        assert share > plan
    if "but lost only" in said:
        assert plan is not None
        assert share <= plan
    if calls + losses < least:
        assert "over the limit" not in said
        assert "but" not in said
        assert f"Not judged: {calls + losses} case" in plain(picture.titles.footnote) or plan is None


@pytest.mark.parametrize(
    "chats",
    [[(10, 300)], [(10, 300), (0, 0), (5, 400)], [(3, 350)], [(3, 351)], [(0, 0), (1, 900)], [(2000, 349)]],
)
@pytest.mark.parametrize("plans", [(None, None), (8, 350), (None, 350), (8, None)])
@pytest.mark.parametrize("period", ["2026-06-01", DAYS, WEEKS, MONTHS])
def test_chats_claim_what_their_parts_show(
    chats: list[tuple[int, int]], plans: tuple[float | None, float | None], period: str
) -> None:
    for least in (1, 4):
        numbers = given(period, least=least, step="hour" if ".." not in period else "day")
        numbers.put("chats", [count for count, _ in chats], plans[0], line="l0")
        numbers.put("chat_aht", [(count * each, count) for count, each in chats], plans[1], line="l0")
        picture: Panels | None = load.CHATS.build(numbers.setting(figure("chats", "l0"), figure("chat_aht", "l0")))
        assert picture is not None
        said, count = headline(picture), sum(count for count, _ in chats)
        mean = sum(count * each for count, each in chats) / count
        assert sum(facts(volumes(picture))) == count
        if found := re.search(r"chats at ([\d,]+)% of plan", said):
            assert int(found[1].replace(",", "")) == int(
                100 * count / sum(point.plan or 0.0 for point in volumes(picture))
            )
        else:
            assert plans[0] is None
        few = count < least
        assert ("AHT over plan" in said) == (not few and plans[1] is not None and mean > plans[1])
        assert ("AHT within plan" in said) == (not few and plans[1] is not None and mean <= plans[1])
        assert (panel(picture, Pins, Trend).limit is None) == (plans[1] is None)
        if found := re.search(r"AHT.*?: ([\d.]+) sec. against ([\d.]+)", said):
            assert (float(found[1]) > float(found[2])) == (mean > float(found[2]))
        if found := re.search(r"The longest was (.*): ([\d,.]+) sec", plain(picture.titles.alt_text)):
            assert float(found[2].replace(",", "")) == pytest.approx(max(facts(rates(picture))), abs=0.5)


@pytest.mark.parametrize(
    ("outcomes", "wait"),
    [
        ((5, 3, 2), (20, 10)),
        ((0, 10, 0), (30, 10)),
        ((1, 999, 0), (31, 10)),
        ((999, 1, 0), (0, 10)),
        ((10, 0, 0), (3100, 1000)),
        ((1, 1, 1), (5, 3)),
        ((0, 0, 0), (1, 1)),
    ],
)
@pytest.mark.parametrize("period", ["2026-06-01", DAYS, WEEKS, MONTHS])
def test_the_bot_claims_what_its_parts_show(
    outcomes: tuple[int, int, int], wait: tuple[float, float], period: str
) -> None:
    for plan, least in ((None, 1), (3.0, 1), (3.0, 5)):
        numbers = given(period, least=least, step="hour" if ".." not in period else "day")
        numbers.put("bot_calls", [sum(outcomes), 0], 5)
        numbers.put("bot_wait", [wait], plan)
        for outcome, count in zip(("contained", "handed_over", "hung_up"), outcomes, strict=True):
            numbers.put("bot_calls", [count], filters=where(outcome))
        picture: Panels | None = voice_bot.build(numbers.setting(figure("bot_calls"), figure("bot_wait")))
        assert picture is not None
        said, mean = headline(picture), wait[0] / wait[1]
        (count,) = re.findall(r"took ([\d.]+)(k?)", said)
        assert float(count[0]) * (1000 if count[1] else 1) == pytest.approx(sum(facts(volumes(picture))), rel=0.1)
        assert ("over the limit" in said) == (plan is not None and wait[1] >= least and mean > plan)
        total = sum(outcomes)
        assert [share.value for share in panel(picture, Parts).shares] == pytest.approx(
            [each / total for each in outcomes if total]
        )
        for share in panel(picture, Parts).shares:
            number = float(plain(share.text).removesuffix("%"))
            assert (number == 0, number == 100) == (share.value == 0, share.value == pytest.approx(1, abs=1e-9))
        if found := re.search(r"solved (.*) without", said):
            assert found[1] == plain(panel(picture, Parts).shares[0].text)
        if found := re.search(r"wait is ([\d.]+)", said):
            assert float(found[1]) == pytest.approx(mean, abs=0.5)


@pytest.mark.parametrize("done", [[(1, 60.0)], [(1, 140.0), (15, 30.0)], [(3, 0.0)], [(1, 149.99)], [(1, 400.0)]])
@pytest.mark.parametrize("late", [False, True])
def test_reservations_never_say_over_and_short_of_one_plan(done: list[tuple[int, float]], late: bool) -> None:
    for now in ("2026-06-02 00:00", "2026-06-16 00:00", "2026-07-01 00:00"):
        last = min(int(now[8:10]) - 1, 15) if now.startswith("2026-06") else 30
        numbers = given(f"2026-06-01..2026-06-{last:02}", now)
        june = parse("2026-06", MOSCOW)
        areas = [dict(done).get(day, 0.0) for day in range(1, 31)]
        # `late`: the days to come have more of the plan than those that are over.
        plans = [100 / 15] * 15 + [200 / 15] * 15 if late else [10] * 30
        numbers.put("reserves_m2", areas, plans, over=june)
        picture = reservations.build(numbers.setting(figure("reserves_m2")))
        if picture is not None:  # something was reserved
            _check_reservations(picture)


def _check_reservations(picture: Curve) -> None:
    end = picture.forecast[-1] if picture.forecast else picture.fact[-1]
    said, whole = plain(picture.gap), pytest.approx(300)
    if said:
        assert ("over plan" in said) == (end >= 300 or end == whole)
        assert not re.search(r"\b0 over|by 0$", said) or end == whole
    assert bool(picture.pace) == (bool(said) and "over plan" not in said and len(picture.fact) < 30)
    if picture.pace:
        needed, coming = (float(re.findall(r"[\d.]+", text)[0]) for text in picture.pace)
        assert needed > coming
    assert (picture.verdict is Judgement.MET) == ("over plan" in said)


# --- one number now


def today_of(numbers: Given, metric: str) -> Hero | None:
    with patch.object(answer_today, "ask", lambda _, __, questions: [numbers.answer(each) for each in questions]):
        day = answer_today._day_of(calculator(numbers.least), Book(numbers), metric, "l0", numbers.now)
    made: Hero | None = answer_today._picture(calculator(numbers.least), day, EN)
    return made


HOURS: list[list[tuple[int, int]]] = [  # calls in time and too late, from 9:00 on
    [(9, 1), (9, 1), (9, 1)],
    [(30, 0), (1, 3), (1, 3), (30, 0)],
    [(30, 0), (1, 3), (30, 0), (1, 3), (30, 0)],
    [(1, 3), (30, 0)],
    [(30, 0), (1, 3)],
    [(5, 5), (5, 5)],
    [(0, 4), (0, 0), (4, 0)],
    [(2, 1)],
]


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("yesterday", [None, [(9, 1)] * 5, [(0, 4)] * 2, [(0, 0), (5, 0)]])
def test_today_claims_what_its_hours_show(
    hours: list[tuple[int, int]], yesterday: list[tuple[int, int]] | None
) -> None:
    for plan, least, now in product((None, 80.0), (1, 4), ("2026-06-02 11:30", "2026-06-02 21:00", None)):
        numbers = given("2026-06-02", now, least=least, step="hour")
        before = days(datetime(2026, 6, 1).date(), datetime(2026, 6, 1).date(), MOSCOW)
        empty: list[Cases] = [None] * 9
        for rows, over in ((hours, numbers.period), (yesterday, before)):
            if rows is not None:
                cases = [(good, good + late) for good, late in rows]
                numbers.put("sl", [*empty, *cases], plan, line="l0", over=over)
                numbers.put("calls", [*[0] * 9, *(n for _, n in cases), *[0] * (15 - len(rows))], line="l0", over=over)
        level, volume = today_of(numbers, "sl"), today_of(numbers, "calls")
        assert level is not None
        assert volume is not None
        _check_today(level, numbers, yesterday is not None)
        said = headline(volume)
        begun = [n for n, _ in enumerate(hours) if numbers.period.borders("hour")[9 + n] < numbers.now]
        total = sum(sum(hours[n]) for n in begun)
        assert sum(facts(volume.points)) == total == int(re.findall(r"calls: (\d+)", said)[0])
        if found := re.search(r"against (\d+) yesterday", said):
            clock = to_local(numbers.now, MOSCOW)
            until = 24 if numbers.now == numbers.period.end else clock.hour + clock.minute / 60
            assert int(found[1]) == sum(sum(each) for n, each in enumerate(yesterday or []) if 9 + n < until)
        else:
            assert yesterday is None


def _check_today(picture: Hero, numbers: Given, compared: bool) -> None:
    said, low = second(headline(picture)), missed(picture.points)
    labels = [int(slot.label) for slot in picture.slots]
    total, norm = picture.total.value, picture.norm.value if picture.norm else None
    few = numbers.answer(Question("sl", numbers.period, "l0")).few
    assert labels == list(range(labels[0], labels[-1] + 1))
    if norm is None or few:
        assert "target" not in said
        assert picture.verdict is Judgement.NONE
        return
    assert ("is missed" in said) == (total < norm)
    if "is met" in said:
        assert total >= norm
        if "but not" not in said:
            assert not low
        elif found := re.search(r"in (\d+) hours?", said):
            assert int(found[1]) == len(low)
        else:
            found = re.search(r"from (\d+) to (\d+)", said)
            assert found
            assert [labels[n] for n in low] == list(range(int(found[1]), int(found[2])))


# --- rankings and series


@pytest.mark.parametrize("calls", [{"l0": 5, "l1": 5, "l2": 1}, {"l0": 5}, {"l0": 3, "l1": 3}, {"l0": 1, "l1": 9}])
@pytest.mark.parametrize("metric", ["calls", "aht", "sl"])
@pytest.mark.parametrize("least", [1, 4])
def test_a_ranking_names_whoever_is_first(calls: dict[str, int], metric: str, least: int) -> None:
    numbers = given("2026-06-01", least=least)
    for number, (line, count) in enumerate(calls.items()):
        numbers.put("calls", [count], line=line)
        numbers.put("aht", [(count * (65 + number), count)], line=line)
        numbers.put("sl", [(count if number % 2 == 0 else 0, count)], line=line)
    answer = numbers.answer(Question(metric, numbers.period, None, ("line",)))
    picture = ranking.plain(calculator(least), answer, EN)
    values = {point.fact.value for point in answer.points}
    if len(values) == 1:  # nothing to compare
        assert picture is None
        return
    assert isinstance(picture, Ranking)
    said = second(plain(headline(picture)))
    enough = {row.name: row.fact.value for row in picture.rows if row.fact and "case" not in row.note}
    if found := re.match(r"the most: (.*), ", said):
        top = max(enough.values())
        assert set(re.split(r", | and ", found[1])) == {name for name, value in enough.items() if value == top}
    else:
        assert len(set(enough.values())) < 2


def series_of(numbers: Given, metric: str, by: str, lines: Sequence[str]) -> Series | None:
    answers = [numbers.answer(Question(metric, numbers.period, line, (by,))) for line in lines]
    return asked_series.plain(calculator(numbers.least), Book(numbers), answers, EN)


@pytest.mark.parametrize("counts", [[1, 4, 4], [4, 4, 4], [0, 0, 0], [5], [9, 0, 1], [0, 3, 3, 3]])
@pytest.mark.parametrize(
    ("by", "starts"),
    [
        ("hour", [f"2026-06-02 {9 + n:02}:00" for n in range(4)]),
        ("day", [f"2026-06-0{n}" for n in range(1, 5)]),
        ("week", ["2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27"]),
        ("month", ["2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"]),
    ],
)
def test_a_series_without_a_plan_names_all_its_highest_parts(counts: list[int], by: str, starts: list[str]) -> None:
    begins = [datetime.fromisoformat(each) for each in starts]
    last = {"hour": "2026-06-02", "day": f"2026-06-0{len(counts)}"}.get(by, "")
    ends = {"week": ["2026-04-12", "2026-04-19", "2026-04-26", "2026-05-03"],
            "month": ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31"]}  # fmt: skip
    last = last or ends[by][len(counts) - 1]
    numbers = given(f"{begins[0]:%Y-%m-%d}..{last}", step="hour" if by == "hour" else "day")
    borders = numbers.period.borders(numbers.step)
    values: list[float] = [0] * (len(borders) - 1)
    for begin, count in zip(begins, counts, strict=False):
        values[[to_local(each, MOSCOW).replace(tzinfo=None) for each in borders].index(begin)] = count
    numbers.put("calls", values, line="l0")
    picture = series_of(numbers, "calls", by, ["l0"])
    if by == "hour" and not any(counts):
        counts = [0] * 24
    assert isinstance(picture, Series)
    known = facts(picture.lines[0].points)
    inner = counts if by != "hour" or not any(counts) else list(_trimmed(counts))
    assert known == inner
    said = second(plain(headline(picture)))
    top = [number for number, count in enumerate(known) if count == max(known)]
    if len(set(known)) < 2:
        assert said == ""
        return
    shown = [numbers.period.borders(by)[n] for n in range(len(known))]
    if by == "hour":
        shown = [borders[9 + counts.index(inner[0]) + n] for n in range(len(known))] if inner else []
    check_parts(said, top, len(known), shown, by)
    assert {picture.lines[0].points[n].fact.text for n in top[:1] if picture.lines[0].points[n].fact} <= drawn(picture)


def _trimmed(counts: list[int]) -> Iterator[int]:
    used = [n for n, count in enumerate(counts) if count]
    yield from counts[used[0] : used[-1] + 1]


MANY: list[list[list[tuple[int, int]]]] = [
    *LEVELS[3:],
    [[(9, 1)], [(8, 2), (9, 1)]],
    [[(30, 0), (1, 3)], [(79, 21)]],  # one missed in a part, the other in all
    [[(30, 0), (1, 3)], [(1, 1)]],  # the other has too few cases in every part
    [[(30, 0), (1, 3), (1, 3)], [(3, 1), (3, 1), (3, 1)], [(9, 1)]],
    [*[[(9, 1), (9, 1)]] * 2, [(8, 2)] * 2, *[[(0, 0)]] * 2, *[[(10, 0)]] * 5],
]


@pytest.mark.parametrize("lines", MANY)
@pytest.mark.parametrize(
    ("period", "by", "now"), [(DAYS, "day", None), (DAYS, "day", "2026-06-03 15:00"), (MONTHS, "month", None)]
)
def test_several_lines_claim_what_they_show(
    lines: list[list[tuple[int, int]]], period: str, by: str, now: str | None
) -> None:
    keys = list(LINES)[: len(lines)]
    for planned, least in product({0, 1, len(keys)}, (1, 6)):
        numbers = given(period, now, least=least)
        borders = numbers.period.borders(by)
        for number, (key, parts) in enumerate(zip(keys, lines, strict=False)):
            rows = [
                parts[min(sum(at <= start for at in borders) - 1, len(parts) - 1)]
                for start in numbers.period.borders("day")[:-1]
            ]
            own = number >= len(keys) - planned
            numbers.put("sl", [(good, good + late) for good, late in rows], 80 if own else None, line=key)
            times = [(50 * good + 90 * late, good + late) for good, late in rows]
            numbers.put("aht", times, 60 if own else None, line=key)
            numbers.put("calls", [good + late for good, late in rows], 10 if own else None, line=key)
            numbers.put("calls_out", [good for good, late in rows], line=key)
        for metric in ("sl", "aht", "calls", "calls_out"):
            picture = series_of(numbers, metric, by, keys)
            assert picture is not None
            _check_several(picture, numbers, metric, by, keys)


def _check_several(picture: Series, numbers: Given, metric: str, by: str, keys: list[str]) -> None:
    said, shown = plain(headline(picture)), {line.name: line for line in picture.lines}
    answers = {LINES[key].title: numbers.answer(Question(metric, numbers.period, key)) for key in keys}
    answers = {name: answer for name, answer in answers.items() if answer.fact.value is not None}
    left_out = len(answers) - len(shown)
    assert (f"{left_out} more line" in plain(picture.titles.footnote)) == (left_out > 0)
    floor = metric != "aht"
    apart = {
        name: (answer.fact.value / answer.plan - 1) * (1 if floor else -1)
        for name, answer in answers.items()
        if answer.verdict.value != "none" and answer.plan and answer.fact.value is not None
    }
    bad = [name for name, value in apart.items() if value < 0]
    if found := re.search(r"(?:missed|behind) on (\d+) lines? of (\d+)", said):
        assert (int(found[1]), int(found[2])) == (len(bad), len(apart))
    if found := re.search(r"met on (\d+) lines? of (\d+)", said):
        assert (int(found[1]), int(found[2])) == (len(apart), len(apart))
        assert not bad
    end = second(said)
    if found := re.match(r"the worst: (.*), ", end):
        names = re.findall(r"Line \w", found[1])
        assert names
        assert all(apart[name] == pytest.approx(min(apart.values())) for name in names)
        assert names[0] in shown
    elif found := re.match(r"the most: (.*), ", end):
        names = re.findall(r"Line \w", found[1])
        values = {name: answer.fact.value or 0.0 for name, answer in answers.items()}
        assert all(values[name] == max(values.values()) for name in names)
        assert not apart or len(answers) > len(apart)
        assert names[0] in shown
    elif found := re.match(r"(Line \w) (?:below|over) \S+ (.*)", end):
        points = shown[found[1]].points
        check_parts(found[2], missed(points), judged(points), numbers.period.borders(by)[:-1], by)
        assert not bad or apart[found[1]] == pytest.approx(min(apart.values()))
        if not bad:
            assert len(missed(points)) == max(len(missed(line.points)) for line in shown.values())
    elif end in ("the plan is met", "the target is met", "the plan to date is met"):
        assert not bad
        assert set(apart) == set(answers)


@pytest.mark.parametrize("by", ["day", "week"])
def test_a_crowd_of_parts_prints_the_highest_and_a_real_zero(by: str) -> None:
    period = {"day": "2026-04-01..2026-06-29", "week": "2025-01-06..2025-12-28"}[by]
    numbers = given(period)
    for index, start in enumerate(numbers.period.borders(by)[:-1]):
        span = replace(numbers.period, start=start, end=numbers.period.borders(by)[index + 1])
        numbers.put("calls", [{20: 0, 30: 977}.get(index, 300 + 7 * (index % 5))], line="l0", over=span)
    picture = series_of(numbers, "calls", by, ["l0"])
    assert picture is not None
    assert "977" in headline(picture)
    check_parts(second(headline(picture)), [30], 0, numbers.period.borders(by)[:-1], by)
    assert {"0", "977"} <= set(printed(charts.scene(picture)))


# --- zeros and few cases


def test_hours_without_a_loss_are_zeros_of_the_picture() -> None:
    calls = [0] * 9 + [1, 1, 2, 1, 1]
    numbers = given("2026-06-02", step="hour")
    numbers.put("calls", calls, line="l0")
    numbers.put("lcr", [(n == 11, count) for n, count in enumerate(calls)], line="l0")
    for metric, right in (("lcr", [0, 0, 50, 0, 0]), ("calls", [1, 1, 2, 1, 1])):
        picture = series_of(numbers, metric, "hour", ["l0"])
        assert picture is not None
        assert [slot.label for slot in picture.slots] == ["9", "10", "11", "12", "13"]
        assert facts(picture.lines[0].points) == right
    numbers.now = numbers.period.borders("hour")[12]
    made = today_of(numbers, "lcr")
    assert made is not None
    assert [slot.label for slot in made.slots] == ["9", "10", "11"]
    assert facts(made.points) == [0, 0, 50]


def test_a_share_of_few_cases_has_their_number_and_no_verdict() -> None:
    numbers = given("2026-06-01..2026-06-02", least=30)
    numbers.put("sl", [(20, 29)], 80, line="l0")
    assert numbers.answer(Question("sl", numbers.period, "l0", ("day",))).verdict.value == "none"
    picture: Levels | None = service_level.build(numbers.setting(figure("sl", "l0")))
    assert picture is not None
    assert headline(picture) == "SL: 69%,\ntoo few cases to judge"
    (line,) = picture.lines
    assert (line.verdict, plain(line.deviation), line.points[0].judged) == (Judgement.NONE, "29 cases", Judgement.NONE)

    numbers.put("sl", [(20, 30)], line="l0")
    picture = service_level.build(numbers.setting(figure("sl", "l0")))
    assert picture is not None
    assert headline(picture) == "SL: 67% with a target of 80%,\nbelow target on June 1"


# --- contests

TOTALS: list[list[int]] = [
    [9],
    [9, 9],
    [9, 7, 7, 5],
    [9, 9, 9, 1],
    [9, 8, 8, 8, 0],
    [2, 2, 1],
    [1, 0, 0],
    [40, 3, 3, 2, 1, 0],
    [12, *[7] * 14, 6, 5, 4, *[0] * 20],
    [30 - n for n in range(24)],
    [*[5] * 30],
    [*[1] * 22],
]


@pytest.mark.parametrize("totals", TOTALS)
@pytest.mark.parametrize("ties", [SHARED, EARLIER])
@pytest.mark.parametrize("minimum", [0, 3])
def test_a_contest_claims_what_its_rating_shows(totals: list[int], ties: str, minimum: int) -> None:
    for phase in (Phase.RUNNING, Phase.FROZEN, Phase.OVER):
        found = replace(rated(totals, ties=ties, minimum=minimum), phase=phase)
        for named in (True, False):
            _check_contest(found, Naming(found, EN, named))


def _check_contest(found: Rated, naming: Naming) -> None:
    standing, over = found.standing, found.phase is Phase.OVER
    totals = [placed.total for placed in standing.places]
    finalists = [n for n in range(len(totals)) if standing.places[n] in standing.finalists]
    said = plain(finding(found, naming, EN, brief=True))
    first = [placed for placed in standing.places if placed.place == 1]
    below = [placed for placed in standing.places if placed.place != 1]
    assert all(placed.total == max(totals) for placed in first)
    if over and not finalists:
        assert re.search(rf"the most was {max(totals)}\b", said)
    elif len(first) > 1:
        assert ("victory" in said) == over
        assert f"with {max(totals)} each" in said
        if counted := re.match(r"(\d+) participants share", said):
            assert int(counted[1]) == len(first)
        else:
            assert all(plain(short(naming.name(each.key))) in said or naming.name(each.key) in said for each in first)
    else:
        name = naming.name(first[0].key)
        assert not name or name in said or plain(short(name)) in said
        assert ("wins" in said) == over or not naming.shown
        if behind := re.search(r"(\d+) \w+ behind", said):
            assert int(behind[1]) == max(totals) - below[0].total
            if several := re.search(r"(\d+) participants are", said):
                assert int(several[1]) == sum(each.total == below[0].total for each in below)
        if "as many" in said:
            assert below[0].total == max(totals)
    _check_contest_pictures(found, naming)


def _check_contest_pictures(found: Rated, naming: Naming) -> None:
    standing = found.standing
    totals, finalists = [placed.total for placed in standing.places], standing.finalists
    if len(finalists) <= 14:
        picture = climb(found, naming, EN)
        values = [row.amount.value for row in picture.rows]
        assert values == totals[: len(values)]
        assert [row.final for row in picture.rows] == [placed in finalists for placed in standing.places[: len(values)]]
        rest = [float(each) for each in totals[len(values) :]]
        told = re.match(r"(\d+) more: (\d+)(?: to (\d+))?", plain(picture.rest))
        assert (told is None) == (not rest)
        if told:
            assert (int(told[1]), int(told[2]), int(told[3] or told[2])) == (len(rest), min(rest), max(rest))
    everybody = crowd(found, naming, EN)
    assert sum(floor.people for floor in everybody.floors) == len(totals)
    assert sum(floor.final for floor in everybody.floors) == len(finalists)
    said = headline(everybody)
    near = [
        placed for placed in standing.others
        if (gap := standing.to_final(placed)) is not None and gap <= 2 and placed.total > 0
    ]  # fmt: skip
    if counted := re.match(r"(\d+) of (\d+) are in the final", said):
        assert (int(counted[1]), int(counted[2])) == (len(finalists), len(totals))
    if counted := re.search(r"(\d+) (?:more )?(?:is|are) (?:a step or two away|close to it)", said):
        assert found.phase is not Phase.OVER
        assert int(counted[1]) == len(near) == sum(floor.near for floor in everybody.floors)
    if "Nobody is in the final" in said:
        assert not finalists
