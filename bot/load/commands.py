"""/load in chats: how many people a line's days need, and what happens if something changes."""

from __future__ import annotations

from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.chat.replies import view_of
from bot.load.plan_approval import PLAN, PlanApproval
from digests.document import Document
from digests.load.reading import read
from digests.load.words import question_of
from metrics.periods import to_local


class LoadCommands:
    """Answers what is asked about load."""

    def __init__(self, answering: Answering, plans: PlanApproval) -> None:
        self._answering, self._plans = answering, plans

    async def __call__(self, context: MessageContext) -> Response | None:
        """Return what to answer; None, if it is not about load. Raises UserError for what cannot be."""
        incoming = context.incoming
        asked = question_of(incoming.text, plainly=incoming.private or incoming.pressed is not None)
        if asked is None or incoming.aside:
            return None
        first, *rest = asked.split() or [""]
        if first.casefold() in PLAN:
            return await self._plans.answer(context, rest)
        asker = await context.request_context()
        snapshot, localizer = asker.snapshot, asker.localizer
        today = to_local(context.at, snapshot.centre.timezone).date()
        request = read(asked, snapshot.centre, today)

        def made() -> Document:
            from digests.answers import load  # loads arrays, which nothing else needs before

            return load.reply(view_of(snapshot, asker.role, localizer), request)

        return Response(Reply(await self._answering.work(made)))
