"""`svodka subscriptions`: what people let themselves be told, for whoever runs the bot."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from bot.alerts import store as alerts
from bot.alerts.episodes import Condition, Episode
from bot.alerts.store import Alert
from bot.chat.questions.recurring import repeat_of
from bot.state.store import open_state
from bot.subscriptions import store
from bot.subscriptions.store import Owner
from tests.bot.conftest import Run, run  # noqa: F401

JUNE_16 = datetime(2026, 6, 16, 9)
ANNA = Owner("telegram", "1000", "1000", None, True, "en")
ROOM = Owner("telegram", "1000", "-101", "5", False, "ru")


def test_what_there_is_is_listed_and_what_there_was_is_exported(tmp_path: Path, run: Run) -> None:  # noqa: F811
    def svodka(*arguments: str) -> str:
        return run(*arguments, "--home", str(tmp_path)).out

    svodka("init", "--language", "en", "--timezone", "Europe/Moscow")
    assert "There are no subscriptions and no alerts" in svodka("subscriptions")
    state = open_state("sqlite:///state/svodka.db", tmp_path)
    with state.engine.begin() as connection:
        store.add(connection, ANNA, "sl inhouse yesterday", repeat_of("daily 09:30"), JUNE_16)
        ended = store.add(connection, ROOM, "calls today", repeat_of("weekly mon 10:00"), JUNE_16)
        store.end(connection, ended.id, "1000", JUNE_16)
        set_alert = alerts.add(
            connection, Alert(0, ROOM, "sl", "inhouse", Condition("<", 80, 30), "22:00-08:00", JUNE_16)
        )
        alerts.keep(connection, Episode(0, set_alert.id, JUNE_16, JUNE_16, 62, 13, 21, 62, JUNE_16))
    state.close()

    now = ("--now", "2026-06-16T12:30")
    listed = svodka("subscriptions", *now)
    assert "sl inhouse yesterday" in listed
    assert "June 17, 09:30" in listed.replace("\N{NO-BREAK SPACE}", " ")
    assert "calls today" not in listed
    assert "telegram:-101/5" in listed
    assert "sl inhouse < 80" in listed
    data = json.loads(svodka("subscriptions", "--json", *now))
    assert [(each["when"], each["next"], each["ended"]) for each in data["subscriptions"]] == [
        ("daily 09:30", "2026-06-17T06:30:00Z", None),
        ("weekly mon 10:00", None, "2026-06-16T09:00:00Z"),
    ]
    assert [(each["threshold"], each["beyond_since"]) for each in data["alerts"]] == [(80.0, "2026-06-16T09:00:00Z")]
