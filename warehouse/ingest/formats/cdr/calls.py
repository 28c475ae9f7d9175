"""Files of call detail records, Asterisk's own or exports of a table, and the calls that their rows tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import (
    Bad,
    Given,
    chosen,
    client_of,
    columns_of,
    folded,
    pattern_of,
    words_of,
    zone_of,
)
from warehouse.ingest.formats.cdr.records import HEADER, KNOWN, CdrRow, layout_of, read_row
from warehouse.ingest.formats.contacts import (
    INTERNAL,
    MENU_ONLY,
    PARTS,
    Call,
    CallRecords,
    Talk,
    first_of,
    talked,
    transferred,
)
from warehouse.ingest.formats.lines import cells_of, rows_in
from warehouse.ingest.formats.rotated import RotatedFiles, rotated_files
from warehouse.ingest.text import DELIMITERS, given_delimiter
from warehouse.messages import UserError, note

LINES = ("queue", "did", "dst", "dcontext", "accountcode", "userfield")
"""What a line may be taken from."""
_FOR_IN_ONLY = ("queue", "did", "dst")

MACHINES = frozenset({"background", "playback", "waitexten", "voicemail", "voicemailmain", "read", "ivr"})
QUEUES_AND_GROUPS = frozenset({"ext-queues", "ext-group", "ext-local"})
"""FreePBX's contexts of what may be answered by a person."""
NO_NUMBER = frozenset({"", "s", "h", "i", "t", "o", "fax"})
_ENDPOINT = re.compile(r"[^/]+/(.+?)(?:-[0-9a-fA-F]{4,})?(?:;[12])?")
_PHONE = re.compile(r"[+]?[0-9]{3,}", re.ASCII)


@dataclass(frozen=True)
class CdrSettings:
    extensions: re.Pattern[str] = field(default_factory=lambda: re.compile(r"\d{2,5}"))
    """The numbers of the centre's own people."""
    in_contexts: frozenset[str] = frozenset()
    out_contexts: frozenset[str] = frozenset()
    line: tuple[str, ...] = ("queue", "did", "dst")
    """What the line is taken from: the first that says something."""
    answers_first: frozenset[str] = frozenset({"queue"})
    """Applications that answer the channel of a call in before a person does, so that billsec has waiting in it."""


def call_of(rows: Sequence[CdrRow], settings: CdrSettings) -> Call | str:
    """The call that the rows of a contact make, or what they are if they make none."""
    head = next((row for row in rows if row.uniqueid == row.contact), rows[0])
    if not head.linked and _is_local(head.channel):
        return PARTS
    direction = _direction(head, settings)
    if direction == INTERNAL:
        return INTERNAL
    if direction == "out":
        settings = replace(settings, answers_first=frozenset())
    own = [row for row in rows if row.channel == head.channel]
    talks = list(_talks(rows, settings))
    first = first_of(talks)
    client: str | None
    agent: str | None
    began, ended = min(row.start for row in own), max(row.end for row in rows)
    if direction == "out":
        # What a machine says after a failed attempt is no attempt.
        outcome = next((row.outcome for row in reversed(own) if _was_offered(row)), own[-1].outcome)
        client, agent = head.dst, _person(head, settings)
    else:
        if not talks and not any(map(_was_offered, rows)):
            return MENU_ONLY
        machine = own[-1].lastapp.casefold() in MACHINES
        outcome, client = "flow_out" if machine else "abandoned", client_of(head.src or head.clid)
        agent = first.agent if first else None
    return Call(
        call_id=head.contact,
        direction=direction,
        line=_line(rows, head, direction, settings),
        started_at=began,
        ended_at=ended,
        outcome="answered" if talks else "no_answer" if outcome == "answered" else outcome,
        wait_s=_wait(own, began, first, settings),
        talk_s=talked(talks),
        client_id=client,
        agent_id=agent,
        transferred_to=transferred(talks) if direction == "in" else None,
        partial=_is_partial(rows, head),
    )


