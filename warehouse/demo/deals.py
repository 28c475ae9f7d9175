"""Deals of the demo's sales department: every half month so many are created, booked, come, sign and are lost.

Moments are seconds since the demo's start. A deal is born in one half month and takes its steps in that one and those
after it: what a half month is to have is spread over the deals that were born before, so that it has it exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from warehouse.demo.chance import DAY_S, END, START, Flags, Floats, HalfMonth, Ints, half_months, spread
from warehouse.demo.people import POOLS, SALES, agents
from warehouse.demo.scenario import REFERENCE_HALF, size_of

CITIES = ("Москва", "Санкт-Петербург", "Екатеринбург", "Новосибирск")
REMOTE = len(CITIES)
"""The remote team's place among the cities: its deals have none."""
OFFICE, CENTRE = "office", "contact-centre"
PIPELINES: Mapping[str, str] = {OFFICE: "Отделы продаж", CENTRE: "Контакт-центр"}

NEW, PHONE, BOOKED, CAME, CONTRACT, WON, NO_ANSWER, NOT_BOOKED, NO_SHOW, LOST = range(10)
STAGES: Sequence[tuple[str, str, str]] = (
    # stage, title, kind; in the order of their codes
    ("new", "Новый лид", "incoming"),
    ("phone", "Телефон получен", "phone"),
    ("booked", "Записан на консультацию", "booked"),
    ("came", "Консультация проведена", "came"),
    ("contract", "Договор подписан", "contract"),
    ("won", "Сделка закрыта", "won"),
    ("no_answer", "Не отвечает", "no_answer"),
    ("not_booked", "Не записался", "not_booked"),
    ("no_show", "Не пришёл", "no_show"),
    ("lost", "Закрыто и не реализовано", "lost"),
)
ON_PATH = 6
"""The first so many of them lie along the path."""

SIGNED_TO_CLOSED_S = 3 * DAY_S
HALF_S = 365.25 / 24 * DAY_S

NEVER = np.inf
UNTIL_S = (END - START).total_seconds()
"""When the records were taken."""

_CREATED = np.array((1_560, 720, 330, 210, 240))
_PHONES = np.array((1_424, 656, 301, 191, 218))
_BOOKED = np.array((650, 310, 165, 85, 55))
_CAME = np.array((384, 206, 111, 57, 34))
_CONTRACTS = np.array((124, 72, 39, 21, 12))
_LOST = np.array((753, 345, 160, 104, 118))
_NO_SHOWS = np.array((250, 108, 58, 33, 22))
"""1-15 June 2026, by city."""
_CAME_BEFORE = 0.67
"""Of those booked, how many came to the offices of the first city until May 2026."""
_CLEANED_UP = 2.64
"""In a month's second half so many times more deals are closed than in its first."""
_REOPENED = 3
_JUMPS, _UNBOOKED, _BOOKED_AGAIN, _BOOKED_SOON, _NO_ANSWER_SHARE = 0.05, 0.03, 0.12, 0.09, 0.2716
_BOOKS_S, _VISITS_S, _BOOKS_AGAIN_S, _SIGNS_S = 1.3 * DAY_S, 4.2 * DAY_S, 2.7 * DAY_S, 9.5 * DAY_S
"""How long a step takes on average; so the same number takes it every day."""


@dataclass(frozen=True)
class Deals:
    """One position per deal. Moments are NEVER where the step is not taken."""

    born: Ints
    """The half month, by its number."""
    city: Ints
    created: Floats
    first_talk: Floats
    """When somebody first talked with the client; before `created` where the call made the deal."""
    phone: Floats
    booked: Floats
    outcome_at: Floats
    """When the first appointment is to be, or was called off."""
    came: Flags
    missed: Flags
    """Whether nobody came; neither of the two: it was called off, or is still to be."""
    again: Floats
    """When it was booked again after nobody came."""
    again_at: Floats
    again_came: Flags
    again_missed: Flags
    unbooked: Floats
    """When somebody came without an appointment."""
    contract: Floats
    reopened: Flags
    """Whether the sale was taken back some days after it."""
    lost: Floats
    beside: Floats
    """When it was set aside as not answering, or as not booked."""
    beside_stage: Ints
    jumped: Flags
    """Went from a new lead straight to an appointment."""
    deleted: Flags
    owner: Ints
    """Codes of agents."""
    owner_after: Ints
    handed_at: Floats

    def __len__(self) -> int:
        return len(self.born)

    @property
    def visited(self) -> Floats:
        """The first visit of all."""
        first = np.where(self.came, self.outcome_at, NEVER)
        return np.minimum(np.minimum(first, np.where(self.again_came, self.again_at, NEVER)), self.unbooked)


