"""One row of Asterisk's call detail records: which field is which, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, bad_time, legible_cells, moments_of, seconds_of
from warehouse.ingest.formats.contacts import Leg, in_each_pass
from warehouse.messages import note
from warehouse.schema.columns import filled

FIELDS = (
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
)
"""The fields of Master.csv in their order."""
UNIQUEID, USERFIELD, NEWER = ("uniqueid",), ("userfield",), ("peeraccount", "linkedid", "sequence")
"""What may follow them, as Asterisk is set."""
FREEPBX = ("calldate", "did", "recordingfile", "cnum", "cnam", "outbound_cnum", "outbound_cnam", "dst_cnam")
"""What only a table has."""
KNOWN = (*FIELDS, *UNIQUEID, *USERFIELD, *NEWER, *FREEPBX)
HEADER = frozenset({"src", "dst", "disposition"})
"""A first row with these names is a header."""

_AS_SAID = ("src", "dst", "dcontext", "clid", "dstchannel", "lastapp", "lastdata", "did", "accountcode", "userfield")
_ALWAYS = (
    *("src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "uniqueid", "linkedid"),
    *("start", "calldate", "duration", "billsec", "answer", "end", "disposition"),
)
"""The fields that every row is read from."""
_DISPOSITIONS = {"answer": "answered", "answered": "answered", "noanswer": "no_answer", "busy": "busy"}
_DISPOSITIONS |= {"failed": "failed", "congestion": "failed", "cancel": "no_answer", "chanunavail": "failed"}
_UNIQUEID = re.compile(r"(?:.+-)?(\d{9,11})\.\d+", re.ASCII)
_SLACK_S = 1.0
"""Asterisk rounds the duration and the billed seconds apart."""


@dataclass(frozen=True, slots=True)
class CdrRow(Leg):
    """A row as read. Times are UTC; texts are empty where the row has none."""

    answer: datetime | None
    """When the channel was answered, by whatever: a queue or a menu as well."""
    outcome: str
    linked: bool
    """Whether the row names its contact by linkedid."""
    src: str
    dst: str
    dcontext: str
    clid: str
    channel: str
    dstchannel: str
    lastapp: str
    lastdata: str
    uniqueid: str
    did: str
    accountcode: str
    userfield: str


def layout_of(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of a row of Master.csv, by how many fields it has; None if it is no such row."""
    if len(cells) < len(FIELDS):
        return None
    more = {
        0: (),
        1: UNIQUEID if _UNIQUEID.fullmatch(cells[-1].strip()) else USERFIELD,
        2: UNIQUEID + USERFIELD,
        3: NEWER,
        4: (UNIQUEID if len(cells) > 16 and _UNIQUEID.fullmatch(cells[16].strip()) else USERFIELD) + NEWER,
        5: UNIQUEID + USERFIELD + NEWER,
    }.get(len(cells) - len(FIELDS))
    return None if more is None else FIELDS + more


def read_row(cells: Mapping[str, str], zone: ZoneInfo, number: int, line: Sequence[str] = ()) -> tuple[CdrRow, ...]:
    """A row out of its cells by name, in the ways it may be meant: two if its start came twice and it does not tell.

    `line` are the cells that its line is taken from. Raises Bad.
    """
    said = {name: filled(cell) for name, cell in legible_cells(cells, _needed(cells, line)).items()}
    starts = _starts(said, zone)
    word = said.get("disposition", "")
    outcome = _DISPOSITIONS.get(re.sub(r"[\s_]", "", word).casefold())
    if outcome is None:
        raise Bad(note('"{value}" is no disposition: ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION', value=word[:80]))
    return in_each_pass(starts, lambda start: _row(said, zone, number, start, outcome))


def _row(said: Mapping[str, str], zone: ZoneInfo, number: int, start: datetime, outcome: str) -> CdrRow:
    uniqueid, linkedid = said.get("uniqueid", ""), said.get("linkedid", "")
    duration = _seconds(said, "duration")
    if duration is None:
        duration = _until(said.get("end", ""), zone, start)
    billed = _seconds(said, "billsec")
    if billed is not None and billed > duration + _SLACK_S:
        raise Bad(
            note(
                "billsec {billed} is more than the duration {duration}", billed=f"{billed:g}", duration=f"{duration:g}"
            )
        )
    answer = None
    if outcome == "answered":
        answer = _answer(said.get("answer", ""), zone, start, duration, billed)
    channel = said.get("channel", "")
    return CdrRow(
        # Without an id, rows that began at once on one channel are attempts of one call.
        contact=linkedid or uniqueid or f"{start.isoformat(' ')}/{channel or said.get('src', '')}",
        start=start,
        end=_later(start, duration),
        row=number,
        answer=answer,
        outcome=outcome,
        linked=bool(linkedid),
        uniqueid=uniqueid,
        channel=channel,
        **{name: said.get(name, "") for name in _AS_SAID},
    )


def _needed(cells: Mapping[str, str], line: Sequence[str]) -> Iterator[str]:
    """The cells that something is read from."""
    yield from _ALWAYS
    yield from line
    if not cells.get("src", "").strip():
        yield "clid"
    if cells.get("lastapp", "").strip().casefold() == "queue":
        yield "lastdata"


def _starts(said: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return when a row began: two instants if it came twice, and the row does not tell which."""
    text = said.get("start") or said.get("calldate", "")
    found = moments_of(text, zone)
    if not found:
        raise bad_time(text, zone, note('"{value}" is not a time as in 2026-06-01 10:00:00', value=text[:80]))
    if len(found) == 1:
        return found
    # The hour that comes twice in autumn: the id has the second when the channel was made, or else the end tells.
    if epoch := _UNIQUEID.fullmatch(said.get("uniqueid") or said.get("linkedid", "")):
        made = datetime.fromisoformat("1970-01-01") + timedelta(seconds=int(epoch[1]))
        return (min(found, key=lambda moment: abs(moment - made)),)
    duration, ends = _seconds(said, "duration"), moments_of(said.get("end", ""), zone)
    if duration is None or not ends:
        return found
    lasts = timedelta(seconds=duration)
    off = {moment: min(abs(end - moment - lasts) for end in ends) for moment in found}
    return tuple(moment for moment in found if off[moment] == min(off.values()))


def _seconds(said: Mapping[str, str], name: str) -> float | None:
    text = said.get(name, "")
    if not text:
        return None
    found = seconds_of(text)
    if found is None:
        raise Bad(note('{field}: "{value}" is not a number of seconds', field=name, value=text[:80]))
    return found


def _until(text: str, zone: ZoneInfo, start: datetime) -> float:
    """Seconds to a time that is not before the start."""
    for moment in moments_of(text, zone):
        if moment >= start:
            return (moment - start).total_seconds()
    raise Bad(note("neither a duration nor an end after the start"))


def _answer(text: str, zone: ZoneInfo, start: datetime, duration: float, billed: float | None) -> datetime:
    """From the seconds, which know no clock that is put back; from the time itself where a file has no seconds."""
    if billed is None:
        return _later(start, min(_until(text, zone, start), duration))
    return _later(start, max(duration - billed, 0.0))


def _later(start: datetime, seconds: float) -> datetime:
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        raise Bad(note("a duration that no call has")) from None