def _is_partial(rows: Sequence[CdrRow], head: CdrRow) -> bool:
    """Whether the caller's own row is missing, or that of somebody whom a queue rang."""
    behind = {row.channel for row in rows}
    rung = (row for row in rows if row.answer is not None and _is_local(row.dstchannel))
    return (head.linked and head.uniqueid != head.contact) or any(
        _other_half(row.dstchannel) not in behind for row in rung
    )


def _direction(head: CdrRow, settings: CdrSettings) -> str:
    ours = settings.extensions.fullmatch
    if head.dcontext in settings.in_contexts:
        return "in"
    called_inside = bool(ours(head.dst)) or not _PHONE.fullmatch(head.dst)
    if head.dcontext in settings.out_contexts:
        return INTERNAL if called_inside else "out"
    by_channel = not _is_local(head.channel) and ours(_endpoint(head.channel))
    if not by_channel and not ours(head.src):
        return "in"
    return INTERNAL if called_inside else "out"


def _person(head: CdrRow, settings: CdrSettings) -> str:
    """Who dials: FreePBX shows the centre's number as the caller's, and the channel's name then tells who it was."""
    endpoint = _endpoint(head.channel)
    return endpoint if settings.extensions.fullmatch(endpoint) or not head.src else head.src


def _talks(rows: Sequence[CdrRow], settings: CdrSettings) -> Iterator[Talk]:
    """The conversations with people: rows that were answered and have a second channel.

    A queue that rings people through Local channels gives each of them a row of its own; that row then decides.
    """
    through = {row.dstchannel: row for row in rows if _is_local(row.dstchannel)}
    behind = {row.channel for row in rows if _is_local(row.channel)}
    for row in rows:
        if row.answer is None or not row.dstchannel or row.lastapp.casefold() in MACHINES:
            continue
        if _is_local(row.dstchannel) and _other_half(row.dstchannel) in behind:
            continue
        caller = through.get(_other_half(row.channel), row)
        told = _is_local(row.channel) or row.lastapp.casefold() not in settings.answers_first
        yield Talk(_endpoint(row.dstchannel), row.answer, row.end, told, _queue(caller) or caller.dst)


def _was_offered(row: CdrRow) -> bool:
    """Whether a queue, a group or a person was called, and not a menu only."""
    app = row.lastapp.casefold()
    return bool(row.dstchannel) or app in ("queue", "dial") or row.dcontext in QUEUES_AND_GROUPS


def _wait(own: Sequence[CdrRow], began: datetime, first: Talk | None, settings: CdrSettings) -> float | None:
    """From the beginning to the answer or the loss, if nothing answered in between: else it cannot be told."""
    for row in own:
        if first and row.start > first.answer:
            break
        if row.lastapp.casefold() in settings.answers_first:
            return None
        if row.answer is not None and (first is None or not row.dstchannel):
            return None
    if first is None:
        return (max(row.end for row in own) - began).total_seconds()
    return max((first.answer - began).total_seconds(), 0.0) if first.told else None


def _line(rows: Sequence[CdrRow], head: CdrRow, direction: str, settings: CdrSettings) -> str | None:
    for name in settings.line:
        if direction == "out" and name in _FOR_IN_ONLY:
            continue
        if name == "queue":
            found = next(filter(None, map(_queue, rows)), "")
        else:
            found = next((said for row in (head, *rows) if (said := str(getattr(row, name))) not in NO_NUMBER), "")
        if found:
            return found
    return None


def _queue(row: CdrRow) -> str:
    """The name of the queue that a row is of, empty if of none."""
    if row.lastapp.casefold() != "queue":
        return ""
    return re.split(r"[,|]", row.lastdata, maxsplit=1)[0].strip() or row.dst


def _endpoint(channel: str) -> str:
    """101 of SIP/101-0000001a and of Local/101@from-queue-0000001b;1."""
    found = _ENDPOINT.fullmatch(channel)
    return (found[1] if found else channel).partition("@")[0]


