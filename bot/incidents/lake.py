"""Incidents of the chats as rows of the records, so that reports, metrics and exports know them as any others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.incidents.store import Record, Written
from metrics.incidents import LESSONS
from warehouse.lake import Lake
from warehouse.merge import connect, merge, without
from warehouse.records import duckdb_type
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENT_LESSONS, INCIDENTS

SOURCE = "chat"


def save(lake: Lake, records: Sequence[Record], now: datetime) -> None:
    """Write incidents as they are now. Raises UserError if another writer is at work, or the lake cannot be written."""
    rows: dict[sa.Table, list[dict[str, Any]]] = {INCIDENTS: [], INCIDENT_EVENTS_TABLE: [], INCIDENT_LESSONS: []}
    withdrawn = []
    for record in records:
        rows[INCIDENTS].append(_incident(record))
        for entry in record.entries:
            if entry.dropped:
                withdrawn.append(_key(record, entry))
            elif entry.kind in LESSONS:
                rows[INCIDENT_LESSONS].append(_lesson(record, entry))
            else:
                rows[INCIDENT_EVENTS_TABLE].append(_event(record, entry))
    keys = ", ".join(f"'{key}'" for key in withdrawn)
    with lake.writing() as manifest, connect() as connection:
        for table, of_table in rows.items():
            if of_table:
                columns = list(table.columns)
                lists = ", ".join(_unnested(columns))
                values = [[row.get(column.name) for row in of_table] for column in columns]
                connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {lists}", values)
                manifest, _ = merge(lake, manifest, connection, table, "staged", complete_to=now)
            if keys and table is not INCIDENTS:
                key = "event_id" if table is INCIDENT_EVENTS_TABLE else "lesson_id"
                manifest, _ = without(lake, manifest, connection, table, f"{key} IN ({keys})")
        lake.commit(manifest)


def _unnested(columns: Sequence[sa.Column[Any]]) -> Iterator[str]:
    for column in columns:
        yield f"unnest(CAST(? AS {duckdb_type(column)}[])) AS {column.name}"


def _key(record: Record, entry: Written) -> str:
    return f"{SOURCE}:{record.number}:{entry.place:06}"


def _incident(record: Record) -> dict[str, Any]:
    incident = record.incident
    return {
        "incident_id": incident.number,
        "title": incident.title,
        "lines": ",".join(incident.lines) or None,
        "severity": incident.severity,
        "started_at": incident.started,
        "resolved_at": incident.resolved,
        "chat": record.owner.target.chat,
        "author": f"{record.owner.platform}:{record.owner.person}",
        "revision": float(record.revision),
        "published_at": record.published_at,
        "revised_at": record.revised_at,
        "source": SOURCE,
    }


def _event(record: Record, entry: Written) -> dict[str, Any]:
    return {
        "event_id": _key(record, entry),
        "incident_id": str(record.number),
        "at": entry.at,
        "kind": entry.kind,
        "text": entry.text or None,
        "author": entry.author or None,
        "internal": entry.internal,
        "entered_at": entry.entered_at,
        "source": SOURCE,
    }


def _lesson(record: Record, entry: Written) -> dict[str, Any]:
    return {
        "lesson_id": _key(record, entry),
        "incident_id": str(record.number),
        "section": entry.kind,
        "text": entry.text,
        "role": entry.role,
        "due_on": entry.due_on,
        "done_at": entry.done_at,
        "source": SOURCE,
    }
