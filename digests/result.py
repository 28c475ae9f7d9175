"""What came of a report, as plain data: the gate, the snapshot, the page, the workbook and the exports work on it.

None of them knows a particular report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digests.contributions import FigureReason
from digests.figures import Figure, as_of
from digests.history import FigureHistory
from digests.localizer import Localizer
from digests.model import PERIOD, AnalysisSpec, Findings, ReportSpec, TableSpec
from metrics.answers import Answer, Question
from metrics.calculator import Calculator
from metrics.dimensions import EVERY
from metrics.facts import Fact
from metrics.model import Metric, Where
from metrics.periods import Period
from metrics.plans.plans import Plans
from warehouse.messages import N_, Message, note

Key = tuple[datetime | str | None, ...]
"""What a row or a column of a table is of; nothing: the total."""


@dataclass(frozen=True)
class Session:
    """The numbers as they are at one moment: one state of the records, its plans, and the reader's language."""

    calculator: Calculator
    plans: Plans
    localizer: Localizer
    names: bool = True
    """Whether agents are named; without it they have places."""
    clients: bool = False
    """Whether clients are told of one by one: to who asks and may see them, and in no post."""


@dataclass(frozen=True)
class Cell:
    """One number of a table, with what it was divided from."""

    metric: Metric
    fact: Fact
    text: str
    few: bool = False
    """Whether it is of too few cases to be compared with others."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table. `key` is empty in the total, None in what is left of the rows that are not shown."""

    key: Key | None
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TableResult:
    """A table as it came out: columns are metrics, or the values of its second dimension and their total."""

    spec: TableSpec
    period: Period
    columns: tuple[str, ...]
    """The heads of the columns behind the rows' names."""
    keys: tuple[Key | None, ...]
    """Of each column, what it is of; empty: the total, or a metric; None: the values that are not shown."""
    rows: tuple[TableRow, ...]
    rest: TableRow | None
    """What is not shown, taken together."""
    rest_count: int
    total: TableRow | None
    as_of: datetime | None
    missing: Message | None = None
    """Why there are no rows, if that is so."""
    remarks: tuple[Message, ...] = ()

    @property
    def every_row(self) -> tuple[TableRow, ...]:
        """The rows in their order, with the rest and the total."""
        return (*self.rows, *(row for row in (self.rest, self.total) if row))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return tuple({cell.metric.key: cell.metric for row in self.every_row for cell in row.cells}.values())


@dataclass(frozen=True)
class AnalysisResult:
    """An analysis as it came out. `text` has the rows as they are printed."""

    spec: AnalysisSpec
    findings: Findings
    text: tuple[tuple[str, ...], ...]
    as_of: datetime | None
    asked: tuple[Question, ...] = ()
    """What it concludes from, of what there are records."""
    under: tuple[tuple[str, ...], ...] = ()
    """As they are printed: the rows that a text does not tell as one, and what all come to."""


NOT_ASKED = Fact(None, None, None, note("not asked for"))


@dataclass(frozen=True)
class ReportResult:
    """A report of one period, computed."""

    spec: ReportSpec
    period: Period
    figures: tuple[Figure, ...]
    tables: tuple[TableResult, ...] = ()
    analyses: tuple[AnalysisResult, ...] = ()
    before: Mapping[str, Answer] = field(default_factory=dict)
    """The figures' answers of the comparable period, by the figures' keys."""
    line: str | None = None
    """The line that it was asked of."""
    filters: Where = ()
    """What it was narrowed to."""
    history: Mapping[str, FigureHistory] = field(default_factory=dict)
    """What the figures were before, by their keys; where that was asked."""
    reasons: Mapping[str, FigureReason] = field(default_factory=dict)
    """What made figures miss their plans, by their keys; where that was asked."""

    @property
    def as_of(self) -> datetime | None:
        """Up to when all of it is known; None if nothing has any records."""
        known = [table.as_of for table in self.tables if table.as_of]
        known += [analysis.as_of for analysis in self.analyses if analysis.as_of]
        figures = as_of(self.figures)
        return min([*known, *([figures] if figures else [])], default=None)

    def figure(self, key: str) -> Figure:
        """The figure of a key. Raises StopIteration if there is none."""
        return next(figure for figure in self.figures if figure.spec.key == key)

    def asks(self, *keys: str) -> bool:
        """Whether it has all of these figures: a short form has some, and may say nothing of the others."""
        return {*keys} <= {figure.spec.key for figure in self.figures}

    def fact(self, key: str) -> Fact:
        """The fact of a figure; of one that it does not have, a fact without a value that says so."""
        return self.figure(key).answer.fact if self.asks(key) else NOT_ASKED

    def was(self, key: str) -> Fact:
        """The fact of a figure in the comparable period; without one, a fact without a value that says so."""
        return self.before[key].fact if key in self.before else NOT_ASKED

    def table(self, key: str) -> TableResult | None:
        return next((table for table in self.tables if table.spec.key == key), None)


def head_of(localizer: Localizer, spec: TableSpec) -> str:
    """Return the head of the column of rows' names."""
    return localizer(N_("Period") if spec.by == (PERIOD,) else EVERY[spec.by[0]].title)
