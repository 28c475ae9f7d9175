"""What corrections write into the ledger of deliveries. Each function is for one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from bot.channels.delivery import Trace
from bot.corrections.pairing import Pairing
from bot.delivery.model import DeliveryStatus, PartRow, PartStatus, Planned
from bot.delivery.tables import DELIVERIES, PARTS


@dataclass(frozen=True)
class Kept:
    """How the parts of a corrected document took the places of those that were sent."""

    pairing: Pairing
    plan: Sequence[Planned]
    under: Trace
    """The receipt of the message that parts are posted under which no place was left for."""


def edited(connection: sa.Connection, part: int, to_be: Planned, receipt: Trace) -> None:
    """A part stands there otherwise from now on."""
    values = {"opening": to_be.opening[:255], "hash": to_be.hash, "receipt": dict(receipt)}
    connection.execute(PARTS.update().where(PARTS.c.id == part).values(values))


def settle(
    connection: sa.Connection,
    delivery: int,
    corrected: int,
    rows: Sequence[PartRow],
    kept: Kept | None,
    now: datetime,
) -> None:
    """The corrected issue stands in the chat from now on; what no place was left for is still to be posted."""
    values = {"issue": corrected, "corrected_at": now}
    if kept is not None:
        _replanned(connection, delivery, rows, kept)
        if kept.pairing.more:
            values |= {"status": DeliveryStatus.OPEN, "finished_at": None}
    connection.execute(DELIVERIES.update().where(DELIVERIES.c.id == delivery).values(values))


def _replanned(connection: sa.Connection, delivery: int, rows: Sequence[PartRow], kept: Kept) -> None:
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
