"""What clients answer: each scale as itself, who has not answered yet, and whose work it was about."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from digests.catalogue import REPORTS
from digests.catalogue.quadrant import SmileCell, differences
from digests.compose import make
from digests.document import Paragraph
from digests.engine import evaluate
from digests.export import report_object
from digests.model import choose
from digests.result import ReportResult
from digests.workbook import report_workbook
from metrics.centre import IndexScale, SmileRules, Surveys
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered
from tests.operations.service import service_world
from tests.operations.world import CENTRE, JUNE, NOW, described, report, row, session


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return service_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "value"),
    [
        ("csat", 3, 4, 75),
        ("csi", 1 + 0.25 + 0.75 + 7 / 9, 4, 69.44),
        ("nps", 2 - 1, 4, 25),
        ("smile", 1 - 1, 2, 0),
        ("response_rate", 10, 11, 90.91),  # v5 is younger than 72 hours, and on neither side
        ("surveys", 12, None, 12),
        ("survey_answers", 10, None, 10),
        ("surveys_waiting", 1, None, 1),
        ("qa", 0.9 + 1 + 0, 3, 63.33),
    ],
)
def test_every_number_of_the_worked_half_month(
    centre: House, metric: str, numerator: float, denominator: float | None, value: float
) -> None:
    fact = centre.ask(metric, JUNE).fact
    assert (fact.numerator, fact.denominator) == (pytest.approx(numerator), denominator)
    assert fact.value == pytest.approx(value, abs=0.005)


def test_of_csat_four_of_five_questions_are_settled_and_answered(centre: House) -> None:
    points = {point.segment: point.fact for point in centre.ask("response_rate", JUNE, by="survey").points}
    assert (points["csat"].numerator, points["csat"].denominator) == (4, 5)


def _asked(**row: Any) -> dict[str, Any]:
    usual = {"survey_id": "v", "question": "q", "kind": "csat", "scale_low": 1.0, "scale_high": 5.0}
    return {**usual, "sent_at": "2026-06-01 10:00", "answered_at": "2026-06-01 10:05", **row}


def _house(root: Path, *rows: dict[str, Any], **centre: Any) -> House:
    house = House(root, replace(CENTRE, **centre), now=NOW)
    house.put("surveys", [row | {"survey_id": f"v{n}"} for n, row in enumerate(rows)], complete_to=NOW)
    return house


def test_a_four_of_five_and_a_four_of_ten_are_not_the_same(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        _asked(score=4.0),
        _asked(score=4.0, scale_high=10.0),
        _asked(score=7.0, scale_low=0.0, scale_high=10.0),
        _asked(score=8.0, scale_low=0.0, scale_high=10.0),
    )
    fact = house.ask("csat", JUNE).fact
    assert (fact.numerator, fact.denominator) == (2, 4)


def test_the_other_reading_of_the_index_is_the_share_of_the_highest_score(tmp_path: Path) -> None:
    house = service_world(tmp_path)
    house.centre = replace(house.centre, surveys=Surveys("share_of_max"))
    fact = house.ask("csi", JUNE).fact
    assert (fact.value, fact.denominator) == (pytest.approx(75), 4)
    assert [str(remark) for remark in fact.remarks] == ["by 4 scores of CSAT: nobody is asked for CSI"]


def test_where_csi_is_asked_csat_is_no_part_of_it(tmp_path: Path) -> None:
    house = _house(tmp_path, _asked(score=5.0), _asked(kind="csi", score=3.0))
    fact = house.ask("csi", JUNE).fact
    assert (fact.numerator, fact.denominator, fact.remarks) == (0.5, 1, ())


def test_an_index_on_another_scale_is_never_guessed(tmp_path: Path) -> None:
    rows = (_asked(kind="nps", score=5.0), _asked(kind="nps", score=3.0))
    fact = _house(tmp_path / "a", *rows).ask("nps", JUNE).fact
    assert fact.value is None
    assert "[surveys.nps]" in str(fact.missing)

    declared = _house(tmp_path / "b", *rows, surveys=Surveys(nps=IndexScale(promoters=5, detractors=3)))
    assert declared.ask("nps", JUNE).fact.value == 0


def test_a_source_that_keeps_answers_only_has_no_response_rate(tmp_path: Path) -> None:
    house = _house(tmp_path, _asked(sent_at="2026-06-01 10:05", score=5.0))
    rate, score = house.ask("response_rate", JUNE).fact, house.ask("csat", JUNE).fact
    assert (rate.value, rate.denominator) == (None, 0)
    assert [remark.params["n"] for remark in rate.remarks] == [1]
    assert score.value == 100


def test_what_is_not_answered_yet_is_no_miss_for_three_days(tmp_path: Path) -> None:
    old, young = "2026-06-13 11:59", "2026-06-13 12:01"  # as of 16 June, noon
    house = _house(
        tmp_path,
        _asked(score=5.0),
        _asked(sent_at=old, answered_at=None),
        _asked(sent_at=young, answered_at=None),
        _asked(sent_at="2026-06-15 10:00", answered_at="2026-06-16 11:59", score=1.0),
    )
    fact = house.ask("response_rate", JUNE).fact
    assert (fact.numerator, fact.denominator) == (2, 3)


def test_an_answer_is_about_who_answered_last_and_what_was_said_last(tmp_path: Path) -> None:
    """The contact went from alpha to beta; a chat about it was lost afterwards and says nothing."""
    house = _house(tmp_path, _asked(score=5.0, contact_id="x", sent_at="2026-06-02 10:00"))
    house.calls(
        answered("2026-06-01 10:00", line="alpha", contact_id="x", agent_id="p1", topic="keys", client_id="c1"),
        answered("2026-06-01 10:05", line="beta", contact_id="x", agent_id="p2"),
    )
    chat = {"contact_id": "x", "line": "gamma", "started_at": "2026-06-01 11:00", "outcome": "abandoned"}
    house.put("chats", [{**chat, "ended_at": "2026-06-01 11:01", "topic": "repair"}])

    for by, value in (("line", "beta"), ("agent", "p2"), ("topic", "keys"), ("channel", "call")):
        assert [point.segment for point in house.ask("csat", JUNE, by=by).points] == [value]


def test_a_review_of_the_month_after_counts_for_its_contact(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, now="2026-07-10 12:00")
    review = {"review_id": "r", "contact_at": "2026-06-15 10:00", "reviewed_at": "2026-07-02 10:00", "score": 80.0}
    house.put("quality_reviews", [review])
    assert house.ask("qa", JUNE).fact.value == 80


def test_the_report_of_the_worked_half_month(centre: House) -> None:
    found = described(centre, "satisfaction")

    assert row(found["satisfaction.questions"], "csat") == {
        "survey": "csat",
        "asked": 6,
        "answered": 4,
        "response_rate": 80,
        "waiting": 1,
        "value": 75,
        "low": pytest.approx(30.06, abs=0.005),  # Wilson's interval of 3 of 4
        "high": pytest.approx(95.44, abs=0.005),
        "before": None,
    }
    assert row(found["channels"], "call")["csat"] == 50
    assert row(found["channels"], "chat")["csat"] == 100
    assert found["channels"]["totals"][:4] == [75, pytest.approx(69.44, abs=0.005), 25, 0]
    assert [each[:4] for each in found["satisfaction.scores"]["rows"][:2]] == [
        ["csat", "1–5", 2, 1],
        ["csat", "1–5", 4, 1],
    ]


def test_nothing_is_found_in_a_handful_of_answers(centre: House) -> None:
    calculator = centre.calculator()
    calculator.centre = replace(calculator.centre, min_cases=30)
    of = session(calculator)
    document = make(of, REPORTS["satisfaction"].spec, parse(JUNE, MOSCOW)).document
    said = [span.text for block in document.blocks if isinstance(block, Paragraph) for span in block.spans]
    assert not any("CSAT" in each for each in said)


def test_a_value_that_moved_beyond_chance_is_the_finding(tmp_path: Path) -> None:
    """Of 40 in May 20 were satisfied, of 40 in June 36: 90 % lies between 77 and 96."""
    scores = [("2026-05-02", 20, 5.0), ("2026-05-02", 20, 1.0), ("2026-06-02", 36, 5.0), ("2026-06-02", 4, 1.0)]
    asked = [
        _asked(sent_at=f"{day} 10:00", answered_at=f"{day} 10:05", score=score)
        for day, n, score in scores
        for _ in range(n)
    ]
    house = _house(tmp_path, *asked, min_cases=30)
    of = session(house.calculator())
    result = report(house, "satisfaction")
    first = next(iter(REPORTS["satisfaction"].summary(of, result)))
    assert of.localizer.say(first).replace("\N{NO-BREAK SPACE}", " ") == (
        "Satisfied clients (CSAT): 90% after 50% May 1–15, more than chance explains."
    )


def test_what_is_not_asked_is_missing_and_the_rest_stands(tmp_path: Path) -> None:
    found = described(_house(tmp_path, _asked(score=5.0, line="alpha")), "satisfaction")
    assert found["nps"]["missing"].startswith("cannot be computed: surveys never says kind = nps")
    assert row(found["lines"], "alpha") == {
        "line": "alpha",
        "csat": 100,
        "csi": 100,
        "nps": None,
        "smile": None,
        "survey_answers": 1,
    }


def test_of_one_line_nothing_of_the_others_is_in_any_part_sheet_or_record(centre: House) -> None:
    of = session(centre.calculator(), names=False)
    result = report(centre, "satisfaction", line="alpha")
    text = json.dumps(report_object(of, result), default=str)
    assert "beta" not in text
    assert not result.table("lines")
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result, names=False)))
    cells = [
        str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value is not None
    ]
    # x1 ended on beta, and x15 was there from the start.
    assert not {"beta", "gamma", "x1", "x15", "c1", "c4"} & set(cells)
    assert "y2" in cells


def test_votes_for_and_against_are_both_told_apart_by_topic(tmp_path: Path) -> None:
    """+1 and -1 of one topic, +1 of none: what is told of the topics is no nought."""
    house = House(tmp_path, CENTRE, NOW)
    rows = [
        {"survey_id": f"v{n}", "question": "q", "kind": "nps", "scale_low": 0.0, "scale_high": 10.0, "score": score}
        | {"sent_at": "2026-06-03 10:00", "answered_at": "2026-06-03 10:05", "topic": topic}
        for n, (score, topic) in enumerate(((9.0, "keys"), (6.0, "keys"), (10.0, None)))
    ]
    house.put("surveys", rows, complete_to=NOW)
    topics = described(house, "satisfaction")["topics"]
    assert topics["missing"] is None
    assert row(topics, "keys")["nps"] == 0


OWNERS = {"h1": (40, 16, 10.0), "h2": (60, 22, 10.0), "l1": (50, 15, 0.0), "l2": (50, 19, 0.0), "new": (3, 1, 10.0)}
"""By owner: meetings at a bad price, contracts, and how clients score them."""


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Deals of people that clients like (index +100) and do not (-100), 30 answers each, but 29 for who is new.

    At the bad price 110 were offered for 100 expected; at the good one h1 met 5 at just what they expected. One deal
    says no expected price.
    """
    house = House(tmp_path_factory.mktemp("department"), CENTRE, NOW)
    met = [(owner, 110.0, 100.0, n < won) for owner, (of, won, _) in OWNERS.items() for n in range(of)]
    met += [("h1", 100.0, 100.0, False)] * 5 + [("h2", 100.0, None, True)]
    deals, entered, visits = [], [], []
    for n, (owner, offer, expected, won) in enumerate(met):
        deal = {"deal_id": f"d{n}", "owner_id": owner, "pipeline": "office", "stage": "won" if won else "new"}
        deals.append({**deal, "created_at": "2026-06-01 10:00", "offer_price": offer, "reference_price": expected})
        if won:
            moved = {"change_id": f"m{n}", "deal_id": f"d{n}", "pipeline": "office", "stage": "won"}
            entered.append({**moved, "entered_at": "2026-06-10 10:00"})
        visit = {"visit_id": f"v{n}", "deal_id": f"d{n}", "kind": "consultation", "outcome": "came"}
        times = ("booked_at", "2026-06-02 10:00"), ("scheduled_at", "2026-06-03 10:00"), ("at", "2026-06-02 10:00")
        visits.append({**visit, **dict(times), "outcome_at": "2026-06-03 11:00"})
    house.put(
        "stages", [{"pipeline": "office", "stage": stage, "position": n, "kind": kind} for n, stage, kind in STEPS]
    )
    house.put("deals", deals, complete_to=NOW)
    house.put("deal_stages", entered, complete_to=NOW)
    house.put("visits", visits, complete_to=NOW)
    asked = [
        _asked(kind="mood", scale_low=0.0, scale_high=10.0, score=score, agent_id=owner)
        | {"survey_id": f"{owner}-{n}", "sent_at": "2026-05-20 10:00", "answered_at": "2026-05-20 10:05"}
        for owner, (_, _, score) in OWNERS.items()
        for n in range(29 if owner == "new" else 30)
    ]
    # What clients say of the very meetings is no part of the smile.
    asked.append(_asked(kind="mood", scale_low=0.0, scale_high=10.0, score=10.0, agent_id="new"))
    house.put("surveys", asked, complete_to=NOW)
    return house


