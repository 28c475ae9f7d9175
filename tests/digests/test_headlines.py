"""No headline claims what its own picture refutes: every claim is recomputed from the picture's finished values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from charts.answer_model import Ranking, Series
from charts.model import AnswerToday, Levels, Load, Point, Reservations, Scoreboard, TargetTraffic, Verdict
from digests.pictures import (
    aht,
    answer_today,
    calls_lcr,
    contributions,
    ranking,
    reservations,
    scoreboard,
    service_level,
    target_traffic,
)
from digests.pictures.contributions import ROWS, Contribution
from digests.wording import Words
from metrics.answers import Question, ask
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.planning import PlanBook
from tests.digests.shapes import shapes
from tests.digests.test_pictures import figure, headline, plain, reserved, seen, service, targets
from tests.digests.test_pictures_asked import seen as series_seen
from tests.kit import MOSCOW, House, answered, lost

LINES = {key: Line(key, title) for key, title in (("inhouse", "Inhouse"), ("akc", "AKC"), ("third", "Third"))}
EN = Words("en", MOSCOW)
SL = Catalogue().get("sl")


def house_of(root: Path, least: int = 1) -> House:
    return House(root, Centre(timezone=MOSCOW, lines=LINES, min_cases=least))


def over(points: Sequence[Point]) -> list[Point]:
    """The days that are over and have data."""
    return [point for point in points if point.fact and point.elapsed >= 1]


# --- who gave how much


def parts(*values: float) -> list[Contribution]:
    return [Contribution(f"p{n}", f"{value:+g}", value) for n, value in enumerate(values)]


@pytest.mark.parametrize("count", [1, 2, ROWS - 1, ROWS, ROWS + 1, ROWS + 2, 40])
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
        EN, SL, "SL", parts(*values), Contribution("All", f"{total:+g}", total), subtitle="", footnote=""
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


def test_the_scoreboard_of_a_running_period_names_the_largest_gap_first(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    # Until noon of 3 June: 16 of 20 + 5 target calls (−36 %), and calls of 102 s against 100 s (+2 %).
    targets(house, (8, 10), (8, 10), (0, 10), (0, 10))
    house.calls(answered("2026-06-01 13:00", talk=92, line="inhouse"))  # 10 s of waiting are not handling
    house.plan("aht", "half_month", "2026-06-01", 90, "inhouse")
    house.now = house.utc("2026-06-03 12:00")
    picture: Scoreboard = seen(
        house, scoreboard, figure("aht", "inhouse"), figure("target_in"), period="2026-06-01..2026-06-04", language="en"
    )

    assert headline(picture) == ("By 12:00 on June 3, 2 of 2 are worse than plan:\ninbound requests and AHT")
    assert [(span.text, span.verdict) for span in picture.titles.headline][1:] == [
        ("inbound requests", Verdict.BEHIND), (" and ", Verdict.NONE), ("AHT", Verdict.MISSED)
    ]  # fmt: skip


DAYS: dict[str, list[tuple[int, int | None]]] = {
    "on plan": [(10, 10)] * 4,
    "behind": [(10, 10), (5, 10), (5, 10), (5, 10)],
    "caught up": [(5, 10), (10, 10), (10, 10), (20, 10)],
    "zero": [(0, 10)] * 4,
    "nothing planned first": [(0, 0), (5, 10), (5, 10), (5, 10)],
    "a plan of nothing": [(5, 0)] * 4,
    "no plan": [(5, None)] * 4,
    "the same": [(7, 10)] * 4,
    "one": [(9, 10)],
}


@pytest.mark.parametrize("name", DAYS)
def test_target_traffic_claims_what_its_days_show(tmp_path: Path, name: str) -> None:
    house = house_of(tmp_path)
    targets(house, *DAYS[name])
    for now in ("2026-06-01 12:00", "2026-06-03 12:00", "2026-07-01 00:00"):
        house.now = house.utc(now)
        _check_target_traffic(house, name)


def _check_target_traffic(house: House, name: str) -> None:
    period = f"2026-06-01..2026-06-0{len(DAYS[name])}"
    _check_traffic(seen(house, target_traffic, figure("target_in"), period=period, language="en"))


def _check_traffic(picture: TargetTraffic) -> None:
    said = headline(picture)
    begun = [point for point in picture.points if point.fact is not None]
    facts = sum(point.fact.value for point in begun if point.fact)
    plans = [point.plan for point in begun]
    assert ("no plan" in said) == all(plan is None for plan in plans)
    due = sum(plan or 0.0 for plan in plans)
    if "the plan is met" in said or "plan to date is met" in said or "caught up" in said:
        assert facts >= due
    if "the plan is met" in said and any(point.elapsed < 1 for point in picture.points):
        assert facts >= sum(point.plan or 0.0 for point in picture.points)
    if "behind" in said or "short by" in said:
        assert facts < due
    if found := re.search(r"behind since (?:June )?(\d+)", said):
        since = [slot.label for slot in picture.days].index(str(int(found[1])))
        behind = [each is not None and each.value < 99.5 for each in picture.execution]
        assert all(behind[since : len(begun)])
        assert not any(behind[max(since - 1, 0) : since])


@pytest.mark.parametrize(
    "lines",
    [
        [[(9, 1), (9, 1), (9, 1)]],
        [[(9, 1), (0, 0), (7, 3)]],
        [[(1, 1), (5, 0), (0, 0)]],
        [[(9, 1)] * 3, [(5, 5)] * 3],
        [[(5, 5)] * 3, [(5, 5)] * 3],
        [[(9, 1)] * 3, [(5, 5)] * 3, [(2, 0), (0, 0), (0, 2)]],
    ],
)
def test_levels_claim_what_their_days_show(tmp_path: Path, lines: list[list[tuple[int, int]]]) -> None:
    house = house_of(tmp_path)
    keys = list(LINES)[: len(lines)]
    for key, days in zip(keys, lines, strict=True):
        service(house, key, *days)
    for planned in (None, *keys):  # without a plan, then with one more each time
        if planned:
            house.plan("sl", "half_month", "2026-06-01", 80, planned)
            house.plan("aht", "half_month", "2026-06-01", 50, planned)
        for least, now in product((1, 8), ("2026-06-02 15:00", "2026-06-06 00:00")):
            house.centre, house.now = replace(house.centre, min_cases=least), house.utc(now)
            _check_levels(house, keys)


def _check_levels(house: House, keys: list[str]) -> None:
    for module, metric in ((service_level, "sl"), (aht, "aht")):
        picture: Levels = seen(
            house, module, *(figure(metric, key) for key in keys), period="2026-06-01..2026-06-03", language="en"
        )
        _check_lines(picture, metric)


def _check_lines(picture: Levels, metric: str) -> None:
    said = headline(picture)
    verdicts = [line.verdict for line in picture.lines]
    parts_of = {line.name: over(line.points) for line in picture.lines}
    assert ("no plan" in said) == (not any(line.reference for line in picture.lines))
    if "every day" in said and "since" not in said:
        assert all(point.judged is Verdict.MET for found in parts_of.values() for point in found)
    if re.search(r"the (target|plan)( of \S+)? is met$", said):
        assert set(verdicts) == {Verdict.MET}
    if "both lines" in said or "all lines" in said:
        assert set(verdicts) == {Verdict.MISSED}
    if (found := re.search(r"met on (\d+) lines? of (\d+)", said)) and int(found[2]) == len(verdicts):
        assert int(found[1]) == verdicts.count(Verdict.MET)
        assert int(found[2]) == sum(verdict is not Verdict.NONE for verdict in verdicts)
    if found := re.search(r"(?:(.+) )?below target (?:on|for) (\d+) (?:hour|day|week)s? of (\d+)", said):
        (parts,) = [each for name, each in parts_of.items() if len(parts_of) == 1 or name == found[1]]
        assert sum(point.judged is Verdict.MISSED for point in parts) == int(found[2])
        assert sum(point.judged is not Verdict.NONE for point in parts) == int(found[3])
    if "over plan" in said and metric == "aht":
        missed = [point for found in parts_of.values() for point in found if point.judged is Verdict.MISSED]
        assert Verdict.MISSED in verdicts or missed


@pytest.mark.parametrize("name", ["target-traffic", "service-level", "aht"])
def test_headlines_over_hours_days_and_weeks_claim_what_these_show(name: str) -> None:
    for shape in shapes(name, "en"):
        match shape.picture:
            case TargetTraffic() as picture:
                _check_traffic(picture)
            case Levels() as picture:
                _check_lines(picture, "sl" if name == "service-level" else name)


@pytest.mark.parametrize(
    ("calls", "losses", "plan"),
    [(0, 3, 3.0), (3, 0, 3.0), (97, 3, 3.0), (96, 4, 3.0), (19, 1, 3.0), (19, 1, None), (3, 0, 0.0), (30, 1, 0.0)],
)
@pytest.mark.parametrize("least", [1, 30])
def test_lost_calls_claim_what_their_days_show(
    tmp_path: Path, calls: int, losses: int, plan: float | None, least: int
) -> None:
    house = house_of(tmp_path, least)
    house.calls(*(answered("2026-06-01 12:00", line="inhouse") for _ in range(calls)))
    house.calls(*(lost("2026-06-02 12:00", line="inhouse") for _ in range(losses)))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-06 00:00")
    house.plan("calls", "half_month", "2026-06-01", 5, "inhouse")
    if plan is not None:
        house.plan("lcr", "half_month", "2026-06-01", plan, "inhouse")
    picture: Load = seen(house, calls_lcr, figure("calls", "inhouse"), figure("lcr", "inhouse"), language="en")
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


@pytest.mark.parametrize("done", [[(1, 60.0)], [(1, 140.0), (15, 30.0)], [(3, 0.0)], [(1, 149.99)], [(1, 400.0)]])
@pytest.mark.parametrize("late", [False, True])
def test_reservations_never_say_over_and_short_of_one_plan(
    tmp_path: Path, done: list[tuple[int, float]], late: bool
) -> None:
    house = house_of(tmp_path)
    reserved(house, *done, complete_to="2026-07-01 00:00")
    house.plan("reserves_m2", "month", "2026-06-01", 300)
    if late:  # the days to come have more of the plan than those that are over
        house.plan("reserves_m2", "half_month", "2026-06-16", 200)
    for now in ("2026-06-02 00:00", "2026-06-16 00:00", "2026-07-01 00:00"):
        house.now = house.utc(now)
        _check_reservations(house, now)


def _check_reservations(house: House, to: str) -> None:
    last = min(int(to[8:10]) - 1, 15) if to.startswith("2026-06") else 30
    picture: Reservations | None = seen(
        house, reservations, figure("reserves_m2"), period=f"2026-06-01..2026-06-{last:02}", language="en"
    )
    if picture is None:  # nothing was reserved yet
        return
    end = picture.forecast[-1] if picture.forecast else picture.fact[-1]
    said = plain(picture.gap)
    if said:
        assert ("over plan" in said) == (end >= 300)
        assert not re.search(r"\b0 over|by 0$", said) or end == 300
    assert bool(picture.pace) == (bool(said) and end < 300 and len(picture.fact) < 30)
    if picture.pace:
        needed, coming = (float(re.findall(r"[\d.]+", text)[0]) for text in picture.pace)
        assert needed > coming
    assert (picture.verdict is Verdict.MET) == (bool(said) and end >= 300)


# --- rankings and series


@pytest.mark.parametrize("calls", [{"a": 5, "b": 5, "c": 1}, {"a": 5}, {"a": 3, "b": 3}, {"a": 1, "b": 9}])
@pytest.mark.parametrize("metric", ["calls", "aht", "sl"])
@pytest.mark.parametrize("least", [1, 4])
def test_a_ranking_names_whoever_is_first(tmp_path: Path, calls: dict[str, int], metric: str, least: int) -> None:
    house = house_of(tmp_path, least)
    for number, (agent, count) in enumerate(calls.items()):
        wait, talk = 5 + 40 * (number % 2), 60 + number
        rows = (answered("2026-06-01 12:00", wait, talk, line="inhouse", agent_id=agent) for _ in range(count))
        house.calls(*rows)
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-06 00:00")
    reckoner = house.reckoner()
    (answer,) = ask(reckoner, PlanBook(reckoner), [Question(metric, parse("2026-06-01", MOSCOW), "inhouse", "agent")])
    picture = ranking.plain(reckoner, answer, EN)
    if picture is None:  # bars of one length say nothing
        assert len({point.fact.value for point in answer.points}) == 1
        assert answer.plan is None
        return
    assert isinstance(picture, Ranking)
    said = plain(headline(picture)).partition("\n")[2]
    enough = {row.name: row.fact.value for row in picture.rows if row.fact and "case" not in row.note}
    if found := re.match(r"the most: (.*), ", said):
        top = max(enough.values())
        assert set(re.split(r", | and ", found[1])) == {name for name, value in enough.items() if value == top}
    else:
        assert len(set(enough.values())) < 2


@pytest.mark.parametrize("counts", [[1, 4, 4], [4, 4, 4], [0, 0, 0], [5], [9, 0, 1], [0, 3, 3, 3]])
def test_a_series_without_a_plan_names_all_its_highest_days(tmp_path: Path, counts: list[int]) -> None:
    house = house_of(tmp_path)
    for number, count in enumerate(counts, start=1):
        house.calls(*(answered(f"2026-06-0{number} 12:00", line="inhouse") for _ in range(count)))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-06 00:00")
    period = parse(f"2026-06-01..2026-06-0{len(counts)}", MOSCOW)
    picture = series_seen(house, Question("calls", period, "inhouse", "day"), words=EN)
    assert isinstance(picture, Series)
    assert [point.fact.value for point in picture.lines[0].points if point.fact] == counts
    said = plain(headline(picture)).partition("\n")[2]
    top = [number for number, count in enumerate(counts, start=1) if count == max(counts)]
    if len(set(counts)) < 2:
        assert said == ""
    elif len(top) <= 2:
        days = " and ".join(map(str, top))
        assert f"June {days}" in said
    else:
        assert f"on {len(top)} days of {len(counts)}" in said


# --- zeros and few cases


def test_hours_without_a_loss_are_zeros_of_the_picture(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    house.calls(*(answered(f"2026-06-02 {hour:02}:10", line="inhouse") for hour in (9, 10, 11, 12, 13)))
    house.calls(lost("2026-06-02 11:20", line="inhouse"), complete_to="2026-06-03 00:00")
    day = parse("2026-06-02", MOSCOW)
    for metric, facts in (("lcr", [0, 0, 50, 0, 0]), ("calls", [1, 1, 2, 1, 1])):
        picture = series_seen(house, Question(metric, day, "inhouse", "hour"), words=EN)
        assert picture is not None
        assert [slot.label for slot in picture.days] == ["9", "10", "11", "12", "13"]
        assert [point.fact.value for point in picture.lines[0].points if point.fact] == facts
    house.now = house.utc("2026-06-02 12:30")
    made: list[AnswerToday] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("charts.answer_today.draw", lambda picture: made.append(picture) or b"")
        reckoner = house.reckoner()
        answer_today(reckoner, PlanBook(reckoner), "lcr", "inhouse", EN)
    assert [slot.label for slot in made[0].hours] == ["9", "10", "11", "12"]
    assert [point.fact.value for point in made[0].points if point.fact] == [0, 0, 50, 0]


def test_a_share_of_few_cases_has_their_number_and_no_verdict(tmp_path: Path) -> None:
    house = house_of(tmp_path, least=30)
    service(house, "inhouse", (20, 9))
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    period = "2026-06-01..2026-06-01"
    answer = house.ask("sl", period, "inhouse", "day")
    assert answer.verdict.value == "none"
    assert [EN.say(remark) for remark in answer.fact.remarks] == ["not judged: 29 cases, 30 are needed"]
    picture: Levels = seen(house, service_level, figure("sl", "inhouse"), period=period, language="en")
    assert headline(picture) == "SL: 69%,\ntoo few cases to judge"
    (line,) = picture.lines
    assert (line.verdict, plain(line.deviation), line.points[0].judged) == (Verdict.NONE, "29 cases", Verdict.NONE)

    house.calls(answered("2026-06-01 12:00", 90, line="inhouse"))
    picture = seen(house, service_level, figure("sl", "inhouse"), period=period, language="en")
    assert headline(picture) == "SL: 67% with a target of 80%,\nbelow target from 12 to 13"
