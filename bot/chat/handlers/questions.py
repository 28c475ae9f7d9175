"""Questions: on how to ask and how things stand, and all others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.chat import replies
from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.questions.parse import Unclear
from bot.state.audit import AuditOutcome
from digests.document import Block
from digests.localizer import Localizer
from digests.request import Request, Verb

StatusBlocks = Callable[[Localizer], Awaitable[tuple[Block, ...]]]
"""A part of what /status says."""


async def wordless(context: MessageContext) -> Response | None:
    """Say that pictures and files alone are not read."""
    if not context.incoming.text and context.incoming.content:
        return context.respond(replies.NO_WORDS, AuditOutcome.UNCLEAR)
    return None


class Help:
    """Says how to ask; what is not open to who asks is not told of."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, context: MessageContext) -> Response | None:
        request = await _asked(context, Verb.HELP)
        if request is None:
            return None
        asker = await context.request_context()
        if not self._answering.access.may_subscribe(context.incoming):
            asker = replace(asker, role=replace(asker.role, subscribe="none"))
        # Where a platform can say it to one person alone, how to ask is for who asked.
        return Response(replace(await self._answering.answer(asker, request), quiet=True))


class Status:
    """Says how fresh the records are, and `parts` after that."""

    def __init__(self, answering: Answering, parts: Sequence[StatusBlocks] = ()) -> None:
        self._answering, self._parts = answering, tuple(parts)

    async def __call__(self, context: MessageContext) -> Response | None:
        request = await _asked(context, Verb.STATUS)
        if request is None:
            return None
        reply = await self._answering.answer(await context.request_context(), request)
        more = [block for blocks in self._parts for block in await blocks(context.localizer)]
        return Response(replace(reply, document=replace(reply.document, blocks=(*reply.document.blocks, *more))))


class Questions:
    """Answers all that is left; what is no question gets a sentence on how to ask."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, context: MessageContext) -> Response:
        match await context.question():
            case None:
                return context.respond(replies.NOTHING_ASKED, AuditOutcome.UNCLEAR)
            case Unclear() as found:
                said = replies.unclear(found, await context.vocabulary(), context.localizer)
                return Response(said, AuditOutcome.UNCLEAR)
            case request:
                return Response(await self._answering.answer(await context.request_context(), request))


async def _asked(context: MessageContext, verb: Verb) -> Request | None:
    """The question, if it is one of a kind."""
    request = await context.question()
    return request if isinstance(request, Request) and request.verb is verb else None
