"""What made the distance of a figure from its plan or another moment, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from digests import numbers
from digests.document import Table
from digests.figures import Figure, part_name
from digests.localizer import Localizer
from metrics.answers import Answer, Verdict, ask
from metrics.calculator import Calculator
from metrics.dimensions import EVERY, WEEKDAY
from metrics.facts import Fact
from metrics.model import Unit
from metrics.periods import series_of, to_local
from metrics.plans.plans import Plans
from metrics.why import WEEKDAYS, Contribution, Why, against_plan, worst_first
from warehouse.messages import N_

_SHOWN = 8
"""Parts in the table of an answer; the others are folded into one row with their sum."""
_FEW = 3
"""Parts in the table of one of many figures."""


@dataclass(frozen=True)
class FigureReason:
    """A figure in the course of its period, and how much each part of that gave of the distance from the plan."""

    answer: Answer
    why: Why


def reasons(calculator: Calculator, plans: Plans, figures: Sequence[Figure]) -> Mapping[str, FigureReason]:
    """Return what made those of the figures that missed their plans, or are behind, do so, by the figures' keys.

    All are asked at once. A figure that is no sum of its days is left out.
    """
    failed = [each for each in figures if each.answer.verdict in (Verdict.MISSED, Verdict.BEHIND)]
    questions = [replace(each.answer.question, by=(series_of(each.answer.period),)) for each in failed]
    if not questions:
        return {}
    answers = ask(calculator, plans, questions)
    shared_out = ((answer, against_plan(calculator, answer)) for answer in answers)
    return {
        figure.spec.key: FigureReason(answer, why)
        for figure, (answer, why) in zip(failed, shared_out, strict=True)
        if isinstance(why, Why) and len(why.parts) > 1
    }


def table(calculator: Calculator, localizer: Localizer, answer: Answer, why: Why, *, at_most: int = _SHOWN) -> Table:
    """Return the parts from the worst, the others as one row, the whole last."""
    metric = answer.metric
    parts = worst_first(metric, why)
    # One part alone is not worth folding.
    few = len(parts) <= at_most + 1
    # What is nobody's is never folded: it may be all that is counted.
    shown = [part for n, part in enumerate(parts) if few or n < at_most or not (part.start or part.segment)]
    folded = [part for part in parts if part not in shown]
    rows = [_row(calculator, localizer, answer, why, part) for part in shown]
    if folded:
        name = localizer.counted("{n} other", "{n} others", len(folded))
        rows.append((name, numbers.signed(localizer, metric, fsum(part.value for part in folded)), ""))
    total = numbers.value(localizer, metric, why.fact, full=True)
    rows.append((localizer(N_("Overall")), numbers.signed(localizer, metric, why.difference), total))
    by = localizer(EVERY[why.by].title) if why.by in EVERY else why.by
    return Table((by, localizer(N_("Contribution")), localizer(N_("Actual"))), tuple(rows))


def short_table(calculator: Calculator, localizer: Localizer, reason: FigureReason) -> Table:
    """Return the parts of one of many figures that did most harm."""
    return table(calculator, localizer, reason.answer, reason.why, at_most=_FEW)


def _row(
    calculator: Calculator, localizer: Localizer, answer: Answer, why: Why, part: Contribution
) -> tuple[str, str, str]:
    metric = answer.metric
    fact = "\N{EN DASH}" if part.fact is None else numbers.value(localizer, metric, part.fact, full=True)
    if part.denominator is not None:
        over = numbers.terms_brief(localizer, metric, Fact(part.fact, part.numerator, part.denominator))
        fact = f"{fact}, {over}" if over else fact
    elif part.reference is not None:
        reference = numbers.value(localizer, metric, part.reference, full=True)
        fact = localizer(N_("{fact} against {reference}"), fact=fact, reference=reference)
    decimals = 0 if metric.unit is Unit.COUNT else 1
    name = part_said(calculator, localizer, answer, why, part)
    return name, numbers.signed(localizer, metric, part.value, decimals), fact


def part_said(calculator: Calculator, localizer: Localizer, answer: Answer, why: Why, part: Contribution) -> str:
    """Return what a part is called."""
    if why.by == "hour" and part.start is not None:
        return to_local(part.start, answer.period.timezone).strftime("%H:%M")
    if why.by == WEEKDAY.key and part.segment:
        return str(localizer.locale.days["stand-alone"]["wide"][WEEKDAYS.index(part.segment)])
    if why.by == "line" and part.segment:
        known = calculator.centre.lines.get(part.segment)
        return known.title if known else part.segment
    return part_name(answer, part.start, part.segment, localizer)
