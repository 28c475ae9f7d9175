"""What happens to a queue with given people: the chain of contacts in the line, carried from half hour to half hour.

State k is the contacts in the line: born at the rate of arrivals, gone at the rate of those who serve, and of those
who wait and hang up. Rates stand still within a half hour. Solved by uniformisation: no step is too long, and no
half hour forgets the one before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.load.erlang import Service
from metrics.load.history import HALF_HOUR_S, Floats, Numbers

_BACK = 0.1
"""A queue is back when it is under this share of the people."""


@dataclass(frozen=True)
class Queue:
    """What is expected of each half hour. Arrays by half hour; contacts, seconds."""

    arrivals: Floats
    people: Numbers
    load: Floats
    answered: Floats
    lost: Floats
    in_time: Floats
    lost_in_time: Floats
    lost_shortly: Floats
    waited: Floats
    """The integral of the queue: contacts times seconds."""
    waiting: Floats
    """How many wait at the half hour's end."""
    busy: Floats
    """How many people are on a contact, on the mean."""
    aht_s: Floats
    service: Service

    def level(self, part: slice | int | None = None) -> float:
        """The service level of some half hours, or of all, 0-1: weighted by arrivals, never a mean of half hours."""
        of = slice(None) if part is None else part
        return self.service.level(
            float(np.sum(self.answered[of])),
            float(np.sum(self.lost[of])),
            float(np.sum(self.in_time[of])),
            float(np.sum(self.lost_in_time[of])),
            float(np.sum(self.lost_shortly[of])),
        )

    @property
    def wait_s(self) -> float:
        """The mean wait of all contacts."""
        came = float(self.arrivals.sum())
        return float(self.waited.sum()) / came if came else math.nan

    @property
    def occupancy(self) -> float:
        people = float(self.people.sum())
        return float(self.busy.sum()) / people if people else math.nan

    @property
    def losses(self) -> float:
        came = float(self.arrivals.sum())
        return float(self.lost.sum()) / came if came else math.nan

    @property
    def explosion(self) -> Explosion | None:
        """The first half hour that the queue gets away in."""
        away = (self.load >= self.people) & (self.waiting >= self.people) & (self.waiting > 0.5)
        if not away.any():
            return None
        at = int(np.argmax(away))
        back = np.flatnonzero(self.waiting[at:] < np.maximum(self.people[at:] * _BACK, 0.05))
        peak = at + int(np.argmax(self.waiting[at:]))
        return Explosion(
            at, float(self.waiting[at]), self._wait(at), at + int(back[0]) + 1 if len(back) else None, peak,
            float(self.waiting[peak]), self._wait(peak),
        )  # fmt: skip

    def _wait(self, at: int) -> float | None:
        """How long one who comes at the end of a half hour waits; None: nobody answers."""
        people = int(self.people[at])
        return float(self.waiting[at] * self.aht_s[at] / people) if people else None


@dataclass(frozen=True)
class Totals:
    """Days together: sums over sums, never means of days. Shares are 0-1; NaN where there is nothing to divide by."""

    level: float
    wait_s: float
    occupancy: float
    losses: float


def together(queues: Sequence[Queue]) -> Totals:
    """Return what one day or several come to."""

    def total(name: str) -> float:
        return sum(float(getattr(queue, name).sum()) for queue in queues)

    came, people = total("arrivals"), total("people")
    counts = [total(name) for name in ("answered", "lost", "in_time", "lost_in_time", "lost_shortly")]
    return Totals(
        queues[0].service.level(*counts) if queues else math.nan,
        total("waited") / came if came else math.nan,
        total("busy") / people if people else math.nan,
        total("lost") / came if came else math.nan,
    )


@dataclass(frozen=True)
class Explosion:
    """A queue that grows faster than it is served, from half hour `at` on."""

    at: int
    waiting: float
    wait_s: float | None
    back: int | None
    """The half hour at whose beginning it is gone again; None: it stays until closing."""
    peak: int
    """The half hour with the longest queue at its end."""
    peak_waiting: float
    peak_wait_s: float | None


