"""What was posted, for people and for other programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.channels.protocol import spoken
from bot.delivery.ledger import DELIVERIES, ISSUES, PARTS, POSTED
from bot.delivery.model import DeliveryStatus, Outcome, PartStatus, outcome
from digests.document import Document, Heading, Paragraph, Table, plain
from digests.localizer import Localizer
from digests.snapshot import PostedReport
from metrics.periods import to_local
from warehouse.messages import N_, Message

Record = dict[str, Any]

_STATUS = {
    Outcome.SENT: N_("sent"),
    Outcome.UNKNOWN: N_("unknown"),
    Outcome.STOPPED: N_("stopped"),
    Outcome.OPEN: N_("unfinished"),
}
_DELIVERY = ("subject", "period", "title", "as_of", "platform", "chat", "thread", "status", "late")
_OPENED = ("created_at", "finished_at", "corrected_at", "not_corrected")
_PART = ("part", "opening", "part_status", "reason", "tried_at", "sent_at", "receipt")


@dataclass(frozen=True)
class Listed:
    """A delivery with its parts, as the tables have them; instants are naive UTC."""

    delivery: Record
    parts: Sequence[Record]
    posted: PostedReport | None = None
    """Of a digest, its figures as they were printed, and its corrections."""

    @property
    def outcome(self) -> Outcome:
        statuses = [PartStatus(part["part_status"]) for part in self.parts]
        return outcome(DeliveryStatus(self.delivery["status"]), statuses)


def listed(connection: sa.Connection, since: datetime | None = None) -> list[Listed]:
    """Every delivery, or those begun since a moment (UTC), in their order."""
    wanted = [DELIVERIES.c.created_at >= since] if since else []
    columns = [*DELIVERIES.columns, ISSUES.c.title, ISSUES.c.as_of, ISSUES.c.figures]
    found = connection.execute(sa.select(*columns).join(ISSUES).where(*wanted).order_by(DELIVERIES.c.id))
    rows = found.mappings().all()
    parts: dict[int, list[Record]] = {row["id"]: [] for row in rows}
    asked = sa.select(PARTS).join(DELIVERIES).where(*wanted).order_by(PARTS.c.delivery, PARTS.c.position)
    for part in connection.execute(asked).mappings():
        named = {**part, "part": part["position"] + 1, "part_status": part["status"]}
        parts[part["delivery"]].append({name: named[name] for name in ("id", *_PART)})
    return [
        Listed(
            {name: row[name] for name in _DELIVERY + _OPENED},
            parts[row["id"]],
            POSTED.validate_python(row["figures"]) if row["figures"] else None,
        )
        for row in rows
    ]


def as_document(deliveries: Sequence[Listed], localizer: Localizer) -> Document:
    """A table to read: what was posted where, and how many of its parts are there."""
    title = localizer(N_("What was posted"))
    if not deliveries:
        said = localizer(N_("Nothing was posted yet."))
        return Document(title, (Paragraph(plain(said)),), localizer.language)
    header = (N_("Begun"), N_("What"), N_("Period"), N_("Chat"), N_("State"), N_("Parts"), N_("Reason"))
    rows = tuple(_row(each, localizer) for each in deliveries)
    return Document(title, (Heading(title, 1), Table(tuple(map(localizer, header)), rows)), localizer.language)


def as_data(deliveries: Sequence[Listed], localizer: Localizer) -> Record:
    """The same as JSON, with every part and its receipt, and the figures that were printed. Times have their offset."""
    return {"deliveries": [
        {**_worded(each.delivery, localizer), "status": each.outcome.value,
         "parts": [_worded(part, localizer) for part in each.parts], **_printed(each.posted, localizer.timezone)}
        for each in deliveries
    ]}  # fmt: skip


def as_csv(deliveries: Sequence[Listed], localizer: Localizer) -> str:
    """The same with a row for each part."""
    text = StringIO()
    writer = csv.DictWriter(text, [*_DELIVERY, *_OPENED, "id", *_PART], lineterminator="\n")
    writer.writeheader()
    for each in deliveries:
        common = {**_worded(each.delivery, localizer), "status": each.outcome.value}
        writer.writerows({**common, **_worded(part, localizer)} for part in each.parts or [{}])
    return text.getvalue().rstrip("\n")


def _row(each: Listed, localizer: Localizer) -> tuple[str, ...]:
    delivery = each.delivery
    there = sum(part["part_status"] == PartStatus.SENT for part in each.parts)
    state = localizer(_STATUS[each.outcome])
    if delivery["late"]:
        state = localizer(N_("{state}, late"), state=state)
    if delivery["corrected_at"]:
        state = localizer(
            N_("{state}, corrected on {day}"), state=state, day=localizer.local_day(delivery["corrected_at"])
        )
    return (
        to_local(delivery["created_at"], localizer.timezone).strftime("%Y-%m-%d %H:%M"),
        delivery["title"],
        delivery["period"],
        f"{delivery['platform']}:{delivery['chat']}",
        state,
        f"{there}/{len(each.parts)}",
        "; ".join(dict.fromkeys(_reasons(each, localizer))),
    )


def _reasons(each: Listed, localizer: Localizer) -> Iterator[str]:
    """Why parts are not there, or not corrected; what was mended since does not matter."""
    if each.delivery["not_corrected"]:
        yield localizer(N_("not corrected: {reason}"), reason=_spoken(each.delivery["not_corrected"], localizer))
    for part in each.parts:
        if part["reason"] and part["part_status"] != PartStatus.SENT:
            yield _spoken(part["reason"], localizer)


def _spoken(reason: str, localizer: Localizer) -> str:
    said = spoken(reason)
    return localizer.say(said) if isinstance(said, Message) else said


def _worded(record: Record, localizer: Localizer) -> Record:
    """A record whose reasons are in the reader's language, and whose times have their offset."""
    said = {name: _spoken(record[name], localizer) for name in ("reason", "not_corrected") if record.get(name)}
    return _dated(record | said, localizer.timezone)


def _printed(posted: PostedReport | None, timezone: str) -> Record:
    """A digest's figures as they stand there, and what was corrected in them."""
    if posted is None:
        return {}
    figures = [{**_dated(asdict(each), timezone), "verdict": each.verdict.value} for each in posted.figures]
    corrections = [{"day": f"{mark.day}", "changes": [asdict(each) for each in mark.changes]} for mark in posted.marks]
    return {"figures": figures, "corrections": corrections}


def _dated(record: Record, timezone: str) -> Record:
    def shown(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")
        return value

    return {name: shown(value) for name, value in record.items()}
