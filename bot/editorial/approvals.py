"""What presses under a draft make of its issue, and whether an issue that is due may be posted.

The state is the truth. What was decided stands there before anything is posted, and the columns of an approved draft
are kept with it, so what is posted is what was approved.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.delivery.model import period_key
from bot.editorial import draft_store, notices, publications
from bot.editorial.draft_store import DraftRow
from bot.editorial.model import PUBLISHING, DraftStatus, Leave, Press, after, leave
from bot.editorial.publications import PublicationPreview, key_of
from bot.project import Project
from bot.schedule import runs
from bot.schedule.jobs import Job
from bot.schedule.notices import NEWER, episode
from bot.schedule.runner import RunNotifier
from bot.schedule.runs import Run, RunStatus
from bot.schedule.schedule import DecisionTrigger
from bot.state.store import State
from digests.stories import Story
from metrics.periods import Period, parse
from warehouse.messages import Message

LOG = logging.getLogger(__name__)
DECIDABLE = (RunStatus.WAITING, RunStatus.HELD, RunStatus.KEPT)
"""Runs that were not begun: about these, something can be decided."""


async def tell_void(editors: RunNotifier, draft: DraftRow | None) -> None:
    """Say that an approval is void, if it is."""
    if draft:
        await editors.tell(f"void {draft.id}", notices.void(draft))


class Approvals:
    """The editors' word on the posts that they approve."""

    def __init__(
        self,
        project: Project,
        state: State,
        jobs: Sequence[Job],
        printed: PublicationPreview,
        editors: RunNotifier,
        operators: RunNotifier,
        trigger: DecisionTrigger,
    ) -> None:
        """`trigger` has whatever is due now done: drafts and posts."""
        self._project, self._state, self._printed = project, state, printed
        self._editors, self._operators, self._trigger = editors, operators, trigger
        self._clock, self._say = project.clock, project.localizer.say
        self._jobs = {job.key: job for job in jobs if job.approval}
        self._left: dict[int, DraftStatus | None] = {}

    async def press(self, press: Press, number: int, by: str) -> Message | None:
        """A press under a draft; what to answer, None for Edit, which changes nothing yet."""
        now = self._clock()
        if press is Press.EDIT:
            await self._state.run(draft_store.add_press, number, press, by, now, taken=True)
            return None
        said, run = await self._state.run(self._pressed, press, number, by, now)
        if run and run.status is not RunStatus.KEPT:
            await self._operators.over(episode("kept", run))
        LOG.info("%s pressed %s under draft %d", by, press, number)
        self._trigger.fire()
        return said

    async def objection(self, job: Job, run: Run) -> Message | None:
        """Why an issue that is due is not to be posted now; None, if it may be."""
        if job.approval is None:
            return None
        otherwise, now = job.approval.otherwise, self._clock()

        def found(connection: sa.Connection) -> tuple[Leave, DraftRow | None, DraftRow | None]:
            draft, void = self._printed.newest(connection, job, run.period, now)
            left = leave(draft.status if draft else None, otherwise)
            if left is Leave.FIGURES:
                if draft is None:
                    draft = self._unseen(connection, job, run, now)
                draft_store.move(connection, draft, DraftStatus.FIGURES, now)
            return left, draft_store.latest(connection, job.key, run.period), void

        left, draft, void = await self._state.run(found)
        await tell_void(self._editors, void)
        self._left[run.id] = draft.status if draft else None
        if left is Leave.FIGURES:
            if draft:
                await self._editors.over(notices.episode(draft.id))
            text = notices.without_columns(job.key, run.due_at)
            await self._editors.tell(f"editors figures {job.key} {run.period}", text)
            await self._operators.tell(f"figures {job.key} {run.period}", text)
        if left is Leave.KEEP:
            await self._editors.tell(f"kept {job.key} {run.period}", notices.awaiting_approval(job.key, run.due_at))
            return notices.HELD if draft and draft.status is DraftStatus.HELD else notices.UNAPPROVED
        return None

    def allows(self, connection: sa.Connection, job: Job, run: Run) -> bool:
        """Whether nothing was decided since there was no objection: asked in the transaction that begins to post."""
        draft = draft_store.latest(connection, job.key, run.period) if job.approval else None
        return job.approval is None or self._left.get(run.id) == (draft.status if draft else None)

    async def columns(self, job: Job, period: Period) -> tuple[Story, ...]:
        """The columns that an issue is posted with."""

        def found(connection: sa.Connection) -> tuple[Story, ...]:
            draft = draft_store.latest(connection, job.key, period_key(period)) if job.approval else None
            if draft and draft.status in (DraftStatus.APPROVED, DraftStatus.NOW):
                return draft_store.unflat(draft.columns)
            if draft and draft.status is DraftStatus.FIGURES:
                return ()
            return publications.in_print(self._printed.contents(connection, job, period))

        return await self._state.run(found)

    def _pressed(
        self, connection: sa.Connection, press: Press, number: int, by: str, now: datetime
    ) -> tuple[Message, Run | None]:
        """What to answer, and the run as it stands then."""
        draft = draft_store.by_id(connection, number)
        job = self._jobs.get(draft.job) if draft else None
        if draft is None or job is None:
            return notices.no_such_draft(number), None
        answer, taken = self._decided(connection, job, draft, press, by, now)
        draft_store.add_press(connection, number, press, by, now, taken=taken)
        return answer, runs.found(connection, job.key, draft.due_at)

    def _decided(
        self, connection: sa.Connection, job: Job, draft: DraftRow, press: Press, by: str, now: datetime
    ) -> tuple[Message, bool]:
        """What to answer, and whether the press was taken."""
        newest = draft_store.latest(connection, job.key, draft.period)
        run = runs.found(connection, job.key, draft.due_at)
        if run and run.status not in DECIDABLE:
            return notices.decided_before(draft, run), False
        if newest is None or newest.id != draft.id or draft.status is DraftStatus.VOID:
            return notices.superseded(draft), False
        coming = publications.coming(connection, job, now)
        if run is None and (coming is None or coming.due.at != draft.due_at):
            return notices.superseded(draft), False
        period = parse(draft.period, self._project.timezone)
        status = after(draft.status, press)
        if status is None:
            return notices.already(draft), False
        if press in PUBLISHING and draft.columns != self._printed.flat(connection, job, period):
            draft_store.move(connection, draft, DraftStatus.VOID, now)
            return notices.changed_since(draft), False
        draft_store.move(connection, draft, status, now, by)
        if press is Press.NOW:
            self._publish(connection, draft, run, by, now)
        elif press is Press.SCHEDULE and run and run.status is RunStatus.KEPT:
            if now - run.due_at > job.window:
                self._publish(connection, draft, run, by, now)
            else:
                runs.move(connection, run, RunStatus.WAITING, now, decided_by=by)
        return notices.taken(draft, press, run is not None), True

    def _publish(self, connection: sa.Connection, draft: DraftRow, run: Run | None, by: str, now: datetime) -> None:
        """The run is begun, whether it is due or not: from here on it is posted, whatever restarts."""
        reason = self._say(NEWER)
        for each in runs.open_before(connection, draft.job, draft.due_at):
            runs.move(connection, each, RunStatus.MISSED, now, reason=reason)
        run = run or runs.add(connection, draft.job, draft.due_at, draft.period, now)
        runs.move(connection, run, RunStatus.POSTING, now, decided_by=by)

    def _unseen(self, connection: sa.Connection, job: Job, run: Run, now: datetime) -> DraftRow:
        """A draft that there was no time to show."""
        digest, status = key_of(job.subject, parse(run.period, self._project.timezone)).digest, DraftStatus.MAKING
        return draft_store.add(connection, job.key, run.period, digest, run.due_at, status, "[]", None, now)
