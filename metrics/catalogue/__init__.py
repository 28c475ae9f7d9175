"""The catalogue: every metric declared once, ours and the centre's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import sqlalchemy as sa

from metrics.catalogue.agents import AGENTS
from metrics.catalogue.bot import BOT
from metrics.catalogue.calls import CALLS
from metrics.catalogue.campaigns import CAMPAIGNS
from metrics.catalogue.chats import CHATS
from metrics.catalogue.conversion import CONVERSION
from metrics.catalogue.deals import DEALS
from metrics.catalogue.desk import COMPLAINTS, DESK
from metrics.catalogue.incidents import INCIDENTS
from metrics.catalogue.load import LOAD
from metrics.catalogue.losses import LOSSES
from metrics.catalogue.marketing import MARKETING
from metrics.catalogue.resolution import RESOLUTION
from metrics.catalogue.sales import SALES
from metrics.catalogue.satisfaction import SATISFACTION
from metrics.catalogue.service import SERVICE
from metrics.catalogue.sites import SITES
from metrics.catalogue.touches import TOUCHES
from metrics.catalogue.transfers import TRANSFERS
from metrics.catalogue.visits import TASKS, VISITS
from metrics.centre import Centre
from metrics.dimensions import AGENT, OF_AGENTS
from metrics.model import Aggregation, Count, Distinct, Mean, Metric, PerTime, Quantile, Ratio, Sum, SumOf, Where
from metrics.relations import RELATIONS, Scope
from warehouse.messages import Message, UserError, nearest, note
from warehouse.schema import SALES_TABLES

BUILT_IN: tuple[Metric, ...] = (
    *CALLS,
    *CHATS,
    *SALES,
    *DESK,
    *BOT,
    *AGENTS,
    *TRANSFERS,
    *LOSSES,
    *RESOLUTION,
    *COMPLAINTS,
    *INCIDENTS,
    *SATISFACTION,
    *SERVICE,
    *SITES,
    *LOAD,
    *DEALS,
    *CONVERSION,
    *TOUCHES,
    *VISITS,
    *TASKS,
    *MARKETING,
    *CAMPAIGNS,
)


_OF_DEALS = frozenset(table.name for table in SALES_TABLES)
_OURS = frozenset(map(id, BUILT_IN))


class Catalogue:
    """The metrics that may be asked for, by key and by alias. Those that are not ours are checked when it is made."""

    def __init__(self, metrics: Iterable[Metric] = BUILT_IN) -> None:
        self._metrics: dict[str, Metric] = {}
        self._names: dict[str, str] = {}
        for metric in metrics:
            for name in (metric.key, *metric.aliases):
                taken = self._names.setdefault(_folded(name), metric.key)
                if taken != metric.key or metric.key in self._metrics:
                    raise UserError(
                        'The metric "{metric}" uses the name "{name}", which "{other}" has already.',
                        metric=metric.key,
                        name=name,
                        other=taken,
                    )
            self._metrics[metric.key] = metric
        self._dimensions: dict[str, tuple[str, ...]] = {}
        for metric in self:
            if id(metric) not in _OURS:  # a check needs every relation: a test checks ours
                check(metric, self)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics.values())

    def __contains__(self, key: str) -> bool:
        return key in self._metrics

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._metrics)

    def get(self, name: str) -> Metric:
        """A metric by its key or alias. Raises UserError with the nearest names."""
        key = self._names.get(_folded(name))
        if key is None:
            raise UserError(
                'There is no metric "{given}". There are: {known}.',
                given=name,
                known=nearest(name, self.keys),
            )
        return self._metrics[key]

    def leaves(self, metric: Metric) -> tuple[Metric, ...]:
        """The metrics that are summed for this one; itself, if it is not a sum of others."""
        if isinstance(metric.fact, SumOf):
            return tuple(leaf for key in metric.fact.metrics for leaf in self.leaves(self._metrics[key]))
        return (metric,)

    def is_of_deals(self, metric: Metric) -> bool:
        """Whether a metric is counted over what a CRM or a campaign tells, beside whatever else."""
        tables = {table for leaf in self.leaves(metric) for table in RELATIONS[leaf.relation].tables}
        return not _OF_DEALS.isdisjoint(tables)

    def dimensions(self, metric: Metric) -> tuple[str, ...]:
        """What a metric can be narrowed to and broken down by, besides parts of time: of a sum, what all parts can."""
        if metric.key in self and self._metrics[metric.key] is metric:
            if metric.key not in self._dimensions:
                self._dimensions[metric.key] = self._dimensions_of(metric)
            return self._dimensions[metric.key]
        return self._dimensions_of(metric)

    def _dimensions_of(self, metric: Metric) -> tuple[str, ...]:
        each = [RELATIONS[leaf.relation].all_dimensions for leaf in self.leaves(metric)]
        known = (dimension for dimension in each[0] if all(dimension in others for others in each))
        return tuple(dimension for dimension in known if self.unsplit(metric, dimension) is None)

    def unsplit(self, metric: Metric, dimension: str) -> Message | None:
        """Why a dimension of its records cannot split a metric; None where nothing is known against it."""
        found = (unsplit(leaf, dimension) for leaf in self.leaves(metric))
        return next((reason for reason in found if reason), None)

    def adds_up(self, metric: Metric) -> bool:
        """Whether a metric of several values of a dimension is made of their numerators and denominators added up."""
        return all(
            not RELATIONS[leaf.relation].inside and all(isinstance(part, Count | Sum) for part in _made_of(leaf.fact))
            for leaf in self.leaves(metric)
        )

    def of_events(self, metric: Metric) -> bool:
        """Whether its rows are events, which the clock tells apart; not where a row lasts, or is more than an event."""
        return all(RELATIONS[leaf.relation].of_events for leaf in self.leaves(metric))

    def of_time(self, metric: Metric) -> bool:
        """Whether its rows last, so that the hours of all days must be cut before they are put together."""
        return self.adds_up(metric) and all(RELATIONS[leaf.relation].lasting for leaf in self.leaves(metric))


def _made_of(fact: Aggregation) -> tuple[Aggregation, ...]:
    if isinstance(fact, Ratio):
        return (fact.numerator, fact.denominator)
    return (Sum(fact.of, fact.where),) if isinstance(fact, Mean) else (fact,)


def unsplit(leaf: Metric, dimension: str) -> Message | None:
    """Why a dimension cannot split a metric that is no sum of others: a part of it is of rows that have no value."""
    fact = leaf.fact
    if isinstance(fact, SumOf):
        return None
    parts = (fact.numerator, fact.denominator) if isinstance(fact, Ratio) else (fact,)
    looked_at = [column for part in parts for column in _decisive(part)]
    of = AGENT if dimension in OF_AGENTS else dimension
    for each in RELATIONS[leaf.relation].unsplit:
        if each.dimension == of and any(column in each.columns for column in looked_at):
            return note(each.reason)
    return None


@cache
def columns_of(relation: str) -> dict[str, sa.ColumnElement[object]]:
    """The columns of a relation, by name, for checks and for the reference page."""
    return {column.name: column for column in RELATIONS[relation].rows(Scope(Centre())).subquery().columns}


def check(metric: Metric, catalogue: Catalogue) -> None:
    """Raise UserError if a metric cannot work: unknown relation, column or part."""
    if isinstance(metric.fact, SumOf):
        for key in metric.fact.metrics:
            if key not in catalogue or key == metric.key:
                raise UserError(
                    'The metric "{metric}" sums "{given}", which is no other metric. There are: {known}.',
                    metric=metric.key,
                    given=key,
                    known=nearest(key, catalogue.keys),
                )
        return
    if metric.relation not in RELATIONS:
        raise UserError(
            'The metric "{metric}" counts over "{given}", which does not exist. There are: {known}.',
            metric=metric.key,
            given=metric.relation,
            known=nearest(metric.relation, tuple(RELATIONS)),
        )
    known = columns_of(metric.relation)
    for column in _columns_used(metric):
        if column not in known:
            raise UserError(
                'The metric "{metric}" uses "{given}", a column that "{relation}" does not have. It has: {known}.',
                metric=metric.key,
                given=column,
                relation=metric.relation,
                known=nearest(column, tuple(known)),
            )


def _columns_used(metric: Metric) -> Iterator[str]:
    fact = metric.fact
    parts = (fact.numerator, fact.denominator) if isinstance(fact, Ratio) else (fact,)
    for part in parts:
        assert isinstance(part, Count | Distinct | Sum | Mean | Quantile | PerTime)
        if not isinstance(part, Count):
            yield part.of
        yield from _tested(part.where)
    for remark in metric.remarks:
        yield from _tested(remark.where)


def _decisive(part: Aggregation) -> Iterator[str]:
    """The columns that decide what a part of a metric counts: the flags that its rows must have, and what it sums."""
    assert isinstance(part, Count | Distinct | Sum | Mean | Quantile | PerTime)
    if not isinstance(part, Count):
        yield part.of
    yield from (test.column for test in part.where if test.operator == "=" and test.values == (True,))


def _tested(conditions: Where) -> Iterator[str]:
    return (test.column for test in conditions)


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е")