def _is_local(channel: str) -> bool:
    return channel.startswith("Local/")


def _other_half(channel: str) -> str:
    halves = {";1": ";2", ";2": ";1"}
    return channel[:-2] + halves[channel[-2:]] if channel[-2:] in halves else channel


WORD = ".csv"
"""What the files of a directory have in their names."""

_NEEDED = (
    ("src",),
    ("dst",),
    ("channel",),
    ("dstchannel",),
    ("lastapp",),
    ("start", "calldate"),
    ("duration", "end"),
    ("billsec", "answer"),
    ("disposition",),
)


def cdr(given: Given) -> CallRecords[CdrRow]:
    """Call detail records as a source of calls. Raises UserError."""
    files = RotatedFiles(rotated_files(given.path, WORD))
    columns = columns_of(given.options.get("columns", ""), KNOWN)
    if columns:
        _check(columns, given.path)
    delimiters = (given_delimiter(given.delimiter),) if given.delimiter else DELIMITERS
    zone = zone_of(given.options, given.timezone)
    encoding = given.text_encoding()
    settings = _settings(given)

    def begin(file: Path) -> _File:
        return _File(file, columns, delimiters, zone, settings.line)

    return CallRecords(
        given,
        files,
        CdrRow,
        lambda: rows_in(given, files, encoding, begin),
        partial(call_of, settings=settings),
    )


def _settings(given: Given) -> CdrSettings:
    options, usual = given.options, CdrSettings()
    return CdrSettings(
        pattern_of("extensions", options["extensions"]) if "extensions" in options else usual.extensions,
        frozenset(words_of(options.get("in_contexts", ""))),
        frozenset(words_of(options.get("out_contexts", ""))),
        chosen("line", options["line"], LINES) if "line" in options else usual.line,
        folded(options["answers_first"]) if "answers_first" in options else usual.answers_first,
    )


class _File:
    """Reads one file: its first line may be a header, in the order and with the delimiter of the export."""

    def __init__(
        self, file: Path, columns: Sequence[str], delimiters: Sequence[str], zone: ZoneInfo, line: Sequence[str]
    ) -> None:
        self._file = file
        self._columns = columns
        self._delimiters = delimiters
        self.delimiter = delimiters[0]
        self._line = line
        self._zone = zone
        self._header: Sequence[str] | None = None
        self._first = True

    def is_whole(self, line: bytes) -> bool:
        """An export is whole, whether its last line ends or not; a file of Asterisk's may be being written."""
        return self._header is not None

    def read(self, text: str, number: int) -> tuple[CdrRow, ...]:
        if self._first:
            self._first = False
            if self._is_header(text):
                return ()
        cells = cells_of(text, self.delimiter)
        names = self._header or self._columns or layout_of(cells)
        if names is None:
            raise Bad(note("{n} fields, and a row of Master.csv has 16 to 21", n=len(cells)))
        if len(cells) != len(names):
            raise Bad(note("{n} fields instead of {expected}", n=len(cells), expected=len(names)))
        return read_row(dict(zip(names, cells, strict=True)), self._zone, number, self._line)

    def _is_header(self, text: str) -> bool:
        for delimiter in self._delimiters:
            try:
                names = [name.strip().lower().replace(" ", "") for name in cells_of(text, delimiter)]
            except Bad:
                continue
            if set(names) >= HEADER:
                _check(names, self._file)
                self._header, self.delimiter = names, delimiter
                return True
        return False


def _check(names: Sequence[str], file: Path) -> None:
    """Raises UserError if columns are missing without which nobody can tell who answered a call and when."""
    missing = [" / ".join(either) for either in _NEEDED if not set(either) & set(names)]
    if missing:
        raise UserError(
            "A row of {file} has no {missing}, without which nobody can tell who answered a call and when.",
            file=file.name,
            missing=", ".join(missing),
        )
