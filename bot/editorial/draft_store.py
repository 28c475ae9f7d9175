"""Drafts and presses as the state keeps them. Each function is for one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.editorial.model import DraftStatus, Press
from bot.editorial.store import APPROVALS, DRAFTS
from bot.schedule.runs import RunStatus
from bot.state.schema import RUNS
from digests.document import Document
from digests.document_json import dump, load
from digests.stories import Story

_LATEST = 50


@dataclass(frozen=True)
class DraftRow:
    """What the editors were shown, and what was decided about it."""

    id: int
    job: str
    period: str
    version: int
    digest: str
    due_at: datetime
    status: DraftStatus
    columns: str
    """As `flat` wrote them."""
    gaps: str | None
    decided_by: str | None


def flat(stories: Sequence[Story]) -> str:
    """Columns as text: the same for the same columns in the same order."""
    return json.dumps([[each.file, each.author, dump(Document(each.title, each.blocks))] for each in stories])


def unflat(text: str) -> tuple[Story, ...]:
    """The columns that `flat` was given, numbered in their order."""
    made = []
    for order, (file, author, document) in enumerate(json.loads(text)):
        column = load(document)
        made.append(Story(column.title, author, order, column.blocks, file))
    return tuple(made)


def latest(connection: sa.Connection, job: str, period: str) -> DraftRow | None:
    """The newest draft of an issue."""
    asked = sa.select(DRAFTS).where(DRAFTS.c.job == job, DRAFTS.c.period == period)
    return _first(connection, asked.order_by(DRAFTS.c.version.desc()).limit(1))


def by_id(connection: sa.Connection, draft: int) -> DraftRow | None:
    return _first(connection, sa.select(DRAFTS).where(DRAFTS.c.id == draft))


def add(
    connection: sa.Connection,
    job: str,
    period: str,
    digest: str,
    due_at: datetime,
    status: DraftStatus,
    columns: str,
    gaps: str | None,
    now: datetime,
) -> DraftRow:
    """The next version of an issue's draft. Those before it are superseded, and need their columns no more."""
    before = latest(connection, job, period)
    same = DRAFTS.c.job == job, DRAFTS.c.period == period
    connection.execute(DRAFTS.update().where(*same).values(status=DraftStatus.VOID, columns="[]"))
    values = {"job": job, "period": period, "digest": digest, "due_at": due_at, "status": status, "columns": columns}
    version = before.version + 1 if before else 1
    connection.execute(DRAFTS.insert().values(**values, version=version, gaps=gaps, made_at=now))
    made = latest(connection, job, period)
    assert made is not None
    return made


def move(
    connection: sa.Connection, draft: DraftRow, status: DraftStatus, now: datetime, who: str | None = None
) -> bool:
    """Another status, only if it still stands as it was read."""
    values: dict[str, object] = {"status": status}
    values |= {"decided_by": who[:128], "decided_at": now} if who else {}
    same = DRAFTS.c.id == draft.id, DRAFTS.c.status == draft.status
    return connection.execute(DRAFTS.update().where(*same).values(values)).rowcount == 1


def add_press(connection: sa.Connection, draft: int, press: Press, who: str, now: datetime, *, taken: bool) -> None:
    """Write down who pressed what."""
    values = {"draft": draft, "press": press, "who": who[:128], "at": now, "taken": taken}
    connection.execute(APPROVALS.insert().values(values))


def closed_drafts(connection: sa.Connection, job: str, decidable: Collection[RunStatus]) -> list[int]:
    """The latest drafts of a job that wait for no press (any more)."""
    run = sa.and_(RUNS.c.job == DRAFTS.c.job, RUNS.c.due_at == DRAFTS.c.due_at)
    over = sa.or_(DRAFTS.c.status != DraftStatus.OPEN, RUNS.c.status.not_in([status.value for status in decidable]))
    asked = sa.select(DRAFTS.c.id).outerjoin(RUNS, run).where(DRAFTS.c.job == job, over)
    return list(connection.scalars(asked.order_by(DRAFTS.c.id.desc()).limit(_LATEST)))


def _first(connection: sa.Connection, asked: sa.Select[tuple[object, ...]]) -> DraftRow | None:
    row = connection.execute(asked).first()
    if row is None:
        return None
    names = DraftRow.__dataclass_fields__
    return DraftRow(**{name: row._mapping[name] for name in names if name != "status"}, status=DraftStatus(row.status))
