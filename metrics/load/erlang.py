"""How many people a half hour needs: Erlang C, and Erlang A where callers' patience is known.

Load is in Erlang, times are seconds, rates are per second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metrics.load.history import Floats, Numbers

MOST_PEOPLE = 5000
_FELL_BY = 45.0
"""An integrand that fell by so much in its logarithm adds nothing more."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_PANELS = 12


@dataclass(frozen=True)
class Service:
    """What is promised to callers, and how service level is counted."""

    target: float = 0.8
    threshold_s: float = 30.0
    formula: str = "abandons_in_threshold_ignored"
    short_abandon_s: float = 5.0

    def level(self, answered: float, lost: float, in_time: float, lost_in_time: float, lost_shortly: float) -> float:
        """The service level by the centre's formula, 0-1; NaN where nothing counts."""
        numerator, denominator = {
            "abandons_as_met": (in_time + lost_in_time, answered + lost),
            "answered_only": (in_time, answered),
            "abandons_as_missed": (in_time, answered + lost),
            "abandons_in_threshold_ignored": (in_time, answered + lost - lost_in_time),
            "short_abandons_as_met": (in_time + lost_shortly, answered + lost),
            "short_abandons_ignored": (in_time, answered + lost - lost_shortly),
        }[self.formula]
        return numerator / denominator if denominator > 0 else math.nan


def blocked(load: float, people: int) -> float:
    """Erlang B: the share of calls that find everybody busy where nobody waits."""
    share = 1.0
    for n in range(1, people + 1):
        share = load * share / (n + load * share)
    return share


def waiting(load: float, people: int) -> float:
    """Erlang C: the share of calls that wait; 1 where the queue grows without end."""
    if people <= load:
        return 1.0
    share = blocked(load, people)
    return people * share / (people - load * (1 - share))


def service_level(load: float, people: int, aht_s: float, threshold_s: float) -> float:
    """The share answered within the threshold where nobody hangs up."""
    if people <= load:
        return 0.0 if load > 0 else 1.0
    return 1 - waiting(load, people) * math.exp(-(people - load) * threshold_s / aht_s)


def mean_wait(load: float, people: int, aht_s: float) -> float:
    """ASA in seconds; infinite where the queue grows without end."""
    return waiting(load, people) * aht_s / (people - load) if people > load else math.inf


@dataclass(frozen=True)
class Impatient:
    """What becomes of calls where callers hang up. Shares of all calls; the wait is that of all of them."""

    waits: float
    lost: float
    wait_s: float
    in_time: float
    lost_in_time: float
    lost_shortly: float

    def service_level(self, service: Service) -> float:
        return service.level(1 - self.lost, self.lost, self.in_time, self.lost_in_time, self.lost_shortly)


