"""A mapping is proposed for databases as centres have them, and says their calls right without a touch."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from bot.config.warehouse import WarehouseConfig
from tests.mariadb import mariadb
from tests.postgres import postgres
from tests.warehouse import foreign
from tests.warehouse.detail import FREEPBX, Asterisk
from warehouse.discovery.proposal import to_toml
from warehouse.discovery.propose import discover
from warehouse.discovery.queue_agents import intervals_query
from warehouse.discovery.zones import zone_of
from warehouse.engines.database import Database
from warehouse.engines.mapping import WarehouseSettings, bounded
from warehouse.engines.statements import raw_values
from warehouse.ingest.formats.queue_log.activities import ActivityInterval, intervals_of
from warehouse.ingest.formats.queue_log.events import Event
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.plan_rows import RowsRead, rows_read
from warehouse.schema import TABLES
from warehouse.sql import instant

COLUMNS = ("direction", "line", "started_at", "outcome", "wait_s", "talk_s", "client_id", "agent_id")


def proposed(engine: sa.Engine) -> str:
    """The sections that are proposed for a database."""
    with engine.connect() as connection:
        proposals, _ = discover(connection, foreign.NOW, "Europe/Moscow")
    return to_toml(proposals, str(engine.url), str)


def read(toml: str, root: Path, table: str, *names: str) -> list[tuple[Any, ...]]:
    """The rows of one of our tables as the sections say, in the order of their beginning."""
    settings = WarehouseConfig(**tomllib.loads(toml)["warehouse"]).settings("Europe/Moscow")
    assert settings is not None
    ours = TABLES[table]
    statement = sa.select(*(ours.c[name] for name in names)).order_by(ours.c[ours.info["time"] or names[0]])
    warehouse = Warehouse(Lake(root / "records"), settings, None)
    try:
        return [tuple(each) for each in warehouse.open().rows(statement)]
    finally:
        warehouse.database.close()


@pytest.fixture
def database(tmp_path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{tmp_path / 'theirs.db'}")


@pytest.fixture(scope="module")
def mysql() -> Iterator[str]:
    with mariadb() as url:
        yield url


def made(url: str, name: str) -> sa.Engine:
    """A new database of a MariaDB."""
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    return sa.create_engine(sa.make_url(url).set(database=name))


def truth(*without: str, inbound: bool = False) -> list[tuple[Any, ...]]:
    """The calls as they happened, without some columns."""
    kept = [number for number, name in enumerate(COLUMNS) if name not in without]
    return [
        tuple(call.row[number] for number in kept) for call in foreign.calls() if not inbound or call.direction == "in"
    ]


def found(toml: str, root: Path, *without: str) -> list[tuple[Any, ...]]:
    """The calls as the sections say; what was talked counts of answered calls."""
    names = [name for name in COLUMNS if name not in without]
    rows = read(toml, root, "calls", *names)
    talk, outcome = names.index("talk_s"), names.index("outcome")
    return [
        tuple(None if number == talk and each[outcome] != "answered" else value for number, value in enumerate(each))
        for each in rows
    ]


def test_a_stranger_s_table_of_facts(database: sa.Engine, tmp_path: Path) -> None:
    foreign.stranger(database)

    toml = proposed(database)

    assert found(toml, tmp_path) == truth()
    assert read(toml, tmp_path, "agents", "agent_id", "name", "team")[0] == ("a0", "Agent 0", "team 0")
    assert '# fresh = "loaded_at"' in toml
    assert "orders" not in toml


def test_the_same_in_a_schema_of_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE SCHEMA dwh"))
        foreign.stranger(engine, "dwh")

        toml = proposed(engine)

        assert 'from = "dwh.fact_calls"' in toml
        assert found(toml, tmp_path) == truth()
        engine.dispose()


def test_a_schema_of_duckdb_whose_times_have_zones(tmp_path: Path) -> None:
    """SQLAlchemy cannot look into it; a time that names its zone needs none."""
    path = tmp_path / "dwh.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE SCHEMA pbx; CREATE TABLE pbx.calls (id BIGINT, direction VARCHAR, queue VARCHAR, "
            "started TIMESTAMPTZ, status VARCHAR, wait_ms INTEGER, talk_ms INTEGER, phone VARCHAR, operator VARCHAR)"
        )
        rows = [
            (c.number, c.direction, c.line, f"{c.at}+03", c.outcome, c.wait * 1000, c.talk * 1000, c.client, c.agent)
            for c in foreign.calls()
        ]
        connection.executemany("INSERT INTO pbx.calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    settings = WarehouseSettings(f"duckdb:///{path}")
    database = Database(settings, None, tmp_path)
    with database.session("calls") as connection:
        proposals, _ = discover(connection, foreign.NOW, "Europe/Moscow")
    database.close()

    toml = to_toml(proposals, settings.url, str)

    assert "timezone" not in toml
    assert found(toml, tmp_path) == truth()


def test_a_table_in_russian_with_durations_as_a_clock_shows_them(database: sa.Engine, tmp_path: Path) -> None:
    foreign.russian(database)

    assert found(proposed(database), tmp_path) == truth()


def test_bitrix24(database: sa.Engine, tmp_path: Path) -> None:
    """It does not tell how long anybody waited: that is said, and a queue's time-out is a lost call like others."""
    foreign.bitrix(database)

    toml = proposed(database)

    assert '# wait_s = "..."' in toml
    expected = [tuple("abandoned" if value == "flow_out" else value for value in each) for each in truth("wait_s")]
    assert found(toml, tmp_path, "wait_s") == expected
    assert len(read(toml, tmp_path, "leads", "lead_id")) == 100


