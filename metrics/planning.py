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

from metrics.compute import Facts, Reckoner, Want
from metrics.model import Metric
from metrics.periods import Period, days, midnight, to_local
from metrics.plans.daymodel import day_plans, in_force, level_on, near, plan_between, plan_on
from metrics.plans.weights import HISTORY_WEEKS, Weights, weights_from
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


class PlanBook:
    """All plans of one manifest, and the weights they are spread by."""

    def __init__(self, reckoner: Reckoner, *, forget_weights: bool = False) -> None:
        self._reckoner = reckoner
        self._plans: dict[tuple[str, str | None], list[Plan]] = defaultdict(list)
        for plan in load_plans(reckoner.records):
            self._plans[plan.metric, plan.line].append(plan)
        stored = load_weights(reckoner.records) if self._plans and not forget_weights else {}
        self._weights: dict[PlanVersion, Weights] = {version: Weights(shares) for version, shares in stored.items()}
        self._days: dict[tuple[Plan, ...], Mapping[date, float]] = {}
        self.fresh: dict[PlanVersion, Weights] = {}
        """Weights of plans that were spread for the first time: to be stored."""

    def over(self, reckoner: Reckoner) -> PlanBook:
        """The same plans and weights, asked through another reckoner of the same records, maybe in another thread."""
        other = copy(self)
        other._reckoner = reckoner
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
        wants = [self._history(metric, plan) for metric, plan in new.values()]
        for (_, plan), want, facts in zip(new.values(), wants, self._reckoner.compute(wants), strict=True):
            weights = self._weights_from(want, facts)
            self._weights[plan.version] = weights or Weights.equal()
            begun = facts.as_of and facts.as_of >= midnight(plan.starts_on, want.period.timezone)
            if weights and begun:
                self.fresh[plan.version] = weights

    def prepare_all(self, span: Period) -> None:
        """Spread every plan that touches the span."""
        catalogue = self._reckoner.catalogue
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
        span = days(day, day, self._reckoner.centre.timezone)
        return self.planned(metric, line, span, span.end).full

    def _sources(self, metric: Metric, line: str | None) -> list[tuple[str, str | None]]:
        """Whose plans make the plan of a line: its own, or those of all members of a group of lines."""
        if (metric.key, line) in self._plans:
            return [(metric.key, line)]
        members = self._reckoner.centre.members(line) if line else ()
        keys: list[tuple[str, str | None]] = [(metric.key, member) for member in members if member != line]
        return keys if metric.spread and keys and all(key in self._plans for key in keys) else []

    def _volume(self, metric: Metric, plans: Sequence[Plan], span: Period, until: datetime) -> Planned:
        centre = self._reckoner.centre
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
            step, is_holiday = metric.unit.step, self._reckoner.centre.is_holiday
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

    def _history(self, metric: Metric, plan: Plan) -> Want:
        """The hours of the weeks before a plan, or before today for a plan whose time has not come."""
        centre = self._reckoner.centre
        today = to_local(self._reckoner.as_of(metric) or self._reckoner.now, centre.timezone).date()
        before = min(plan.starts_on, today)
        period = days(before - timedelta(weeks=HISTORY_WEEKS), before - timedelta(days=1), centre.timezone)
        return Want(metric, period, centre.members(plan.line) if plan.line else None, hours=True)

    def _weights_from(self, want: Want, facts: Facts) -> Weights | None:
        period, centre = want.period, self._reckoner.centre
        first_days = period.days
        history = {(first_days[bucket], int(hour)): fact.value or 0.0 for (bucket, hour), fact in facts.parts.items()}
        if not history or facts.as_of is None:
            return None
        known = self._covered(want, facts.as_of)
        return weights_from(history, period.last_day + timedelta(days=1), centre.is_holiday, covers=known)

    def _covered(self, want: Want, as_of: datetime) -> tuple[date, date]:
        """The half-open range of whole local days that the tables used are known for."""
        zone = self._reckoner.centre.timezone
        begins = to_local(self._reckoner.first_event(want.metric) or want.period.start, zone)
        first = begins.date() if begins.time() == time() else begins.date() + timedelta(days=1)
        return first, to_local(as_of, zone).date()


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum, None if any part is unknown."""
    known = list(values)
    return None if any(value is None for value in known) else sum(value for value in known if value is not None)


def shares_of(weights: Mapping[PlanVersion, Weights]) -> dict[PlanVersion, Mapping[tuple[int, int], float]]:
    """Weights as they are stored."""
    return {version: each.shares for version, each in weights.items()}
