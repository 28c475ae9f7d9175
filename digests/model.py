"""What a report consists of, as plain data: a digest of `svodka.toml`, or one that `digests.catalogue` declares.

Titles and labels are message ids; those of the configuration are printed as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from metrics.answers import Answer, Question
from metrics.calculator import Calculator
from metrics.model import Unit, Where
from metrics.periods import Period, as_much, earlier, half_month, last_half_month
from warehouse.messages import Message, UserError, nearest, note
from warehouse.plans import PlanKey


@dataclass(frozen=True)
class FigureSpec:
    """One figure of a report."""

    key: str
    metric: str
    line: str | None
    label: str
    plan: bool = False
    """Whether a plan is expected, so that its absence is said."""
    show: str = "fact"
    """`fact`, or `execution` of the plan alone."""
    remark: str | None = None
    """`all_called_back`: say so after the figure, where it is computed true."""
    part_of: str | None = None
    """The key of the figure above that this one is a part of."""
    alone: bool = False
    """Asked for by its metric, in no digest: its fact is the period's own, whatever its plan is of."""
    filters: Where = ()
    """What it is narrowed to, besides what the report is."""


@dataclass(frozen=True)
class Group:
    """Figures under a heading of their own, or under the section's."""

    figures: tuple[FigureSpec, ...]
    title: str | None = None


PERIOD = "period"
"""What the rows of a trend are of."""


@dataclass(frozen=True)
class TableSpec:
    """Metrics by one dimension, a column each; or one metric by two, the values of the second being the columns.

    By `PERIOD`: over the last periods of the report's shape, `limit` of them, the latest last.
    """

    key: str
    title: str
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    line: str | None = None
    filters: Where = ()
    limit: int = 12
    """So many rows, and columns of the second dimension; the rest is one more."""
    picture: bool = False
    """Whether it is drawn as well."""
    headers: tuple[str, ...] = ()
    """What scripts call the columns of its metrics, in their order; without them, the metrics' keys."""
    remark: str = ""
    """What must be known to read it: printed under it."""

    def __post_init__(self) -> None:
        if not self.metrics or len(self.by) not in (1, 2) or (len(self.by) == 2 and len(self.metrics) > 1):
            raise ValueError(f"{self.key}: a table has metrics by one dimension, or one metric by two")


@dataclass(frozen=True)
class AnalysisSpec:
    """What no aggregate can say; the function that computes it is declared beside the report."""

    key: str
    title: str
    method: str = ""
    """How it is computed and what it assumes, in a sentence that is printed under it."""


Part = Group | TableSpec | AnalysisSpec


@dataclass(frozen=True)
class Section:
    title: str
    parts: tuple[Part, ...]
    report: str | None = None
    """The report whose short form it is."""

    @property
    def groups(self) -> tuple[Group, ...]:
        return tuple(part for part in self.parts if isinstance(part, Group))


def unchanged(spec: ReportSpec, _: str) -> ReportSpec:
    """Return a report as it is."""
    return spec


@dataclass(frozen=True)
class Choice:
    """What may be chosen about a report besides what it is narrowed to: `--metric aht`, `metric=aht`."""

    key: str
    default: str = ""
    values: tuple[str, ...] = ()
    """What may be chosen, several of them with commas where `several`; nothing: the report itself reads it."""
    several: bool = False
    shaped: Callable[[ReportSpec, str], ReportSpec] = unchanged
    """The report for what is chosen."""

    def read(self, given: str) -> str:
        """Return a value that may be chosen. Raises UserError for any other, with those that may."""
        for word in given.split(",") if self.several else (given,):
            if self.values and word not in self.values:
                raise UserError(
                    '{choice} cannot be "{given}". There are: {known}.',
                    choice=self.key,
                    given=word[:40],
                    known=nearest(word, self.values),
                )
        return given


