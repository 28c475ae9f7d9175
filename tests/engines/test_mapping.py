"""A stranger's layout, with local times across both changes of the clock, gives the numbers of the lake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.dimensions import TIME_PARTS
from metrics.facts import Query
from tests.engines.centre import BERLIN, CENTRE, small_centre
from tests.engines.questions import PERIODS, calculator_of, differences
from tests.engines.servers import Server, duckdb, sqlite
from tests.kit import House
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.engines.relations import offsets_of
from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.open import Warehouse
from warehouse.schema import CALLS

CATALOGUE = Catalogue()
TWICE = datetime(2026, 10, 25, 1), datetime(2026, 10, 25, 2)
"""The hour of UTC whose local times came a second time: a clock without a zone does not tell it from the one before."""
WORDS = {
    "answered": "ANSWERED",
    "abandoned": "CANCEL",
    "flow_out": "TIMEOUT",
    "no_answer": "NO ANSWER",
    "busy": "BUSY",
    "failed": "CONGESTION",
}
CDR = [
    sa.Column("uniqueid", sa.String(40), info={"kind": "text"}),
    sa.Column("calldate", sa.DateTime, info={"kind": "local"}),
    sa.Column("hangup", sa.DateTime, info={"kind": "local"}),
    sa.Column("disposition", sa.String(40), info={"kind": "text"}),
    sa.Column("way", sa.Integer, info={"kind": "integer"}),
    sa.Column("queue", sa.String(40), info={"kind": "text"}),
    sa.Column("wait_ms", sa.BigInteger, info={"kind": "integer"}),
    sa.Column("billsec", sa.Double, info={"kind": "seconds"}),
    sa.Column("src", sa.String(40), info={"kind": "text"}),
    sa.Column("agent", sa.String(40), info={"kind": "text"}),
    sa.Column("subject", sa.String(40), info={"kind": "text"}),
]


def local(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC).astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None)


def foreign(row: dict[str, Any]) -> dict[str, Any]:
    """A call as their exchange writes it down: nothing is an empty text, and a wait is in milliseconds."""
    return {
        "uniqueid": row["call_id"],
        "calldate": local(row["started_at"]),
        "hangup": local(row["ended_at"]),
        "disposition": WORDS.get(row["outcome"] or "", ""),
        "way": 1 if row["direction"] == "in" else 2,
        "queue": row["line"],
        "wait_ms": None if row["wait_s"] is None else round(row["wait_s"] * 1000),
        "billsec": row["talk_s"],
        "src": row["client_id"] or "",
        "agent": row["agent_id"] or "",
        "subject": row["topic"] or "",
    }


def mapping(source: str = "pbx_cdr", **changes: Any) -> TableMapping:
    columns = {
        "call_id": ColumnMapping("uniqueid"),
        "direction": ColumnMapping("way", (("1", "in"), ("2", "out"))),
        "line": ColumnMapping("queue"),
        "started_at": ColumnMapping("calldate"),
        "ended_at": ColumnMapping("hangup"),
        "outcome": ColumnMapping("disposition", tuple((theirs, ours) for ours, theirs in WORDS.items())),
        "wait_s": ColumnMapping("wait_ms / 1000.0"),
        "talk_s": ColumnMapping("billsec"),
        "client_id": ColumnMapping("src"),
        "agent_id": ColumnMapping("agent"),
        "topic": ColumnMapping("subject"),
    }
    given = {"where": "uniqueid <> 'test; really'", "timezone": BERLIN, "zone_given": True, "time": "calldate"}
    return TableMapping("calls", source, columns, **{**given, **changes})


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The calls of the small centre but for the hour that came twice, as their exchange knows them."""
    whole = small_centre(tmp_path_factory.mktemp("whole"), calls=150)
    ours = (CALLS.c[name] for name in mapping().columns)
    rows = [dict(row._mapping) for row in whole.lake.open().rows(sa.select(*ours))]

    def once(row: dict[str, Any]) -> bool:
        return not any(at and TWICE[0] <= at < TWICE[1] for at in (row["started_at"], row["ended_at"]))

    house = House(tmp_path_factory.mktemp("calls"), CENTRE, now="2026-10-29 12:00")
    house.put("calls", filter(once, rows))
    return house


@pytest.fixture
def theirs(calls: House, server: Server, tmp_path: Path) -> Iterator[Warehouse]:
    rows = [foreign(dict(row._mapping)) for row in calls.lake.open().rows(sa.select(CALLS))]
    rows.append({**rows[0], "uniqueid": "test; really"})
    if server.url.startswith("duckdb"):  # a file that is read already cannot be written to
        with duckdb(tmp_path) as own:
            server = own
    server.lay("pbx_cdr", CDR, rows)
    warehouse = Warehouse(
        Lake(tmp_path / "records"), WarehouseSettings(server.url, tables={"calls": mapping()}), server.password
    )
    yield warehouse
    warehouse.database.close()


