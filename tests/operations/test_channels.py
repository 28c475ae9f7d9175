"""What it costs to serve, channel by channel, and why one number for all of them hides which is in trouble."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from digests.catalogue.channels import below_the_others
from digests.export import report_object
from digests.workbook import report_workbook
from metrics.centre import ServiceLevel
from metrics.model import Unit
from tests.kit import House, answered
from tests.operations.service import service_world
from tests.operations.world import CENTRE, JUNE, NOW, described, report, row, session


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return service_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "value"),
    [
        ("contacts_handled", 14, None, 14),
        ("service_cost", 15_000 + 3_000 + 1_500, None, 19_500),
        ("cost_to_serve", 19_500, 14, 1_392.86),
        ("compensations", 2_000, None, 2_000),
        ("chat_sl", 2, 4, 50),
    ],
)
def test_every_number_of_the_worked_half_month(
    centre: House, metric: str, numerator: float, denominator: float | None, value: float
) -> None:
    fact = centre.ask(metric, JUNE).fact
    assert (fact.numerator, fact.denominator) == (pytest.approx(numerator), denominator)
    assert fact.value == pytest.approx(value, abs=0.005)


def test_what_names_no_channel_is_shared_by_the_time_of_work(centre: House) -> None:
    """Calls 2,820 s, chats 1,410 s engaged (1,700 s of sessions): of 15,000 calls get 10,000 and chats 5,000."""
    points = {point.segment: point.fact for point in centre.ask("cost_to_serve", JUNE, by="channel").points}
    assert {channel: (round(fact.numerator or 0, 6), fact.denominator) for channel, fact in points.items()} == {
        "call": (13_000, 11),
        "chat": (6_500, 3),
    }
    paid = {point.segment: point.fact.value for point in centre.ask("compensations", JUNE, by="channel").points}
    assert paid == {"call": 2_000, "chat": 0}


def _house(root: Path, *costs: dict[str, Any], now: str = NOW) -> House:
    house = House(root, CENTRE, now=now)
    house.put("costs", [{"cost_id": f"g{n}", "kind": "staff", **cost} for n, cost in enumerate(costs)])
    return house


def test_a_day_that_is_not_over_has_neither_costs_nor_contacts(tmp_path: Path) -> None:
    """On the 3rd at noon: two days of thirty, and the contact of the 1st alone."""
    cost = {"starts_on": "2026-06-01 00:00", "ends_on": "2026-06-30 00:00", "amount": 3000.0}
    house = _house(tmp_path, cost, now="2026-06-03 12:00")
    house.calls(answered("2026-06-01 10:00"), answered("2026-06-03 10:00"), complete_to="2026-06-03 12:00")
    house.put("chats", [{"started_at": "2026-05-01 10:00"}], complete_to="2026-06-03 12:00")
    fact = house.ask("cost_to_serve", JUNE).fact
    assert (fact.numerator, fact.denominator) == (200, 1)


def test_marketing_is_no_cost_of_service(tmp_path: Path) -> None:
    day = {"starts_on": "2026-06-01 00:00", "amount": 100.0}
    house = _house(
        tmp_path,
        day,
        {**day, "kind": "media"},
        {**day, "campaign": "spring"},
        {**day, "origin": "search", "kind": "telephony"},
        {**day, "amount": -30.0},  # a refund
    )
    house.calls(answered("2026-06-01 10:00"), complete_to=NOW)
    house.put("chats", [{"started_at": "2026-05-01 10:00"}], complete_to=NOW)
    assert house.ask("service_cost", JUNE).fact.value == 70


def test_before_the_first_cost_a_contact_costs_an_unknown_amount_and_not_nothing(tmp_path: Path) -> None:
    """A contact of May, two of June, and 100 paid for the whole of June: 50 a contact, also of both months."""
    house = _house(
        tmp_path,
        {"starts_on": "2026-06-01 00:00", "ends_on": "2026-06-30 00:00", "amount": 100.0},
        now="2026-07-02 12:00",
    )
    days = ("2026-05-04 10:00", "2026-06-01 10:00", "2026-06-02 10:00")
    house.calls(*map(answered, days), complete_to="2026-07-01 00:00")

    may, both = (house.ask("cost_to_serve", period).fact for period in ("2026-05", "2026-05-01..2026-06-30"))
    assert (may.value, str(may.missing)) == (None, "no costs of service are written down for this time")
    assert house.ask("service_cost", "2026-05").fact.value is None
    assert (both.value, both.denominator) == (50, 2)
    points = house.ask("cost_to_serve", "2026-05-01..2026-06-30", by="month").points
    assert [point.fact.value for point in points] == [None, 50]


def test_a_cost_of_a_line_is_shared_by_the_work_of_the_line(tmp_path: Path) -> None:
    house = _house(tmp_path, {"starts_on": "2026-06-01 00:00", "amount": 100.0, "line": "alpha"})
    house.calls(
        answered("2026-06-01 10:00", talk=100, line="alpha", wrap_s=0.0),
        answered("2026-06-01 10:00", talk=900, line="beta"),
        complete_to=NOW,
    )
    chat = {"started_at": "2026-06-01 10:00", "accepted_at": "2026-06-01 10:00", "ended_at": "2026-06-01 10:05"}
    house.put("chats", [{**chat, "outcome": "answered", "line": "alpha", "agent_id": "p1"}], complete_to=NOW)
    points = {point.segment: point.fact.value for point in house.ask("service_cost", JUNE, by="channel").points}
    assert points == {"call": 25, "chat": 75}


def test_a_contact_of_three_rows_is_one_and_of_the_channel_it_began_in(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, now=NOW)
    house.calls(
        answered("2026-06-01 10:00", contact_id="x", line="alpha"),
        answered("2026-06-01 10:05", contact_id="x", line="beta"),
        complete_to=NOW,
    )
    chat = {"started_at": "2026-06-01 11:00", "accepted_at": "2026-06-01 11:01", "outcome": "answered"}
    house.put("chats", [{**chat, "contact_id": "x", "line": "gamma"}], complete_to=NOW)
    answer = house.ask("contacts_handled", JUNE, by="channel")
    assert (answer.fact.value, [point.segment for point in answer.points]) == (1, ["call"])


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("abandons_in_threshold_ignored", (1, 2)), ("answered_only", (1, 2)), ("abandons_as_met", (2, 3))],
)
def test_the_service_level_of_chats_is_by_the_centres_formula(
    tmp_path: Path, formula: str, expected: tuple[int, int]
) -> None:
    """Taken after 60 s and 61 s, lost after 20 s."""
    house = House(tmp_path, replace(CENTRE, service_level=ServiceLevel(formula)), now=NOW)
    chat = {"started_at": "2026-06-01 10:00", "outcome": "answered", "ended_at": "2026-06-01 10:10"}
    rows = [
        {**chat, "accepted_at": "2026-06-01 10:01:00"},
        {**chat, "accepted_at": "2026-06-01 10:01:01"},
        {**chat, "outcome": "abandoned", "ended_at": "2026-06-01 10:00:20"},
    ]
    house.put("chats", rows, complete_to=NOW)
    fact = house.ask("chat_sl", JUNE).fact
    assert (fact.numerator, fact.denominator) == expected


def test_a_lead_of_ten_minutes_ago_is_not_late_yet(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, now="2026-06-10 12:00")
    rows = [
        {"created_at": "2026-06-10 10:00", "first_contact_at": "2026-06-10 10:15"},
        {"created_at": "2026-06-10 10:00", "first_contact_at": "2026-06-10 10:16"},
        {"created_at": "2026-06-10 11:50"},
    ]
    house.put("leads", rows, complete_to="2026-06-10 12:00")
    fact = house.ask("lead_sl", JUNE).fact
    assert (fact.numerator, fact.denominator) == (1, 2)


@pytest.mark.parametrize(
    ("due", "then", "expected"),
    [
        (None, (("closed", "2026-06-05 10:00"),), (1, 1)),  # 48 hours after the creation, and not a second more
        (None, (("closed", "2026-06-05 10:00:01"),), (0, 1)),
        ("2026-06-04 10:00", (("closed", "2026-06-05 10:00"),), (0, 1)),
        # Closed in time, opened again, and closed too late: that was not for good.
        (None, (("closed", "2026-06-04"), ("reopened", "2026-06-05"), ("closed", "2026-06-06")), (0, 1)),
        ("2026-06-20", (("closed", "2026-06-04"),), (None, 0)),  # due in another half month
    ],
)
def test_a_ticket_is_in_time_that_is_closed_for_good_when_it_is_due(
    tmp_path: Path, due: str | None, then: tuple[tuple[str, str], ...], expected: tuple[int | None, int]
) -> None:
    house = House(tmp_path, CENTRE, now=NOW)
    events = (("created", "2026-06-03 10:00"), *then)
    rows = [
        {"event_id": f"e{n}", "ticket_id": "z", "kind": kind, "at": at, "due_at": due if kind == "created" else None}
        for n, (kind, at) in enumerate(events)
    ]
    house.put("ticket_events", rows, complete_to=NOW)
    fact = house.ask("ticket_sl", JUNE).fact
    assert (fact.numerator if fact.value is not None else None, fact.denominator) == expected


def test_one_number_by_answers_and_by_contacts(centre: House) -> None:
    """3 of 4 by answers; (11 x 50 + 3 x 100) / 14 by contacts: calls answer more readily than chats."""
    found = described(centre, "channels")
    hidden = found["channels.one_number"]
    assert (hidden["by_answers"], hidden["by_contacts"]) == (75, pytest.approx(60.71, abs=0.005))


def test_channels_stand_side_by_side(centre: House) -> None:
    """Each has what its own tables tell; together are sums and ratios of sums, where the definitions are one."""
    found = described(centre, "channels")["channels.side"]
    call, chat, together = (row(found, channel) for channel in ("call", "chat", "together"))
    assert (call["in"], call["handled"], call["out"]) == (20, 11, 2)
    assert (chat["in"], chat["handled"], chat["out"]) == (4, 3, None)
    assert (call["cost"], chat["cost"], together["cost"]) == (13_000, 6_500, 19_500)
    assert call["cost_to_serve"] == pytest.approx(1_181.82, abs=0.005)
    assert chat["cost_to_serve"] == pytest.approx(2_166.67, abs=0.005)
    assert together["cost_to_serve"] == pytest.approx(1_392.86, abs=0.005)
    assert (call["compensations"], together["compensations"]) == (2_000, 2_000)
    assert (chat["sla"], row(found, "ticket")["sla"], together["sla"]) == (50, 50, None)
    assert (call["csat"], call["csat_n"], chat["csat"], together["csat"]) == (50, 2, 100, 75)


def test_the_channel_that_is_worse_than_all_others_together() -> None:
    assert below_the_others({"call": (91, 100), "chat": (89, 100), "ticket": (61, 100)}) == "ticket"
    # Of 29 answers nothing is concluded, and 85 of 100 is within what chance does to 90.
    assert below_the_others({"call": (91, 100), "ticket": (10, 29)}) is None
    assert below_the_others({"call": (90, 100), "chat": (85, 100)}) is None


def test_who_sees_one_line_sees_no_money(centre: House) -> None:
    of = session(centre.calculator(), names=False)
    result = report(centre, "channels", line="alpha")
    text = json.dumps(report_object(of, result), default=str)
    assert "beta" not in text
    assert "13000" not in text
    assert not any(figure.answer.metric.unit is Unit.MONEY for figure in result.figures)
    side = next(each for each in result.analyses if each.spec.key == "channels.side")
    assert not any(row[5] for row in side.findings.rows)
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result, names=False)))
    cells = {str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells}
    assert not {"g1", "beta", "x4", "x15"} & cells