def expected(
    arrivals: Sequence[float] | Floats,
    people: Sequence[int] | Numbers,
    aht_s: float | Floats,
    service: Service,
    patience_s: float | None = None,
) -> Queue:
    """What becomes of contacts that come to people, half hour by half hour; the queue is empty at the beginning."""
    came, staff = np.asarray(arrivals, dtype=float), np.asarray(people, dtype=np.int64)
    return expected_each(came[None], staff[None], aht_s, service, patience_s)[0]


def expected_each(
    arrivals: Floats,
    people: Numbers,
    aht_s: float | Floats,
    service: Service,
    patience_s: float | None = None,
    alike: int = 0,
) -> list[Queue]:
    """What becomes of several days (days, half hours) at once; the first `alike` half hours are the same in all."""
    came, staff = np.asarray(arrivals, dtype=float), np.asarray(people, dtype=np.int64)
    rows, half_hours = came.shape
    aht = np.broadcast_to(np.asarray(aht_s, dtype=float), half_hours)
    leaving = 1 / patience_s if patience_s else 0.0
    # The day that more comes on beside its people than on any other has the longest queue.
    heaviest = int(np.argmax(np.maximum(came * aht / HALF_HOUR_S - staff, 0.0).sum(axis=1)))
    size = _states(came[heaviest], staff[heaviest], aht, leaving)
    size += int(staff.max(initial=0)) - int(staff[heaviest].max(initial=0))
    state = np.zeros((1, size + 1))
    state[0, 0] = 1.0
    found = {
        name: np.zeros(came.shape) for name in ("in_time", "lost_in_time", "shortly", "lost", "waited", "end", "busy")
    }
    kernels: dict[tuple[int, float], tuple[Floats, Floats, Floats]] = {}
    contacts = np.arange(size + 1)
    for half_hour in range(half_hours):
        if half_hour == alike and rows > 1:
            state = np.repeat(state, rows, axis=0)
        count, n = came[: len(state), half_hour], staff[: len(state), half_hour]
        closed = (count == 0) & (n == 0)
        if closed.all():
            state = np.zeros_like(state)
            state[:, 0] = 1.0
            continue
        served = 1 / float(aht[half_hour])
        served_by = np.minimum(contacts, n[:, None])
        queued = np.where(closed[:, None], 0, np.maximum(contacts - n[:, None], 0))
        rate = count / HALF_HOUR_S
        state, spent = _half_hour(state, rate, served_by * served + queued * leaving)
        state[closed] = 0.0
        state[closed, 0] = 1.0
        for people_there in np.unique(n[~closed]).tolist():
            key = (people_there, served)
            if key not in kernels:
                kernels[key] = _kernels(size + 1, people_there * served, leaving, service)
            met, met_lost, met_shortly = (kernel[: size + 1 - min(people_there, size + 1)] for kernel in kernels[key])
            of = np.flatnonzero((n == people_there) & ~closed)
            at_once, behind = spent[of, :people_there].sum(axis=1), spent[of, people_there:]
            places = slice(None) if half_hour < alike else of
            found["in_time"][places, half_hour] = rate[of] * (at_once + behind @ met)
            found["lost_in_time"][places, half_hour] = rate[of] * (behind @ met_lost)
            found["shortly"][places, half_hour] = rate[of] * (behind @ met_shortly)
        found["waited"][:, half_hour] = (spent * queued).sum(axis=1)
        found["lost"][:, half_hour] = leaving * found["waited"][:, half_hour]
        found["end"][:, half_hour] = (state * queued).sum(axis=1)
        found["busy"][:, half_hour] = (spent * served_by).sum(axis=1) / HALF_HOUR_S
    load = came * aht / HALF_HOUR_S
    return [
        Queue(
            came[row],
            staff[row],
            load[row],
            came[row] - found["lost"][row],
            found["lost"][row],
            found["in_time"][row],
            found["lost_in_time"][row],
            found["shortly"][row],
            found["waited"][row],
            found["end"][row],
            found["busy"][row],
            aht,
            service,
        )
        for row in range(rows)
    ]


