"""Copies of the state: whole or not at all, of a state in use, and put back with what was there kept aside."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.chat.message import Incoming
from bot.operations.backups import is_due
from bot.state import backups
from bot.state.audit import AuditEntry, AuditOutcome, record
from bot.state.database import location_of, newest
from bot.state.store import State, open_state
from tests.operating.living import ROOT
from warehouse.messages import UserError

URL = "sqlite:///state/svodka.db"
NOON = datetime(2026, 6, 16, 9, tzinfo=UTC)


def ask(state: State, text: str) -> None:
    incoming = Incoming("telegram", "5", "5", True, text, "1")
    state.do(record, AuditEntry(incoming, NOON.replace(tzinfo=None), AuditOutcome.ANSWERED, 1))


def asked(file: Path) -> list[str]:
    database = sqlite3.connect(file)
    texts = [text for (text,) in database.execute("SELECT text FROM questions ORDER BY id")]
    database.close()
    return texts


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state(URL, tmp_path)
    ask(opened, "/sl")
    yield opened
    opened.close()


def test_a_backup_is_one_file_with_all_that_was_committed_though_the_state_is_in_use(
    state: State, tmp_path: Path
) -> None:
    # Most of a state in use is in the log beside its file; a copy of the file alone would lack it.
    with state.engine.begin() as writing:
        writing.exec_driver_sql("DELETE FROM questions WHERE text = 'nothing'")
        made = backups.make(tmp_path / "state" / "svodka.db", tmp_path / "backups", now=NOON)

    assert made.name == "svodka-20260616-090000Z.db"
    assert sorted(path.name for path in made.parent.iterdir()) == [".lock", made.name]
    assert backups.verify(made) == newest()
    assert asked(made) == ["/sl"]


def test_the_newest_are_kept_and_those_before_migrations_are_counted_apart(tmp_path: Path) -> None:
    names = [f"svodka-2026061{day}-003000Z.db" for day in range(5)]
    before = [f"svodka-2026061{day}-120000Z-before-0005.db" for day in range(3)]
    for name in (*names, *before, "svodka-mine.db", "notes.txt"):
        (tmp_path / name).touch()

    backups.prune(tmp_path, 2)

    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == sorted([*names[-2:], *before[-2:], "svodka-mine.db", "notes.txt"])
    assert backups.latest(tmp_path) == datetime(2026, 6, 14, 0, 30, tzinfo=UTC)


def test_a_backup_is_due_once_its_hour_has_struck_by_the_centres_clock() -> None:
    moscow = ZoneInfo("Europe/Moscow")  # 03:30 there is 00:30 here
    before, after = (datetime(2026, 6, 16, 0, minute, tzinfo=UTC) for minute in (29, 31))

    assert is_due("03:30", moscow, None, before)
    assert not is_due("03:30", moscow, before - timedelta(hours=23), before)
    assert is_due("03:30", moscow, before - timedelta(hours=23), after)
    assert not is_due("03:30", moscow, after, after + timedelta(hours=23))
    # The bot slept through two of its hours: one backup makes up for both.
    assert is_due("03:30", moscow, after - timedelta(days=2), after)


def test_killed_in_the_middle_it_leaves_no_half_backup(state: State, tmp_path: Path) -> None:
    for _ in range(300):
        ask(state, "/sl " + "inhouse " * 400)
    work = f"""
import os, signal, sqlite3
from pathlib import Path
from bot.state import backups
from bot.state.database import newest
def killed(file):
    os.kill(os.getpid(), signal.SIGKILL)
