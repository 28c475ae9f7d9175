"""The sheet of definitions: what the workbook's metrics are, in words."""

from __future__ import annotations

from collections.abc import Sequence

from digests.figures import DIRECTIONS
from digests.localizer import Localizer
from digests.workbook.sheets import Sheet, SheetCell, SheetColumn
from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.relations import RELATIONS
from warehouse.messages import N_


def sheet(calculator: Calculator, metrics: Sequence[Metric], localizer: Localizer) -> Sheet:
    """Every metric once, in the order they are shown."""
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
