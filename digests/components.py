"""What the figures of a report are added up from, by day and dimension, so that a reader can narrow them on its page.

Only numerators and denominators of days and of values of dimensions go onto a page, never people's records. A figure
is among them only if its components add up to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, isclose

from digests import numbers
from digests.figures import Figure, value_title
from digests.result import ReportResult, Session
from metrics.answers import Answer, ask
from metrics.dimensions import EVERY, PEOPLE
from metrics.model import Metric, Unit
from metrics.people import names_of
from metrics.periods import to_local
from metrics.relations import RELATIONS

_DIMENSIONS = ("city", "line", "pipeline", "owner", "site")
"""What people narrow a report by, in the order in which they think of it."""
_MOST_VALUES = 60
"""Of a dimension: from more of them nobody chooses."""
_MOST_CELLS = 20_000
_MOST_DAYS = 366
NUMBER = "\N{REPLACEMENT CHARACTER}"
"""Stands for the number in a figure's unit."""


@dataclass(frozen=True)
class Addend:
    """A figure that is a sum over its cells, or the ratio of two."""

    title: str
    text: str
    """Of the whole report."""
    unit: str
    """Its unit with `NUMBER` in place of the number."""
    decimals: int
    scale: float
    ratio: bool
    cells: tuple[tuple[int | float, ...], ...]
    """Day, value of each dimension (their indexes), numerator, and of a ratio the denominator."""


@dataclass(frozen=True)
class Components:
    """The days and dimensions of a report with the figures that are sums over them."""

    days: tuple[str, ...]
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    """Titles of dimensions and of their values."""
    figures: tuple[Addend, ...]


def components(session: Session, result: ReportResult) -> Components | None:
    """Return what a report's figures are sums of; None where a reader would have nothing to choose.

    All is asked at once: each figure by day and by the dimensions that all of them have.
    """
    catalogue = session.calculator.catalogue
    figures = [figure for figure in result.figures if _adds_up(session, figure)]
    if not figures or len(result.period.days) > _MOST_DAYS:
        return None
    shared = [set(catalogue.dimensions(figure.answer.metric)) for figure in figures]
    chosen = [key for key in _DIMENSIONS if all(key in each for each in shared) and (key != "owner" or session.names)]
    if not chosen:
        return None
    questions = [replace(each.answer.question, by=("day", *chosen), planned=False) for each in figures]
    answers = ask(session.calculator, session.plans, questions)
    values = [_values(answers, n) for n in range(len(chosen))]
    kept = [n for n, known in enumerate(values) if 1 < len(known) <= _MOST_VALUES]
    made = [
        (figure, _cells(result, answer, [(n, values[n]) for n in kept]))
        for figure, answer in zip(figures, answers, strict=True)
    ]
    made = [(figure, cells) for figure, cells in made if _whole(figure, cells)]
    if not kept or not made or sum(len(cells) for _, cells in made) > _MOST_CELLS:
        return None
    localizer = session.localizer
    return Components(
        tuple(localizer.day(day) for day in result.period.days),
        tuple((localizer(EVERY[chosen[n]].title), _titles(session, chosen[n], values[n])) for n in kept),
        tuple(_addend(session, figure, cells) for figure, cells in made),
    )


def _adds_up(session: Session, figure: Figure) -> bool:
    metric = figure.answer.metric
    standing = metric.relation in RELATIONS and RELATIONS[metric.relation].standing
    known = figure.answer.fact.value is not None and metric.unit is not Unit.DURATION
    return known and not standing and session.calculator.catalogue.adds_up(metric)


def _values(answers: Sequence[Answer], n: int) -> tuple[str | None, ...]:
    """The values of a dimension, those that are not given last."""
    found = {point.values[n] for answer in answers for point in answer.points}
    return tuple(sorted(found, key=lambda value: (value is None, value or "")))


def _titles(session: Session, key: str, values: Sequence[str | None]) -> tuple[str, ...]:
    """What the values of a dimension are called; people by their names."""
    lines = session.calculator.centre.lines
    called = {line: lines[line].title for line in lines} if key == "line" else {}
    if key in PEOPLE:
        called = dict(names_of(session.calculator.records))
    return tuple(
        session.localizer(EVERY[key].nothing)
        if value is None
        else called.get(value) or value_title(session.localizer, key, value)
        for value in values
    )


def _cells(
    result: ReportResult, answer: Answer, kept: Sequence[tuple[int, tuple[str | None, ...]]]
) -> tuple[tuple[int | float, ...], ...]:
    """The sums of an answer by day and the dimensions that are kept; what is nothing is left out."""
    numbered = {day: n for n, day in enumerate(result.period.days)}
    sums: dict[tuple[int, ...], tuple[float, float]] = {}
    for point in answer.points:
        numerator = point.fact.numerator if point.fact.numerator is not None else point.fact.value
        if point.start is None or not (numerator or point.fact.denominator):
            continue
        day = numbered[to_local(point.start, result.period.timezone).date()]
        key = (day, *(values.index(point.values[n]) for n, values in kept))
        before = sums.get(key, (0.0, 0.0))
        sums[key] = (before[0] + (numerator or 0.0), before[1] + (point.fact.denominator or 0.0))
    ratio = answer.fact.denominator is not None
    return tuple((*key, *map(_plain, each if ratio else each[:1])) for key, each in sorted(sums.items()))


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else round(number, 6)


def _whole(figure: Figure, cells: Sequence[tuple[int | float, ...]]) -> bool:
    """Whether the components add up to the figure."""
    fact = figure.answer.fact
    if fact.value is None or not cells:
        return False
    if fact.denominator is None:
        return isclose(fsum(cell[-1] for cell in cells), fact.value, rel_tol=1e-6)
    below = fsum(cell[-1] for cell in cells)
    above = fsum(cell[-2] for cell in cells)
    return bool(below) and isclose(_scale(figure.answer.metric) * above / below, fact.value, rel_tol=1e-6)


def _scale(metric: Metric) -> float:
    return float(metric.unit.scale)


def _addend(session: Session, figure: Figure, cells: tuple[tuple[int | float, ...], ...]) -> Addend:
    metric, localizer = figure.answer.metric, session.localizer
    decimals = 1 if metric.unit in (Unit.PERCENT, Unit.TIMES) else metric.decimals
    ratio = figure.answer.fact.denominator is not None
    unit = numbers.measured(localizer, metric.unit, NUMBER)
    return Addend(figure.label, figure.text, unit, decimals, _scale(metric) if ratio else 1.0, ratio, cells)
