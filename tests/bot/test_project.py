"""A project outlives the day on which its program was started: what is said of days follows the clock."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.chat.snapshot import Snapshots
from bot.config import load
from bot.project import Project, open_project
from tests.stories.centre import found
from warehouse.messages import UserError


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock shows, UTC: its last moment; the first is when the program started."""
    shown = [datetime(2026, 12, 31, 12)]
    monkeypatch.setattr(Project, "clock", lambda self: shown[-1])
    return shown


def test_a_program_started_on_new_years_eve_says_the_years_of_the_day_it_is(
    tmp_path: Path, clock: list[datetime]
) -> None:
    found(tmp_path, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")
    localizer = open_project(tmp_path, None).localizer
    assert [localizer.day(date(2026, 12, 30)), localizer.day(date(2027, 1, 2))] == [
        "December\N{NO-BREAK SPACE}30",
        "January\N{NO-BREAK SPACE}2,\N{NO-BREAK SPACE}2027",
    ]
    clock.append(datetime(2026, 12, 31, 21))  # midnight in Moscow
    assert [localizer.day(date(2026, 12, 30)), localizer.day(date(2027, 1, 2))] == [
        "December\N{NO-BREAK SPACE}30,\N{NO-BREAK SPACE}2026",
        "January\N{NO-BREAK SPACE}2",
    ]


def test_a_new_day_is_another_today_though_the_records_stand_still(tmp_path: Path, clock: list[datetime]) -> None:
    found(tmp_path, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")
    snapshots = Snapshots(open_project(tmp_path, None))
    evening = snapshots.current(datetime(2026, 12, 31, 12))
    assert snapshots.current(datetime(2026, 12, 31, 20, 59)) is evening
    assert snapshots.current(datetime(2026, 12, 31, 21)).workplace().calculator.now == datetime(2026, 12, 31, 21)


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "svodka.toml"
    file.write_text('[centre]\ntimezone = "Europe/Moscow"\ncountry = "RU"\n', "utf-8")
    assert load(file).centre.timezone == "Europe/Moscow"
    monkeypatch.setenv("svodka_centre__timezone", "Asia/Omsk")
    centre = load(file).centre
    assert (centre.timezone, centre.country) == ("Asia/Omsk", "RU")
    monkeypatch.setenv("SVODKA_CENTRE__COUNTRY", "XX")
    with pytest.raises(UserError, match=r"centre\.country: there is no calendar for"):
        load(file)