def test_amocrm(database: sa.Engine, tmp_path: Path) -> None:
    foreign.amocrm(database)

    rows = read(proposed(database), tmp_path, "leads", "lead_id", "line", "created_at", "origin")

    first = foreign.calls()[0]
    assert rows[0] == ("1", "77", first.at - foreign.MOSCOW, "site")
    assert len(rows) == 119


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("freeswitch_cdr", ("line", "agent_id")),
        ("fct_interactions", ()),
        ("A_Stat_Connections", ()),
        ("calls_log", ()),
    ],
)
def test_other_programs_tables(database: sa.Engine, tmp_path: Path, name: str, without: tuple[str, ...]) -> None:
    """None of these tells a caller who gave up from one whom the queue put out."""
    foreign.switchboard(database, name)

    expected = [
        tuple("abandoned" if value == "flow_out" else value for value in each)
        for call, each in zip(foreign.calls(), truth(*without), strict=True)
        if name != "fct_interactions" or call.number % 24
    ]
    assert found(proposed(database), tmp_path, *without) == expected


@pytest.mark.parametrize("name", ["sessions_2026", "tab17"])
def test_columns_whose_names_say_nothing_are_told_by_their_rows(database: sa.Engine, tmp_path: Path, name: str) -> None:
    """What comes first is the beginning, what only answered calls have is talk or an agent, what all have is a line."""
    foreign.switchboard(database, name)
    foreign.crews(database)

    toml = proposed(database)

    assert read(toml, tmp_path, "agents", "agent_id", "name", "team")[1] == ("a1", "Agent 1", "crew 1")
    expected = truth(inbound=name in foreign.ONLY_INBOUND)
    client = COLUMNS.index("client_id")
    assert found(toml, tmp_path) == [
        tuple(
            "abandoned" if value == "flow_out" else f"+{value}" if number == client and name != "tab17" else value
            for number, value in enumerate(each)
        )
        for each in expected
    ]
    assert ('supposed by whose rows have talk, look at them: "K1", "K7"' in toml) is (name != "tab17")


@pytest.mark.parametrize("fill", [foreign.queue_log, foreign.queuemetrics])
def test_the_log_of_asterisk_s_queues(database: sa.Engine, tmp_path: Path, fill: Callable[[sa.Engine], None]) -> None:
    fill(database)

    assert found(proposed(database), tmp_path) == truth(inbound=True)


@pytest.mark.parametrize("fill", [foreign.queue_log, foreign.queuemetrics])
def test_the_log_of_asterisk_s_queues_in_mariadb(mysql: str, tmp_path: Path, fill: Callable[[sa.Engine], None]) -> None:
    engine = made(mysql, fill.__name__)
    fill(engine)

    assert found(proposed(engine), tmp_path) == truth(inbound=True)