@cache
def edges() -> Floats:
    """The beginnings of the half months, and the end of the last."""
    halves = list(half_months())
    begins = [(half.begins - START).total_seconds() for half in halves]
    return np.array([*begins, begins[-1] + halves[-1].days * DAY_S])


def half_of(moments: Floats) -> Ints:
    """The number of the half month that moments lie in; past the last one for NEVER."""
    found: Ints = np.searchsorted(edges(), moments, side="right") - 1
    return found


def picked(groups: Ints, counts: Ints, eligible: Flags, rng: np.random.Generator, score: Floats | None = None) -> Flags:
    """Flags of rows of which as many are set in each group as `counts` says, those of the least score first."""
    keys = rng.random(len(groups)) if score is None else score
    rows = np.flatnonzero(eligible)
    order = rows[np.lexsort((keys[rows], groups[rows]))]
    ordered = groups[order]
    firsts = np.searchsorted(ordered, ordered, side="left")
    flags: Flags = np.zeros(len(groups), dtype=np.bool_)
    flags[order[np.arange(len(order)) - firsts < counts[ordered]]] = True
    return flags


class DealScenario:
    """How many of each step a half month is to have, by city."""

    def __init__(self) -> None:
        self.halves = list(half_months())
        self.size = np.array([size_of(half) for half in self.halves])
        self.number_of_reference = self.halves.index(REFERENCE_HALF)

    def counts(self, reference: Ints, *, factor: Floats | None = None) -> Ints:
        """Counts by half month and city."""
        scale = self.size if factor is None else self.size * factor
        wanted = np.array([spread(round(float(reference.sum()) * each), reference.astype(float)) for each in scale])
        wanted[self.number_of_reference] = reference
        return wanted

    def came(self) -> Ints:
        """Visits: until May 2026 more of those who were booked in the first city came."""
        before = _CAME.copy()
        before[0] = round(_CAME_BEFORE * _BOOKED[0])
        wanted = self.counts(before)
        wanted[self.number_of_reference :] = self.counts(_CAME)[self.number_of_reference :]
        return wanted

    def lost(self) -> Ints:
        """Disposals: in a month's second half the funnel is cleaned up, in each city of what is left there."""
        second = np.array([half.first.day > 1 for half in self.halves])
        wanted = self.counts(_LOST, factor=np.where(second, _CLEANED_UP, 1.0))
        left = (2 * (_CREATED - _CONTRACTS) - _LOST).astype(float)
        wanted[second] = [spread(int(each.sum()), left) for each in wanted[second]]
        return wanted


def created_counts() -> Ints:
    """How many deals are created in each half month, by city; those that are deleted come beside them."""
    counts: Ints = DealScenario().counts(_CREATED)
    return counts


