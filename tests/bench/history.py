"""A centre's records of any length, month by month, so that memory does not grow with them.

Every row follows from its day and its number in it: a history of twenty years and one of ten weeks end with the same
days, and the same question about these days costs what it costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.config.template import template
from bot.demo import demo_lines
from digests.localizer import Localizer
from warehouse.demo.planning import plan_rows
from warehouse.lake import Lake
from warehouse.manifest import TableState
from warehouse.merge import connect, write_file
from warehouse.plans import save_plans
from warehouse.records import duckdb_type
from warehouse.schema import TABLES

TIMEZONE = "Europe/Moscow"
CLOCK = "2026-06-16T12:00"
PERIOD = "2026-06-01..2026-06-15"
LAST_DAY = date(2026, 6, 16)

CALLS_A_DAY = 13_699
"""10 million in two years."""

DAYS = {"1m": 73, "10m": 730, "100m": 7300}
"""How many days make so many calls."""


@dataclass(frozen=True)
class Made:
    """Rows of one table: how many a day, and what each is, from a day's `midnight` and a number `n` in it."""

    a_day: int
    columns: str


def _of(*choices: tuple[str, int], salt: str) -> str:
    """A word for the row, each as often in a hundred as it says; an empty one is null."""
    cases, below = [], 0
    for word, share in choices:
        below += share
        cases.append(f"WHEN {_upto(100, salt)} < {below} THEN {repr(word) if word else 'NULL'}")
    return f"CASE {' '.join(cases)} END"


def _upto(limit: int, salt: str) -> str:
    """A whole number below the limit, the same for the same row whenever it is made."""
    return f"CAST(hash(midnight, n, '{salt}') % {limit} AS INTEGER)"


_SECOND = f"midnight + to_seconds({_upto(86_400, 'second')})"
_CONTACT = "strftime(midnight, '%y%m%d-') || n"
_CLIENT = f"CASE WHEN {_upto(10, 'known')} > 0 THEN 'c' || {_upto(400_000, 'client')} END"
_AGENT = f"'a' || {_upto(300, 'agent')}"
_LINE = _of(("sales", 26), ("inhouse", 32), ("akc", 32), ("support", 10), salt="line")
_OUTCOME = f"""CASE WHEN {_upto(100, "out")} < 30
    THEN {_of(("answered", 45), ("no_answer", 40), ("busy", 10), ("failed", 5), salt="outcome")}
    ELSE {_of(("answered", 94), ("abandoned", 5), ("flow_out", 1), salt="outcome")} END"""

