"""Plan files: a table of metric, line, period and value, checked as a whole before anything is loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from metrics.model import Metric
from metrics.plans.daymodel import line_name, plain, remainders, steps_of, value_of
from metrics.plans.periods import parse_period, period_text
from metrics.plans.sheets import Cell, Sheet, read_sheet
from metrics.plans.values import read_value
from warehouse.messages import Message, Mistake, nearest, note
from warehouse.plans import Plan, PlanKey

T = TypeVar("T")

COLUMNS: dict[str, tuple[str, ...]] = {
    "metric": ("metric", "метрика", "показатель"),
    "line": ("line", "линия"),
    "period": ("period", "период"),
    "value": ("value", "plan", "значение", "план"),
}
"""The columns of a plan file and what their headings may be, case-blind and in any order."""
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


class PlanErrors(Mistake):
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
    path: Path, *, metrics: Mapping[str, Metric], lines: Collection[str], existing: Iterable[Plan] = ()
) -> PlanFile:
    """The plans of an XLSX or CSV file. `existing` are the plans loaded before (all revisions).

    A volume between two steps of its unit is rounded half up, with a note. Raises PlanErrors with all that is
    wrong, so that nothing is ever half loaded: cells that cannot be read, periods given twice, and plans that do
    not fit the more specific ones, in the file or loaded before.
    """
    sheet = read_sheet(path)
    at, body = _table(sheet, path)
    errors: list[Message] = []
    notes: list[Message] = []
    found: dict[PlanKey, PlanCell] = {}
    empty = 0
    for row in body:
        cells = {name: row[column] for name, column in at.items()}
        if sheet.template and cells["value"].empty:
            empty += 1
            continue
        try:
            plan, remark = _plan(cells, metrics, lines)
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
    errors = errors or list(_misfits(found, list(existing), metrics))
    if errors:
        raise PlanErrors(errors)
    if not found:
        raise Mistake("{file} has no plan in it: no row has a value.", file=path.name)
    return PlanFile(tuple(found.values()), empty, tuple(notes))


def _table(sheet: Sheet, path: Path) -> tuple[dict[str, int], list[tuple[Cell, ...]]]:
    """Where each column is, and the rows under the header that have anything in them, as long as the header."""
    most: dict[str, int] = {}
    for number, header in enumerate(sheet.rows[:_HEADER_WITHIN], start=1):
        at: dict[str, int] = {}
        for column, cell in enumerate(header):
            name = next((name for name, headings in COLUMNS.items() if cell.text.casefold() in headings), None)
            if name in at:
                raise Mistake(
                    "{cell}: a second column for {column}; the first is {other}.",
                    cell=cell.where,
                    column=name,
                    other=header[at[name]].where,
                )
            if name:
                at[name] = column
        if len(at) == len(COLUMNS):
            rows = enumerate(sheet.rows[number:], start=number + 1)
            return at, [_as_long(row, header, n) for n, row in rows if any(not cell.empty for cell in row)]
        most = max(most, at, key=len)
    raise Mistake(
        "{file} has no header with the columns metric, line, period and value (or метрика, линия, период, "
        "значение). Missing: {missing}.",
        file=path.name,
        missing=", ".join(name for name in COLUMNS if name not in most),
    )


def _as_long(row: tuple[Cell, ...], header: tuple[Cell, ...], number: int) -> tuple[Cell, ...]:
    """A row of a CSV may end early; one that goes on past the header has lost the quotes of "28,4"."""
    for cell in row[len(header) :]:
        if not cell.empty:
            raise Mistake(
                "{cell}: the row has more cells than the header. Put a value with a comma in it into quotes.",
                cell=cell.where,
            )
    columns = (head.where.rstrip("0123456789") for head in header[len(row) :])
    return row[: len(header)] + tuple(Cell(f"{column}{number}") for column in columns)


def _plan(
    cells: Mapping[str, Cell], metrics: Mapping[str, Metric], lines: Collection[str]
) -> tuple[PlanCell, Message | None]:
    """The plan of one row, and a remark on its value. Raises PlanErrors with all that is wrong in the row."""
    errors: list[Message] = []

    def read(column: str, reader: Callable[[Cell], T]) -> T | None:
        try:
            return reader(cells[column])
        except Mistake as mistake:
            errors.append(mistake.message)
            return None

    key = read("metric", lambda cell: _metric(cell, metrics))
    line = read("line", lambda cell: _line(cell, lines))
    period = read("period", _period)
    value = read("value", lambda cell: read_value(cell, metrics[key] if key else None))
    if key is None or period is None or value is None or errors:
        raise PlanErrors(errors)
    metric, where = metrics[key], cells["value"].where
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


def _metric(cell: Cell, metrics: Mapping[str, Metric]) -> str:
    found = _one_of(cell.text, metrics)
    if found is None:
        raise Mistake(
            '{cell}: there is no metric "{given}". There are: {known}.',
            cell=cell.where,
            given=cell.text,
            known=nearest(cell.text, list(metrics)),
        )
    return found


def _line(cell: Cell, lines: Collection[str]) -> str | None:
    if cell.empty:
        return None
    found = _one_of(cell.text, lines)
    if found is None:
        raise Mistake(
            '{cell}: there is no line "{given}". There are: {known}; an empty cell is the whole centre.',
            cell=cell.where,
            given=cell.text,
            known=nearest(cell.text, list(lines)),
        )
    return found


def _one_of(word: str, known: Collection[str]) -> str | None:
    """The known name that is meant, in whatever case it is written."""
    if word in known:
        return word
    alike = [name for name in known if name.casefold() == word.casefold()]
    return alike[0] if len(alike) == 1 else None


def _period(cell: Cell) -> tuple[str, date]:
    """A date is that day, unless it is shown as a month: Excel makes the 1st of June of a typed "2026-06"."""
    if isinstance(cell.value, datetime) and cell.month and cell.value.day == 1:
        return "month", cell.value.date()
    try:
        return parse_period(cell.text)
    except Mistake as mistake:
        raise Mistake("{cell}: {problem}", cell=cell.where, problem=mistake.message) from None


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