class _Steps:
    """The steps of many deals, taken one kind after another."""

    def __init__(self, born: Ints, city: Ints, created: Floats, rng: np.random.Generator) -> None:
        self.born, self.city, self.created, self.rng = born, city, created, rng
        self.scenario = DealScenario()
        self.ends = edges()[1:]

    def take(
        self,
        wanted: Ints,
        mean_s: float,
        ready: Floats,
        eligible: Flags,
        *,
        lags: int = 4,
        not_before: Ints | None = None,
    ) -> Ints:
        """Deal a step's counts out over those that are ready; returns in which half month each takes it, or -1.

        Of a step that takes so long on average, a part falls into the half month in which it could be taken, and
        likelier of those who were ready early in it.
        """
        taken = np.full(len(self.born), -1)
        ready_in, n = half_of(ready), len(self.scenario.halves)
        parts = np.array([[spread(int(count), _in_halves(mean_s)[:lags]) for count in row] for row in wanted])
        missing = np.zeros(wanted.size, dtype=np.int64)
        for lag in range(lags):
            into = ready_in + lag
            free = eligible & (taken < 0) & (into < n) & np.isfinite(ready)
            if not_before is not None:
                free &= into >= not_before
            left_s = np.where(free, self.ends[np.minimum(into, n - 1)] - np.where(free, ready, 0), np.inf)
            free &= left_s > 4 * 3600  # a step needs some time after the one before it
            group = np.where(free, into, 0) * wanted.shape[1] + self.city
            score = self.rng.exponential(size=len(ready)) / -np.expm1(-left_s / mean_s)
            missing += parts[:, :, lag].ravel()
            chosen = picked(group, missing, free, self.rng, score)
            missing -= np.bincount(group[chosen], minlength=wanted.size)
            taken[chosen] = into[chosen]
        return taken

    def part(self, taken: Ints, wanted: Ints, odds: Floats | float = 1.0) -> Ints:
        """Some of those who take a step, so many in each half month and city; -1 for the others."""
        group = np.maximum(taken, 0) * wanted.shape[1] + self.city
        score = self.rng.exponential(size=len(taken)) / odds
        return np.where(picked(group, wanted.ravel(), taken >= 0, self.rng, score), taken, -1)

    def moment(self, half: Ints, ready: Floats, mean_s: float) -> Floats:
        """A moment in the half month, after `ready`, usually so long; in the hours when people work."""
        taken, where = half >= 0, np.maximum(half, 0)
        ends = self.ends[where]
        first = np.where(taken, np.maximum(ready, edges()[where]), 0)
        within = -np.expm1(-np.maximum(ends - first, 3600.0) / mean_s)
        at = first - mean_s * np.log1p(-self.rng.random(len(half)) * within)
        at = np.clip(in_hours(at, self.rng), first + 600, ends - 60)
        return np.where(taken, np.round(at), NEVER)


def _in_halves(mean_s: float) -> Floats:
    """What part of the steps that take so long ends in the half month of their beginning, the next, and so on."""
    halves = HALF_S / mean_s
    whole = -math.expm1(-halves)
    later = whole**2 / halves * np.exp(-halves * np.arange(5))
    return np.concatenate([[1 - whole / halves], later])


def in_hours(at: Floats, rng: np.random.Generator) -> Floats:
    """The same day in the hours when clients are talked with, for moments outside of them."""
    day, second = at // DAY_S, at % DAY_S
    inside = (second >= 9.5 * 3600) & (second < 20.5 * 3600)
    return np.where(inside, at, day * DAY_S + rng.uniform(9.5, 20.5, len(at)) * 3600)


