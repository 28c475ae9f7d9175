"""People needed: the worked world to the digit, and Erlang beside plain birth and death."""

from __future__ import annotations

import math

import numpy as np
import pytest

from metrics.load.erlang import (
    Service,
    impatient,
    mean_wait,
    people_needed,
    service_level,
    waiting,
)
from metrics.load.staffing import Rules, Shortfall, compare, need, offered_load, present, remedy
from warehouse.messages import UserError

CALLS = np.array([60.0, 75.0, 90.0, 40.0])
AHT = 240.0
RULES = Rules(shrinkage=0.3)


def test_people_of_the_worked_world() -> None:
    found = need(CALLS, AHT, RULES)

    assert found.load.tolist() == pytest.approx([8, 10, 12, 16 / 3])
    assert found.people.tolist() == [11, 13, 16, 8]
    assert (100 * found.level).tolist() == pytest.approx([83.1643, 80.3937, 87.5920, 84.1748], abs=5e-5)
    assert found.rostered.tolist() == [16, 19, 23, 12]
    assert found.hours == 35
    assert 100 * found.occupancy == pytest.approx(73.61, abs=5e-3)
    waits = [mean_wait(load, people, AHT) for load, people in zip(found.load, found.people.tolist(), strict=True)]
    assert waits == pytest.approx([19.5966, 22.8216, 12.2744, 19.8772], abs=5e-5)
    one_less = [service_level(load, n - 1, AHT, 30) for load, n in zip(found.load, found.people.tolist(), strict=True)]
    assert [100 * level for level in one_less] == pytest.approx([68.1330, 65.0016, 78.0624, 66.7486], abs=5e-5)


def test_a_corridor_that_ends_at_75_needs_more() -> None:
    found = need(CALLS, AHT, Rules(shrinkage=0.3, occupancy_max=0.75))

    assert found.people.tolist() == [11, 14, 16, 8]
    assert found.rostered.tolist() == [16, 20, 23, 12]


def test_a_small_line_by_hand() -> None:
    assert 100 * service_level(0.1, 1, 180, 20) == pytest.approx(90.95, abs=5e-3)
    assert 100 * service_level(0.2, 1, 180, 20) == pytest.approx(81.70, abs=5e-3)
    assert service_level(10, 14, 180, 20) == pytest.approx(0.88835, abs=5e-6)
    assert waiting(10, 14) == pytest.approx(0.17413, abs=5e-6)


def test_long_contacts_load_the_half_hours_after_their_own() -> None:
    assert offered_load(np.array([10.0, 0.0, 4.0]), 2700.0, 5).tolist() == [5, 8.75, 3.25, 3.5, 0.5]
    assert offered_load(np.array([10.0]), 900.0, 2).tolist() == [5, 0], "up to a quarter hour they do not"


def test_closed_half_hours_need_nobody_and_quiet_ones_the_least() -> None:
    quiet = need(np.zeros(4), AHT, Rules(min_people=2), np.array([True, True, False, False]))

    assert quiet.people.tolist() == [2, 2, 0, 0]
    assert math.isnan(need(np.zeros(2), AHT, RULES, np.zeros(2, dtype=bool)).occupancy)


def test_chats_are_taken_three_at_once() -> None:
    found = need(np.array([30.0]), 600.0, Rules(at_once=3, waits=False, shrinkage=0.3))

    assert found.load.tolist() == [10]
    assert found.slots.tolist() == [12], "10 of 12 are 83 %, of 11 they would be 91 %"
    assert found.people.tolist() == [4]
    assert found.rostered.tolist() == [6]


def test_more_people_than_anybody_has_are_refused() -> None:
    with pytest.raises(UserError, match="5000"):
        need(np.array([60000.0]), AHT, RULES)


def test_what_is_spare_in_the_evening_answers_nothing_in_the_morning() -> None:
    needed = np.array([10, 10, 6, 6, 6])
    there = np.array([6, 6, 6, 9, 9])

    found = compare(there, needed)

    assert (found.short_hours, found.spare_hours) == (4, 3)
    assert remedy(there, needed) == (Shortfall(0, 2, 4),)
    assert Shortfall(0, 2, 4).hours == 4
    assert present(np.array([10, 20, 3]), 0.3).tolist() == [7, 14, 2]


GRID = [(load, people) for load in (0.1, 0.8, 3.0, 10.0, 40.0) for people in (1, 2, 4, 11, 14, 45)]


