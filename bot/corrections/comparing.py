"""A posted digest beside the records of now: what changed of what was printed, and the digest as it should stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.corrections.model import Compared, Standing
from bot.delivery.model import Issue
from bot.project import Project
from bot.schedule.desk import noted
from digests.document import Document, Picture
from digests.posted import Mark, Posted, changes, gone, printed
from digests.wording import Words
from metrics.periods import Period, parse, to_local
from warehouse.messages import Mistake, note

if TYPE_CHECKING:
    from digests.figures import Figure
    from metrics.compute import Reckoner
    from metrics.planning import PlanBook


def compare(project: Project, now: datetime, standing: Standing, document: Document, posted: Posted) -> Compared:
    """Compute the posted digest once more: same definition, period, language and columns, today's records.

    Slow: not for the event loop. Never raises for records that cannot be read: that is a problem to tell.
    """
    try:
        return _compare(replace(project, now=now), standing, document, posted)
    except Mistake as mistake:
        return Compared(standing, problem=mistake.message)


def _compare(project: Project, standing: Standing, document: Document, posted: Posted) -> Compared:
    from digests import gate  # what only a comparison needs
    from digests.biweekly import composed
    from digests.figures import build
    from metrics.planning import PlanBook

    words = Words(document.language, project.timezone, to_local(project.now, project.timezone).date())
    period = parse(standing.period, project.timezone)
    reckoner = project.reckoner()
    book = PlanBook(reckoner)
    figures = tuple(build(reckoner, book, posted.spec.figures, period, words))
    project.keep_weights(book)
    now = printed(figures)
    changed = changes(posted.figures, now, words)
    if not changed:
        return Compared(standing)
    if lost := gone(posted.figures, now):
        figures_lost = ", ".join(lost)
        return Compared(
            standing, problem=note("there are no data or no plan any more: {figures}", figures=figures_lost)
        )
    gaps = gate.gaps(reckoner, figures, period, words)
    of_records = [words.say(gap) for gap in gaps if gap.id not in (gate.NO_DATA, gate.NO_PLAN)]
    if new := [gap for gap in of_records if gap not in posted.gaps]:
        return Compared(standing, problem="; ".join(new))
    mark = Mark(to_local(project.now, project.timezone).date(), changed)
    drawn = _drawn(reckoner, book, figures, document, posted, period, words)
    columns = document.blocks[slice(*posted.columns)]
    marks = (*posted.marks, mark)
    made = composed(reckoner, posted.spec, period, figures, drawn, columns, words, marks)
    corrected, kept = noted(made, gaps, posted.late_since, words, marks)
    return Compared(standing, changed, Issue(standing.subject, standing.period, corrected, made.as_of, figures=kept))


def _drawn(
    reckoner: Reckoner,
    book: PlanBook,
    figures: tuple[Figure, ...],
    document: Document,
    posted: Posted,
    period: Period,
    words: Words,
) -> list[Picture]:
    """The posted pictures, drawn anew where they can be: none is added and none is left out."""
    from digests.pictures import draw_all

    start, end = posted.columns
    before = [each for each in (*document.blocks[:start], *document.blocks[end:]) if isinstance(each, Picture)]
    if not before:
        return []
    new = {each.key: each for each in draw_all(reckoner, book, figures, posted.spec, period, words)}
    return [new.get(each.key, each) for each in before]
