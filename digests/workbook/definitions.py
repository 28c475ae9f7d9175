"""The sheet of definitions: what the workbook's metrics are, in words."""

from __future__ import annotations

from collections.abc import Sequence

from digests.details import DIRECTIONS
from digests.figures import Figure
from digests.wording import Words
from digests.workbook.sheets import UNITS, Cell, Column, Sheet
from metrics.compute import Reckoner
from metrics.model import Metric
from metrics.relations import RELATIONS
from warehouse.messages import N_


def sheet(reckoner: Reckoner, figures: Sequence[Figure], words: Words) -> Sheet:
    """Every metric once, in the order of the figures."""
    metrics = {figure.answer.metric.key: figure.answer.metric for figure in figures}
    columns = (
        Column(words(N_("Metric's key"))),
        Column(words(N_("Metric")), wrap=36),
        Column(words(N_("Definition")), wrap=70),
        Column(words(N_("Unit"))),
        Column(words(N_("Direction"))),
        Column(words(N_("Source tables")), wrap=24),
    )
    rows = tuple(_row(reckoner, metric, words) for metric in metrics.values())
    return Sheet(words(N_("Definitions")), "Definitions", columns, rows)


def _row(reckoner: Reckoner, metric: Metric, words: Words) -> tuple[Cell, ...]:
    tables = dict.fromkeys(
        table for leaf in reckoner.catalogue.leaves(metric) for table in RELATIONS[leaf.relation].tables
    )
    return (
        Cell(metric.key),
        Cell(words(metric.title)),
        Cell(words(metric.about, **reckoner.conventions)),
        Cell(words(UNITS[metric.unit])),
        Cell(words(DIRECTIONS[metric.better])),
        Cell(", ".join(tables)),
    )
