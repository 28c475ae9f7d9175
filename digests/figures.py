"""A digest's figures: the questions they ask, all together, and the answers as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests import numbers
from digests.document import FactDetail
from digests.localizer import Localizer
from digests.model import FigureSpec
from metrics.answers import Answer, BreakdownPart, Question, Verdict, ask, exact, plan_period, printed_share
from metrics.calculator import Calculator
from metrics.clock import CLOCK
from metrics.dimensions import EVERY
from metrics.model import Better, Where
from metrics.periods import Period, to_local
from metrics.plans.plans import Plans
from warehouse.messages import N_

_MORE_DECIMALS = 4
"""How far a print goes to show that a missed plan is missed."""
TOGETHER = timedelta(hours=1)
"""Tables end with their latest events, which are never the same second: so close they count as one moment."""


@dataclass(frozen=True)
class Figure:
    """A figure as it is read, with the answer it stands for."""

    spec: FigureSpec
    label: str
    answer: Answer
    text: str
    """Fact, plan and execution, as printed after the label."""
    remarks: tuple[str, ...]
    fact: str = ""
    """The fact alone, with its unit; empty where it is not printed."""


def build(
    calculator: Calculator,
    plans: Plans,
    specs: Sequence[FigureSpec],
    period: Period,
    localizer: Localizer,
    *,
    by: tuple[str, ...] = (),
    filters: Where = (),
) -> list[Figure]:
    """Figures in the order of the specs. Raises UserError for what cannot be asked."""
    answers = ask(calculator, plans, questions_of(calculator, specs, period, by=by, filters=filters))
    return figures_of(calculator, specs, answers, localizer)


def questions_of(
    calculator: Calculator,
    specs: Sequence[FigureSpec],
    period: Period,
    *,
    by: tuple[str, ...] = (),
    filters: Where = (),
) -> list[Question]:
    """Return what figures ask: a question each, and one more of those that tell of the lost clients."""
    questions = [
        Question(spec.metric, _covered(calculator, spec, period), spec.line, by, (*spec.filters, *filters))
        for spec in specs
    ]
    return [*questions, *(Question("called_back", period, spec.line, (), filters) for spec in _callers(specs))]


def _callers(specs: Sequence[FigureSpec]) -> list[FigureSpec]:
    return [spec for spec in specs if spec.remark == "all_called_back"]


def figures_of(
    calculator: Calculator, specs: Sequence[FigureSpec], answers: Sequence[Answer], localizer: Localizer
) -> list[Figure]:
    """Return figures in the order of the specs, from the answers to `questions_of` them."""
    called_back = dict(zip((spec.key for spec in _callers(specs)), answers[len(specs) :], strict=True))
    return [
        figure_of(calculator, spec, answer, localizer, called_back.get(spec.key))
        for spec, answer in zip(specs, answers[: len(specs)], strict=True)
    ]


def _covered(calculator: Calculator, spec: FigureSpec, period: Period) -> Period:
    """What a figure's fact covers: in a digest as much as its plan is compared with."""
    return period if spec.alone else plan_period(calculator.catalogue.get(spec.metric), period)


def as_of(figures: Sequence[Figure]) -> datetime | None:
    """The earliest as-of time of figures that have one."""
    known = [figure.answer.as_of for figure in figures if figure.answer.as_of is not None]
    return min(known, default=None)


def as_of_among(own: datetime | None, figures: Sequence[Figure]) -> datetime | None:
    """The moment to say of a figure among others: that of all of them, where its own is as good as that."""
    every = as_of(figures)
    return own if own is None or every is None or own - every > TOGETHER else every


def figure_of(
    calculator: Calculator,
    spec: FigureSpec,
    answer: Answer,
    localizer: Localizer,
    called_back: Answer | None = None,
    *,
    full: bool = False,
) -> Figure:
    """An answer as it is read; `called_back` is that of the lost clients, where the figure tells of them.

    Volumes are printed in thousands, or in full.
    """
    text = figure_text(calculator, spec, answer, localizer, full=full)
    if called_back and called_back.fact.numerator and called_back.fact.value == 100:
        text = localizer(N_("{figure} (all clients were called back)"), figure=text)
    remarks = tuple(localizer.say(remark) for remark in answer.fact.remarks)
    alone = (
        fact_text(calculator, answer, localizer, full=full)
        if spec.show == "fact" and answer.fact.value is not None
        else ""
    )
    return Figure(spec, label_of(calculator, spec, localizer), answer, text, remarks, alone)