STEPS = ((1.0, "new", "incoming"), (2.0, "won", "won"))


def _quadrant(house: House, **rules: Any) -> ReportResult:
    calculator = house.calculator()
    calculator.centre = replace(calculator.centre, smile=SmileRules(**rules))
    spec = choose(REPORTS["satisfaction"].spec, {"quadrant": "price"})
    return evaluate(session(calculator), spec, parse(JUNE, MOSCOW))


def _cells(result: ReportResult) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:2]: row[2:] for row in result.analyses[0].findings.rows}


def test_four_points_of_a_smile_on_two_hundred_meetings_are_no_discovery(department: House) -> None:
    """38 of 100 and 34 of 100: variances 0.2356 / 100 and 0.2244 / 100, the owners' own are smaller."""
    result = _quadrant(department)
    findings, cells = result.analyses[0].findings, _cells(result)
    assert cells["bad", "high"][:5] == (2, 100, pytest.approx(100 * 100 / 205), 38, pytest.approx(38))
    assert cells["bad", "low"][:5] == (2, 100, pytest.approx(100 * 100 / 205), 34, pytest.approx(34))
    assert cells["good", "high"] == (1, 5, pytest.approx(100 * 5 / 205), 0, None, None, None)
    assert cells["good", "low"][:2] == (0, 0)
    values = findings.values
    assert [values[f"bad_{key}"] for key in ("difference", "low", "high")] == pytest.approx(
        [4, -9.29, 17.29], abs=0.005
    )
    assert (values["bad_found"], values["bad_needed"]) == ("no", 2260)
    assert not {"good_difference", "both_difference"} & set(values)
    assert (values["limit"], values["without_price"], values["without_smile"]) == (0, 1, 3)

    of = session(department.calculator())
    said = [
        of.localizer.say(each).replace("\N{NO-BREAK SPACE}", " ")
        for each in REPORTS["satisfaction"].summary(of, result)
    ]
    assert said[:2] == [
        "At a bad price owners with a high smile sign 38% of meetings, the others 34%: +4 pp (−9.3…+17.3), "
        "which chance may explain.",
        "To tell it from chance takes about 2,260 meetings in each cell.",
    ]


