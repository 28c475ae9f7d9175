"""What is said to the bot in chats passes one list of handlers, in its order: the first that answers has answered."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.chat import replies
from bot.chat.access import LanguageMemory
from bot.chat.answering import Answering
from bot.chat.context import SILENCE, Handler, MessageContext, Response
from bot.chat.conversation import Conversation
from bot.chat.message import Incoming, Reply
from bot.chat.understanding import asked_on
from bot.project import Project
from bot.state import turns
from bot.state.audit import AuditEntry, AuditOutcome, UnansweredReason, first_time, record
from bot.state.store import State
from bot.state.turns import Turn
from digests.request import Verb, command
from warehouse.messages import NotOpen, Unreadable, UserError

LOG = logging.getLogger(__name__)
_TALK = (None, AuditOutcome.UNCLEAR, AuditOutcome.REFUSED, AuditOutcome.THROTTLED, AuditOutcome.COURTESY)
"""What is said where nobody named us, and comes to this, is people's own talk: nothing is said, nor written down."""


class Router:
    """Replies to whatever channels hear. Calling it never raises."""

    def __init__(
        self,
        project: Project,
        state: State,
        answering: Answering,
        handlers: Sequence[Handler],
        conversation: Conversation | None = None,
        resuming: Sequence[Handler] = (),
    ) -> None:
        """`handlers` are asked one after another; what none of them answers is met with silence.

        What a platform delivers again was answered, or the program was ended before that: it is for those alone who
        know what they have written (`resuming`).
        """
        self._state, self._clock = state, project.clock
        self._conversation = conversation or Conversation(state)
        self._answering, self._handlers = answering, tuple(handlers)
        self._resuming = tuple(resuming)
        self._languages = LanguageMemory(project.config)
        self._albums: dict[str, str] = {}
        """The last one of each chat."""

    async def __call__(self, incoming: Incoming) -> Reply | None:
        began, at = time.perf_counter(), self._clock()
        continues_album = self._continues_album(incoming)
        language = self._languages.of(incoming)
        try:
            handlers = self._handlers if await self._is_news(incoming, at) else self._resuming
            if not handlers:
                return None
            context = MessageContext(
                incoming, at, language, self._answering, self._conversation, continues_album=continues_album
            )
            response = _mannerly(await self._response(context, handlers), context)
        except Exception:
            response = self._fault(incoming)
        if response.outcome is None:
            return None
        took_ms = round((time.perf_counter() - began) * 1000)
        entry = AuditEntry(
            incoming, at, response.outcome, took_ms, response.detail, _words(response), response.how, response.miss
        )
        turn = await self._record(entry, _turn(response, incoming, language, at))
        return replace(response.reply, turn=turn) if response.reply and turn else response.reply

    async def _response(self, context: MessageContext, handlers: Sequence[Handler]) -> Response:
        """What the first handler says who says anything."""
        try:
            for handler in handlers:
                if response := await handler(context):
                    return _in_dialogue(response, context) if context.during_dialogue else response
        except UserError as error:
            if isinstance(error, Unreadable):
                self._answering.health.unreadable = error
            miss = UnansweredReason.CLOSED if isinstance(error, NotOpen) else UnansweredReason.IMPOSSIBLE
            refused = context.respond(error.message, AuditOutcome.REFUSED, str(error), miss)
            return replace(refused, request=context.request)
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

    async def _record(self, entry: AuditEntry, turn: Turn | None) -> int | None:
        """Write a line of the audit log, and the turn that can be asked on. Return the turn's number."""
        health = self._answering.health
        health.said(entry.outcome, entry.detail)

        def written(connection: sa.Connection) -> int | None:
            record(connection, entry)
            return turns.add(connection, turn) if turn else None

        try:
            number = await self._state.run(written)
            health.unwritten = False
        except Exception:
            health.unwritten = True
            LOG.exception("the audit log could not be written")
            return None
        return number

    def _fault(self, incoming: Incoming) -> Response:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s", reference)
        localizer = self._answering.localizer(self._languages.of(incoming), self._clock())
        return Response(
            replies.sentence(replies.fault(reference), localizer), AuditOutcome.FAILED, detail=f"ref {reference}"
        )


_ASIDE = (Verb.METRICS, Verb.LINES, Verb.STATUS, Verb.HELP, Verb.START)
"""What is no question about numbers, and nothing to be asked on."""
_LONGEST_QUESTION = 1024


def _words(response: Response) -> str | None:
    return command(response.request) if response.request else None


def _turn(response: Response, incoming: Incoming, language: str, at: datetime) -> Turn | None:
    """What can be asked on, of an answer."""
    request = response.request
    if request is None or request.verb in _ASIDE:
        return None
    words = command(asked_on(request))
    if len(words) > _LONGEST_QUESTION:
        return None
    if response.reply is None or response.outcome is not AuditOutcome.ANSWERED:
        return None
    return Turn(None, incoming.platform, incoming.chat, incoming.person, words, language, at, response.trail)


def _mannerly(response: Response, context: MessageContext) -> Response:
    """Silence where people talk to each other, or where a question became talk; else what was to be said."""
    incoming = context.incoming
    refused = response.outcome is AuditOutcome.REFUSED and response.request is not None
    if incoming.aside and response.outcome in _TALK and not refused:
        return SILENCE
    if incoming.edited and response.outcome in _TALK and not context.utterance.surely:
        return SILENCE  # the answer to what stood there before is left
    return response


def _in_dialogue(response: Response, context: MessageContext) -> Response:
    """An answer that says of itself that it is none to what is being written."""
    if response.reply is None or response.outcome not in (AuditOutcome.ANSWERED, AuditOutcome.COURTESY):
        return response
    said = replies.BETWEEN if response.outcome is AuditOutcome.ANSWERED else replies.NOT_ADDED
    return replace(response, reply=replies.between(response.reply, said, context.localizer))
