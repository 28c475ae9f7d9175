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

from bot.access import Access, Role
from bot.answering import sentences
from bot.answering.board import Board, Boards
from bot.answering.kept import Kept
from bot.answering.limits import Allowance, Throttle
from bot.answering.replying import rated, replied, warm_up
from bot.answering.tongue import Tongues
from bot.answering.vitals import Vitals
from bot.commands.parse import Unclear, understand
from bot.contests.ledger import read_ledger
from bot.contests.posts import spec_for
from bot.heard import Heard, Reply
from bot.orders import Orders, is_order
from bot.project import Project
from bot.state.questions import Asked, Outcome, first_time, forget, record
from bot.state.store import State
from digests.document import Block, Document
from digests.enquiry import Rating, Request, Shape, Verb
from digests.wording import Words
from metrics.periods import to_local
from warehouse.messages import Mistake, Unreadable

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_TALK = (Outcome.UNCLEAR, Outcome.REFUSED, Outcome.THROTTLED)
"""What is said where nobody named us, and comes to this, is people's own talk: nothing is said, nor written down."""
_WAITING = 50
"""So many questions may wait for each worker; more are told to come back."""


@dataclass(frozen=True)
class _Said:
    """A reply, and what the audit log says of it."""

    outcome: Outcome
    reply: Reply | None
    detail: str | None = None


@dataclass(frozen=True)
class Asking:
    """Somebody whom we know, asking at a moment: as whom, in which language, and of which state of things."""

    heard: Heard
    role: Role
    words: Words
    board: Board


Status = Callable[[Words], Awaitable[tuple[Block, ...]]]
Command = Callable[[Asking], Awaitable[Reply | None]]
"""Something besides questions that people say to the bot; None: it is something else. Raises Mistake."""


async def _nothing_more(_: Words) -> tuple[Block, ...]:
    return ()


class Desk(Protocol):
    """Whoever takes what is written for an issue. Raises Mistake for what cannot be."""

    async def awaits(self, heard: Heard) -> bool:
        """Whether it is the next message of a dialogue. Never raises."""
        ...

    async def take(self, heard: Heard, words: Words) -> Reply | None:
        """What to answer to the next message of a dialogue, if anything."""
        ...

    async def answer(self, heard: Heard, words: Words) -> Reply | None:
        """The reply to a command of the desk; None for what is none."""
        ...


