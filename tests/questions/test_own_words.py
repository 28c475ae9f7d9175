"""A centre's own words and shifts are read as what they stand for; whose shift it is, the clock says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.chat.own_words import OwnWords
from tests.questions.centre import VOCABULARY
from warehouse.messages import UserError

SHIFTS = {"дневная смена": "08:00-20:00", "ночная смена": "20:00-08:00"}
NOON, MIDNIGHT = datetime(2026, 6, 16, 12), datetime(2026, 6, 16, 0, 30)


@pytest.mark.parametrize(
    ("said", "at", "read"),
    [
        ("звонки за ночную смену", NOON, "звонки за 20:00-08:00"),
        ("звонки с начала смены", NOON, "звонки 2026-06-16 08:00-20:00"),
        ("calls this shift", MIDNIGHT, "calls 2026-06-15 20:00-08:00"),
        ("sl за прошлую смену", NOON, "sl 2026-06-15 20:00-08:00"),
        ("sl last shift", MIDNIGHT, "sl 2026-06-15 08:00-20:00"),
        ("кто на смене", NOON, "кто на смене"),
    ],
)
def test_a_shift_is_its_hours(said: str, at: datetime, read: str) -> None:
    assert OwnWords({}, SHIFTS).read(said, at).text == read


def test_a_word_of_the_centre_counts_beside_its_shifts() -> None:
    read = OwnWords({"колцентр": "inhouse"}, SHIFTS).read("sl колцентра за дневную смену", NOON)
    assert read.text == "sl inhouse за 08:00-20:00"


@pytest.mark.parametrize("hours", ["8-20", "25:00-08:00", "08:00-08:00"])
def test_hours_of_a_shift_that_are_none_stop_the_start_with_a_sentence(hours: str) -> None:
    with pytest.raises(UserError, match="not understood"):
        OwnWords({}, {"смена": hours}).check(VOCABULARY, date(2026, 6, 16))
