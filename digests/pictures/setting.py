"""What all pictures of one digest share: its figures, and the answers to everything the pictures ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from digests import figures
from digests.definition import DigestSpec
from digests.figures import Figure
from digests.pictures.numbers import percent
from digests.pictures.wording import span
from digests.wording import Words
from metrics.answers import Answer, Question
from metrics.compute import Reckoner
from metrics.periods import Period
from metrics.planning import PlanBook


@dataclass(frozen=True)
class Setting:
    """A digest whose pictures are drawn. `answers` holds what the pictures asked, all from one call."""

    reckoner: Reckoner
    book: PlanBook
    figures: tuple[Figure, ...]
    spec: DigestSpec
    period: Period
    words: Words
    answers: Mapping[Question, Answer]

    def of(self, metric: str) -> list[Figure]:
        """The digest's figures of a metric, in its order."""
        return [figure for figure in self.figures if figure.spec.metric == metric]

    def daily(self, figure: Figure) -> Answer:
        return self.answers[by_day(figure)]

    def as_of(self, *answers: Answer) -> datetime | None:
        """The moment that the digest's figures are as of, where they are as good as one; else that of the answers."""
        return figures.as_of_among(as_of(*answers), self.figures)

    @property
    def dates(self) -> str:
        """The digest's period: «1–15 июня»."""
        return span(self.words, self.period)

    def percent(self, value: float) -> str:
        """An execution, rounded as the centre has it."""
        return percent(self.words, value, self.reckoner.centre.execution_rounding)

    def line_title(self, figure: Figure) -> str:
        """A figure's line by its title; nothing for the whole centre."""
        return figures.line_title(self.reckoner, figure.spec.line) if figure.spec.line else ""


def alone(reckoner: Reckoner, book: PlanBook, period: Period, words: Words) -> Setting:
    """What the picture of answers that belong to no digest is drawn with."""
    return Setting(reckoner, book, (), DigestSpec("", "", ()), period, words, {})


def by_day(figure: Figure) -> Question:
    """The question of a figure, day by day."""
    return replace(figure.answer.question, by="day")


def as_of(*answers: Answer) -> datetime | None:
    """The earliest as-of time of the answers."""
    return min((answer.as_of for answer in answers if answer.as_of is not None), default=None)


def known(figure: Figure) -> bool:
    return figure.answer.fact.value is not None
