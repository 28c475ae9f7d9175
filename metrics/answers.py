"""Fact against plan: execution, pace, variance, verdict, always from unrounded values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import Enum
from math import fsum, inf

from metrics.aggregate import counts_cases
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.dimensions import CUTS, HOUR_OF_DAY, LINE
from metrics.facts import Breakdown, Fact, Query
from metrics.model import Better, Count, Metric, Unit, Where
from metrics.periods import Period
from metrics.plans.plans import NO_PLAN, Planned, Plans
from metrics.relations import RELATIONS
from warehouse.messages import Message, note
from warehouse.schema import OTHER_LINE, TABLES, line_of


class Verdict(Enum):
    """`behind`: below the pace of a plan whose time is not over, so that it may yet be met."""

    MET = "met"
    MISSED = "missed"
    BEHIND = "behind"
    NONE = "none"


def exact(value: float) -> Decimal:
    """The decimal number a person would write for a float."""
    return Decimal(repr(value))


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Rounded half up, as people round; formatting libraries round half to even."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def share(fact: float | None, plan: float | None) -> float | None:
    """Fact over plan in per cent; None where there is no fact, no plan, or a plan of 0."""
    if fact is None or not plan:
        return None
    return float(exact(fact) * 100 / exact(plan))


def printed_share(value: float, rounding: str) -> Decimal:
    """An execution as a whole per cent: `down` keeps 100 % for a plan that is reached."""
    return exact(value).quantize(Decimal(1), rounding=ROUND_DOWN if rounding == "down" else ROUND_HALF_UP)


def verdict(better: Better, fact: float | None, plan: float | None) -> Verdict:
    """Met or missed by the metric's direction; none without a fact, a plan or a direction."""
    if fact is None or plan is None or better is Better.NEUTRAL:
        return Verdict.NONE
    met = fact >= plan if better is Better.FLOOR else fact <= plan
    return Verdict.MET if met else Verdict.MISSED


def margin(better: Better, fact: float | None, plan: float | None) -> float | None:
    """How far a fact is on the good side of its plan, as a share of it; below 0 on the bad side, however far from 0.

    None without a fact, a plan or a direction.
    """
    if fact is None or plan is None or better is Better.NEUTRAL:
        return None
    ahead = variance(fact, plan) * (1 if better is Better.FLOOR else -1)
    if plan:
        return ahead / abs(plan)
    return 0.0 if not ahead else inf if ahead > 0 else -inf


def variance(fact: float, plan: float) -> float:
    """Fact less plan, in the metric's own unit (percentage points for percentages)."""
    return float(exact(fact) - exact(plan))


PLAN_OF_MONTH = note("the plan is the whole month's")
"""Why a fact that does not run from the month's first day has no plan of its own."""


@dataclass(frozen=True)
class Question:
    """What is asked: a metric, of a line or a group of lines (None: the whole centre), over a period."""

    metric: str
    period: Period
    line: str | None = None
    by: tuple[str, ...] = ()
    """What it is broken down by: at most one part of time, and dimensions; nothing: as a whole."""
    filters: Where = ()
    planned: bool = True
    """Whether its plan is asked for too; to spread one for the first time reads eight weeks of records."""
    together: tuple[str, ...] = ()
    """Lines that are taken together without being a group, where no line is named."""

    @property
    def time(self) -> str | None:
        """The part of time that it is broken down by, alone or within dimensions."""
        return next((key for key in self.by if key in CUTS), None)

    @property
    def part(self) -> str | None:
        """The one thing that it is broken down by. Raises ValueError where there are several."""
        if len(self.by) > 1:
            raise ValueError(f"{self.metric} is broken down by {self.by}")
        return self.by[0] if self.by else None


@dataclass(frozen=True)
class BreakdownPart:
    """One part of a breakdown."""

    start: datetime | None
    """Where it begins, if it is a part of the period."""
    values: tuple[str | None, ...]
    """Of the dimensions in their order; None: of nobody, of nothing."""
    fact: Fact
    plan: float | None
    few: bool = False
    """Whether it has too few cases to be judged."""

    @property
    def segment(self) -> str | None:
        """The value of the only dimension."""
        return self.values[0] if self.values else None

    def judged(self, better: Better) -> Verdict:
        """By its own plan; none of too few cases."""
        return Verdict.NONE if self.few else verdict(better, self.fact.value, self.plan)


