"""One line of a queue_log: time|callid|queue|agent|EVENT|parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, Given, bad_time, legible, moments_of
from warehouse.ingest.layout import Layout, folded
from warehouse.ingest.opening import Opening, open_source
from warehouse.ingest.text import DELIMITERS, UNREADABLE
from warehouse.messages import UserError, note
from warehouse.nulls import filled

CALLS = frozenset(
    {
        "ENTERQUEUE",
        "CONNECT",
        "COMPLETEAGENT",
        "COMPLETECALLER",
        "ABANDON",
        "EXITWITHTIMEOUT",
        "EXITEMPTY",
        "EXITWITHKEY",
        "BLINDTRANSFER",
        "ATTENDEDTRANSFER",
        "TRANSFER",
        "RINGNOANSWER",
        "RINGCANCELED",
        "AGENTDUMP",
        "SYSCOMPAT",
    }
)
AGENTS = frozenset(
    {
        "ADDMEMBER",
        "REMOVEMEMBER",
        "PAUSE",
        "UNPAUSE",
        "PAUSEALL",
        "UNPAUSEALL",
        "AGENTLOGIN",
        "AGENTLOGOFF",
        "AGENTCALLBACKLOGIN",
        "AGENTCALLBACKLOGOFF",
    }
)
SYSTEM = frozenset({"QUEUESTART", "CONFIGRELOAD"})
KNOWN = CALLS | AGENTS | SYSTEM

_EPOCH = re.compile(r"\d{9,11}(\.\d+)?")
_MADE = re.compile(r"(?:[^|]*-)?(\d{9,11})\.\d+\|[^|]*\|[^|]*\|ENTERQUEUE\b", re.ASCII)
"""What follows the time of a call's entry, with the second when its channel was made."""
_NAME = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")
_START = datetime.fromisoformat("1970-01-01")
_SECONDS = re.compile(r"\d+([.]\d+)?")


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    """UTC."""
    mark: str
    """The time as it was logged: the same in every copy of the line."""
    callid: str
    queue: str
    agent: str
    name: str
    parameters: tuple[str, ...] = ()
    row: int = 0
    place: str = ""
    text: str = ""

    def parameter(self, number: int) -> str:
        """A parameter, counted from 1; old logs have fewer. Raises Bad if it cannot be read."""
        if number > len(self.parameters):
            return ""
        return filled(legible(self.parameters[number - 1], f"{self.name}, {number}"))

    def is_seconds(self, number: int) -> bool:
        """Whether a parameter is a duration."""
        return _SECONDS.fullmatch(self.parameter(number)) is not None

    def seconds(self, number: int) -> float | None:
        """A parameter that is a duration. Raises Bad if it is something else."""
        text = self.parameter(number)
        if not text:
            return None
        if not self.is_seconds(number):
            raise Bad(
                note(
                    '{event}: parameter {number}, "{value}", is not a number of seconds',
                    event=self.name,
                    number=number,
                    value=text[:80],
                )
            )
        return float(text)


def read_event(text: str, clock: Clock, row: int = 0, place: str = "") -> Event:
    """Read a line, the next one of its file. Raises Bad."""
    mark, *rest = text.split("|")
    if len(rest) < 4:
        raise Bad(note("fewer fields than time|callid|queue|agent|EVENT"))
    callid, queue, agent, name, *parameters = rest
    if UNREADABLE in text:
        for field, said in zip(("callid", "queue", "agent"), rest, strict=False):
            legible(said, field)
    at = clock.read(text)
    if at is None:
        otherwise = note(
            '"{value}" is neither seconds since 1970 nor a date as in 2026-06-01 10:00:00', value=mark[:80]
        )
        raise bad_time(mark, clock.zone, otherwise)
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Bad(note('"{value}" is not the name of an event', value=name[:80]))
    return Event(
        at, mark.strip(), filled(callid), filled(queue), filled(agent), name, tuple(parameters), row, place, text
    )


