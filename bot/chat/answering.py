"""One question's way: who asks, what is asked, the answer computed off the event loop, and a line in the audit log."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import replies
from bot.chat.access import Access, Allowance, LanguageMemory, Role, Throttle
from bot.chat.cache import AnswerCache
from bot.chat.health import AnswerHealth
from bot.chat.message import Incoming, Reply
from bot.chat.operator_commands import OperatorCommands, is_operator_command
from bot.chat.questions.parse import Unclear, understand
from bot.chat.replies import rated, replied, warm_up
from bot.chat.snapshot import Snapshot, Snapshots
from bot.contests.ledger import read_ledger
from bot.contests.posts import spec_for
from bot.project import Project
from bot.state.audit import AuditEntry, Outcome, first_time, forget, record
from bot.state.store import State
from digests.document import Block, Document
from digests.localizer import Localizer
from digests.request import Rating, Request, Shape, Verb
from metrics.periods import to_local
from warehouse.messages import Unreadable, UserError

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_TALK = (Outcome.UNCLEAR, Outcome.REFUSED, Outcome.THROTTLED)
"""What is said where nobody named us, and comes to this, is people's own talk: nothing is said, nor written down."""
_WAITING = 50
"""So many questions may wait for each worker; more are told to come back."""


@dataclass(frozen=True)
class _Outcome:
    """A reply, and what the audit log says of it."""

    outcome: Outcome
    reply: Reply | None
    detail: str | None = None


@dataclass(frozen=True)
class RequestContext:
    """Somebody whom we know, asking at a moment: as whom, in which language, and of which state of things."""

    incoming: Incoming
    role: Role
    localizer: Localizer
    snapshot: Snapshot


StatusBlocks = Callable[[Localizer], Awaitable[tuple[Block, ...]]]
Command = Callable[[RequestContext], Awaitable[Reply | None]]
"""Something besides questions that people say to the bot; None: it is something else. Raises UserError."""


async def _nothing_more(_: Localizer) -> tuple[Block, ...]:
    return ()


class EditorialInbox(Protocol):
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


