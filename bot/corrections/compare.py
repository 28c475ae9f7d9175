"""A posted digest beside the records of now: what changed of what was printed, and the digest as it should stand."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.corrections import ledger
from bot.corrections.model import Correction, CorrectionStatus, LivePost, PostComparison
from bot.delivery import ledger as deliveries
from bot.delivery.model import Publication
from bot.delivery.pages import link_of, with_link
from bot.project import Project
from bot.schedule.writers import noted
from bot.state.store import State
from digests.document import Document, Picture
from digests.document_json import dump, load
from digests.snapshot import PastCorrection, PostedReport, changes, lost_figures, printed_figures
from metrics.periods import parse, to_local
from warehouse.messages import UserError, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session


def compare(
    project: Project, now: datetime, standing: LivePost, document: Document, posted: PostedReport
) -> PostComparison:
    """Compute the posted digest once more: same definition, period, language and columns, today's records.

    Slow: not for the event loop. Never raises for records that cannot be read: that is a problem to tell.
    """
    try:
        return _compare(replace(project, now=now), standing, document, posted)
    except UserError as error:
        return PostComparison(standing, problem=error.message)


def _compare(project: Project, standing: LivePost, document: Document, posted: PostedReport) -> PostComparison:
    from digests import gate  # what only a comparison needs
    from digests.compose import composed, with_background
    from digests.engine import evaluate

    session = replace(project.session(document.language), names=posted.names)
    localizer = session.localizer
    result = evaluate(session, posted.spec, parse(standing.period, project.timezone))
    project.keep_weights(session.plans)
    now = printed_figures(session, result)
    changed = changes(posted.figures, now, localizer)
    if not changed:
        return PostComparison(standing)
    if lost := lost_figures(posted.figures, now):
        figures_lost = ", ".join(lost)
        return PostComparison(
            standing, problem=note("there are no data or no plan any more: {figures}", figures=figures_lost)
        )
    gaps = gate.gaps(session, result)
    of_records = [localizer.say(gap) for gap in gaps if gap.id not in (gate.NO_DATA, gate.NO_PLAN)]
    if new := [gap for gap in of_records if gap not in posted.gaps]:
        return PostComparison(standing, problem="; ".join(new))
    result = with_background(session, result)
    mark = PastCorrection(to_local(project.now, project.timezone).date(), changed)
    drawn = _drawn(session, result, document, posted)
    columns = document.blocks[slice(*posted.columns)]
    marks = (*posted.marks, mark)
    made = composed(session, result, drawn, columns, marks)
    corrected, kept = noted(project, session, made, gaps, posted.late_since, marks)
    if link := link_of(document):
        corrected = with_link(corrected, link)
    return PostComparison(
        standing, changed, Publication(standing.subject, standing.period, corrected, made.as_of, figures=kept)
    )


def _drawn(session: Session, result: ReportResult, document: Document, posted: PostedReport) -> list[Picture]:
    """The posted pictures, drawn anew where they can be: none is added and none is left out."""
    from digests.compose import pictures_of

    start, end = posted.columns
    before = [each for each in (*document.blocks[:start], *document.blocks[end:]) if isinstance(each, Picture)]
    if not before:
        return []
    new = {each.key: each for each in pictures_of(session, result)}
    return [new.get(each.key, each) for each in before]


async def found(
    project: Project,
    state: State,
    *,
    since: datetime | None = None,
    period: str | None = None,
    subject: str | None = None,
) -> list[PostComparison]:
    """What stands in chats beside the records of now; without issues that are being corrected just now.

    `since` (UTC) is when their posting began at the earliest; `period` and `subject` narrow them.
    """

    def standing(connection: sa.Connection) -> list[LivePost]:
        busy = {each.issue for each in ledger.of_status(connection, CorrectionStatus.APPLYING)}
        return [each for each in ledger.live_posts(connection, since, period, subject) if each.issue not in busy]

    return [await _compared(project, state, each) for each in await state.run(standing)]


async def offered(state: State, compared: PostComparison, now: datetime) -> tuple[list[int], Correction | None]:
    """Keep a difference: which offers it makes out of date, and its correction, the known one of the very same."""
    issue = compared.corrected
    document = await asyncio.to_thread(dump, issue.document) if issue else ""

    def kept(connection: sa.Connection) -> tuple[list[int], Correction | None]:
        if issue is None:
            return ledger.withdraw(connection, compared.standing.issue), None
        correction = ledger.offer(connection, compared, document, now)
        return ledger.withdraw(connection, compared.standing.issue, correction.id), correction

    return await state.run(kept)


async def _compared(project: Project, state: State, standing: LivePost) -> PostComparison:
    document = await state.run(deliveries.document, standing.issue)
    posted = await state.run(deliveries.figures, standing.issue)
    if posted is None:
        return PostComparison(standing)
    return await asyncio.to_thread(lambda: compare(project, project.clock(), standing, load(document), posted))
