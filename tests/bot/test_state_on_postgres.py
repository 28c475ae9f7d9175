"""The state in a PostgreSQL of one's own: migrated, written by one process, and as patient as SQLite with odd texts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.channels.protocol import Address
from bot.chat.message import Incoming
from bot.delivery import ledger
from bot.delivery.model import PlannedPart, Publication, Target
from bot.schedule import runs
from bot.state.audit import AuditEntry, AuditOutcome, first_time, record
from bot.state.lease import Lease
from bot.state.schema import METADATA, QUESTIONS
from bot.state.store import open_state
from digests.document import Document
from tests.postgres import postgres
from warehouse.messages import UserError

NOON = datetime(2026, 6, 16, 9)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres() as url:
        yield url


def test_a_state_lives_in_postgresql(url: str, tmp_path: Path) -> None:
    state = open_state(url, tmp_path)
    with state.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []

    # What was asked, with what PostgreSQL takes in no text, and more of it than is kept.
    odd = Incoming("telegram", "5", "-100", False, "/sl \0" + "x" * 5000, "77")
    assert state.do(first_time, odd, NOON)
    state.do(record, AuditEntry(odd, NOON, AuditOutcome.ANSWERED, 12))
    text = state.do(lambda c: c.execute(sa.select(QUESTIONS.c.text)).scalar_one())
    assert (text[:6], len(text)) == ("/sl \N{REPLACEMENT CHARACTER}x", 4096)

    # A run that was due, and its issue in the ledger.
    issue, target = (
        Publication("digest:biweekly", "2026-06-01..2026-06-15", Document("Digest", ())),
        Target("x", Address("1")),
    )

    def posted(connection: sa.Connection) -> list[str]:
        run = runs.add(connection, "twice", NOON, issue.period, NOON)
        assert runs.move(connection, run, runs.RunStatus.POSTED, NOON)
        number = ledger.keep(connection, issue, "{}", NOON)
        ledger.open_delivery(connection, number, issue, target, [PlannedPart("Digest", "0")], late=False, now=NOON)
        (delivery,) = ledger.unfinished(connection)
        return [each.opening for each in ledger.parts(connection, delivery.id)]

    assert state.do(posted) == ["Digest"]
    state.close()

    again = open_state(url, tmp_path)
    assert not again.do(first_time, odd, NOON)
    again.close()


def test_of_two_processes_on_it_one_works(url: str, tmp_path: Path) -> None:
    state, other = open_state(url, tmp_path), open_state(url, tmp_path)

    async def both() -> str:
        await Lease(state, holder="north, 7, x", beat_s=0.02, dead_s=0.2).take()
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(Lease(state, holder="north, 7, x", beat_s=0.02, dead_s=0.2).keep())
            with pytest.raises(UserError) as error:
                await Lease(other, holder="south, 8, y", beat_s=0.02, dead_s=0.2).take()
            keeping.cancel()
        return str(error.value)

    assert "Svodka works on this state already" in asyncio.run(both())
    state.close()
    other.close()