def test_a_call_that_enters_a_queue_twice_is_two(database: sa.Engine) -> None:
    """It waited 20 s, was answered, handed to the same queue 60 s later, waited 15 s there and was lost."""
    foreign.queue_log(database)
    with database.begin() as connection:
        connection.execute(sa.text("DELETE FROM queue_log"))
        for second, event, said in (
            (0, "ENTERQUEUE", ("", "79", "1")),
            (20, "CONNECT", ("20", "x", "1")),
            (80, "BLINDTRANSFER", ("600", "c", "20", "60")),
            (80, "ENTERQUEUE", ("", "79", "1")),
            (95, "ABANDON", ("1", "1", "15")),
        ):
            connection.execute(
                sa.text(
                    "INSERT INTO queue_log (time, callid, queuename, agent, event, data1, data2, data3, data4) "
                    "VALUES (:time, '1.1', 'sales', 'a1', :event, :p0, :p1, :p2, :p3)"
                ),
                {"time": f"2026-06-01 10:0{second // 60}:{second % 60:02}.000000", "event": event}
                | {f"p{n}": said[n] if n < len(said) else "" for n in range(4)},
            )

    rows = as_it_says(database, "outcome", "wait_s", "talk_s", "transferred_to")

    assert rows == [("answered", 20, 60, "600"), ("abandoned", 15, None, None)]


LOG_INS = (
    (0, "sales", "a1", "ADDMEMBER", ""),
    (10, "support", "a1", "ADDMEMBER", ""),
    (60, "sales", "a1", "PAUSE", "tea"),  # in one of two queues: still ready
    (90, "support", "a1", "PAUSE", "tea"),
    (300, "NONE", "a1", "UNPAUSEALL", ""),
    (400, "NONE", "a2", "PAUSEALL", "lunch"),
    (400, "sales", "a2", "PAUSE", "lunch"),  # the same pause, logged for each queue
    (900, "NONE", "NONE", "QUEUESTART", ""),  # a restart ends what is under way
    (960, "sales", "a1", "ADDMEMBER", ""),
)


def logged(engine: sa.Engine) -> None:
    """Log-ins and pauses from eight o'clock on, in place of the calls of a realtime log."""
    rows = [
        {
            "time": f"{foreign.FIRST + timedelta(seconds=at)}.000000",
            "queue": queue,
            "who": who,
            "event": event,
            "why": why,
        }
        for at, queue, who, event, why in LOG_INS
    ]
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO queue_log (time, callid, queuename, agent, event, data1) "
                "VALUES (:time, 'NONE', :queue, :who, :event, :why)"
            ),
            rows,
        )


@pytest.mark.parametrize("place", ["sqlite", "mariadb"])
def test_log_ins_and_pauses_of_a_log_of_queues(
    database: sa.Engine, request: pytest.FixtureRequest, tmp_path: Path, place: str
) -> None:
    """Eight o'clock in Moscow is five in UTC."""
    engine = database if place == "sqlite" else made(request.getfixturevalue("mysql"), "log_ins")
    foreign.queue_log(engine)
    logged(engine)

    toml = proposed(engine)

    began = foreign.FIRST - foreign.MOSCOW

    def after(seconds: int) -> Any:
        return began + timedelta(seconds=seconds)

    assert read(toml, tmp_path, "activities", "agent_id", "category", "started_at", "ended_at", "activity") == [
        ("a1", "ready", after(0), after(90), None),
        ("a1", "break", after(90), after(300), "tea"),
        ("a1", "ready", after(300), after(900), None),
        ("a2", "break", after(400), after(900), "lunch"),
        ("a1", "ready", after(960), None, None),
    ]
    assert found(toml, tmp_path) == truth(inbound=True)


