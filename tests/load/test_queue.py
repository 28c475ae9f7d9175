"""Queues with given people: the worked world to the digit, and days played through contact by contact."""

from __future__ import annotations

import heapq
import os

import numpy as np
import pytest

from metrics.load import ADD, AHT, CALLS, CLIENTS, PEOPLE, SET, SHARE, Supposition
from metrics.load.erlang import Service
from metrics.load.queue import Queue, expected
from metrics.load.staffing import Rules, Shortfall
from metrics.load.what_if import Scenario, applied, outcome
from warehouse.messages import UserError

ENTRIES = np.array([60.0, 75.0, 90.0, 40.0])
NEEDED = np.array([11, 13, 16, 8])
DAYS = int(os.environ.get("SVODKA_SEEDS", "10")) // 4 + 1
"""Random days: 3 in the suite, 51 with 200 seeds."""


def _queue(people: int | np.ndarray, aht_s: float = 240.0, patience_s: float | None = None) -> Queue:
    return expected(ENTRIES, np.full(4, people) if isinstance(people, int) else people, aht_s, Service(), patience_s)


def _levels(queue: Queue) -> list[float]:
    return [100 * queue.level(part) for part in range(len(queue.arrivals))]


def test_eleven_people_all_along() -> None:
    queue = _queue(11)

    assert queue.in_time.tolist() == pytest.approx([54.0527, 44.8144, 21.7161, 26.5615], abs=5e-5)
    assert _levels(queue) == pytest.approx([90.0879, 59.7525, 24.1290, 66.4037], abs=5e-5)
    assert queue.waited.tolist() == pytest.approx([579.54, 4211.85, 15953.09, 7434.63], abs=5e-3)
    assert queue.waiting.tolist() == pytest.approx([0.5865, 3.5900, 13.7366, 0.3350], abs=5e-5)
    assert queue.busy.tolist() == pytest.approx([6.8609, 9.3625, 10.5112, 7.7893], abs=5e-5)
    assert 100 * queue.level() == pytest.approx(55.5263, abs=5e-5)
    assert queue.wait_s == pytest.approx(106.3363, abs=5e-5)
    assert 100 * queue.occupancy == pytest.approx(78.4631, abs=5e-5)
    assert queue.explosion is not None
    assert (queue.explosion.at, queue.explosion.back) == (2, 4), "at 11:00, back by 12:00"
    assert queue.explosion.wait_s == pytest.approx(300, abs=0.5)


def test_callers_who_hang_up_shorten_the_queue() -> None:
    queue = _queue(11, patience_s=120)

    assert queue.lost.sum() == pytest.approx(24.8656, abs=5e-5)
    assert 100 * queue.losses == pytest.approx(9.3832, abs=5e-5)
    assert queue.wait_s == pytest.approx(11.2599, abs=5e-5)
    assert queue.in_time.sum() == pytest.approx(211.2433, abs=5e-5)
    assert queue.lost_in_time.sum() == pytest.approx(14.7876, abs=5e-5)
    assert 100 * queue.level() == pytest.approx(84.4256, abs=5e-5)
    assert 100 * queue.occupancy == pytest.approx(71.1544, abs=5e-5)


def test_the_people_needed_inherit_conversations() -> None:
    queue = _queue(NEEDED)

    assert 100 * queue.level() == pytest.approx(84.0396, abs=5e-5)
    assert queue.wait_s == pytest.approx(22.7491, abs=5e-5)
    assert _levels(queue)[3] == pytest.approx(63.61, abs=5e-3)


def test_longer_contacts_and_fewer_people() -> None:
    longer, fewer = _queue(NEEDED, aht_s=270), _queue(NEEDED - 2)

    assert 100 * longer.level() == pytest.approx(68.9015, abs=5e-5)
    assert longer.wait_s == pytest.approx(58.0384, abs=5e-5)
    assert 100 * fewer.level() == pytest.approx(56.2848, abs=5e-5)
    assert fewer.wait_s == pytest.approx(99.0123, abs=5e-5)
    assert fewer.waiting[-1] == pytest.approx(6.94, abs=5e-3)


def test_nobody_there_answers_nobody() -> None:
    queue = expected([10.0, 10.0], [0, 2], 240.0, Service())

    assert queue.in_time[0] == 0
    assert queue.waiting[0] == pytest.approx(10)
    assert queue.explosion is not None
    assert queue.explosion.wait_s is None


MORNING = Scenario(
    ENTRIES, np.full(4, 240.0), np.array([16.0, 19.0, 23.0, 12.0]), Rules(shrinkage=0.3), np.ones(4, dtype=bool), 84_000
)


def test_seven_thousand_new_clients() -> None:
    after = outcome(applied(MORNING, [Supposition(CLIENTS, ADD, 7000)]))

    assert after.scenario.contacts.tolist() == pytest.approx([65, 81.25, 97.5, 43.3333], abs=5e-5)
    assert after.need.people.tolist() == [12, 14, 17, 9]
    assert after.need.rostered.tolist() == [18, 20, 25, 13]
    assert after.need.hours == 38
    assert after.queue is not None
    assert 100 * after.queue.level() == pytest.approx(74.9372, abs=5e-5)
    assert after.queue.wait_s == pytest.approx(39.6221, abs=5e-5)
    assert _levels(after.queue)[3] == pytest.approx(50.95, abs=5e-3)
    assert after.remedy == (Shortfall(0, 1, 2), Shortfall(1, 2, 1), Shortfall(2, 3, 2), Shortfall(3, 4, 1))


