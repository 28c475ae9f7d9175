"""Every unit is printed as people write it, in both languages, and is worded once."""

from __future__ import annotations

import pytest

from digests import numbers
from digests.localizer import Localizer
from digests.pictures import wording
from metrics.model import Better, Count, Metric, Unit

RU, EN = Localizer("ru"), Localizer("en")


def _metric(unit: Unit) -> Metric:
    return Metric("m", "", "", unit, Better.NEUTRAL, "calls", Count(), spread=False)


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (48, "48 с", "48 s"),
        (89.9, "90 с", "90 s"),  # under ninety seconds, though it is printed as ninety
        (90, "1,5 мин", "1.5 min"),
        (865, "14 мин", "14 min"),
        (90 * 60, "1,5 ч", "1.5 h"),
        (33_840, "9,4 ч", "9.4 h"),
        (36 * 3600, "1,5 дня", "1.5 days"),
        (86_400 * 5, "5 дней", "5 days"),
        (86_400 * 21, "21 день", "21 days"),
    ],
)
def test_a_duration_is_in_the_unit_that_suits_it(seconds: float, russian: str, english: str) -> None:
    assert _plain(numbers.in_unit(RU, Unit.DURATION, seconds, 0)) == russian
    assert _plain(numbers.in_unit(EN, Unit.DURATION, seconds, 0)) == english


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (0, "0 ₽", "₽0"),
        (999.6, "1 000 ₽", "₽1,000"),
        (9_840, "9 840 ₽", "₽9,840"),  # four digits are read at a glance
        (84_300, "84,3 тыс. ₽", "₽84.3k"),
        (12_400_000, "12,4 млн ₽", "₽12.4M"),
        (1_300_000_000, "1,3 млрд ₽", "₽1.3B"),
    ],
)
def test_money_has_the_sign_of_the_centres_currency(amount: float, russian: str, english: str) -> None:
    assert _plain(numbers.in_unit(RU, Unit.MONEY, amount, 0)) == russian
    assert _plain(numbers.in_unit(EN, Unit.MONEY, amount, 0)) == english


def test_a_currency_without_a_sign_is_named_by_its_code() -> None:
    som = Localizer("en", currency="KGS")
    assert numbers.in_unit(som, Unit.MONEY, 500, 0) == "KGS 500"
    assert _plain(numbers.in_unit(Localizer("ru", currency="KGS"), Unit.MONEY, 500, 0)) == "500 KGS"


def test_points_have_their_sign_and_a_zero_has_none() -> None:
    assert [numbers.in_unit(RU, Unit.POINTS, each, 0) for each in (25, -3.4, 0, -0.3)] == ["+25", "−3", "0", "0"]


def test_differences_keep_the_unit() -> None:
    assert _plain(numbers.signed(RU, _metric(Unit.DURATION), -150)) == "−2,5 мин"
    assert _plain(numbers.signed(RU, _metric(Unit.MONEY), 154)) == "+154 ₽"
    assert numbers.signed(RU, _metric(Unit.POINTS), 4) == "+4"
    assert _plain(wording.signed(RU, _metric(Unit.POINTS), 49, 45)) == "+4"
    assert _plain(wording.signed(RU, _metric(Unit.DURATION), 60, 3 * 86_400)) == "−3 д"


def test_a_series_of_durations_is_in_one_unit() -> None:
    """Three points of a line are compared by eye: the longest decides what all of them are counted in."""
    text = wording.series(RU, _metric(Unit.DURATION), [45, 600, 5000])
    assert (text(45), text(600), text(5000), text.axis) == ("0,8", "10", "83", "минуты")
    money = wording.series(RU, _metric(Unit.MONEY), [2500.0])
    assert (_plain(money(2500)), _plain(money.axis)) == ("2,5", "тыс. ₽")


def test_every_unit_says_how_it_is_typed_planned_and_named() -> None:
    for unit in Unit:
        words = unit.words
        assert all((words.name, words.planned, words.typed.id, words.bound)), unit
        assert None in words.suffixes, unit
