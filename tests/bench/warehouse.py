"""The figures of a half month in a PostgreSQL of the centre's own: ours, and SQL by hand on the same server."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import sqlalchemy as sa
from rich.table import Table

from metrics.calculator import Calculator, Query
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.periods import Period, days, parse
from tests.bench.history import LAST_DAY, TIMEZONE
from tests.bench.measure import median_ms
from tests.postgres import postgres
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse

_SECONDS = ("wait_s", "talk_s", "hold_s", "wrap_s")
COLUMNS = ("call_id", "direction", "line", "started_at", "ended_at", "outcome", "client_id", *_SECONDS)
_TYPES = {"started_at": "timestamp", "ended_at": "timestamp"} | dict.fromkeys(_SECONDS, "double precision")
METRICS = ("calls", "sl", "lcr", "aht")
_BY_HAND = """
SELECT count(*), 100.0 * count(*) FILTER (WHERE outcome = 'answered' AND wait_s <= 30)
        / nullif(count(*) FILTER (WHERE outcome = 'answered' OR (outcome = 'abandoned' AND wait_s > 30)), 0),
    100.0 * count(*) FILTER (WHERE outcome = 'abandoned')
        / nullif(count(*) FILTER (WHERE outcome IN ('answered', 'abandoned')), 0),
    sum(talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) FILTER (WHERE outcome = 'answered')
        / nullif(count(talk_s) FILTER (WHERE outcome = 'answered'), 0)
FROM centre_calls WHERE direction = 'in' AND started_at >= %s AND started_at < %s"""


def table(home: Path) -> Table:
    """A row for each question; ratios are to SQL by hand."""
    shown = Table("calls in PostgreSQL", "ms", "by hand, ms", "of by hand", "the same numbers")
    with postgres() as url, tempfile.TemporaryDirectory() as directory:
        rows = _copied(home, url, Path(directory))
        columns = {name: ColumnMapping(name) for name in COLUMNS}
        calls = TableMapping("calls", "centre_calls", columns, timezone="UTC", zone_given=True, time="started_at")
        warehouse = Warehouse(
            Lake(Path(directory) / "records"), WarehouseSettings(url, timeout_s=600, tables={"calls": calls}), None
        )
        records, catalogue = warehouse.open(), Catalogue()
        now = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time())
        half = days(LAST_DAY - timedelta(days=14), LAST_DAY, TIMEZONE)
        periods = {
            f"a half month of {rows:,}": half,
            "one day": parse(str(LAST_DAY), TIMEZONE),
            "two years": Period(half.end - timedelta(days=730), half.end, TIMEZONE),
        }
        address = sa.make_url(url)
        with psycopg.connect(
            host=address.host, port=address.port, user=address.username, dbname=address.database
        ) as connection:
            for title, period in periods.items():

                def ours(period: Period = period) -> list[float | None]:
                    calculator = Calculator(records, Centre(timezone=TIMEZONE), catalogue, now)
                    found = calculator.compute([Query(catalogue.get(key), period) for key in METRICS])
                    return [each.total.value for each in found]

                def by_hand(period: Period = period) -> Any:
                    return connection.execute(_BY_HAND, (period.start, period.end)).fetchone()

                mine, hand = median_ms(ours, 7), median_ms(by_hand, 7)
                equal = all(abs(float(a or 0) - float(b or 0)) < 1e-6 for a, b in zip(ours(), by_hand(), strict=True))
                shown.add_row(title, f"{mine:.0f}", f"{hand:.0f}", f"{mine / hand:.2f}", "yes" if equal else "no")
        warehouse.database.close()
    return shown


def _copied(home: Path, url: str, directory: Path) -> int:
    """Copy the history's calls, in the order of time as they would have come; return how many there are."""
    files = sorted(str(path) for path in (home / "records" / "calls").glob("*.parquet"))
    file = directory / "calls.csv"
    listed = ", ".join(COLUMNS)
    with duckdb.connect() as lake:
        source = f"SELECT {listed} FROM read_parquet({files}, union_by_name = true) ORDER BY started_at"
        lake.execute(f"COPY ({source}) TO '{file}' (HEADER false)")
    address = sa.make_url(url)
    with psycopg.connect(
        host=address.host, port=address.port, user=address.username, dbname=address.database, autocommit=True
    ) as connection:
        typed = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
        connection.execute(f"CREATE UNLOGGED TABLE centre_calls ({typed})")
        with (
            file.open("rb") as lines,
            connection.cursor().copy(f"COPY centre_calls ({listed}) FROM STDIN (FORMAT csv)") as into,
        ):
            while portion := lines.read(1 << 20):
                into.write(portion)
        connection.execute("CREATE INDEX ON centre_calls USING brin (started_at)")
        connection.execute("VACUUM ANALYZE centre_calls")
        found = connection.execute("SELECT count(*) FROM centre_calls").fetchone()
    file.unlink()
    return int(found[0]) if found else 0
