"""Sheets as XLSX bytes: the look of cells, widths, filters, marks and what goes on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range, xl_rowcol_to_cell

from digests.localizer import Localizer
from digests.workbook.cover import Cover, fill
from digests.workbook.sheets import CellForm, LineChart, Sheet, SheetCell, SheetColumn, Sparkline
from metrics.answers import Verdict
from metrics.periods import Period
from warehouse.messages import N_

_OPTIONS = {
    "in_memory": True,
    # A name out of the records that begins with = is a name.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_INK, _RULE, _BAND = "#1B2430", "#D9D8D2", "#EFEDE6"
_NUMBERS = {
    CellForm.WHOLE: "#,##0",
    CellForm.TENTHS: "#,##0.0",
    CellForm.HUNDREDTHS: "#,##0.00",
    CellForm.SHARE: "0.0%",
}
_DATES = {"ru": ("dd.mm.yyyy", "dd.mm.yyyy hh:mm"), "en": ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")}
_MARKS: Mapping[Verdict, dict[str, Any]] = {
    # The sign before the word, and bold against plain, say in grey what the colours say.
    Verdict.MET: {"font_color": "#0B7A6B"},
    Verdict.MISSED: {"font_color": "#C2371A", "bg_color": "#FBE9E3", "bold": True},
    Verdict.BEHIND: {"font_color": "#8A5A00", "italic": True},
}
_SIGNS = {Verdict.MET: "✓", Verdict.MISSED: "!", Verdict.BEHIND: "△"}
_FORMULA_STARTS = ("=", "+", "-", "@")
_LONGEST_TEXT = 32_767
"""In units of UTF-16, as Excel counts."""
_UNPRINTED = {code: " " for code in (*range(32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF) if code != ord("\n")}
_INDENT, _MARGIN, _BUTTON, _NARROWEST, _WIDEST = 1, 3, 4, 9, 60
_LEAST, _SPARK = 7, 18
_CHART_ROWS = 16
_ONE_PAGE = 60
"""Rows that can be read on one page with the charts under them."""
_LINE_COLOUR, _HEAT = "#33475B", "#8292A2"
_LINE = 15
_A4 = 9


def write(
    sheets: Sequence[Sheet],
    marks: Mapping[Verdict, str],
    period: Period,
    localizer: Localizer,
    cover: Cover | None = None,
) -> bytes:
    """A workbook with the sheets in order, behind a cover if there is one; `marks` are the words that say a verdict."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        looks = _Looks(book, *_DATES[localizer.language])
        footing = f"{period.first_day:%d.%m.%Y}-{period.last_day:%d.%m.%Y}"
        if cover:
            fill(book, book.add_worksheet(cover.name), cover, localizer)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet, looks)
            _mark(book, page, sheet, marks)
            _lay_out(page, sheet, footing)
            _draw(book, page, sheet, localizer)
    return stream.getvalue()


@dataclass
class _Looks:
    """Formats of a workbook, each made once."""

    book: Any
    day: str
    moment: str
    _made: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def of(self, cell: SheetCell, column: SheetColumn) -> Any:
        hostile = isinstance(cell.value, str) and cell.value.startswith(_FORMULA_STARTS)
        key = cell.form, column.wrap is not None, hostile, cell.verdict
        if key not in self._made:
            self._made[key] = self.book.add_format(self._properties(*key))
        return self._made[key]

    def head(self, numeric: bool) -> Any:
        if ("head", numeric) not in self._made:
            ink = {"bold": True, "bg_color": _BAND, "font_color": _INK, "bottom": 2, "bottom_color": _INK}
            place = {"align": "right"} if numeric else {"align": "left", "indent": 1}
            self._made["head", numeric] = self.book.add_format({**ink, **place, "text_wrap": True, "valign": "vcenter"})
        return self._made["head", numeric]

    def _properties(self, form: CellForm, wrapped: bool, hostile: bool, verdict: Verdict) -> dict[str, Any]:
        properties: dict[str, Any] = {"valign": "top", "font_color": _INK, "bottom": 1, "bottom_color": _RULE}
        properties |= _MARKS.get(verdict, {})
        if form in _NUMBERS:
            return {**properties, "num_format": _NUMBERS[form]}
        shown = {CellForm.DAY: self.day, CellForm.MOMENT: self.moment}.get(form)
        return {
            **properties,
            **({"num_format": shown} if shown else {}),
            "align": "left",
            "indent": 3 if form is CellForm.PART else 1,
            "text_wrap": wrapped,
            # What is edited stays the text it was.
            "quote_prefix": hostile,
        }


