"""The workbook of a digest (XLSX): its figures, their days, their definitions, for those who count on.

Values are native numbers and dates; percentages are fractions in a percentage format. What has no fact has an
empty cell and its reason beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from digests.definition import DigestSpec
from digests.figures import Figure
from digests.wording import Words
from digests.workbook import about, daily, definitions, figures, series
from digests.workbook.writer import write
from metrics.compute import Reckoner
from metrics.periods import Period
from metrics.planning import PlanBook


def workbook(
    reckoner: Reckoner,
    book: PlanBook,
    shown: Sequence[Figure],
    period: Period,
    words: Words,
    digest: DigestSpec | None = None,
) -> bytes:
    """The bytes of an XLSX workbook; `digest` tells the section that each figure stands in.

    Figures with a breakdown come with its parts, others with their days.
    """
    broken_down = any(figure.answer.question.by for figure in shown)
    sheets = (
        figures.sheet(reckoner, shown, words, digest),
        series.sheet(reckoner, shown, words) if broken_down else daily.sheet(reckoner, book, shown, words),
        definitions.sheet(reckoner, shown, words),
        about.sheet(reckoner, shown, period, words),
    )
    return write(sheets, figures.marks(words), period, words)
