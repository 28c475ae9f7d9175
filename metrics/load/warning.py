"""Early warning: from the day so far, what the rest of it will come to, said an hour ahead with whom to call in.

A **miss** is at least an hour, two half hours in a row, in each of which the service level is under what is promised,
by the chain of the queue (`metrics.load.queue`) over what comes and who is there. In hindsight, it is computed from the
contacts that came and the people who were there. Foreseen, it is as likely as it would come about if the rest of the
day went beside its forecast and its roster as days of the same kind before it did beside theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np

from metrics.load.forecast import LEVEL, METHODS, Forecaster
from metrics.load.history import HALF_HOURS, Flags, Floats, History
from metrics.load.queue import Queue, expected, expected_each
from metrics.load.staffing import Rules, Shortfall, need, remedy

LEAD = 2
"""Half hours between a warning and what it warns of."""
LIKELY, LIKELY_LATER = 0.5, 0.7
"""How likely a miss must be in each of its half hours for a warning: in the first two hours of a day, and later.

What comes later is looked for so often that less would be found by chance.
"""
_FIRST_HOURS = 4
LEAST_PAST = 10
"""So many days make a likelihood; fewer: a warning is of what is expected itself, `MARGIN` under the promise."""
MARGIN = 0.15
"""So far under the promise a service level must be foreseen for a warning: nearer to it, most are kept after all."""
_LEAST = 2
"""Half hours in a row that make a miss."""
_ORIGINS = 56
_BEGUN = 10.0
"""Before so many contacts were to come a morning says nothing of its day."""
_NEXT = 6
_PRIORS = (0.0, 10.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0, np.inf)
_LOWEST_RATIO, _HIGHEST_RATIO = 0.5, 2.0


@dataclass(frozen=True)
class Today:
    """A day of a line that is under way. Arrays by half hour of the day."""

    over: int
    """How many of its half hours are over."""
    came: Floats
    """What came in those that are over; the others do not count."""
    forecast: Floats
    """What the morning's forecast said."""
    people: Floats
    """Expected on contacts, and who was there in half hours that are over."""
    aht_s: Floats
    rules: Rules
    open_hours: Flags
    roster: Floats | None = None
    """People expected before the day began, away from contacts or not; None: `people`."""
    seen: bool = True
    """Whether it is known who was there in the half hours that are over."""


@dataclass(frozen=True)
class Past:
    """Days that are over, beside what was expected of them: by these the chances of a day are told. (days, 48)."""

    said: Floats
    """What the evening before said."""
    came: Floats
    share: Floats
    """People on contacts over those expected; 1 where nobody was."""


@dataclass(frozen=True)
class Miss:
    """Half hours in a row, from `start` until before `end`, in which the service level is under the promise."""

    start: int
    end: int
    level: float
    """The service level of all of them, 0-1."""
    waiting: float
    """The longest queue at the end of any of them."""
    wait_s: float | None
    """How long one who comes then waits; None: nobody answers."""
    likely: float | None = None
    """How likely it is, 0-1, by days that are over; None: it is expected, or has come about."""

    def overlaps(self, other: Miss) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Foreseen:
    """What the rest of a day will come to."""

    today: Today
    contacts: Floats
    """What came, and what is expected of the rest."""
    ratio: float | None
    """What came over what was forecast up to now; None: too early to tell."""
    bracket: float
    """What the rest of the forecast is multiplied by."""
    queue: Queue
    misses: tuple[Miss, ...]
    """Those that begin `LEAD` half hours ahead or later, and those under way."""

    def remedy(self, miss: Miss) -> tuple[Shortfall, ...]:
        """Whom to call in for a miss: people and half hours, from an hour ahead on."""
        today = self.today
        wanted = need(self.contacts, today.aht_s, today.rules, today.open_hours)
        ahead = np.arange(HALF_HOURS) >= max(miss.start, today.over)
        within = ahead & (np.arange(HALF_HOURS) < miss.end)
        return remedy(np.where(within, np.floor(today.people + 0.5), wanted.people), wanted.people)


def foresee(today: Today, prior: float, past: Past | None = None) -> Foreseen:
    """Compute what the rest of a day will come to; `prior` is how many contacts the forecast is worth as evidence.

    `past`: what would become of the day if it went beside its forecast and its roster as each of these days did.
    """
    over = np.arange(HALF_HOURS) < today.over
    forecast, came = float(today.forecast[over].sum()), float(today.came[over].sum())
    ratio = came / forecast if forecast >= _BEGUN else None
    bracket = 1.0 if ratio is None else float(_bracket(np.array(ratio), np.array(forecast), prior))
    contacts = np.where(over, today.came, today.forecast * bracket)
    ahead: Iterator[Miss]
    if past is not None and len(past.came) >= LEAST_PAST:
        each, people = _as_then(today, contacts, prior, past)
        today = replace(today, people=people.mean(axis=0))
        ahead = _likely(each, people, today)
    else:
        queue = _queue(contacts, today.people, today.aht_s, today.rules)
        ahead = misses(queue, today.rules.service.target - MARGIN, first=today.over)
    queue = _queue(contacts, today.people, today.aht_s, today.rules)
    found = tuple(miss for miss in ahead if miss.start >= today.over + LEAD or miss.start <= today.over)
    return Foreseen(today, contacts, ratio, bracket, queue, found)


