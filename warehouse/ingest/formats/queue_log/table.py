"""A queue log kept in a database's table, exported with its header: made into the lines of a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from warehouse.ingest.formats.given import Given
from warehouse.ingest.layout import Layout, folded
from warehouse.ingest.opening import Opening, open_source
from warehouse.ingest.text import DELIMITERS
from warehouse.messages import Mistake
from warehouse.nulls import filled

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
Clock = Callable[[], Callable[[bytes], datetime | None]]
"""Gives what reads the times of the lines of one file, from the first one on."""


def as_log(file: Path, given: Given, clock: Clock) -> Path:
    """Return the file itself if it is a log, or else a log in the workspace of what its table says. Raises Mistake."""
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
    """Return where each field of a line is, the parameters last. Raises Mistake if one is missing."""
    names = [folded(column) for column in columns]
    fields = [next((names.index(name) for name in called if name in names), None) for called in _FIELDS.values()]
    missing = [field for field, place in zip(_FIELDS, fields, strict=True) if place is None]
    if missing:
        raise Mistake(
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
