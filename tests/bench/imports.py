"""A CSV file of calls into an empty lake, and once more into the lake that has them."""

from __future__ import annotations

import shutil
from pathlib import Path

from rich.table import Table

from tests.bench.measure import run_command
from warehouse.lake import Lake
from warehouse.merge import connect


def table(history: Path, scratch: Path) -> Table:
    """Of all calls of a history."""
    home = scratch / "imported"
    home.mkdir()
    shutil.copy(history / "svodka.toml", home)
    state = Lake(history / "records").manifest().table("calls")
    files = [str(history / "records" / file.path) for file in state.files]
    csv = scratch / "calls.csv"
    with connect() as connection:
        # A child's peak of memory begins with what its parent holds.
        connection.execute("SET memory_limit = '256MB'; SET preserve_insertion_order = false")
        times = ", ".join(f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ') AS {name}" for name in ("started_at", "ended_at"))
        rows = f"SELECT * EXCLUDE (source) REPLACE ({times}) FROM read_parquet({files})"
        connection.execute(f"COPY ({rows}) TO '{csv}' (FORMAT csv, HEADER)")
    shown = Table("import", "rows", "rows a second", "MB")
    for title in ("a CSV file of calls", "the same once more"):
        seconds, peak = run_command("import", "calls", csv, "--home", home)
        shown.add_row(title, f"{state.rows:,}", f"{state.rows / seconds:,.0f}", f"{peak:.0f}")
    csv.unlink()
    shutil.rmtree(home)
    return shown
