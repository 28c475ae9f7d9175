"""The workbook of a digest (XLSX): its figures, their days, their definitions, for those who count on.

Values are native numbers and dates; percentages are fractions in a percentage format. What has no fact has an
empty cell and its reason beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from digests.figures import Figure
from digests.localizer import Localizer
from digests.model import DigestSpec
from digests.workbook import about, daily, definitions, figures, series
from digests.workbook.writer import write
from metrics.calculator import Calculator
from metrics.periods import Period
from metrics.plans.plans import Plans


def workbook(
    calculator: Calculator,
    plans: Plans,
    shown: Sequence[Figure],
    period: Period,
    localizer: Localizer,
    digest: DigestSpec | None = None,
) -> bytes:
    """The bytes of an XLSX workbook; `digest` tells the section that each figure stands in.

    Figures with a breakdown come with its parts, others with their days.
    """
    broken_down = any(figure.answer.question.part for figure in shown)
    sheets = (
        figures.sheet(calculator, shown, localizer, digest),
        series.sheet(calculator, shown, localizer) if broken_down else daily.sheet(calculator, plans, shown, localizer),
        definitions.sheet(calculator, shown, localizer),
        about.sheet(calculator, shown, period, localizer),
    )
    return write(sheets, figures.marks(localizer), period, localizer)
