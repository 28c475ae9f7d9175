"""The ledger's tables. A change here is a migration. Instants are naive UTC, by the real clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.mysql import LONGTEXT

from bot.channels.protocol import Address, Reason, Receipt
from bot.delivery.model import (
    Delivery,
    DeliveryStatus,
    Outcome,
    PartRow,
    PartStatus,
    PlannedPart,
    Publication,
    Target,
    outcome,
)
from bot.state.schema import METADATA
from digests.catalogue import BIWEEKLY
from digests.snapshot import PostedReport

_LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")

ISSUES = sa.Table(
    "issues",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("period", sa.String(64), nullable=False),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("document", _LONG, nullable=False),
    sa.Column("as_of", sa.DateTime),
    sa.Column("memo", sa.Text),
    sa.Column("figures", sa.JSON(none_as_null=True)),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("subject", "period", "hash", name="uq_issues"),
)
"""What is posted: a document as JSON with its pictures, kept once however many chats get it; `memo` is its maker's.

Of a digest, `figures` are those that were printed: they are compared with later records, and computed with by nobody.
"""

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issue", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("period", sa.String(64), nullable=False),
    sa.Column("platform", sa.String(16), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("thread", sa.String(64)),
    sa.Column("reply_to", sa.String(64)),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("corrected_at", sa.DateTime),
    sa.Column("not_corrected", sa.String(255)),
    sa.UniqueConstraint("subject", "period", "platform", "chat", name="uq_deliveries"),
)
"""An issue to a chat: there is never a second one, which is what keeps it from being posted twice. Of one that was
corrected, the issue is the corrected one, which stands there now."""

PARTS = sa.Table(
    "parts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("delivery", sa.ForeignKey(DELIVERIES.c.id), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("opening", sa.String(255), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("key", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("prepared", sa.JSON),
    sa.Column("receipt", sa.JSON),
    sa.Column("reason", sa.String(255)),
    sa.Column("tried_at", sa.DateTime),
    sa.Column("sent_at", sa.DateTime),
    sa.Column("under", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("delivery", "position", name="uq_parts"),
)
"""A message of a delivery: how it begins and what it was, the key to know it by, and what became of it."""


POSTED = TypeAdapter(PostedReport)


def keep(connection: sa.Connection, issue: Publication, document: str, now: datetime) -> int:
    """The id of an issue, which is stored unless it is known. `document` is its JSON."""
    digest = sha256(document.encode()).hexdigest()
    same = (ISSUES.c.subject == issue.subject, ISSUES.c.period == issue.period, ISSUES.c.hash == digest)
    number = connection.scalar(sa.select(ISSUES.c.id).where(*same))
    if number is not None:
        return int(number)
    row = {
        "subject": issue.subject,
        "period": issue.period,
        "title": issue.document.title[:255],
        "hash": digest,
        "document": document,
        "as_of": issue.as_of,
        "memo": issue.memo,
        "figures": POSTED.dump_python(issue.figures, mode="json") if issue.figures else None,
        "created_at": now,
    }
    return _inserted(connection, ISSUES, row)


def document(connection: sa.Connection, issue: int) -> str:
    """An issue's document as it was stored."""
    return str(connection.execute(sa.select(ISSUES.c.document).where(ISSUES.c.id == issue)).scalar_one())


def figures(connection: sa.Connection, issue: int) -> PostedReport | None:
    """What was kept of a digest to compare it."""
    kept = connection.execute(sa.select(ISSUES.c.figures).where(ISSUES.c.id == issue)).scalar_one()
    return POSTED.validate_python(_upgraded(kept)) if kept else None


def _upgraded(kept: dict[str, Any]) -> dict[str, Any]:
    """Return what a version before wrote in today's words: parts were groups of figures, pictures those of a digest."""
    sections = [{"parts": section.get("groups", []), **section} for section in kept["spec"]["sections"]]
    for section in sections:
        section.pop("groups", None)
    return {**kept, "spec": {"pictures": BIWEEKLY.pictures, **kept["spec"], "sections": sections}}


def known(connection: sa.Connection, issue: Publication, target: Target) -> int | None:
    """The id of the one delivery of a subject's period to a chat, if there is one."""
    same = (
        DELIVERIES.c.subject == issue.subject,
        DELIVERIES.c.period == issue.period,
        DELIVERIES.c.platform == target.platform,
        DELIVERIES.c.chat == target.place.chat,
    )
    return connection.scalar(sa.select(DELIVERIES.c.id).where(*same))


@dataclass(frozen=True)
class Former:
    """An issue that stands in chats already: its period, and its document as it was stored."""

    period: str
    document: str


