"""What is said to the bot in chats, and who answers it: a dialogue, an order, the desk, a command, or a question."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import replies
from bot.chat.access import Allowance, LanguageMemory, Role, Throttle
from bot.chat.answering import Answering, RequestContext
from bot.chat.message import Incoming, Reply
from bot.chat.operator_commands import OperatorCommands, is_operator_command
from bot.chat.questions.parse import Unclear, understand
from bot.project import Project
from bot.state.audit import AuditEntry, Outcome, first_time, record
from bot.state.store import State
from digests.document import Block
from digests.localizer import Localizer
from digests.request import Request, Verb
from warehouse.messages import Unreadable, UserError

LOG = logging.getLogger(__name__)
_TALK = (Outcome.UNCLEAR, Outcome.REFUSED, Outcome.THROTTLED)
"""What is said where nobody named us, and comes to this, is people's own talk: nothing is said, nor written down."""


@dataclass(frozen=True)
class _Said:
    """A reply, and what the audit log says of it."""

    outcome: Outcome
    reply: Reply | None
    detail: str | None = None


Status = Callable[[Localizer], Awaitable[tuple[Block, ...]]]
Command = Callable[[RequestContext], Awaitable[Reply | None]]
"""Something besides questions that people say to the bot; None: it is something else. Raises UserError."""


class Desk(Protocol):
    """Whoever takes what is written for an issue. Raises UserError for what cannot be."""

    async def awaits(self, incoming: Incoming) -> bool:
        """Whether it is the next message of a dialogue. Never raises."""
        ...

    async def take(self, incoming: Incoming, localizer: Localizer) -> Reply | None:
        """What to answer to the next message of a dialogue, if anything."""
        ...

    async def answer(self, incoming: Incoming, localizer: Localizer) -> Reply | None:
        """The reply to a command of the desk; None for what is none."""
        ...