def _as_then(today: Today, contacts: Floats, prior: float, past: Past) -> tuple[Floats, Floats]:
    """(days, 48): contacts and people of today, if what is ahead of it went as it did on each of the days before."""
    over = np.arange(HALF_HOURS) < today.over
    said, came = past.said[:, over].sum(axis=1), past.came[:, over].sum(axis=1)
    ratio = np.divide(came, said, out=np.ones_like(came), where=said >= _BEGUN)
    foreseen = past.said * np.where(said >= _BEGUN, _bracket(ratio, said, prior), 1.0)[:, None]
    beside = np.divide(past.came, foreseen, out=np.ones_like(foreseen), where=foreseen > 0)
    roster, share = today.people if today.roster is None else today.roster, past.share
    now = today.over - 1
    if today.over and today.seen:
        if roster[now] > 0:
            share = share + _stays(share, today.over) * (today.people[now] / roster[now] - share[:, now].mean())
        return np.where(over, contacts, contacts * beside), np.where(over, today.people, np.maximum(roster * share, 0))
    return np.where(over, contacts, contacts * beside), roster * share


def _stays(share: Floats, over: int) -> float:
    """How much of it stays so for the next hours, that more or fewer people than usual are there now; 0-1."""
    beside = share - share.mean(axis=0)
    now, later = beside[:, over - 1], beside[:, over : over + _NEXT].mean(axis=1)
    spread = float(now @ now)
    return min(max(float(now @ later) / spread, 0.0), 1.0) if spread > 0 and over < HALF_HOURS else 0.0


