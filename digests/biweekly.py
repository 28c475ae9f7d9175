"""The plan/fact digest: its figures and its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from digests.definition import DigestSpec, Group
from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph, plain
from digests.figures import Figure, build
from digests.wording import Words
from metrics.compute import Reckoner
from metrics.periods import Period
from metrics.planning import PlanBook
from warehouse.messages import N_


@dataclass(frozen=True)
class Digest:
    """A digest of one period, computed and worded."""

    spec: DigestSpec
    period: Period
    figures: tuple[Figure, ...]
    document: Document

    @property
    def as_of(self) -> datetime | None:
        """Up to when all its figures are known; None if one has no records at all."""
        return as_of(self.figures)


def as_of(figures: tuple[Figure, ...]) -> datetime | None:
    """The earliest as-of time of figures that have one."""
    known = [figure.answer.as_of for figure in figures if figure.answer.as_of is not None]
    return min(known, default=None)


def make(reckoner: Reckoner, book: PlanBook, spec: DigestSpec, period: Period, words: Words) -> Digest:
    """Compute and word a digest; all its figures come from one state of the records."""
    figures = tuple(build(reckoner, book, spec.figures, period, words))
    return Digest(spec, period, figures, _document(spec, period, figures, words))


def _document(spec: DigestSpec, period: Period, figures: tuple[Figure, ...], words: Words) -> Document:
    title = words(spec.title)
    by_key = {figure.spec.key: figure for figure in figures}
    blocks: list[Block] = [
        Heading(title, 1),
        Paragraph(plain(words.period(period))),
    ]
    known_to = as_of(figures)
    if known_to is not None and known_to < period.end:
        blocks.append(
            Note(
                words(
                    N_("The period is not over in the records: facts and plans are as of {moment}."),
                    moment=known_to,
                )
            )
        )
    for section in spec.sections:
        blocks.append(Heading(words(section.title), 2))
        for group in section.groups:
            blocks.extend(_group(group, by_key, words))
    return Document(title, tuple(blocks), words.language)


def _group(group: Group, figures: Mapping[str, Figure], words: Words) -> Iterator[Block]:
    if group.title:
        yield Heading(words(group.title), 3)
    yield Facts(tuple(_row(figures[spec.key]) for spec in group.figures))


def _row(figure: Figure) -> FactRow:
    part = figure.spec.part_of is not None
    return FactRow(figure.label, figure.text, figure.answer.verdict, part, figure.remarks)
