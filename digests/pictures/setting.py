"""What all pictures of one digest share: its figures, what they are called, and answers to all that pictures ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import charts
from charts.model import NothingToDraw
from digests import figures, numbers
from digests.document import Picture
from digests.figures import Figure
from digests.history import FigureHistory
from digests.localizer import Localizer
from digests.model import ReportSpec
from digests.numbers import in_sentence
from digests.pictures.wording import percent, span
from metrics.answers import Answer, Question
from metrics.calculator import Calculator
from metrics.periods import Period, days, to_local
from metrics.plans.plans import Plans
from warehouse.messages import N_

_FEW, _WINDOW, _CONTEXT = 3, 14, 7
"""Until so many days of a period have begun they are drawn at the end of so many; a shorter period is drawn alone, and
so is one before which fewer days are known."""
_INSTANT = timedelta(microseconds=1)
LONG = 31
"""More parts than this are not told apart on a phone."""
_PARTS = ("hour", "day", "week", "month")


@dataclass(frozen=True)
class Setting:
    """A digest whose pictures are drawn. `answers` holds what the pictures asked, all from one call."""

    calculator: Calculator
    plans: Plans
    figures: tuple[Figure, ...]
    spec: ReportSpec
    period: Period
    localizer: Localizer
    answers: Mapping[Question, Answer]
    history: Mapping[str, FigureHistory] = field(default_factory=dict)
    """What the figures were before, by their keys."""

    def of(self, metric: str) -> list[Figure]:
        """The digest's figures of a metric, in its order."""
        return [figure for figure in self.figures if figure.spec.metric == metric]

    @cached_property
    def span(self) -> Period:
        """What is drawn: the period, or of one that has just begun its days after those before, or its hours."""
        period, zone = self.period, self.period.timezone
        known_to = max(
            (figure.answer.as_of for figure in self.figures if figure.answer.as_of is not None), default=None
        )
        few = days(period.first_day, min(period.first_day + timedelta(_FEW - 1), period.last_day), zone)
        if known_to is None or known_to > few.end or few.end == period.end:
            return period
        last = max(to_local(known_to - _INSTANT, zone).date(), period.first_day)
        begun = [self.calculator.coverage.first_event(figure.answer.metric) for figure in self.figures]
        since = min((to_local(each, zone).date() for each in begun if each is not None), default=last)
        first = max(last - timedelta(_WINDOW - 1), since)
        if len(period.days) >= _CONTEXT <= (period.first_day - first).days:
            return days(first, last, zone)
        return days(last, last, zone) if last == period.first_day else period

    @property
    def by(self) -> str:
        """The parts that are drawn: the hours of one day, else days, or weeks and months where these are too many."""
        span = self.span
        return fitting(span, "hour" if span.first_day == span.last_day else "day")

    def in_parts(self, figure: Figure) -> Answer:
        """A figure's answer with the parts that are drawn of it."""
        asked = self.parts_asked(figure)
        return replace(
            figure.answer,
            question=replace(asked, period=figure.answer.question.period),
            points=self.answers[asked].points,
        )

    def parts_asked(self, figure: Figure) -> Question:
        """The question of the parts of a figure."""
        return replace(figure.answer.question, period=self.span, by=(self.by,))

    def daily(self, figure: Figure) -> Answer:
        return self.answers[by_day(figure)]

    def as_of(self, *answers: Answer) -> datetime | None:
        """The moment that the digest's figures are as of, where they are as good as one; else that of the answers."""
        return figures.as_of_among(as_of(*answers), self.figures)

    @property
    def dates(self) -> str:
        """What is drawn: «1–15 июня», or «20 мая – 2 июня, новые — с 1 июня»."""
        dates = span(self.localizer, self.span)
        if self.span.first_day >= self.period.first_day:
            return dates
        since = self.localizer.day(self.period.first_day)
        return self.localizer(N_("{dates}, new ones from {day}"), dates=dates, day=since)

    def percent(self, value: float) -> str:
        """An execution, rounded as the centre has it."""
        return percent(self.localizer, value, self.calculator.centre.execution_rounding)

    def line_title(self, figure: Figure) -> str:
        """A figure's line by its title; nothing for the whole centre."""
        return figures.line_title(self.calculator, figure.spec.line) if figure.spec.line else ""


