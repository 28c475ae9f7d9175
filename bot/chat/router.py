"""What is said to the bot in chats passes one list of handlers, in its order: the first that answers has answered."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import replies
from bot.chat.access import LanguageMemory
from bot.chat.answering import Answering
from bot.chat.context import Handler, MessageContext, Response
from bot.chat.message import Incoming, Reply
from bot.project import Project
from bot.state.audit import AuditEntry, AuditOutcome, first_time, record
from bot.state.store import State
from warehouse.messages import Unreadable, UserError

LOG = logging.getLogger(__name__)
_TALK = (None, AuditOutcome.UNCLEAR, AuditOutcome.REFUSED, AuditOutcome.THROTTLED)
"""What is said where nobody named us, and comes to this, is people's own talk: nothing is said, nor written down."""


class Router:
    """Replies to whatever channels hear. Calling it never raises."""

    def __init__(self, project: Project, state: State, answering: Answering, handlers: Sequence[Handler]) -> None:
        """`handlers` are asked one after another; what none of them answers is met with silence."""
        self._state, self._clock = state, project.clock
        self._answering, self._handlers = answering, tuple(handlers)
        self._languages = LanguageMemory(project.config)
        self._albums: dict[str, str] = {}
        """The last one of each chat."""

    async def __call__(self, incoming: Incoming) -> Reply | None:
        began, at = time.perf_counter(), self._clock()
        continues_album = self._continues_album(incoming)
        try:
            if not await self._is_news(incoming, at):
                return None
            language = self._languages.of(incoming)
            context = MessageContext(incoming, at, language, self._answering, continues_album=continues_album)
            response = await self._response(context)
        except Exception:
            response = self._fault(incoming)
        if response.outcome is None or (incoming.aside and response.outcome in _TALK):
            return None
        took_ms = round((time.perf_counter() - began) * 1000)
        await self._record(AuditEntry(incoming, at, response.outcome, took_ms, response.detail))
        return response.reply

    async def _response(self, context: MessageContext) -> Response:
        """What the first handler says who says anything."""
        try:
            for handler in self._handlers:
                if response := await handler(context):
                    return _in_dialogue(response, context) if context.during_dialogue else response
        except UserError as error:
            if isinstance(error, Unreadable):
                self._answering.health.unreadable = error
            return context.respond(error.message, AuditOutcome.REFUSED, str(error))
        except TimeoutError:
            return context.respond(replies.LATE, AuditOutcome.LATE)
        return Response(None, AuditOutcome.UNCLEAR)

    def _continues_album(self, incoming: Incoming) -> bool:
        """Whether the last album of the chat goes on; from now on it is this one."""
        if incoming.album is None:
            return False
        before, self._albums[incoming.chat] = self._albums.get(incoming.chat), incoming.album
        return before == incoming.album

    async def _is_news(self, incoming: Incoming, at: datetime) -> bool:
        """Whether this was not heard before; while nothing can be remembered, everything is news."""
        try:
            return await self._state.run(first_time, incoming, at)
        except SQLAlchemyError as error:
            LOG.error("what was heard cannot be remembered: %s", type(error).__name__)
            return True

    async def _record(self, entry: AuditEntry) -> None:
        health = self._answering.health
        health.said(entry.outcome, entry.detail)
        try:
            await self._state.run(record, entry)
            health.unwritten = False
        except Exception:
            health.unwritten = True
            LOG.exception("the audit log could not be written")

    def _fault(self, incoming: Incoming) -> Response:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s", reference)
        localizer = self._answering.localizer(self._languages.of(incoming), self._clock())
        return Response(
            replies.sentence(replies.fault(reference), localizer), AuditOutcome.FAILED, detail=f"ref {reference}"
        )


def _in_dialogue(response: Response, context: MessageContext) -> Response:
    """An answer that says of itself that it is none to what is being written."""
    if response.reply is None or response.outcome is not AuditOutcome.ANSWERED:
        return response
    return replace(response, reply=replies.between(response.reply, context.localizer))
