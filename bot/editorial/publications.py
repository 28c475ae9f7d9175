"""Which publication is coming, what stands in it, and what its readers would see now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from bot.config import Config
from bot.config.model import DepartmentConfig
from bot.delivery.model import period_key
from bot.editorial import draft_store, store
from bot.editorial.draft_store import DraftRow
from bot.editorial.model import ContentsItem, DraftStatus, EditorColumn, PublicationKey, StoryStatus
from bot.project import Project
from bot.schedule import runs
from bot.schedule.jobs import Job
from bot.schedule.rules import Due
from digests.stories import UNORDERED, Stories, Story, read_stories
from metrics.periods import Period, parse


def order_of(department: str, departments: Sequence[DepartmentConfig]) -> int:
    """A department's place: what it is given, or as it is listed."""
    for place, each in enumerate(departments, start=1):
        if each.key == department:
            return place if each.order is None else each.order
    return UNORDERED


def file_ref(file: str) -> str:
    return f"f{blake2s(file.encode(), digest_size=4).hexdigest()}"


def contents(
    files: Sequence[Story],
    columns: Sequence[EditorColumn],
    departments: Sequence[DepartmentConfig],
    arranged: Sequence[str] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[ContentsItem]:
    """An issue's columns, files among them, in the order that the editors gave, and their own where they gave none.

    `names` are people's, by their ids. Whatever came since the editors arranged them stands after the last of those
    that it would follow by itself.
    """
    titles = {each.key: each.title for each in departments}
    items = [ContentsItem(file_ref(story.file), story, story.title, story.order) for story in files]
    items += [_item(column, order_of(column.department, departments), titles, names) for column in columns]
    items.sort(key=_by_nature)
    places = {ref: place for place, ref in enumerate(arranged)}
    known = sorted((item for item in items if item.ref in places), key=lambda item: places[item.ref])
    for item in (item for item in items if item.ref not in places):
        before = [n for n, each in enumerate(known, start=1) if each.order <= item.order]
        known.insert(max(before, default=0), item)
    return known


def moved(refs: Sequence[str], ref: str, step: int) -> list[str]:
    """The order with one column a place up (-1) or down (1); at the end it stays."""
    order = list(refs)
    place = order.index(ref)
    other = place + step
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def in_print(items: Sequence[ContentsItem]) -> tuple[Story, ...]:
    """What readers see."""
    return tuple(item.story for item in items if item.in_print and item.story)


def owing(departments: Sequence[DepartmentConfig], columns: Collection[EditorColumn]) -> list[DepartmentConfig]:
    """The departments that have people, and of which nothing was sent, or it was returned."""
    done = {column.department for column in columns if column.status in (StoryStatus.SENT, StoryStatus.ACCEPTED)}
    return [each for each in departments if each.people and each.key not in done]


def _by_nature(item: ContentsItem) -> tuple[int, int, str]:
    """As it is numbered; of equals, files by their names, then columns as they were begun."""
    return item.order, item.column.id if item.column else 0, item.story.file if item.story else ""


def _item(column: EditorColumn, order: int, titles: Mapping[str, str], names: Mapping[str, str]) -> ContentsItem:
    department = titles.get(column.department, column.department)
    story = None
    if column.document:
        story = Story(column.document.title, names.get(column.author), order, column.document.blocks, f"s{column.id}")
    return ContentsItem(f"s{column.id}", story, column.title or department, order, column)


@dataclass(frozen=True)
class Upcoming:
    """An issue that was not posted yet."""

    job: Job
    due: Due
    period: Period

    @property
    def key(self) -> PublicationKey:
        return key_of(self.job.subject, self.period)


def key_of(subject: str, period: Period) -> PublicationKey:
    """The issue of a subject like `digest:biweekly`."""
    return PublicationKey(subject.partition(":")[2], period_key(period))


def coming(connection: sa.Connection, job: Job, now: datetime) -> Upcoming | None:
    """A job's next issue; the last one, while it is due and not posted, as long as its window lasts.

    One that is kept for longer can still be published, but nobody waits for it.
    """
    last = runs.newest(connection, job.key)
    if last and last.status in runs.OPEN and now - last.due_at <= job.window:
        period = parse(last.period, job.calendar.timezone)
        due = job.newest(last.due_at)
        day = due.day if due and due.at == last.due_at else period.last_day
        return Upcoming(job, Due(last.due_at, day), period)
    after = max(now, last.due_at) if last else now  # what was published before its time is not coming any more
    next_due = job.next(after)
    return Upcoming(job, next_due, job.period(next_due)) if next_due else None


def soonest(connection: sa.Connection, jobs: Sequence[Job], now: datetime) -> Upcoming | None:
    """The issue that columns are written for: the next of the posts that editors approve, or of all, if none are."""
    digests = [job for job in jobs if job.subject.startswith("digest:")]
    approved = [job for job in digests if job.approval] or digests
    found = [each for job in approved if (each := coming(connection, job, now))]
    return min(found, key=lambda each: each.due, default=None)


def contents_of(connection: sa.Connection, root: Path, config: Config, issue: PublicationKey) -> list[ContentsItem]:
    """The columns of an issue in their order: files, and those written in the chat, in print or not."""
    files = read_stories(root / "stories", parse(issue.period, config.centre.timezone)).stories
    names = {asker.id: asker.title for asker in config.people if asker.title}
    columns = store.columns(connection, issue)
    return contents(files, columns, config.departments, store.arranged(connection, issue), names)


def stories(connection: sa.Connection, root: Path, config: Config, issue: PublicationKey) -> tuple[Story, ...]:
    """What readers of an issue see."""
    return in_print(contents_of(connection, root, config, issue))


def written_stories(project: Project, digest: str, period: Period) -> Stories:
    """The same for who has no state open: where there is none, the files alone; none is made."""
    from bot.state.database import location_of
    from bot.state.store import open_state

    read = read_stories(project.root / "stories", period)
    url = project.config.state.url
    file = location_of(url, project.root).file
    if not project.config.departments or (file and not file.exists()):
        return read
    state = open_state(url, project.root)
    try:
        key = PublicationKey(digest, period_key(period))
        return Stories(state.do(stories, project.root, project.config, key), read.problems)
    finally:
        state.close()


class PublicationPreview:
    """The columns of the posts' issues, as they are when they are asked for. Each is for one transaction."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def contents(self, connection: sa.Connection, job: Job, period: Period) -> list[ContentsItem]:
        """All columns, in print or not."""
        key = key_of(job.subject, period)
        return contents_of(connection, self._project.root, self._project.config, key)

    def stories(self, connection: sa.Connection, job: Job, period: Period) -> tuple[Story, ...]:
        """What readers see."""
        return in_print(self.contents(connection, job, period))

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
