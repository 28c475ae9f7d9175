"""Out of the usual: cases that are too many for chance, and episodes of quarter hours that have far more than others.

It is one exact test, with no model of how cases vary. Now there are `cases` over an exposure (time, contacts, calls),
before there were others over another: p is the chance that so many or more of all of them fall into now, if they fall
where the exposure is. It holds where there were none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import exp, lgamma, log, log1p

from metrics.periods import Period, to_local, to_utc

LEAST_CASES = 10
LIKELY = 0.01
"""A finding has so many cases at least, and a lesser chance."""


def chance(cases: float, exposure: float, cases_before: float, exposure_before: float) -> float:
    """Return P(X >= cases) of a binomial X over all cases by the share that now has of the exposure."""
    c, n = round(cases), round(cases + cases_before)
    if c <= 0 or exposure + exposure_before <= 0:
        return 1.0
    share = exposure / (exposure + exposure_before)
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    # From the likeliest number on both ways: each term follows from its neighbour, until they add nothing.
    top = max(c, min(n, int((n + 1) * share)))
    ways = lgamma(n + 1) - lgamma(top + 1) - lgamma(n - top + 1)
    middle = exp(ways + top * log(share) + (n - top) * log1p(-share))
    odds = share / (1 - share)
    above = _added(middle, ((n - k) / (k + 1) * odds for k in range(top, n)))
    below = _added(middle, (k / (n - k + 1) / odds for k in range(top, c, -1)))
    return min(1.0, middle + above + below)


def _added(term: float, ratios: Iterable[float]) -> float:
    """The sum of the terms that follow one, each so many times the one before it."""
    total = 0.0
    for ratio in ratios:
        term *= ratio
        total += term
        if term < total * _NOTHING:
            break
    return total


_NOTHING = 1e-17


def is_finding(cases: float, p: float) -> bool:
    """Whether enough cases are too many to be chance."""
    return cases >= LEAST_CASES and p < LIKELY


QUARTER_S = 900
WEEKS = 8
ENOUGH_WEEKS, LEAST_WEEKS = 4, 3
"""With fewer weeks before, those after are taken too; with fewer than the second in all nothing is said."""
_LEAST, _LIKELY, _EPISODE_LIKELY = 5, 0.001, 1e-6
_JOINED = timedelta(minutes=30)
_QUARTERS_KEPT = 1 << 12
"""More than a month has."""


@dataclass(frozen=True)
class CaseCount:
    """So many cases over an exposure."""

    cases: float = 0.0
    exposure: float = 0.0

    def __add__(self, other: CaseCount) -> CaseCount:
        return CaseCount(self.cases + other.cases, self.exposure + other.exposure)


@dataclass(frozen=True)
class Quarter:
    """A quarter of an hour beside the same one of other weeks; None: there are too few weeks to compare with."""

    start: datetime
    now: CaseCount
    before: CaseCount | None

    @property
    def p(self) -> float:
        """How likely so many cases are by chance; 1 where nothing can be said."""
        if self.before is None:
            return 1.0
        return chance(self.now.cases, self.now.exposure, self.before.cases, self.before.exposure)

    @property
    def usual(self) -> float | None:
        """How many cases this exposure usually has."""
        if self.before is None or not self.before.exposure:
            return None
        return self.before.cases * self.now.exposure / self.before.exposure


@dataclass(frozen=True)
class Peak:
    """Neighbouring quarter hours out of the usual, taken together. Instants UTC."""

    start: datetime
    end: datetime
    cases: float
    usual: float
    p: float


def weeks_around(period: Period) -> Period:
    """The period with the weeks before and after it that it is compared with."""
    around = timedelta(weeks=WEEKS)
    zone = period.timezone
    start, end = to_local(period.start, zone) - around, to_local(period.end, zone) + around
    return Period(to_utc(start, zone), to_utc(end, zone), zone)


def index_of(moment: datetime) -> int:
    """The quarter hour of a UTC instant, counted from the epoch."""
    return int(moment.replace(tzinfo=UTC).timestamp()) // QUARTER_S


def quarters(
    counts: Mapping[int, CaseCount],
    period: Period,
    begins: datetime | None,
    known_to: datetime,
    left_out: Collection[date] = (),
) -> Iterator[Quarter]:
    """Yield the quarter hours of a period that are known, each beside its like of other weeks by the local clock.

    `begins` is since when there are records to compare with, and `left_out` the local days that teach nothing. What has
    no cases is beside nothing: it cannot be unusual.
    """
    until = min(known_to, period.end)
    for index in range(index_of(period.start), index_of(until) + 1):
        start = _start_of(index)
        if start < until:
            now = counts.get(index, CaseCount())
            before = _before(counts, start, period.timezone, begins, known_to, left_out) if now.cases else CaseCount()
            yield Quarter(start, now, before)


def _many(
    counts: Mapping[int, CaseCount],
    period: Period,
    begins: datetime | None,
    known_to: datetime,
    left_out: Collection[date],
) -> Iterator[Quarter]:
    """Yield those quarter hours that have cases enough to be unusual."""
    until = min(known_to, period.end)
    for index in sorted(index for index, count in counts.items() if count.cases >= _LEAST):
        start = _start_of(index)
        if period.start <= start < until:
            yield Quarter(start, counts[index], _before(counts, start, period.timezone, begins, known_to, left_out))


def _start_of(index: int) -> datetime:
    return datetime.fromtimestamp(index * QUARTER_S, UTC).replace(tzinfo=None)


def _before(
    counts: Mapping[int, CaseCount],
    start: datetime,
    zone: str,
    begins: datetime | None,
    known_to: datetime,
    left_out: Collection[date],
) -> CaseCount | None:
    compared = _compared(start, zone, begins, known_to, frozenset(left_out))
    if compared is None:
        return None
    found = [counts[index] for index in compared if index in counts]
    return CaseCount(sum(each.cases for each in found), sum(each.exposure for each in found))


@lru_cache(_QUARTERS_KEPT)
def _compared(
    start: datetime, zone: str, begins: datetime | None, known_to: datetime, left_out: frozenset[date]
) -> tuple[int, ...] | None:
    """The same quarter hour of other weeks; None: there are too few of them. All lines and numbers share it."""
    local = to_local(start, zone)

    def at(*weeks: int) -> Iterator[datetime]:
        for week in weeks:
            then = local + timedelta(weeks=week)
            if then.date() not in left_out:
                yield to_utc(then, zone)

    weeks = range(1, WEEKS + 1)
    chosen = [each for each in at(*(-week for week in weeks)) if begins is not None and each >= begins]
    if len(chosen) < ENOUGH_WEEKS:
        quarter = timedelta(seconds=QUARTER_S)
        chosen += [each for each in at(*weeks) if each + quarter <= known_to]
    return None if len(chosen) < LEAST_WEEKS else tuple(map(index_of, chosen))


def episodes(
    counts: Mapping[int, CaseCount],
    period: Period,
    begins: datetime | None,
    known_to: datetime,
    left_out: Collection[date] = (),
) -> Iterator[Peak]:
    """Yield the episodes of a period: a single quarter hour passes by chance, all of an episode must not."""
    unusual = [
        quarter
        for quarter in _many(counts, period, begins, known_to, left_out)
        if quarter.now.cases > (quarter.usual or 0.0) and quarter.p < _LIKELY
    ]
    for run in _joined(unusual):
        now = sum((quarter.now for quarter in run), CaseCount())
        before = sum((quarter.before or CaseCount() for quarter in run), CaseCount())
        p = chance(now.cases, now.exposure, before.cases, before.exposure)
        if p < _EPISODE_LIKELY:
            usual = sum(quarter.usual or 0.0 for quarter in run)
            yield Peak(run[0].start, run[-1].start + timedelta(seconds=QUARTER_S), now.cases, usual, p)


def _joined(found: Iterable[Quarter]) -> list[list[Quarter]]:
    """Neighbours that are less than half an hour apart, together."""
    runs: list[list[Quarter]] = []
    for quarter in found:
        ended = runs[-1][-1].start + timedelta(seconds=QUARTER_S) if runs else None
        if ended is not None and quarter.start - ended < _JOINED:
            runs[-1].append(quarter)
        else:
            runs.append([quarter])
    return runs
