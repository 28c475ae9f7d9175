"""A table of the warehouse is copied into the lake: once, again, after a kill at any step.

Started as a process of its own, this file copies and dies at the step it is told.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.config.warehouse import WarehouseConfig
from tests.program import Programs
from tests.warehouse.importing import Desk
from warehouse import pull as pulling
from warehouse.engines.database import Database
from warehouse.engines.mapping import WarehouseSettings
from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.open import open_store
from warehouse.pull import CopyResult
from warehouse.schema import CALLS
from warehouse.upkeep import verify

NOW = datetime.fromisoformat("2026-06-20 12:00")
SINCE = datetime.fromisoformat("2026-04-01")
FURTHER = 1 if "SVODKA_KILLS" in os.environ else 3
"""How many steps later each process dies: `make crash` tries every step."""
COLUMNS = {
    "call_id": "id",
    "direction": "'in'",
    "line": "queue",
    "started_at": "started",
    "outcome": {"of": "fate", "A": "answered", "L": "abandoned"},
    "wait_s": "waited",
}
"""How a table of theirs is read; it has a row a day at noon, from 1 April to 19 June 2026: 80."""


class Centre:
    """A centre with a warehouse of one table, and a lake."""

    def __init__(self, root: Path) -> None:
        self.root, self.lake = root, Lake(root / "records")
        self.engine = sa.create_engine(f"sqlite:///{root / 'theirs.db'}")

    def fill(self) -> None:
        self.run("CREATE TABLE theirs (id TEXT PRIMARY KEY, queue TEXT, started TEXT, fate TEXT, waited REAL)")
        days = [SINCE + timedelta(days=number, hours=12) for number in range(80)]
        with self.engine.begin() as connection:
            connection.execute(
                sa.text("INSERT INTO theirs VALUES (:id, 'sales', :at, :fate, 10)"),
                [{"id": f"{at:%m-%d}", "at": str(at), "fate": "L" if at.day % 5 == 0 else "A"} for at in days],
            )

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def settings(self, **more: Any) -> WarehouseSettings:
        table = {"from": "theirs", "timezone": "UTC", "columns": COLUMNS, **more}
        settings = WarehouseConfig(url="sqlite:///theirs.db", calls=table).settings("UTC")
        assert settings is not None
        return settings

    def pull(self, since: datetime | None = None, **more: Any) -> CopyResult:
        options = {"now": NOW, **more}
        return pulling.pull(self.lake, self.settings(), None, "calls", since=since, **options)

    def rows(self) -> list[tuple[Any, ...]]:
        """What the lake says, without where it comes from."""
        c = CALLS.c
        columns = (c.call_id, c.direction, c.line, c.started_at, c.outcome, c.wait_s)
        return [tuple(row) for row in self.lake.open().rows(sa.select(*columns).order_by(c.call_id))]

    def expected(self) -> list[tuple[Any, ...]]:
        """What the warehouse says."""
        store = open_store(self.lake, self.settings())
        c = CALLS.c
        columns = (c.call_id, c.direction, c.line, c.started_at, c.outcome, c.wait_s)
        try:
            return [tuple(row) for row in store.open().rows(sa.select(*columns).order_by(c.call_id))]
        finally:
            store.database.close()


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    centre = Centre(tmp_path)
    centre.fill()
    return centre


def counts(pulled: CopyResult) -> tuple[int, int, int, int, int]:
    return pulled.rows, pulled.added, pulled.updated, pulled.unchanged, pulled.deleted


def test_a_table_is_copied_once_and_then_goes_on_by_itself(centre: Centre) -> None:
    first = centre.pull(SINCE)

    assert counts(first) == (80, 80, 0, 0, 0)
    assert centre.rows() == centre.expected()
    assert verify(centre.lake).problems == ()

    centre.run("INSERT INTO theirs VALUES ('new', 'sales', '2026-06-20 11:00:00', 'A', 5)")
    second = centre.pull()

    # Three days before the latest row, which is of the 19th at noon: those of the 16th to the 19th, and the new one.
    assert (counts(second), second.resumed) == ((5, 1, 0, 4, 0), True)
    assert centre.rows() == centre.expected()


def test_the_same_again_changes_nothing(centre: Centre) -> None:
    centre.pull(SINCE)
    before = centre.lake.manifest()

    assert counts(centre.pull(SINCE, again=True)) == (80, 0, 0, 80, 0)
    assert centre.lake.manifest() == before


def test_what_changed_moved_or_went_is_so_here_too(centre: Centre) -> None:
    """Within the overlap: one is updated, one moves to another day, one is gone. An older change waits for all anew."""
    centre.pull(SINCE)
    centre.run(
        "UPDATE theirs SET fate = 'L' WHERE id = '06-19'",
        "UPDATE theirs SET started = '2026-06-18 13:00:00' WHERE id = '06-17'",
        "DELETE FROM theirs WHERE id = '06-18'",
        "UPDATE theirs SET waited = 99 WHERE id = '04-02'",
        "DELETE FROM theirs WHERE id = '04-03'",
    )

    assert counts(centre.pull()) == (3, 0, 2, 1, 1)
    assert len(centre.rows()) == 79

    assert counts(centre.pull(again=True, since=SINCE)) == (78, 0, 1, 77, 1)
    assert centre.rows() == centre.expected()


def test_a_warehouse_may_be_loaded_late(centre: Centre) -> None:
    """Three weeks after its latest row, the rows of the next day come."""
    later = NOW + timedelta(days=21)
    centre.pull(SINCE, now=later)
    centre.run("INSERT INTO theirs VALUES ('late', 'sales', '2026-06-20 11:00:00', 'A', 5)")

    assert centre.pull(now=later).added == 1
    assert centre.rows() == centre.expected()


def test_a_table_that_is_being_loaded_anew_takes_nothing_away(centre: Centre) -> None:
    centre.pull(SINCE)
    centre.run("DELETE FROM theirs")

    with pytest.raises(UserError, match="calls is empty now, and was not before: nothing was changed here"):
        centre.pull()
    assert len(centre.rows()) == 80


def test_rows_of_other_sources_stay(centre: Centre) -> None:
    desk = Desk(centre.root)
    desk.take(desk.file("call_id,direction,started_at", "mine,in,2026-06-19 10:00:00", name="mine.csv"), max_rejects=0)
    (centre.root / "the lake's place").rename(centre.root / "records")

    centre.pull(SINCE)
    centre.run("DELETE FROM theirs WHERE id = '06-19'")
    centre.pull()

    assert [row[0] for row in centre.rows() if row[0] in ("mine", "06-19")] == ["mine"]


def test_what_nobody_understands_is_missing_here_as_it_is_there(centre: Centre) -> None:
    centre.run("UPDATE theirs SET fate = '?' WHERE id = '06-10'")

    centre.pull(SINCE)

    (gap,) = centre.lake.manifest().table("calls").gaps
    assert (gap.source, gap.rows, gap.read) == ("calls.outcome", 1, 80)

    centre.run("UPDATE theirs SET fate = 'A' WHERE id = '06-10'")
    centre.pull(SINCE, again=True)
    assert centre.lake.manifest().table("calls").gaps == ()


def test_another_mapping_begins_anew(centre: Centre) -> None:
    centre.pull(SINCE)
    settings = centre.settings(where="queue <> 'x'")

    with pytest.raises(UserError, match="Nothing of calls was copied by this mapping before"):
        pulling.pull(centre.lake, settings, None, "calls", now=NOW)


def test_a_stretch_that_takes_too_long_is_halved(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than ten days at once: thirty days of April come in four stretches."""
    stage, asked = pulling._Copying._stage, []

    def slow(self: Any, connection: Any, statement: Any, moments: dict[str, datetime]) -> int:
        if moments["until"] - moments["since"] > timedelta(days=10):
            raise TimeoutError
        asked.append(moments["since"])
        return stage(self, connection, statement, moments)

    monkeypatch.setattr(pulling._Copying, "_stage", slow)

    assert counts(centre.pull(SINCE)) == (80, 80, 0, 0, 0)
    assert len([at for at in asked if at.month == 4]) == 4
    assert centre.rows() == centre.expected()