def _fill(page: Any, sheet: Sheet, looks: _Looks) -> None:
    widths = [_width(column, [row[place] for row in sheet.rows]) for place, column in enumerate(sheet.columns)]
    heads = [looks.head(_numeric(sheet, place)) for place in range(len(sheet.columns))]
    page.set_row(
        0, _LINE * max(_lines(column.title, width) for column, width in zip(sheet.columns, widths, strict=True))
    )
    for place, (column, width, head) in enumerate(zip(sheet.columns, widths, heads, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, column.title, head)
    for number, row in enumerate(sheet.rows, start=1):
        # Not every program measures wrapped rows by itself.
        wrapped = [place for place, column in enumerate(sheet.columns) if column.wrap]
        tall = max((_lines(row[place].value, widths[place]) for place in wrapped), default=1)
        if tall > 1:
            page.set_row(number, _LINE * tall)
        for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            if cell.value is None and not sheet.ruled:
                continue
            if isinstance(cell.value, Sparkline):
                _spark(page, number, place, cell.value, sheet)
            elif cell.formula is not None:
                formula = _formula(cell.formula, sheet, number)
                page.write_formula(number, place, formula, looks.of(cell, column), cell.value)
            else:
                _put(page, number, place, cell.value, looks.of(cell, column))
    if sheet.rows and sheet.table:
        titles = [
            {"header": column.title, "header_format": head} for column, head in zip(sheet.columns, heads, strict=True)
        ]
        options = {"name": sheet.table, "columns": titles, "style": None}
        page.add_table(0, 0, len(sheet.rows), len(sheet.columns) - 1, options)


def _formula(text: str, sheet: Sheet, row: int) -> str:
    """The formula with cells of its row in place of the titles of columns."""
    for place, column in enumerate(sheet.columns):
        text = text.replace(f"{{{column.title}}}", xl_rowcol_to_cell(row, place))
    return f"={text}"


def _spark(page: Any, row: int, place: int, line: Sparkline, sheet: Sheet) -> None:
    titles = [column.title for column in sheet.columns]
    first, last = titles.index(line.first), titles.index(line.last)
    page.add_sparkline(
        row,
        place,
        {
            "range": f"{quote_sheetname(sheet.name)}!{xl_range(row, first, row, last)}",
            "series_color": _LINE_COLOUR,
            "last_point": True,
            "last_color": _INK,
            "show_hidden": True,
        },
    )


def _draw(book: Any, page: Any, sheet: Sheet, localizer: Localizer) -> None:
    """Shade blocks of numbers by their size, and draw the charts of rows under the last one."""
    last = len(sheet.columns) - 1
    for first_row, last_row in sheet.heat:
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": _HEAT}
        page.conditional_format(first_row + 1, 1, last_row + 1, last, scale)
    for n, drawn in enumerate(sheet.charts):
        chart = book.add_chart({"type": "line"})
        for name, row, width, colour in _series(drawn, localizer):
            chart.add_series(
                {
                    "name": name,
                    "categories": [sheet.name, 0, 1, 0, last],
                    "values": [sheet.name, row + 1, 1, row + 1, last],
                    "line": {"color": colour, "width": width},
                }
            )
        chart.set_title({"name": drawn.title, "name_font": {"size": 12}, "overlay": False})
        chart.set_legend({"position": "bottom"})
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": _RULE}}, "num_format": "General"})
        chart.set_size({"width": 620, "height": 280})
        page.insert_chart(len(sheet.rows) + 2 + _CHART_ROWS * (n // 2), 0 if n % 2 == 0 else 7, chart)


def _series(drawn: LineChart, localizer: Localizer) -> Iterator[tuple[str, int, float, str]]:
    """Yield what is drawn of a chart: its name, row, width and colour."""
    yield localizer(N_("actual")), drawn.row, 2.5, _LINE_COLOUR
    if drawn.plan is not None:
        yield localizer(N_("plan")), drawn.plan, 1.25, _INK


def _put(page: Any, row: int, place: int, value: object, look: Any) -> None:
    match value:
        case None:
            page.write_blank(row, place, None, look)
        case str():
            page.write_string(row, place, _text(value), look)
        case datetime() | date():
            page.write_datetime(row, place, value, look)
        case _:
            page.write_number(row, place, value, look)


def _text(value: str) -> str:
    """Text as a cell may hold it: no characters of control, not too long, and never taken for the file's own marks."""
    if len(value) < _LONGEST_TEXT // 2 and value.isprintable() and not value.startswith("<"):
        return value
    coded = value.translate(_UNPRINTED).encode("utf-16-le", "replace")
    if len(coded) > 2 * _LONGEST_TEXT:
        coded = coded[: 2 * (_LONGEST_TEXT - 1)] + "…".encode("utf-16-le")
    text = coded.decode("utf-16-le", "ignore")
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _mark(book: Any, page: Any, sheet: Sheet, marks: Mapping[Verdict, str]) -> None:
    """Colour, weight and a sign before the word, wherever the column of verdicts says the word."""
    titles = [column.title for column in sheet.columns]
    if sheet.verdict is None or not sheet.rows:
        return
    place, last = titles.index(sheet.verdict), len(sheet.rows)
    key = xl_rowcol_to_cell(1, place, col_abs=True)
    for verdict, text in marks.items():
        quoted = text.replace('"', '""')
        rule = {"type": "formula", "criteria": f'={key}="{quoted}"'}
        plain = book.add_format(_MARKS[verdict])
        signed = book.add_format({**_MARKS[verdict], "num_format": f'General;General;General;"{_SIGNS[verdict]} "@'})
        for number, column in enumerate(sheet.columns):
            if column.judged:
                page.conditional_format(
                    1, number, last, number, {**rule, "format": signed if number == place else plain}
                )


def _lay_out(page: Any, sheet: Sheet, footing: str) -> None:
    """The screen keeps the header in sight; paper repeats it and takes the page's whole width."""
    page.freeze_panes(1, sheet.frozen)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    # Where all has to fit into a width, Excel heeds no breaks: only one page keeps charts whole.
    page.fit_to_pages(1, 1 if sheet.charts and len(sheet.rows) <= _ONE_PAGE else 0)
    page.repeat_rows(0)
    page.set_footer(f"&L{footing}&C&A&R&P / &N")
    printed = sum(not column.aside for column in sheet.columns)
    drawn = _CHART_ROWS * -(-len(sheet.charts) // 2)
    page.print_area(0, 0, max(len(sheet.rows), 1) + drawn, printed - 1)


def _numeric(sheet: Sheet, place: int) -> bool:
    return any(row[place].form in _NUMBERS for row in sheet.rows)


def _width(column: SheetColumn, cells: Sequence[SheetCell]) -> float:
    """As wide as what it shows; a long text is wrapped, a header at its words, beside its filter's button."""
    words = max((len(word) for word in column.title.split()), default=0) + _BUTTON
    content = max((_length(cell) for cell in cells), default=0) + _MARGIN
    if column.narrow:
        return max(content, _LEAST)
    return max(_NARROWEST, words, min(content, column.wrap or _WIDEST))


def _length(cell: SheetCell) -> int:
    match cell.value:
        case None:
            return 0
        case Sparkline():
            return _SPARK
        case datetime():
            return len("dd.mm.yyyy hh:mm")
        case date():
            return len("dd.mm.yyyy")
        case str():
            return len(cell.value)
        case number:
            decimals = {CellForm.TENTHS: 1, CellForm.HUNDREDTHS: 2}.get(cell.form, 0)
            return len("100.0%") if cell.form is CellForm.SHARE else len(f"{number:,.{decimals}f}")


def _lines(value: object, width: float) -> int:
    """How many lines a text takes when it is wrapped at its words."""
    line = width - _INDENT
    lines, left = 1, line
    for word in str(value or "").split():
        if len(word) > left and left < line:
            lines, left = lines + 1, line
        left -= len(word) + 1
    return lines
