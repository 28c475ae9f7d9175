"""Plan files: a table of metric, line, period and value, checked as a whole before anything is loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.plans.cells import FileCell, FileSheet, parse_period, period_columns, period_text, read_sheets, read_value
from metrics.plans.plans import line_name, plain, remainders, steps_of, value_of
from warehouse.ingest.rejects import is_total
from warehouse.messages import N_, Message, UserError, nearest, note
from warehouse.plans import Plan, PlanKey

T = TypeVar("T")

COLUMNS: dict[str, tuple[str, ...]] = {
    "metric": ("metric", "метрика", "показатель"),
    "line": ("line", "линия"),
    "period": ("period", "период"),
    "value": ("value", "plan", "значение", "план"),
}
"""The columns of a plan file and what their headings may be, case-blind and in any order."""
WHOLE_CENTRE = N_("whole centre")
"""In place of a line; an empty cell says the same."""
_NO_PLAN = ("", "-", "–", "—")
_HEADER_WITHIN = 20
"""A title or a remark may stand above the header."""


@dataclass(frozen=True)
class PlanCell:
    """One plan of a file, with the cell its value stands in. Percentages are 0-100."""

    metric: str
    line: str | None
    granularity: str
    starts_on: date
    value: float
    cell: str

    @property
    def key(self) -> PlanKey:
        return (self.metric, self.line, self.granularity, self.starts_on)


@dataclass(frozen=True)
class PlanFile:
    """What a file holds: its plans, how many rows of a template were left empty, and remarks on the rest."""

    rows: tuple[PlanCell, ...]
    empty: int = 0
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Table:
    """What a sheet holds: the four cells of each plan."""

    entries: Sequence[Mapping[str, FileCell]]
    template: bool
    notes: tuple[Message, ...] = ()
    sheet: str = ""


class PlanNames:
    """What metrics and lines are called in plan files: by key first, then by their titles and other names."""

    def __init__(
        self,
        metrics: Mapping[str, Metric],
        lines: Mapping[str, Sequence[str]],
        say: Callable[[str], str] = str,
    ) -> None:
        """`lines` are keys with what else each is called, its title first; `say` puts a title into their language."""
        self.metrics, self.lines, self._say = metrics, lines, say
        self._metrics = _unambiguous(
            (key, name)
            for key, each in metrics.items()
            for name in (each.title, say(each.title), self._measured(each), *each.aliases)
        )
        self._lines = _unambiguous((key, name) for key, called in lines.items() for name in called)

    @classmethod
    def of(cls, calculator: Calculator, say: Callable[[str], str]) -> PlanNames:
        """Return the names of a centre's metrics and lines."""
        lines = calculator.centre.lines.values()
        return cls(
            {metric.key: metric for metric in calculator.catalogue},
            {line.key: (line.title, *line.aliases) for line in lines},
            say,
        )

    def metric(self, word: str) -> str | None:
        return _one_of(word, self.metrics) or self._metrics.get(_folded(word))

    def line(self, word: str) -> str | None:
        return _one_of(word, self.lines) or self._lines.get(_folded(word))

    def whole(self, word: str) -> bool:
        """Return whether a word in place of a line is the whole centre."""
        return _folded(word) in (WHOLE_CENTRE, _folded(self._say(WHOLE_CENTRE))) and self.line(word) is None

    def metric_words(self, key: str) -> str:
        """Return a metric's title, with its unit where another has the same title; its key where that is no help."""
        metric = self.metrics[key]
        names = (self._say(metric.title), self._measured(metric))
        return next((name for name in names if self.metric(name) == key), key)

    def _measured(self, metric: Metric) -> str:
        return f"{self._say(metric.title)}, {self._say(metric.unit.words.planned)}"

    def line_words(self, key: str) -> str:
        title = next(iter(self.lines.get(key, ())), key)
        return title if self.line(title) == key else key


def _folded(name: str) -> str:
    """Return a name as it is compared: in one case, with single blanks, whatever their kind."""
    return " ".join(name.split()).casefold()


