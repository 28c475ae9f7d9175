"""Early warning: a morning of calls and people worked out by hand, and what is scored of days that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from metrics.load.day_so_far import people_ahead
from metrics.load.erlang import Service
from metrics.load.history import HALF_HOURS, Calendar, History
from metrics.load.staffing import Rules, Shortfall
from metrics.load.warning import Miss, Past, Today, foresee, hindsight, scored, weight_of_morning

TEN = 20
"""The half hour that begins at 10:00."""
RULES = Rules(Service(0.8, 30.0), shrinkage=0.0)
OPEN = np.zeros(HALF_HOURS, dtype=bool)
OPEN[TEN - 4 : TEN + 4] = True


def _by_half_hour(*values: float, start: int = TEN) -> np.ndarray:
    made = np.zeros(HALF_HOURS)
    made[start : start + len(values)] = values
    return made


# The worked morning: 60, 75, 90 and 40 calls of 240 s from 10:00 on need 11, 13, 16 and 8 people for 80/30.
CALLS = _by_half_hour(60, 75, 90, 40)
AHT = np.full(HALF_HOURS, 240.0)


def _today(over: int, people: float, came: np.ndarray = CALLS) -> Today:
    return Today(over, came, CALLS, _by_half_hour(*[people] * 4), AHT, RULES, OPEN)


def test_a_miss_is_said_with_its_queue_and_whom_to_call_in() -> None:
    foreseen = foresee(_today(16, 11), np.inf)
    (miss,) = foreseen.misses
    # With 11 all along 90.1, 59.8, 24.1 and 66.4 % are in time; 13.7 callers wait at 11:30, for 300 s. 66 % may be 80.
    assert (miss.start, miss.end) == (TEN + 1, TEN + 3)
    assert miss.level == pytest.approx((44.8144 + 21.7161) / 165, abs=1e-4)
    assert (miss.waiting, miss.wait_s) == (pytest.approx(13.7366, abs=1e-3), pytest.approx(13.7366 * 240 / 11, abs=0.1))
    assert foreseen.remedy(miss) == (Shortfall(TEN + 1, TEN + 2, 2), Shortfall(TEN + 2, TEN + 3, 5))


@pytest.mark.parametrize(("opens", "as_said", "warned"), [(20, 6, True), (20, 5, False), (16, 9, True), (16, 8, False)])
def test_days_that_are_over_tell_how_likely_a_miss_is(opens: int, as_said: int, warned: bool) -> None:
    # Twelve days: on some as many came as were expected, on the others half of them, of whom eleven people miss none.
    said = np.tile(CALLS, (12, 1))
    came = said * np.where(np.arange(12) < as_said, 1.0, 0.5)[:, None]
    # In the first two hours half of the days are enough, later 70 %.
    today = replace(_today(16, 11), open_hours=np.arange(HALF_HOURS) >= opens)
    found = foresee(today, np.inf, Past(said, came, np.ones_like(said))).misses
    assert bool(found) == warned
    for miss in found:
        assert (miss.start, miss.end, miss.likely) == (TEN + 1, TEN + 4, as_said / 12)
        assert miss.level == pytest.approx((44.8144 + 21.7161 + 26.5615) / 205, abs=1e-4), "where it comes about"


def test_people_who_used_to_be_fewer_than_expected_are_expected_to_be() -> None:
    said = np.tile(CALLS, (12, 1))
    today = replace(_today(16, 0), people=_by_half_hour(11, 13, 16, 8), roster=_by_half_hour(11, 13, 16, 8))
    (miss,) = foresee(today, np.inf, Past(said, said, np.full_like(said, 0.8))).misses
    # 9, 10, 13 and 6 of the 11, 13, 16 and 8 who are needed.
    assert miss.start == TEN
    assert miss.likely == 1


def test_with_the_people_needed_there_is_nothing_to_warn_of() -> None:
    enough = replace(_today(16, 0), people=_by_half_hour(11, 13, 16, 8))
    assert foresee(enough, np.inf).misses == ()


def test_what_begins_within_the_hour_is_no_warning_any_more() -> None:
    # At 10:00 the miss of 10:30 is a half hour away; when it is under way it is shown.
    assert foresee(_today(TEN, 11), np.inf).misses == ()
    (under_way,) = foresee(_today(TEN + 1, 11), np.inf).misses
    assert under_way.start == TEN + 1


def test_the_morning_counts_in_part() -> None:
    # 90 came where 60 were forecast; the forecast is worth 60 calls as well: half of the half more.
    today = _today(TEN + 1, 20, _by_half_hour(90))
    foreseen = foresee(today, 60.0)
    assert foreseen.ratio == 1.5
    assert foreseen.bracket == pytest.approx(1.25)
    assert foreseen.contacts[TEN : TEN + 2].tolist() == [90, pytest.approx(93.75)]
    assert foresee(today, np.inf).bracket == 1
    few = replace(today, forecast=_by_half_hour(9, 75, 90, 40))
    assert foresee(few, 60.0).ratio is None, "of nine calls nothing follows"


def test_who_is_away_now_stays_away() -> None:
    roster = _by_half_hour(5, 5, 0, 5)
    present = _by_half_hour(3)
    assert people_ahead(roster, present, TEN + 1)[TEN : TEN + 4].tolist() == [3, 3, 0, 3]


def _history(*days: tuple[float, float]) -> History:
    """Weeks of days that bring so many calls before and after noon."""
    count = len(days)
    weekdays = np.arange(count) % 7
    calendar = Calendar(
        date(2026, 3, 2),
        weekdays,
        np.zeros(count, dtype=bool),
        np.zeros(count, dtype=bool),
        np.ones((count, HALF_HOURS), dtype=bool),
    )
    counts = np.zeros((count, HALF_HOURS))
    counts[:, TEN], counts[:, 26] = zip(*days, strict=True)
    return History(calendar, counts)


def test_how_much_a_morning_weighs_is_learnt_from_days_that_are_over() -> None:
    rng = np.random.default_rng(1)
    levels = rng.uniform(0.6, 1.4, 120)
    steady = _history(*((100 * level, 100 * level) for level in levels))
    assert weight_of_morning(steady) <= 25, "the afternoon follows the morning"
    others = rng.uniform(0.6, 1.4, 120)
    apart = _history(*((100 * a, 100 * b) for a, b in zip(levels, others, strict=True)))
    assert weight_of_morning(apart) >= 400, "it does not"


def test_the_future_teaches_nothing() -> None:
    rng = np.random.default_rng(2)
    days = [(100 * a, 100 * b) for a, b in rng.uniform(0.6, 1.4, (120, 2))]
    shuffled = [*days[:90], *(days[90 + n] for n in rng.permutation(30))]
    assert weight_of_morning(_history(*days[:90])) == weight_of_morning(_history(*shuffled).up_to(90))


def test_the_miss_of_a_day_that_is_over() -> None:
    (miss,) = hindsight(CALLS, _by_half_hour(11, 11, 11, 11), AHT, RULES)
    assert (miss.start, miss.end) == (TEN + 1, TEN + 4)


def test_warnings_are_scored() -> None:
    def miss(start: int, end: int) -> Miss:
        return Miss(start, end, 0.5, 0.0, None)

    days = [
        # Warned of at 8:00 and again at 9:00, which is one warning: true, two hours ahead.
        ([(16, [miss(20, 24)]), (18, [miss(21, 24)])], [miss(20, 22)]),
        # Warned of nothing that came; and a miss that was seen half an hour before: no warning, not foreseen.
        ([(16, [miss(30, 34)]), (19, [miss(20, 24)])], [miss(20, 22)]),
    ]
    score = scored(days)
    assert (score.warnings, score.true, score.misses, score.foreseen, score.leads) == (2, 1, 2, 1, (120,))
    assert (score.precision, score.recall) == (0.5, 0.5)
    assert scored([([], [])]).precision is None
