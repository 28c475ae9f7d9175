"""What the schedule needs of other rooms: somebody who posts, and somebody who tells the operators."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from bot.delivery.model import Publication, Target, period_key
from bot.schedule import notices, runs
from bot.schedule.jobs import Job
from bot.schedule.rules import Due, due_between
from bot.schedule.runs import Run, RunStatus
from bot.state import backups
from bot.state.backups import Restore
from bot.state.store import State
from digests.document import Action, Document
from digests.snapshot import PostedReport
from metrics.periods import Period, parse, to_local
from warehouse.messages import Message, UserError


class PublicationPoster(Protocol):
    """Posts an issue into chats, each once; one that was begun before goes on where it stopped."""

    async def post(self, issue: Publication, targets: Sequence[Target], *, late: bool = False) -> Any:
        """Return when every target has an end, of whatever kind; the ledger knows which."""
        ...


class RunNotifier(Protocol):
    """The people who keep it running, in their chats. Telling them never raises."""

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Once per episode."""
        ...

    async def over(self, episode: str) -> None:
        """The episode is over: its next time is told again."""
        ...


class Editors(Protocol):
    """The people who approve what is posted."""

    async def objection(self, job: Job, run: Run) -> Message | None:
        """Why an issue that is due is not to be posted now; None, if it may be."""
        ...

    def allows(self, connection: sa.Connection, job: Job, run: Run) -> bool:
        """Whether nothing was decided since there was no objection: asked in the transaction that begins to post."""
        ...


LOG = logging.getLogger(__name__)
RETRY = timedelta(minutes=15)
GRACE = timedelta(minutes=5)
"""What begins so soon after its time is not late."""
MOST_MISSED = 100
"""Of a long absence so many missed times are written down."""


@dataclass(frozen=True)
class Draft:
    """An issue as it could be posted now."""

    gaps: tuple[Message, ...]
    """What is missing or cannot be right."""
    document: Document | None
    """With its gaps and its lateness marked; None where it was to be complete and is not."""
    possible: bool = True
    """Whether there could be a document at all, were the gaps put up with."""
    instead: Mapping[Target, Document] = field(default_factory=dict)
    """What some chats get in its place, since they may see less."""
    memo: str | None = None
    """What whoever wrote it wants to know of it once it is posted."""
    posted: PostedReport | None = None
    """Of a digest, what is kept to compare it with later records."""
    as_of: datetime | None = None
    """What its figures are complete to, UTC."""

    def editions(self, targets: Sequence[Target]) -> list[tuple[Document, tuple[Target, ...]]]:
        """Each document with the chats that get it."""
        documents = {id(each): each for each in (self.document, *self.instead.values()) if each}
        chats = {target: self.instead.get(target, self.document) for target in targets}
        shared = [(each, tuple(one for one in targets if chats[one] is each)) for each in documents.values()]
        return [(document, each) for document, each in shared if each]


class Drafter(Protocol):
    """Whoever writes the issues of one kind. Raises UserError for what must be mended first."""

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        """An issue; `complete`: none, if it has gaps. `late_since` is when it was due, if that is to be said."""
        ...


class DraftSource(Drafter, Protocol):
    """Whoever writes all of them."""

    def rests(self, connection: sa.Connection, job: Job) -> Message | None:
        """Why there is nothing more to write for a job; None if there is."""
        ...