def label_of(calculator: Calculator, spec: FigureSpec, localizer: Localizer) -> str:
    """The label in the reader's language, with the line's title where it asks for one."""
    return localizer(spec.label, line=line_title(calculator, spec.line) if spec.line else "")


def line_title(calculator: Calculator, line: str) -> str:
    known = calculator.centre.lines.get(line)
    return known.title if known else line


def value_title(localizer: Localizer, dimension: str, value: str) -> str:
    """What a value of a dimension is called: «Звонки» of `call`; itself, where it has no title."""
    known = EVERY.get(dimension)
    title = known.titles.get(value) if known else None
    if dimension == CLOCK:
        return value.replace("-", "\N{EN DASH}")
    return localizer(title) if title else value


def figure_text(
    calculator: Calculator, spec: FigureSpec, answer: Answer, localizer: Localizer, *, full: bool = False
) -> str:
    """«22,9 тыс. при плане 28,4 тыс. (80%)»; what is missing is said where it would stand."""
    if answer.fact.value is None:
        assert answer.fact.missing is not None
        return localizer.say(answer.fact.missing)
    if spec.show == "execution":
        return _execution(calculator, answer, localizer) or no_plan(answer, localizer)
    fact = fact_text(calculator, answer, localizer, full=full)
    if answer.plan is None:
        return f"{fact} ({no_plan(answer, localizer)})" if spec.plan else fact
    plan = due = plan_text(calculator, answer, answer.plan, localizer, full=full)
    execution = _execution(calculator, answer, localizer)
    if execution and answer.metric.spread and answer.metric.better is not Better.NEUTRAL:
        plan = localizer(N_("{plan} ({execution})"), plan=plan, execution=execution)
    later = answer.planned.full if answer.in_progress else None
    whole = due if later is None else plan_text(calculator, answer, later, localizer, full=full)
    # Minutes before the end the plan to date prints as the whole one, and is not told from it.
    if whole != due:
        together = N_("{fact} against a plan of {plan} to date, {full} for the whole period")
        return localizer(together, fact=fact, plan=plan, full=whole)
    return localizer(N_("{fact} against a plan of {plan}"), fact=fact, plan=plan)


def point_text(figure: Figure, point: BreakdownPart, localizer: Localizer) -> str:
    """One part of a breakdown, for a terminal: «1 июня: 1,2 тыс.»."""
    fact = point.fact
    missing = localizer.say(fact.missing) if fact.missing else ""
    value = missing if fact.value is None else numbers.value(localizer, figure.answer.metric, fact.value)
    return f"{part_name(figure.answer, point.start, point.segment, localizer)}: {value}"


def part_name(answer: Answer, start: datetime | None, segment: str | None, localizer: Localizer) -> str:
    """What a part of a breakdown is called: an hour, a day, the days of a week, a month, a segment."""
    by, period = answer.question.part, answer.period
    if start is None:
        nothing = EVERY[by].nothing if by and by in EVERY else N_("not given")
        return value_title(localizer, by or "", segment) if segment else localizer(nothing)
    local = to_local(start, period.timezone)
    if by in ("half-hour", "hour"):
        return local.strftime("%H:%M") if period.first_day == period.last_day else localizer.moment(start)
    end = next((border for border in period.borders(by) if border > start), period.end) if by else period.end
    part = Period(start, end, period.timezone)
    if by == "month" and part == part.whole_months():
        return localizer.month(local.date())
    if by == "year":
        return localizer.calendar(part) or localizer.days(part)
    return localizer.days(part) if by in ("week", "month") else localizer.day(local.date())