@dataclass(frozen=True)
class ReportSpec:
    """A report by its key. What it asks is asked at once, whatever its parts."""

    key: str
    title: str
    sections: tuple[Section, ...]
    question: str = ""
    """What it answers, in one sentence."""
    aliases: tuple[str, ...] = ()
    """What it is called besides, in both languages."""
    pictures: tuple[str, ...] = ()
    """The keys of its pictures in their order; those with nothing to show are left out."""
    short: tuple[str, ...] = ()
    """The keys of the figures that are its short form, with its first picture."""
    compared: bool = False
    """Whether the comparable period stands beside each figure."""
    year_ago: bool = False
    """Whether that is the same a year ago, and not the period of the same shape before."""
    usual: Callable[[Calculator], Period | None] | None = None
    """The period that it is of, where none is asked for and it is not the last half month."""
    drawn: tuple[str, ...] = ()
    """The keys of the tables and analyses that its first picture is drawn from; nothing: of all."""
    choices: tuple[Choice, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What was chosen, by the keys of the choices."""
    named: str = ""
    """The dimension of which a value is named beside the report as it stands: `/report campaign "Winter"`."""
    ahead: bool = False
    """Whether it tells of what is to come: it is posted of the time that begins, and late records correct nothing."""

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for section in self.sections for part in section.parts)

    @property
    def figures(self) -> tuple[FigureSpec, ...]:
        return tuple(figure for part in self.parts if isinstance(part, Group) for figure in part.figures)

    @property
    def tables(self) -> tuple[TableSpec, ...]:
        return tuple(part for part in self.parts if isinstance(part, TableSpec))

    @property
    def analyses(self) -> tuple[AnalysisSpec, ...]:
        return tuple(part for part in self.parts if isinstance(part, AnalysisSpec))


@dataclass(frozen=True)
class Slice:
    """What a report is asked of: its period, one line or the whole centre, and what else it is narrowed to."""

    calculator: Calculator
    period: Period
    line: str | None = None
    filters: Where = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What was chosen about the report."""
    comparable: Callable[[Period], Period] = earlier
    """Which period is beside one."""

    def question(self, metric: str, *by: str, period: Period | None = None) -> Question:
        """What an analysis asks of a metric, over the report's period unless it says another."""
        return Question(metric, period or self.period, self.line, by, self.filters, planned=False)

    def before(self, metric: str) -> Period:
        """The comparable period of a metric: as much of it as is over of this one in the records."""
        known_to = self.calculator.coverage.as_of(self.calculator.catalogue.get(metric))
        return as_much(self.period, known_to or self.period.end, self.comparable(self.period))


CLIENT = "client"
"""What a column of clients is of: it is told to who asks and may see them, and in no post."""

Value = float | str | datetime | date | Period | Message | None
"""A sentence is said in the reader's language, and so are a local day and a period: a month, a quarter."""


@dataclass(frozen=True)
class Column:
    """A column of an analysis. Without a unit it holds names."""

    key: str
    title: str
    unit: Unit | None = None
    decimals: int = 0
    of: str = ""
    """The dimension whose values it holds, which have titles."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What values of it are called that are of no dimension: message ids."""
    apart: bool = False
    """Whether it holds distances, which have their signs."""
    told: bool = True
    """Whether a text has it; else it is on the workbook's sheet and in --json alone."""


MOST_ROWS = 12
"""So many values of a dimension are told of one by one; all others are one more row."""


def others(n: int) -> Message:
    """Return what the row of the others is called."""
    return note("{n} other", "{n} others", n=n)


@dataclass(frozen=True)
class Findings:
    """What an analysis found: sentences, a table of its own, and single values for scripts. Percentages are 0-100."""

    sentences: tuple[Message, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    across: bool = False
    """Whether a text has its columns as rows: measures under one another, what is compared side by side."""
    missing: Message | None = None
    """Why it cannot be computed."""
    told: int | Sequence[int] | None = None
    """How many of its first rows a text tells, or which; all are on the workbook's sheet and in --json."""
    rest: tuple[Value, ...] = ()
    """The rows that a text does not tell, as one."""
    total: tuple[Value, ...] = ()
    """What all rows come to, as one more."""

    @property
    def places_told(self) -> Sequence[int]:
        """The places of the rows that a text tells."""
        every = range(len(self.rows))
        return every if self.told is None else every[: self.told] if isinstance(self.told, int) else self.told


@dataclass(frozen=True)
class Analysis:
    """What an analysis asks, and the pure function that concludes from the answers in the same order."""

    questions: Callable[[Slice], Sequence[Question]]
    conclude: Callable[[Slice, Sequence[Answer]], Findings]


def choose(spec: ReportSpec, given: Mapping[str, str]) -> ReportSpec:
    """Return a report as it is for what was chosen, the usual for all else. Raises UserError for what may not be."""
    known = {choice.key: choice for choice in spec.choices}
    chosen = {key: known[key].read(value) for key, value in given.items()}
    for key, value in chosen.items():
        spec = known[key].shaped(spec, value)
    return replace(spec, chosen={key: choice.default for key, choice in known.items()} | chosen)


def short_form(spec: ReportSpec) -> ReportSpec:
    """Return a report's short form: its main figures and its first picture."""
    figures = tuple(figure for figure in spec.figures if figure.key in spec.short)
    section = Section(spec.title, (Group(figures),), spec.key)
    return replace(spec, sections=(section,), pictures=_first_picture(spec))


def picture_form(spec: ReportSpec) -> ReportSpec:
    """Return as much of a report as its first picture is drawn from."""
    pictures = _first_picture(spec)
    of_table = {table.key for table in spec.tables} & {*pictures}
    parts = of_table or {*spec.drawn}

    def kept(part: Part) -> bool:
        return not of_table if isinstance(part, Group) else not parts or part.key in parts

    sections = (replace(section, parts=tuple(filter(kept, section.parts))) for section in spec.sections)
    return replace(spec, sections=tuple(section for section in sections if section.parts), pictures=pictures)


def _first_picture(spec: ReportSpec) -> tuple[str, ...]:
    """The key of a report's first picture: of its own, else of a table."""
    return (*spec.pictures, *(table.key for table in spec.tables if table.picture))[:1]


def as_section(spec: ReportSpec, title: str | None = None) -> Section:
    """Return a report's short form as a section of a digest; its figures keep the report's name in their keys."""
    (section,) = short_form(spec).sections
    figures = tuple(replace(figure, key=f"{spec.key}.{figure.key}") for figure in section.groups[0].figures)
    return replace(section, title=title or section.title, parts=(Group(figures),))


def usual_period(spec: ReportSpec, calculator: Calculator) -> Period:
    """Return the period that a report is of, where none is asked for."""
    own = spec.usual(calculator) if spec.usual else None
    return own or last_half_month(calculator.now, calculator.centre.timezone)


REMARKS = ("all_called_back",)


def specs_for(
    keys: Sequence[str], line: str | None, figures: Mapping[str, FigureSpec], calculator: Calculator
) -> list[FigureSpec]:
    """Figures by their keys or by metrics' keys; `line` stands in for a figure's own.

    Raises UserError for an unknown key or line, with the nearest ones.
    """
    if line is not None:
        line = calculator.centre.find_line(line)
    return [_spec(key, line, figures, calculator) for key in keys]


def planned_figures(figures: Iterable[FigureSpec], period: Period, calculator: Calculator) -> list[PlanKey]:
    """The plans that figures expect in a period: of its half month, or of the month where the plan is a month's."""
    half = half_month(period.first_day, period.timezone).first_day
    keys: list[PlanKey] = []
    for figure in figures:
        metric = calculator.catalogue.get(figure.metric)
        if figure.plan and metric.plan_span == "month":
            keys.append((metric.key, figure.line, "month", half.replace(day=1)))
        elif figure.plan:
            keys.append((metric.key, figure.line, "half_month", half))
    return keys


def _spec(key: str, line: str | None, figures: Mapping[str, FigureSpec], calculator: Calculator) -> FigureSpec:
    known = figures.get(key)
    if known and line in (None, known.line):
        return known
    if known:
        return FigureSpec(key, known.metric, line, calculator.catalogue.get(known.metric).title, known.plan, known.show)
    try:
        metric = calculator.catalogue.get(key)
    except UserError:
        names = (*figures, *calculator.catalogue.keys)
        raise UserError(
            'There is no metric or figure "{given}". There are: {known}.', given=key, known=nearest(key, names)
        ) from None
    return FigureSpec(metric.key, metric.key, line, metric.title, alone=True)
