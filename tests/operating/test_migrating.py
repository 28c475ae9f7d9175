"""The state is migrated after a backup, only when that is due, and never backwards."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

import bot.state
from bot.state import backups
from bot.state.database import migrate, newest
from bot.state.store import open_state
from tests.operating.living import ROOT
from warehouse.messages import UserError
from warehouse.workspace import lock

URL = "sqlite:///state/svodka.db"


def test_the_number_of_the_latest_file_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.state.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [newest()]


def old_state(root: Path) -> Path:
    """A state as the first release left it, with a question in it."""
    file = root / "state" / "svodka.db"
    file.parent.mkdir()
    engine = sa.create_engine(f"sqlite:///{file}")
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO heard VALUES ('telegram', '7', '2026-06-16 09:00:00')")
    engine.dispose()
    return file


def test_a_state_that_must_be_migrated_is_backed_up_before(tmp_path: Path) -> None:
    old_state(tmp_path)

    state = open_state(URL, tmp_path, tmp_path / "backups")

    with state.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest()
        assert connection.exec_driver_sql("SELECT event FROM heard").scalar() == "7"
    state.close()
    (kept,) = (tmp_path / "backups").glob("*.db")
    assert kept.name.endswith(f"Z-before-{newest()}.db")
    assert backups.verify(kept) == "0001"
    # Nothing is due any more, so nothing is copied.
    open_state(URL, tmp_path, tmp_path / "backups").close()
    assert list((tmp_path / "backups").glob("*.db")) == [kept]


def test_a_new_state_has_nothing_to_back_up(tmp_path: Path) -> None:
    open_state(URL, tmp_path, tmp_path / "backups").close()
    assert not (tmp_path / "backups").exists()


def test_without_its_backup_nothing_is_migrated(tmp_path: Path) -> None:
    file = old_state(tmp_path)
    (tmp_path / "backups").write_text("a file where the directory should be")

    with pytest.raises(UserError, match="cannot be written"):
        open_state(URL, tmp_path, tmp_path / "backups")
    assert backups.verify(file) == "0001"


def test_a_newer_programs_state_is_left_alone(tmp_path: Path) -> None:
    open_state(URL, tmp_path).close()
    database = sqlite3.connect(tmp_path / "state" / "svodka.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()

    with pytest.raises(UserError, match=r"newer Svodka \(revision 9999; this one knows"):
        open_state(URL, tmp_path)


def test_alembic_is_not_loaded_where_no_migration_is_due(tmp_path: Path) -> None:
    open_state(URL, tmp_path).close()
    work = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from bot.state.store import open_state
open_state({URL!r}, Path({str(tmp_path)!r})).close()
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", work], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)


def test_of_two_that_start_at_once_the_second_finds_it_done(tmp_path: Path) -> None:
    file = old_state(tmp_path)
    with ThreadPoolExecutor(1) as beside:
        with lock(file.with_name("svodka.db.migrating")):
            # A lock of the system's is between two that open its file, in one process too.
            second = beside.submit(open_state, URL, tmp_path, tmp_path / "backups")
            with pytest.raises(TimeoutError):
                second.result(0.2)
            engine = sa.create_engine(f"sqlite:///{file}")
            migrate(engine)
            engine.dispose()
        second.result(60).close()
    assert not (tmp_path / "backups").exists()
