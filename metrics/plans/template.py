"""The plan file to fill in: a row for every plan that is wanted, and a sheet of what can be planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from metrics.model import Metric
from metrics.plans.cells import period_text
from metrics.plans.files import COLUMNS
from metrics.plans.sheets import TEMPLATE_MARK
from warehouse.messages import N_
from warehouse.plans import PlanKey

_HEADINGS = {"metric": N_("metric"), "line": N_("line"), "period": N_("period"), "value": N_("value")}
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
    import xlsxwriter

    headings = [say(_HEADINGS[name]) for name in COLUMNS]
    for heading, known in zip(headings, COLUMNS.values(), strict=True):
        if heading.casefold() not in known:
            raise ValueError(f"a plan file with the heading {heading!r} could not be read back")
    rows = [(metric, line, period_text(granularity, day), None) for metric, line, granularity, day in keys]
    listed: list[Sequence[str | None]] = [
        (metric.key, say(metric.title), say(metric.unit.words.planned)) for metric in metrics.values()
    ]
    listed += [(None, None, None)] + [(key, title, say(N_("line"))) for key, title in lines.items()]
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        head, body = book.add_format({"bold": True}), book.add_format({"num_format": _AS_TEXT})
        plan = book.add_worksheet(say(N_("Plan")))
        _fill(plan, [(headings, head), *((row, body) for row in rows)], widths=(28, 24, 16, 16))
        known_sheet = book.add_worksheet(say(N_("What can be planned")))
        known_head = [say(N_("key")), say(N_("title")), say(N_("unit"))]
        _fill(known_sheet, [(known_head, head), *((row, body) for row in listed)], widths=(28, 48, 20))
        book.define_name(TEMPLATE_MARK, f"={xlsxwriter.utility.quote_sheetname(plan.name)}!$A$1:$D$1")
    path.write_bytes(content.getvalue())


def _fill(sheet: Any, rows: Iterable[tuple[Sequence[str | None], Any]], widths: Sequence[int]) -> None:
    """A header that stays in sight and rows of text, each cell as it is: no formulas, no dates made of 2026-06."""
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, (row, look) in enumerate(rows):
        for column, text in enumerate(row):
            if text is not None:
                sheet.write_string(number, column, text, look)