def deals(born: Ints, city: Ints, created: Floats, from_call: Flags, deleted: Flags) -> Deals:
    """The deals' ways from their births on: in which half month, in which city, when, and whether in a call."""
    rng = HalfMonth(REFERENCE_HALF.first).rng("deals")
    n, steps = len(born), _Steps(born, city, created, rng)
    scenario, alive = steps.scenario, np.ones(n, dtype=np.bool_)
    group = born * len(_CREATED) + city

    alive &= ~deleted
    first_talk = _first_talk(created, from_call, rng)
    natural = np.where(from_call, created + 60, first_talk + rng.uniform(40, 200, n))
    in_time = alive & (natural < steps.ends[born])
    has_phone = picked(group, scenario.counts(_PHONES).ravel(), in_time, rng)
    phone = np.where(has_phone, np.round(natural), NEVER)

    came, no_shows = scenario.came(), scenario.counts(_NO_SHOWS)
    again_counts = np.round(scenario.counts(_BOOKED) * _BOOKED_AGAIN).astype(np.int64)
    soon_counts = np.round(scenario.counts(_BOOKED) * _BOOKED_SOON).astype(np.int64)
    again_came_counts = np.round((again_counts + soon_counts) * 0.5).astype(np.int64)
    again_missed_counts = np.round((again_counts + soon_counts) * 0.38).astype(np.int64)
    unbooked_counts = np.round(came * _UNBOOKED).astype(np.int64)

    # Who comes without an appointment, and who is booked again in a later half month, passes the step as well.
    first_counts = scenario.counts(_BOOKED) - again_counts - unbooked_counts
    booked_in = steps.take(first_counts, _BOOKS_S, phone, has_phone)
    booked = steps.moment(booked_in, phone, _BOOKS_S)
    jumped = (booked_in == born) & (rng.random(n) < _JUMPS * 1.6)
    phone = np.where(jumped, NEVER, phone)
    unbooked_in = steps.take(unbooked_counts, _VISITS_S, phone, has_phone & (booked_in < 0))
    unbooked = steps.moment(unbooked_in, phone, _VISITS_S)

    first_came = came - unbooked_counts - again_came_counts
    first_missed = no_shows - again_missed_counts
    outcome_in = steps.take(first_came + first_missed, _VISITS_S, booked, booked_in >= 0)
    outcome = steps.moment(outcome_in, booked + 3600, _VISITS_S)
    # Who is booked for more than a week ahead comes less often.
    with np.errstate(invalid="ignore"):
        came_in = steps.part(outcome_in, first_came, np.where(outcome - booked > 7 * DAY_S, 0.65, 1.0))
    missed_in = np.where(came_in < 0, outcome_in, -1)
    open_ = (booked_in >= 0) & (outcome_in < 0)
    to_come = open_ & (booked > UNTIL_S - 9 * DAY_S)
    ahead = np.maximum(booked, UNTIL_S) + rng.uniform(0.2, 8, n) * DAY_S
    outcome_at = np.where(to_come, ahead, np.where(open_, booked + rng.uniform(1, 4, n) * DAY_S, NEVER))
    outcome_at = np.where(outcome_in >= 0, outcome, outcome_at)

    missed_at = np.where(missed_in >= 0, outcome_at, NEVER)
    again_in = steps.take(again_counts, _BOOKS_AGAIN_S, missed_at, missed_in >= 0, lags=2, not_before=booked_in + 1)
    soon = (missed_in >= 0) & (again_in < 0) & (missed_in == booked_in)
    again_in = np.maximum(again_in, steps.take(soon_counts, _BOOKS_AGAIN_S, missed_at, soon, lags=1))
    again = steps.moment(again_in, missed_at + 2 * 3600, _BOOKS_AGAIN_S)
    again_outcome_in = steps.take(again_came_counts + again_missed_counts, _VISITS_S, again, again_in >= 0)
    again_came_in = steps.part(again_outcome_in, again_came_counts)
    again_missed_in = np.where(again_came_in < 0, again_outcome_in, -1)
    again_at = steps.moment(again_outcome_in, again + 3600, _VISITS_S)

    visited = np.minimum(
        np.minimum(np.where(came_in >= 0, outcome_at, NEVER), np.where(again_came_in >= 0, again_at, NEVER)), unbooked
    )
    contract_in = steps.take(scenario.counts(_CONTRACTS), _SIGNS_S, visited, np.isfinite(visited))
    contract = steps.moment(contract_in, visited, _SIGNS_S)
    # Known to be taken back by the end of the half month.
    early = np.isfinite(visited) & (contract_in < 0) & (half_of(visited) == half_of(visited + 7 * DAY_S))
    reopened = steps.take(_few(scenario, _REOPENED), _SIGNS_S, visited, early, lags=1) >= 0
    contract = np.where(reopened, np.round(in_hours(np.where(reopened, visited, 0) + 2 * DAY_S, rng)), contract)

    last = _last(created, phone, booked, outcome_at, again, again_at, unbooked)
    last = np.where(reopened, contract + 3 * DAY_S, last)
    # The oldest go first, and sooner those who gave no number; those who came are waited for.
    wish = born + 2.4 * rng.random(n) + 1.2 * np.isfinite(visited) - 0.6 * ~np.isfinite(phone)
    lost_in, may_go = np.full(n, -1), alive & (contract_in < 0) & ~to_come
    for half, wanted in enumerate(scenario.lost()):
        free = may_go & (lost_in < 0) & (last < steps.ends[half] - 4 * 3600)
        lost_in[picked(city, wanted, free, rng, wish)] = half
    lost = steps.moment(lost_in, last + 2 * 3600, 6 * DAY_S)

    talked = np.where(phone < UNTIL_S, phone, created)
    gap = np.minimum(lost, UNTIL_S) - talked
    quiet = alive & (booked > UNTIL_S) & (unbooked > UNTIL_S) & (gap > 2 * DAY_S)
    closed = quiet & (lost < UNTIL_S)
    silent_counts = np.round(scenario.lost().sum(axis=1) * _NO_ANSWER_SHARE).astype(np.int64)
    silent = picked(half_of(np.where(closed, lost, 0.0)), silent_counts, closed, rng)
    fate = rng.random(n)
    no_answer = silent | (quiet & ~closed & (fate < 0.4))
    not_booked = quiet & ~no_answer & (fate > np.where(closed, 0.4, 0.76))
    beside = np.where(no_answer | not_booked, np.round(talked + gap * rng.uniform(0.25, 0.6, n)), NEVER)
    owner, owner_after, handed_at = _owners(born, last, rng)
    return Deals(
        born=born,
        city=city,
        created=created,
        first_talk=np.where(_never_reached(n, has_phone, rng), NEVER, first_talk),
        phone=phone,
        booked=booked,
        outcome_at=outcome_at,
        came=came_in >= 0,
        missed=missed_in >= 0,
        again=again,
        again_at=again_at,
        again_came=again_came_in >= 0,
        again_missed=again_missed_in >= 0,
        unbooked=unbooked,
        contract=contract,
        reopened=reopened,
        lost=lost,
        beside=beside,
        beside_stage=np.where(no_answer, NO_ANSWER, NOT_BOOKED),
        jumped=jumped,
        deleted=deleted,
        owner=owner,
        owner_after=owner_after,
        handed_at=handed_at,
    )