def formers(connection: sa.Connection, issue: Publication, targets: Collection[Target], count: int) -> list[Former]:
    """Return the latest issues of a subject before one, the latest first, as far as they are in the same chats."""
    of_subject = (DELIVERIES.c.subject == issue.subject, DELIVERIES.c.period < issue.period)
    periods = sa.select(DELIVERIES.c.period).where(*of_subject).distinct().order_by(DELIVERIES.c.period.desc())
    made = []
    for period in connection.scalars(periods.limit(count)).all():
        columns = sa.select(DELIVERIES.c.issue, DELIVERIES.c.platform, DELIVERIES.c.chat)
        rows = connection.execute(columns.where(*of_subject, DELIVERIES.c.period == period)).all()
        if {f"{row.platform}:{row.chat}" for row in rows} != {target.chat for target in targets}:
            break
        made.append(Former(period, document(connection, max(row.issue for row in rows))))
    return made


def first_sent(connection: sa.Connection, subject: str, period: str, target: Target) -> tuple[int, Receipt] | None:
    """The first part of what was posted to a chat, with its receipt; None, if it is not known to stand there."""
    same = (
        DELIVERIES.c.subject == subject,
        DELIVERIES.c.period == period,
        DELIVERIES.c.platform == target.platform,
        DELIVERIES.c.chat == target.place.chat,
    )
    sent = (*same, PARTS.c.position == 0, PARTS.c.status == PartStatus.SENT)
    row = connection.execute(sa.select(PARTS.c.id, PARTS.c.receipt).join(DELIVERIES).where(*sent)).first()
    return (row.id, row.receipt) if row and row.receipt else None


@dataclass(frozen=True)
class Posted:
    """What a message of a chat is a part of, and since when it stands there."""

    subject: str
    period: str
    at: datetime


def posted_as(connection: sa.Connection, platform: str, chat: str, message: str, since: datetime) -> Posted | None:
    """Return what was posted to a chat since a moment as a message of this id, by its receipt."""
    there = (DELIVERIES.c.platform == platform, DELIVERIES.c.chat == chat, DELIVERIES.c.created_at >= since)
    asked = sa.select(PARTS.c.receipt, DELIVERIES.c.subject, DELIVERIES.c.period, DELIVERIES.c.created_at)
    asked = asked.join(DELIVERIES).where(*there, PARTS.c.status == PartStatus.SENT).order_by(PARTS.c.id.desc())
    for row in connection.execute(asked):
        receipt = row.receipt or {}
        if message in map(str, receipt.get("messages") or [receipt.get("ts")]):
            return Posted(row.subject, row.period, row.created_at)
    return None


def edited(connection: sa.Connection, part: int, receipt: Receipt) -> None:
    """A part was shown changed: its receipt from now on."""
    _change(connection, part, receipt=dict(receipt))


def open_delivery(
    connection: sa.Connection,
    number: int,
    issue: Publication,
    target: Target,
    plan: Sequence[PlannedPart],
    *,
    late: bool,
    now: datetime,
) -> None:
    """Begin the delivery of a stored issue to a chat that has none of its subject and period."""
    row = {
        "issue": number,
        "subject": issue.subject,
        "period": issue.period,
        "platform": target.platform,
        "chat": target.place.chat,
        "thread": target.place.thread,
        "reply_to": target.place.reply_to,
        "status": DeliveryStatus.OPEN,
        "late": late,
        "created_at": now,
    }
    replan(connection, _inserted(connection, DELIVERIES, row), plan)


def replan(connection: sa.Connection, delivery: int, plan: Sequence[PlannedPart]) -> None:
    """Let a delivery of which nothing was sent have these parts."""
    connection.execute(PARTS.delete().where(PARTS.c.delivery == delivery))
    rows = [
        {
            "delivery": delivery,
            "position": position,
            "opening": part.opening[:255],
            "hash": part.hash,
            "key": uuid4().hex,
            "status": PartStatus.WAITING,
        }
        for position, part in enumerate(plan)
    ]
    if rows:
        connection.execute(PARTS.insert(), rows)


def deliveries(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Delivery]:
    """Deliveries in the order they were opened."""
    asked = sa.select(DELIVERIES, ISSUES.c.title).join(ISSUES).where(*where).order_by(DELIVERIES.c.id)
    return [
        Delivery(
            row.id,
            row.issue,
            row.title,
            row.subject,
            row.period,
            Target(row.platform, Address(row.chat, row.thread, row.reply_to)),
            DeliveryStatus(row.status),
            row.not_corrected,
        )
        for row in connection.execute(asked)
    ]


def unfinished(connection: sa.Connection) -> list[Delivery]:
    return deliveries(connection, DELIVERIES.c.status == DeliveryStatus.OPEN)


def asked_about(connection: sa.Connection) -> list[tuple[Delivery, PartRow]]:
    """The parts of which nobody knows whether they arrived."""
    with_some = sa.select(PARTS.c.delivery).where(PARTS.c.status == PartStatus.UNKNOWN)
    found = deliveries(connection, DELIVERIES.c.id.in_(with_some))
    return [
        (delivery, part)
        for delivery in found
        for part in parts(connection, delivery.id)
        if part.status is PartStatus.UNKNOWN
    ]


