"""Figures of the centre's own PostgreSQL and ClickHouse: ours, and SQL by hand on the same server, by turns."""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb
import psycopg
import sqlalchemy as sa
from rich.table import Table

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.facts import Query
from metrics.periods import Period, days, parse
from tests.bench.history import LAST_DAY, TIMEZONE
from tests.clickhouse import clickhouse
from tests.postgres import postgres
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse

_SECONDS = ("wait_s", "talk_s", "hold_s", "wrap_s")
COLUMNS = ("call_id", "direction", "line", "started_at", "ended_at", "outcome", "client_id", *_SECONDS)
METRICS = ("calls", "sl", "lcr", "aht")
ROUNDS = 7
_BY_HAND = """
SELECT {part} count(*), 100.0 * {answered_in_time} / nullif({base}, 0), 100.0 * {lost} / nullif({told}, 0),
    {handled} / nullif({talked}, 0)
FROM centre_calls WHERE direction = 'in' AND started_at >= '{start}' AND started_at < '{end}' {grouped}"""
_PARTS = {
    "answered_in_time": "outcome = 'answered' AND wait_s <= 30",
    "base": "outcome = 'answered' OR (outcome = 'abandoned' AND wait_s > 30)",
    "lost": "outcome = 'abandoned'",
    "told": "outcome IN ('answered', 'abandoned')",
    "talked": "outcome = 'answered' AND talk_s IS NOT NULL",
}
_HANDLED = "talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0)"


@dataclass(frozen=True)
class Server:
    """A server with the calls, as it is read by hand."""

    name: str
    url: str
    ask: Callable[[str], list[Sequence[Any]]]
    counted: str
    """How rows that meet a `{condition}` are counted by hand, and `{value}`s of them added up."""
    added: str
    month: str
    """The local month by hand."""

    def by_hand(self, period: Period, *, by_month: bool) -> list[Sequence[Any]]:
        counts = {name: self.counted.format(condition=each) for name, each in _PARTS.items()}
        handled = self.added.format(value=_HANDLED, condition="outcome = 'answered'")
        part, grouped = (f"{self.month} AS part,", "GROUP BY part ORDER BY part") if by_month else ("", "")
        return self.ask(
            _BY_HAND.format(part=part, grouped=grouped, handled=handled, start=period.start, end=period.end, **counts)
        )


def table(home: Path) -> Table:
    """A row for each question of each server; ratios are to SQL by hand."""
    shown = Table("calls in a warehouse", "ms", "by hand, ms", "of by hand", "the same numbers")
    for started in (_postgresql, _clickhouse):
        with tempfile.TemporaryDirectory() as directory, started(home, Path(directory)) as server:
            _compared(shown, server, Path(directory))
    return shown


def _compared(shown: Table, server: Server, directory: Path) -> None:
    columns = {name: ColumnMapping(name) for name in COLUMNS}
    calls = TableMapping("calls", "centre_calls", columns, timezone="UTC", zone_given=True, time="started_at")
    settings = WarehouseSettings(server.url, timeout_s=600, tables={"calls": calls})
    warehouse = Warehouse(Lake(directory / "records"), settings, None)
    records, catalogue = warehouse.open(), Catalogue()
    now = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time())
    half = days(LAST_DAY - timedelta(days=14), LAST_DAY, TIMEZONE)
    two_years = Period(half.end - timedelta(days=730), half.end, TIMEZONE)
    questions: dict[str, tuple[Period, tuple[str, ...], tuple[str, ...]]] = {
        "a half month": (half, METRICS, ()),
        "24 months, by month": (two_years, METRICS, ("month",)),
        "one day, as asked in a chat": (parse(str(LAST_DAY), TIMEZONE), METRICS, ()),
    }
    rows = server.ask("SELECT count(*) FROM centre_calls")[0][0]
    for title, (period, metrics, by) in questions.items():

        def ours(
            period: Period = period, metrics: tuple[str, ...] = metrics, by: tuple[str, ...] = by
        ) -> list[list[float | None]]:
            calculator = Calculator(records, Centre(timezone=TIMEZONE), catalogue, now)
            found = calculator.compute([Query(catalogue.get(key), period, None, by) for key in metrics])
            return [[fact.value for fact in each.parts.values()] for each in found]

        def by_hand(period: Period = period, by: tuple[str, ...] = by) -> list[list[float]]:
            columns = list(zip(*server.by_hand(period, by_month=bool(by)), strict=True))[1 if by else 0 :]
            return [[float(value) for value in column] for column in columns]

        equal = all(
            abs(float(a or 0) - b) < 1e-6
            for mine, hand in zip(ours(), by_hand(), strict=True)
            for a, b in zip([value for value in mine if value is not None][-len(hand) :], hand, strict=True)
        )
        mine, hand = _by_turns(ours, by_hand)
        told = f"{server.name}, {int(rows):,}: {title}"
        shown.add_row(told, f"{mine:.0f}", f"{hand:.0f}", f"{mine / hand:.2f}", "yes" if equal else "no")
    warehouse.close()