@pytest.mark.parametrize("seed", range(30))
def test_log_ins_as_they_are_imported(seed: int) -> None:
    """A dozen events of two agents in two queues by chance. Only who is unpaused in one queue alone after a pause of
    all, and then leaves that queue, is taken for ready here, and for on a break there."""
    dice, at, rows = random.Random(seed), foreign.FIRST, list[tuple[Any, ...]]()
    names = ["ADDMEMBER", "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "PAUSEALL", "UNPAUSEALL", "AGENTLOGOFF", "QUEUESTART"]
    for number in range(12):
        at += timedelta(seconds=dice.choice((0, 10, 60)))
        event = dice.choice(names)
        queue = dice.choice(("q1", "q2")) if event in ("ADDMEMBER", "REMOVEMEMBER", "PAUSE") else "NONE"
        why = dice.choice(("", "lunch", "tea")) if "PAUSE" in event else ""
        rows.append(
            (number, str(at), "NONE", queue, "NONE" if event == "QUEUESTART" else dice.choice("ab"), event, why)
        )
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE queue_log (id, time, callid, queuename, agent, event, data1)")
        connection.exec_driver_sql("INSERT INTO queue_log VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        log = {name: name for name in ("time", "callid", "agent", "event")} | {"queue": "queuename"}
        query = intervals_query(log, "id", ["data1"], "queue_log")
        told = connection.exec_driver_sql(f"SELECT agent, at, until, state, reason FROM ({query})").all()

    events = [
        Event(
            datetime.fromisoformat(at),
            at,
            callid,
            *(said.replace("NONE", "") for said in (queue, agent)),
            event,
            (why,),
        )
        for _, at, callid, queue, agent, event, why in rows
    ]
    imported = [each for each in intervals_of(events) if isinstance(each, ActivityInterval)]
    assert sorted(map(str, told)) == sorted(
        str((i.agent_id, str(i.started_at), i.ended_at and str(i.ended_at), i.category, i.activity or ""))
        for i in imported
    )


def test_freepbx_is_read_as_its_records_are_imported(mysql: str, tmp_path: Path) -> None:
    engine = made(mysql, "asteriskcdrdb")
    foreign.freepbx(engine)
    desk = Asterisk(tmp_path)
    names = ("call_id", "direction", "line", "outcome", "wait_s", "talk_s", "client_id", "agent_id")

    imported = desk.read(desk.table(*foreign.records()), "cdr", *names)

    # Who rows are of is told by a time and by a row's place here, by the order of their ids there.
    assert [tuple(each) for each in read(proposed(engine), tmp_path, "calls", *names)] == [
        tuple("other" if name == "line" and value is None else value for name, value in zip(names, each, strict=True))
        for each in imported
    ]
    assert len(imported) == 15


def test_a_question_reads_no_more_of_freepbx_than_its_days(mysql: str, tmp_path: Path) -> None:
    """The same contacts on each of 400 days before: 28 rows a day, of which a question reads those of three days."""
    engine = made(mysql, "longpbx")
    foreign.freepbx(engine)
    with engine.begin() as connection:
        moved = {"calldate": "calldate - INTERVAL seq DAY"}
        moved |= {name: f"CONCAT({name}, '-', seq)" for name in ("uniqueid", "linkedid")}
        copied = ", ".join(moved.get(name, name) for name in FREEPBX.split(","))
        connection.exec_driver_sql(f"INSERT INTO cdr SELECT {copied} FROM cdr CROSS JOIN seq_1_to_400")
        connection.exec_driver_sql("ANALYZE TABLE cdr")

    def rows(toml: str) -> RowsRead:
        settings = WarehouseConfig(**tomllib.loads(toml)["warehouse"]).settings("Europe/Moscow")
        assert settings is not None
        warehouse = Warehouse(Lake(tmp_path / "records"), settings, None)
        warehouse.open()
        day = {"since": foreign.FIRST - foreign.MOSCOW, "until": foreign.FIRST + timedelta(hours=12)}
        c = TABLES["calls"].c
        statement = sa.select(sa.func.count(), sa.func.max(c.call_id)).where(
            c.started_at >= instant("since"), c.started_at < instant("until")
        )
        try:
            with warehouse.database.session("calls") as connection:
                told = rows_read(connection, statement, {**day, **raw_values(statement, warehouse.tables, day)})
                assert told is not None
                return told
        finally:
            warehouse.database.close()

    narrowed, whole = rows(proposed(engine)), rows(proposed(engine).replace("{bounds:calldate}", "1 = 1"))

    assert (narrowed.whole, whole.whole) == (False, True)
    assert (narrowed.rows or 0) < 300 < (whole.rows or 0)


def test_the_events_of_channels_tell_how_long_a_queue_kept_its_callers(mysql: str) -> None:
    """The first caller entered a queue after 4 s and met an agent after 30; the third one hung up after 90."""
    engine = made(mysql, "withcel")
    foreign.freepbx(engine)
    foreign.channel_events(engine)

    rows = as_it_says(engine, "call_id", "outcome", "wait_s", "talk_s")

    assert rows[0][1:] == ("answered", 26.0, 60.0)
    assert rows[2][1:] == ("abandoned", 86.0, None)


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        (range(9, 18), "Europe/Moscow"),
        (range(8, 22), "Europe/Moscow"),
        (range(6, 15), "UTC"),
        (range(5, 19), "UTC"),
        (range(24), "Europe/Moscow"),
    ],
)
def test_a_zone_is_told_by_when_it_is_quiet(hours: range, found: str) -> None:
    """Moscow is three hours ahead: 9 to 18 there is 6 to 15 in UTC. Where all hours are alike, they tell nothing."""
    times = [foreign.FIRST.replace(day=day, hour=hour) for day in range(1, 30) for hour in hours]

    zone = zone_of(times, foreign.NOW, "Europe/Moscow", foreign.MOSCOW)

    assert (zone.name, zone.certain) == (found, len(hours) < 24 and hours != range(9, 18))


