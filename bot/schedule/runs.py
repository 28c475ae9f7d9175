"""Runs as the state keeps them: every time a job was due, once, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa

from bot.state.schema import RUNS


class RunStatus(Enum):
    """Where a run stands."""

    WAITING = "waiting"
    """It is due, or was, and nothing was done yet."""
    HELD = "held"
    """Its data are not in; it is tried again."""
    POSTING = "posting"
    """It was begun: after a restart it goes on."""
    KEPT = "kept"
    """Its data are not in, and the operators are to decide."""
    POSTED = "posted"
    MISSED = "missed"
    """Its window passed, or a newer issue came first."""
    DROPPED = "dropped"
    """The operators decided against it."""


OPEN = (RunStatus.WAITING, RunStatus.HELD, RunStatus.POSTING, RunStatus.KEPT)


@dataclass(frozen=True)
class Run:
    id: int
    job: str
    due_at: datetime
    period: str
    status: RunStatus
    reason: str | None
    """Why it is held, kept or missed, or the gaps it was posted with, in the centre's language."""
    late: bool
    """Whether it was begun later than it was due."""
    decided_by: str | None
    at: datetime
    """Since when it stands so."""


def found(connection: sa.Connection, job: str, due_at: datetime) -> Run | None:
    rows = _runs(connection, sa.select(RUNS).where(RUNS.c.job == job, RUNS.c.due_at == due_at))
    return rows[0] if rows else None


def by_id(connection: sa.Connection, run: int) -> Run | None:
    rows = _runs(connection, sa.select(RUNS).where(RUNS.c.id == run))
    return rows[0] if rows else None


def newest(connection: sa.Connection, job: str) -> Run | None:
    """The run of a job that was due last."""
    rows = _runs(connection, sa.select(RUNS).where(RUNS.c.job == job).order_by(RUNS.c.due_at.desc()).limit(1))
    return rows[0] if rows else None


def open_before(connection: sa.Connection, job: str, due_at: datetime) -> list[Run]:
    """The runs of a job before one that have no end yet."""
    states = [status.value for status in OPEN]
    older = RUNS.c.job == job, RUNS.c.due_at < due_at, RUNS.c.status.in_(states)
    return _runs(connection, sa.select(RUNS).where(*older).order_by(RUNS.c.due_at))


def add(
    connection: sa.Connection,
    job: str,
    due_at: datetime,
    period: str,
    now: datetime,
    status: RunStatus = RunStatus.WAITING,
    reason: str | None = None,
    late: bool = False,
) -> Run:
    """A run that is not known yet."""
    values = {"job": job, "due_at": due_at, "period": period, "status": status.value, "reason": reason, "late": late}
    connection.execute(RUNS.insert().values(**values, at=now))
    added = found(connection, job, due_at)
    assert added is not None
    return added


def move(
    connection: sa.Connection,
    run: Run,
    status: RunStatus,
    now: datetime,
    *,
    of: Iterable[RunStatus] = (),
    reason: str | None = None,
    late: bool | None = None,
    decided_by: str | None = None,
) -> bool:
    """Put a run into another state, only if it still stands as it was read (or in one of `of`)."""
    states = [status.value for status in (*of, run.status)]
    values: dict[str, object] = {"status": status.value, "reason": reason, "at": now}
    values |= {} if late is None else {"late": late}
    values |= {} if decided_by is None else {"decided_by": decided_by[:128]}
    moved = RUNS.update().where(RUNS.c.id == run.id, RUNS.c.status.in_(states)).values(values)
    return connection.execute(moved).rowcount == 1


def doubt(connection: sa.Connection, reason: str, now: datetime) -> None:
    """Keep every run without an end for a decision: whether it was made since is not known."""
    states = [status.value for status in OPEN]
    values = {"status": RunStatus.KEPT.value, "reason": reason, "late": True, "at": now}
    connection.execute(RUNS.update().where(RUNS.c.status.in_(states)).values(values))


def dropped(connection: sa.Connection, job: str, first: datetime, last: datetime) -> bool:
    """Whether the operators decided against a run that was due between two moments."""
    asked = sa.select(RUNS.c.id).where(RUNS.c.job == job, RUNS.c.status == RunStatus.DROPPED.value)
    return connection.scalar(asked.where(RUNS.c.due_at.between(first, last)).limit(1)) is not None


def latest(connection: sa.Connection, jobs: Sequence[str]) -> dict[str, Run]:
    """The last run of each job that has one."""
    last = {job: newest(connection, job) for job in jobs}
    return {job: run for job, run in last.items() if run}


def _runs(connection: sa.Connection, statement: sa.Select[*tuple[object, ...]]) -> list[Run]:
    return [Run(**{**row._mapping, "status": RunStatus(row.status)}) for row in connection.execute(statement)]