def parts_of(question: Question, point: BreakdownPart) -> tuple[datetime | str | None, ...]:
    """Return what a point is of, in the order of what the question is broken down by."""
    values = iter(point.values)
    return tuple(point.start if key in CUTS else next(values) for key in question.by)


@dataclass(frozen=True)
class Answer:
    """A fact beside its plan over the same interval. Percentages are 0-100, instants UTC."""

    question: Question
    metric: Metric
    period: Period
    """What the fact covers."""
    fact: Fact
    as_of: datetime | None
    planned: Planned
    points: tuple[BreakdownPart, ...] = ()
    few: bool = False
    """Whether the fact has too few cases to be judged."""

    @property
    def in_progress(self) -> bool:
        """Whether the records end before the period does."""
        return self.as_of is None or self.as_of < self.period.end

    @property
    def plan(self) -> float | None:
        """What the fact is set against: the plan to date, or the whole month's for a month's plan."""
        return self.planned.full if self.metric.plan_span == "month" else self.planned.to_date

    @property
    def execution(self) -> float | None:
        """Fact over plan, per cent, unrounded."""
        return share(self.fact.value, self.plan)

    @property
    def pace(self) -> float | None:
        """Fact to date over plan to date, per cent, unrounded; for volumes."""
        return share(self.fact.value, self.planned.to_date) if self.metric.spread else None

    @property
    def verdict(self) -> Verdict:
        """By the plan to date. A volume below it is only behind while the plan's time is not over.

        None of too few cases.
        """
        if self.few:
            return Verdict.NONE
        judged = verdict(self.metric.better, self.fact.value, self.planned.to_date)
        if judged is Verdict.MISSED and self.metric.spread and self.plan_goes_on:
            return Verdict.BEHIND
        return judged

    @property
    def plan_goes_on(self) -> bool:
        """Whether the plan's time is not over."""
        span = _plan_span(self.metric, self.period)
        return self.as_of is None or min(self.as_of, self.period.end) < span.end


def ask(calculator: Calculator, plans: Plans, questions: Sequence[Question]) -> list[Answer]:
    """Answers in the order of the questions. Raises UserError for what cannot be asked."""
    metrics = [calculator.catalogue.get(question.metric) for question in questions]
    queries: list[Query] = []
    for question, metric in zip(questions, metrics, strict=True):
        lines = _lines_of(calculator.centre, question)
        query = Query(metric, question.period, lines, (), question.filters)
        queries.append(query)
        if question.by:
            queries.append(Query(metric, query.period, lines, question.by, question.filters))
    computed = iter(calculator.compute(queries))
    found = [(next(computed), next(computed) if question.by else None) for question in questions]
    plans.prepare(
        (metric, line, _plan_span(metric, question.period))
        for question, metric, (_, parts) in zip(questions, metrics, found, strict=True)
        for line in _planned_lines(question, parts)
    )
    return [
        _answer(calculator, plans, question, metric, whole, parts)
        for question, metric, (whole, parts) in zip(questions, metrics, found, strict=True)
    ]


def _planned_lines(question: Question, parts: Breakdown | None) -> list[str | None]:
    """The lines whose plans a question needs: its own, and those of a breakdown by line."""
    if question.filters or not question.planned:
        return []
    lines = [values[0] for _, values in parts.parts] if parts and question.by == (LINE,) else []
    return [question.line, *(str(line) for line in lines if line is not None)]