def test_a_strangers_calls_give_the_numbers_of_the_lake(calls: House, theirs: Warehouse) -> None:
    metrics = ("calls", "calls_out", "sl", "lcr", "lcr_clients", "asa", "asa_p90", "talk", "reached", "flow_outs")
    queries = [
        Query(CATALOGUE.get(key), period, lines, by)
        for key in metrics
        if key in CATALOGUE.keys
        for period in PERIODS
        for lines, by in ((None, ()), (("sales", "akc"), ("day",)), (None, ("hour",)), (None, ("line",)))
        if set(by) <= {*TIME_PARTS, *CATALOGUE.dimensions(CATALOGUE.get(key))}
    ]
    assert len(queries) > 40
    assert differences(calculator_of(calls), theirs.open(), queries) == []


@pytest.mark.parametrize(
    ("shown", "instant"),
    [
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 03:00:00", "2026-03-29 01:00:00"),
        # Never shown: counted on by the clock before.
        ("2026-03-29 02:30:00", "2026-03-29 01:30:00"),
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        # Shown twice: the first.
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),
        ("2026-10-25 03:00:00", "2026-10-25 02:00:00"),
        ("1999-07-01 12:00:00", "1999-07-01 11:00:00"),
        ("2031-07-01 12:00:00", "2031-07-01 10:00:00"),
    ],
)
def test_what_a_clock_shows_is_an_instant(tmp_path: Path, shown: str, instant: str) -> None:
    with sqlite(tmp_path) as server:
        row = foreign({**dict.fromkeys(CALLS.columns.keys()), "call_id": "1", "direction": "in", "line": "sales"})
        server.lay("pbx_cdr", CDR, [{**row, "calldate": datetime.fromisoformat(shown)}])
        warehouse = Warehouse(Lake(tmp_path / "r"), WarehouseSettings(server.url, tables={"calls": mapping()}), None)
        assert warehouse.open().first_event("calls") == datetime.fromisoformat(instant)


def test_a_zone_is_the_same_as_pythons() -> None:
    for zone in ("Europe/Berlin", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"):
        first, changes = offsets_of(zone)
        at = datetime(2005, 1, 1)
        while at < datetime(2027, 1, 1):
            minutes = next((m for border, m in reversed(changes) if at >= border), first)
            expected = at.replace(tzinfo=ZoneInfo(zone)).utcoffset()
            assert expected is not None
            assert timedelta(minutes=minutes) == expected, (zone, at)
            at += timedelta(minutes=30 * 47)


def test_a_word_never_seen_is_counted_and_said(tmp_path: Path, calls: House) -> None:
    """Three calls are VOICEMAIL, which no mapping knows: as in an import they are rejected, and that is said."""
    rows = [foreign(dict(row._mapping)) for row in calls.lake.open().rows(sa.select(CALLS))]
    spring = [row for row in rows if row["way"] == 1 and row["calldate"].date().isoformat() == "2026-03-28"]
    for row in spring[:3]:
        row["disposition"] = "VOICEMAIL"
    with sqlite(tmp_path) as server:
        server.lay("pbx_cdr", CDR, rows)
        warehouse = Warehouse(Lake(tmp_path / "r"), WarehouseSettings(server.url, tables={"calls": mapping()}), None)
        calculator = Calculator(warehouse.open(), CENTRE, CATALOGUE, calls.now)
        queries = [Query(CATALOGUE.get("calls"), period) for period in PERIODS]
        march, october = (found.total for found in calculator.compute(queries))
    assert march.value is not None
    assert [str(each) for each in march.remarks] == [
        f"without 3 rejected rows of {len(rows)} in calls.outcome, which may differ from the rest"
    ]
    assert october.remarks == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"call_id": ColumnMapping("queue")}, r"keys of calls \(call_id\) stand in several rows"),
        ({"wait_s": ColumnMapping("disposition")}, r"calls\.wait_s is made of text, and seconds is wanted"),
        ({"wait_s": ColumnMapping("waited")}, r"calls\.wait_s cannot be read: there is no waited\."),
        ({"started_at": ColumnMapping("subject")}, r"have a started_at that is no time we can read"),
    ],
)
def test_a_mapping_that_cannot_be_right_is_refused(
    tmp_path: Path, calls: House, change: dict[str, ColumnMapping], said: str
) -> None:
    rows = [foreign(dict(row._mapping)) for row in calls.lake.open().rows(sa.select(CALLS))]
    given = mapping()
    with sqlite(tmp_path) as server:
        server.lay("pbx_cdr", CDR, rows)
        tables = {"calls": TableMapping("calls", "pbx_cdr", {**given.columns, **change}, timezone=BERLIN)}
        with pytest.raises(UserError, match=said):
            Warehouse(Lake(tmp_path / "r"), WarehouseSettings(server.url, tables=tables), None).open()