def fact_text(calculator: Calculator, answer: Answer, localizer: Localizer, *, full: bool = False) -> str:
    """The fact with its unit; with more decimals where the print would hide that the plan is missed."""
    metric, fact, plan = answer.metric, answer.fact.value, answer.plan
    assert fact is not None
    text = numbers.value(localizer, metric, fact, full=full)
    if plan is not None and answer.verdict in (Verdict.MISSED, Verdict.BEHIND):
        for more in range(1, _MORE_DECIMALS + 1):
            if text != numbers.value(localizer, metric, plan, full=full):
                break
            text = numbers.value(localizer, metric, fact, more_decimals=more, full=full)
    if metric.noun:
        # «26 тыс. вызовов»: after a rounded number the form goes with the thousands.
        counted = localizer.counted(*metric.noun, round(fact) if full or fact < numbers.THOUSAND else 1000)
        return localizer(N_("{number} {noun}"), number=text, noun=counted)
    return _dressed(calculator, answer, text, localizer)


def plan_text(calculator: Calculator, answer: Answer, plan: float, localizer: Localizer, *, full: bool = False) -> str:
    """The plan with its unit; a bound says so («не более 3%»)."""
    metric = answer.metric
    # A level is printed as it was set: a plan of 79.5 % is not 80 %.
    text = numbers.value(localizer, metric, plan, more_decimals=0 if metric.spread else 1, full=full)
    if metric.bound:
        bound = N_("no less than {bound}") if metric.better is Better.FLOOR else N_("no more than {bound}")
        return localizer(bound, bound=text)
    return _dressed(calculator, answer, text, localizer)


def _dressed(calculator: Calculator, answer: Answer, text: str, localizer: Localizer) -> str:
    """A level with the threshold it was measured against."""
    threshold = calculator.centre.threshold(answer.question.line) if answer.metric.threshold else None
    if threshold is None:
        return text
    return localizer(N_("{level} / {seconds} s"), level=text, seconds=numbers.plain(localizer, exact(threshold), 1))


def _execution(calculator: Calculator, answer: Answer, localizer: Localizer) -> str | None:
    if answer.execution is None:
        return None
    return numbers.percent(localizer, printed_share(answer.execution, calculator.centre.execution_rounding))


def no_plan(answer: Answer, localizer: Localizer) -> str:
    """That there is no plan, or why there is none for this fact."""
    remark = answer.planned.remark
    return localizer.say(remark) if remark else localizer(N_("no plan"))


DIRECTIONS = {
    Better.FLOOR: N_("the more, the better"),
    Better.CEILING: N_("the less, the better"),
    Better.NEUTRAL: N_("not judged"),
}


def detail(
    calculator: Calculator, figure: Figure, localizer: Localizer, known_to: datetime | None = None
) -> FactDetail:
    """Definition, numerator, denominator and plan of a figure, and its as-of time, unless another is said of it."""
    answer = figure.answer
    return FactDetail(
        definition=localizer(answer.metric.about, **calculator.conventions),
        numerator=_amount(answer.fact.numerator, answer, localizer),
        denominator=_amount(answer.fact.denominator, answer, localizer),
        plan=_plan(calculator, answer, localizer),
        as_of=localizer.moment(told) if (told := known_to or answer.as_of) else None,
        made_of=numbers.terms_said(localizer, answer.metric, answer.fact) or None,
    )


def _amount(value: float | None, answer: Answer, localizer: Localizer) -> str | None:
    """A part of a figure in full, never in thousands: it is there to be checked."""
    if value is None:
        return None
    decimals = 2 if answer.metric.unit.has_hundredths else 1
    return numbers.plain(localizer, exact(value), decimals)


def _plan(calculator: Calculator, answer: Answer, localizer: Localizer) -> str | None:
    """The plan to date, and the whole one where they differ."""
    to_date, full = answer.planned.to_date, answer.planned.full
    if to_date is None or full is None:
        return None
    if to_date == full:
        return plan_text(calculator, answer, full, localizer)
    return localizer(
        N_("{plan} to date of {full}"),
        plan=plan_text(calculator, answer, to_date, localizer),
        full=plan_text(calculator, answer, full, localizer),
    )
