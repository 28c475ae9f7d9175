from __future__ import annotations

import gc
import importlib
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from hypothesis import settings

from bot.state import database, store
from tests.program import Programs

# Time is not what these tests are about, and the machine may be busy.
settings.register_profile("svodka", deadline=None)
settings.load_profile("svodka")

# Who starts a run in the background takes Ctrl-C away from it and from the processes it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Accept what is printed now.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Begin in each worker with modules of its own: what one of them has compiled the others only load.

    Without that each compiles all of them, at the same time. What goes wrong here is reported by the collection.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    root, asked = session.config.rootpath, [Path(each.partition("::")[0]) for each in session.config.args]
    modules = sorted(file for path in asked for file in (root / path).rglob("test_*.py"))
    for file in modules[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        with suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(file.relative_to(root).with_suffix("").parts))


PROOFS = (
    "engines/",  # the same numbers wherever the records are
    "fuzz/",  # any bytes in every way in
    "soundness/test_engines.py",  # every metric in the words of every engine
    "soundness/test_pruning.py",  # every metric with and without the files it can do without
    "operations/test_reference",  # random centres against plain Python
    "sales/test_reference",
    "warehouse/test_crash.py",  # processes that are killed
    "warehouse/test_crash_program.py",
    "warehouse/test_pull.py",
    "crm/test_pull.py",
    "corrections/test_killed.py",
    "delivery/test_chaos.py",
    "operating/test_stop.py",  # processes that are told to stop
    "operating/test_living.py",  # a whole bot beside what fails
    "bot/test_page_browser.py",  # a real browser
    "warehouse/test_grants.py",  # real servers
    "warehouse/test_plan_rows.py",
    "bot/test_demo.py",  # the demo's nineteen months
    "warehouse/test_demo.py",
    "schedule/test_time_travel.py",  # a year, moment by moment
)
"""What starts processes, servers or browsers, kills them, or walks through all of something: `make proofs`."""
_LONGEST = ("bot/test_demo.py", "soundness/test_engines.py", "engines/test_sales.py", "engines/test_same_numbers.py")
"""The files that take longest: they begin first, or one of them alone would be waited for at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the proofs, and put the files that take longest first; `--no-loadscope-reorder` keeps them there."""
    here = Path(__file__).parent
    rank = {here / file: place for place, file in enumerate(_LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(PROOFS):
            item.add_marker(pytest.mark.proof)


def pytest_collection_finish() -> None:
    """Look for garbage only among what the tests make, and less often: most of the heap is modules and tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the one on record, or put it on record with --update-goldens."""

    def check(name: str, text: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), "if this is meant: make goldens"

    return check


@pytest.fixture(scope="session", autouse=True)
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Migrate one empty state and copy it wherever a new one is opened in this process: migrating takes 0.2 s."""
    template = tmp_path_factory.mktemp("state") / "template.db"

    def migrate(engine: sa.Engine) -> None:
        if engine.dialect.name != "sqlite" or database.revision_of(engine) is not None:
            database.migrate(engine)
            return
        if not template.exists():
            new = sa.create_engine(f"sqlite:///{template}")
            database.migrate(new)
            new.dispose()
        connection = engine.raw_connection()
        try:
            with sqlite3.connect(template) as source:
                source.backup(connection.driver_connection)  # type: ignore[arg-type]
            source.close()
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "migrate", migrate)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_disk() -> Iterator[None]:
    """Wait for no disk in this process: only a power cut could show what was not on it, and no test makes one."""
    prepare = store._prepare

    def prepared(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_prepare", prepared)
        patch.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture(scope="session", autouse=True)
def single_thread() -> Iterator[None]:
    """Open every DuckDB of this process with one thread: with so few rows a second one only costs."""
    connect = duckdb.connect

    def connected(*place: Any, config: dict[str, Any] | None = None, **more: Any) -> duckdb.DuckDBPyConnection:
        return connect(*place, config={"threads": 1, **(config or {})}, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", connected)
        yield


@pytest.fixture(scope="session")
def programs() -> Iterator[Programs]:
    """Processes of the program for all tests that need one."""
    started = Programs()
    yield started
    started.close()
