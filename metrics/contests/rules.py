"""What a contest counts, and what makes a finalist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from metrics.answers import exact
from metrics.catalogue import columns_of, unsplit
from metrics.dimensions import breakdown_title
from metrics.model import Count, Metric, Sum, Test, Where
from metrics.periods import Period
from metrics.relations import RELATIONS
from warehouse.messages import UserError, closest_first

SHARED, EARLIER = "shared", "earlier"
"""Equal totals share a place (3, 3, 5), or who reached theirs earlier stands before."""

AGENT = "agent"


@dataclass(frozen=True)
class ContestRules:
    """What is counted, when, and what makes a finalist."""

    metric: Metric
    period: Period
    filters: Where = ()
    minimum: Decimal = Decimal(0)
    """A finalist has at least so much."""
    places: int = 10
    """So many places are in the final; those who share the last of them are all in."""
    ties: str = SHARED
    teams: bool = False
    """Whether teams compete; a team has what its people have."""
    members: tuple[str, ...] = ()
    """The teams whose people take part, also with nothing yet; without any, all who have done something."""

    @property
    def step(self) -> Decimal:
        """The least by which one can be ahead."""
        return exact(self.metric.unit.step)


def check(metric: Metric, filters: Mapping[str, Sequence[str]]) -> None:
    """Raise UserError for what people cannot compete in: it must count or sum what an agent has done."""
    relation = RELATIONS.get(metric.relation)
    events = relation is not None and not relation.inside and {AGENT, "at"} <= set(columns_of(relation.key))
    if relation is None or not events or not isinstance(metric.fact, Count | Sum) or unsplit(metric, AGENT):
        raise UserError(
            'A contest cannot be about the metric "{given}": take one that counts or sums what an agent has done, '
            "such as {example}.",
            given=metric.key,
            example="reserves_in_call",
        )
    for column in filters:
        if column not in relation.dimensions:
            raise UserError(
                'The metric "{metric}" cannot be narrowed {by}. It can be {known}.',
                metric=metric.keyed_title,
                by=breakdown_title(column),
                known=tuple(map(breakdown_title, closest_first(column, relation.dimensions))),
            )


def matching(filters: Mapping[str, Sequence[str]]) -> Where:
    """Rows whose dimensions have one of the values."""
    return tuple(Test(column, tuple(values)) for column, values in filters.items())


@dataclass(frozen=True)
class Adjustment:
    """An amount that somebody added to a participant's total (or took from it), and why. `at` is UTC."""

    number: int
    who: str
    amount: Decimal
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class PostedRating:
    """A rating as it was posted: places and totals by participant, and the last adjustment that was in it (0: none)."""

    as_of: datetime
    places: tuple[tuple[str, int, Decimal], ...]
    adjustment: int = 0
    closing: bool = False
    day: date | None = None
    """The day whose post it was."""

    @property
    def place_of(self) -> dict[str, int]:
        return {key: place for key, place, _ in self.places}

    @property
    def total_of(self) -> dict[str, Decimal]:
        return {key: total for key, _, total in self.places}


@dataclass(frozen=True)
class Ledger:
    """One contest's. Equal ledgers make the same rating."""

    adjustments: tuple[Adjustment, ...] = ()
    opted_out: tuple[str, ...] = ()
    posted: PostedRating | None = None
    """The last one."""


@dataclass(frozen=True)
class LateChange:
    """A total as it was posted, and what the records say of the same moment now. None: there is none."""

    key: str
    was: Decimal | None
    now: Decimal | None


def corrections(ledger: Ledger, now: Mapping[str, Decimal]) -> list[LateChange]:
    """Where the totals last posted are not those that the records give of the same moment now."""
    posted = ledger.posted.total_of if ledger.posted else {}
    keys = [key for key in dict.fromkeys([*posted, *now]) if key not in ledger.opted_out]
    pairs = [LateChange(key, posted.get(key), now.get(key)) for key in keys]
    return [pair for pair in pairs if (pair.was or 0) != (pair.now or 0)]
