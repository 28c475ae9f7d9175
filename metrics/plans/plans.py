"""How a week's volume falls on its days and hours: the weights that plans are spread by."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from metrics.calculator import Calculator
from metrics.facts import Query
from metrics.marks import channel_of, day_marks
from metrics.model import Metric
from metrics.periods import Period, days, midnight, to_local
from metrics.plans.cells import period_text
from metrics.relations import RELATIONS
from warehouse.messages import Message, UserError, note
from warehouse.plans import GRANULARITIES, Plan, PlanVersion, load_plans, load_weights

SUNDAY, HOLIDAY = 6, 7
WEEK = timedelta(weeks=1)
_HOURS = range(24)

NORMAL_WEEKS = 8
LOOK_BACK_WEEKS = 26
HOLIDAY_WEEKS = 52
HISTORY_WEEKS = HOLIDAY_WEEKS + NORMAL_WEEKS + 1
"""How far back the weights of a plan read: a holiday a year ago, its week, and the weeks it is measured against."""


@dataclass(frozen=True)
class Weights:
    """(weekday 0 Monday ... 6 Sunday or 7 a public holiday, hour) -> mean share of a normal week's volume."""

    shares: Mapping[tuple[int, int], float]

    @classmethod
    def equal(cls) -> Weights:
        """Every day and every hour the same, for where there is no history."""
        return cls({(weekday, hour): 1 / (7 * 24) for weekday in range(8) for hour in _HOURS})

    def day(self, weekday: int) -> float:
        """The weight of a whole day."""
        return math.fsum(self.shares.get((weekday, hour), 0.0) for hour in _HOURS)

    def elapsed(self, weekday: int, hour: int, fraction: float = 0.0) -> float:
        """The share (0-1) of the day's volume before this local time; linear within the hour.

        `hour` 24 is the day's end. A day without any volume goes by the clock.
        """
        total = self.day(weekday)
        if total <= 0:
            return (hour + fraction) / 24
        before = [self.shares.get((weekday, h), 0.0) for h in range(hour)]
        return math.fsum([*before, fraction * self.shares.get((weekday, hour), 0.0)]) / total


def weekday_of(day: date, is_holiday: Callable[[date], bool]) -> int:
    """0 Monday ... 6 Sunday, 7 a public holiday on whatever weekday."""
    return HOLIDAY if is_holiday(day) else day.weekday()


class VolumeHistory:
    """Volumes of the past, cut into its weeks once, to weigh any number of plans by."""

    def __init__(
        self,
        volumes: Mapping[tuple[date, int], float],
        is_holiday: Callable[[date], bool],
        *,
        covers: tuple[date, date] | None = None,
        left_out: Collection[date] = (),
    ) -> None:
        """Cut volumes by (local date, local hour) into weeks from Monday.

        `covers` is the half-open range of whole local days that the records are complete for (None: all of them),
        so that a week cut by the first or the last record is not taken for one that begins or ends quietly.
        Days that are `left_out` teach nothing: a week that has one is not normal, a holiday that is one not known.
        """
        self._first, self._end = covers or (date.min, date.max)
        self._is_holiday = cache(is_holiday)
        self._left_out = frozenset(left_out)
        self._normal = cache(self._is_normal)
        self._days: dict[date, dict[int, float]] = {}
        for (day, hour), volume in volumes.items():
            self._days.setdefault(day, {})[hour] = volume
        self._of_week = cache(lambda monday: self._sum(monday, monday + WEEK))

    def weights(self, before: date) -> Weights | None:
        """Return the weights by which a plan that begins on `before` is spread; None if no normal week is known.

        A normal week runs from Monday to Sunday without a public holiday and has volume. Days and hours weigh the
        mean of their shares in each of the last 8 normal weeks, sought at most 26 weeks back. Holidays weigh the
        mean, over those of the last 52 weeks, of their volume over the latest normal week before each (at most 8
        weeks before); Sunday's weight where none is known. A holiday without volume in a week that has some is
        known: it is closed.
        """
        used = self._normal_before(before, LOOK_BACK_WEEKS)[:NORMAL_WEEKS]
        if not used:
            return None
        shares = {
            (weekday, hour): _mean([self._share(monday + timedelta(days=weekday), hour, monday) for monday in used])
            for weekday in range(7)
            for hour in _HOURS
        }
        holidays = [
            (day, normal)
            for day in self._holidays(before)
            for normal in self._normal_before(day, NORMAL_WEEKS)[:1]
            if self._sum(_monday(day), min(_monday(day) + WEEK, before)) > 0
        ]
        for hour in _HOURS:
            known = [self._share(day, hour, monday) for day, monday in holidays]
            shares[HOLIDAY, hour] = _mean(known) if known else shares[SUNDAY, hour]
        return Weights(shares)

    def _holidays(self, before: date) -> list[date]:
        """Return the holidays of the year before a day that the records are complete for, the latest first."""
        days = (before - timedelta(days=number) for number in range(1, HOLIDAY_WEEKS * 7 + 1))
        known = (day for day in days if self._first <= day < self._end and day not in self._left_out)
        return [day for day in known if self._is_holiday(day)]

    def _normal_before(self, day: date, at_most: int) -> list[date]:
        """Return the Mondays of the normal weeks that ended before the day, the latest first."""
        back = (_monday(day) - number * WEEK for number in range(1, at_most + 1))
        return [monday for monday in back if self._normal(monday)]

    def _is_normal(self, monday: date) -> bool:
        days = [monday + timedelta(days=number) for number in range(7)]
        whole = self._first <= days[0] and days[-1] < self._end
        like_others = self._left_out.isdisjoint(days) and not any(map(self._is_holiday, days))
        return whole and self._of_week(monday) > 0 and like_others

    def _share(self, day: date, hour: int, monday: date) -> float:
        return self._days.get(day, {}).get(hour, 0.0) / self._of_week(monday)

    def _sum(self, first: date, end: date) -> float:
        days = (first + timedelta(days=number) for number in range((end - first).days))
        return math.fsum(volume for day in days for volume in self._days.get(day, {}).values())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


