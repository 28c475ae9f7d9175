"""A state that was put back does not know what was posted since: it posts nothing of that by itself, and asks."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.operations.backups import amend
from bot.state import backups
from bot.state.backups import latest_restore
from bot.state.database import location_of, migrate, newest
from bot.state.schema import EPISODES, LEASE, RUNS
from bot.state.store import open_state
from tests.bot.conftest import Run, run
from tests.doubles.telegram import TelegramDouble
from tests.operating import living
from tests.operating.living import OPERATORS, Living

__all__ = ["run"]

TEAM = -500
POST = """
[[digests.calls.sections]]
title = "Calls"
groups = [{ figures = [{ key = "calls", metric = "calls" }] }]

[[posts]]
key = "team"
digest = "calls"
schedule = "10:00"
chats = ["telegram:-500"]
deadline_h = 0
"""


def turn(root: Path, clock: str) -> None:
    """The project's clock stands at a time of 16 June from now on."""
    file = root / "svodka.toml"
    text = re.sub(r'clock = ".*"', f'clock = "2026-06-16T{clock}"', file.read_text("utf-8"), count=1)
    file.write_text(text, "utf-8")


def outcomes(root: Path) -> list[tuple[str, str]]:
    state = open_state("sqlite:///state/svodka.db", root)
    with state.engine.connect() as connection:
        rows = connection.execute(sa.select(RUNS).order_by(RUNS.c.due_at)).all()
    state.close()
    return [(row.period, row.status) for row in rows]


def posted(root: Path) -> int:
    """How many runs have ended, of a state that is in use."""
    with closing(sqlite3.connect(root / "state" / "svodka.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM runs WHERE status = 'posted'").fetchone()
    return int(count)


def test_backed_up_posted_restored_and_asked(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            far.chat(TEAM)
            living.found(tmp_path, far.url, POST)
            turn(tmp_path, "09:00")
            async with living.living(tmp_path, far=far):
                await far.until(lambda: posted(tmp_path) == 1)  # of the 15th, late
            kept = backups.make(tmp_path / "state" / "svodka.db", tmp_path / "backups")
            turn(tmp_path, "10:00")
            async with living.living(tmp_path, far=far):
                await far.until(lambda: posted(tmp_path) == 2)
            assert outcomes(tmp_path) == [("2026-06-14", "posted"), ("2026-06-15", "posted")]

            monkeypatch.delenv("SVODKA_NOW")
            turn(tmp_path, "11:00")
            said = run("restore", str(kept))
            assert "само публиковаться не будет: бот спросит операторов." in said.out
            assert outcomes(tmp_path) == [("2026-06-14", "posted")]

            async with living.living(tmp_path, far=far) as bot:
                await bot.until_told("waits for your decision")
                assert bot.told()[-1].replace("\N{NO-BREAK SPACE}", " ") == (
                    'The post "team" of June 16, 10:00 waits for your decision: состояние восстановлено из копии '
                    "от 16 июня, 09:00, и неизвестно, публиковалось ли это потом; посмотрите, есть ли оно в чате."
                )
                question = far.answers(OPERATORS)[-1]
                assert [label for row in question.buttons for label, _ in row] == ["Опубликовать", "Отменить"]
                await dropped(bot, question.id, question.data("Отменить"))
            # And it is not asked again.
            async with living.living(tmp_path, far=far) as bot:
                assert sum("waits for" in text for text in bot.told()) == 1
            assert len(far.answers(TEAM)) == 2
            assert outcomes(tmp_path) == [("2026-06-14", "posted"), ("2026-06-15", "dropped")]

    living.run(story)


async def dropped(bot: Living, message: int, data: str) -> None:
    bot.far.presses(OPERATORS, message, data)
    await bot.until_told("is dropped")


def test_a_backup_of_an_older_program_is_migrated_and_its_stale_rows_go(tmp_path: Path) -> None:
    old = tmp_path / "svodka-20260616-003000Z.db"
    engine = sa.create_engine(f"sqlite:///{old}")
    migrate(engine, "0004")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO lease VALUES ('bot', 'another machine', 7, '2026-06-16 00:00:00')")
        connection.exec_driver_sql("INSERT INTO episodes VALUES ('held team', '2026-06-16 00:00:00')")
        connection.exec_driver_sql(
            "INSERT INTO runs VALUES (1, 'team', '2026-06-15 07:00', '2026-06-14', 'held', 'no data', 0, NULL, "
            "'2026-06-15 07:00')"
        )
    engine.dispose()
    place, now = location_of("sqlite:///state/svodka.db", tmp_path), datetime(2026, 6, 16, 9)

    backups.restore(old, place, amend=lambda c: amend(c, now, backups.moment_of(old), str))

    assert place.file
    assert backups.verify(place.file) == newest()
    assert backups.verify(old) == "0004"
    state = open_state("sqlite:///state/svodka.db", tmp_path)
    with state.engine.connect() as connection:
        held = connection.execute(sa.select(RUNS)).one()
        assert (held.status, held.late, held.at) == ("kept", True, now)
        assert "the state was restored from the backup of 2026-06-16 00:30:00" in held.reason
        assert connection.execute(sa.select(LEASE)).all() == connection.execute(sa.select(EPISODES)).all() == []
        restored = latest_restore(connection)
    state.close()
    assert restored
    assert [restored.forgets(datetime(2026, 6, 16, *at)) for at in ((0, 30), (0, 31), (9, 0), (9, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_when_a_backup_was_made_by_its_name_or_its_files_date(tmp_path: Path) -> None:
    named, other = tmp_path / "svodka-20260616-003000Z-before-0005.db", tmp_path / "mine.db"
    other.touch()
    assert backups.moment_of(named) == datetime(2026, 6, 16, 0, 30)
    assert abs(backups.moment_of(other) - datetime.now(UTC).replace(tzinfo=None)).total_seconds() < 60