class Answering:
    """Answers whatever channels hear. Calling it never raises."""

    def __init__(self, project: Project, state: State, clock: Callable[[], datetime]) -> None:
        self._project = project
        self._state = state
        self._clock = clock
        self.status: Status = _nothing_more
        """What /status says beside how fresh the records are."""
        self.desk: Desk | None = None
        """Who takes columns, and what editors decide."""
        self.commands: list[Command] = []
        """What is heard before it is read as a question."""
        self.access = Access(project.config)
        self.orders = Orders(project.config, self.access)
        self.vitals = Vitals()
        self._boards = Boards(project)
        self._kept = Kept()
        self._kept_of: Board | None = None
        self._throttle = Throttle(project.config.questions.per_minute)
        self._tongues = Tongues(project.config)
        self._albums: dict[str, str] = {}
        """The last one of each chat."""
        self._workers = ThreadPoolExecutor(project.config.questions.workers, thread_name_prefix="question")

    async def ready(self) -> None:
        """Load what the first question needs. Raises Mistake if the configuration and the records do not fit.

        Records that cannot be read stop nobody: people hear so when they ask, and operators before that.
        """
        with suppress(SQLAlchemyError):
            await self._state.run(lambda connection: forget(connection, self._clock()))
        try:
            board = await self._off_loop(lambda: self._boards.current(self._clock()))
        except Unreadable as unreadable:
            self.vitals.unreadable = unreadable
            return
        self.access.check_lines(board.centre)
        _ = self._project.config.checked_contests
        warming = self._workers.submit(warm_up, board)
        warming.add_done_callback(_tell_failure)

    async def __call__(self, heard: Heard) -> Reply | None:
        began, at = time.perf_counter(), self._clock()
        of_one_album = heard.album is not None and self._albums.get(heard.chat) == heard.album
        if heard.album:
            self._albums[heard.chat] = heard.album
        if not heard.text and heard.content and (of_one_album or not heard.private) and not await self._awaited(heard):
            return None  # people show each other pictures; an album is answered once
        try:
            if not await self._is_news(heard, at):
                return None
            said = await self._said(heard, at)
        except Exception:
            said = self._fault(heard)
        took_ms = round((time.perf_counter() - began) * 1000)
        asked = Asked(heard, at, said.outcome, took_ms, said.detail)
        if heard.aside and said.outcome in _TALK:
            return None
        self.vitals.said(said.outcome, said.detail)
        try:
            await self._state.run(lambda connection: record(connection, asked))
            self.vitals.unwritten = False
        except Exception:
            self.vitals.unwritten = True
            LOG.exception("the audit log could not be written")
        return said.reply

    def close(self) -> None:
        """Let the workers finish what they do."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _awaited(self, heard: Heard) -> bool:
        """Whether it is the next message of what somebody writes for an issue."""
        return self.desk is not None and await self.desk.awaits(heard)

    async def _is_news(self, heard: Heard, at: datetime) -> bool:
        """Whether this was not heard before; while nothing can be remembered, everything is news."""
        try:
            return await self._state.run(lambda connection: first_time(connection, heard, at))
        except SQLAlchemyError as error:
            LOG.error("what was heard cannot be remembered: %s", type(error).__name__)
            return True

    async def _said(self, heard: Heard, at: datetime) -> _Said:
        role, language = self.access.role(heard), self._tongues.of(heard)
        words = self.words(language, at)
        between = False
        try:
            if self.desk and await self.desk.awaits(heard):
                between = await self._asks(heard, role, at)
                if not between:
                    # However many within a minute: pictures come by the dozen.
                    return _Said(Outcome.ANSWERED, await self.desk.take(heard, words))
        except Mistake as mistake:
            return _Said(Outcome.REFUSED, sentences.sentence(mistake.message, words), str(mistake))
        allowance = self._throttle.ask(f"{heard.platform}:{heard.person}", time.monotonic())
        if allowance is not Allowance.GRANTED:
            spent = sentences.spent(self._project.config.questions.per_minute)
            told = sentences.sentence(spent, words) if allowance is Allowance.SPENT else None
            return _Said(Outcome.THROTTLED, told)
        if is_order(heard.text):
            return await self._ordered(heard, at)
        try:
            if self.desk and not (heard.aside or between) and (reply := await self.desk.answer(heard, words)):
                return _Said(Outcome.ANSWERED, reply)
        except Mistake as mistake:
            return _Said(Outcome.REFUSED, sentences.sentence(mistake.message, words), str(mistake))
        if role is None:
            return _Said(Outcome.REFUSED, sentences.sentence(sentences.stranger(heard), words), "unknown")
        if not heard.text and heard.content:
            return _Said(Outcome.UNCLEAR, sentences.sentence(sentences.NO_WORDS, words))
        try:
            asking = Asking(heard, role, words, await self.board(at))
            for command in self.commands:
                if done := await command(asking):
                    return _Said(Outcome.ANSWERED, done)
            vocabulary = asking.board.vocabulary(role)
            request = understand(heard.text, vocabulary, at)
            if isinstance(request, Unclear):
                return _Said(Outcome.UNCLEAR, sentences.unclear(request, vocabulary, words))
            if request is None:
                return _Said(Outcome.UNCLEAR, sentences.sentence(sentences.NOTHING_ASKED, words))
            reply = await self.answer(asking, request)
            if between:
                reply = sentences.between(reply, words)
        except Mistake as mistake:
            if isinstance(mistake, Unreadable):
                self.vitals.unreadable = mistake
            return _Said(Outcome.REFUSED, sentences.sentence(mistake.message, words), str(mistake))
        except TimeoutError:
            return _Said(Outcome.LATE, sentences.sentence(sentences.LATE, words))
        return _Said(Outcome.ANSWERED, reply)

    async def answer(self, asking: Asking, request: Request) -> Reply:
        """What is said to a request. Raises Mistake for what cannot be asked, or not by them; TimeoutError."""
        board, role, words = asking.board, asking.role, asking.words
        if request.verb is Verb.RATING:
            return await self._rating(asking, request)
        if request.verb is Verb.HELP and not self.access.may_subscribe(asking.heard):
            role = replace(role, subscribe="none")  # what is not open here is not told of
        key = (board, request, role, words.language)
        document = await self._document(board, key, lambda: replied(board, request, role, words))
        if request.verb is Verb.STATUS:  # not kept: it moves while the records stand still
            document = replace(document, blocks=(*document.blocks, *await self.status(words)))
        enquiry = request.enquiry
        return Reply(document, beside=enquiry is not None and enquiry.shape is Shape.XLSX)

    async def _asks(self, heard: Heard, role: Role | None, at: datetime) -> bool:
        """Whether what is said in private while something is being written is a question, in all of its words."""
        content = heard.content
        if role is None or not heard.private or "\n" in heard.text or (content and content.pictures):
            return False
        try:
            vocabulary = (await self.board(at)).vocabulary(role)
            return isinstance(understand(heard.text, vocabulary, at), Request)
        except Mistake:
            return False

    async def board(self, at: datetime) -> Board:
        """The state of things at a moment. Raises Mistake if the records cannot be read."""
        return await self._off_loop(lambda: self._boards.current(at))

    def asking(self, heard: Heard, language: str, board: Board, at: datetime) -> Asking | None:
        """Somebody who asks without having spoken just now; None, if nobody knows them here any more."""
        role = self.access.role(heard)
        return Asking(heard, role, self.words(language, at), board) if role else None

    async def work(self, work: Callable[[], _T]) -> _T:
        """Have something computed by the workers. Raises TimeoutError where it takes longer than a question may."""
        return await asyncio.wait_for(self._off_loop(work), self._project.config.questions.timeout_s)

    async def _ordered(self, heard: Heard, at: datetime) -> _Said:
        """An order, carried out. All of the operators' chat sees what was done."""
        config = self._project.config
        ours = f"{heard.platform}:{heard.chat}" in config.operators.chats
        words = self.words((ours and config.operators.language) or self._tongues.of(heard), at)
        try:
            return _Said(Outcome.ANSWERED, sentences.sentence(await self.orders.carry_out(heard), words, quiet=False))
        except Mistake as mistake:
            return _Said(Outcome.REFUSED, sentences.sentence(mistake.message, words), str(mistake))

    async def _rating(self, asking: Asking, request: Request) -> Reply:
        """A contest's rating, from the records and what the state holds of it; one's own part is for oneself."""
        heard, role, words, board = asking.heard, asking.role, asking.words, asking.board
        asked = request.rating or Rating()
        spec = spec_for(self._project.config, board.centre, board.project.now, asked.contest)
        ledger = await self._state.run(lambda connection: read_ledger(connection, spec.key))
        agent = self.access.agent(heard) if asked.of else None
        key = (board, request, role, words.language, ledger, agent, heard.private)

        def make() -> Document:
            return rated(board, spec, request, role, words, ledger=ledger, agent=agent, pressable=heard.private)

        return Reply(await self._document(board, key, make), quiet=asked.of is not None)

    async def _document(self, board: Board, key: Hashable, make: Callable[[], Document]) -> Document:
        """The answer, within the time a question may take; too many waiting count as too late at once."""
        limits = self._project.config.questions
        if board is not self._kept_of:
            self._kept.clear()
            self._kept_of = board
        if self._kept.making >= limits.workers * _WAITING:
            raise TimeoutError
        making = self._kept.get(key, lambda: self._off_loop(make))
        return await asyncio.wait_for(making, limits.timeout_s)

    def _fault(self, heard: Heard) -> _Said:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s", reference)
        words = self.words(self._tongues.of(heard), self._clock())
        return _Said(Outcome.FAILED, sentences.sentence(sentences.fault(reference), words), f"ref {reference}")

    def words(self, language: str, at: datetime) -> Words:
        """A reader's words at a moment."""
        zone = self._project.timezone
        return Words(language, zone, to_local(at, zone).date())

    async def _off_loop(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)


def _tell_failure(warming: Future[None]) -> None:
    if not warming.cancelled() and (error := warming.exception()):
        LOG.warning("not everything could be made ready: the first questions take longer", exc_info=error)
