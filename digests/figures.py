"""A digest's figures: the questions they ask, all together, and the answers as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests import numbers
from digests.definition import FigureSpec
from digests.wording import Words
from metrics.answers import Answer, Point, Question, ask, plan_period
from metrics.compute import Reckoner
from metrics.model import Better, Where
from metrics.periods import Period, to_local
from metrics.planning import PlanBook
from metrics.verdict import Verdict, exact, printed_share
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
    reckoner: Reckoner,
    book: PlanBook,
    specs: Sequence[FigureSpec],
    period: Period,
    words: Words,
    *,
    by: str | None = None,
    filters: Where = (),
) -> list[Figure]:
    """Figures in the order of the specs. Raises Mistake for what cannot be asked."""
    questions = [Question(spec.metric, _covered(reckoner, spec, period), spec.line, by, filters) for spec in specs]
    callers = [spec for spec in specs if spec.remark == "all_called_back"]
    extra = [Question("called_back", period, spec.line, None, filters) for spec in callers]
    answers = ask(reckoner, book, [*questions, *extra])
    called_back = dict(zip((spec.key for spec in callers), answers[len(specs) :], strict=True))
    return [
        figure_of(reckoner, spec, answer, words, called_back.get(spec.key))
        for spec, answer in zip(specs, answers[: len(specs)], strict=True)
    ]


def _covered(reckoner: Reckoner, spec: FigureSpec, period: Period) -> Period:
    """What a figure's fact covers: in a digest as much as its plan is compared with."""
    return period if spec.alone else plan_period(reckoner.catalogue.get(spec.metric), period)


def as_of(figures: Sequence[Figure]) -> datetime | None:
    """The earliest as-of time of figures that have one."""
    known = [figure.answer.as_of for figure in figures if figure.answer.as_of is not None]
    return min(known, default=None)


def as_of_among(own: datetime | None, figures: Sequence[Figure]) -> datetime | None:
    """The moment to say of a figure among others: that of all of them, where its own is as good as that."""
    every = as_of(figures)
    return own if own is None or every is None or own - every > TOGETHER else every


def figure_of(
    reckoner: Reckoner, spec: FigureSpec, answer: Answer, words: Words, called_back: Answer | None = None
) -> Figure:
    """An answer as it is read; `called_back` is that of the lost clients, where the figure tells of them."""
    text = figure_text(reckoner, spec, answer, words)
    if called_back and called_back.fact.numerator and called_back.fact.value == 100:
        text = words(N_("{figure} (all clients were called back)"), figure=text)
    remarks = tuple(words.say(remark) for remark in answer.fact.remarks)
    alone = fact_text(reckoner, answer, words) if spec.show == "fact" and answer.fact.value is not None else ""
    return Figure(spec, label_of(reckoner, spec, words), answer, text, remarks, alone)


def label_of(reckoner: Reckoner, spec: FigureSpec, words: Words) -> str:
    """The label in the reader's language, with the line's title where it asks for one."""
    return words(spec.label, line=line_title(reckoner, spec.line) if spec.line else "")


def line_title(reckoner: Reckoner, line: str) -> str:
    known = reckoner.centre.lines.get(line)
    return known.title if known else line


def figure_text(reckoner: Reckoner, spec: FigureSpec, answer: Answer, words: Words) -> str:
    """«22,9 тыс. при плане 28,4 тыс. (80%)»; what is missing is said where it would stand."""
    if answer.fact.value is None:
        assert answer.fact.missing is not None
        return words.say(answer.fact.missing)
    if spec.show == "execution":
        return _execution(reckoner, answer, words) or no_plan(answer, words)
    fact = fact_text(reckoner, answer, words)
    if answer.plan is None:
        return f"{fact} ({no_plan(answer, words)})" if spec.plan else fact
    plan = due = plan_text(reckoner, answer, answer.plan, words)
    execution = _execution(reckoner, answer, words)
    if execution and answer.metric.spread and answer.metric.better is not Better.NEUTRAL:
        plan = words(N_("{plan} ({execution})"), plan=plan, execution=execution)
    full = answer.planned.full
    whole = plan_text(reckoner, answer, full, words) if full is not None and answer.in_progress else due
    # Minutes before the end the plan to date prints as the whole one, and is not told from it.
    if whole != due:
        together = N_("{fact} against a plan of {plan} to date, {full} for the whole period")
        return words(together, fact=fact, plan=plan, full=whole)
    return words(N_("{fact} against a plan of {plan}"), fact=fact, plan=plan)


