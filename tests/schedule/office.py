"""An office to try the schedule in: a clock to turn, records that are in or not, and chats that remember."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.delivery.model import Publication, Target
from bot.schedule.jobs import Job
from bot.schedule.rules import Shift, WorkCalendar, rule_of, span_of
from bot.schedule.runner import Draft, Runner
from bot.schedule.runs import Run, RunStatus
from bot.state.schema import RUNS
from bot.state.store import State, T, open_state
from digests.document import Action, Document, Note
from metrics.centre import Centre
from metrics.periods import Period, to_local, to_utc
from warehouse.messages import Message, UserError, note

NO_RECORDS = note("no records")


class Killed(BaseException):
    """The process is gone: nobody catches it."""


class AtOnce(State):
    """A state that is worked on here and now: two years have many ticks, and threads make them no truer."""

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return self.do(work, *args, **kwargs)


@dataclass
class Office:
    """Time stands still until it is turned; local times are those of the zone."""

    root: Path
    zone: str = "Europe/Moscow"
    now: datetime = datetime(2027, 1, 1)
    gaps: tuple[Message, ...] = ()
    wrong: Exception | None = None
    """What the desk raises."""
    offline: Exception | None = None
    """What the poster raises."""
    kill: str | None = None
    """Where the process is killed next: `draft`, `before` or `after` posting."""
    posted: list[tuple[str, str, bool]] = field(default_factory=list)
    """(subject, period, late) of what reached a chat, each once, as deliveries see to it."""
    documents: list[Document] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    drafts: int = 0
    _episodes: set[str] = field(default_factory=set)
    _delivered: set[tuple[str, str, Target]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.state = AtOnce(open_state("sqlite:///state.db", self.root).engine)

    def job(self, key: str, schedule: str, shift: Shift | None = None, **settings: object) -> Job:
        rule = replace(rule_of(key, schedule, None), shift=shift)
        works = Centre(timezone=self.zone, country="RU").is_working_day
        made = Job(key, f"digest:{key}", rule, span_of(rule), (telegram("-1"),), WorkCalendar(self.zone, works))
        return replace(made, **settings)  # type: ignore[arg-type]

    def runner(self, *jobs: Job, works: Callable[[sa.Connection], bool] = lambda _: True) -> Runner:
        """A process; another one is a restart."""
        return Runner(jobs, self.state, self, self, self, lambda: self.now, works=works)

    def at(self, local: str) -> None:
        self.now = to_utc(datetime.fromisoformat(local), self.zone)

    def tick(self, runner: Runner, local: str | None = None) -> None:
        if local:
            self.at(local)
        asyncio.run(runner.tick())

    # What the runner needs of other rooms.

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        self.drafts += 1
        self._killed("draft")
        if self.wrong:
            raise self.wrong
        if self.gaps and complete:
            return Draft(self.gaps, None)
        marks = [Note(str(gap)) for gap in self.gaps] + ([Note("late")] if late_since else [])
        return Draft(self.gaps, Document(job.key, tuple(marks)))

    def rests(self, connection: sa.Connection, job: Job) -> Message | None:
        return None

    async def post(self, issue: Publication, targets: Sequence[Target], *, late: bool = False) -> None:
        if self.offline:
            raise self.offline
        self._killed("before")
        for target in targets:
            key = (issue.subject, issue.period, target)
            if key not in self._delivered:
                self._delivered.add(key)
                self.posted.append((issue.subject, issue.period, late))
                self.documents.append(issue.document)
        self._killed("after")

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        if episode not in self._episodes:
            self._episodes.add(episode)
            self.told.append(str(text))
            self.actions.extend(actions)

    async def over(self, episode: str) -> None:
        self._episodes.discard(episode)

    def _killed(self, where: str) -> None:
        if self.kill == where:
            self.kill = None
            raise Killed

    # What came of it.

    def runs(self) -> list[Run]:
        with self.state.engine.connect() as connection:
            rows = connection.execute(sa.select(RUNS).order_by(RUNS.c.due_at)).all()
        return [Run(**{**row._mapping, "status": RunStatus(row.status)}) for row in rows]

    def outcomes(self) -> list[tuple[str, str]]:
        """(local due time, status) of all runs."""
        return [(f"{to_local(run.due_at, self.zone):%m-%d %H:%M}", run.status.value) for run in self.runs()]


def telegram(chat: str) -> Target:
    return Target("telegram", Address(chat))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def error() -> UserError:
    return UserError("The records are damaged.")


def counted(posted: Sequence[tuple[str, str, bool]]) -> Counter[tuple[str, str]]:
    return Counter((subject, period) for subject, period, _ in posted)


def dice(seed: int) -> random.Random:
    return random.Random(seed)


async def others_done() -> None:
    """Wait for what was begun beside the test."""
    this = asyncio.current_task()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not this))