def _likely(contacts: Floats, people: Floats, today: Today) -> Iterator[Miss]:
    """Yield the half hours in a row, from now on, in each of which a miss is likely, as it is where it comes about."""
    rules = today.rules
    slots = np.floor(people * rules.at_once + 0.5).astype(np.int64)
    alike = today.over if (people[:, : today.over] == people[:1, : today.over]).all() else 0
    queues = expected_each(contacts, slots, today.aht_s, rules.service, rules.patience_s, alike)
    missed = np.zeros((len(queues), HALF_HOURS), dtype=bool)
    for row, queue in enumerate(queues):
        for miss in misses(queue, rules.service.target, first=today.over):
            missed[row, miss.start : miss.end] = True
    chance = missed.mean(axis=0)
    first = np.arange(HALF_HOURS) < int(np.argmax(today.open_hours)) + _FIRST_HOURS
    for start, end in _runs(chance >= np.where(first, LIKELY, LIKELY_LATER)):
        if end - start < _LEAST:
            continue
        here = np.zeros(HALF_HOURS, dtype=bool)
        here[start:end] = True
        struck = [(queue, missed[row] & here) for row, queue in enumerate(queues) if (missed[row] & here).any()]
        counts = ("answered", "lost", "in_time", "lost_in_time", "lost_shortly")
        level = rules.service.level(*(sum(float(getattr(q, name)[on].sum()) for q, on in struck) for name in counts))
        waiting = np.mean([queue.waiting for queue, _ in struck], axis=0)
        worst = start + int(np.argmax(waiting[start:end]))
        there = float(np.mean([queue.people[worst] for queue, _ in struck]))
        wait_s = float(waiting[worst] * today.aht_s[worst] / there) if there else None
        yield Miss(start, end, level, float(waiting[worst]), wait_s, float(chance[start:end].max()))


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Yield where flags in a row are set: from, and until before."""
    at = 0
    for is_set, run in groupby(flags.tolist()):
        start, at = at, at + sum(1 for _ in run)
        if is_set:
            yield start, at


def hindsight(came: Floats, people: Floats, aht_s: Floats, rules: Rules) -> tuple[Miss, ...]:
    """Return the misses of a day that is over: of the contacts that came, with the people who were there."""
    return tuple(misses(_queue(came, people, aht_s, rules), rules.service.target))


def misses(queue: Queue, target: float, first: int = 0) -> Iterator[Miss]:
    """Yield the runs of at least two half hours, from `first` on, each of them under a service level (0-1)."""
    levels = np.array([queue.level(n) for n in range(HALF_HOURS)])
    under = (levels < target) & (np.arange(HALF_HOURS) >= first)
    for start, end in _runs(under):
        if end - start >= _LEAST:
            part = slice(start, end)
            worst = start + int(np.argmax(queue.waiting[part]))
            people = int(queue.people[worst])
            wait_s = float(queue.waiting[worst] * queue.aht_s[worst] / people) if people else None
            yield Miss(start, end, queue.level(part), float(queue.waiting[worst]), wait_s)


def said_before(forecaster: Forecaster, day: int) -> Floats:
    """Return (48,): what the evening before a day said of it."""
    said: Floats = forecaster.by_all(forecaster.fit(day - 1), np.array([day]))[METHODS.index(LEVEL), 0]
    return said


def weight_of_morning(history: History, said_of: Callable[[int], Floats] | None = None) -> float:
    """Return how many contacts the forecast of a day is worth as evidence beside those that came, by back-test.

    Over the last 56 days, at every half hour: the one whose forecasts of the rest of the day were off least.
    `said_of`: what was said of each day, for who asks it of many days in a row.
    """
    forecaster, facts = Forecaster(history), history.filled
    days = [
        day for day in range(max(1, history.days - _ORIGINS), history.days)
        if history.teaches[day] and forecaster.known_days(day - 1)
    ]  # fmt: skip
    if not days:
        return np.inf
    said = np.stack([(said_of or partial(said_before, forecaster))(day) for day in days])
    so_far, rest = np.cumsum(said, axis=1), _rest(said)
    came, left = np.cumsum(facts[days], axis=1), _rest(facts[days])
    begun = (so_far >= _BEGUN) & (rest > 0)
    ratio = np.divide(came, so_far, out=np.ones_like(came), where=so_far > 0)
    off = [float(np.abs(rest * _bracket(ratio, so_far, prior) - left)[begun].sum()) for prior in _PRIORS]
    return float(_PRIORS[int(np.argmin(off))])


def _rest(values: Floats) -> Floats:
    """(days, 48): what comes after each half hour of a day."""
    rest: Floats = values.sum(axis=1, keepdims=True) - np.cumsum(values, axis=1)
    return rest


def _bracket(ratio: Floats, evidence: Floats, prior: float) -> Floats:
    """What the rest of a forecast is multiplied by: the more has come of it, the more its ratio weighs."""
    if prior == np.inf:
        return np.ones_like(ratio)
    weight = np.divide(evidence, evidence + prior, out=np.zeros_like(ratio), where=evidence > 0)
    bracket: Floats = 1 + weight * (np.clip(ratio, _LOWEST_RATIO, _HIGHEST_RATIO) - 1)
    return bracket


def _queue(contacts: Floats, people: Floats, aht_s: Floats, rules: Rules) -> Queue:
    # Of people who are expected to be there in part the nearest number is neither for nor against a warning.
    slots = np.floor(people * rules.at_once + 0.5).astype(np.int64)
    return expected(contacts, slots, aht_s, rules.service, rules.patience_s)


@dataclass(frozen=True)
class Score:
    """How warnings of days that are over did. Counts of warnings and of misses; leads in minutes."""

    days: int
    warnings: int
    true: int
    """Warnings of half hours that a miss was in."""
    misses: int
    foreseen: int
    """Misses that were warned of at least an hour before they began."""
    leads: tuple[int, ...]

    @property
    def precision(self) -> float | None:
        return self.true / self.warnings if self.warnings else None

    @property
    def recall(self) -> float | None:
        return self.foreseen / self.misses if self.misses else None


def scored(days: Sequence[tuple[Sequence[tuple[int, Sequence[Miss]]], Sequence[Miss]]]) -> Score:
    """Score days: of each what was foreseen at which half hour, in their order, and what was missed in the end.

    What is foreseen of half hours that were warned of before is no new warning.
    """
    warnings = true = missed = foreseen = 0
    leads: list[int] = []
    for looks, facts in days:
        warned: list[tuple[int, Miss]] = []
        for at, each in looks:
            warned += [
                (at, miss) for miss in each
                if miss.start >= at + LEAD and not any(miss.overlaps(earlier) for _, earlier in warned)
            ]  # fmt: skip
        warnings += len(warned)
        true += sum(any(miss.overlaps(fact) for fact in facts) for _, miss in warned)
        for fact in facts:
            ahead = [fact.start - at for at, miss in warned if miss.overlaps(fact) and at + LEAD <= fact.start]
            missed += 1
            if ahead:
                foreseen += 1
                leads.append(max(ahead) * 30)
    return Score(len(days), warnings, true, missed, foreseen, tuple(leads))