def test_the_picture_of_a_smile_has_no_rate_of_few_meetings_and_a_dashed_arrow_within_chance(department: House) -> None:
    picture = REPORTS["satisfaction"].pictures["quadrant"](session(department.calculator()), _quadrant(department))
    bad, good = picture.columns
    assert (bad.upper.rate.text, bad.lower.rate.text, bad.upper.beside) == ("38%", "34%", ("100 meetings", "2 owners"))
    assert (bad.lift.proven, bad.lift.note) == (False, "within chance")
    assert (good.upper.cases, good.upper.rate, good.lift) == (5, None, None)
    assert "A bad price, smile ≥ 0: 38%, 100 meetings" in picture.titles.alt_text.replace("\N{NO-BREAK SPACE}", " ")
    assert not REPORTS["satisfaction"].pictures["quadrant"](
        session(department.calculator()), report(department, "satisfaction")
    )


def test_who_buys_calls_the_higher_price_good_and_a_limit_may_be_set(department: House) -> None:
    cells = _cells(_quadrant(department, price_good="high", price_cut=1.05, high=-100.0))
    assert {key: cell[:2] for key, cell in cells.items()} == {
        ("bad", "high"): (1, 5),
        ("bad", "low"): (0, 0),
        ("good", "high"): (4, 200),
        ("good", "low"): (0, 0),
    }