class Answering:
    """Answers whatever channels hear. Calling it never raises."""

    def __init__(self, project: Project, state: State, clock: Callable[[], datetime]) -> None:
        self._project = project
        self._state = state
        self._clock = clock
        self.status: StatusBlocks = _nothing_more
        """What /status says beside how fresh the records are."""
        self.desk: EditorialInbox | None = None
        """Who takes columns, and what editors decide."""
        self.commands: list[Command] = []
        """What is heard before it is read as a question."""
        self.access = Access(project.config)
        self.orders = OperatorCommands(project.config, self.access)
        self.health = AnswerHealth()
        self._snapshots = Snapshots(project)
        self._kept = AnswerCache()
        self._kept_of: Snapshot | None = None
        self._throttle = Throttle(project.config.questions.per_minute)
        self._languages = LanguageMemory(project.config)
        self._albums: dict[str, str] = {}
        """The last one of each chat."""
        self._workers = ThreadPoolExecutor(project.config.questions.workers, thread_name_prefix="question")

    async def ready(self) -> None:
        """Load what the first question needs. Raises UserError if the configuration and the records do not fit.

        Records that cannot be read stop nobody: people hear so when they ask, and operators before that.
        """
        with suppress(SQLAlchemyError):
            await self._state.run(lambda connection: forget(connection, self._clock()))
        try:
            snapshot = await self._off_loop(lambda: self._snapshots.current(self._clock()))
        except Unreadable as unreadable:
            self.health.unreadable = unreadable
            return
        self.access.check_lines(snapshot.centre)
        _ = self._project.config.checked_contests
        warming = self._workers.submit(warm_up, snapshot)
        warming.add_done_callback(_tell_failure)

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
        self.health.said(said.outcome, said.detail)
        try:
            await self._state.run(lambda connection: record(connection, asked))
            self.health.unwritten = False
        except Exception:
            self.health.unwritten = True
            LOG.exception("the audit log could not be written")
        return said.reply

    def close(self) -> None:
        """Let the workers finish what they do."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _awaited(self, incoming: Incoming) -> bool:
        """Whether it is the next message of what somebody writes for an issue."""
        return self.desk is not None and await self.desk.awaits(incoming)

    async def _is_news(self, incoming: Incoming, at: datetime) -> bool:
        """Whether this was not heard before; while nothing can be remembered, everything is news."""
        try:
            return await self._state.run(lambda connection: first_time(connection, incoming, at))
        except SQLAlchemyError as error:
            LOG.error("what was heard cannot be remembered: %s", type(error).__name__)
            return True

    async def _said(self, incoming: Incoming, at: datetime) -> _Outcome:
        role, language = self.access.role(incoming), self._languages.of(incoming)
        localizer = self.localizer(language, at)
        between = False
        try:
            if self.desk and await self.desk.awaits(incoming):
                between = await self._asks(incoming, role, at)
                if not between:
                    # However many within a minute: pictures come by the dozen.
                    return _Outcome(Outcome.ANSWERED, await self.desk.take(incoming, localizer))
        except UserError as error:
            return _Outcome(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        allowance = self._throttle.ask(f"{incoming.platform}:{incoming.person}", time.monotonic())
        if allowance is not Allowance.GRANTED:
            spent = replies.spent(self._project.config.questions.per_minute)
            told = replies.sentence(spent, localizer) if allowance is Allowance.SPENT else None
            return _Outcome(Outcome.THROTTLED, told)
        if is_operator_command(incoming.text):
            return await self._ordered(incoming, at)
        try:
            if self.desk and not (incoming.aside or between) and (reply := await self.desk.answer(incoming, localizer)):
                return _Outcome(Outcome.ANSWERED, reply)
        except UserError as error:
            return _Outcome(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        if role is None:
            return _Outcome(Outcome.REFUSED, replies.sentence(replies.stranger(incoming), localizer), "unknown")
        if not incoming.text and incoming.content:
            return _Outcome(Outcome.UNCLEAR, replies.sentence(replies.NO_WORDS, localizer))
        try:
            context = RequestContext(incoming, role, localizer, await self.snapshot(at))
            for command in self.commands:
                if done := await command(context):
                    return _Outcome(Outcome.ANSWERED, done)
            vocabulary = context.snapshot.vocabulary(role)
            request = understand(incoming.text, vocabulary, at)
            if isinstance(request, Unclear):
                return _Outcome(Outcome.UNCLEAR, replies.unclear(request, vocabulary, localizer))
            if request is None:
                return _Outcome(Outcome.UNCLEAR, replies.sentence(replies.NOTHING_ASKED, localizer))
            reply = await self.answer(context, request)
            if between:
                reply = replies.between(reply, localizer)
        except UserError as error:
            if isinstance(error, Unreadable):
                self.health.unreadable = error
            return _Outcome(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))
        except TimeoutError:
            return _Outcome(Outcome.LATE, replies.sentence(replies.LATE, localizer))
        return _Outcome(Outcome.ANSWERED, reply)

    async def answer(self, context: RequestContext, request: Request) -> Reply:
        """What is said to a request. Raises UserError for what cannot be asked, or not by them; TimeoutError."""
        snapshot, role, localizer = context.snapshot, context.role, context.localizer
        if request.verb is Verb.RATING:
            return await self._rating(context, request)
        if request.verb is Verb.HELP and not self.access.may_subscribe(context.incoming):
            role = replace(role, subscribe="none")  # what is not open here is not told of
        key = (snapshot, request, role, localizer.language)
        document = await self._document(snapshot, key, lambda: replied(snapshot, request, role, localizer))
        if request.verb is Verb.STATUS:  # not kept: it moves while the records stand still
            document = replace(document, blocks=(*document.blocks, *await self.status(localizer)))
        selection = request.selection
        return Reply(document, beside=selection is not None and selection.shape is Shape.XLSX)

    async def _asks(self, incoming: Incoming, role: Role | None, at: datetime) -> bool:
        """Whether what is said in private while something is being written is a question, in all of its words."""
        content = incoming.content
        if role is None or not incoming.private or "\n" in incoming.text or (content and content.pictures):
            return False
        try:
            vocabulary = (await self.snapshot(at)).vocabulary(role)
            return isinstance(understand(incoming.text, vocabulary, at), Request)
        except UserError:
            return False

    async def snapshot(self, at: datetime) -> Snapshot:
        """The state of things at a moment. Raises UserError if the records cannot be read."""
        return await self._off_loop(lambda: self._snapshots.current(at))

    def context(self, incoming: Incoming, language: str, snapshot: Snapshot, at: datetime) -> RequestContext | None:
        """Somebody who asks without having spoken just now; None, if nobody knows them here any more."""
        role = self.access.role(incoming)
        return RequestContext(incoming, role, self.localizer(language, at), snapshot) if role else None

    async def work(self, work: Callable[[], _T]) -> _T:
        """Have something computed by the workers. Raises TimeoutError where it takes longer than a question may."""
        return await asyncio.wait_for(self._off_loop(work), self._project.config.questions.timeout_s)

    async def _ordered(self, incoming: Incoming, at: datetime) -> _Outcome:
        """An order, carried out. All of the operators' chat sees what was done."""
        config = self._project.config
        ours = f"{incoming.platform}:{incoming.chat}" in config.operators.chats
        localizer = self.localizer((ours and config.operators.language) or self._languages.of(incoming), at)
        try:
            return _Outcome(
                Outcome.ANSWERED, replies.sentence(await self.orders.carry_out(incoming), localizer, quiet=False)
            )
        except UserError as error:
            return _Outcome(Outcome.REFUSED, replies.sentence(error.message, localizer), str(error))

    async def _rating(self, context: RequestContext, request: Request) -> Reply:
        """A contest's rating, from the records and what the state holds of it; one's own part is for oneself."""
        incoming, role, localizer, snapshot = context.incoming, context.role, context.localizer, context.snapshot
        asked = request.rating or Rating()
        spec = spec_for(self._project.config, snapshot.centre, snapshot.project.now, asked.contest)
        ledger = await self._state.run(lambda connection: read_ledger(connection, spec.key))
        agent = self.access.agent(incoming) if asked.of else None
        key = (snapshot, request, role, localizer.language, ledger, agent, incoming.private)

        def make() -> Document:
            return rated(
                snapshot, spec, request, role, localizer, ledger=ledger, agent=agent, pressable=incoming.private
            )

        return Reply(await self._document(snapshot, key, make), quiet=asked.of is not None)

    async def _document(self, snapshot: Snapshot, key: Hashable, make: Callable[[], Document]) -> Document:
        """The answer, within the time a question may take; too many waiting count as too late at once."""
        limits = self._project.config.questions
        if snapshot is not self._kept_of:
            self._kept.clear()
            self._kept_of = snapshot
        if self._kept.making >= limits.workers * _WAITING:
            raise TimeoutError
        making = self._kept.get(key, lambda: self._off_loop(make))
        return await asyncio.wait_for(making, limits.timeout_s)

    def _fault(self, incoming: Incoming) -> _Outcome:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s", reference)
        localizer = self.localizer(self._languages.of(incoming), self._clock())
        return _Outcome(Outcome.FAILED, replies.sentence(replies.fault(reference), localizer), f"ref {reference}")

    def localizer(self, language: str, at: datetime) -> Localizer:
        """A reader's words at a moment."""
        zone = self._project.timezone
        return Localizer(language, zone, to_local(at, zone).date())

    async def _off_loop(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)


def _tell_failure(warming: Future[None]) -> None:
    if not warming.cancelled() and (error := warming.exception()):
        LOG.warning("not everything could be made ready: the first questions take longer", exc_info=error)