def render(localizer: Localizer, key: str, form: Any) -> Picture | None:
    """Return the picture of a form's finished data, or None if there are none or no figure of them has data.

    Its words for those who do not see it stand among texts, so their units are those of texts.
    """
    if form is None:
        return None
    try:
        finding = " ".join("".join(span.text for span in form.titles.headline).split("\n"))
        words = numbers.in_text(localizer, form.titles.alt_text)
        return Picture(key, charts.draw(form), words, finding=numbers.in_text(localizer, finding))
    except NothingToDraw:
        return None


def fitting(period: Period, by: str) -> str:
    """Return the parts to draw a period by: the given ones, or coarser where those are more than one can tell apart."""
    coarser = _PARTS[_PARTS.index(by) :]
    return next((part for part in coarser if len(period.borders(part)) <= LONG + 1), coarser[-1])


def alone(calculator: Calculator, plans: Plans, period: Period, localizer: Localizer) -> Setting:
    """What the picture of answers that belong to no digest is drawn with."""
    return Setting(calculator, plans, (), ReportSpec("", "", ()), period, localizer, {})


def by_day(figure: Figure) -> Question:
    """The question of a figure, day by day."""
    return replace(figure.answer.question, by=("day",))


def as_of(*answers: Answer) -> datetime | None:
    """The earliest as-of time of the answers."""
    return min((answer.as_of for answer in answers if answer.as_of is not None), default=None)


def known(figure: Figure) -> bool:
    return figure.answer.fact.value is not None


_LABEL = 20
"""As many characters as a row has room for; a label of the digest that is no longer is used as it is."""


def row_name(setting: Setting, figure: Figure, group: Sequence[Figure]) -> str:
    """A figure's name in a table: its label, if all labels of its metric are short, else the metric's short name."""
    same = setting.of(figure.spec.metric)
    name = figure.answer.metric.short
    if name is None or all(len(each.label) <= _LABEL for each in same):
        return figure.label
    several = len({each.spec.line for each in group if each.spec.metric == figure.spec.metric}) > 1
    line = setting.line_title(figure)
    return setting.localizer(name.of_line, line=line) if several and line else setting.localizer(name.row)


def names_said(
    setting: Setting, figures: Sequence[Figure], among: Sequence[Figure]
) -> list[tuple[str, tuple[Figure, ...]]]:
    """Figures named within a sentence: those of a whole group by its title, those of one metric together."""
    localizer = setting.localizer
    names: list[tuple[str, tuple[Figure, ...]]] = []
    left = list(figures)
    for figure in figures:
        if figure not in left:
            continue
        title, members = _whole_group(setting, figure, among)
        if members and all(member in left for member in members):
            names.append((in_sentence(title), tuple(members)))
            left = [each for each in left if each not in members]
            continue
        same = [each for each in left if each.spec.metric == figure.spec.metric]
        every_line = setting.of(figure.spec.metric)
        if len(same) == len(every_line) > 1:
            every = N_("{name} of both lines") if len(same) == 2 else N_("{name} of all lines")
            names.append((localizer(every, name=_name_of(setting, figure)), tuple(same)))
            left = [each for each in left if each not in same]
        else:
            names.append((_name_of(setting, figure, with_line=len(every_line) > 1), (figure,)))
            left.remove(figure)
    return names


def _name_of(setting: Setting, figure: Figure, *, with_line: bool = False) -> str:
    name, line = figure.answer.metric.short, setting.line_title(figure)
    if name is None:
        return in_sentence(figure.label)
    if with_line and line:
        return in_sentence(setting.localizer(name.of_line, line=line))
    return setting.localizer(name.said)


def _whole_group(setting: Setting, figure: Figure, among: Sequence[Figure]) -> tuple[str, list[Figure]]:
    """A titled group of several judged figures of different metrics that the figure is in."""
    for section in setting.spec.sections:
        for group in section.groups:
            members = [each for each in among if each.spec in group.figures]
            metrics = {member.spec.metric for member in members}
            if group.title and figure in members and len(members) == len(metrics) > 1:
                return setting.localizer(group.title), members
    return "", []
