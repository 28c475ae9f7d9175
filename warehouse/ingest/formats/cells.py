"""What named formats have in common about cells: reading times and callers, and writing rows for the import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from warehouse.ingest.formats.given import Bad
from warehouse.ingest.sources import BATCH, batch_of
from warehouse.messages import Message, note
from warehouse.nulls import NULL_WORDS

CALL_COLUMNS = (
    "call_id",
    "contact_id",
    "direction",
    "line",
    "started_at",
    "ended_at",
    "outcome",
    "wait_s",
    "talk_s",
    "client_id",
    "agent_id",
    "transferred_to",
)
"""What is read of a call, whatever tells of it."""

_NO_CALLER = NULL_WORDS | {"anonymous", "unknown", "private", "restricted", "unavailable", "withheld"}
_BRACKETED = re.compile(r"<([^<>]*)>\s*$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}([.]\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,5}):([0-5]?\d):([0-5]?\d(?:[.]\d{1,9})?)", re.ASCII)


def moments_of(text: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """A date and time as UTC, local if it names no offset: two if the clock was put back over it, none if it is
    something else or the clock was put forward over it."""
    text = text.strip()
    try:
        if not _DATE.fullmatch(text):
            return ()
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            return (_utc(moment),)
        local = moment.replace(tzinfo=zone)
        again = local.replace(fold=1)
        # Where the clock was put forward, the second is before the first: that time was never shown.
        return tuple(sorted({_utc(local), _utc(again)})) if _utc(local) <= _utc(again) else ()
    except (ValueError, OverflowError):
        return ()


def bad_time(text: str, zone: ZoneInfo, otherwise: Message) -> Bad:
    """Why a text is no time: the clock was put forward over it, or what `otherwise` says."""
    if moments_of(text, ZoneInfo("UTC")) and not moments_of(text, zone):
        return Bad(note('"{value}" was never shown: the clock was put forward over it', value=text.strip()[:80]))
    return Bad(otherwise)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def seconds_of(text: str) -> float | None:
    """A duration in seconds, written so or as h:mm:ss; None if it is something else."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    clock = _CLOCK.fullmatch(text)
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]) if clock else None


def client_of(caller: str) -> str | None:
    """The caller's number, out of `"Name" <number>` too; None if it is withheld."""
    bracketed = _BRACKETED.search(caller)
    number = (bracketed[1] if bracketed else caller).strip().strip('"')
    return None if number.lower() in _NO_CALLER else number


def time_text(at: datetime | None) -> str:
    return f"{at.isoformat(' ')}Z" if at else ""


def seconds_text(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.6f}".rstrip("0").rstrip(".")


def in_batches(
    rows: Iterator[tuple[int, tuple[str, ...]]], schema: Any, progress: Callable[[], int], total: int
) -> Iterator[tuple[Any, int]]:
    """Numbered rows of text in batches, each with how much of `total` is read."""
    numbers: list[int] = []
    cells: list[tuple[str, ...]] = []
    for number, row in rows:
        numbers.append(number)
        cells.append(row)
        if len(cells) == BATCH:
            yield _batch(numbers, cells, schema), min(progress(), total)
            numbers, cells = [], []
    yield _batch(numbers, cells, schema), total


def _batch(numbers: Sequence[int], cells: Sequence[tuple[str, ...]], schema: Any) -> Any:
    columns = list(zip(*cells, strict=True)) or [()] * (len(schema) - 1)
    return batch_of(numbers, [pa.array(column, pa.string()) for column in columns], schema)
