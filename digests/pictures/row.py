"""A line of a series with what is known of it, and the words that its findings share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from digests.pictures import numbers, timeline
from digests.pictures.setting import Setting
from digests.pictures.timeline import PeriodPart
from metrics.answers import Answer
from metrics.model import Better, Metric
from metrics.periods import Period
from metrics.verdict import Verdict, margin
from warehouse.messages import N_

_SAME_SPAN = timedelta(hours=2)
"""Periods are as long as each other though the clocks changed in one of them."""


@dataclass(frozen=True)
class SeriesRow:
    """A line with its answer, its parts, and another period: the value beside each part, and its answer."""

    name: str
    answer: Answer
    parts: list[PeriodPart]
    earlier: tuple[float | None, ...] = ()
    before: Answer | None = None
    beside: Period | None = None
    """What is drawn beside the parts: days of the other period that are the same days of the week."""

    @property
    def metric(self) -> Metric:
        return self.answer.metric

    @property
    def by(self) -> str:
        return self.answer.question.part or "day"

    @property
    def verdicts(self) -> list[Verdict]:
        return [part.judged(self.metric) for part in self.parts]

    @property
    def misses(self) -> int:
        return self.verdicts.count(Verdict.MISSED)

    @property
    def planned(self) -> bool:
        """Whether it has a plan, be it another one in every part."""
        return self.answer.plan is not None or any(part.plan is not None for part in self.parts)

    @property
    def met_throughout(self) -> bool:
        """Whether every part of which anything is known, and that is over, met the plan."""
        over = [part for part in self.parts if part.fact is not None and part.elapsed >= 1]
        return all(part.judged(self.metric) is Verdict.MET for part in over)

    @property
    def execution(self) -> float | None:
        """Of a volume."""
        return self.answer.execution if self.metric.spread else None

    @property
    def changing(self) -> bool:
        """A level's plan that is not the same in all parts."""
        return not self.metric.spread and self.answer.plan is None and any(p.plan is not None for p in self.parts)

    @property
    def later(self) -> bool:
        """Whether the other period comes after this one."""
        return self.before is not None and self.before.period.start > self.answer.period.start

    @property
    def comparable(self) -> float | None:
        """The period before in one figure. While a period goes on, only one as long as the part that is over."""
        if self.before is None:
            return None
        ours, theirs = self.answer, self.before
        if ours.in_progress:
            until = min(ours.as_of or ours.period.start, ours.period.end)
            if abs((until - ours.period.start) - (theirs.period.end - theirs.period.start)) > _SAME_SPAN:
                return None
        return None if theirs.in_progress else theirs.fact.value


def worst(rows: Sequence[SeriesRow], count: int) -> list[SeriesRow]:
    """Those furthest on the bad side of their plan, or the largest, in the order given.

    First come those that missed it in all, the furthest of them first, then those with the most misses in their parts,
    then those that are closest to it; what is not judged stands last.
    """

    def order(row: SeriesRow) -> tuple[bool, bool, int, float, float]:
        answer = row.answer
        judged, met = answer.verdict is not Verdict.NONE, answer.verdict is Verdict.MET
        apart = margin(row.metric.better, answer.fact.value, answer.plan) if judged else None
        misses = row.misses if met and not row.metric.spread else 0
        return not judged, met, -misses, apart or 0.0, -(answer.fact.value or 0.0)

    chosen = sorted(range(len(rows)), key=lambda index: order(rows[index]))[:count]
    return [rows[index] for index in sorted(chosen)]


def plan_met(answer: Answer) -> str:
    """The message that a plan is met: a norm, a plan, or only so far, while its time goes on."""
    if normed(answer.metric):
        return N_("the target is met")
    reached = answer.metric.better is Better.FLOOR and (answer.fact.value or 0.0) >= (answer.planned.full or 0.0)
    if answer.metric.spread and answer.plan_goes_on and not reached:
        return N_("the plan to date is met")
    return N_("the plan is met")


def verdict_said(answer: Answer) -> str:
    """The message of a verdict by itself."""
    match answer.verdict:
        case Verdict.MET:
            return plan_met(answer)
        case Verdict.BEHIND:
            return N_("behind the plan to date")
        case Verdict.MISSED:
            return N_("the target is missed") if normed(answer.metric) else N_("the plan is missed")
        case Verdict.NONE:
            return N_("no plan")


def plan_name(metric: Metric) -> str:
    """The message that names a plan: a limit, a target or a plan."""
    if metric.bound:
        return N_("limit {plan}")
    return N_("target {plan}") if normed(metric) else N_("plan {plan}")


def of_plan(metric: Metric) -> str:
    """The message of a volume's execution."""
    return N_("{share} of the month's plan") if metric.plan_span == "month" else N_("{share} of plan")


def normed(metric: Metric) -> bool:
    """A level that is to be at least so much has a norm; everything else has a plan."""
    return metric.better is Better.FLOOR and not metric.spread


def titled(metric_name: str, line: str) -> str:
    """«SL Inhouse», «Входящие звонки, Продажи»."""
    if not line:
        return metric_name
    return f"{metric_name} {line}" if metric_name == metric_name.upper() else f"{metric_name}, {line}"


def beyond(metric: Metric) -> str:
    if metric.bound:
        return N_("over the limit {when}") if metric.better is Better.CEILING else N_("below the limit {when}")
    if metric.better is Better.CEILING:
        return N_("over plan {when}")
    return N_("below target {when}")


def missed_when(setting: Setting, row: SeriesRow) -> str:
    return timeline.missed_said(setting.localizer, row.by, row.parts, row.verdicts, row.answer.period.timezone)


def value_of(setting: Setting, row: SeriesRow) -> str:
    if row.execution is not None and row.metric.better is not Better.NEUTRAL:
        return setting.localizer(of_plan(row.metric), share=setting.percent(row.execution))
    return numbers.fact(setting.localizer, row.answer)
