"""The plan/fact digest: its figures, its columns and its pictures, composed into one document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph, Picture, Span, plain
from digests.figures import TOGETHER, Figure, as_of, as_of_among, build, detail
from digests.images import attempt
from digests.localizer import Localizer
from digests.model import DigestSpec, Group
from digests.snapshot import Mark, mark_text
from metrics.calculator import Calculator
from metrics.periods import Period, midnight
from metrics.plans.plans import Plans
from warehouse.messages import N_

if TYPE_CHECKING:
    from digests.stories import Story

COVER = "scoreboard"
"""The key of the picture that stands under the title."""


@dataclass(frozen=True)
class Digest:
    """A digest of one period, computed and worded."""

    spec: DigestSpec
    period: Period
    figures: tuple[Figure, ...]
    document: Document
    columns: tuple[int, int] = (0, 0)
    """Where its columns begin and end among the document's blocks."""

    @property
    def as_of(self) -> datetime | None:
        """Up to when all its figures are known; None if one has no records at all."""
        return as_of(self.figures)


def make(
    calculator: Calculator,
    plans: Plans,
    spec: DigestSpec,
    period: Period,
    localizer: Localizer,
    *,
    stories: Sequence[Story] = (),
    pictures: bool = False,
) -> Digest:
    """Compute, draw and word a digest; all its figures come from one state of the records."""
    figures = tuple(build(calculator, plans, spec.figures, period, localizer))
    drawn: Sequence[Picture] = ()
    if pictures:
        drawn = attempt("of the digest", lambda: _drawn(calculator, plans, figures, spec, period, localizer), ())
    columns = tuple(block for story in stories for block in _column(story))
    return composed(calculator, spec, period, figures, drawn, columns, localizer)


def _drawn(
    calculator: Calculator,
    plans: Plans,
    figures: Sequence[Figure],
    spec: DigestSpec,
    period: Period,
    localizer: Localizer,
) -> Sequence[Picture]:
    from digests.pictures import draw_all  # matplotlib is not worth loading for a text

    return draw_all(calculator, plans, figures, spec, period, localizer)


def composed(
    calculator: Calculator,
    spec: DigestSpec,
    period: Period,
    figures: tuple[Figure, ...],
    drawn: Sequence[Picture],
    columns: tuple[Block, ...],
    localizer: Localizer,
    marks: Sequence[Mark] = (),
) -> Digest:
    """A digest of what is computed and drawn; corrections are told under the groups of the figures they changed."""
    at_once = _as_of_together(figures, period)
    rows = {figure.spec.key: _row(calculator, figure, figures, localizer, at_once) for figure in figures}
    cover = tuple(_cover(spec, period, figures, drawn, localizer))
    blocks = (
        *cover,
        *columns,
        *_sections(spec, rows, marks, localizer),
        *_charts(drawn, localizer),
        *_closing(figures, localizer),
    )
    where = (len(cover), len(cover) + len(columns))
    return Digest(spec, period, figures, Document(localizer(spec.title), blocks, localizer.language), where)


def _cover(
    spec: DigestSpec, period: Period, figures: Sequence[Figure], drawn: Sequence[Picture], localizer: Localizer
) -> Iterator[Block]:
    yield Heading(localizer(spec.title), 1)
    yield Paragraph(plain(localizer.period(period)))
    together = _as_of_together(figures, period)
    if together:
        text = N_("The period is not over in the records: facts and plans are as of {moment}.")
        yield Note(localizer(text, moment=together))
    elif any(_lags(figure) for figure in figures):
        yield Note(localizer(N_("Some records end before the period does: these figures say as of when they are.")))
    yield from (picture for picture in drawn if picture.key == COVER)


def _lags(figure: Figure) -> bool:
    """Whether a figure's records end before its period's last day: the last event of a day is not its last second."""
    known_to, period = figure.answer.as_of, figure.answer.period
    return known_to is not None and known_to < midnight(period.last_day, period.timezone)


def _as_of_together(figures: Sequence[Figure], period: Period) -> datetime | None:
    """The moment that all figures are as of, if the period is not over and there is one: the earliest of a few."""
    moments = [figure.answer.as_of for figure in figures if figure.answer.as_of is not None]
    if not moments or max(moments) >= period.end or max(moments) - min(moments) > TOGETHER:
        return None
    return min(moments)


def _column(story: Story) -> Iterator[Block]:
    yield Heading(story.title, 2)
    yield from story.blocks
    if story.author:
        yield Paragraph((Span(story.author, emphasis=True),))


def _sections(
    spec: DigestSpec, rows: Mapping[str, FactRow], marks: Sequence[Mark], localizer: Localizer
) -> Iterator[Block]:
    for section in spec.sections:
        yield Heading(localizer(section.title), 2)
        for group in section.groups:
            yield from _group(group, rows, marks, localizer)


def _group(group: Group, rows: Mapping[str, FactRow], marks: Sequence[Mark], localizer: Localizer) -> Iterator[Block]:
    if group.title:
        yield Heading(localizer(group.title), 3)
    yield Facts(tuple(rows[spec.key] for spec in group.figures))
    keys = {spec.key for spec in group.figures}
    for mark in marks:
        if within := tuple(change for change in mark.changes if change.key in keys):
            yield Note(mark_text(Mark(mark.day, within), localizer))


def _row(
    calculator: Calculator, figure: Figure, among: Sequence[Figure], localizer: Localizer, together: datetime | None
) -> FactRow:
    part = figure.spec.part_of is not None
    known_to = as_of_among(figure.answer.as_of, among)
    verdict, explained = figure.answer.verdict, detail(calculator, figure, localizer, known_to)
    remarks = figure.remarks
    if _lags(figure) and together is None and figure.answer.fact.value is not None:
        remarks = (*remarks, localizer(N_("as of {moment}"), moment=figure.answer.as_of))
    return FactRow(figure.label, figure.text, verdict, part, remarks, explained)


def _charts(drawn: Sequence[Picture], localizer: Localizer) -> Iterator[Block]:
    charts = [picture for picture in drawn if picture.key != COVER]
    if charts:
        yield Heading(localizer(N_("Charts")), 2)
        yield from charts


def _closing(figures: Sequence[Figure], localizer: Localizer) -> Iterator[Block]:
    known_to = as_of(figures)
    if known_to is not None:
        # A page is forwarded and kept: here the year always stands.
        yield Note(localizer.dated(N_("Computed from the records as of {moment}."), moment=known_to))