def test_new_clients_may_call_more_often_at_first() -> None:
    after = applied(MORNING, [Supposition(CLIENTS, ADD, 8400)], newcomers=1.6)

    assert after.contacts.tolist() == pytest.approx((ENTRIES * 1.16).tolist())


def test_percentages_come_before_pieces_whatever_the_order() -> None:
    more, share = Supposition(CALLS, ADD, 53.0), Supposition(CALLS, SHARE, 0.2)

    assert applied(MORNING, [more, share]).contacts.sum() == pytest.approx(265 * 1.2 + 53)
    assert applied(MORNING, [share, more]).contacts.tolist() == applied(MORNING, [more, share]).contacts.tolist()


def test_people_change_in_their_window_alone_and_never_below_nobody() -> None:
    window = np.array([False, True, True, False])

    assert applied(MORNING, [Supposition(PEOPLE, ADD, -20)], window).roster.tolist() == [16, 0, 3, 12]  # type: ignore[union-attr]
    assert applied(MORNING, [Supposition(PEOPLE, SET, 14)]).roster.tolist() == [14, 14, 14, 14]  # type: ignore[union-attr]
    assert applied(MORNING, [Supposition(AHT, ADD, 30)]).aht_s.tolist() == [270] * 4


def test_clients_without_a_base_are_asked_about() -> None:
    without = Scenario(ENTRIES, MORNING.aht_s, None, Rules(), MORNING.open_hours)

    with pytest.raises(UserError, match="--base"):
        applied(without, [Supposition(CLIENTS, ADD, 7000)])
    assert outcome(without).queue is None, "without a roster only the need is known"


@pytest.mark.parametrize("seed", range(DAYS))
def test_a_day_played_through_contact_by_contact_agrees(seed: int) -> None:
    random = np.random.default_rng(seed)
    entries = random.uniform(10, 70, 8).round()
    aht_s = float(random.uniform(150, 400))
    people = np.maximum(1, np.ceil(entries * aht_s / 1800 + random.integers(-1, 3, 8))).astype(int)
    patience_s = None if seed % 2 else 150.0
    queue = expected(entries, people, aht_s, Service(), patience_s)

    played = np.array([_play(random, entries, people, aht_s, patience_s) for _ in range(300)])
    in_time, lost, waited = played.mean(axis=0)
    error = played.std(axis=0) / 300**0.5

    assert abs(queue.in_time.sum() - in_time) < 4 * error[0]
    assert abs(queue.lost.sum() - lost) < 4 * error[1] + 1e-9
    assert abs(queue.waited.sum() - waited) < 4 * error[2]


def _play(
    random: np.random.Generator, entries: np.ndarray, people: np.ndarray, aht_s: float, patience_s: float | None
) -> tuple[float, float, float]:
    """One day: who comes at random, is served in order, hangs up when patience ends; (in time, lost, seconds waited).

    Who leaves at a half hour's end hands over the conversation, which waits at the head of the queue.
    """
    seconds = [random.uniform(0, 1800, random.poisson(mean)) + 1800 * part for part, mean in enumerate(entries)]
    arrivals = np.sort(np.concatenate(seconds)).tolist()
    events: list[tuple[float, int, int]] = [(at, _COMES, n) for n, at in enumerate(arrivals)]
    events += [(1800.0 * part, _SHIFT, 0) for part in range(1, len(entries) + 1)]
    heapq.heapify(events)
    queue: list[int] = []
    handed_over = in_time = lost = waited = 0.0
    number, now, staff, drawn = 0, 0.0, int(people[0]), 0
    while True:
        at, kind, who = heapq.heappop(events)
        if kind == _ENDS and who != drawn:
            continue  # more or fewer were served since this was drawn
        waited += (at - now) * max(0, number - staff)
        now = at
        if kind == _COMES:
            number += 1
            in_time += number <= staff
        elif kind == _ENDS:
            number -= 1
        elif kind == _HANGS_UP:
            if who not in queue:
                continue
            queue.remove(who)
            number -= 1
            lost += 1
        elif now >= 1800.0 * len(entries):
            return in_time, lost, waited
        else:
            staff = int(people[int(now // 1800)])
        waiting = max(0, number - staff)
        while len(queue) > waiting:
            head = queue.pop(0)
            in_time += head >= 0 and now - arrivals[head] <= 30
        while len(queue) < waiting:
            if kind == _COMES:
                queue.append(new := who)
            else:
                handed_over += 1
                queue.insert(0, new := -int(handed_over))
            if patience_s:
                heapq.heappush(events, (now + random.exponential(patience_s), _HANGS_UP, new))
        drawn += 1
        if busy := min(number, staff):
            heapq.heappush(events, (now + random.exponential(aht_s / busy), _ENDS, drawn))


_COMES, _ENDS, _SHIFT, _HANGS_UP = range(4)
