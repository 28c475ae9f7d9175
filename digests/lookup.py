"""What a key stands for: a figure of a digest, or a metric as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from digests.definition import FigureSpec
from metrics.compute import Reckoner
from metrics.periods import Period, half_month
from warehouse.messages import Mistake, nearest
from warehouse.plans import PlanKey


def specs_for(
    keys: Sequence[str], line: str | None, figures: Mapping[str, FigureSpec], reckoner: Reckoner
) -> list[FigureSpec]:
    """Figures by their keys or by metrics' keys; `line` stands in for a figure's own.

    Raises Mistake for an unknown key or line, with the nearest ones.
    """
    if line is not None:
        line = known_line(line, reckoner)
    return [_spec(key, line, figures, reckoner) for key in keys]


def known_line(name: str, reckoner: Reckoner) -> str:
    """A line's key by its key, title or alias, whatever the case. Raises Mistake with the nearest lines."""
    wanted = _folded(name)
    for key, line in reckoner.centre.lines.items():
        if wanted in map(_folded, (key, line.title, *line.aliases)):
            return key
    raise Mistake(
        'There is no line "{given}". There are: {known}.',
        given=name,
        known=nearest(name, tuple(reckoner.centre.lines)),
    )


def planned_figures(figures: Iterable[FigureSpec], period: Period, reckoner: Reckoner) -> list[PlanKey]:
    """The plans that figures expect in a period: of its half month, or of the month where the plan is a month's."""
    half = half_month(period.first_day, period.timezone).first_day
    keys: list[PlanKey] = []
    for figure in figures:
        metric = reckoner.catalogue.get(figure.metric)
        if figure.plan and metric.plan_span == "month":
            keys.append((metric.key, figure.line, "month", half.replace(day=1)))
        elif figure.plan:
            keys.append((metric.key, figure.line, "half_month", half))
    return keys


def _spec(key: str, line: str | None, figures: Mapping[str, FigureSpec], reckoner: Reckoner) -> FigureSpec:
    known = figures.get(key)
    if known and line in (None, known.line):
        return known
    if known:
        return FigureSpec(key, known.metric, line, reckoner.catalogue.get(known.metric).title, known.plan, known.show)
    try:
        metric = reckoner.catalogue.get(key)
    except Mistake:
        names = (*figures, *reckoner.catalogue.keys)
        raise Mistake(
            'There is no metric or figure "{given}". There are: {known}.', given=key, known=nearest(key, names)
        ) from None
    return FigureSpec(metric.key, metric.key, line, metric.title, alone=True)


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е")
