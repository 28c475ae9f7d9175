"""`/load plan`: a plan that the forecast makes is shown in a chat and written when somebody who may approves it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.chat.replies import view_of
from bot.project import Project
from digests.document import Document
from digests.load.reading import read
from metrics.periods import to_local
from warehouse.messages import Message, NotOpen, note

LOG = logging.getLogger(__name__)
PLAN = ("plan", "план")
"""What follows /load where a plan is asked for."""
_APPROVE = "approve"


class PlanApproval:
    """Shows plans, and writes those that are approved. The same plan is written once, however often it is pressed."""

    def __init__(self, project: Project, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._project, self._answering, self._clock = project, answering, clock
        self._writing = asyncio.Lock()

    async def answer(self, context: MessageContext, words: list[str]) -> Response:
        """Answer what is said after `/load plan`. Raises UserError for what cannot be planned, or not by them."""
        fingerprint = words[-1] if words[-2:-1] == [_APPROVE] else None
        if fingerprint is None:
            document, _ = await self._answering.work(await self._work(context, words, None))
            return Response(Reply(document))
        if not self._answering.access.may_plan(context.incoming):
            raise NotOpen("Plans are not yours to approve: that takes a role with plans = true.")
        async with self._writing:
            # What was pressed is written to its end, however long that takes.
            document, detail = await asyncio.to_thread(await self._work(context, words[:-2], fingerprint))
        return Response(Reply(document), detail=detail)

    async def _work(
        self, context: MessageContext, words: list[str], fingerprint: str | None
    ) -> Callable[[], tuple[Document, str | None]]:
        """What a worker does: propose, and write what was approved, if it is what was shown."""
        incoming, asker = context.incoming, await context.request_context()
        snapshot, localizer, role = asker.snapshot, asker.localizer, asker.role
        may = self._answering.access.may_plan(incoming)
        asked = read(" ".join(words), snapshot.centre, to_local(context.at, snapshot.centre.timezone).date())

        def work() -> tuple[Document, str | None]:
            from digests.answers.forecast_plan import propose, shown  # loads arrays, which nothing else needs before
            from metrics.plans.from_forecast import write_plans

            view = view_of(snapshot, role, localizer)
            proposal = propose(view, asked)
            approve = f"load plan {proposal.asked.words} {_APPROVE} {proposal.fingerprint}"
            if fingerprint == proposal.fingerprint:
                by, now = f"{incoming.platform}:{incoming.person}", self._clock()
                saved = write_plans(self._project.lake, view.calculator, proposal.made, proposal.wanted, now, by=by)
                LOG.info("%s approved %d plans of a forecast", by, saved.added)
                done = (
                    note("Approved: {n} plan is written.", "Approved: {n} plans are written.", n=saved.added)
                    if saved.added
                    else note("These plans are in force already.")
                )
                return shown(view, proposal, (done,)), f"plans: added {saved.added}, unchanged {saved.unchanged}"
            if not proposal.is_news:
                return shown(view, proposal, (note("These plans are in force already."),)), None
            remarks: list[Message] = []
            if fingerprint is not None:
                remarks.append(note("The forecast or the plans have changed since: nothing is written, look again."))
            if not may:
                remarks.append(note("Whoever has a role with plans = true approves it."))
            # In a group the one who approves may be another than the one who asks.
            return shown(view, proposal, remarks, approve if may or not incoming.private else None), None

        return work
