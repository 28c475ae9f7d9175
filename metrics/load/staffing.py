"""How many people the contacts of a half hour need, and how that compares with those who are there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from metrics.load.erlang import MOST_PEOPLE, Service, people_needed
from metrics.load.history import HALF_HOUR_S, Flags, Floats, Numbers
from warehouse.messages import UserError

SPILLS_FROM_S = 900.0
"""Handling times above this load the half hours after the one a contact came in."""
_EXACT = 1e-9


@dataclass(frozen=True)
class Rules:
    """What a line's staffing is computed by. Shares are 0-1, times seconds."""

    service: Service = field(default_factory=Service)
    occupancy_max: float = 0.9
    occupancy_min: float = 0.85
    shrinkage: float = 0.0
    """The share of the paid time that nobody is there for contacts in."""
    patience_s: float | None = None
    min_people: int = 1
    at_once: float = 1.0
    """How many contacts one person is on at the same time."""
    waits: bool = True
    """Whether a wait is promised; otherwise occupancy alone decides."""


@dataclass(frozen=True)
class Need:
    """What each half hour needs. Arrays by half hour."""

    contacts: Floats
    load: Floats
    """Erlang."""
    people: Numbers
    """On contacts."""
    level: Floats
    """The service level these people give, 0-1."""
    rostered: Numbers
    """On the roster, with those who are away from contacts."""
    slots: Numbers
    """Contacts that these people can be on at the same time."""

    @property
    def hours(self) -> float:
        """Person-hours on the roster."""
        return float(self.rostered.sum()) / 2

    @property
    def occupancy(self) -> float:
        slots = float(self.slots.sum())
        return float(self.load.sum()) / slots if slots else math.nan


def offered_load(contacts: Floats, aht_s: Floats | float, length: int | None = None) -> Floats:
    """Erlang of half hours in a row. Long contacts load those after their own; `length` half hours are returned."""
    came = np.asarray(contacts, dtype=float)
    aht = np.broadcast_to(np.asarray(aht_s, dtype=float), came.shape)
    load = np.zeros(max(length or len(came), len(came)))
    lasting = aht / HALF_HOUR_S
    short = aht <= SPILLS_FROM_S
    load[: len(came)] += np.where(short, came * lasting, 0.0)
    for lasts in np.unique(lasting[~short]):
        here = np.where(~short & (lasting == lasts), came, 0.0)
        for after in range(math.ceil(lasts) + 1):
            share = _begun(after + 1, lasts) - _begun(after, lasts)
            reached = load[after : after + len(came)]
            reached += here[: len(reached)] * share
    return load[: length or len(came)]


def _begun(until: float, lasts: float) -> float:
    """How long a contact of a half hour was handled on the mean, so many half hours after that half hour began."""

    def ramp(y: float) -> float:
        return 0.0 if y <= 0 else y * y / 2 if y <= 1 else y - 0.5

    return ramp(until) - ramp(until - lasts)


def need(contacts: Floats, aht_s: Floats | float, rules: Rules, open_hours: Flags | None = None) -> Need:
    """What half hours in a row need; closed ones (none of `open_hours`) without contacts need nobody.

    Raises UserError where more than 5,000 people would be needed.
    """
    came = np.asarray(contacts, dtype=float)
    aht = np.broadcast_to(np.asarray(aht_s, dtype=float), came.shape)
    load = offered_load(came, aht)
    patience = rules.patience_s if rules.waits else None
    service = rules.service if rules.waits else replace(rules.service, target=0.0)
    least = math.ceil(rules.min_people * rules.at_once - _EXACT)
    slots, level = people_needed(load, aht, service, rules.occupancy_max, least, patience)
    if (slots < 0).any():
        raise UserError(
            "More than {most} people would be needed in one half hour: is the handling time right?", most=MOST_PEOPLE
        )
    if open_hours is not None:
        slots = np.where((load > 0) | open_hours, slots, 0)
    people = _up(slots / rules.at_once)
    return Need(came, load, people, level, rostered(people, rules.shrinkage), slots)


def rostered(people: Numbers, shrinkage: float) -> Numbers:
    """How many must be on the roster for so many on contacts: rounded up once."""
    return _up(people / (1 - shrinkage))


def present(planned: Floats | Numbers, shrinkage: float) -> Numbers:
    """How many of a roster are there for contacts: rounded down, but one who is alone is there."""
    on_roster = np.asarray(planned, dtype=float)
    there: Numbers = np.floor(on_roster * (1 - shrinkage) + _EXACT).astype(np.int64)
    return np.where((there == 0) & (on_roster >= 1), 1, there)


def _up(value: Floats) -> Numbers:
    above: Numbers = np.ceil(value - _EXACT).astype(np.int64)
    return above


@dataclass(frozen=True)
class Shortfall:
    """Neighbouring half hours that lack the same number of people: from `start` until before `end`."""

    start: int
    end: int
    people: int

    @property
    def hours(self) -> float:
        return (self.end - self.start) * self.people / 2


@dataclass(frozen=True)
class Comparison:
    """People there beside people needed. What is spare in one half hour answers nothing in another."""

    gap: Floats
    short_hours: float
    spare_hours: float


def compare(there: Floats | Numbers, needed: Numbers) -> Comparison:
    gap: Floats = np.asarray(there, dtype=float) - needed.astype(float)
    return Comparison(gap, float(np.maximum(-gap, 0.0).sum()) / 2, float(np.maximum(gap, 0.0).sum()) / 2)


def remedy(there: Floats | Numbers, needed: Numbers) -> tuple[Shortfall, ...]:
    """Whom to call in: the people that are short, half hours alike joined."""
    short = _up(np.maximum(needed - np.asarray(there, dtype=float), 0.0))
    return tuple(run for run in _runs(short.tolist()) if run.people)


def _runs(values: Sequence[int]) -> Iterator[Shortfall]:
    at = 0
    for value, same in groupby(values):
        length = sum(1 for _ in same)
        yield Shortfall(at, at + length, value)
        at += length
