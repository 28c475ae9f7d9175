"""The day model: what a period's plan means for each of its days and for a part of a day.

Days and hours are local and naive. On a day of 23 or 25 hours the plan follows the clock on the wall. Weights are
given from outside: they are stored with the plan's revision, so that a plan never drifts with late records.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from metrics.plans.periods import period_text
from metrics.plans.weights import Weights, weekday_of
from warehouse.messages import Message, Mistake, note
from warehouse.plans import GRANULARITIES, Plan

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

    Raises Mistake if one period has two values in one revision; other periods of a granularity never overlap.
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
            raise Mistake(
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

    A more specific plan replaces its days and the wider plan's remainder spreads over the rest. Raises Mistake if
    a remainder is negative or has no day left to go to, or if two plans overlap.
    """
    values: dict[date, float] = {}
    for remainder in remainders(plans, step):
        if not remainder.fits:
            misfit = remainder.misfit(step)
            raise Mistake(misfit.id, **misfit.params)
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
