"""Corrections in the state, and what they write into the ledger of deliveries. Each function is for one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import sqlalchemy as sa

from bot.channels.protocol import Receipt
from bot.corrections.model import Correction, CorrectionStatus, LivePost, PartMatch, PostComparison
from bot.delivery import ledger
from bot.delivery.ledger import DELIVERIES, ISSUES, PARTS
from bot.delivery.model import Delivery, DeliveryStatus, PartRow, PartStatus, PlannedPart
from bot.state.schema import METADATA
from digests.snapshot import PostedReport, PrintedChange

CORRECTIONS = sa.Table(
    "corrections",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issue", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("corrected", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("found_at", sa.DateTime, nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", sa.DateTime),
    sa.UniqueConstraint("issue", "hash", name="uq_corrections"),
)
"""A difference between an issue and later records, told once: the issue that is to stand in its place, and the word of
whoever decided."""


@dataclass(frozen=True)
class NewLayout:
    """How the parts of a corrected document took the places of those that were sent."""

    pairing: PartMatch
    plan: Sequence[PlannedPart]
    under: Receipt
    """The receipt of the message that parts are posted under which no place was left for."""


def edited(connection: sa.Connection, part: int, to_be: PlannedPart, receipt: Receipt) -> None:
    """A part stands there otherwise from now on."""
    values = {"opening": to_be.opening[:255], "hash": to_be.hash, "receipt": dict(receipt)}
    connection.execute(PARTS.update().where(PARTS.c.id == part).values(values))


def record_layout(
    connection: sa.Connection,
    delivery: int,
    corrected: int,
    rows: Sequence[PartRow],
    kept: NewLayout | None,
    now: datetime,
) -> None:
    """The corrected issue stands in the chat from now on; what no place was left for is still to be posted."""
    values = {"issue": corrected, "corrected_at": now}
    if kept is not None:
        _replanned(connection, delivery, rows, kept)
        if kept.pairing.more:
            values |= {"status": DeliveryStatus.OPEN, "finished_at": None}
    connection.execute(DELIVERIES.update().where(DELIVERIES.c.id == delivery).values(values))


def _replanned(connection: sa.Connection, delivery: int, rows: Sequence[PartRow], kept: NewLayout) -> None:
    ids = {row.position: row.id for row in rows}
    # No two parts may have one position at any moment: what moves goes out of the way first.
    for old in ids:
        connection.execute(PARTS.update().where(PARTS.c.id == ids[old]).values(position=-1 - old))
    for old in kept.pairing.over:
        connection.execute(PARTS.delete().where(PARTS.c.id == ids[old]))
    for old, new in kept.pairing.places.items():
        part = kept.plan[new]
        values = {"position": new, "opening": part.opening[:255], "hash": part.hash}
        connection.execute(PARTS.update().where(PARTS.c.id == ids[old]).values(values))
    more = [
        {
            "delivery": delivery,
            "position": position,
            "opening": kept.plan[position].opening[:255],
            "hash": kept.plan[position].hash,
            "key": uuid4().hex,
            "status": PartStatus.WAITING,
            "under": dict(kept.under) or None,
        }
        for position in kept.pairing.more
    ]
    if more:
        connection.execute(PARTS.insert(), more)


_COMPARED = ("digest:", "report:")
"""What the subjects of posts begin with whose figures are kept."""


@dataclass(frozen=True)
class Texts:
    """Two documents as JSON, and what is kept of the second."""

    before: str
    after: str
    posted: PostedReport
    as_of: datetime | None


def live_posts(
    connection: sa.Connection, since: datetime | None, period: str | None, subject: str | None
) -> list[LivePost]:
    """The issues of digests that stand in chats, of which something is known to compare, oldest first.

    `since` (UTC) is when their posting began at the earliest; `period` and `subject` narrow them.
    """
    wanted = [
        DELIVERIES.c.status == DeliveryStatus.DONE,
        DELIVERIES.c.not_corrected.is_(None),
        sa.or_(*(DELIVERIES.c.subject.startswith(kind) for kind in _COMPARED)),
        *([DELIVERIES.c.created_at >= since] if since else []),
        *([DELIVERIES.c.period == period] if period else []),
        *([DELIVERIES.c.subject == subject] if subject else []),
    ]
    found: dict[int, list[Delivery]] = {}
    for delivery in ledger.deliveries(connection, *wanted):
        found.setdefault(delivery.issue, []).append(delivery)
    kept = sa.select(ISSUES.c.id).where(ISSUES.c.id.in_(found), ISSUES.c.figures.is_not(None))
    comparable = set(connection.scalars(kept))
    return [
        LivePost(number, many[0].subject, many[0].period, many[0].title, tuple(each.target.chat for each in many))
        for number, many in found.items()
        if number in comparable
    ]


def difference(changes: Sequence[PrintedChange]) -> str:
    """A name for what changed: the same changes have the same."""
    return sha256(repr([(change.key, change.was, change.now) for change in changes]).encode()).hexdigest()


def known_of(connection: sa.Connection, compared: PostComparison) -> Correction | None:
    """The correction of the very same difference, whatever became of it."""
    same = CORRECTIONS.c.issue == compared.standing.issue, CORRECTIONS.c.hash == difference(compared.changes)
    return next(iter(_corrections(connection, *same)), None)


def offer(connection: sa.Connection, compared: PostComparison, document: str, now: datetime) -> Correction:
    """Offer a difference, in place of any other of the same issue that nobody has decided on.

    Of one that is known and that nobody has decided on either, the corrected issue is the one of now.
    """
    assert compared.corrected is not None
    corrected = ledger.keep(connection, compared.corrected, document, now)
    known = known_of(connection, compared)
    if known is None:
        row = {
            "issue": compared.standing.issue,
            "hash": difference(compared.changes),
            "corrected": corrected,
            "status": CorrectionStatus.OFFERED,
            "found_at": now,
        }
        connection.execute(CORRECTIONS.insert().values(row))
    elif known.status in (CorrectionStatus.OFFERED, CorrectionStatus.OUTDATED):
        again = {"corrected": corrected, "status": CorrectionStatus.OFFERED}
        connection.execute(CORRECTIONS.update().where(CORRECTIONS.c.id == known.id).values(again))
    offered = known_of(connection, compared)
    assert offered is not None
    return offered


def withdraw(connection: sa.Connection, issue: int, but: int | None = None) -> list[int]:
    """What was offered of an issue does not hold any more: the numbers of those corrections."""
    offered = [CORRECTIONS.c.issue == issue, CORRECTIONS.c.status == CorrectionStatus.OFFERED]
    offered += [CORRECTIONS.c.id != but] if but is not None else []
    numbers = list(connection.scalars(sa.select(CORRECTIONS.c.id).where(*offered)))
    connection.execute(CORRECTIONS.update().where(*offered).values(status=CorrectionStatus.OUTDATED))
    return numbers


def by_id(connection: sa.Connection, number: int) -> Correction | None:
    return next(iter(_corrections(connection, CORRECTIONS.c.id == number)), None)


def of_status(connection: sa.Connection, *statuses: CorrectionStatus) -> list[Correction]:
    return _corrections(connection, CORRECTIONS.c.status.in_(statuses))


def decide(connection: sa.Connection, number: int, *, apply: bool, who: str, now: datetime, left: bool = False) -> bool:
    """A person's word on what is offered, or (`left`) what was left before; whether it was still to be had."""
    open_to = [CorrectionStatus.OFFERED, *([CorrectionStatus.LEFT] if left else [])]
    still = CORRECTIONS.c.id == number, CORRECTIONS.c.status.in_(open_to)
    status = CorrectionStatus.APPLYING if apply else CorrectionStatus.LEFT
    values = {"status": status, "decided_by": who[:128], "decided_at": now}
    return connection.execute(CORRECTIONS.update().where(*still).values(values)).rowcount == 1


