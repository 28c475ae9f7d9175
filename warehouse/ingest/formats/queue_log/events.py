"""One line of a queue_log: time|callid|queue|agent|EVENT|parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, Given, bad_time, legible
from warehouse.ingest.formats.rotated import Numbered, Times
from warehouse.ingest.layout import Layout, folded
from warehouse.ingest.opening import Opening, open_source
from warehouse.ingest.text import DELIMITERS, UNREADABLE
from warehouse.messages import UserError, note
from warehouse.schema.columns import filled

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

_NAME = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")
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
    in_doubt: bool = False
    """Whether its time came twice, and nothing tells which of the two it is."""

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


def read_event(
    text: str, at: datetime | None, zone: ZoneInfo, row: int = 0, place: str = "", *, in_doubt: bool = False
) -> Event:
    """Read a line whose time is known. Raises Bad."""
    mark, *rest = text.split("|")
    if len(rest) < 4:
        raise Bad(note("fewer fields than time|callid|queue|agent|EVENT"))
    callid, queue, agent, name, *parameters = rest
    if UNREADABLE in text:
        for field, said in zip(("callid", "queue", "agent"), rest, strict=False):
            legible(said, field)
    if at is None:
        otherwise = note(
            '"{value}" is neither seconds since 1970 nor a date as in 2026-06-01 10:00:00', value=mark[:80]
        )
        raise bad_time(mark, zone, otherwise)
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Bad(note('"{value}" is not the name of an event', value=name[:80]))
    return Event(
        at,
        mark.strip(),
        filled(callid),
        filled(queue),
        filled(agent),
        name,
        tuple(parameters),
        row,
        place,
        text,
        in_doubt,
    )


FIELDS: dict[str, tuple[str, ...]] = {
    "time": ("time", "time_id", "eventtime", "event_time", "datetime", "timestamp", "created", "calldate", "date"),
    "callid": ("callid", "call_id", "uniqueid"),
    "queue": ("queuename", "queue_name", "queue", "qname"),
    "agent": ("agent", "agentname", "agent_name", "qagent"),
    "event": ("event", "verb", "qevent", "eventname"),
}
"""What a line begins with, and what the column of it is called."""
_DATA = ("data", *(f"{word}{n}" for word in ("data", "arg", "info", "param") for n in range(1, 10)))
"""Parameters: each in a column of its own, or all of them in one, divided as in a log."""
_EXPECTED = frozenset((*(name for names in FIELDS.values() for name in names), *_DATA))
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})[ T]+(\d\d?:\d\d)(:\d\d)?(.*)")
_TOO_FINE = re.compile(r"(\.\d{6})\d+")
_UNFIT = re.compile(r"[\r\n|]+")
_FIRST = datetime.fromisoformat("0001-01-01")


def as_log(file: Path, given: Given, times: Times) -> Path:
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
    _sort(path, times)
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
    return all(found & set(called) for called in FIELDS.values())


def _places(columns: Sequence[str], file: Path) -> list[int | None]:
    """Return where each field of a line is, the parameters last. Raises UserError if one is missing."""
    names = [folded(column) for column in columns]
    fields = [next((names.index(name) for name in called if name in names), None) for called in FIELDS.values()]
    missing = [field for field, place in zip(FIELDS, fields, strict=True) if place is None]
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
    begin, parameters = cells[: len(FIELDS)], cells[len(FIELDS) :]
    begin[0] = _TOO_FINE.sub(r"\1", _DOTTED.sub(_iso, begin[0]))
    return "|".join([*(_UNFIT.sub(" ", cell) for cell in begin), *(cell.replace("\n", " ") for cell in parameters)])


def _iso(match: re.Match[str]) -> str:
    day, month, year, clock, seconds, rest = match.groups()
    return f"{year}-{int(month):02}-{int(day):02} {clock:0>5}{seconds or ':00'}{rest}"


def _sort(path: Path, times: Times) -> None:
    """Put the lines of a log into the order of time: a table has none, and is often shown with the latest first."""
    with path.open("rb") as log:
        if all(one <= other for one, other in pairwise(_known(log, times))):
            return
    lines = path.read_bytes().splitlines(keepends=True)
    known = list(_known(lines, times))
    if known[0] > known[-1]:
        lines.reverse()
    in_order = sorted(_carried(times(enumerate(lines))), key=itemgetter(0))
    path.write_bytes(b"".join(text for _, text in in_order if text.strip()))


def _known(lines: Iterable[bytes], times: Times) -> Iterator[datetime]:
    return (at for _, at in times(enumerate(lines)) if at)


def _carried(lines: Iterable[tuple[Numbered, datetime | None]]) -> Iterator[tuple[datetime, bytes]]:
    """Yield lines each with its time, or that of the one above it."""
    latest = _FIRST
    for (_, text), at in lines:
        latest = at or latest
        yield latest, text
