"""Staged rows with times that the clock showed twice: which of the two it was is settled among the rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warehouse.ingest.cast import EARLIEST, LATEST, ORDERS, ROW, identifier, literal
from warehouse.ingest.clock import AROUND, ClockChange, ShownTime, changes_between, resolve_times
from warehouse.ingest.plan import ImportPlan
from warehouse.ingest.staging import LEFT_OUT, REASON, one
from warehouse.schema import time_of

if TYPE_CHECKING:
    import duckdb


def touched(connection: duckdb.DuckDBPyConnection, plan: ImportPlan, staged: Path, zone: ZoneInfo) -> list[ClockChange]:
    """Return the changes of the clock at which any row has a time."""
    found: dict[datetime, ClockChange] = {}
    rows = f"read_parquet({literal(str(staged))})"
    times = [identifier(reading.name) for reading in plan.readings if reading.kind == "time"]
    known = (f"FILTER ({time} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}')" for time in times)
    ends = [f"min({time}) {these}, max({time}) {these}" for time, these in zip(times, known, strict=True)]
    moments = iter(one(connection, f"SELECT {', '.join(ends)} FROM {rows}") if ends else ())
    for time, first, last in zip(times, moments, moments, strict=True):
        for change in changes_between(zone, first, last) if first else ():
            since, until = change.instants
            near = f"{time} BETWEEN TIMESTAMP '{since}' AND TIMESTAMP '{until}'"
            if one(connection, f"SELECT count(*) FROM {rows} WHERE {near}")[0]:
                found[change.at] = change
    return list(found.values())


def resolved_rows(
    connection: duckdb.DuckDBPyConnection, plan: ImportPlan, changes: Sequence[ClockChange], rows: str, name: str
) -> tuple[str, int]:
    """Return the SQL of staged rows with times that came twice settled, and of how many rows nothing tells which.

    `rows` is the SQL of these rows as they were read; `name` is that of a table to be made.
    """
    times = [reading for reading in plan.readings if reading.kind == "time"]
    named = [reading.name for reading in times]
    place = {name: number for number, name in enumerate(named)}
    beginning = place.get(time_of(plan.table) or "", 0)
    provided = plan.provided
    lasts = "CAST(NULL AS DOUBLE)"
    if {"outcome", "wait_s", "talk_s"} <= provided:
        parts = [f"coalesce({name}, 0)" for name in ("wait_s", "talk_s", "hold_s") if name in provided]
        lasts = f"CASE WHEN talk_s IS NOT NULL OR (outcome <> 'answered' AND wait_s > 0) THEN {' + '.join(parts)} END"
    near = [
        f"{identifier(named[beginning])} BETWEEN TIMESTAMP '{each.at - AROUND}' AND TIMESTAMP '{each.at + AROUND}'"
        for each in changes
    ]
    near += [f"{reading.mine('again')} IS NOT NULL" for reading in times]
    columns = [identifier(name) for name in named] + [reading.mine("again") for reading in times]
    near_rows = connection.execute(
        f"SELECT {ROW}, {lasts}, {', '.join(columns)} FROM ({rows}) "
        f"WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND ({' OR '.join(near)}) ORDER BY {ROW}"
    ).fetchall()
    shown = [ShownTime(row, tuple(at[: len(times)]), tuple(at[len(times) :]), lasts) for row, lasts, *at in near_rows]
    orders = [(place[one], place[other]) for one, other, _ in ORDERS if one in place and other in place]
    settled = resolve_times(shown, orders, beginning, place.get("ended_at"))
    connection.execute(
        f"CREATE TABLE {name} (row_ BIGINT, {', '.join(f'{identifier(name)} TIMESTAMP' for name in named)})"
    )
    if settled.times:
        marks = ", ".join("?" * (len(named) + 1))
        connection.executemany(
            f"INSERT INTO {name} VALUES ({marks})", [[row, *at] for row, at in settled.times.items()]
        )
    replaced = ", ".join(
        f"CASE WHEN s.row_ IS NULL THEN r.{identifier(name)} ELSE s.{identifier(name)} END AS {identifier(name)}"
        for name in named
    )
    joined = f"SELECT r.* REPLACE ({replaced}) FROM ({rows}) r LEFT JOIN {name} s ON s.row_ = r.{ROW}"
    return joined, len(settled.doubtful)
