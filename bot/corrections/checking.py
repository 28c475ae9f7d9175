"""Comparing all that stands in chats, and keeping what is different: for the running bot and for the command alike."""

from __future__ import annotations

import asyncio
from datetime import datetime

import sqlalchemy as sa

from bot.corrections import ledger
from bot.corrections.comparing import compare
from bot.corrections.model import Compared, Correction, Standing, Status
from bot.delivery import ledger as deliveries
from bot.project import Project
from bot.state.store import State
from digests.document_json import dump, load


async def found(
    project: Project,
    state: State,
    *,
    since: datetime | None = None,
    period: str | None = None,
    subject: str | None = None,
) -> list[Compared]:
    """What stands in chats beside the records of now; without issues that are being corrected just now.

    `since` (UTC) is when their posting began at the earliest; `period` and `subject` narrow them.
    """

    def standing(connection: sa.Connection) -> list[Standing]:
        busy = {each.issue for each in ledger.of_status(connection, Status.APPLYING)}
        return [each for each in ledger.standing(connection, since, period, subject) if each.issue not in busy]

    return [await _compared(project, state, each) for each in await state.run(standing)]


async def offered(state: State, compared: Compared, now: datetime) -> tuple[list[int], Correction | None]:
    """Keep a difference: which offers it makes out of date, and its correction, the known one of the very same."""
    issue = compared.corrected
    document = await asyncio.to_thread(dump, issue.document) if issue else ""

    def kept(connection: sa.Connection) -> tuple[list[int], Correction | None]:
        if issue is None:
            return ledger.withdraw(connection, compared.standing.issue), None
        correction = ledger.offer(connection, compared, document, now)
        return ledger.withdraw(connection, compared.standing.issue, correction.id), correction

    return await state.run(kept)


async def _compared(project: Project, state: State, standing: Standing) -> Compared:
    document = await state.run(lambda c: deliveries.document(c, standing.issue))
    posted = await state.run(lambda c: deliveries.figures(c, standing.issue))
    if posted is None:
        return Compared(standing)
    return await asyncio.to_thread(lambda: compare(project, project.clock(), standing, load(document), posted))