def _unambiguous(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the key of each name, folded, that only one has."""
    keys: dict[str, set[str]] = {}
    for key, name in names:
        keys.setdefault(_folded(name), set()).add(key)
    return {name: min(found) for name, found in keys.items() if len(found) == 1}


class PlanErrors(UserError):
    """Everything that is wrong with a plan file; the sentence names the first and counts the others."""

    def __init__(self, errors: Sequence[Message]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.id, **first.params)
        if len(self.errors) > 1:
            self.message = note(
                "{first} There is {n} more mistake in the file.",
                "{first} There are {n} more mistakes in the file.",
                first=first,
                n=len(self.errors) - 1,
            )


def read_plan(
    path: Path,
    names: PlanNames,
    *,
    existing: Iterable[Plan] = (),
    sheet: str | None = None,
) -> PlanFile:
    """The plans of an XLSX or CSV file. `existing` are the plans loaded before (all revisions).

    `sheet` names the sheet, by default the first one with plans.
    Periods may also stand across, a column for each.
    A volume between two steps of its unit is rounded half up, with a note. Raises PlanErrors with all that is
    wrong, so that nothing is ever half loaded: cells that cannot be read, periods given twice, and plans that do
    not fit the more specific ones, in the file or loaded before.
    """
    table = _table(path, sheet)
    notes = list(table.notes)
    errors: list[Message] = []
    found: dict[PlanKey, PlanCell] = {}
    empty = 0
    for cells in table.entries:
        if cells["value"].empty and table.template:
            empty += 1
            continue
        try:
            plan, remark = _plan(cells, names)
        except PlanErrors as mistakes:
            errors += mistakes.errors
            continue
        if plan.key in found:
            errors.append(
                note(
                    "{cell}: the plan of {metric}, {line} for {period} is already given in {other}.",
                    cell=plan.cell,
                    metric=plan.metric,
                    line=line_name(plan.line),
                    period=period_text(plan.granularity, plan.starts_on),
                    other=found[plan.key].cell,
                )
            )
            continue
        found[plan.key] = plan
        notes += [remark] if remark else []
    # What does not fit is sought in files that can be read: half of a file may not fit for want of the rest.
    errors = errors or list(_misfits(found, list(existing), names.metrics))
    if errors:
        # With periods across, what is wrong with a row is wrong with each of its plans.
        raise PlanErrors(list({str(error): error for error in errors}.values()))
    if not found:
        raise UserError("{file} has no plan in it: no row has a value.", file=path.name)
    return PlanFile(tuple(found.values()), empty, tuple(notes))


def _table(path: Path, wanted: str | None) -> _Table:
    """Return the plans of the sheet that is wanted, or else of the first that has any. Raises UserError."""
    missing: Sequence[str] = tuple(COLUMNS)
    names: list[str] = []
    found: _Table | None = None
    wrong: UserError | None = None
    for sheet in read_sheets(path):
        names.append(sheet.name)
        if wanted is not None and wanted.casefold().strip() not in (sheet.name.casefold(), str(len(names))):
            continue
        try:
            table = _table_of(sheet)
        except UserError as error:
            wrong = wrong or error
            continue
        if not isinstance(table, _Table):
            missing = min(missing, table, key=len)
        elif found is None:
            found = replace(table, sheet=sheet.name)
        else:
            more = note(
                "Only the sheet {sheet} was read, and {other} has plans too.", sheet=found.sheet, other=sheet.name
            )
            found = replace(found, notes=(*found.notes, more))
    if found is not None:
        return found
    if wrong is not None:
        raise wrong
    if wanted is not None and wanted.casefold().strip() not in (*map(str.casefold, names), *_numbers(names)):
        raise UserError(
            "There is no sheet {given} in {file}. There are: {known}.",
            given=wanted,
            file=path.name,
            known=", ".join(name for name in names if name) or "-",
        )
    raise UserError(
        "{file} has no header with the columns metric, line, period and value (or метрика, линия, период, "
        "значение). Missing: {missing}.",
        file=path.name,
        missing=", ".join(missing),
    )


def _numbers(names: Sequence[str]) -> Iterator[str]:
    return (str(number) for number in range(1, len(names) + 1))


def _table_of(sheet: FileSheet) -> _Table | Sequence[str]:
    """Return the plans of a sheet, or the columns that it lacks."""
    most: Mapping[str, int] = {}
    for number, header in enumerate(sheet.rows[:_HEADER_WITHIN], start=1):
        at = _columns(header)
        if "metric" in at and "period" not in at:
            above = [(FileCell("", sheet.name),), *sheet.rows[: number - 1]]
            across = period_columns(header, above, at.values())
            if across:
                return _across(sheet, number, at, across)
        if len(at) == len(COLUMNS):
            rows = list(_rows_under(sheet, number))
            kept = [row for row in rows if not _sums_up(row, at)]
            entries = [{name: row[column] for name, column in at.items()} for row in kept]
            return _Table(entries, sheet.template, _left_out(len(rows) - len(kept)))
        most = max(most, at, key=len)
    return [name for name in COLUMNS if name not in most]


def _columns(header: Sequence[FileCell]) -> dict[str, int]:
    """Return where each column is that a header names. Raises UserError if it names one twice."""
    at: dict[str, int] = {}
    for column, cell in enumerate(header):
        name = next((name for name, headings in COLUMNS.items() if cell.text.casefold() in headings), None)
        if name in at:
            raise UserError(
                "{cell}: a second column for {column}; the first is {other}.",
                cell=cell.where,
                column=name,
                other=header[at[name]].where,
            )
        if name:
            at[name] = column
    return at


def _rows_under(sheet: FileSheet, number: int) -> Iterator[tuple[FileCell, ...]]:
    """Return the rows under the header that have anything in them, as long as the header."""
    header = sheet.rows[number - 1]
    for n, row in enumerate(sheet.rows[number:], start=number + 1):
        if any(not cell.empty for cell in row):
            yield _as_long(row, header, n)


def _across(sheet: FileSheet, number: int, at: Mapping[str, int], across: Mapping[int, FileCell]) -> _Table:
    """Return the plans of a sheet whose periods stand across, each row and column as one that stands below others."""
    header = sheet.rows[number - 1]
    rows = list(_rows_under(sheet, number))
    kept = [row for row in rows if not _sums_up(row, at)]
    entries = [
        {
            "metric": row[at["metric"]],
            "line": row[at["line"]] if "line" in at else FileCell(row[0].where),
            "period": period,
            "value": row[column],
        }
        for row in kept
        for column, period in across.items()
        if row[column].text not in _NO_PLAN or row[column].formula
    ]
    unused = [
        cell.text for column, cell in enumerate(header) if not cell.empty and column not in (*across, *at.values())
    ]
    notes = _left_out(len(rows) - len(kept))
    if empty := len(kept) * len(across) - len(entries):
        notes += (note("{n} cell without a plan was skipped.", "{n} cells without a plan were skipped.", n=empty),)
    if unused:
        notes += (note("Columns not used: {columns}.", columns=", ".join(unused)),)
    return _Table(entries, sheet.template, notes)


def _sums_up(row: Sequence[FileCell], at: Mapping[str, int]) -> bool:
    """Return whether a row sums up others: it says so in place of its metric or its line."""
    return any(is_total(row[at[name]].text) for name in ("metric", "line") if name in at)


def _left_out(totals: int) -> tuple[Message, ...]:
    if not totals:
        return ()
    return (note("{n} row of totals left out.", "{n} rows of totals left out.", n=totals),)


def _as_long(row: tuple[FileCell, ...], header: tuple[FileCell, ...], number: int) -> tuple[FileCell, ...]:
    """A row of a CSV may end early; one that goes on past the header has lost the quotes of "28,4"."""
    for cell in row[len(header) :]:
        if not cell.empty:
            raise UserError(
                "{cell}: the row has more cells than the header. Put a value with a comma in it into quotes.",
                cell=cell.where,
            )
    columns = (head.where.rstrip("0123456789") for head in header[len(row) :])
    return row[: len(header)] + tuple(FileCell(f"{column}{number}") for column in columns)


def _plan(cells: Mapping[str, FileCell], names: PlanNames) -> tuple[PlanCell, Message | None]:
    """The plan of one row, and a remark on its value. Raises PlanErrors with all that is wrong in the row."""
    errors: list[Message] = []

    def read(column: str, reader: Callable[[FileCell], T]) -> T | None:
        try:
            return reader(cells[column])
        except UserError as error:
            errors.append(error.message)
            return None

    key = read("metric", lambda cell: _metric(cell, names))
    line = read("line", lambda cell: _line(cell, names))
    period = read("period", _period)
    value = read("value", lambda cell: read_value(cell, names.metrics[key] if key else None))
    if key is None or period is None or value is None or errors:
        raise PlanErrors(errors)
    metric, where = names.metrics[key], cells["value"].where
    planned = value_of(steps_of(value, metric.unit.step), metric.unit.step) if metric.spread else value
    remark = None
    if abs(planned - value) > metric.unit.step / 1e6:  # more than the noise of a computed cell
        remark = note(
            "{cell}: {value} is rounded to {planned}, as {metric} is planned in steps of {step}.",
            cell=where,
            value=plain(value),
            planned=plain(planned),
            metric=key,
            step=plain(metric.unit.step),
        )
    return PlanCell(key, line, period[0], period[1], planned, where), remark


def _metric(cell: FileCell, names: PlanNames) -> str:
    found = names.metric(cell.text)
    if found is None:
        raise UserError(
            '{cell}: there is no metric "{given}". There are: {known}.',
            cell=cell.where,
            given=cell.text,
            known=nearest(cell.text, tuple(names.metrics)),
        )
    return found


def _line(cell: FileCell, names: PlanNames) -> str | None:
    if cell.empty or names.whole(cell.text):
        return None
    found = names.line(cell.text)
    if found is None and not names.lines:
        raise UserError(
            '{cell}: no line is known yet, so "{given}" cannot be checked. Import records first, or name the lines in '
            "svodka.toml.",
            cell=cell.where,
            given=cell.text,
        )
    if found is None:
        raise UserError(
            '{cell}: there is no line "{given}". There are: {known}; an empty cell is the whole centre.',
            cell=cell.where,
            given=cell.text,
            known=nearest(cell.text, tuple(names.lines)),
        )
    return found


def _one_of(word: str, known: Collection[str]) -> str | None:
    """The known name that is meant, in whatever case it is written."""
    if word in known:
        return word
    alike = [name for name in known if name.casefold() == word.casefold()]
    return alike[0] if len(alike) == 1 else None


def _period(cell: FileCell) -> tuple[str, date]:
    """A date is that day, unless it is shown as a month: Excel makes the 1st of June of a typed "2026-06"."""
    if isinstance(cell.value, datetime) and cell.month and cell.value.day == 1:
        return "month", cell.value.date()
    try:
        return parse_period(cell.text)
    except UserError as error:
        raise UserError("{cell}: {problem}", cell=cell.where, problem=error.message) from None


def _misfits(
    found: Mapping[PlanKey, PlanCell], existing: Sequence[Plan], metrics: Mapping[str, Metric]
) -> Iterator[Message]:
    """Plans that would not fit their parts once the file is loaded, each with a cell of the file that takes part."""
    for metric, line in dict.fromkeys((plan.metric, plan.line) for plan in found.values()):
        if not metrics[metric].spread:
            continue
        kept = [p for p in existing if (p.metric, p.line) == (metric, line) and p.key not in found]
        new = [Plan(*key, plan.value) for key, plan in found.items() if key[:2] == (metric, line)]
        step = metrics[metric].unit.step
        for remainder in remainders([*kept, *new], step):
            concerned = [found[plan.key] for plan in (remainder.plan, *remainder.parts) if plan.key in found]
            if concerned and not remainder.fits:
                yield note("{cell}: {problem}", cell=concerned[0].cell, problem=remainder.misfit(step))