class Clock:
    """Reads the times of lines that follow each other, as UTC: seconds since 1970, or a date.

    Of a local date that came twice it is the instant near to the second in the id of a call that enters, or else to
    the line before.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._before: datetime | None = None

    def read(self, text: str) -> datetime | None:
        """The time of the next line, None if it has none."""
        mark, _, rest = text.partition("|")
        found = self._moments(mark.strip())
        if not found:
            return None
        near = self._before
        if len(found) > 1:
            made = _MADE.match(rest)
            near = _START + timedelta(seconds=int(made[1])) if made else near
        at = min(found, key=lambda moment: abs(moment - near)) if near else found[0]
        self._before = at
        return at

    def _moments(self, mark: str) -> tuple[datetime, ...]:
        try:
            if _EPOCH.fullmatch(mark):
                whole, _, fraction = mark.partition(".")
                return (_START + timedelta(seconds=int(whole), microseconds=int((fraction + "000000")[:6])),)
        except OverflowError:
            return ()
        return moments_of(mark, self.zone)


_FIELDS: dict[str, tuple[str, ...]] = {
    "time": ("time", "eventtime", "event_time", "datetime", "timestamp", "created", "calldate", "date"),
    "callid": ("callid", "call_id", "uniqueid"),
    "queue": ("queuename", "queue_name", "queue", "qname"),
    "agent": ("agent", "agentname", "agent_name", "qagent"),
    "event": ("event", "verb", "qevent", "eventname"),
}
"""What a line begins with, and what the column of it is called."""
_DATA = ("data", *(f"{word}{n}" for word in ("data", "arg", "info", "param") for n in range(1, 10)))
"""Parameters: each in a column of its own, or all of them in one, divided as in a log."""
_EXPECTED = frozenset((*(name for names in _FIELDS.values() for name in names), *_DATA))
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})[ T]+(\d\d?:\d\d)(:\d\d)?(.*)")
_TOO_FINE = re.compile(r"(\.\d{6})\d+")
_UNFIT = re.compile(r"[\r\n|]+")
_FIRST = datetime.fromisoformat("0001-01-01")
TimeReaders = Callable[[], Callable[[bytes], datetime | None]]
"""Gives what reads the times of the lines of one file, from the first one on."""


def as_log(file: Path, given: Given, clock: TimeReaders) -> Path:
    """Return the file itself if it is a log, or else a log of what its table says. Raises UserError."""
    if given.layout.names is None and not _is_table(file):
        return file
    layout = Layout(given.layout.sheet, given.layout.header, _EXPECTED)
    opening = Opening(file, given.workspace, given.misshapen, layout, given.encoding, given.delimiter)
    source, _ = open_source(opening)
    places = _places(source.columns, file)
    directory = given.workspace / "as-log"
    directory.mkdir(exist_ok=True)
    path = directory / file.name
    in_order, latest, time_of = True, _FIRST, clock()
    with path.open("w", encoding=given.text_encoding(), errors="replace", newline="\n") as log:
        written = 0
        for batch, _ in source.batches():
            columns = [column.cast("string").to_pylist() for column in batch.columns[1:]]
            rows = zip(*columns, strict=True)
            for number, row in zip(batch.columns[0].to_pylist(), rows, strict=True):
                # A line has the number of its row.
                log.write("\n" * (number - written - 1))
                line = _line(row, places) if any(row) else ""
                log.write(f"{line}\n")
                written = number
                at = time_of(line.encode())
                in_order = in_order and (at is None or at >= latest)
                latest = at or latest
    if not in_order:
        _sort(path, clock())
    return path


def _is_table(file: Path) -> bool:
    """Return whether the first line of a file is a header."""
    with file.open("rb") as raw:
        first = raw.readline(1 << 16)
    text = first.decode("utf-16" if first[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "ignore")
    text = text.lstrip().partition("\r")[0]
    return any(_has_all([name.strip(' "') for name in text.split(each)]) for each in DELIMITERS)


def _has_all(names: Sequence[str]) -> bool:
    found = {folded(name) for name in names}
    return all(found & set(called) for called in _FIELDS.values())


def _places(columns: Sequence[str], file: Path) -> list[int | None]:
    """Return where each field of a line is, the parameters last. Raises UserError if one is missing."""
    names = [folded(column) for column in columns]
    fields = [next((names.index(name) for name in called if name in names), None) for called in _FIELDS.values()]
    missing = [field for field, place in zip(_FIELDS, fields, strict=True) if place is None]
    if missing:
        raise UserError(
            "The table {file} of a queue log has no column for {missing}. Its header is: {columns}.",
            file=file.name,
            missing=", ".join(missing),
            columns=", ".join(columns),
        )
    return [*fields, *(names.index(name) for name in _DATA if name in names)]


def _line(row: Sequence[str | None], places: Sequence[int | None]) -> str:
    cells = ["" if place is None else filled(row[place] or "") for place in places]
    begin, parameters = cells[: len(_FIELDS)], cells[len(_FIELDS) :]
    begin[0] = _TOO_FINE.sub(r"\1", _DOTTED.sub(_iso, begin[0]))
    return "|".join([*(_UNFIT.sub(" ", cell) for cell in begin), *(cell.replace("\n", " ") for cell in parameters)])


def _iso(match: re.Match[str]) -> str:
    day, month, year, clock, seconds, rest = match.groups()
    return f"{year}-{int(month):02}-{int(day):02} {clock:0>5}{seconds or ':00'}{rest}"


def _sort(path: Path, time_of: Callable[[bytes], datetime | None]) -> None:
    """Put the lines of a log into the order of time: a table has none, and is often shown with the latest first."""
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    known = list(_timed(lines, time_of))
    if known and known[0] > known[-1]:
        lines.reverse()
        known.reverse()
    order = sorted(range(len(lines)), key=known.__getitem__)
    path.write_bytes(b"".join(lines[place] + b"\n" for place in order))


def _timed(lines: Sequence[bytes], time_of: Callable[[bytes], datetime | None]) -> Iterator[datetime]:
    at = _FIRST
    for line in lines:
        at = time_of(line) or at
        yield at