def impatient(load: float, people: int, aht_s: float, patience_s: float, service: Service) -> Impatient:
    """Erlang A (Garnett, Mandelbaum, Reiman) of a load, people >= 1 and a mean patience."""
    arrivals, served, leaving = load / aht_s, people / aht_s, 1 / patience_s

    def exponent(x: Floats | float) -> Floats:
        e: Floats = -arrivals * np.expm1(-leaving * np.asarray(x, dtype=float)) / leaving - served * np.asarray(x)
        return e

    peak = max(0.0, math.log(arrivals / served) / leaving) if arrivals > served else 0.0
    top = float(exponent(peak))
    end = _where_it_fell(lambda x: float(exponent(x)) - top + _FELL_BY, peak, 1 / max(served, leaving))

    def integral(start: float) -> float:
        """The integral of e^(E - top) from `start` on."""
        if start >= end:
            return 0.0
        return sum(
            _integrate(lambda x: np.exp(exponent(x) - top), begin, stop)
            for begin, stop in ((start, max(start, peak)), (max(start, peak), end))
            if stop > begin
        )

    whole, busy = integral(0.0), blocked(load, people - 1)
    if busy <= 0:  # so many people that nobody waits
        return Impatient(0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    divisor = math.exp(-math.log(busy) - top) + arrivals * whole
    lost = max(0.0, (math.exp(-top) + (arrivals - served) * whole) / divisor)

    def within(threshold: float) -> tuple[float, float]:
        """Shares answered and lost within a threshold."""
        rest = integral(threshold)
        still = float(np.exp(exponent(threshold) - top))
        answered_after = max(0.0, (served * rest - still) / divisor)
        lost_after = max(0.0, math.exp(-leaving * threshold) * arrivals * rest / divisor - answered_after)
        return 1 - lost - answered_after, max(0.0, lost - lost_after)

    in_time, lost_in_time = within(service.threshold_s)
    _, lost_shortly = within(service.short_abandon_s)
    return Impatient(arrivals * whole / divisor, lost, lost * patience_s, in_time, lost_in_time, lost_shortly)


def people_needed(
    loads: Floats,
    aht_s: Floats,
    service: Service,
    occupancy_max: float = 0.9,
    min_people: int = 1,
    patience_s: float | None = None,
) -> tuple[Numbers, Floats]:
    """The least people on the phones for each load, with the service level they give.

    They answer in time, are no busier than `occupancy_max`, and are at least `min_people`, also where nothing comes.
    More than 5,000 are not looked for: -1 with NaN.
    """
    loads, aht_s = np.asarray(loads, dtype=float), np.broadcast_to(np.asarray(aht_s, dtype=float), np.shape(loads))
    needed, levels = _by_erlang_c(loads, aht_s, service, occupancy_max, min_people)
    if patience_s is None:
        return needed, levels
    for place in np.flatnonzero(loads > 0):
        load, aht, most = float(loads[place]), float(aht_s[place]), int(needed[place])
        if most < 0:
            continue
        least = max(min_people, 1, math.ceil(load / occupancy_max - 1e-9))

        def level(people: int, load: float = load, aht: float = aht) -> float:
            return impatient(load, people, aht, patience_s, service).service_level(service)

        while least < most:  # the level only grows with people
            middle = (least + most) // 2
            if level(middle) >= service.target - 1e-12:
                most = middle
            else:
                least = middle + 1
        needed[place], levels[place] = least, level(least)
    return needed, levels


def _by_erlang_c(
    loads: Floats, aht_s: Floats, service: Service, occupancy_max: float, min_people: int
) -> tuple[Numbers, Floats]:
    """All half hours at once: Erlang B grows by one person a step, and each half hour stops where it has enough."""
    needed = np.full(loads.shape, -1, dtype=np.int64)
    levels = np.full(loads.shape, np.nan)
    quiet = loads <= 0
    needed[quiet], levels[quiet] = min_people, 1.0
    places = np.flatnonzero(~quiet)
    load, aht = loads[places], aht_s[places]
    share = np.ones(len(places))
    for people in range(1, MOST_PEOPLE + 1):
        if not len(places):
            break
        share = load * share / (people + load * share)
        if people < min_people:
            continue
        stable = people > load
        spare = np.where(stable, people - load, 1.0)
        waits = people * share / (people - load * (1 - share))
        level = np.where(stable, 1 - waits * np.exp(-spare * service.threshold_s / aht), 0.0)
        enough = stable & (level >= service.target - 1e-12) & (load / people <= occupancy_max + 1e-12)
        needed[places[enough]], levels[places[enough]] = people, level[enough]
        more = ~enough
        places, load, aht, share = places[more], load[more], aht[more], share[more]
    return needed, levels


def _where_it_fell(height: Callable[[float], float], start: float, step: float) -> float:
    """Where a falling function passes 0 after `start`."""
    far = start + step
    while height(far) > 0:
        step *= 2
        far = start + step
    near = start
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (middle, far) if height(middle) > 0 else (near, middle)
    return far


def _integrate(function: Callable[[Floats], Floats], start: float, end: float) -> float:
    """By Gauss and Legendre, in panels."""
    borders = np.linspace(start, end, _PANELS + 1)
    halves = np.diff(borders)[:, None] / 2
    middles = (borders[:-1] + borders[1:])[:, None] / 2
    return float((function(middles + halves * _NODES) * _WEIGHTS * halves).sum())
