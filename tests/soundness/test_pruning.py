"""Only the files that a question can need are opened, and the number is the one that all files give."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.facts import Query
from metrics.periods import parse, to_local
from metrics.relations import RELATIONS
from tests.kit import MOSCOW, House, answered, lost
from warehouse import records
from warehouse.manifest import Manifest
from warehouse.messages import UserError
from warehouse.records import LakeRecords

ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", MOSCOW)
"""14 hours ahead of UTC, 11 behind it, and one where most months begin in the evening of the UTC month before."""

PERIODS = ("2026-05-31", "2026-05-16..2026-06-01", "2026-06")


def test_a_loss_of_the_last_night_is_recovered_in_the_next_month(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        lost("2026-06-30 23:50", client_id="a"),
        answered("2026-07-01 09:00", client_id="a"),
        lost("2026-06-30 23:55", client_id="b"),
        complete_to="2026-07-20 00:00",
    )
    house.now = house.utc("2026-07-20 00:00")

    fact = house.ask("lcr_clients", "2026-06").fact

    assert (fact.numerator, fact.denominator) == (1, 2)


def test_the_first_morning_lies_in_the_utc_month_before(tmp_path: Path) -> None:
    # Half past midnight on 1 June at 14 hours ahead is 10:30 on 31 May in UTC.
    house = House(tmp_path, Centre(timezone="Pacific/Kiritimati"))
    house.calls(answered("2026-06-01 00:30"), answered("2026-06-20 12:00"), answered("2026-05-31 23:59"))

    assert house.ask("calls", "2026-06").fact.value == 2
    assert house.ask("calls", "2026-05").fact.value == 1


def test_a_status_of_the_month_before_lasts_into_this_one(tmp_path: Path) -> None:
    house = House(tmp_path)
    common = {"status": "ready", "category": "ready"}
    house.put(
        "activities",
        [
            {"agent_id": "forgotten", "started_at": "2026-03-10 09:00", **common},
            {"agent_id": "night", "started_at": "2026-05-31 22:00", "ended_at": "2026-06-01 06:00", **common},
            {"agent_id": "before", "started_at": "2026-05-10 09:00", "ended_at": "2026-05-10 18:00", **common},
            {"agent_id": "after", "started_at": "2026-06-05 09:00", "ended_at": "2026-06-05 10:00", **common},
        ],
    )

    assert house.ask("activity_hours", "2026-06-01").fact.value == 6


def test_a_reservation_of_april_is_cancelled_in_june(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.put(
        "reservations",
        [
            {"reservation_id": "r1", "reserved_at": "2026-04-10 12:00", "cancelled_at": "2026-06-30 23:59"},
            {"reservation_id": "r2", "reserved_at": "2026-06-10 12:00"},
        ],
        complete_to="2026-06-30 23:59",
    )

    assert house.ask("reserves_cancelled", "2026-06").fact.value == 1
    assert house.ask("reserves_cancelled", "2026-05").fact.value == 0


def test_a_contact_handed_over_before_midnight_is_answered_in_the_next_month(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.put(
        "bot_calls",
        [{"bot_call_id": "b", "contact_id": "k", "started_at": "2026-05-31 23:59", "outcome": "handed_over"}],
        complete_to="2026-06-10 00:00",
    )
    # In UTC still May; the second entry of the contact, on another line, is not.
    house.calls(
        answered("2026-06-01 00:01", contact_id="k", line="sales"),
        answered("2026-06-01 03:30", contact_id="k", line="service"),
        complete_to="2026-06-10 00:00",
    )

    fact = house.ask("bot_correct", "2026-05").fact

    assert (fact.numerator, fact.denominator) == (0, 1)


def test_a_row_loaded_again_in_another_month_counts_there_only(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-05-31 23:00", call_id="moved"), answered("2026-05-31 22:00", call_id="stays"))
    house.calls(answered("2026-06-01 09:00", call_id="moved"))

    assert house.ask("calls", "2026-05").fact.value == 1
    assert house.ask("calls", "2026-06").fact.value == 1
    assert house.ask("calls", "2026-05-31..2026-06-01").fact.value == 2


def test_a_month_that_is_not_asked_for_is_not_opened(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-04-10 12:00"), answered("2026-05-10 12:00"), answered("2026-06-10 12:00"))
    april = house.lake.manifest().table("calls").files[0]
    (tmp_path / april.path).unlink()

    assert house.ask("calls", "2026-06").fact.value == 1
    assert house.ask("calls", "2026-05").fact.value == 1
    with pytest.raises(UserError, match="2026-04"):
        house.ask("calls", "2026-04-10..2026-05-10")


@pytest.mark.parametrize("zone", ZONES)
def test_every_metric_is_the_same_from_all_files(zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = _house(tmp_path, zone)
    manifest = house.lake.manifest()
    pruned, opened = _everything(house, manifest)
    if zone == MOSCOW:
        assert _everything(house, without_extents(manifest))[0] == pruned
    monkeypatch.setattr(records, "may_matter", lambda *given: True)
    whole, opened_all = _everything(house, manifest)

    assert any(value for value in pruned if value)
    assert pruned == whole
    assert opened < 0.7 * opened_all


def without_extents(manifest: Manifest) -> Manifest:
    """As older programs wrote it: what is not known of a file rules nothing out."""
    older = manifest
    for name, state in manifest.tables.items():
        older = older.with_table(name, replace(state, files=tuple(replace(file, extents=()) for file in state.files)))
    return older


def _house(root: Path, zone: str) -> House:
    house = House(root, Centre(timezone=zone), now="2026-07-20 12:00")
    for table, rows in _events(zone).items():
        house.put(table, rows)
    return house


def _everything(house: House, manifest: Manifest) -> tuple[list[float | None], int]:
    """Every metric over every period, whole and where its rows depend on it by line, and how many files that took."""
    asked = LakeRecords(house.lake.root, manifest)
    calculator = Calculator(asked, house.centre, Catalogue(), house.now)
    queries = []
    for text in PERIODS:
        for metric in Catalogue():
            if metric.relation:
                queries.append(Query(metric, parse(text, house.centre.timezone)))
                if RELATIONS[metric.relation].inside:
                    queries.append(replace(queries[-1], by=("line",)))
    opened = list[int]()
    with pytest.MonkeyPatch.context() as patch:
        real = records.relation_over
        patch.setattr(
            records, "relation_over", lambda root, files, table: opened.append(len(files)) or real(root, files, table)
        )
        facts = calculator.compute(queries)
    found = [fact for each in facts for fact in each.parts.values()]
    # Sums of fractions are added in whatever order the threads come: the last digits are nobody's.
    values = [value and round(value, 6) for fact in found for value in (fact.value, fact.numerator, fact.denominator)]
    return values, sum(opened)


def _events(zone: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table, most of them within a day and a half of a month's end, there or in UTC."""
    chance = random.Random(zone)

    def moment() -> datetime:
        month = datetime(2026, chance.randint(4, 7), 1)
        if chance.random() < 0.2:
            return month + timedelta(minutes=chance.randint(0, 19 * 1440))
        near = month + timedelta(minutes=chance.choice((0, 0, chance.randint(-2160, 2160))))
        return near if chance.random() < 0.5 else to_local(near, zone)

    def later(at: datetime, *hours: float) -> datetime:
        return at + timedelta(hours=chance.choice(hours))

    def who() -> str | None:
        return chance.choice((None, "ann", "bob", "eve"))

    def line() -> str:
        return chance.choice(("sales", "service"))

    def rows(count: int, made: Any) -> list[dict[str, Any]]:
        return [{**made(n, at), "line": line()} for n in range(count) for at in [moment()]]

    def call(n: int, at: datetime) -> dict[str, Any]:
        ways = (("in", "answered"), ("in", "abandoned"), ("in", None), ("out", "answered"), ("out", "busy"))
        direction, outcome = chance.choice(ways)
        ended = later(at, 0, 0.1, 30, 60 * 24) if outcome else None
        known = {"client_id": who(), "agent_id": who(), "contact_id": f"k{n % 40}", "is_target": n % 2 == 0}
        times = {"started_at": at, "ended_at": ended, "wait_s": float(n % 90), "talk_s": 100.0, "wrap_s": 7200.0}
        return {"direction": direction, "outcome": outcome, **known, **times}

    def chat(n: int, at: datetime) -> dict[str, Any]:
        accepted = later(at, 0.01, 5, 48)
        return {
            "started_at": at,
            "accepted_at": accepted,
            "ended_at": later(accepted, 0.2, 40, 800),
            "outcome": "answered",
            "agent_id": who(),
            "client_id": who(),
            "wrap_s": 60.0,
            "is_target": n % 2 == 0,
        }

    def bot_call(n: int, at: datetime) -> dict[str, Any]:
        handed = {"outcome": chance.choice(("handed_over", "contained")), "handed_to": line()}
        return {"contact_id": f"k{n % 40}", "started_at": at, "wait_s": 1.0, "dialogue_s": 30.0, **handed}

    def status(n: int, at: datetime) -> dict[str, Any]:
        ended = chance.choice((None, *(later(at, 1, 20, 24 * 70) for _ in range(6))))
        category = chance.choice(("handling", "ready", "break", "off"))
        return {"agent_id": f"a{n}", "started_at": at, "ended_at": ended, "status": "s", "category": category}

    def reservation(n: int, at: datetime) -> dict[str, Any]:
        cancelled = chance.choice((None, later(at, 1, 24 * 40, 24 * 70)))
        return {"reservation_id": f"r{n}", "reserved_at": at, "cancelled_at": cancelled, "area_m2": 40.5}

    def ticket(n: int, at: datetime) -> dict[str, Any]:
        return {"event_id": f"e{n}", "ticket_id": f"t{n}", "at": at, "kind": chance.choice(("routed", "closed"))}

    return {
        "calls": rows(240, call),
        "chats": rows(80, chat),
        "leads": rows(40, lambda n, at: {"created_at": at, "is_target": True}),
        "bot_calls": rows(80, bot_call),
        "activities": rows(40, status),
        "reservations": rows(40, reservation),
        "ticket_events": rows(40, ticket),
    }


def test_many_threads_ask_one_state_of_the_records_at_once(tmp_path: Path) -> None:
    # Each statement has its own files under the same table's name: none may see another's.
    house = House(tmp_path)
    for month in range(1, 7):
        house.calls(*(answered(f"2026-0{month}-10 12:00") for _ in range(month)))
    calculator = house.calculator()
    (calls,) = (metric for metric in Catalogue() if metric.key == "calls")

    def asked(month: int) -> float | None:
        return calculator.compute([Query(calls, parse(f"2026-0{month}", house.centre.timezone))])[0].total.value

    months = [1 + n % 6 for n in range(48)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, months)) == months
