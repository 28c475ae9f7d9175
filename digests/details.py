"""Where a figure comes from, in words: what a reader sees who taps on it."""

from __future__ import annotations

from datetime import datetime

from digests import numbers
from digests.document import FactDetail
from digests.figures import Figure, plan_text
from digests.wording import Words
from metrics.answers import Answer
from metrics.compute import Reckoner
from metrics.model import Better, Unit
from metrics.verdict import exact
from warehouse.messages import N_

DIRECTIONS = {
    Better.FLOOR: N_("the more, the better"),
    Better.CEILING: N_("the less, the better"),
    Better.NEUTRAL: N_("not judged"),
}


def detail(reckoner: Reckoner, figure: Figure, words: Words, known_to: datetime | None = None) -> FactDetail:
    """Definition, numerator, denominator and plan of a figure, and its as-of time, unless another is said of it."""
    answer = figure.answer
    return FactDetail(
        definition=words(answer.metric.about, **reckoner.conventions),
        numerator=_amount(answer.fact.numerator, answer, words),
        denominator=_amount(answer.fact.denominator, answer, words),
        plan=_plan(reckoner, answer, words),
        as_of=words.moment(told) if (told := known_to or answer.as_of) else None,
    )


def _amount(value: float | None, answer: Answer, words: Words) -> str | None:
    """A part of a figure in full, never in thousands: it is there to be checked."""
    if value is None:
        return None
    decimals = 2 if answer.metric.unit in (Unit.M2, Unit.HOURS) else 1
    return numbers.plain(words, exact(value), decimals)


def _plan(reckoner: Reckoner, answer: Answer, words: Words) -> str | None:
    """The plan to date, and the whole one where they differ."""
    to_date, full = answer.planned.to_date, answer.planned.full
    if to_date is None or full is None:
        return None
    if to_date == full:
        return plan_text(reckoner, answer, full, words)
    return words(
        N_("{plan} to date of {full}"),
        plan=plan_text(reckoner, answer, to_date, words),
        full=plan_text(reckoner, answer, full, words),
    )