def point_text(figure: Figure, point: Point, words: Words) -> str:
    """One part of a breakdown, for a terminal: «1 июня: 1,2 тыс.»."""
    fact = point.fact
    missing = words.say(fact.missing) if fact.missing else ""
    value = missing if fact.value is None else numbers.value(words, figure.answer.metric, fact.value)
    return f"{part_name(figure.answer, point.start, point.segment, words)}: {value}"


def part_name(answer: Answer, start: datetime | None, segment: str | None, words: Words) -> str:
    """What a part of a breakdown is called: an hour, a day, the days of a week, a month, a segment."""
    if start is None:
        return segment or words(N_("not given"))
    by, period = answer.question.by, answer.period
    local = to_local(start, period.timezone)
    if by == "hour":
        return local.strftime("%H:%M") if period.first_day == period.last_day else words.moment(start)
    end = next((border for border in period.borders(by) if border > start), period.end) if by else period.end
    part = Period(start, end, period.timezone)
    if by == "month" and part == part.whole_months():
        return words.month(local.date())
    return words.days(part) if by in ("week", "month") else words.day(local.date())


def fact_text(reckoner: Reckoner, answer: Answer, words: Words) -> str:
    """The fact with its unit; with more decimals where the print would hide that the plan is missed."""
    metric, fact, plan = answer.metric, answer.fact.value, answer.plan
    assert fact is not None
    text = numbers.value(words, metric, fact)
    if plan is not None and answer.verdict in (Verdict.MISSED, Verdict.BEHIND):
        for more in range(1, _MORE_DECIMALS + 1):
            if text != numbers.value(words, metric, plan):
                break
            text = numbers.value(words, metric, fact, more_decimals=more)
    if metric.noun:
        # «26 тыс. вызовов»: after a rounded number the form goes with the thousands.
        counted = words.counted(*metric.noun, round(fact) if fact < numbers.THOUSAND else 1000)
        return words(N_("{number} {noun}"), number=text, noun=counted)
    return _dressed(reckoner, answer, text, words)


def plan_text(reckoner: Reckoner, answer: Answer, plan: float, words: Words) -> str:
    """The plan with its unit; a bound says so («не более 3%»)."""
    metric = answer.metric
    # A level is printed as it was set: a plan of 79.5 % is not 80 %.
    text = numbers.value(words, metric, plan, more_decimals=0 if metric.spread else 1)
    if metric.bound:
        bound = N_("no less than {bound}") if metric.better is Better.FLOOR else N_("no more than {bound}")
        return words(bound, bound=text)
    return _dressed(reckoner, answer, text, words)


def _dressed(reckoner: Reckoner, answer: Answer, text: str, words: Words) -> str:
    """A level with the threshold it was measured against."""
    threshold = reckoner.centre.threshold(answer.question.line) if answer.metric.threshold else None
    if threshold is None:
        return text
    return words(N_("{level} / {seconds} s"), level=text, seconds=numbers.plain(words, exact(threshold), 1))


def _execution(reckoner: Reckoner, answer: Answer, words: Words) -> str | None:
    if answer.execution is None:
        return None
    return numbers.percent(words, printed_share(answer.execution, reckoner.centre.execution_rounding))


def no_plan(answer: Answer, words: Words) -> str:
    """That there is no plan, or why there is none for this fact."""
    remark = answer.planned.remark
    return words.say(remark) if remark else words(N_("no plan"))