def parts(connection: sa.Connection, delivery: int) -> list[PartRow]:
    """The parts of a delivery in their order."""
    asked = sa.select(PARTS).where(PARTS.c.delivery == delivery).order_by(PARTS.c.position)
    return [_part(row) for row in connection.execute(asked)]


def next_part(connection: sa.Connection, delivery: int, now: datetime) -> PartRow | None:
    """The first part that is to be sent; None if there is none, and then the delivery is done."""
    waiting = (PARTS.c.delivery == delivery, PARTS.c.status == PartStatus.WAITING)
    row = connection.execute(sa.select(PARTS).where(*waiting).order_by(PARTS.c.position).limit(1)).first()
    if row is None:
        _finish(connection, delivery, DeliveryStatus.DONE, now)
        return None
    return _part(row)


def begin(connection: sa.Connection, part: int, prepared: Receipt, now: datetime) -> None:
    """The part is about to be sent: to be committed before anything goes out."""
    _change(connection, part, status=PartStatus.SENDING, prepared=dict(prepared), tried_at=now, reason=None)


def sent(connection: sa.Connection, part: int, receipt: Receipt, now: datetime) -> None:
    _change(connection, part, status=PartStatus.SENT, receipt=dict(receipt), sent_at=now, reason=None)


def not_sent(connection: sa.Connection, part: int, reason: str) -> None:
    """Nothing was accepted: it waits again."""
    _change(connection, part, status=PartStatus.WAITING, reason=reason[:255])


def unknown(connection: sa.Connection, part: int, reason: str) -> None:
    _change(connection, part, status=PartStatus.UNKNOWN, reason=reason[:255])


def fail(connection: sa.Connection, part: int, reason: str) -> None:
    """The part cannot be posted. Its delivery is still to be stopped, once that was told."""
    _change(connection, part, status=PartStatus.FAILED, reason=reason[:255])


def doubt(connection: sa.Connection, reason: str) -> None:
    """Of everything that was to be sent still, nobody knows whether it was."""
    unfinished = sa.select(DELIVERIES.c.id).where(DELIVERIES.c.status == DeliveryStatus.OPEN)
    unsure = PARTS.c.delivery.in_(unfinished), PARTS.c.status.in_([PartStatus.WAITING, PartStatus.SENDING])
    connection.execute(PARTS.update().where(*unsure).values(status=PartStatus.UNKNOWN, reason=reason[:255]))


def stop(connection: sa.Connection, delivery: int, now: datetime) -> None:
    """Post no more of a delivery."""
    waiting = (PARTS.c.delivery == delivery, PARTS.c.status == PartStatus.WAITING)
    connection.execute(PARTS.update().where(*waiting).values(status=PartStatus.SKIPPED))
    _finish(connection, delivery, DeliveryStatus.STOPPED, now)


def decide(connection: sa.Connection, part: int, arrived: bool, now: datetime) -> Delivery | None:
    """What a person says of a part that nobody knew of: its delivery, or None if it is not asked about.

    What did not arrive is to be sent again, unless its delivery was stopped since.
    """
    asked = sa.select(PARTS.c.delivery).where(PARTS.c.id == part, PARTS.c.status == PartStatus.UNKNOWN)
    number = connection.scalar(asked)
    if number is None:
        return None
    delivery = deliveries(connection, DELIVERIES.c.id == number)[0]
    if arrived:
        sent(connection, part, {}, now)
    elif delivery.status is DeliveryStatus.STOPPED:
        _change(connection, part, status=PartStatus.SKIPPED, reason=Reason.LOOKED_UP)
    else:
        not_sent(connection, part, Reason.LOOKED_UP)
        opened = {"status": DeliveryStatus.OPEN, "finished_at": None}
        connection.execute(DELIVERIES.update().where(DELIVERIES.c.id == number).values(opened))
    return delivery


def outcome_of(connection: sa.Connection, delivery: int) -> Outcome:
    status = connection.execute(sa.select(DELIVERIES.c.status).where(DELIVERIES.c.id == delivery)).scalar_one()
    return outcome(DeliveryStatus(status), [part.status for part in parts(connection, delivery)])


def _finish(connection: sa.Connection, delivery: int, status: DeliveryStatus, now: datetime) -> None:
    still_open = (DELIVERIES.c.id == delivery, DELIVERIES.c.status == DeliveryStatus.OPEN)
    connection.execute(DELIVERIES.update().where(*still_open).values(status=status, finished_at=now))


def _change(connection: sa.Connection, part: int, **values: Any) -> None:
    connection.execute(PARTS.update().where(PARTS.c.id == part).values(values))


def _inserted(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> int:
    key = connection.execute(table.insert().values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _part(row: sa.Row[Any]) -> PartRow:
    return PartRow(
        row.id,
        row.position,
        row.opening,
        row.hash,
        row.key,
        PartStatus(row.status),
        row.prepared or {},
        row.reason,
        row.tried_at,
        row.receipt or {},
        row.under,
    )