def _few(scenario: DealScenario, count: int) -> Ints:
    """So many of a half month, of the first city."""
    wanted = np.zeros((len(scenario.halves), len(_CREATED)), dtype=np.int64)
    wanted[:, 0] = count
    return wanted


def _first_talk(created: Floats, from_call: Flags, rng: np.random.Generator) -> Floats:
    """When somebody first talked with the client: at once where a call made the deal, in the centre's hours else."""
    n = len(created)
    delay = np.exp(np.log(9 * 60) + 1.35 * rng.standard_normal(n))
    second = created % DAY_S
    opening = created - second + np.where(second > 21.3 * 3600, DAY_S, 0.0) + 9 * 3600 + rng.uniform(0, 3600, n)
    begins = np.where((second < 9 * 3600) | (second > 21.3 * 3600), opening, created)
    at = begins + delay
    late = at % DAY_S > 21.5 * 3600
    at = np.where(late, at - at % DAY_S + DAY_S + 9 * 3600 + rng.uniform(0, 5400, n), at)
    return np.where(from_call, created - 30, np.round(at))


def _never_reached(n: int, has_phone: Flags, rng: np.random.Generator) -> Flags:
    return ~has_phone & (rng.random(n) < 0.55)


def _last(*moments: Floats) -> Floats:
    """The last of the moments that came."""
    found = np.stack([np.where(np.isfinite(each), each, -np.inf) for each in moments]).max(axis=0)
    return np.where(np.isfinite(found), found, NEVER)


def _owners(born: Ints, last: Floats, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Whose each deal is, whose it becomes and when; one in sixteen is handed over."""
    n = len(born)
    sellers = [(i, agent) for i, agent in enumerate(agents()) if agent.pool == SALES and agent.rank < POOLS[SALES].size]
    sellers.sort(key=lambda each: each[1].active_from)
    codes = np.array([i for i, _ in sellers])
    halves = list(half_months())
    there = np.array([max(sum(agent.active_from <= half.first for _, agent in sellers), 3) for half in halves])

    def somebody() -> Ints:
        chosen: Ints = codes[(rng.random(n) * there[born]).astype(np.int64)]
        return chosen

    owner, after = somebody(), somebody()
    handed = (rng.random(n) < 0.062) & (owner != after)
    return owner, np.where(handed, after, owner), np.where(handed, last + 3600 + rng.exponential(2 * DAY_S, n), NEVER)
