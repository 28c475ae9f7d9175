"""The plan file to fill in: a row for every plan that is wanted, and a sheet of what can be planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from metrics.model import Metric, Unit
from metrics.plans.cells import period_text
from metrics.plans.files import COLUMNS
from metrics.plans.sheets import TEMPLATE_MARK
from warehouse.messages import N_
from warehouse.plans import PlanKey

_HEADINGS = {"metric": N_("metric"), "line": N_("line"), "period": N_("period"), "value": N_("value")}
_UNITS = {
    Unit.COUNT: N_("pieces"),
    Unit.PERCENT: N_("per cent, 0-100"),
    Unit.SECONDS: N_("seconds"),
    Unit.M2: N_("square metres"),
    Unit.HOURS: N_("hours"),
    Unit.TIMES: N_("times"),
}
_AS_TEXT = "@"


def write_template(
    path: Path,
    keys: Iterable[PlanKey],
    *,
    metrics: Mapping[str, Metric],
    lines: Mapping[str, str],
    say: Callable[[str], str] = str,
) -> None:
    """Write an XLSX with an empty value for each key; `read_plan` reads it back and skips what is left empty.

    `lines` are keys and titles; `say` translates an interface's string into the reader's language.
    """
    import openpyxl
    from openpyxl.workbook.defined_name import DefinedName

    headings = [say(_HEADINGS[name]) for name in COLUMNS]
    for heading, known in zip(headings, COLUMNS.values(), strict=True):
        if heading.casefold() not in known:
            raise ValueError(f"a plan file with the heading {heading!r} could not be read back")
    book = openpyxl.Workbook()
    plan = book.active
    plan.title = say(N_("Plan"))
    rows = [(metric, line or "", period_text(granularity, day), None) for metric, line, granularity, day in keys]
    _fill(plan, headings, rows, widths=(28, 24, 16, 16))

    known_sheet = book.create_sheet(say(N_("What can be planned")))
    listed: list[Sequence[str | None]] = [
        (metric.key, say(metric.title), say(_UNITS[metric.unit])) for metric in metrics.values()
    ]
    listed += [(None, None, None)] + [(key, title, say(N_("line"))) for key, title in lines.items()]
    _fill(known_sheet, [say(N_("key")), say(N_("title")), say(N_("unit"))], listed, widths=(28, 48, 20))

    title = plan.title.replace("'", "''")
    book.defined_names[TEMPLATE_MARK] = DefinedName(TEMPLATE_MARK, attr_text=f"'{title}'!$A$1:$D$1")
    book.save(path)


def _fill(sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[str | None]], widths: Sequence[int]) -> None:
    """A header that stays in sight and rows of text, each cell as it is: no formulas, no dates made of 2026-06."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        sheet.cell(1, column, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            if text is None:
                continue
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"
            cell.number_format = _AS_TEXT