WHOLE_CENTRE = note("the whole centre")
_SHOWN_PARTS = 4


@dataclass(frozen=True)
class Remainder:
    """What a plan leaves to the days that no more specific plan covers, in steps of its unit."""

    plan: Plan
    parts: tuple[Plan, ...]
    """The more specific plans inside it, the widest of them only: a month's halves, not the halves' days."""
    taken: int
    steps: int
    days: tuple[date, ...]

    @property
    def fits(self) -> bool:
        return self.steps == 0 or (self.steps > 0 and bool(self.days))

    def misfit(self, step: float) -> Message:
        """The sentence for a plan that does not fit its parts."""
        plan = self.plan
        common: dict[str, Any] = {
            "metric": plan.metric,
            "line": line_name(plan.line),
            "period": period_text(plan.granularity, plan.starts_on),
            "value": _number(self.taken + self.steps, step),
        }
        if not self.parts:
            return note("The plan of {metric}, {line} for {period} is negative: {value}.", **common)
        shown = [period_text(part.granularity, part.starts_on) for part in self.parts[:_SHOWN_PARTS]]
        common["parts"] = ", ".join(shown) + (", …" if len(self.parts) > _SHOWN_PARTS else "")
        common["sum"] = _number(self.taken, step)
        if self.days or self.steps < 0:
            return note(
                "The plan of {metric}, {line} for {period} is {value}, less than its parts ({parts}), which make "
                "{sum}.",
                **common,
            )
        return note(
            "The plan of {metric}, {line} for {period} is {value}, but its parts ({parts}) cover every day of it "
            "and make {sum}.",
            **common,
        )


def line_name(line: str | None) -> str | Message:
    """A plan's line for a sentence."""
    return WHOLE_CENTRE if line is None else line


def steps_of(value: float, step: float) -> int:
    """A value in whole steps of its unit; one between two steps goes to the nearest, half up."""
    steps = Decimal(repr(float(value))) / Decimal(repr(float(step)))
    return int(steps.to_integral_value(rounding=ROUND_HALF_UP))


def value_of(steps: int, step: float) -> float:
    """The value that so many steps make: the float nearest to the exact decimal."""
    return float(steps * Decimal(repr(float(step))))


