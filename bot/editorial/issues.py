"""Which issue is coming, and what stands in it: the one place that says so to the schedule, the draft and the CLI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.config import Config
from bot.delivery.model import period_key
from bot.editorial import arrange, store
from bot.editorial.model import IssueKey, Item
from bot.project import Project
from bot.schedule import runs
from bot.schedule.jobs import Job
from bot.schedule.rules import Due
from digests.stories import Stories, Story, read_stories
from metrics.periods import Period, parse


@dataclass(frozen=True)
class Coming:
    """An issue that was not posted yet."""

    job: Job
    due: Due
    period: Period

    @property
    def key(self) -> IssueKey:
        return key_of(self.job.subject, self.period)


def key_of(subject: str, period: Period) -> IssueKey:
    """The issue of a subject like `digest:biweekly`."""
    return IssueKey(subject.partition(":")[2], period_key(period))


def coming(connection: sa.Connection, job: Job, now: datetime) -> Coming | None:
    """A job's next issue; the last one, while it is due and not posted, as long as its window lasts.

    One that is kept for longer can still be published, but nobody waits for it.
    """
    last = runs.newest(connection, job.key)
    if last and last.status in runs.OPEN and now - last.due_at <= job.window:
        period = parse(last.period, job.calendar.timezone)
        due = job.newest(last.due_at)
        day = due.day if due and due.at == last.due_at else period.last_day
        return Coming(job, Due(last.due_at, day), period)
    after = max(now, last.due_at) if last else now  # what was published before its time is not coming any more
    next_due = job.next(after)
    return Coming(job, next_due, job.period(next_due)) if next_due else None


def soonest(connection: sa.Connection, jobs: Sequence[Job], now: datetime) -> Coming | None:
    """The issue that columns are written for: the next of the posts that editors approve, or of all, if none are."""
    digests = [job for job in jobs if job.subject.startswith("digest:")]
    approved = [job for job in digests if job.approval] or digests
    found = [each for job in approved if (each := coming(connection, job, now))]
    return min(found, key=lambda each: each.due, default=None)


def contents(connection: sa.Connection, root: Path, config: Config, issue: IssueKey) -> list[Item]:
    """The columns of an issue in their order: files, and those written in the chat, in print or not."""
    files = read_stories(root / "stories", parse(issue.period, config.centre.timezone)).stories
    names = {asker.id: asker.title for asker in config.people if asker.title}
    columns = store.columns(connection, issue)
    return arrange.contents(files, columns, config.departments, store.arranged(connection, issue), names)


def stories(connection: sa.Connection, root: Path, config: Config, issue: IssueKey) -> tuple[Story, ...]:
    """What readers of an issue see."""
    return arrange.in_print(contents(connection, root, config, issue))


def written_stories(project: Project, digest: str, period: Period) -> Stories:
    """The same for who has no state open: where there is none, the files alone; none is made."""
    from bot.state.place import place_of
    from bot.state.store import open_state

    read = read_stories(project.root / "stories", period)
    url = project.config.state.url
    file = place_of(url, project.root).file
    if not project.config.departments or (file and not file.exists()):
        return read
    state = open_state(url, project.root)
    try:
        key = IssueKey(digest, period_key(period))
        return Stories(state.do(lambda c: stories(c, project.root, project.config, key)), read.problems)
    finally:
        state.close()
