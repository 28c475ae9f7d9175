"""The draft: an issue as readers will see it, in the editors' chats before it is due, and the question under it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.delivery.model import Publication, Target, period_key
from bot.editorial import draft_store, notices, publications
from bot.editorial.approvals import DECIDABLE, tell_void
from bot.editorial.draft_store import DraftRow
from bot.editorial.model import DraftStatus
from bot.editorial.publications import PublicationPreview, Upcoming
from bot.project import Project
from bot.schedule import runs
from bot.schedule.jobs import Job
from bot.schedule.runner import RETRY, Draft, PublicationPoster, RunNotifier
from bot.state.store import State
from digests.document import Document
from digests.stories import Story
from metrics.periods import Period
from warehouse.messages import Message, UserError

LOG = logging.getLogger(__name__)
_Looked = tuple[Upcoming, DraftRow | None, DraftRow | None, tuple[Story, ...]]
"""The coming issue, its newest draft, the one whose approval just turned out to be void, and its columns."""


class DraftWriter(Protocol):
    """Whoever composes a digest."""

    async def draft(
        self,
        job: Job,
        period: Period,
        *,
        complete: bool,
        late_since: datetime | None,
        stories: Sequence[Story] | None = None,
    ) -> Draft:
        """Raises UserError for what must be mended first."""
        ...


class Drafts:
    """The drafts of the posts that editors approve. Ticks never raise."""

    def __init__(
        self,
        project: Project,
        state: State,
        jobs: Sequence[Job],
        poster: PublicationPoster,
        printed: PublicationPreview,
        editors: RunNotifier,
        desk: DraftWriter,
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        self._state, self._poster, self._printed, self._editors, self._desk = state, poster, printed, editors, desk
        self._clock, self._works, self._say = project.clock, works, project.localizer.say
        self._jobs = {job.key: job for job in jobs if job.approval}
        self._locks = {key: asyncio.Lock() for key in self._jobs}
        self._tried: dict[str, datetime] = {}
        parted = [chat.partition(":") for chat in project.config.editorial.chats]
        self._targets = [Target(platform, Address(chat)) for platform, _, chat in parted]

    def retry_now(self) -> None:
        """Try again at once what could not be made."""
        self._tried.clear()

    async def tick(self) -> None:
        """Make the drafts that are due, and those in place of what changed."""
        await asyncio.gather(*(self._attend(job) for job in self._jobs.values()))

    async def _attend(self, job: Job) -> None:
        lock = self._locks[job.key]
        if lock.locked():
            return
        async with lock:
            try:
                await self._work(job, self._clock(), self._desk)
            except Exception:
                LOG.exception("the draft of %s", job.key)

    async def _work(self, job: Job, now: datetime, desk: DraftWriter) -> None:
        for number in await self._state.run(draft_store.closed_drafts, job.key, DECIDABLE):
            await self._editors.over(notices.episode(number))

        def looked(connection: sa.Connection) -> _Looked | None:
            coming = publications.coming(connection, job, now)
            draft_at = job.draft_at(coming.due) if coming else None
            if not self._works(connection) or coming is None or draft_at is None or now < draft_at:
                return None
            run = runs.found(connection, job.key, coming.due.at)
            if run and run.status not in DECIDABLE:
                return None
            draft, void = self._printed.newest(connection, job, period_key(coming.period), now)
            return coming, draft, void, self._printed.stories(connection, job, coming.period)

        found = await self._state.run(looked)
        if found is None:
            return
        coming, draft, void, stories = found
        await tell_void(self._editors, void)
        if draft is None or draft.status is DraftStatus.VOID:
            if draft:  # also where it became void only now: what is superseded is asked about no more
                await self._editors.over(notices.episode(draft.id))
            due = coming.due.at <= now and job.approval is not None and job.approval.otherwise == "figures"
            if not due:  # when it is due without any, the rule has it
                await self._make(job, coming, stories, now, desk)
        elif draft.status is DraftStatus.MAKING:
            made = await self._composed(job, coming, draft_store.unflat(draft.columns), now, desk)
            if made:
                await self._show(job, coming, draft, made[0])
        elif draft.status is DraftStatus.OPEN:
            await self._ask(job, coming, draft)

    async def _make(
        self, job: Job, coming: Upcoming, stories: Sequence[Story], now: datetime, desk: DraftWriter
    ) -> None:
        made = await self._composed(job, coming, stories, now, desk)
        if made is None:
            return
        document, gaps = made

        def added(connection: sa.Connection) -> DraftRow | None:
            run = runs.found(connection, job.key, coming.due.at)
            if not self._works(connection) or (run and run.status not in DECIDABLE):
                return None  # decided meanwhile
            key, period = coming.key, period_key(coming.period)
            columns = draft_store.flat(stories)
            status = DraftStatus.MAKING
            return draft_store.add(connection, job.key, period, key.digest, coming.due.at, status, columns, gaps, now)

        if draft := await self._state.run(added):
            await self._show(job, coming, draft, document)

    async def _composed(
        self, job: Job, coming: Upcoming, stories: Sequence[Story], now: datetime, desk: DraftWriter
    ) -> tuple[Document, str | None] | None:
        """The digest with its gaps marked, and the gaps in words; None, if it cannot be made now."""
        tried = self._tried.get(job.key)
        if tried is not None and now - tried < RETRY:
            return None
        try:
            made = await desk.draft(job, coming.period, complete=False, late_since=None, stories=stories)
        except UserError as error:
            reason = error.message
        except Exception:
            reference = secrets.token_hex(2)
            LOG.exception("ref %s", reference)
            reason = notices.fault(reference)
        else:
            self._tried.pop(job.key, None)
            await self._editors.over(f"no draft {job.key}")
            assert made.document is not None
            return made.document, "; ".join(map(self._say, made.gaps)) or None
        self._tried[job.key] = now
        await self._editors.tell(f"no draft {job.key}", notices.no_draft(job.key, coming.due.at, reason))
        return None

    async def _show(self, job: Job, coming: Upcoming, draft: DraftRow, document: Document) -> None:
        """Post it into the editors' chats; then ask."""
        issue = Publication(f"draft:{job.key}"[:64], f"{draft.period} v{draft.version}", document)
        await self._poster.post(issue, self._targets)
        now = self._clock()
        if await self._state.run(draft_store.move, draft, DraftStatus.OPEN, now):
            await self._ask(job, coming, draft)

    async def _ask(self, job: Job, coming: Upcoming, draft: DraftRow) -> None:
        """The message with the buttons."""
        text, actions = notices.question(draft, job, coming)
        await self._editors.tell(notices.episode(draft.id), text, actions(self._say))


def standing(connection: sa.Connection, jobs: Sequence[Job], now: datetime) -> dict[str, Message]:
    """How the coming issue of each post stands with its editors."""
    found: dict[str, Message] = {}
    for job in jobs:
        coming = publications.coming(connection, job, now) if job.approval else None
        draft_at = job.draft_at(coming.due) if coming else None
        if coming is None or draft_at is None:
            continue
        draft = draft_store.latest(connection, job.key, period_key(coming.period))
        found[job.key] = notices.standing(draft, draft_at)
    return found