def spread(
    plan_value: float, days: Sequence[date], weights: Weights, is_holiday: Callable[[date], bool], step: float
) -> dict[date, float]:
    """A volume over days by their weights, by largest remainder, ties to the earlier day.

    The days sum exactly to the plan in the unit's smallest step (1 for counts, 0.01 for m2); a plan between two
    steps is taken half up. Where no day has any weight, they are all equal.
    """
    total = steps_of(plan_value, step)
    if total < 0 or (total and not days):
        raise ValueError(f"a volume of {plan_value} cannot be spread over {len(days)} days")
    days = sorted(days)
    shares = [Fraction(weights.day(weekday_of(day, is_holiday))) for day in days]
    if not any(shares):
        shares = [Fraction(1)] * len(days)
    whole = sum(shares)
    quotas = [total * share / whole for share in shares]
    floors = [math.floor(quota) for quota in quotas]
    # Weights are floats: what ties by hand differs in the 17th digit, and must still tie.
    by_remainder = sorted(range(len(days)), key=lambda i: (-round(quotas[i] - floors[i], 9), i))
    for i in by_remainder[: total - sum(floors)]:
        floors[i] += 1
    return {day: value_of(steps, step) for day, steps in zip(days, floors, strict=True)}


def in_force(plans: Collection[Plan]) -> list[Plan]:
    """The highest revision of each plan of one metric and line, the most specific first, then by date.

    Raises UserError if one period has two values in one revision; other periods of a granularity never overlap.
    """
    candidates: dict[tuple[int, date], list[Plan]] = {}
    for plan in plans:
        candidates.setdefault((GRANULARITIES.index(plan.granularity), plan.starts_on), []).append(plan)
    if len({(plan.metric, plan.line) for plan in plans}) > 1:
        raise ValueError("plans of several metrics or lines")
    return [_latest(candidates[place]) for place in sorted(candidates)]


def _latest(revisions: Sequence[Plan]) -> Plan:
    highest = max(plan.revision for plan in revisions)
    one, *others = (plan for plan in revisions if plan.revision == highest)
    for other in others:
        if other.value != one.value:
            raise UserError(
                "Two plans of {metric}, {line} overlap: {period} is both {value} and {other}.",
                metric=one.metric,
                line=line_name(one.line),
                period=period_text(one.granularity, one.starts_on),
                value=plain(min(one.value, other.value)),
                other=plain(max(one.value, other.value)),
            )
    return one


def near(plans: Iterable[Plan], first: date, last: date) -> list[Plan]:
    """The plans that bear on the days from first to last: all those of the quarters these days are in.

    A narrower plan outside of the days still takes its part of a month that is partly inside.
    """
    begin, end = _quarter(first), _quarter(last)
    return [plan for plan in plans if begin <= _quarter(plan.starts_on) <= end]


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def remainders(plans: Collection[Plan], step: float) -> Iterator[Remainder]:
    """What every plan in force of one metric and line leaves to its own days, whether it fits or not."""
    done: list[Plan] = []
    for plan in in_force(plans):
        parts: list[Plan] = []
        covered: set[date] = set()
        for part in reversed(done):  # the widest first: its own parts are inside it
            if part.starts_on in plan.days and part.starts_on not in covered:
                parts.append(part)
                covered.update(part.days)
        taken = sum(steps_of(part.value, step) for part in parts)
        free = tuple(day for day in plan.days if day not in covered)
        ordered = tuple(sorted(parts, key=lambda part: part.starts_on))
        yield Remainder(plan, ordered, taken, steps_of(plan.value, step) - taken, free)
        done.append(plan)


def day_plans(
    plans: Collection[Plan], weights: Callable[[Plan], Weights], is_holiday: Callable[[date], bool], step: float
) -> dict[date, float]:
    """The plan of each day, for the volumes of one metric and line.

    A more specific plan replaces its days and the wider plan's remainder spreads over the rest. Raises UserError if
    a remainder is negative or has no day left to go to, or if two plans overlap.
    """
    values: dict[date, float] = {}
    for remainder in remainders(plans, step):
        if not remainder.fits:
            misfit = remainder.misfit(step)
            raise UserError(misfit.id, **misfit.params)
        if remainder.days:
            left = value_of(remainder.steps, step)
            values.update(spread(left, remainder.days, weights(remainder.plan), is_holiday, step))
    return dict(sorted(values.items()))


def plan_on(plans: Collection[Plan], day: date) -> Plan | None:
    """The most specific plan in force of one metric and line that covers the day."""
    return next(iter(in_force([plan for plan in plans if day in plan.days])), None)


def level_on(plans: Collection[Plan], day: date) -> float | None:
    """The plan of a day for a level (SL, AHT, LCR), which is not spread; None where there is no plan."""
    plan = plan_on(plans, day)
    return plan.value if plan else None


