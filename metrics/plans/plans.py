"""What is planned for an interval: plans of the records, spread by the day model with the weights they keep.

A plan is spread the first time it is needed: its weights come from the normal weeks before it, and are handed to
the caller to be stored with the plan's revision, so that records loaded later never move a plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from metrics.calculator import Calculator, Query
from metrics.model import Metric
from metrics.periods import Period, days, midnight, to_local
from metrics.plans.daymodel import (
    HISTORY_WEEKS,
    WEEK,
    History,
    Weights,
    day_plans,
    in_force,
    level_on,
    near,
    plan_between,
    plan_on,
)
from warehouse.messages import Message, note
from warehouse.plans import Plan, PlanVersion, load_plans, load_weights


@dataclass(frozen=True)
class Planned:
    """The plan of an interval. Both values are None where there is no plan for every day of it."""

    to_date: float | None
    """Up to the as-of time: what the fact is compared with."""
    full: float | None
    """Of the whole span, whether it is over or not."""
    remark: Message | None = None


NO_PLAN = Planned(None, None)


class Plans:
    """All plans of one manifest, and the weights they are spread by."""

    def __init__(self, calculator: Calculator, *, forget_weights: bool = False) -> None:
        self._calculator = calculator
        self._plans: dict[tuple[str, str | None], list[Plan]] = defaultdict(list)
        for plan in load_plans(calculator.records):
            self._plans[plan.metric, plan.line].append(plan)
        stored = load_weights(calculator.records) if self._plans and not forget_weights else {}
        self._weights: dict[PlanVersion, Weights] = {version: Weights(shares) for version, shares in stored.items()}
        self._days: dict[tuple[Plan, ...], Mapping[date, float]] = {}
        self.fresh: dict[PlanVersion, Weights] = {}
        """Weights of plans that were spread for the first time: to be stored."""

    def over(self, calculator: Calculator) -> Plans:
        """The same plans and weights, asked through another calculator of the same records, maybe in another thread."""
        other = copy(self)
        other._calculator = calculator
        other.fresh = {}
        return other

    def prepare(self, asked: Iterable[tuple[Metric, str | None, Period]]) -> None:
        """Spread the plans that the intervals need and that were never spread, in as few statements as may be."""
        wanted = [
            (metric, plan)
            for metric, line, span in asked
            if metric.spread
            for key in self._sources(metric, line)
            for plan in in_force(self._plans[key])
            if plan.days[-1] >= span.first_day and plan.starts_on <= span.last_day
        ]
        new = {plan.version: (metric, plan) for metric, plan in wanted if plan.version not in self._weights}
        if new:
            # Days of plans that had no weights yet were spread evenly, for the sake of their neighbours' days.
            self._days.clear()
        groups: dict[tuple[str, str | None], list[tuple[Metric, Plan]]] = defaultdict(list)
        for metric, plan in new.values():
            groups[plan.metric, plan.line].append((metric, plan))
        for group, history in zip(groups.values(), self._histories(list(groups.values())), strict=True):
            for metric, plan in group:
                as_of = self._calculator.as_of(metric)
                weights = history.weights(self._weighed_before(metric, plan)) if history else None
                self._weights[plan.version] = weights or Weights.equal()
                begun = as_of and as_of >= midnight(plan.starts_on, self._calculator.centre.timezone)
                if weights and begun:
                    self.fresh[plan.version] = weights

    def prepare_all(self, span: Period) -> None:
        """Spread every plan that touches the span."""
        catalogue = self._calculator.catalogue
        self.prepare([(catalogue.get(key), line, span) for key, line in list(self._plans) if key in catalogue])

    def planned(self, metric: Metric, line: str | None, span: Period, until: datetime) -> Planned:
        """The plan from the span's start to `until` (a UTC instant) and of the whole span; `prepare` it before."""
        sources = self._sources(metric, line)
        if not sources:
            return NO_PLAN
        if not metric.spread:
            return self._level(self._plans[sources[0]], span)
        parts = [self._volume(metric, self._plans[key], span, until) for key in sources]
        return Planned(_sum(part.to_date for part in parts), _sum(part.full for part in parts))

    def on_day(self, metric: Metric, line: str | None, day: date) -> float | None:
        """The plan of one local day."""
        span = days(day, day, self._calculator.centre.timezone)
        return self.planned(metric, line, span, span.end).full

    def _sources(self, metric: Metric, line: str | None) -> list[tuple[str, str | None]]:
        """Whose plans make the plan of a line: its own, or those of all members of a group of lines."""
        if (metric.key, line) in self._plans:
            return [(metric.key, line)]
        members = self._calculator.centre.members(line) if line else ()
        keys: list[tuple[str, str | None]] = [(metric.key, member) for member in members if member != line]
        return keys if metric.spread and keys and all(key in self._plans for key in keys) else []

    def _volume(self, metric: Metric, plans: Sequence[Plan], span: Period, until: datetime) -> Planned:
        centre = self._calculator.centre
        around = tuple(near(plans, span.first_day, span.last_day))
        values = self._days_of(metric, around)

        def weights_of(day: date) -> Weights:
            plan = plan_on(around, day)
            assert plan is not None  # the day has a value
            return self._weights_of(plan)

        def between(end: datetime) -> float | None:
            start, local_end = to_local(span.start, centre.timezone), to_local(end, centre.timezone)
            return plan_between(values, weights_of, centre.is_holiday, start, local_end)

        full = between(span.end)
        if full is None:
            return NO_PLAN
        return Planned(between(max(span.start, min(until, span.end))), full)

    def _days_of(self, metric: Metric, plans: tuple[Plan, ...]) -> Mapping[date, float]:
        """The plan of each day; a series asks for the same days again and again."""
        if plans not in self._days:
            step, is_holiday = metric.unit.step, self._calculator.centre.is_holiday
            self._days[plans] = day_plans(plans, self._weights_of, is_holiday, step)
        return self._days[plans]

    def _level(self, plans: Sequence[Plan], span: Period) -> Planned:
        levels = {level_on(plans, day) for day in span.days}
        if len(levels) > 1 and None not in levels:
            return Planned(None, None, note("the plan changes within the period"))
        level = next(iter(levels)) if len(levels) == 1 else None
        return Planned(level, level)

    def _weights_of(self, plan: Plan) -> Weights:
        return self._weights.get(plan.version) or Weights.equal()

    def _histories(self, groups: Sequence[Sequence[tuple[Metric, Plan]]]) -> list[History | None]:
        """Return the hours of the weeks before the plans of each metric and line, read in one pass for all of them."""
        centre = self._calculator.centre
        starts = [self._weighed_before(metric, plan) for group in groups for metric, plan in group]
        if not starts:
            return []
        span = days(min(starts) - HISTORY_WEEKS * WEEK, max(starts) - timedelta(days=1), centre.timezone)
        firsts = [group[0] for group in groups]
        queries = [Query(metric, span, centre.members(plan.line) if plan.line else None) for metric, plan in firsts]
        return [
            History(found.by_hour, centre.is_holiday, covers=self._covered(query, found.as_of))
            if found.by_hour and found.as_of
            else None
            for query, found in zip(queries, self._calculator.volumes(queries), strict=True)
        ]

    def _weighed_before(self, metric: Metric, plan: Plan) -> date:
        """Return the day before which a plan's weeks lie: its first, or today for a plan whose time has not come."""
        as_of = self._calculator.as_of(metric) or self._calculator.now
        return min(plan.starts_on, to_local(as_of, self._calculator.centre.timezone).date())

    def _covered(self, query: Query, as_of: datetime) -> tuple[date, date]:
        """The half-open range of whole local days that the tables used are known for."""
        zone = self._calculator.centre.timezone
        begins = to_local(self._calculator.first_event(query.metric) or query.period.start, zone)
        first = begins.date() if begins.time() == time() else begins.date() + timedelta(days=1)
        return first, to_local(as_of, zone).date()


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum, None if any part is unknown."""
    known = list(values)
    return None if any(value is None for value in known) else sum(value for value in known if value is not None)


def shares_of(weights: Mapping[PlanVersion, Weights]) -> dict[PlanVersion, Mapping[tuple[int, int], float]]:
    """Weights as they are stored."""
    return {version: each.shares for version, each in weights.items()}
