"""What readers of an issue would see now, and whether that is what was approved."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.editorial import arrange, draft_store, issues
from bot.editorial.draft_store import DraftRow
from bot.editorial.model import Item
from bot.editorial.rules import DraftStatus
from bot.project import Project
from bot.schedule.jobs import Job
from digests.stories import Story
from metrics.periods import Period, parse


class Printed:
    """The columns of the posts' issues, as they are when they are asked for. Each is for one transaction."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def contents(self, connection: sa.Connection, job: Job, period: Period) -> list[Item]:
        """All columns, in print or not."""
        key = issues.key_of(job.subject, period)
        return issues.contents(connection, self._project.root, self._project.config, key)

    def stories(self, connection: sa.Connection, job: Job, period: Period) -> tuple[Story, ...]:
        """What readers see."""
        return arrange.in_print(self.contents(connection, job, period))

    def flat(self, connection: sa.Connection, job: Job, period: Period) -> str:
        """The same, to be compared with what a draft showed."""
        return draft_store.flat(self.stories(connection, job, period))

    def newest(
        self, connection: sa.Connection, job: Job, period: str, now: datetime
    ) -> tuple[DraftRow | None, DraftRow | None]:
        """The newest draft, and again, if its approval was of other columns than there are now: that is void."""
        draft = draft_store.latest(connection, job.key, period)
        if draft is None or draft.status is not DraftStatus.APPROVED:
            return draft, None
        if draft.columns == self.flat(connection, job, parse(period, self._project.timezone)):
            return draft, None
        draft_store.move(connection, draft, DraftStatus.VOID, now)
        return draft_store.by_id(connection, draft.id), draft
