"""Small records for stories: rows written the way one would say them, in the centre's local time."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa

from metrics.answers import Answer, Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.periods import parse, to_utc
from metrics.plans.plans import Plans, shares_of
from warehouse.lake import Lake
from warehouse.merge import connect, merge
from warehouse.plans import Plan, save_plans, save_weights
from warehouse.schema import TABLES, same_as

MOSCOW = "Europe/Moscow"
TYPES = {
    "text": pa.string(),
    "one_of": pa.string(),
    "time": pa.timestamp("us"),
    "seconds": pa.float64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "integer": pa.int32(),
}
KEYS = {"calls": "call_id", "chats": "chat_id", "leads": "lead_id", "bot_calls": "bot_call_id"}


@cache
def writer() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all houses of a process, with one thread: they are so small that a second one only costs."""
    connection = connect()
    connection.execute("SET threads = 1")
    return connection


@cache
def models() -> Path:
    """Where this process keeps copies of what its tests would make again and again."""
    directory = Path(tempfile.mkdtemp(prefix="svodka-lakes-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


class House:
    """A lake, a clock and conventions, to put rows into and ask."""

    def __init__(self, root: Path, centre: Centre | None = None, now: str = "2026-07-01 00:00") -> None:
        self.lake = Lake(root)
        self.centre = centre or Centre(timezone=MOSCOW)
        self.now = self.utc(now)
        self._numbers = iter(range(1, 10**9))
        self._written, self._stamp = "", self.lake.stamp()

    def utc(self, local: str) -> datetime:
        return to_utc(datetime.fromisoformat(local), self.centre.timezone)

    def put(self, table: str, rows: Iterable[dict[str, Any]], complete_to: str | None = None) -> None:
        """Merge rows; times are local ISO texts, a missing key is numbered."""
        columns = list(TABLES[table].columns)
        filled = [self._filled(table, row) for row in rows]
        known = self.utc(complete_to) if complete_to else None

        def write() -> None:
            arrays = [pa.array([row.get(c.name) for row in filled], TYPES[c.info["kind"]]) for c in columns]
            staged = pa.table(arrays, names=[c.name for c in columns])
            with writer().cursor() as connection, self.lake.writing() as manifest:
                connection.register("staged", staged)
                manifest, _ = merge(self.lake, manifest, connection, TABLES[table], "staged", complete_to=known)
                self.lake.commit(manifest)

        self._once(write, table, filled, known)

    def _filled(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        filled = dict(row)
        for column in TABLES[table].columns:
            if column.info["kind"] == "time" and isinstance(row.get(column.name), str):
                filled[column.name] = self.utc(row[column.name])
        if table in KEYS:
            filled.setdefault(KEYS[table], str(next(self._numbers)))
            filled.setdefault("line", "sales")
        for copy, originals in same_as(TABLES[table]).items():
            known = (filled[name] for name in originals if filled.get(name) is not None)
            filled.setdefault(copy, next(known, None))
        return filled

    def calls(self, *rows: dict[str, Any], complete_to: str | None = None) -> None:
        self.put("calls", rows, complete_to)

    def plan(self, metric: str, granularity: str, starts_on: str, value: float, line: str | None = None) -> None:
        row = Plan(metric, line, granularity, datetime.fromisoformat(starts_on).date(), value)
        self._once(lambda: save_plans(self.lake, [row], author="analyst", now=self.now), row, self.now)

    def _once(self, write: Callable[[], object], *what: object) -> None:
        """Write into the lake, or copy it from a house of this process that was built the same way up to here.

        Many tests begin alike. A lake that somebody else has written to since is written to indeed.
        """
        if self.lake.stamp() != self._stamp:
            self._written = uuid4().hex
        self._written = sha256(repr((self._written, what)).encode()).hexdigest()
        like = models() / self._written
        if like.exists():
            shutil.copytree(like, self.lake.root, dirs_exist_ok=True)
        else:
            write()
            shutil.copytree(self.lake.root, like)
        self._stamp = self.lake.stamp()

    def calculator(self) -> Calculator:
        return Calculator(self.lake.open(), self.centre, Catalogue(), self.now)

    def ask(self, metric: str, period: str, line: str | None = None, by: str | tuple[str, ...] = ()) -> Answer:
        """One answer, with the weights of its plan kept as the program keeps them."""
        calculator = self.calculator()
        plans = Plans(calculator)
        (answer,) = ask(
            calculator,
            plans,
            [Question(metric, parse(period, self.centre.timezone), line, (by,) if isinstance(by, str) else by)],
        )
        save_weights(self.lake, shares_of(plans.fresh))
        return answer


def answered(at: str, wait: float = 10, talk: float = 60, **more: Any) -> dict[str, Any]:
    """An inbound call that was answered and is over."""
    ended = datetime.fromisoformat(at) + timedelta(seconds=wait + talk)
    call = {"direction": "in", "outcome": "answered", "started_at": at, "ended_at": ended.isoformat()}
    return {**call, "wait_s": float(wait), "talk_s": float(talk), "hold_s": 0.0, "wrap_s": 0.0, **more}


def lost(at: str, wait: float = 60, **more: Any) -> dict[str, Any]:
    """An inbound call that was lost in the queue."""
    ended = datetime.fromisoformat(at) + timedelta(seconds=wait)
    call = {"direction": "in", "outcome": "abandoned", "started_at": at, "ended_at": ended.isoformat()}
    return {**call, "wait_s": float(wait), **more}


def attempt(at: str, outcome: str = "no_answer", **more: Any) -> dict[str, Any]:
    """An outbound attempt."""
    return {"direction": "out", "outcome": outcome, "started_at": at, "ended_at": at, **more}
