"""When posts are compared by themselves: at an hour of the centre's clock, or after a start later that day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.corrections.service import is_due

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("checked", "now", "due"),
    [
        (None, "05:29", False),  # 08:29 in Moscow
        (None, "05:30", True),
        (None, "15:00", True),  # it was started in the evening
        ("05:30", "05:31", False),
        ("05:29", "05:30", True),
        ("05:30", "20:59", False),
        ("05:30", "21:00", False),  # the next day has begun, and its hour has not struck
    ],
)
def test_once_a_day_from_its_hour_on(checked: str | None, now: str, due: bool) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-06-18T{clock}")

    assert is_due("08:30", MOSCOW, at(checked) if checked else None, at(now)) is due
    assert not is_due("", MOSCOW, None, at(now))


def test_every_day_anew() -> None:
    assert is_due("08:30", MOSCOW, datetime(2026, 6, 18, 15), datetime(2026, 6, 19, 5, 30))
