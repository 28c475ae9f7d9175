"""The reports that are declared here, a file each. Adding one is a file beside this one and a line below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.catalogue.biweekly import BIWEEKLY
from digests.model import ReportSpec
from metrics.model import Metric

__all__ = ["BIWEEKLY", "REPORTS", "Declared", "declared"]


@dataclass(frozen=True)
class Declared:
    """A report with the metrics that it brings along; all others are in the catalogue of metrics."""

    spec: ReportSpec
    metrics: tuple[Metric, ...] = ()


def declared(reports: Iterable[Declared]) -> dict[str, Declared]:
    """Return reports by their keys."""
    return {report.spec.key: report for report in reports}


REPORTS = declared((Declared(BIWEEKLY),))
"""By key: what `svodka report KEY` and `/report KEY` know."""
