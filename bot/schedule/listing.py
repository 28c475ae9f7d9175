"""The posts as people see them: when each comes next, and what became of the last, in a chat and in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.schedule import kinds, runs
from bot.schedule.jobs import Job
from bot.schedule.notices import OUTCOMES
from bot.schedule.runs import Run
from digests.document import Block, FactRow, Facts, Heading
from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.periods import parse
from warehouse.messages import N_, Message, note


@dataclass(frozen=True)
class Known:
    """What the state has of the jobs, by their keys."""

    last: Mapping[str, Run]
    resting: Mapping[str, Message]
    """Why a job rests for good."""


def known(connection: sa.Connection, jobs: Sequence[Job]) -> Known:
    resting = {job.key: kinds.rests(connection, job) for job in jobs}
    last = runs.latest(connection, [job.key for job in jobs])
    return Known(last, {key: reason for key, reason in resting.items() if reason})


def blocks(
    jobs: Sequence[Job], known: Known, now: datetime, localizer: Localizer, standing: Mapping[str, Message]
) -> Iterator[Block]:
    """A heading and a row for each post; nothing, where nothing is posted. `standing` is how it is with the editors."""
    if not jobs:
        return
    yield Heading(localizer(N_("Posts")), 2)
    yield Facts(tuple(_row(job, known, now, localizer, standing.get(job.key)) for job in jobs))


def _row(job: Job, known: Known, now: datetime, localizer: Localizer, standing: Message | None) -> FactRow:
    run = known.last.get(job.key)
    due = job.next(now)
    if job.key in known.resting:
        value = localizer.say(known.resting[job.key])
    else:
        value = localizer(N_("next: {moment}"), moment=due.at) if due else localizer.say(_PAST)
    remarks = (*([localizer.say(standing)] if standing else []), *([_outcome(run, localizer)] if run else []))
    return FactRow(job.key, value, Verdict.NONE, remarks=remarks)


_PAST = note("its days are over")


def _outcome(run: Run, localizer: Localizer) -> str:
    """«last: 16 June, 10:00, posted late, (why)»."""
    status = localizer.say(OUTCOMES[run.status])
    if run.late:
        status = localizer(N_("{status}, late"), status=status)
    if run.decided_by:
        status = localizer(N_("{status}, decided by {who}"), status=status, who=run.decided_by)
    text = localizer(N_("last: {moment}, {status}"), moment=run.due_at, status=status)
    return f"{text} ({run.reason})" if run.reason else text


def rows(jobs: Sequence[Job], known: Known, now: datetime, standing: Mapping[str, Message]) -> list[dict[str, Any]]:
    """The same for scripts; instants are UTC in ISO."""
    return [_object(job, known, now, standing.get(job.key)) for job in jobs]


def _object(job: Job, known: Known, now: datetime, standing: Message | None) -> dict[str, Any]:
    run = known.last.get(job.key)
    due = None if job.key in known.resting else job.next(now)
    about = job.period(due) if due else None
    return {
        "job": job.key,
        "posts": job.subject,
        "chats": [_place(target.platform, target.place.chat, target.place.thread) for target in job.targets],
        "next": _instant(due.at) if due else None,
        "next_period": f"{about.first_day}..{about.last_day}" if about else None,
        "rests": str(known.resting[job.key]) if job.key in known.resting else None,
        "approval": str(standing) if standing else None,
        "last": _run(run, job.calendar.timezone) if run else None,
    }


def _run(run: Run, timezone: str) -> dict[str, Any]:
    period = parse(run.period, timezone)
    return {
        "run": run.id,
        "due": _instant(run.due_at),
        "period": f"{period.first_day}..{period.last_day}",
        "status": run.status.value,
        "late": run.late,
        "reason": run.reason,
        "decided_by": run.decided_by,
        "since": _instant(run.at),
    }


def _place(platform: str, chat: str, thread: str | None) -> str:
    return f"{platform}:{chat}" + (f"/{thread}" if thread else "")


def _instant(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')}Z"
