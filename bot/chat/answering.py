"""Questions answered: as whom somebody asks; computed off the event loop, and kept while the data are the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cachetools import LRUCache
from sqlalchemy.exc import SQLAlchemyError

from bot.chat.access import FULL, Access, Role
from bot.chat.health import AnswerHealth
from bot.chat.message import Incoming, Reply
from bot.chat.own_words import OwnWords
from bot.chat.questions.text import Utterance
from bot.chat.replies import rated, replied, warm_up
from bot.chat.snapshot import Snapshot, Snapshots
from bot.contests.ledger import read_ledger
from bot.contests.posts import spec_for
from bot.project import Project
from bot.state import turns
from bot.state.audit import forget
from bot.state.store import State
from digests.document import Attachment, Document, Picture
from digests.localizer import Localizer
from digests.request import Rating, Request, Shape, Verb
from metrics.periods import to_local
from warehouse.messages import Unreadable

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_WAITING = 50
"""So many questions may wait for each worker; more are told to come back."""


@dataclass(frozen=True)
class RequestContext:
    """Somebody whom we know, asking at a moment: as whom, in which language, and of which state of things."""

    incoming: Incoming
    role: Role
    localizer: Localizer
    snapshot: Snapshot


class Answering:
    """Answers questions, whoever asks them: people in chats, subscriptions, alerts."""

    def __init__(self, project: Project, state: State, clock: Callable[[], datetime]) -> None:
        self._project = project
        self._state = state
        self._clock = clock
        self.access = Access(project.config)
        self._own_words = OwnWords(project.config.words, project.config.shifts)
        self.health = AnswerHealth()
        self._snapshots = Snapshots(project)
        self._cache = AnswerCache()
        self._kept_of: Snapshot | None = None
        self._workers = ThreadPoolExecutor(project.config.questions.workers, thread_name_prefix="question")

    async def ready(self) -> None:
        """Load what the first question needs. Raises UserError if the configuration and the records do not fit.

        Records that cannot be read stop nobody: people hear so when they ask, and operators before that.
        """
        with suppress(SQLAlchemyError):
            await self._state.run(forget, self._clock())
            await self._state.run(turns.forget, self._clock())
        try:
            snapshot = await self._off_loop(lambda: self._snapshots.current(self._clock()))
        except Unreadable as unreadable:
            self.health.unreadable = unreadable
            return
        self.access.check_lines(snapshot.centre)
        self._own_words.check(snapshot.vocabulary(FULL), to_local(self._clock(), self._project.timezone).date())
        _ = self._project.config.checked_contests
        warming = self._workers.submit(warm_up, snapshot)
        warming.add_done_callback(_tell_failure)

    def read(self, text: str, at: datetime) -> Utterance:
        """Return a text as it is read at an instant: with the centre's own words, by its clock."""
        return self._own_words.read(text, to_local(at, self._project.timezone))

    def close(self) -> None:
        """Let the workers finish what they do."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def answer(self, context: RequestContext, request: Request) -> Reply:
        """What is said to a request. Raises UserError for what cannot be asked, or not by them; TimeoutError."""
        snapshot, role, localizer = context.snapshot, context.role, context.localizer
        if request.verb is Verb.RATING:
            return await self._rating(context, request)
        key = (snapshot, request, role, localizer.language)
        document = await self._document(snapshot, key, lambda: replied(snapshot, request, role, localizer))
        selection = request.selection
        return Reply(document, beside=selection is not None and selection.shape is Shape.XLSX)

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

    async def _rating(self, context: RequestContext, request: Request) -> Reply:
        """A contest's rating, from the records and what the state holds of it; one's own part is for oneself."""
        incoming, role, localizer, snapshot = context.incoming, context.role, context.localizer, context.snapshot
        asked = request.rating or Rating()
        spec = spec_for(self._project.config, snapshot.centre, snapshot.project.now, asked.contest)
        ledger = await self._state.run(read_ledger, spec.key)
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
            self._cache.clear()
            self._kept_of = snapshot
        if self._cache.making >= limits.workers * _WAITING:
            raise TimeoutError
        making = self._cache.get(key, lambda: self._off_loop(make))
        return await asyncio.wait_for(making, limits.timeout_s)

    def localizer(self, language: str, at: datetime) -> Localizer:
        """A reader's words at a moment."""
        return self._project.localizer_of(language, to_local(at, self._project.timezone).date())

    async def _off_loop(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)


def _tell_failure(warming: Future[None]) -> None:
    if not warming.cancelled() and (error := warming.exception()):
        LOG.warning("not everything could be made ready: the first questions take longer", exc_info=error)


BUDGET = 24 * 2**20
"""Bytes of pictures and files that are kept."""
_WORDS = 4096
"""What the text of an answer is taken to weigh."""


class AnswerCache:
    """Documents by what was asked. A document that is being made is awaited by all who ask for it meanwhile."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._ready: LRUCache[Hashable, Document] = LRUCache(budget, weight)
        self._making: dict[Hashable, asyncio.Task[Document]] = {}

    @property
    def making(self) -> int:
        """How many documents are being made."""
        return len(self._making)

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Document]]) -> Document:
        """The document of a key. It goes on being made where who asked stops waiting. Raises what `make` raises."""
        if ready := self._ready.get(key):
            return ready
        if key not in self._making:
            task = asyncio.ensure_future(self._made(key, make))
            self._making[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(self._making[key])

    def clear(self) -> None:
        """Forget what is ready: the data are others now."""
        self._ready.clear()

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Document]]) -> Document:
        document = await make()
        with suppress(ValueError):  # heavier than all that may be kept
            self._ready[key] = document
        return document

    def _over(self, key: Hashable, done: asyncio.Task[Document]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # told to whoever waited; nobody may have


def weight(document: Document) -> int:
    """Roughly how many bytes a document holds."""
    held = [_WORDS]
    for block in document.blocks:
        match block:
            case Picture(image=content) | Attachment(content=content):
                held.append(len(content))
            case _:
                pass
    return sum(held)