def test_a_smile_is_a_finding_among_ten_owners_whose_own_ways_are_reckoned_with() -> None:
    """Ten owners of 100 meetings a cell sign 40 and 30 each: variances 0.24 / 1000 and 0.21 / 1000.

    Where half of the owners sign all of theirs and half none, the meetings tell of the owners alone.
    """
    alike = {
        (price, smile): SmileCell({f"{smile}{n}": (100.0, signed) for n in range(10)})
        for price in ("bad", "good")
        for smile, signed in (("high", 40.0), ("low", 30.0))
    }
    found = differences(alike)
    assert (found["bad"].interval.value, found["bad"].interval.low) == pytest.approx((10, 10 - 195.9964 * 0.00045**0.5))
    assert found["bad"].is_found
    # Both prices weigh one half each: a quarter of either variance.
    assert found["both"].interval.low == pytest.approx(10 - 195.9964 * (0.00045 / 2) ** 0.5)

    nine = {key: SmileCell(dict(list(cell.owners.items())[:9])) for key, cell in alike.items()}
    assert not differences(nine)["bad"].is_found
    apart = {**alike, ("bad", "high"): SmileCell({f"{n}": (100.0, 80.0 * (n % 2)) for n in range(10)})}
    # 10 / 9 of the ten squares of 40 over 1000 squared.
    assert differences(apart)["bad"].interval.low == pytest.approx(10 - 195.9964 * (0.16 / 9 + 0.00021) ** 0.5)
    assert not differences(apart)["bad"].is_found


def test_behind_a_number_stand_its_rows(centre: House) -> None:
    of = session(centre.calculator())
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, report(centre, "satisfaction"), names=True)))
    sheet = next(each for each in book if "Satisfied" in each.title)
    head, *rows = [[cell.value for cell in each] for each in sheet.iter_rows()]
    adds = [head.index(f"Satisfied clients (CSAT): adds to the {side}") for side in ("numerator", "denominator")]
    assert [sum(row[place] or 0 for row in rows) for place in adds] == [3, 4]
