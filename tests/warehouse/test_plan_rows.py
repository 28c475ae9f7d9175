"""How many rows a question reads is told by the engine's own plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.config.warehouse import WarehouseConfig
from tests.postgres import postgres
from warehouse import proofs
from warehouse.lake import Lake
from warehouse.open import Warehouse

ROWS = 20_000
"""One a minute, the last at noon of 15 June."""
NOW = datetime.fromisoformat("2026-06-16 12:00")


def proved(url: str, root: Path) -> list[tuple[bool | None, str]]:
    columns = {"call_id": "id", "direction": "'in'", "started_at": "started"}
    settings = WarehouseConfig(url=url, calls={"from": "calls", "timezone": "UTC", "columns": columns}).settings("UTC")
    assert settings is not None
    warehouse = Warehouse(Lake(root / "records"), settings, None)
    found = proofs.prove(warehouse, "calls", NOW, "UTC")
    warehouse.close()
    return [(proof.holds, str(proof.text)) for proof in found.proofs]


def test_postgresql_tells_what_it_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is an index it reads all rows, of which there are too many; with one, those of the bounds."""
    monkeypatch.setattr(proofs, "_MANY", ROWS)
    with postgres() as url:
        engine = sa.create_engine(url)
        first = NOW - timedelta(days=1, minutes=ROWS - 1)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE calls (id int PRIMARY KEY, started timestamp)"))
            filled = "INSERT INTO calls SELECT i, :first + i * interval '1 minute' FROM generate_series(0, :last) i"
            connection.execute(sa.text(filled), {"first": first, "last": ROWS - 1})
        without = proved(url, tmp_path)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE INDEX by_start ON calls (started)"))
            connection.execute(sa.text("ANALYZE calls"))
        with_index = proved(url, tmp_path)
        engine.dispose()

    assert (
        False,
        "A question about a day reads all rows, 20000 of them: make an index or partitions on started, or name a "
        "column that has them in warehouse.calls.time.",
    ) in without
    # The day is 15 June, of which there are the rows up to noon.
    assert (True, "Rows read for a question about a day: 721 of 20000.") in with_index
