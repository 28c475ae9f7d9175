"""The first sheet of a workbook, with the finding and what failed, and its last ones, which say what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from itertools import takewhile
from struct import unpack
from typing import Any

from digests.document import Document, FactRow, Facts, Heading, Headline, Note, Picture
from digests.figures import DIRECTIONS
from digests.localizer import Localizer
from digests.workbook.sheets import CellForm, Sheet, SheetCell, SheetColumn
from metrics.answers import Verdict
from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.periods import Period, to_local
from metrics.relations import RELATIONS
from warehouse.messages import N_

_INK, _SECOND, _RULE, _TINT = "#1B2430", "#5A6572", "#D9D8D2", "#FBE9E3"
_COLOURS = {Verdict.MISSED: "#C2371A", Verdict.BEHIND: "#8A5A00", Verdict.MET: "#0B7A6B", Verdict.NONE: _INK}
_SIGNS = {Verdict.MISSED: "!", Verdict.BEHIND: "△", Verdict.MET: "✓", Verdict.NONE: "–"}
_LABEL, _VALUE, _PAST = 56, 40, 48
"""Widths of the columns, in characters."""
_LINE = 21
_PICTURE_WIDTH = 560
_PIXELS_A_ROW = 28
_BESIDE = 2
"""Pictures that stand beside each other."""


@dataclass(frozen=True)
class Cover:
    """What stands on the first sheet; `document` is the report as it is said."""

    name: str
    dates: str
    document: Document


def fill(book: Any, page: Any, cover: Cover, localizer: Localizer) -> None:
    """Write the cover on a new sheet of a workbook of XlsxWriter."""
    blocks = cover.document.blocks
    above = list(takewhile(lambda block: not (isinstance(block, Heading) and block.level > 1), blocks))
    rows = [row for block in blocks[len(above) :] if isinstance(block, Facts) for row in block.rows]
    finding = [block.text for block in above if isinstance(block, Headline)]
    page.hide_gridlines(2)
    page.set_column(0, 0, 3)
    page.set_column(1, 1, _LABEL)
    page.set_column(2, 2, _VALUE)
    page.set_column(3, 3, _PAST)
    page.set_row(0, 36)
    page.write_string(0, 1, cover.document.title, book.add_format({"bold": True, "font_size": 24, "font_color": _INK}))
    quiet = book.add_format({"font_color": _SECOND, "font_size": 12})
    page.write_string(1, 1, cover.dates, quiet)
    at = 3
    strong = book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top", "font_color": _INK})
    for text in finding:
        page.set_row(at, _LINE * (1 + len(text) // (_LABEL + _VALUE)))
        page.merge_range(at, 1, at, 3, text, strong)
        at += 1
    if counted := _counted(rows, localizer):
        page.write_string(at, 1, counted, quiet)
        at += 2
    failed = [row for verdict in (Verdict.MISSED, Verdict.BEHIND) for row in rows if row.verdict is verdict]
    for row in failed:
        _figure(book, page, at, row)
        at += 1
    for note in (block for block in above if isinstance(block, Note)):
        page.write_string(at, 1, note.text, quiet)
        at += 1
    _pictures(page, at + 1, [block for block in blocks if isinstance(block, Picture)])
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)


def _counted(rows: list[FactRow], localizer: Localizer) -> str:
    """How many figures of how many failed."""
    verdicts = [row.verdict for row in rows if row.verdict is not Verdict.NONE]
    if not verdicts:
        return ""
    named = {
        Verdict.MISSED: N_("Plan missed"),
        Verdict.BEHIND: N_("Behind the pace"),
        Verdict.MET: N_("Plan met"),
    }
    return "   ".join(
        f"{_SIGNS[verdict]} {localizer(name)}: {verdicts.count(verdict)}"
        for verdict, name in named.items()
        if verdict in verdicts
    )


def _figure(book: Any, page: Any, at: int, row: FactRow) -> None:
    base = {
        "font_color": _INK,
        "font_size": 12,
        "bottom": 1,
        "bottom_color": _RULE,
        **({"bg_color": _TINT} if row.verdict is Verdict.MISSED else {}),
    }
    page.set_row(at, _LINE)
    page.write_string(
        at, 0, _SIGNS[row.verdict], book.add_format({**base, "font_color": _COLOURS[row.verdict], "bold": True})
    )
    page.write_string(at, 1, row.label, book.add_format(base))
    page.write_string(at, 2, row.value, book.add_format({**base, "bold": True}))
    said = row.trend.said if row.trend else ""
    page.write_string(at, 3, said, book.add_format({**base, "font_color": _SECOND}))


def _pictures(page: Any, at: int, pictures: list[Picture]) -> None:
    """Pictures in rows of two, each as wide as half the sheet, with their words for who cannot see them."""
    for start in range(0, len(pictures), _BESIDE):
        tallest = 0.0
        for n, picture in enumerate(pictures[start : start + _BESIDE]):
            if picture.media_type != "image/png":
                continue
            width, height = unpack(">II", picture.image[16:24])
            scale = _PICTURE_WIDTH / width
            options = {
                "image_data": BytesIO(picture.image),
                "x_scale": scale,
                "y_scale": scale,
                "description": picture.alt_text,
                "object_position": 3,
                "x_offset": n * (_PICTURE_WIDTH + 12),
            }
            page.insert_image(at, 1, f"{picture.key}.png", options)
            tallest = max(tallest, height * scale)
        at += int(tallest / 20) + 2


def definitions(calculator: Calculator, metrics: Sequence[Metric], localizer: Localizer) -> Sheet:
    """Return the sheet of what the metrics are, in words: each once, in the order they are shown."""
    columns = (
        SheetColumn(localizer(N_("Metric's key"))),
        SheetColumn(localizer(N_("Metric")), wrap=36),
        SheetColumn(localizer(N_("Definition")), wrap=70),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Direction"))),
        SheetColumn(localizer(N_("Source tables")), wrap=24),
    )
    rows = tuple(_row(calculator, metric, localizer) for metric in {each.key: each for each in metrics}.values())
    return Sheet(localizer(N_("Definitions")), "Definitions", columns, rows)


def _row(calculator: Calculator, metric: Metric, localizer: Localizer) -> tuple[SheetCell, ...]:
    tables = dict.fromkeys(
        table for leaf in calculator.catalogue.leaves(metric) for table in RELATIONS[leaf.relation].tables
    )
    return (
        SheetCell(metric.key),
        SheetCell(localizer(metric.title)),
        SheetCell(localizer(metric.about, **calculator.conventions)),
        SheetCell(localizer(metric.unit.words.name)),
        SheetCell(localizer(DIRECTIONS[metric.better])),
        SheetCell(", ".join(tables)),
    )


_NOTES = (
    N_("A percentage is a fraction in a percentage format: 0.885 is shown as 88.5%."),
    N_("An empty actual is unknown, never zero; the reason stands under Remarks."),
    N_("To add up a percentage or an average over days, divide the sum of numerators by the sum of denominators."),
    N_("The verdict is by the plan to date: the plan of the time up to the as-of moment."),
    N_("The attainment of a month's plan is over the whole month; its pace is over the plan to date."),
)


def about(calculator: Calculator, known_to: datetime | None, period: Period, localizer: Localizer) -> Sheet:
    """Return the sheet about the workbook itself: of what period, by which clock, by which conventions."""
    zone = period.timezone
    rules = calculator.conventions
    facts = (
        (N_("First day"), SheetCell(period.first_day, CellForm.DAY)),
        (N_("Last day"), SheetCell(period.last_day, CellForm.DAY)),
        (N_("Time zone"), SheetCell(zone)),
        (N_("As of"), SheetCell(to_local(known_to, zone) if known_to else None, CellForm.MOMENT)),
        (N_("Computed at"), SheetCell(to_local(calculator.now, zone), CellForm.MOMENT)),
        (N_("Service level formula"), SheetCell(rules["formula"])),
        (N_("Service level threshold, s"), SheetCell(rules["threshold"])),
        (N_("A lost client is recovered within, h"), SheetCell(rules["recovery_hours"])),
        (N_("Made by"), SheetCell(f"Svodka {version('svodka')}")),
    )
    rows = [(SheetCell(localizer(name)), value) for name, value in facts]
    rows += [
        (SheetCell(localizer(N_("How to read it")) if n == 0 else None), SheetCell(localizer(text)))
        for n, text in enumerate(_NOTES)
    ]
    columns = (SheetColumn(localizer(N_("Property"))), SheetColumn(localizer(N_("Value")), wrap=90))
    return Sheet(localizer(N_("About")), None, columns, tuple(rows))
