"""Transfers: what an agent handed on, where it went, and what became of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import charts
from bot.channels.files import render
from charts.forms.flows import Flows
from digests.catalogue import REPORTS
from digests.compose import make
from digests.engine import evaluate
from digests.export import report_object
from digests.model import choose
from digests.pictures.transfers import flows
from digests.workbook import report_workbook
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered, lost
from tests.operations.world import CENTRE, JUNE, at, described, report, row, session, world

TABLE = {
    # entered, received, flow_out, lost, answered, kept, transferred, share, arrived, answered there, lost there, ...
    "alpha": (13, 1, 0, 4, 9, 6, 3, 37.5, 3, 2, 1, 0, 0),
    "beta": (6, 2, 1, 2, 3, 2, 1, pytest.approx(100 / 3), 0, 0, 0, 1, 0),
    "gamma": (1, 1, 0, 0, 1, 0, 1, 100, 1, 1, 0, 0, 1),
}
TOTAL = [20, 4, 1, 6, 13, 8, 5, 40, 4, 3, 1, 1, 1]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return world(tmp_path_factory.mktemp("world"))


def test_every_number_of_the_worked_half_month(centre: House) -> None:
    found = described(centre, "transfers")

    figures = {f["key"]: (f["numerator"], f["denominator"]) for f in found["figures"]}
    assert figures == {"transfers": (4, 10), "per_answer": (5, 13), "lost": (1, 4), "returned": (1, 5)}
    lines = found["lines"]
    assert {each[0]: tuple(each[1:]) for each in lines["rows"]} == TABLE
    assert lines["totals"] == TOTAL
    # The share of clients is 4 of 10 and no sum of the lines' 3 of 8, 1 of 3 and 1 of 1.
    assert lines["total_cells"][7] == {"fact": 40, "numerator": 4, "denominator": 10}
    matrix = found["matrix"]
    assert matrix["header"] == ["line", "alpha", "beta", "gamma", None, "total"]
    assert matrix["rows"] == [["alpha", 0, 2, 1, 0, 3], ["beta", 0, 0, 0, 1, 1], ["gamma", 1, 0, 0, 0, 1]]
    assert row(found["destinations"], None)["outside"] == 1
    assert row(found["transfers.teach"], "contract") == {
        "topic": "contract",
        "transferred": 2,
        "share": 40,
        "to": "alpha",
        "to_share": 50,
    }


@pytest.mark.parametrize(
    ("third", "became"),
    [
        (lost("2026-06-01 10:03", line="beta", contact_id="x"), (1, 0, 1, 0, 0)),
        (answered("2026-06-01 10:03", line="gamma", contact_id="x"), (0, 0, 0, 1, 0)),
        # A minute later on the line that was named, but of somebody else: rows are matched by contacts alone.
        (answered("2026-06-01 10:03", line="beta", contact_id="z"), (0, 0, 0, 0, 1)),
    ],
)
def test_what_became_of_a_transfer_is_the_next_row_of_its_contact(
    tmp_path: Path, third: dict[str, object], became: tuple[int, ...]
) -> None:
    house = House(tmp_path, CENTRE)
    first = answered("2026-06-01 10:00", line="alpha", contact_id="x", transferred_to="beta")
    house.calls(first, third, complete_to="2026-06-30 00:00")
    keys = ("arrived", "answered", "dropped", "rerouted", "outside")
    names = [f"transfers_{key}" for key in keys if key != "rerouted"]
    found = [house.ask(name, JUNE).fact.value for name in names]

    arrived, _, dropped, rerouted, outside = became
    assert found == [arrived, became[1], dropped, outside]
    assert 1 - arrived - outside == rerouted


def test_what_was_passed_on_at_the_end_of_a_period_arrives_after_it(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE)
    house.calls(
        answered("2026-06-15 23:58", line="alpha", contact_id="x", transferred_to="beta"),
        answered("2026-06-16 00:01", line="beta", contact_id="x"),
        complete_to="2026-06-30 00:00",
    )
    assert [house.ask(f"transfers_{key}", JUNE).fact.value for key in ("arrived", "outside")] == [1, 0]


def test_a_transfer_of_a_lost_call_is_none_and_told(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE)
    house.calls(
        answered("2026-06-01 10:00", line="alpha"),
        lost("2026-06-01 10:00", line="alpha", transferred_to="beta"),
        complete_to="2026-06-30 00:00",
    )
    house.calls(answered("2026-06-02 10:00", line="alpha", transferred_to="beta"))
    fact = house.ask("transfers_per_answer", JUNE).fact
    assert (fact.numerator, fact.denominator) == (1, 2)
    assert [remark.params["n"] for remark in fact.remarks] == [1]


def test_rows_of_one_second_follow_each_other_by_their_ids(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE)
    of = {"contact_id": "x"}
    house.calls(
        answered("2026-06-01 10:00", line="alpha", call_id="1", transferred_to="beta", **of),
        answered("2026-06-01 10:00", line="beta", call_id="2", transferred_to="alpha", **of),
        answered("2026-06-01 10:00", line="alpha", call_id="3", **of),
        complete_to="2026-06-30 00:00",
    )
    assert house.ask("transfers_answered", JUNE).fact.value == 2
    assert house.ask("transfers_back", JUNE).fact.value == 1


def test_the_change_is_shared_out_exactly(tmp_path: Path) -> None:
    """May: alpha 1 of 4, beta 0 of 4. June: alpha 3 of 6, beta 0 of 2: 12.5 to 37.5 %, 25 points.

    Alpha's own rate gave (3/4 + 1/2)/2 of 25 points, and 0.25 more of the load went where more is passed on.
    """
    house = House(tmp_path, CENTRE, now="2026-06-16 12:00")

    def calls(month: str, line: str, n: int, of: int) -> list[dict[str, object]]:
        passed = [answered(f"2026-{month}-02 10:{k:02}", line=line, transferred_to="beta") for k in range(n)]
        return passed + [answered(f"2026-{month}-02 10:{k:02}", line=line) for k in range(n, of)]

    given = (("05", "alpha", 1, 4), ("05", "beta", 0, 4), ("06", "alpha", 3, 6), ("06", "beta", 0, 2))
    house.calls(*(row for each in given for row in calls(*each)), complete_to="2026-06-16 12:00")
    change = described(house, "transfers")["transfers.change"]

    assert change["change"] == 25
    alpha, beta = row(change, "alpha"), row(change, "beta")
    assert (alpha["rate"], alpha["load"]) == (pytest.approx(15.625), pytest.approx(0.25 * (37.5 - 25)))
    assert (beta["rate"], beta["load"]) == (0, pytest.approx(-0.25 * (0 - 25)))
    assert alpha["change"] + beta["change"] == pytest.approx(25)


def test_of_one_line_nothing_names_the_others(centre: House) -> None:
    of = session(centre.calculator())
    spec, june = REPORTS["transfers"].spec, parse(JUNE, MOSCOW)
    text = render.text(make(of, spec, june, line="alpha", pictures=True).document)
    result = evaluate(of, spec, june, line="alpha")
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result)))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}

    assert "37.5%" in text
    assert {name for name in ("beta", "gamma") if name in text} == set()
    assert {cell for cell in cells if cell in ("beta", "gamma", "k2", "k8", "p2")} == set()


def test_the_rows_behind_a_number_add_up_to_it(centre: House) -> None:
    of = session(centre.calculator())
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, report(centre, "transfers"))))
    lost = "Lost after a transfer: adds to the"
    sheets = [[[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in book]
    (head, *rows), *others = [sheet for sheet in sheets if f"{lost} numerator" in sheet[0]]
    assert not others
    numerator, denominator = head.index(f"{lost} numerator"), head.index(f"{lost} denominator")
    assert (sum(r[numerator] or 0 for r in rows), sum(r[denominator] or 0 for r in rows)) == (1, 4)
    assert {r[head.index("call_id")] for r in rows if r[denominator]} == {"k1", "k3", "k5", "k6"}


def test_the_picture_has_a_band_for_every_flow_as_wide_as_it_is(centre: House) -> None:
    result = report(centre, "transfers")
    made = flows(session(centre.calculator()), result)
    assert isinstance(made, Flows)
    assert [(node.name, node.amount.value, node.share) for node in made.sources] == [
        ("alpha", 3, "33.3%"),
        ("beta", 1, "33.3%"),
        ("gamma", 1, "100%"),
    ]
    assert [node.name for node in made.targets] == ["beta", "alpha", "gamma", "outside the lines"]
    assert sorted(flow.amount.value for flow in made.flows) == [1, 1, 1, 2]
    assert charts.draw(made)


def test_chats_apart_and_both_together(tmp_path: Path) -> None:
    """A chat of alpha is handed to beta and answered there; one of beta is handed to a call's line, and is lost."""
    house = world(tmp_path)
    handed = (
        ("h5", "y5", "alpha", "11 10:00", "11 10:01", "answered", "beta"),
        ("h6", "y5", "beta", "11 10:10", "11 10:12", "answered", None),
        ("h7", "y6", "beta", "12 10:00", "12 10:01", "answered", "gamma"),
    )
    names = ("chat_id", "contact_id", "line", "started_at", "accepted_at", "outcome", "transferred_to")
    chats = [dict(zip(names, row, strict=True)) for row in handed]
    for each in chats:
        each |= {"started_at": at(each["started_at"] or ""), "accepted_at": at(each["accepted_at"] or "")}
        each["ended_at"] = str(each["accepted_at"])[:-2] + "30"
    house.put("chats", chats)
    lost_there = ("k30", "y6", "in", "gamma", at("12 10:31"), at("12 10:33"), "abandoned", 120.0)
    columns = ("call_id", "contact_id", "direction", "line", "started_at", "ended_at", "outcome", "wait_s")
    house.put("calls", [dict(zip(columns, lost_there, strict=True))])

    def told(channel: str) -> dict[str, Any]:
        spec = choose(REPORTS["transfers"].spec, {"channel": channel})
        of = session(house.calculator())
        whole = report_object(of, evaluate(of, spec, parse(JUNE, MOSCOW)))
        return {each["key"]: each for part in ("figures", "tables", "analyses") for each in whole[part]}

    # 6 chats of 6 contacts were answered but for one lost and two of one contact; 2 were handed on.
    chat = told("chat")
    assert (chat["transfers"]["numerator"], chat["transfers"]["denominator"]) == (2, 5)
    assert (chat["per_answer"]["numerator"], chat["per_answer"]["denominator"]) == (2, 6)
    assert row(chat["lines"], "alpha") | {"share": None} == {
        "line": "alpha",
        "entered": 5,
        "received": 0,
        "flow_out": 0,
        "lost": 1,
        "answered": 4,
        "kept": 3,
        "transferred": 1,
        "share": None,
        "arrived": 1,
        "answered_there": 1,
        "lost_there": 0,
        "outside": 0,
        "returned": 0,
    }
    assert row(chat["lines"], "gamma")["received"] == 1
    both = told("all")
    assert (both["transfers"]["numerator"], both["transfers"]["denominator"]) == (4 + 2, 10 + 5)
    assert (both["per_answer"]["numerator"], both["per_answer"]["denominator"]) == (5 + 2, 13 + 6)
    assert (both["lost"]["numerator"], both["lost"]["denominator"]) == (1 + 1, 4 + 2)
    assert both["lines"]["totals"][:7] == [20 + 1 + 7, 4 + 2, 1, 6 + 1 + 1, 13 + 6, 8 + 4, 5 + 2]
    assert told("call")["lines"]["totals"][6] == 5