def test_what_was_written_this_minute_tells_the_zone() -> None:
    zone = zone_of([foreign.NOW + foreign.MOSCOW], foreign.NOW, "Europe/Moscow", foreign.MOSCOW)

    assert (zone.name, str(zone.why)) == ("Europe/Moscow", "in UTC its latest row would lie in the future")


def test_what_is_not_understood_is_said(database: sa.Engine) -> None:
    """No column of a direction, a word that nobody knows, no queue, and numbers that may be anything."""
    with database.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE calls (id INTEGER PRIMARY KEY, start_time TEXT, status TEXT, wait INT)")
        )
        rows = [("2026-06-01 10:00:00", "ANSWERED", 1), ("2026-06-01 11:00:00", "B17", 2)]
        connection.execute(
            sa.text("INSERT INTO calls (start_time, status, wait) VALUES (:at, :status, :wait)"),
            [dict(zip(("at", "status", "wait"), each, strict=True)) for each in rows],
        )

    lines = {line.split(" = ")[0]: line for line in proposed(database).splitlines()}

    assert 'not understood, add what they are: "B17"' in lines["outcome"]
    assert "every row is taken for a call that came in" in lines["direction"]
    assert "supposed to be seconds" in lines["wait_s"]
    assert "every call would be of the line other" in lines["# line"]
    assert "compare one with your clock" in lines["timezone"]


def test_nothing_is_made_of_tables_of_something_else(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE orders (id INTEGER PRIMARY KEY, created_at TEXT, total REAL, status TEXT)")
        )
        connection.execute(sa.text("CREATE TABLE call_tariffs (id INTEGER PRIMARY KEY, name TEXT, price REAL)"))
        connection.execute(
            sa.text("CREATE TABLE bills (no TEXT, made TEXT, settled TEXT, shut TEXT, sum INT, mode TEXT, shop TEXT)")
        )
        # Half of them are settled after minutes, and none of it was talked about.
        connection.execute(
            sa.text("INSERT INTO bills VALUES (:no, :made, :settled, :shut, :sum, :mode, :shop)"),
            [
                {
                    "no": f"b{n}",
                    "made": f"2026-06-0{1 + n // 60} 10:{n % 60:02}:00",
                    "settled": f"2026-06-0{1 + n // 60} 10:{n % 60:02}:30" if n % 2 else None,
                    "shut": f"2026-06-0{1 + n // 60} 11:{n % 60:02}:00",
                    "sum": n * 37 % 101,
                    "mode": ("card", "cash")[n % 3 % 2],
                    "shop": f"s{n % 4}",
                }
                for n in range(180)
            ],
        )

    with database.connect() as connection:
        assert discover(connection, foreign.NOW, "Europe/Moscow") == ([], 3)


def as_it_says(engine: sa.Engine, *names: str) -> list[tuple[Any, ...]]:
    """Columns of calls by the expressions that are proposed for them, in the order of their keys."""
    with engine.connect() as connection:
        ((proposal,), _) = discover(connection, foreign.NOW, "Europe/Moscow")
        mapping = proposal.mapping
        keyed = "call_id" if mapping.columns["call_id"].of == "contact" else "started_at"
        listed = ", ".join(f"{mapping.columns[name].of} AS {name}" for name in names)
        query = f"SELECT {listed} FROM ({bounded(mapping.source)}) AS theirs WHERE {mapping.where or '1 = 1'} "
        found = connection.exec_driver_sql(f"{query} ORDER BY {mapping.columns[keyed].of}".replace("%", "%%"))
        return [tuple(float(each) if isinstance(each, Decimal) else each for each in row) for row in found]