def _states(came: Floats, staff: Numbers, aht: Floats, leaving: float) -> int:
    """So many contacts in the line are never exceeded in practice: the peak of the flow, and chance above it."""
    flow = peak = 0.0
    for count, n, each in zip(came.tolist(), staff.tolist(), aht.tolist(), strict=True):
        seconds = 30.0
        for _ in range(int(HALF_HOUR_S / seconds)):
            gone = min(flow, n) / each + max(flow - n, 0) * leaving
            flow = max(0.0, flow + seconds * (count / HALF_HOUR_S - gone))
            peak = max(peak, flow)
    # Where callers hang up, chance is not carried over the whole day.
    scattered = float(came.max(initial=0.0)) if leaving else float(came.sum())
    return int(staff.max(initial=0) + peak + 12 * math.sqrt(scattered) + 60)


def _poisson(mean: float) -> Floats:
    """The weights of 0, 1, ... jumps, as far as any has weight."""
    most = int(mean + 10 * math.sqrt(mean) + 30)
    jumps = np.arange(most + 1)
    logs = -mean + jumps * (math.log(mean) if mean > 0 else 0.0)
    logs[1:] -= np.cumsum(np.log(jumps[1:]))
    weights: Floats = np.exp(logs)
    return weights


def _half_hour(state: Floats, births: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """(days, states): the state after a half hour, and the seconds spent in each state within it."""
    rate = float((births + deaths.max(axis=1)).max())
    if rate <= 0:
        return state, state * HALF_HOUR_S
    weights = _poisson(rate * HALF_HOUR_S)
    more = np.maximum(1 - np.cumsum(weights), 0.0) / rate
    up = (births / rate)[:, None]
    down = deaths / rate
    stay = 1 - up - down
    stay[:, -1:] += up  # nobody comes beyond the last state
    end, spent = weights[0] * state, more[0] * state
    now, after = state.copy(), np.empty_like(state)
    scratch = np.empty_like(state)
    for weight, share in zip(weights[1:].tolist(), more[1:].tolist(), strict=True):
        np.multiply(now, stay, out=after)
        np.multiply(now, down, out=scratch)
        after[:, :-1] += scratch[:, 1:]
        np.multiply(now[:, :-1], up, out=scratch[:, :-1])
        after[:, 1:] += scratch[:, :-1]
        now, after = after, now
        if weight > 1e-18:
            end += weight * now
        if share > 1e-18:
            spent += share * now
    return end, spent


def _kernels(size: int, served: float, leaving: float, service: Service) -> tuple[Floats, Floats, Floats]:
    """By how many wait before one who comes: the chance to be answered in time, to be lost in time, and shortly."""
    in_time, lost_in_time = _fate(size, served, leaving, service.threshold_s)
    if not leaving:
        return in_time, lost_in_time, lost_in_time
    return in_time, lost_in_time, _fate(size, served, leaving, service.short_abandon_s)[1]


def _fate(size: int, served: float, leaving: float, within_s: float) -> tuple[Floats, Floats]:
    ahead = served + np.arange(size) * leaving
    rate = float(ahead[-1]) + leaving
    answered, lost = np.zeros(size), np.zeros(size)
    if rate <= 0 or within_s <= 0:
        return answered, lost
    forward = ahead / rate
    gone = leaving / rate
    stay = 1 - forward - gone
    total_answered, total_lost = np.zeros(size), np.zeros(size)
    for weight in _poisson(rate * within_s).tolist():
        total_answered += weight * answered
        total_lost += weight * lost
        nearer_answered = np.concatenate(([1.0 if served > 0 else 0.0], answered[:-1]))
        nearer_lost = np.concatenate(([0.0], lost[:-1]))
        answered = stay * answered + forward * nearer_answered
        lost = stay * lost + forward * nearer_lost + gone
    return total_answered, total_lost