def _answer(
    calculator: Calculator, plans: Plans, question: Question, metric: Metric, whole: Breakdown, parts: Breakdown | None
) -> Answer:
    until = whole.as_of or question.period.start
    # A plan is for all of a line: part of it, filtered, has none.
    planned = NO_PLAN
    if question.planned and not question.filters:
        span = _plan_span(metric, question.period)
        planned = plans.planned(metric, question.line, span, min(until, question.period.end))
        if planned.full is not None and not _has_own_plan(metric, question):
            planned = Planned(None, None, PLAN_OF_MONTH)
    points = _points(plans, question, metric, parts, calculator.centre) if parts else ()
    fact, few = whole.total, too_few(calculator.centre, metric, whole.total)
    if few and planned.to_date is not None:
        fact = replace(fact, remarks=(_few_said(calculator.centre, fact), *fact.remarks))
    return Answer(question, metric, question.period, fact, whole.as_of, planned, points, few)


def too_few(centre: Centre, metric: Metric, fact: Fact) -> bool:
    """Whether a share or a mean is of fewer cases than the centre judges by."""
    return counts_cases(metric) and fact.value is not None and (fact.denominator or 0.0) < centre.min_cases


def _few_said(centre: Centre, fact: Fact) -> Message:
    cases = int(fact.denominator or 0)
    return note(
        "not judged: {n} case, {least} are needed",
        "not judged: {n} cases, {least} are needed",
        n=cases,
        least=centre.min_cases,
    )


def _points(
    plans: Plans, question: Question, metric: Metric, parts: Breakdown, centre: Centre
) -> tuple[BreakdownPart, ...]:
    if question.by == (HOUR_OF_DAY,):
        return _hours(plans, question, metric, parts, centre)
    points = []
    has_plan = question.planned and not question.filters
    for (bucket, values), fact in parts.parts.items():
        plan = None
        start = None
        if question.time:
            start, end = parts.borders[bucket], parts.borders[bucket + 1]
            part = Period(start, end, question.period.timezone)
            if has_plan and not values:
                plan = plans.planned(metric, question.line, part, min(end, parts.as_of or end)).to_date
        elif question.by == (LINE,) and values[0] is not None and has_plan and _has_own_plan(metric, question):
            until = min(question.period.end, parts.as_of or question.period.end)
            plan = plans.planned(metric, values[0], question.period, until).to_date
        few = too_few(centre, metric, fact)
        points.append(
            BreakdownPart(start, tuple(None if each is None else str(each) for each in values), fact, plan, few)
        )
    return tuple(points)


def _hours(
    plans: Plans, question: Question, metric: Metric, parts: Breakdown, centre: Centre
) -> tuple[BreakdownPart, ...]:
    """The hours of all days together, by the clock. A level has its plan at every hour."""
    plan = None
    if question.planned and not question.filters and not metric.spread:
        plan = plans.planned(metric, question.line, question.period, parts.as_of or question.period.end).to_date
    hours = sorted((int(hour), fact) for (_, (hour,)), fact in parts.parts.items())
    return tuple(
        BreakdownPart(None, (f"{hour:02}:00",), fact, plan, too_few(centre, metric, fact)) for hour, fact in hours
    )


def _has_own_plan(metric: Metric, question: Question) -> bool:
    return question.period == plan_period(metric, question.period)


def plan_period(metric: Metric, period: Period) -> Period:
    """What a fact must cover to be set against the plan: a month's plan is for the month to date."""
    return period.month_to_date() if metric.plan_span == "month" else period


def _plan_span(metric: Metric, period: Period) -> Period:
    return period.whole_months() if metric.plan_span == "month" else period


def _lines_of(centre: Centre, question: Question) -> tuple[str, ...] | None:
    """The lines that are asked of, each once; None: the whole centre."""
    named = (question.line,) if question.line else question.together
    return tuple(dict.fromkeys(member for line in named for member in centre.members(line))) or None


def hours_in_use(calculator: Calculator, answers: Sequence[Answer]) -> set[datetime]:
    """The beginnings of the hours of one day in which the records have anything of what the answers are about.

    An hour in which calls came and none was lost is one of them: its zero is a figure.
    """
    queries = []
    for answer in answers:
        question = answer.question
        lines = _lines_of(calculator.centre, question)
        for leaf in calculator.catalogue.leaves(answer.metric):
            rows = replace(leaf, fact=Count(), remarks=())
            queries.append(Query(rows, answer.period, lines, ("hour",), question.filters))
    return {
        facts.borders[bucket]
        for facts in calculator.compute(queries)
        for (bucket, _), fact in facts.parts.items()
        if fact.value
    }