def finish(connection: sa.Connection, number: int) -> None:
    connection.execute(CORRECTIONS.update().where(CORRECTIONS.c.id == number).values(status=CorrectionStatus.APPLIED))


def pending(connection: sa.Connection, correction: Correction) -> list[Delivery]:
    """The deliveries that are still to be corrected; one that is still being posted is done so first."""
    wanted = (
        DELIVERIES.c.issue == correction.issue,
        DELIVERIES.c.status.in_([DeliveryStatus.DONE, DeliveryStatus.OPEN]),
        DELIVERIES.c.not_corrected.is_(None),
    )
    return ledger.deliveries(connection, *wanted)


def texts(connection: sa.Connection, correction: Correction) -> Texts:
    """What stands there, what is to stand there, and what is kept of it."""
    posted = ledger.figures(connection, correction.corrected)
    assert posted is not None
    as_of = connection.execute(sa.select(ISSUES.c.as_of).where(ISSUES.c.id == correction.corrected)).scalar_one()
    before, after = (ledger.document(connection, issue) for issue in (correction.issue, correction.corrected))
    return Texts(before, after, posted, as_of)


def refuse(connection: sa.Connection, delivery: int, reason: str) -> None:
    """A delivery cannot be corrected, now or later."""
    connection.execute(DELIVERIES.update().where(DELIVERIES.c.id == delivery).values(not_corrected=reason[:255]))


def _corrections(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Correction]:
    about = (ISSUES.c.subject, ISSUES.c.period, ISSUES.c.title)
    asked = sa.select(CORRECTIONS, *about).join(ISSUES, ISSUES.c.id == CORRECTIONS.c.issue).where(*where)
    return [
        Correction(
            row.id,
            row.issue,
            row.corrected,
            row.subject,
            row.period,
            row.title,
            CorrectionStatus(row.status),
            row.decided_by,
        )
        for row in connection.execute(asked.order_by(CORRECTIONS.c.id))
    ]
