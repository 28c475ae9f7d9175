"""The bot's state: migrated when it is opened, written whole or not at all, and the same after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.chat.message import Incoming
from bot.delivery import ledger
from bot.state.audit import REMEMBERED, AuditEntry, AuditOutcome, UnansweredReason, first_time, forget, record
from bot.state.schema import METADATA, QUESTIONS
from bot.state.store import open_state
from warehouse.messages import UserError

URL = "sqlite:///state/svodka.db"
NOON = datetime(2026, 6, 16, 9)
HEARD = Incoming("telegram", "5", "-100", False, "/sl inhouse", "77")


def test_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    state = open_state(URL, tmp_path)
    assert ledger.METADATA is METADATA
    with state.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    state.close()
    open_state(URL, tmp_path).close()


def test_a_delivery_is_news_once_and_for_every_platform_of_its_own(tmp_path: Path) -> None:
    state = open_state(URL, tmp_path)

    assert state.do(first_time, HEARD, NOON)
    assert not state.do(first_time, HEARD, NOON)
    other = Incoming("slack", "U5", "C1", False, "/sl", "77")
    assert state.do(first_time, other, NOON)
    # What nobody repeats any more is forgotten.
    state.do(forget, NOON + REMEMBERED + timedelta(seconds=1))
    assert state.do(first_time, HEARD, NOON)
    state.close()


def test_the_audit_log_says_who_asked_what_where_and_what_came_of_it(tmp_path: Path) -> None:
    state = open_state(URL, tmp_path)
    understood = ("sl inhouse today", "context", UnansweredReason.CLOSED)
    state.do(record, AuditEntry(HEARD, NOON, AuditOutcome.REFUSED, 12, "unknown", *understood))

    with state.engine.connect() as connection:
        (row,) = connection.execute(sa.select(QUESTIONS)).all()
    assert row[1:] == (
        NOON,
        "telegram",
        "5",
        "-100",
        "/sl inhouse",
        "refused",
        12,
        "unknown",
        *understood[:2],
        "closed",
    )
    state.close()


def test_what_was_written_is_there_after_kill_9(tmp_path: Path) -> None:
    work = f"""
import os, signal
from datetime import datetime
from pathlib import Path
from bot.state.store import open_state
from bot.state.audit import first_time
from bot.chat.message import Incoming
state = open_state({URL!r}, Path({str(tmp_path)!r}))
for event in range(5):
    state.do(lambda c: first_time(c, Incoming("telegram", "5", "5", True, "/sl", str(event)), datetime(2026, 6, 16)))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run(
        [sys.executable, "-c", work], env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False
    )
    assert killed.returncode == -signal.SIGKILL

    state = open_state(URL, tmp_path)
    news = [state.do(first_time, Incoming("telegram", "5", "5", True, "/sl", str(event)), NOON) for event in range(6)]
    assert news == [False] * 5 + [True]
    state.close()


def test_a_state_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"state\.url is not a database address"):
        open_state("not an address", tmp_path)
    # A driver that nobody installs here, as psycopg where PostgreSQL is not meant to be used.
    with pytest.raises(UserError, match=r"driver pg8000 is not installed: install \"svodka\[postgres\]\"\."):
        open_state("postgresql+pg8000://host/svodka", tmp_path)
    with pytest.raises(UserError, match=r"state\.url needs the driver MySQLdb, which is not installed\."):
        open_state("mysql://host/svodka", tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "svodka.db").write_bytes(b"this is no database, whatever its name says" * 40)
    with pytest.raises(UserError, match=r"svodka\.db cannot be used: it is no database of SQLite"):
        open_state(URL, tmp_path)
