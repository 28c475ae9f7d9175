"""What a contest counts, and what makes a finalist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.catalogue import columns_of, unsplit
from metrics.model import Count, Metric, Sum, Test, Where
from metrics.periods import Period
from metrics.relations import RELATIONS
from metrics.verdict import exact
from warehouse.messages import Mistake, nearest

SHARED, EARLIER = "shared", "earlier"
"""Equal totals share a place (3, 3, 5), or who reached theirs earlier stands before."""

AGENT = "agent"


@dataclass(frozen=True)
class Rules:
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
    """Raise Mistake for what people cannot compete in: it must count or sum what an agent has done."""
    relation = RELATIONS.get(metric.relation)
    events = relation is not None and not relation.inside and {AGENT, "at"} <= set(columns_of(relation.key))
    if relation is None or not events or not isinstance(metric.fact, Count | Sum) or unsplit(metric, AGENT):
        raise Mistake(
            'A contest cannot be about the metric "{given}": take one that counts or sums what an agent has done, '
            "such as {example}.",
            given=metric.key,
            example="reserves_in_call",
        )
    for column in filters:
        if column not in relation.dimensions:
            raise Mistake(
                'The metric "{metric}" cannot be narrowed by {given}. It can by: {known}.',
                metric=metric.key,
                given=column,
                known=nearest(column, relation.dimensions),
            )


def matching(filters: Mapping[str, Sequence[str]]) -> Where:
    """Rows whose dimensions have one of the values."""
    return tuple(Test(column, tuple(values)) for column, values in filters.items())