@pytest.mark.parametrize(("load", "people"), [(load, people) for load, people in GRID if people > load])
def test_erlang_c_is_that_of_birth_and_death(load: float, people: int) -> None:
    state = stationary(load, people, AHT, None)
    assert waiting(load, people) == pytest.approx(float(state[people:].sum()), rel=1e-9, abs=1e-12)
    queue = float(state[people:] @ np.arange(len(state) - people))
    assert mean_wait(load, people, AHT) == pytest.approx(queue * AHT / load, rel=1e-7, abs=1e-9)
    # One who meets m waiting is answered in time when more than m of the people's contacts end within it.
    ends = people / AHT * 30
    met = np.array([1 - sum(math.exp(-ends + m * math.log(ends) - math.lgamma(m + 1)) for m in range(k + 1))
                    for k in range(60)])  # fmt: skip
    late = float(state[people : people + 60] @ (1 - met[: len(state) - people]))
    assert service_level(load, people, AHT, 30) == pytest.approx(1 - late - float(state[people + 60 :].sum()), abs=1e-6)


@pytest.mark.parametrize("patience", [60.0, 180.0])
@pytest.mark.parametrize(("load", "people"), GRID)
def test_erlang_a_is_that_of_birth_and_death(load: float, people: int, patience: float) -> None:
    state = stationary(load, people, AHT, patience)
    queue = float(state[people:] @ np.arange(len(state) - people))
    lost = queue / patience / (load / AHT)

    found = impatient(load, people, AHT, patience, Service())

    assert found.waits == pytest.approx(float(state[people:].sum()), rel=1e-6, abs=1e-9)
    assert found.lost == pytest.approx(lost, rel=1e-6, abs=1e-9)
    assert found.wait_s == pytest.approx(lost * patience, rel=1e-6, abs=1e-6)
    in_time, lost_in_time = first_seconds(state, people, AHT, patience, 30)
    assert found.in_time == pytest.approx(in_time, abs=2e-5)
    assert found.lost_in_time == pytest.approx(lost_in_time, abs=2e-5)


def test_endless_patience_is_erlang_c() -> None:
    found = impatient(10, 14, AHT, 1e7, Service())

    assert found.service_level(Service()) == pytest.approx(service_level(10, 14, AHT, 30), abs=1e-5)
    assert found.waits == pytest.approx(waiting(10, 14), abs=1e-5)


def test_the_people_found_are_the_fewest_that_are_enough() -> None:
    service = Service()
    for patience in (None, 120.0):
        loads = np.array([0.05, 1.0, 7.3, 25.0, 80.0])
        people, levels = people_needed(loads, np.full(5, AHT), service, patience_s=patience)
        for load, n, level in zip(loads.tolist(), people.tolist(), levels.tolist(), strict=True):
            assert level == pytest.approx(_level(load, n, patience))
            assert level >= 0.8
            assert load / n <= 0.9
            assert n == 1 or _level(load, n - 1, patience) < 0.8 or load / (n - 1) > 0.9


def _level(load: float, people: int, patience: float | None) -> float:
    if patience is None:
        return service_level(load, people, AHT, 30)
    return impatient(load, people, AHT, patience, Service()).service_level(Service())


def stationary(load: float, people: int, aht_s: float, patience_s: float | None) -> np.ndarray:
    """The share of time with k contacts in the line: what flows from k to k + 1 flows back."""
    most = people + 4000
    k = np.arange(1, most + 1)
    gone = np.minimum(k, people) / aht_s + (np.maximum(k - people, 0) / patience_s if patience_s else 0.0)
    logs = np.concatenate(([0.0], np.cumsum(np.log(load / aht_s) - np.log(gone))))
    state = np.exp(logs - logs.max())
    return state / state.sum()


def first_seconds(
    state: np.ndarray, people: int, aht_s: float, patience_s: float, within_s: float
) -> tuple[float, float]:
    """Shares answered and lost within so many seconds, followed in small steps."""
    size = 400
    ahead = people / aht_s + np.arange(size) / patience_s
    answered, lost = np.zeros(size), np.zeros(size)
    steps = 1000
    step = within_s / steps
    for _ in range(steps):
        nearer, nearer_lost = np.concatenate(([1.0], answered[:-1])), np.concatenate(([0.0], lost[:-1]))
        # Half a step ahead (midpoint rule).
        middle = answered + step / 2 * (ahead * (nearer - answered) - answered / patience_s)
        middle_lost = lost + step / 2 * (1 / patience_s + ahead * (nearer_lost - lost) - lost / patience_s)
        nearer, nearer_lost = np.concatenate(([1.0], middle[:-1])), np.concatenate(([0.0], middle_lost[:-1]))
        answered = answered + step * (ahead * (nearer - middle) - middle / patience_s)
        lost = lost + step * (1 / patience_s + ahead * (nearer_lost - middle_lost) - middle_lost / patience_s)
    queued = state[people : people + size]
    short = size - len(queued)
    queued = np.pad(queued, (0, max(0, short)))
    return float(state[:people].sum() + queued @ answered), float(queued @ lost)