backups.verify = killed  # everything is written, nothing is checked
backups.make(Path({str(tmp_path)!r}) / "state" / "svodka.db", Path({str(tmp_path)!r}) / "backups")
"""
    done = subprocess.run([sys.executable, "-c", work], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert backups.latest(tmp_path / "backups") is None
    assert [path.name for path in (tmp_path / "backups").glob(".*.part")] != []

    made = backups.make(tmp_path / "state" / "svodka.db", tmp_path / "backups", now=NOON)
    assert sorted(path.name for path in made.parent.iterdir()) == [".lock", made.name]
    assert len(asked(made)) == 301


def test_on_a_full_disk_one_sentence_and_nothing_left(state: State, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        for _ in range(100):
            ask(state, "/sl " + "inhouse " * 400)
        with pytest.raises(UserError, match=r"The disk with .* is full: no backup was made"):
            backups.make(tmp_path / "state" / "svodka.db", disk)
        assert [path.name for path in disk.iterdir()] == [".lock"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_restored_state_is_the_backup_and_the_one_before_is_kept(tmp_path: Path) -> None:
    place = location_of(URL, tmp_path)
    assert place.file
    state = open_state(URL, tmp_path)
    ask(state, "/before")
    made = backups.make(place.file, tmp_path / "backups", now=NOON)
    ask(state, "/after")
    # While a bot has it open, nothing is put in its place.
    with pytest.raises(UserError, match="A bot holds the state"):
        backups.restore(made, place)
    assert asked(place.file) == ["/before", "/after"]
    state.close()

    aside = backups.restore(made, place, NOON)

    assert aside
    assert aside.name == "svodka-until-20260616-090000Z.db"
    assert (asked(place.file), asked(aside)) == (["/before"], ["/before", "/after"])
    open_state(URL, tmp_path).close()


def test_a_restore_that_was_killed_in_the_middle_does_not_stand_in_the_way_of_the_next(tmp_path: Path) -> None:
    place = location_of(URL, tmp_path)
    assert place.file
    state = open_state(URL, tmp_path)
    ask(state, "/before")
    made = backups.make(place.file, tmp_path / "backups", now=NOON)
    state.close()
    part = place.file.with_name(f".{place.file.name}.part")

    def kept(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA cache_size = 1")
        connection.exec_driver_sql("CREATE TABLE more (a)")
        for _ in range(20):
            connection.exec_driver_sql("INSERT INTO more VALUES (randomblob(4000))")
        for name in (part.name, f"{part.name}-journal"):
            shutil.copyfile(place.file.with_name(name), tmp_path / name)  # what a kill leaves now

    backups.restore(made, place, amend=kept)
    for name in (part.name, f"{part.name}-journal"):
        shutil.copyfile(tmp_path / name, place.file.with_name(name))

    backups.restore(made, place)
    assert asked(place.file) == ["/before"]
    assert list(place.file.parent.glob(".*")) == []


def test_an_interrupted_restore_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = location_of(URL, tmp_path)
    assert place.file
    open_state(URL, tmp_path).close()
    made = backups.make(place.file, tmp_path / "backups", now=NOON)
    before = sorted(place.file.parent.iterdir())
    copyfile, copied = shutil.copyfile, []

    def interrupted(source: Path, target: Path) -> None:
        copied.append(copyfile(source, target))
        if source == place.file:  # which is put aside
            raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfile", interrupted)
    with pytest.raises(KeyboardInterrupt):
        backups.restore(made, place)
    assert len(copied) == 2
    assert sorted(place.file.parent.iterdir()) == before


def test_a_damaged_state_makes_way_as_it_is(tmp_path: Path) -> None:
    place = location_of(URL, tmp_path)
    assert place.file
    state = open_state(URL, tmp_path)
    ask(state, "/sl")
    made = backups.make(place.file, tmp_path / "backups")
    state.close()
    damage = b"this is no database any more" * 300
    place.file.write_bytes(damage)
    place.file.with_name("svodka.db-wal").write_bytes(b"nor is this its log")

    aside = backups.restore(made, place)

    assert aside
    assert aside.read_bytes() == damage
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"nor is this its log"
    assert asked(place.file) == ["/sl"]


def test_what_is_no_backup_is_named_and_changes_nothing(state: State, tmp_path: Path) -> None:
    state.close()
    place = location_of(URL, tmp_path)
    made = backups.make(tmp_path / "state" / "svodka.db", tmp_path / "backups")
    before = (tmp_path / "state" / "svodka.db").read_bytes()

    bad = tmp_path / "bad.db"
    bad.write_bytes(b"what is this? " * 500)
    with pytest.raises(UserError, match=r"bad\.db is no backup of Svodka's state: it is no database of SQLite"):
        backups.restore(bad, place)
    whole = made.read_bytes()
    bad.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"bad\.db"):
        backups.restore(bad, place)
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(UserError, match=r"empty\.db is no backup of Svodka's state: it has no tables of ours"):
        backups.restore(tmp_path / "empty.db", place)
    with pytest.raises(UserError, match=r"There is no file .*nothing\.db"):
        backups.restore(tmp_path / "nothing.db", place)
    newer = sqlite3.connect(made)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with pytest.raises(UserError, match="newer Svodka"):
        backups.restore(made, place)

    assert (tmp_path / "state" / "svodka.db").read_bytes() == before