TABLES_MADE = {
    "calls": Made(
        CALLS_A_DAY,
        f"""{_CONTACT} AS call_id, 'k' || call_id AS contact_id,
        CASE WHEN {_upto(100, "out")} < 30 THEN 'out' ELSE 'in' END AS direction, {_LINE} AS line,
        {_SECOND} AS started_at, started_at + to_seconds({_upto(60, "wait")} + {_upto(500, "talk")}) AS ended_at,
        {_OUTCOME} AS outcome, CAST({_upto(60, "wait")} AS DOUBLE) AS wait_s,
        CASE WHEN outcome = 'answered' THEN CAST({_upto(500, "talk")} AS DOUBLE) END AS talk_s,
        CASE WHEN outcome = 'answered' THEN CAST({_upto(30, "hold")} AS DOUBLE) END AS hold_s,
        CASE WHEN outcome = 'answered' THEN CAST({_upto(60, "wrap")} AS DOUBLE) END AS wrap_s,
        {_CLIENT} AS client_id, CASE WHEN outcome = 'answered' OR direction = 'out' THEN {_AGENT} END AS agent_id,
        {_upto(3, "target")} = 0 AS is_target, 'topic ' || {_upto(40, "topic")} AS topic,
        {_of(("akc", 3), ("", 97), salt="transfer")} AS transferred_to""",
    ),
    "chats": Made(
        3000,
        f"""{_CONTACT} AS chat_id, 'k' || chat_id AS contact_id, {_LINE} AS line, {_SECOND} AS started_at,
        started_at + to_seconds({_upto(90, "wait")}) AS accepted_at,
        accepted_at + to_seconds({_upto(900, "talk")}) AS ended_at, 'answered' AS outcome,
        CAST({_upto(60, "wrap")} AS DOUBLE) AS wrap_s, {_CLIENT} AS client_id, {_AGENT} AS agent_id,
        {_upto(4, "target")} = 0 AS is_target, 'topic ' || {_upto(40, "topic")} AS topic""",
    ),
    "leads": Made(
        300,
        f"""{_CONTACT} AS lead_id, {_LINE} AS line, {_SECOND} AS created_at, {_CLIENT} AS client_id,
        'site' AS origin, {_upto(2, "target")} = 0 AS is_target""",
    ),
    "reservations": Made(
        60,
        f"""{_CONTACT} AS reservation_id, {_SECOND} AS reserved_at, {_AGENT} AS agent_id,
        30 + {_upto(9000, "area")} / 100 AS area_m2, {_upto(2, "in_call")} = 0 AS in_call, 'p1' AS project,
        CASE WHEN {_upto(9, "fate")} = 0 THEN reserved_at + to_days({_upto(60, "days")}) END AS cancelled_at""",
    ),
    "ticket_events": Made(
        600,
        f"""{_CONTACT} AS event_id, event_id AS ticket_id, {_SECOND} AS at, 'first' AS desk, {_AGENT} AS agent_id,
        {_of(("created", 30), ("routed", 30), ("closed", 30), ("task_done", 10), salt="kind")} AS kind""",
    ),
    "bot_calls": Made(
        3000,
        f"""{_CONTACT} AS bot_call_id, 'k' || bot_call_id AS contact_id,
        greatest(midnight, {_SECOND} - INTERVAL 60 SECOND) AS started_at, CAST({_upto(5, "wait")} AS DOUBLE) AS wait_s,
        CAST({_upto(60, "talk")} AS DOUBLE) AS dialogue_s,
        {_of(("handed_over", 85), ("contained", 10), ("hung_up", 5), salt="outcome")} AS outcome,
        CASE WHEN outcome = 'handed_over' THEN {_LINE} END AS handed_to""",
    ),
    "activities": Made(
        1500,
        f"""'a' || n AS agent_id, {_SECOND} AS started_at,
        started_at + to_seconds({_upto(7200, "talk")}) AS ended_at, 'status' AS status,
        {_of(("handling", 60), ("ready", 20), ("work", 10), ("break", 10), salt="category")} AS category""",
    ),
}


def lay(home: Path, days: int) -> int:
    """A project with so many days of records, and the demo's plans; returns its rows."""
    localizer = Localizer("en")
    home.mkdir(parents=True)
    (home / "svodka.toml").write_text(template(localizer, TIMEZONE, "RU", demo_lines(localizer), CLOCK), "utf-8")
    lake = Lake(home / "records")
    with lake.writing() as manifest, connect(str(home / "scratch")) as connection:
        for name, made in TABLES_MADE.items():
            files = []
            for month, first, last in _months(LAST_DAY - timedelta(days=days - 1)):
                file = write_file(lake, connection, TABLES[name], month, _rows(name, made, first, last))
                files += [file] if file else []
            manifest = manifest.with_table(name, TableState(tuple(files)))
        lake.commit(manifest)
    save_plans(lake, plan_rows(), author="bench", now=datetime.now(UTC).replace(tzinfo=None))
    return sum(state.rows for state in manifest.tables.values())


def _rows(name: str, made: Made, first: date, last: date) -> str:
    """The rows of some days, in UTC and in the table's own columns."""
    table = TABLES[name]
    unknown = [column for column in table.columns if f" AS {column.name}" not in made.columns]
    nulls = "".join(f", CAST(NULL AS {duckdb_type(column)}) AS {column.name}" for column in unknown)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    days = f"range(TIMESTAMP '{first}', TIMESTAMP '{last}' + INTERVAL 1 HOUR, INTERVAL 1 DAY)"
    return (
        f"SELECT {names} FROM (SELECT {made.columns}{nulls} FROM {days} days(midnight), range({made.a_day}) numbers(n))"
    )


def _months(first: date) -> Iterator[tuple[str, date, date]]:
    """The months from a day to the last one, each with the days of it that there are."""
    while first <= LAST_DAY:
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield first.strftime("%Y-%m"), first, min(following - timedelta(days=1), LAST_DAY)
        first = following
