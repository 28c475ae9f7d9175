"""What a person asks, as it was understood; and its own words again, for buttons that ask on.

Whoever understands text makes these (the bot's commands); whoever composes answers reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from metrics.periods import Period


class Verb(Enum):
    """What is to be done; the value is the command's name, except for FIGURE, whose command is the metric's."""

    FIGURE = "m"
    EXPLAIN = "explain"
    WHY = "why"
    OVERVIEW = "overview"
    BRIEF = "brief"
    PLAN = "plan"
    PACE = "pace"
    DIGEST = "digest"
    RATING = "rating"
    REPORT = "report"
    METRICS = "metrics"
    LINES = "lines"
    STATUS = "status"
    HELP = "help"
    START = "start"


class End(Enum):
    """Which end of a breakdown comes first: of levels the worst or the best, of everything the most or the least."""

    WORST = "worst"
    BEST = "best"
    MOST = "most"
    LEAST = "least"


class Shape(Enum):
    """How the answer is wanted; AUTO is text, with a picture where a series helps."""

    AUTO = ""
    TEXT = "text"
    CHART = "chart"
    XLSX = "xlsx"


class Versus(Enum):
    """What a fact is compared with, besides a period that is named: the plan, or the same time so much earlier."""

    PLAN = "plan"
    DAY = "yesterday"
    WEEK = "last week"
    MONTH = "last month"
    YEAR = "last year"


@dataclass(frozen=True)
class When:
    """A period, and the words that ask for it again: `today` is another day tomorrow, `2026-06-01` is not."""

    words: str
    period: Period


@dataclass(frozen=True)
class Selection:
    """A metric of some lines over a period, or several (`also`). Keys are the catalogue's and the centre's."""

    metric: str
    when: When
    lines: tuple[str, ...] = ()
    """None: the whole centre."""
    filters: tuple[tuple[str, str], ...] = ()
    """(dimension, value); several values of one dimension mean any of them."""
    by: str | None = None
    """`hour`, `day`, `week`, `month`, or a dimension of the metric."""
    versus: Versus | When | None = None
    top: int | None = None
    shape: Shape = Shape.AUTO
    end: End | None = None
    """Which end `top` counts from; None: the worst of a level, the most of everything else."""
    also: tuple[str, ...] = ()
    """Other metrics of the same question, in the order of its words: one table has them all."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """All metrics, the first one first."""
        return (self.metric, *self.also)


@dataclass(frozen=True)
class Overview:
    """The main figures of some lines over a period; of all lines, where none is named."""

    when: When
    lines: tuple[str, ...] = ()
    versus: Versus | When | None = None
    shape: Shape = Shape.AUTO


MINE = ("me", "team")
"""Whose part of a rating may be asked for."""


@dataclass(frozen=True)
class Rating:
    """A contest by its key (None: the one that goes on), and whose part of it: `me`, `team`, or None for everybody."""

    contest: str | None = None
    of: str | None = None


@dataclass(frozen=True)
class ReportRequest:
    """A report by its key, of the whole centre or of one line, narrowed or not, whole or in short."""

    key: str
    line: str | None = None
    filters: tuple[tuple[str, str], ...] = ()
    """(dimension, value), one of each dimension; those that the report lets one choose are chosen."""
    short: bool = False
    shape: Shape = Shape.AUTO
    chosen: tuple[tuple[str, str], ...] = ()
    """What is chosen of what the report lets one choose: `by=owner`."""


@dataclass(frozen=True)
class Request:
    """A verb with what it is about: a selection, an overview, a rating, or a report.

    `when` is the period of a report or a digest; None: the latest. A plan and a pace are of the metric of a selection,
    or of all main figures, where there is an overview in its place.
    """

    verb: Verb
    selection: Selection | None = None
    when: When | None = None
    rating: Rating | None = None
    report: ReportRequest | None = None
    overview: Overview | None = None


def command(request: Request) -> str:
    """The canonical words of a request, without a slash: `sl inhouse today by hour`. Understood as the same request."""
    return " ".join(_words(request))


def _words(request: Request) -> Iterator[str]:
    if request.verb is not Verb.FIGURE:
        yield request.verb.value
    if request.report:
        yield quoted(request.report.key)
        yield from (quoted(request.report.line),) if request.report.line else ()
        yield from (f"{dimension}={quoted(value)}" for dimension, value in request.report.filters)
        yield from (f"{choice}={quoted(value)}" for choice, value in request.report.chosen)
        yield from ("short",) if request.report.short else ()
    if request.when:
        yield request.when.words
    if request.report and request.report.shape is not Shape.AUTO:
        yield request.report.shape.value
    if request.selection:
        yield from _selection(request.selection)
    if request.overview:
        yield from _overview(request.overview)
    if request.rating:
        yield from filter(None, (request.rating.contest and quoted(request.rating.contest), request.rating.of))


def _selection(asked: Selection) -> Iterator[str]:
    yield from asked.metrics
    yield from (quoted(line) for line in asked.lines)
    yield from (f"{dimension}={quoted(value)}" for dimension, value in asked.filters)
    yield asked.when.words
    if asked.by:
        yield f"by {asked.by}"
    if asked.versus:
        yield f"vs {_versus(asked.versus, asked.when)}"
    if asked.top is not None:
        yield f"{asked.end.value if asked.end else 'top'} {asked.top}"
    if asked.shape is not Shape.AUTO:
        yield asked.shape.value


def _overview(asked: Overview) -> Iterator[str]:
    yield from (quoted(line) for line in asked.lines)
    yield asked.when.words
    if asked.versus:
        yield f"vs {_versus(asked.versus, asked.when)}"
    if asked.shape is not Shape.AUTO:
        yield asked.shape.value


def _versus(versus: Versus | When, of: When) -> str:
    """Only of today is the day before called yesterday."""
    if isinstance(versus, When):
        return versus.words
    return versus.value if versus is not Versus.DAY or of.words.split(" ")[0] == "today" else "day ago"


def quoted(name: str) -> str:
    """A name that is not one plain word in quotation marks."""
    return name if re.fullmatch(r"[\w-]+(?::[\w-]+)*", name) else f'"{name}"'