def plan_between(
    day_values: Mapping[date, float],
    weights_of: Callable[[date], Weights],
    is_holiday: Callable[[date], bool],
    start: datetime,
    end: datetime,
) -> float | None:
    """The plan of the half-open local interval [start, end), which may begin and end inside a day.

    Whole days count in full, a part of a day by the intraday profile of its weekday. None if any day of it has no
    plan: a sum over some of the days would be a wrong plan. An empty interval on a planned day has the plan 0.
    """
    whole, parts = Decimal(0), 0.0
    if start.date() not in day_values:
        return None
    day = start.date()
    while (midnight := datetime.combine(day, time())) < end:
        if day not in day_values:
            return None
        tomorrow = midnight + timedelta(days=1)
        if start <= midnight and tomorrow <= end:
            whole += Decimal(repr(day_values[day]))  # exact: hundredths do not add up in floats
        elif start < end:
            weekday, weights = weekday_of(day, is_holiday), weights_of(day)
            until = weights.elapsed(weekday, *_clock(min(end, tomorrow) - midnight))
            since = weights.elapsed(weekday, *_clock(max(start, midnight) - midnight))
            parts += day_values[day] * (until - since)
        day += timedelta(days=1)
    return float(whole) + parts


def _clock(since_midnight: timedelta) -> tuple[int, float]:
    """The hour (24 at the day's end) and the elapsed fraction of it."""
    hour, rest = divmod(since_midnight, timedelta(hours=1))
    return hour, rest / timedelta(hours=1)


def forecast(fact: float, pace: float | None, plan_left: float | None) -> float | None:
    """The fact at the period's end if the rest goes as the period has gone so far."""
    return None if pace is None or plan_left is None else fact + pace * plan_left


def _number(steps: int, step: float) -> float | int:
    return plain(value_of(steps, step))


def plain(value: float) -> float | int:
    """Without a decimal that says nothing: 28400, not 28400.0."""
    return int(value) if value == int(value) else value


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
                as_of = self._calculator.coverage.as_of(metric)
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

    def _histories(self, groups: Sequence[Sequence[tuple[Metric, Plan]]]) -> list[VolumeHistory | None]:
        """Return the hours of the weeks before the plans of each metric and line, read in one pass for all of them."""
        centre = self._calculator.centre
        starts = [self._weighed_before(metric, plan) for group in groups for metric, plan in group]
        if not starts:
            return []
        span = days(min(starts) - HISTORY_WEEKS * WEEK, max(starts) - timedelta(days=1), centre.timezone)
        firsts, marks = [group[0] for group in groups], day_marks(self._calculator)
        queries = [Query(metric, span, centre.members(plan.line) if plan.line else None) for metric, plan in firsts]
        return [
            VolumeHistory(
                found.by_hour,
                centre.is_holiday,
                covers=self._covered(query, found.as_of),
                left_out=marks.left_out(plan.line, self._channel(metric), span),
            )
            if found.by_hour and found.as_of
            else None
            for (metric, plan), query, found in zip(firsts, queries, self._calculator.volumes(queries), strict=True)
        ]

    def _channel(self, metric: Metric) -> str:
        """Return the channel that all of a metric comes by, if it is one."""
        leaves = self._calculator.catalogue.leaves(metric)
        found = {channel_of(RELATIONS[leaf.relation].tables[0]) for leaf in leaves}
        return found.pop() if len(found) == 1 else ""

    def _weighed_before(self, metric: Metric, plan: Plan) -> date:
        """Return the day before which a plan's weeks lie: its first, or today for a plan whose time has not come."""
        as_of = self._calculator.coverage.as_of(metric) or self._calculator.now
        return min(plan.starts_on, to_local(as_of, self._calculator.centre.timezone).date())

    def _covered(self, query: Query, as_of: datetime) -> tuple[date, date]:
        """The half-open range of whole local days that the tables used are known for."""
        zone = self._calculator.centre.timezone
        begins = to_local(self._calculator.coverage.first_event(query.metric) or query.period.start, zone)
        first = begins.date() if begins.time() == time() else begins.date() + timedelta(days=1)
        return first, to_local(as_of, zone).date()


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum, None if any part is unknown."""
    known = list(values)
    return None if any(value is None for value in known) else sum(value for value in known if value is not None)


def shares_of(weights: Mapping[PlanVersion, Weights]) -> dict[PlanVersion, Mapping[tuple[int, int], float]]:
    """Weights as they are stored."""
    return {version: each.shares for version, each in weights.items()}
