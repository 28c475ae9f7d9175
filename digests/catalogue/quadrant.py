"""What a smile is worth: conversion of meetings by the price that was offered and by how much clients like the owner.

A client who bought is happier, so the answers of the same meetings would explain themselves: an owner's smile is of the
days before the period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from math import ceil
from typing import TYPE_CHECKING

from digests import numbers
from digests.model import Analysis, AnalysisSpec, Column, Findings, Slice, Value
from metrics.answers import Answer, Question, exact
from metrics.dimensions import AGE_DAYS, BAD_OFFER, GOOD_OFFER, OFFER, OWNER
from metrics.intervals import Interval, apart, of_clusters
from metrics.model import Unit
from metrics.periods import days
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

KEY = "satisfaction.quadrant"
SPEC = AnalysisSpec(
    KEY,
    N_("What a smile is worth"),
    N_(
        "Deals by their first consultation, signed by now. The smile is the owner's index over the 90 days before the "
        "period, of at least 30 answers; high from the index of all these owners on, unless a limit is set. The price "
        "is the offered one over the expected one. Intervals (95%) reckon with an owner's meetings being alike."
    ),
)
HIGH, LOW = "high", "low"
PRICES = (BAD_OFFER, GOOD_OFFER)
BOTH = "both"
LEAST, LEAST_OWNERS = 30, 10
"""A cell with fewer meetings says how many; nothing is found among fewer owners."""
_DAYS_BEFORE = 90
_POWER = 7.849
"""Of four real differences three are found that way: (1.96 + 0.84) squared."""


@dataclass
class SmileCell:
    """The meetings of one price and one smile, by owner: how many, and how many were signed."""

    owners: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def meetings(self) -> float:
        return sum(n for n, _ in self.owners.values())

    @property
    def contracts(self) -> float:
        return sum(signed for _, signed in self.owners.values())

    @property
    def rate(self) -> tuple[float, float] | None:
        """The share of meetings that were signed, and its variance; None of too few."""
        return of_clusters([*self.owners.values()]) if self.meetings >= LEAST else None


@dataclass(frozen=True)
class Difference:
    """How much oftener those with a high smile sign, in points, and what it would take to tell that from chance."""

    interval: Interval
    owners: int
    """Of the smaller cell."""
    needed: int | None

    @property
    def is_found(self) -> bool:
        return self.owners >= LEAST_OWNERS and self.interval.is_proven


SmileCells = Mapping[tuple[str, str], SmileCell]


def differences(cells: SmileCells) -> Mapping[str, Difference]:
    """Return the difference of the smile at each price, and over both prices; those of cells that are large enough."""
    found: dict[str, Difference] = {}
    weighted: list[tuple[float, float, float]] = []
    for price in PRICES:
        high, low = cells[price, HIGH], cells[price, LOW]
        if high.rate is None or low.rate is None:
            continue
        (above, variance), (below, other) = high.rate, low.rate
        difference, spread = above - below, above * (1 - above) + below * (1 - below)
        needed = ceil(round(_POWER * spread / difference**2, 6) / 10) * 10 if difference else None
        owners = min(len(high.owners), len(low.owners))
        found[price] = Difference(apart(difference, variance + other).scaled(100), owners, needed)
        weighted.append((high.meetings + low.meetings, difference, variance + other))
    if len(weighted) == len(PRICES):
        whole = sum(n for n, _, _ in weighted)
        value = sum(n * each for n, each, _ in weighted) / whole
        variance = sum((n / whole) ** 2 * each for n, _, each in weighted)
        least = min(found[price].owners for price in PRICES)
        found[BOTH] = Difference(apart(value, variance).scaled(100), least, None)
    return found


def _asked(within: Slice) -> Sequence[Question]:
    first = within.period.first_day
    before = days(first - timedelta(days=_DAYS_BEFORE), first - timedelta(days=1), within.period.timezone)
    return [
        within.question("visits_first", OWNER, OFFER),
        within.question("visits_won", OWNER, OFFER),
        within.question("visits_first", AGE_DAYS),
        within.question("smile", "agent", period=before),
    ]


def _conclude(within: Slice, answers: Sequence[Answer]) -> Findings:
    missing = next((answer.fact.missing for answer in answers if answer.fact.missing), None)
    if missing:
        return Findings(missing=missing)
    met, signed, by_age, smiles = answers
    index = {
        point.segment: (point.fact.numerator or 0.0, point.fact.denominator)
        for point in smiles.points
        if point.segment is not None and point.fact.denominator and point.fact.denominator >= LEAST
    }
    known = [index[owner] for owner in {point.values[0] for point in met.points} if owner in index]
    signed_of = {point.values: point.fact.value or 0.0 for point in signed.points}
    if not any(point.values[1] for point in met.points if point.fact.value):
        return Findings(missing=note("no deal of these consultations says both its price and the expected one"))
    if not known:
        return Findings(missing=note("no owner of these consultations has {n} answers about the mood", n=LEAST))
    high = within.calculator.centre.smile.high
    limit = 100 * sum(votes for votes, _ in known) / sum(n for _, n in known) if high is None else high
    cells: dict[tuple[str, str], SmileCell] = {key: SmileCell() for key in product(PRICES, (HIGH, LOW))}
    left_out: dict[str, float] = defaultdict(float)
    for point in met.points:
        (owner, price), n = point.values, point.fact.value or 0.0
        if price is None:
            left_out["price"] += n
        elif owner not in index:
            left_out["smile"] += n
        elif n:
            votes, of = index[owner]
            # Owners are told apart by what their answers say exactly, not by what is left of it in binary fractions.
            smile = HIGH if 100 * votes / of >= limit - 1e-9 else LOW
            cells[price, smile].owners[str(owner)] = (n, signed_of.get(point.values, 0.0))
    window = within.calculator.centre.sales.window_days
    young = sum(point.fact.value or 0.0 for point in by_age.points if float(point.segment or 0) < window)
    values: dict[str, Value] = {"limit": limit, "without_price": left_out["price"], "without_smile": left_out["smile"]}
    for price, difference in differences(cells).items():
        values |= {
            f"{price}_difference": difference.interval.value,
            f"{price}_low": difference.interval.low,
            f"{price}_high": difference.interval.high,
            f"{price}_found": "yes" if difference.is_found else "no",
            f"{price}_needed": difference.needed,
        }
    return Findings(tuple(_said(left_out, young, window)), _COLUMNS, tuple(_rows(cells)), values)


def _said(left_out: Mapping[str, float], young: float, window: int) -> Iterator[Message]:
    if n := int(left_out["price"]):
        yield note("{n} meeting without a price is left out.", "{n} meetings without a price are left out.", n=n)
    if n := int(left_out["smile"]):
        yield note(
            "{n} meeting is left out as its owner has too few answers.",
            "{n} meetings are left out as their owners have too few answers.",
            n=n,
        )
    if n := int(young):
        yield note(
            "It is still growing: {n} meeting is younger than {window_days} days.",
            "It is still growing: {n} meetings are younger than {window_days} days.",
            n=n,
            window_days=window,
        )


_COLUMNS = (
    Column("price", N_("Price"), of=OFFER),
    Column("smile", N_("Smile"), titles={HIGH: N_("high smile"), LOW: N_("low smile")}),
    Column("owners", N_("Owners"), Unit.COUNT),
    Column("meetings", N_("Meetings"), Unit.COUNT),
    Column("share", N_("Share"), Unit.PERCENT, 1),
    Column("contracts", N_("Contracts"), Unit.COUNT),
    Column("conversion", N_("Conversion"), Unit.PERCENT, 1),
    Column("low", N_("From"), Unit.PERCENT, 1),
    Column("high", N_("To"), Unit.PERCENT, 1),
)


def _rows(cells: SmileCells) -> Iterator[tuple[Value, ...]]:
    whole = sum(cell.meetings for cell in cells.values())
    for (price, smile), cell in cells.items():
        rate: tuple[Value, ...] = (None, None, None)
        if cell.rate is not None:
            interval = apart(*cell.rate).scaled(100).within(0, 100)
            rate = (interval.value, interval.low, interval.high)
        share = 100 * cell.meetings / whole if whole else None
        yield (price, smile, float(len(cell.owners)), cell.meetings, share, cell.contracts, *rate)


def findings_of(result: ReportResult) -> Findings | None:
    """Return what the analysis found, if it was asked for and can be computed."""
    found = next((each.findings for each in result.analyses if each.spec.key == KEY), None)
    return found if found and not found.missing else None


def told(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what a smile is worth at the bad price: a finding, or that chance may explain it."""
    localizer, found = session.localizer, findings_of(result)
    if found is None or not isinstance(difference := found.values.get(f"{BAD_OFFER}_difference"), float):
        return
    rates = {(row[0], row[1]): row[6] for row in found.rows}
    high, low = (
        numbers.in_unit(localizer, Unit.PERCENT, rate, 0)
        for smile in (HIGH, LOW)
        if isinstance(rate := rates[BAD_OFFER, smile], float)
    )
    bounds = [found.values[f"{BAD_OFFER}_{end}"] for end in ("low", "high")]
    first, last = (
        numbers.sign_of(bound, numbers.plain(localizer, exact(abs(bound)), 1))
        for bound in bounds
        if isinstance(bound, float)
    )
    said = {"high": high, "low": low, "first": first, "last": last}
    said["difference"] = numbers.apart(localizer, Unit.PERCENT, difference)
    if found.values[f"{BAD_OFFER}_found"] == "yes":
        yield note(
            "At a bad price owners with a high smile sign {high} of meetings, the others {low}: {difference} "
            "({first}…{last}).",
            **said,
        )
        return
    yield note(
        "At a bad price owners with a high smile sign {high} of meetings, the others {low}: {difference} "
        "({first}…{last}), which chance may explain.",
        **said,
    )
    if isinstance(needed := found.values[f"{BAD_OFFER}_needed"], int):
        enough = numbers.plain(localizer, exact(float(needed)), 0)
        yield note("To tell it from chance takes about {n} meetings in each cell.", n=enough)


ANALYSIS = Analysis(_asked, _conclude)