class Runner:
    """Runs the jobs. Nothing it does raises."""

    def __init__(
        self,
        jobs: Sequence[Job],
        state: State,
        desk: DraftSource,
        poster: PublicationPoster,
        operators: RunNotifier,
        clock: Callable[[], datetime],
        say: Callable[[Message], str] = str,
        works: Callable[[sa.Connection], bool] = lambda _: True,
        editors: Editors | None = None,
    ) -> None:
        """`say` puts reasons into the centre's language; `works` tells in a transaction whether this process may.

        `editors` are asked about the posts that they approve.
        """
        self.jobs = tuple(jobs)
        self._jobs = {job.key: job for job in jobs}
        self._state, self._desk, self._poster, self._operators = state, desk, poster, operators
        self._clock, self._say, self._works, self._editors = clock, say, works, editors
        self._locks = {job.key: asyncio.Lock() for job in jobs}
        self._tried: dict[int, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Do what is due. Jobs do not wait for each other; one that is at work is left alone."""
        await asyncio.gather(*(self._attend(job) for job in self._jobs.values()))

    def retry_now(self) -> None:
        """Try again at once what was tried a short while ago: something was decided."""
        self._tried.clear()

    async def decide(self, run_id: int, *, publish: bool, who: str) -> Message:
        """An operator's decision on a run that is kept; what to answer."""
        now = self._clock()

        def decided(connection: sa.Connection) -> tuple[Run | None, bool]:
            run = runs.by_id(connection, run_id)
            if run is None or run.status is not RunStatus.KEPT:
                return run, False
            status = RunStatus.POSTING if publish else RunStatus.DROPPED
            return run, runs.move(connection, run, status, now, reason=run.reason, decided_by=who)

        run, moved = await self._state.run(decided)
        if run is None or run.job not in self._jobs:
            return notices.no_such_run(run_id)
        if not moved:
            return notices.decided_before(run)
        self._tried.pop(run.id, None)
        await self._operators.over(notices.episode("kept", run))
        if publish:
            task = asyncio.ensure_future(self._attend(self._jobs[run.job]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return notices.decision(run, publish)

    async def _attend(self, job: Job) -> None:
        lock = self._locks[job.key]
        if lock.locked():
            return
        async with lock:
            try:
                await self._work(job, self._clock())
            except Exception:
                LOG.exception("the job %s", job.key)

    async def _work(self, job: Job, now: datetime) -> None:
        due = job.newest(now)
        if due is None:
            return
        run, passed = await self._state.run(self._current, job, due, now)
        if missed := [each for each, forgotten in passed if not forgotten]:
            await self._operators.tell(notices.episode("missed", missed[-1]), notices.missed(missed))
        for each, _ in passed:
            for kind in ("held", "kept"):
                await self._operators.over(notices.episode(kind, each))
        if run and run.status is RunStatus.KEPT:
            await self._ask(run, notices.waits(run))  # who was asked before hears nothing new
        if run is None or self._rests(job, run, now):
            return
        if run.status is not RunStatus.POSTING and now - run.due_at > job.window:
            await self._miss(job, run, now)
        elif run.status is RunStatus.POSTING or not await self._objected(job, run, now):
            self._tried[run.id] = now
            await self._try(job, run, now)

    async def _ask(self, run: Run, text: Message) -> None:
        await self._operators.tell(notices.episode("kept", run), text, notices.decisions(run, self._say))

    def _current(
        self, connection: sa.Connection, job: Job, due: Due, now: datetime
    ) -> tuple[Run | None, list[tuple[Run, bool]]]:
        """The run to look after, if it has no end yet, and those that just turned out to be missed, as `_missed`."""
        if not self._works(connection):
            return None, []
        known = runs.newest(connection, job.key)
        if known and known.due_at >= due.at:  # later: the clock was put back, or the schedule
            return (known if known.status in runs.OPEN else None), []
        if self._desk.rests(connection, job):
            return None, []
        period = period_key(job.period(due))
        if known is None and now - due.at > job.window:
            # Of a job that is new nothing was missed.
            runs.add(connection, job.key, due.at, period, now, RunStatus.MISSED, self._say(notices.NEW))
            return None, []
        restore = backups.latest_restore(connection)
        missed = self._missed(connection, job, known, due, restore, now)
        if restore and restore.forgets(due.at):
            reason = self._say(notices.in_doubt(restore.known_to))
            return runs.add(connection, job.key, due.at, period, now, RunStatus.KEPT, reason, late=True), missed
        return runs.add(connection, job.key, due.at, period, now), missed

    def _missed(
        self, connection: sa.Connection, job: Job, known: Run | None, due: Due, restore: Restore | None, now: datetime
    ) -> list[tuple[Run, bool]]:
        """The runs before the newest that will not be made any more; of each, whether a restore forgot of it."""
        missed = []
        for each in runs.open_before(connection, job.key, due.at):
            forgotten = restore is not None and each.at == restore.restored_at
            reason = self._say(notices.FORGOTTEN if forgotten else notices.NEWER)
            runs.move(connection, each, RunStatus.MISSED, now, reason=reason)
            missed.append((each, forgotten))
        for skipped in _skipped(job, known, due) if known else ():
            forgotten = restore is not None and restore.forgets(skipped.at)
            reason = self._say(notices.FORGOTTEN if forgotten else notices.AWAY)
            about = period_key(job.period(skipped))
            run = runs.add(connection, job.key, skipped.at, about, now, RunStatus.MISSED, reason)
            missed.append((run, forgotten))
        return missed

    def _rests(self, job: Job, run: Run, now: datetime) -> bool:
        """Whether it was tried a short while ago, and its deadline has not come since."""
        if run.status is RunStatus.KEPT:
            return True
        tried = self._tried.get(run.id)
        if tried is None or not timedelta() <= now - tried < RETRY:
            return False
        return not tried < run.due_at + job.deadline <= now

    async def _objected(self, job: Job, run: Run, now: datetime) -> bool:
        """Whether the editors are still to approve it: then it is kept until they do, or the operators decide."""
        why = await self._editors.objection(job, run) if self._editors else None
        if why is None:
            return False
        if await self._moved(run, RunStatus.KEPT, now, reason=self._say(why)):
            await self._operators.over(notices.episode("held", run))
            await self._ask(run, notices.unapproved(run, why))
        return True

    async def _miss(self, job: Job, run: Run, now: datetime) -> None:
        reason = self._say(notices.window_over(job.window))
        if await self._state.run(self._works):
            # First said: what is written down as missed is not looked at again.
            await self._operators.tell(notices.episode("missed", run), notices.window_missed(run, job.window))
            await self._moved(run, RunStatus.MISSED, now, reason=run.reason or reason)
            await self._operators.over(notices.episode("held", run))

    async def _try(self, job: Job, run: Run, now: datetime) -> None:
        late = run.late or (run.status is RunStatus.WAITING and now - run.due_at > GRACE)
        begun = run.status is RunStatus.POSTING
        patient = not begun and now < run.due_at + job.deadline
        complete = not begun and (patient or job.on_gaps == "keep")
        draft = await self._draft(job, run, complete, late)
        gaps = "; ".join(map(self._say, draft.gaps)) or None
        if draft.document is not None:
            await self._post(job, run, draft, gaps, late, now)
        elif draft.possible and not patient:
            if await self._moved(run, RunStatus.KEPT, now, reason=gaps, late=late):
                await self._operators.over(notices.episode("held", run))
                await self._ask(run, notices.awaiting_decision(run, gaps or ""))
        elif await self._moved(run, run.status if begun else RunStatus.HELD, now, reason=gaps, late=late):
            until = run.due_at + (job.deadline if patient else job.window)
            await self._operators.tell(notices.episode("held", run), notices.held(run, gaps or "", until))

    async def _draft(self, job: Job, run: Run, complete: bool, late: bool) -> Draft:
        period = parse(run.period, job.calendar.timezone)
        try:
            return await self._desk.draft(job, period, complete=complete, late_since=run.due_at if late else None)
        except UserError as error:
            return Draft((error.message,), None, possible=False)
        except Exception:
            reference = secrets.token_hex(2)
            LOG.exception("ref %s", reference)
            return Draft((notices.fault(reference),), None, possible=False)

    async def _post(self, job: Job, run: Run, draft: Draft, gaps: str | None, late: bool, now: datetime) -> None:
        editors = self._editors if run.status is not RunStatus.POSTING else None
        allows = (lambda c: editors.allows(c, job, run)) if editors else None
        if not await self._moved(run, RunStatus.POSTING, now, reason=gaps, late=late, if_=allows):
            self._tried.pop(run.id, None)  # something was decided meanwhile
            return
        posts = [
            self._poster.post(
                Publication(job.subject, run.period, document, draft.as_of, draft.memo, draft.posted),
                targets,
                late=late,
            )
            for document, targets in draft.editions(job.targets)
        ]
        try:
            await asyncio.gather(*posts)
        except Exception:
            reference = secrets.token_hex(2)
            LOG.exception("ref %s", reference)
            await self._operators.tell(notices.episode("post", run), notices.not_posted(run, reference))
            return
        if gaps:
            await self._operators.tell(notices.episode("gaps", run), notices.with_gaps(run, gaps))
        await self._moved(run, RunStatus.POSTED, self._clock(), of=(RunStatus.POSTING,), reason=gaps)
        self._tried.pop(run.id, None)
        for kind in ("held", "post"):
            await self._operators.over(notices.episode(kind, run))

    async def _moved(
        self,
        run: Run,
        status: RunStatus,
        now: datetime,
        *,
        of: Sequence[RunStatus] = (),
        reason: str | None,
        late: bool | None = None,
        if_: Callable[[sa.Connection], bool] | None = None,
    ) -> bool:
        """Put a run into another state; not if another process works now, or somebody else was quicker."""

        def moved(connection: sa.Connection) -> bool:
            if not self._works(connection) or (if_ and not if_(connection)):
                return False
            return runs.move(connection, run, status, now, of=of, reason=reason, late=late)

        return await self._state.run(moved)


def _skipped(job: Job, known: Run, due: Due) -> list[Due]:
    """The times between the last run and the newest that came while nobody was there, the newest of them at most.

    None, where the last run is of another schedule than today's.
    """
    before = job.newest(known.due_at)
    if before is None or before.at != known.due_at:
        return []
    zone = job.calendar.timezone
    first, last = to_local(known.due_at, zone).date(), to_local(due.at, zone).date()
    between = due_between(job.rule, first, last, job.calendar)
    return [each for each in between if known.due_at < each.at < due.at][-MOST_MISSED:]
