"""Deals and what belongs to them come in like all else; what contradicts itself stays out, with its reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.warehouse.importing import Desk
from warehouse.ingest.mapping import Mapping
from warehouse.messages import UserError
from warehouse.schema import CLIENT_ALIASES, DEALS, STAGES, TASKS, TOUCHES, VISITS


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def rejects(desk: Desk, path: Path, **options: object) -> str:
    """Import a file and return the reasons of what was rejected."""
    file = desk.take(path, **options).rejects_file
    return file.read_text("utf-8") if file else ""


def test_a_deal_in_another_currency_or_merged_into_itself_is_rejected(desk: Desk) -> None:
    path = desk.file(
        "deal_id,created_at,amount,currency,merged_into",
        "d1,2026-06-01,60000,,",
        "d2,2026-06-01,900,usd,",
        "d3,2026-06-01,,,d3",
    )
    reasons = rejects(desk, path, table=DEALS, currency="RUB")

    assert desk.kept("deal_id", table=DEALS) == [("d1",)]
    assert "convert it in the mapping" in reasons
    assert "merged into itself" in reasons


def test_stages_say_what_they_mean(desk: Desk) -> None:
    path = desk.file(
        "pipeline,stage,position,kind",
        "office,new,1,incoming",
        "office,lost,,lost",
        "office,half,1.5,work",
        "office,odd,2,sold",
    )
    reasons = rejects(desk, path, table=STAGES)

    assert desk.kept("stage", "position", table=STAGES) == [("lost", None), ("new", 1.0)]
    assert "the position is not a whole number" in reasons
    assert "is none of incoming, phone" in reasons


def test_a_visit_lies_in_the_month_of_the_first_that_is_known_of_it(desk: Desk) -> None:
    path = desk.file(
        "visit_id,booked_at,scheduled_at,outcome,outcome_at",
        "v1,2026-05-30 12:00,2026-06-03 12:00,came,2026-06-03 12:00",
        "v2,,,came,2026-06-05 14:00",
        "v3,2026-06-10 10:00,2026-08-17 12:00,,",
        "v4,,,,",
    )
    reasons = rejects(desk, path, table=VISITS)

    assert desk.kept("visit_id", "at", table=VISITS) == [
        ("v1", datetime(2026, 5, 30, 12)),
        ("v2", datetime(2026, 6, 5, 14)),
        ("v3", datetime(2026, 6, 10, 10)),
    ]
    assert "none of booked_at, scheduled_at and outcome_at is given" in reasons
    # An appointment in August does not tell what happened until then.
    assert desk.lake.open().complete_to("visits") == datetime(2026, 6, 10, 10)


def test_a_task_without_a_beginning_lies_where_it_is_due(desk: Desk) -> None:
    path = desk.file("task_id,created_at,due_at,completed_at", "k1,,2026-06-02 10:00,", "k2,2026-05-31,2026-06-02,")
    desk.take(path, TASKS)

    assert desk.kept("at", table=TASKS) == [(datetime(2026, 6, 2, 10),), (datetime(2026, 5, 31),)]


def test_numbers_of_clients_are_written_one_way(desk: Desk) -> None:
    numbers = {
        "8 (999) 123-45-67": "+79991234567",
        "79991234567": "+79991234567",
        "+7 999 123 45 67": "+79991234567",
        "9991234567": "+79991234567",
        "79991234567.0": "+79991234567",
        "+49 30 901820": "+4930901820",
        "+1": None,
        "89991234567 доб. 12": None,
        "4930901820123": None,
        "none": None,
    }
    lines = (f"t{n:02},2026-06-01,{number}" for n, number in enumerate(numbers))
    columns = {"client_id": "phone(number)", "channel": "'call'", "direction": "'in'"}
    desk.take(desk.file("touch_id,at,number", *lines), TOUCHES, mapping=Mapping("touches", columns=columns))

    assert [client for (client,) in desk.kept("client_id", table=TOUCHES)] == list(numbers.values())


def test_aliases_lead_to_the_client_at_their_end(desk: Desk) -> None:
    desk.take(desk.file("alias,client_id", "c1,c2", "c2,c3"), CLIENT_ALIASES)
    assert desk.kept("alias", "client_id", table=CLIENT_ALIASES) == [("c1", "c3"), ("c2", "c3")]

    # c3 turns out to be c4: whoever was c3 is c4 as well.
    desk.take(desk.file("alias,client_id", "c3,c4", "c9,c1"), CLIENT_ALIASES)
    clients = desk.kept("alias", "client_id", table=CLIENT_ALIASES)
    assert clients == [("c1", "c4"), ("c2", "c4"), ("c3", "c4"), ("c9", "c4")]


@pytest.mark.parametrize("rows", [("c4,c1",), ("c4,c5", "c5,c6", "c6,c1"), ("x,y", "y,x"), ("x,y", "y,z", "z,x")])
def test_aliases_that_go_round_are_refused(desk: Desk, rows: tuple[str, ...]) -> None:
    desk.take(desk.file("alias,client_id", "c1,c4"), CLIENT_ALIASES)
    with pytest.raises(UserError, match="round in a circle"):
        desk.take(desk.file("alias,client_id", *rows), CLIENT_ALIASES)
    assert desk.kept("alias", "client_id", table=CLIENT_ALIASES) == [("c1", "c4")]