def may_lack_lines(metric: Metric, catalogue: Catalogue) -> bool:
    """Whether rows of a metric may have no line; most tables put those into a line of their own."""
    for leaf in catalogue.leaves(metric):
        table = TABLES[RELATIONS[leaf.relation].tables[0]]
        name = line_of(table)
        if name is not None and table.c[name].info.get("default") != OTHER_LINE:
            return True
    return False


def is_split(answer: Answer) -> bool:
    """Whether the parts of a breakdown say anything of the whole.

    They do not where what is counted (the numerator) has no value of the dimension at all, nor where it has one less
    than half as often as what it is counted over: the parts would all be near nought, whatever the whole is.
    """
    over = _given([(point, point.fact.denominator) for point in answer.points])
    if answer.metric.unit is Unit.POINTS:  # votes for and against: their sum tells of neither
        return over is None or over >= _HALF
    counted = _given([(point, point.fact.numerator) for point in answer.points])
    if counted == 0.0 or over == 0.0:
        return False
    return counted is None or over is None or 2 * counted >= over


_HALF = 0.5


def _given(amounts: Sequence[tuple[BreakdownPart, float | None]]) -> float | None:
    """Which share of an amount has a value of the dimension; None, if there is no such amount, or none of it."""
    known = [(bool(point.segment), amount) for point, amount in amounts if amount is not None]
    whole = fsum(amount for _, amount in known)
    return fsum(amount for given, amount in known if given) / whole if whole else None


@dataclass(frozen=True)
class PartRanking:
    """The parts of a breakdown in their order."""

    ranked: tuple[BreakdownPart, ...]
    few: tuple[BreakdownPart, ...] = ()
    """Those with too few cases, or no value, to be compared with the others: the most cases first."""
    unnamed: tuple[BreakdownPart, ...] = ()
    """What is nobody's (a lost call has no agent): in no rank, and never left out."""

    @property
    def points(self) -> tuple[BreakdownPart, ...]:
        return (*self.ranked, *self.few, *self.unnamed)

    def top(self, n: int) -> PartRanking:
        """The first so many; where nobody is ranked, all of them."""
        return PartRanking(self.ranked[:n], (), self.unnamed) if self.ranked else self


def worst_first(metric: Metric) -> bool:
    """Whether a metric's order has a good and a bad end; the bad one comes first."""
    return metric.better is not Better.NEUTRAL and not metric.spread


def lowest_first(metric: Metric) -> bool:
    """Whether one looks for the lowest first: of a level that is to be high; of everything else for the highest."""
    return metric.better is Better.FLOOR and not metric.spread


def ordered(
    metric: Metric, points: Sequence[BreakdownPart], *, lowest: bool | None = None
) -> tuple[BreakdownPart, ...]:
    """From what one looks for first, or from the `lowest` or the highest on. What has no value stands last."""
    lowest = lowest_first(metric) if lowest is None else lowest
    known = [point for point in points if point.fact.value is not None]
    rest = [point for point in points if point.fact.value is None]
    return (*sorted(known, key=lambda point: (point.fact.value or 0.0) * (1 if lowest else -1)), *rest)


def ranking(
    metric: Metric, points: Sequence[BreakdownPart], *, people: bool, lowest: bool | None = None
) -> PartRanking:
    """The parts by a dimension in order; people are ranked from the least number of cases on."""
    named = [point for point in points if point.segment]
    unnamed = tuple(point for point in points if not point.segment and not _is_empty(point))
    few = [p for p in named if people and (p.fact.value is None or p.few)]
    ranked = ordered(metric, [point for point in named if point not in few], lowest=lowest)
    few.sort(key=lambda point: (-(point.fact.denominator or 0.0), point.segment or ""))
    return PartRanking(ranked, tuple(few), unnamed)


def _is_empty(point: BreakdownPart) -> bool:
    return not (point.fact.numerator or point.fact.denominator)
