"""What is asked about load in words, in any order and both languages; what means nothing is refused."""

from __future__ import annotations

from datetime import date

import pytest

from digests.load.reading import LoadRequest, read
from digests.load.words import question_of
from metrics.centre import Centre, Line
from metrics.load import ADD, AHT, CALLS, CLIENTS, OCCUPANCY, PATIENCE, PEOPLE, SERVICE, SET, SHARE, Supposition
from tests.kit import MOSCOW
from warehouse.messages import UserError

CENTRE = Centre(
    timezone=MOSCOW,
    lines={
        "inhouse": Line("inhouse", "Inhouse", aliases=("инхаус",)),
        "akc": Line("akc", "АКЦ Заселение", aliases=("акц",)),
    },
)
TODAY = date(2026, 6, 16)
"""A Tuesday."""


def _read(words: str) -> LoadRequest:
    return read(words, CENTRE, TODAY)


@pytest.mark.parametrize(
    "words",
    [
        "inhouse monday +7000 clients aht 300 people +2",
        "+7 000 клиентов инхаус aht 300 понедельник люди +2",
        "в понедельник на инхаус придёт 7 тыс. новых клиентов, aht 300 и людей +2",
        "people +2 aht 300 22.06 Inhouse clients +7000",
    ],
)
def test_any_order_says_the_same(words: str) -> None:
    asked = _read(words)
    assert (asked.line, asked.period.first_day, asked.period.last_day) == ("inhouse", *2 * (date(2026, 6, 22),))
    assert set(asked.changes) == {
        Supposition(CLIENTS, ADD, 7000),
        Supposition(AHT, SET, 300),
        Supposition(PEOPLE, ADD, 2),
    }


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("+20% calls", Supposition(CALLS, SHARE, 0.2)),
        ("на 20% меньше звонков", Supposition(CALLS, SHARE, -0.2)),
        ("20% больше звонков", Supposition(CALLS, SHARE, 0.2)),
        ("+300 calls", Supposition(CALLS, ADD, 300)),
        ("aht +10%", Supposition(AHT, SHARE, 0.1)),
        ("без 3 человек", Supposition(PEOPLE, ADD, -3)),
        ("людей 14", Supposition(PEOPLE, SET, 14)),
        ("sl 90/20", Supposition(SERVICE, SET, 0.9, 20)),
        ("загрузка 75", Supposition(OCCUPANCY, SET, 0.75)),
        ("терпение 120", Supposition(PATIENCE, SET, 120)),
    ],
)
def test_a_change_alone(words: str, change: Supposition) -> None:
    assert _read(f"инхаус завтра {words}").changes == (change,)


def test_words_that_ask_it_again_ask_the_same() -> None:
    asked = _read("акц заселение 22 июня 10:00-14:00 +20% звонков -3 человека sl 90/20 база 84000 x1")
    again = _read(asked.words)
    assert again == asked
    assert again.window == (20, 28)


def test_a_week_is_meant_where_nothing_else_is_said() -> None:
    assert _read("инхаус").period.first_day == date(2026, 6, 22), "the week that begins next"
    assert _read("инхаус следующая неделя").period == _read("inhouse next week").period
    assert _read("инхаус +5% звонков").period.first_day == date(2026, 6, 17), "of one day: the next"


@pytest.mark.parametrize("words", ["inhouse foo", "inhouse +5", "inhouse aht", "inhouse 32.06", "inhouse 14:00-10:00"])
def test_what_means_nothing_is_refused(words: str) -> None:
    with pytest.raises(UserError):
        _read(words)


def test_hours_are_for_people() -> None:
    with pytest.raises(UserError, match="Hours are for people"):
        _read("inhouse завтра 10:00-14:00 +20% звонков")


def test_what_begins_a_question_about_load() -> None:
    assert question_of("/load inhouse") == "inhouse"
    assert question_of("/нагрузка инхаус завтра") == "инхаус завтра"
    assert question_of("Что будет, если завтра +20% звонков") == "завтра +20% звонков"
    assert question_of("load inhouse") is None
    assert question_of("load inhouse", plainly=True) == "inhouse"
    assert question_of("нагрузка вчера", plainly=True) is None, "that is a question of calls"