class Router:
    """Replies to whatever channels hear. Calling it never raises."""

    def __init__(
        self,
        project: Project,
        state: State,
        answering: Answering,
        orders: OperatorCommands,
        *,
        desk: Desk | None = None,
        commands: Sequence[Command] = (),
        status: Sequence[Status] = (),
    ) -> None:
        """`desk` takes columns, and what editors decide. `commands` are tried before words are read as a question.

        `status` is what /status says beside how fresh the records are.
        """
        self._state, self._clock = state, project.clock
        self._config = project.config
        self._answering, self._orders = answering, orders
        self._desk, self._commands, self._status = desk, tuple(commands), tuple(status)
        self._throttle = Throttle(project.config.questions.per_minute)
        self._languages = LanguageMemory(project.config)
        self._albums: dict[str, str] = {}
        """The last one of each chat."""

    async def __call__(self, incoming: Incoming) -> Reply | None:
        began, at = time.perf_counter(), self._clock()
        of_one_album = incoming.album is not None and self._albums.get(incoming.chat) == incoming.album
        if incoming.album:
            self._albums[incoming.chat] = incoming.album
        if (
            not incoming.text
            and incoming.content
            and (of_one_album or not incoming.private)
            and not await self._awaited(incoming)
        ):
            return None  # people show each other pictures; an album is answered once
        try:
            if not await self._is_news(incoming, at):
                return None
            said = await self._said(incoming, at)
        except Exception:
            said = self._fault(incoming)
        took_ms = round((time.perf_counter() - began) * 1000)
        asked = AuditEntry(incoming, at, said.outcome, took_ms, said.detail)
        if incoming.aside and said.outcome in _TALK:
            return None
        self._answering.health.said(said.outcome, said.detail)
        try:
            await self._state.run(record, asked)
            self._answering.health.unwritten = False
        except Exception:
            self._answering.health.unwritten = True
            LOG.exception("the audit log could not be written")
        return said.reply

    async def _awaited(self, incoming: Incoming) -> bool:
        """Whether it is the next message of what somebody writes for an issue."""
        return self._desk is not None and await self._desk.awaits(incoming)

    async def _is_news(self, incoming: Incoming, at: datetime) -> bool:
        """Whether this was not heard before; while nothing can be remembered, everything is news."""
        try:
            return await self._state.run(first_time, incoming, at)
        except SQLAlchemyError as error:
            LOG.error("what was heard cannot be remembered: %s", type(error).__name__)
            return True

    async def _said(self, incoming: Incoming, at: datetime) -> _Said:
        role, language = self._answering.access.role(incoming), self._languages.of(incoming)
        localizer = self._answering.localizer(language, at)
        between = False
        try:
            if self._desk and await self._desk.awaits(incoming):
                between = await self._asks(incoming, role, at)
                if not between:
                    # However many within a minute: pictures come by the dozen.
                    return _Said(Outcome.ANSWERED, await self._desk.take(incoming, localizer))
        except UserError as error:
            return _Said(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        allowance = self._throttle.ask(f"{incoming.platform}:{incoming.person}", time.monotonic())
        if allowance is not Allowance.GRANTED:
            spent = replies.spent(self._config.questions.per_minute)
            told = replies.sentence(spent, localizer) if allowance is Allowance.SPENT else None
            return _Said(Outcome.THROTTLED, told)
        if is_operator_command(incoming.text):
            return await self._ordered(incoming, at)
        try:
            if (
                self._desk
                and not (incoming.aside or between)
                and (reply := await self._desk.answer(incoming, localizer))
            ):
                return _Said(Outcome.ANSWERED, reply)
        except UserError as error:
            return _Said(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        if role is None:
            return _Said(Outcome.REFUSED, replies.sentence(replies.stranger(incoming), localizer), "unknown")
        if not incoming.text and incoming.content:
            return _Said(Outcome.UNCLEAR, replies.sentence(replies.NO_WORDS, localizer))
        try:
            context = RequestContext(incoming, role, localizer, await self._answering.snapshot(at))
            for command in self._commands:
                if done := await command(context):
                    return _Said(Outcome.ANSWERED, done)
            vocabulary = context.snapshot.vocabulary(role)
            request = understand(incoming.text, vocabulary, at)
            if isinstance(request, Unclear):
                return _Said(Outcome.UNCLEAR, replies.unclear(request, vocabulary, localizer))
            if request is None:
                return _Said(Outcome.UNCLEAR, replies.sentence(replies.NOTHING_ASKED, localizer))
            reply = await self._answering.answer(context, request)
            if request.verb is Verb.STATUS:
                reply = await self._with_status(reply, localizer)
            if between:
                reply = replies.between(reply, localizer)
        except UserError as error:
            if isinstance(error, Unreadable):
                self._answering.health.unreadable = error
            return _Said(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        except TimeoutError:
            return _Said(Outcome.LATE, replies.sentence(replies.LATE, localizer))
        return _Said(Outcome.ANSWERED, reply)

    async def _with_status(self, reply: Reply, localizer: Localizer) -> Reply:
        more = [block for blocks in self._status for block in await blocks(localizer)]
        return replace(reply, document=replace(reply.document, blocks=(*reply.document.blocks, *more)))

    async def _asks(self, incoming: Incoming, role: Role | None, at: datetime) -> bool:
        """Whether what is said in private while something is being written is a question, in all of its words."""
        content = incoming.content
        if role is None or not incoming.private or "\n" in incoming.text or (content and content.pictures):
            return False
        try:
            vocabulary = (await self._answering.snapshot(at)).vocabulary(role)
            return isinstance(understand(incoming.text, vocabulary, at), Request)
        except UserError:
            return False

    async def _ordered(self, incoming: Incoming, at: datetime) -> _Said:
        """An order, carried out. All of the operators' chat sees what was done."""
        config = self._config
        ours = f"{incoming.platform}:{incoming.chat}" in config.operators.chats
        localizer = self._answering.localizer((ours and config.operators.language) or self._languages.of(incoming), at)
        try:
            return _Said(
                Outcome.ANSWERED, replies.sentence(await self._orders.carry_out(incoming), localizer, quiet=False)
            )
        except UserError as error:
            return _Said(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))

    def _fault(self, incoming: Incoming) -> _Said:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s", reference)
        localizer = self._answering.localizer(self._languages.of(incoming), self._clock())
        return _Said(Outcome.FAILED, replies.sentence(replies.fault(reference), localizer), f"ref {reference}")
