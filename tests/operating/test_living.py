"""A bot that lives, on Telegram's double: what its operators hear and press, and what machines see of it."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.operating.living import BOSS, OPERATORS, found, living, run
from warehouse.messages import UserError


def sql(root: Path, statement: str) -> list[tuple[object, ...]]:
    """Something done to the state from outside, as a disk or a person would."""
    with sqlite3.connect(root / "state" / "svodka.db", timeout=10) as database:
        rows = database.execute(statement).fetchall()
    database.close()
    return rows


def records(root: Path) -> Path:
    (file,) = (root / "records" / "calls").glob("*.parquet")
    return file


def test_machines_see_that_it_lives_and_what_it_lacks(tmp_path: Path) -> None:
    async def story() -> None:
        async with living(tmp_path) as bot:
            status, seen = await bot.asked("/healthz")
            assert (status, seen["alive"]) == (200, True)
            assert seen["heartbeat_s"] < 5
            checks = ("state", "records", "telegram", "questions", "audit log", "faults", "pictures")
            assert await bot.asked("/readyz") == (
                200,
                {"ready": True, "failing": [], "checks": dict.fromkeys(checks, "ok")},
            )

            whole = records(tmp_path).read_bytes()
            records(tmp_path).write_bytes(whole[:100])
            await bot.until_told("missing or damaged")
            status, seen = await bot.asked("/readyz")
            assert (status, seen["failing"]) == (503, ["records"])
            assert "missing or damaged" in seen["checks"]["records"]
            assert (await bot.asked("/healthz"))[0] == 200
            assert TOKEN not in str(seen)
            assert str(tmp_path) not in str(seen)

    run(story)


def test_systemd_hears_that_it_has_begun_that_it_lives_and_that_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with living(tmp_path):
            pass

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind("\0" + tmp_path.name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + tmp_path.name)
        run(story)
        supervisor.setblocking(False)
        incoming = []
        with suppress(BlockingIOError):
            while True:
                incoming.append(supervisor.recv(100).decode())
    assert set(incoming) == {"READY=1", "WATCHDOG=1", "STOPPING=1"}
    assert incoming.index("READY=1") < incoming.index("STOPPING=1")


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        async with living(tmp_path) as bot:
            other = tmp_path / "other"
            other.mkdir()
            (other / "svodka.toml").write_text((tmp_path / "svodka.toml").read_text("utf-8"), "utf-8")
            with pytest.raises(UserError, match=rf"health\.listen: nothing can listen at 127\.0\.0\.1:{bot.port} "):
                async with living(other, far=bot.far):
                    pass

    run(story)


def test_damaged_records_are_told_once_whatever_restarts_and_once_that_they_are_whole(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            async with living(tmp_path, far=far) as bot:
                whole = records(tmp_path).read_bytes()
                records(tmp_path).write_bytes(whole[:100])
                await bot.until_told("missing or damaged")
                far.says("/calls today text", BOSS)
                await far.until(lambda: far.answers(BOSS))
                assert "missing or damaged" in far.answers(BOSS)[0].text
            async with living(tmp_path, far=far) as bot:
                assert (await bot.asked("/readyz"))[0] == 503
                assert len(bot.told()) == 1
                records(tmp_path).write_bytes(whole)
                await bot.until_told("can be read again")
                assert len(bot.told()) == 2
                assert sql(tmp_path, "SELECT name FROM episodes") == []

    run(story)


def test_a_manifest_that_is_damaged_at_the_start_keeps_nobody_from_hearing_so(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            found(tmp_path, far.url)
            (tmp_path / "records" / "manifest.json").write_text('{"format": 1, ')
            async with living(tmp_path, far=far) as bot:
                await bot.until_told("The file manifest.json of the records is damaged")
                far.says("/calls", BOSS)
                await far.until(lambda: far.answers(BOSS))
                assert "manifest.json of the records is damaged" in far.answers(BOSS)[0].text

    run(story)


def test_a_state_that_cannot_be_written_is_told_and_questions_are_answered(tmp_path: Path) -> None:
    async def story() -> None:
        async with living(tmp_path) as bot:
            for table in ("heartbeat", "heard", "questions"):
                sql(tmp_path, f"ALTER TABLE {table} RENAME TO {table}_away")
            await bot.until_told("My state cannot be written: it has no tables of ours.")
            bot.far.says("/calls today text", BOSS)
            await bot.far.until(lambda: bot.far.answers(BOSS))
            assert "today, June\xa016: 1\n" in bot.far.answers(BOSS)[0].text
            await bot.until_told("The audit log cannot be written")

            for table in ("heartbeat", "heard", "questions"):
                sql(tmp_path, f"ALTER TABLE {table}_away RENAME TO {table}")
            await bot.until_told("My state can be written again.")
            bot.far.says("/calls today text", BOSS)
            await bot.until_told("The audit log is written again.")
            assert len(bot.told()) == 4

    run(story)


def test_telegram_that_does_not_answer_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with living(tmp_path) as bot:
            bot.far.fault("500", "getUpdates", times=2)
            bot.far.says("/sl", 77)  # ends the call that waits
            await bot.until_told("Telegram cannot be reached; I go on trying.")
            await bot.far.until(lambda: len(bot.far.called("getUpdates")) == 4)
            bot.far.says("/sl", 77)
            await bot.until_told("Telegram is reached again.")

    run(story)


def test_a_backup_that_fails_is_told_with_a_button_and_pressing_it_tries_again(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "backups").write_text("a file where the directory should be")
        async with living(tmp_path) as bot:
            await bot.until_told("backups cannot be written: ")
            assert str(tmp_path) not in bot.told()[0]
            (question,) = bot.far.answers(OPERATORS)
            bot.far.presses(OPERATORS, question.id, question.data("Try again"), person=9)
            await bot.far.until(lambda: len(bot.told()) == 2)
            assert str(tmp_path) not in bot.told()[1]

            (tmp_path / "backups").unlink()
            bot.far.presses(OPERATORS, question.id, question.data("Try again"), person=9)
            await bot.until_told("The state is backed up: svodka-")
            await bot.until_told("The state is backed up again.")
            assert len(list((tmp_path / "backups").glob("svodka-*.db"))) == 1
            # Nobody gives orders elsewhere; both are in the audit log.
            bot.far.says("/op backup", BOSS)
            await bot.far.until(lambda: bot.far.answers(BOSS))
            assert bot.far.answers(BOSS)[0].text == "Orders are taken in the operators' chat only."
            bot.far.says("/op dance", 9, OPERATORS)
            await bot.until_told('There is no order "dance". There are: backup, correct, delivery, run.')
        log = sql(tmp_path, "SELECT person, chat, text, outcome FROM questions ORDER BY id")
        assert log == [
            ("9", str(OPERATORS), "op backup", "refused"),
            ("9", str(OPERATORS), "op backup", "answered"),
            (str(BOSS), str(BOSS), "/op backup", "refused"),
            ("9", str(OPERATORS), "/op dance", "refused"),
        ]

    run(story)


def test_who_has_a_role_that_may_gives_orders_anywhere(tmp_path: Path) -> None:
    more = '\n[roles.keeper]\noperator = true\nmetrics = []\n\n[[people]]\nid = "telegram:6"\nrole = "keeper"\n'

    async def story() -> None:
        async with living(tmp_path, more) as bot:
            bot.far.says("/op backup", 6)
            await bot.far.until(lambda: bot.far.answers(6))
            assert bot.far.answers(6)[0].text.startswith("The state is backed up: svodka-")

    run(story)