def _by_turns(*ways: Callable[[], object]) -> list[float]:
    """Return the median milliseconds of each, measured one after another so that they share what else goes on."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for each, way in zip(taken, ways, strict=True):
            begun = perf_counter()
            way()
            each.append(1000 * (perf_counter() - begun))
    return [median(each) for each in taken]


def _source(home: Path) -> str:
    """The history's calls, in the order of time as they would have come (DuckDB)."""
    files = sorted(str(path) for path in (home / "records" / "calls").glob("*.parquet"))
    return f"SELECT {', '.join(COLUMNS)} FROM read_parquet({files}, union_by_name = true) ORDER BY started_at"


@contextmanager
def _postgresql(home: Path, directory: Path) -> Iterator[Server]:
    types = {"started_at": "timestamp", "ended_at": "timestamp"} | dict.fromkeys(_SECONDS, "double precision")
    file, listed = directory / "calls.csv", ", ".join(COLUMNS)
    with duckdb.connect() as lake:
        lake.execute(f"COPY ({_source(home)}) TO '{file}' (HEADER false)")
    with postgres() as url:
        address = sa.make_url(url)
        place = {"host": address.host, "port": address.port, "user": address.username, "dbname": address.database}
        with psycopg.connect(**place, autocommit=True) as connection:
            typed = ", ".join(f"{name} {types.get(name, 'text')}" for name in COLUMNS)
            connection.execute(f"CREATE UNLOGGED TABLE centre_calls ({typed})")
            copy = f"COPY centre_calls ({listed}) FROM STDIN (FORMAT csv)"
            with file.open("rb") as lines, connection.cursor().copy(copy) as into:
                while portion := lines.read(1 << 20):
                    into.write(portion)
            file.unlink()
            connection.execute("CREATE INDEX ON centre_calls USING brin (started_at)")
            connection.execute("VACUUM ANALYZE centre_calls")
            yield Server(
                "PostgreSQL",
                url,
                lambda text: connection.execute(text).fetchall(),
                "count(*) FILTER (WHERE {condition})",
                "sum({value}) FILTER (WHERE {condition})",
                "date_trunc('month', started_at + interval '3 hours')",
            )


@contextmanager
def _clickhouse(home: Path, directory: Path) -> Iterator[Server]:
    instant = "DateTime64(6, 'UTC')"
    words = ("direction", "line", "outcome")
    types = {"started_at": instant, "ended_at": f"Nullable({instant})", "call_id": "String"}
    types |= dict.fromkeys(_SECONDS, "Nullable(Float64)") | dict.fromkeys(words, "LowCardinality(Nullable(String))")
    types |= dict.fromkeys(("direction", "line"), "LowCardinality(String)")
    file, listed = directory / "calls.parquet", ", ".join(COLUMNS)
    with duckdb.connect() as lake:
        lake.execute(f"COPY ({_source(home)}) TO '{file}'")
    with clickhouse() as url:
        address = sa.make_url(url)
        wire = http.client.HTTPConnection(str(address.host), address.port)

        def ask(text: str) -> list[Sequence[Any]]:
            wire.request("POST", "/?default_format=JSONCompactEachRow", text.encode())
            answer = wire.getresponse().read().decode()
            return [json.loads(line) for line in answer.splitlines()]

        typed = ", ".join(f"{name} {types.get(name, 'Nullable(String)')}" for name in COLUMNS)
        ask(f"CREATE TABLE centre_calls ({typed}) ENGINE = MergeTree ORDER BY started_at")
        ask(f"INSERT INTO centre_calls SELECT {listed} FROM file('{file}', Parquet)")
        file.unlink()
        yield Server(
            "ClickHouse",
            url,
            ask,
            "countIf({condition})",
            "sumIf({value}, {condition})",
            "toStartOfMonth(started_at + INTERVAL 3 HOUR)",
        )
        wire.close()
