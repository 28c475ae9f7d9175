"""The plan file to fill in: metrics, lines and periods in words, the last facts beside each empty cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter
from babel.dates import format_date

from digests.localizer import Localizer
from digests.numbers import currency_sign
from digests.workbook.sheets import FORMS, CellForm
from metrics.answers import Answer, Question, ask
from metrics.calculator import Calculator
from metrics.model import Metric, Unit
from metrics.periods import Period, midnight
from metrics.plans.cells import TEMPLATE_MARK, parse_period, period_text
from metrics.plans.files import COLUMNS, WHOLE_CENTRE, PlanNames
from metrics.plans.plans import Plans
from warehouse.messages import N_, UserError
from warehouse.plans import PlanKey, days_of

PAST = 3
_HEADINGS = {"metric": N_("metric"), "line": N_("line"), "period": N_("period"), "value": N_("value")}
_NUMBERS = {CellForm.WHOLE: "#,##0", CellForm.TENTHS: "#,##0.0", CellForm.HUNDREDTHS: "#,##0.00", CellForm.SHARE: "0.0"}
_MOST, _A4 = 1e12, 9


def plan_template(calculator: Calculator, plans: Plans, keys: Sequence[PlanKey], localizer: Localizer) -> bytes:
    """Return an XLSX with a row and an empty value for each key, which `read_plan` reads back.

    Beside the value stand the unit and the facts of the last three periods of the row's own kind that are over.
    What people type is checked by the spreadsheet: a number, not below 0, per cent up to 100.
    """
    names = PlanNames.of(calculator, localizer)
    headings = [localizer(_HEADINGS[name]) for name in COLUMNS]
    for heading, known in zip(headings, COLUMNS.values(), strict=True):
        if heading.casefold() not in known:
            raise ValueError(f"a plan file with the heading {heading!r} could not be read back")
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(localizer(N_("Plan")))
        ages = [localizer.counted("{n} period before", "{n} periods before", n) for n in range(PAST, 0, -1)]
        _head(book, sheet, [*headings, localizer(N_("unit")), *ages], (44, 22, 20, 16, 18, *(18,) * PAST))
        empty = book.add_format({"bg_color": "#FFF9E5", "border": 1, "border_color": "#D9D2BF"})
        facts = _facts(calculator, plans, keys)
        for row, (key, past) in enumerate(zip(keys, facts, strict=True), start=1):
            metric = calculator.catalogue.get(key[0])
            words = (names.metric_words(metric.key), _line(key[1], names, localizer), _period(key, localizer))
            for column, text in enumerate(words):
                sheet.write_string(row, column, text)
            # The value's cell keeps the general format: typed as 80 % it becomes 0.8 shown as a percentage, which
            # is read as 80; in a cell with a format of its own it would be shown as 1 and read as 0.8.
            sheet.write_blank(row, len(words), None, empty)
            sheet.data_validation(row, len(words), row, len(words), _rule(metric, localizer))
            sheet.write_string(row, len(headings), _unit(metric, localizer))
            number = book.add_format({"num_format": _NUMBERS[FORMS[metric.unit]], "font_color": "#5B6B7B"})
            for column, fact in enumerate(past, start=len(headings) + 1):
                if fact is not None:
                    sheet.write_number(row, column, fact, number)
        _known(book, names, calculator, localizer)
        book.define_name(TEMPLATE_MARK, f"={xlsxwriter.utility.quote_sheetname(sheet.name)}!$A$1:$D$1")
    return content.getvalue()


def _facts(calculator: Calculator, plans: Plans, keys: Sequence[PlanKey]) -> list[list[float | None]]:
    """Return the facts of the periods before each key's own, the oldest first, all asked at once.

    A period that is not over has no fact: beside a plan for a whole one it would look small.
    """
    questions = []
    for metric, line, granularity, first in keys:
        for period in _before(granularity, first, calculator.centre.timezone):
            questions.append(Question(metric, period, line, planned=False))
    answers = iter(ask(calculator, plans, questions))
    return [[_whole(next(answers)) for _ in range(PAST)] for _ in keys]


def _whole(answer: Answer) -> float | None:
    over = answer.as_of is not None and answer.as_of >= answer.question.period.end
    return answer.fact.value if over else None


def _before(granularity: str, first: date, timezone: str) -> list[Period]:
    """Return the three periods of a kind that end where one begins, the oldest first."""
    found: list[Period] = []
    for _ in range(PAST):
        last = first - timedelta(days=1)
        starts = {"day": last, "half_month": last.replace(day=1 if last.day < 16 else 16), "month": last.replace(day=1)}
        start = starts.get(granularity) or last.replace(month=last.month - (last.month - 1) % 3, day=1)
        found.insert(0, Period(midnight(start, timezone), midnight(first, timezone), timezone))
        first = start
    return found


def _period(key: PlanKey, localizer: Localizer) -> str:
    """Return a period as people write it, with its year; in short where it could not be read back."""
    _, _, granularity, first = key
    last = days_of(granularity, first)[-1]
    year_month = format_date(first, "MMMM yyyy", locale=localizer.locale)
    words = {
        "day": f"{first.day} {year_month}",
        "half_month": f"{first.day}\N{EN DASH}{last.day} {year_month}",
        "month": format_date(first, "LLLL yyyy", locale=localizer.locale),
    }.get(granularity, "")
    try:
        return words if parse_period(words) == (granularity, first) else period_text(granularity, first)
    except UserError:
        return period_text(granularity, first)


def _line(line: str | None, names: PlanNames, localizer: Localizer) -> str:
    whole = localizer(WHOLE_CENTRE)
    return names.line_words(line) if line is not None else whole if names.whole(whole) else ""


def _unit(metric: Metric, localizer: Localizer) -> str:
    return currency_sign(localizer) if metric.unit is Unit.MONEY else localizer(metric.unit.words.planned)


def _rule(metric: Metric, localizer: Localizer) -> dict[str, Any]:
    """Return what a spreadsheet lets into the cell of a plan. 0.8 shown as 80 % is within 0 and 100 too."""
    percent = metric.unit is Unit.PERCENT
    said = N_("A number from 0 to 100.") if percent else N_("A number, 0 or more.")
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": 100 if percent else _MOST,
        "error_title": localizer(N_("This is no plan")),
        "error_message": localizer(said),
    }


def _known(book: Any, names: PlanNames, calculator: Calculator, localizer: Localizer) -> None:
    """Add the sheet of what else can be planned: every metric and line with its key."""
    sheet = book.add_worksheet(localizer(N_("What can be planned")))
    _head(book, sheet, [localizer(N_("title")), localizer(N_("key")), localizer(N_("unit"))], (48, 28, 20))
    rows = [(localizer(metric.title), metric.key, _unit(metric, localizer)) for metric in calculator.catalogue]
    rows += [(line.title, line.key, localizer(N_("line"))) for line in calculator.centre.lines.values()]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)


def _head(book: Any, sheet: Any, headings: Collection[str], widths: Sequence[int]) -> None:
    """Write a header that stays in sight, on paper too."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
