"""The legend of a workbook, its last sheets: what the metrics are, and what the workbook itself is of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

from digests.figures import DIRECTIONS
from digests.localizer import Localizer
from digests.workbook.sheets import Form, Sheet, SheetCell, SheetColumn
from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.periods import Period, to_local
from metrics.relations import RELATIONS
from warehouse.messages import N_


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
    N_("An empty fact is an unknown one, never a zero; the reason stands under Remarks."),
    N_("To add up a percentage or an average over days, divide the sum of numerators by the sum of denominators."),
    N_("The verdict is by the plan to date: the plan of the time up to the as-of moment."),
    N_("The execution of a plan for a month is over the whole month; its pace is over the plan to date."),
)


def about(calculator: Calculator, known_to: datetime | None, period: Period, localizer: Localizer) -> Sheet:
    """Return the sheet about the workbook itself: of what period, by which clock, by which conventions."""
    zone = period.timezone
    rules = calculator.conventions
    facts = (
        (N_("First day"), SheetCell(period.first_day, Form.DAY)),
        (N_("Last day"), SheetCell(period.last_day, Form.DAY)),
        (N_("Time zone"), SheetCell(zone)),
        (N_("As of"), SheetCell(to_local(known_to, zone) if known_to else None, Form.MOMENT)),
        (N_("Computed at"), SheetCell(to_local(calculator.now, zone), Form.MOMENT)),
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
