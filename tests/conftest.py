from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from bot.state import database, store
from tests.program import Programs

# Time is not what these tests are about, and the machine may be busy.
settings.register_profile("svodka", deadline=None)
settings.load_profile("svodka")

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Accept what is printed now.")


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


@pytest.fixture(scope="session")
def programs() -> Iterator[Programs]:
    """Processes of the program for all tests that need one."""
    started = Programs()
    yield started
    started.close()