def test_a_table_that_is_pulled_is_read_from_the_lake(centre: Centre) -> None:
    assert open_store(centre.lake, centre.settings(pull=True)) is centre.lake
    assert pulling.pull(centre.lake, centre.settings(pull=True), None, "calls", now=NOW, since=SINCE).added == 80


def test_a_table_without_times_is_copied_as_one(centre: Centre) -> None:
    centre.run(
        "CREATE TABLE people (login TEXT PRIMARY KEY, fio TEXT)", "INSERT INTO people VALUES ('a', 'A'), ('b', 'B')"
    )
    table = {"from": "people", "columns": {"agent_id": "login", "name": "fio"}}
    settings = WarehouseConfig(url="sqlite:///theirs.db", agents=table).settings("UTC")
    assert settings is not None

    assert counts(pulling.pull(centre.lake, settings, None, "agents", now=NOW)) == (2, 2, 0, 0, 0)
    centre.run("DELETE FROM people WHERE login = 'a'")
    assert counts(pulling.pull(centre.lake, settings, None, "agents", now=NOW)) == (1, 0, 0, 1, 1)


def test_keys_that_stand_twice_are_refused(centre: Centre) -> None:
    settings = centre.settings()
    mapped = replace(settings.tables["calls"], columns={**settings.tables["calls"].columns})
    mapped.columns["call_id"] = mapped.columns["line"]  # type: ignore[index]

    with pytest.raises(UserError, match=r"keys of calls \(call_id\) stand in several rows"):
        pulling.pull(centre.lake, replace(settings, tables={"calls": mapped}), None, "calls", now=NOW, since=SINCE)
    assert centre.lake.manifest().tables == {}


def test_killed_at_every_step_it_goes_on_and_nothing_is_lost_or_doubled(centre: Centre, programs: Programs) -> None:
    """Each run dies one step or some later than the one before it got, until one comes to its end."""
    killed, survived = 0, False
    while not survived:
        with programs.start(__name__, centre.root, killed * FURTHER + 1) as running:
            code = running.wait()
            assert code in (0, -signal.SIGKILL), running.stderr.read()
        survived = code == 0
        killed += not survived
        assert verify(centre.lake).problems == ()
        assert set(centre.rows()) <= set(centre.expected())

    assert centre.rows() == [row for row in centre.expected() if row[3] >= SINCE + timedelta(days=30)]
    assert killed * FURTHER > 5


STEPS: Sequence[tuple[Any, str]] = (
    (Database, "execute"),
    (Lake, "commit"),
    (pulling.CopyPosition, "write"),
)
"""Before and after each of these the process may die."""


def main() -> None:
    """Copy, and die at the n-th step."""
    root, left = Path(sys.argv[1]), int(sys.argv[2])

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kw: Any) -> Any:
            step()
            done = work(*args, **kw)
            step()
            return done

        return wrapped

    for owner, name in STEPS:
        setattr(owner, name, dying(getattr(owner, name)))
    Centre(root).pull(SINCE + timedelta(days=30))
