"""Files of 3CX's call records, one for all calls or a directory with one for each, and the calls that they tell of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, Given, chosen, client_of, columns_of, words_of, zone_of
from warehouse.ingest.formats.contacts import (
    INTERNAL,
    MENU_ONLY,
    Call,
    CallRecords,
    Talk,
    first_of,
    talked,
    transferred,
)
from warehouse.ingest.formats.lines import cells_of, rows_in
from warehouse.ingest.formats.rotated import RotatedFiles, rotated_files
from warehouse.ingest.formats.threecx.records import FIELDS, NEEDED, Party, Record, read_record
from warehouse.ingest.text import given_delimiter
from warehouse.messages import UserError, note

_KINDS = ("queue", "menu", "group")


def threecx(given: Given) -> CallRecords[Record]:
    """3CX's records as a source of calls. Raises UserError, above all if the columns are not named."""
    columns = _columns(given)
    files = RotatedFiles(rotated_files(given.path))
    delimiter = given_delimiter(given.delimiter or ",")
    zone = zone_of(given.options, given.timezone)
    queues = frozenset(words_of(given.options.get("queues", "")))
    encoding = given.text_encoding()
    usual = ThreeCxSettings()
    settings = ThreeCxSettings(
        chosen("line", given.options["line"], LINES) if "line" in given.options else usual.line,
        frozenset(chosen("answers_first", given.options["answers_first"], _KINDS))
        if "answers_first" in given.options
        else usual.answers_first,
    )

    def begin(file: Path) -> _File:
        return _File(columns, delimiter, zone, queues, settings.line, each_its_own=given.path.is_dir())

    return CallRecords(
        given, files, Record, lambda: rows_in(given, files, encoding, begin), partial(call_of, settings=settings)
    )


def _columns(given: Given) -> tuple[str, ...]:
    text = given.options.get("columns", "").replace("_", "-")
    columns = columns_of(text, FIELDS)
    if not columns:
        raise UserError(
            "3CX writes no header, and its columns are those that its settings choose: name them in their order. "
            "If all were chosen as they are offered, that is --option columns={example}",
            example=",".join(FIELDS),
        )
    missing = [" / ".join(either) for either in NEEDED if not set(either) & set(columns)]
    if missing:
        raise UserError(
            "A row of {file} has no {missing}, without which nobody can tell who answered a call and when.",
            file=given.path.name,
            missing=", ".join(missing),
        )
    if "to-type" not in columns and "queues" not in given.options:
        raise UserError(
            "Without to-type nobody can tell a queue from a person: choose that column in 3CX, or name the queues, "
            "as in --option queues=800,801."
        )
    return columns


class _File:
    """Reads one file."""

    def __init__(
        self,
        columns: Sequence[str],
        delimiter: str,
        zone: ZoneInfo,
        queues: frozenset[str],
        line: Sequence[str],
        each_its_own: bool,
    ) -> None:
        self._columns = columns
        self.delimiter = delimiter
        self._line = line
        self._zone = zone
        self._queues = queues
        self._each_its_own = each_its_own

    def is_whole(self, line: bytes) -> bool:
        """A file of one call need not end its line; the file of all calls may be being written."""
        return self._each_its_own and line.count(self.delimiter.encode()) >= len(self._columns) - 1

    def read(self, text: str, number: int) -> tuple[Record, ...]:
        cells = cells_of(text, self.delimiter)
        if len(cells) != len(self._columns):
            raise Bad(note("{n} fields instead of {expected}", n=len(cells), expected=len(self._columns)))
        named = dict(zip(self._columns, cells, strict=True))
        return read_record(named, self._zone, number, self._queues, self._line)


LINES = ("queue", "to-no", "to-dn", "to-dispname", "dial-no", "from-dn", "from-dispname", "bill-code", "bill-name")
"""What a line may be taken from."""
_FOR_IN_ONLY = ("queue", "to-no", "to-dn", "to-dispname", "dial-no")
_OFFERED = frozenset({"queue", "group", "extension"})


@dataclass(frozen=True)
class ThreeCxSettings:
    line: tuple[str, ...] = ("queue", "to-no")
    """What the line is taken from: the first that says something."""
    answers_first: frozenset[str] = frozenset({"queue", "menu"})
    """Kinds of what is called that answer before a person does, so that time-answered is not the person's."""


def call_of(records: Sequence[Record], settings: ThreeCxSettings) -> Call | str:
    """The call that the records of a contact make, or what they are if they make none."""
    head = records[0]
    direction = _direction(head)
    if direction == INTERNAL:
        return INTERNAL
    talks = list(_talks(records, direction, settings))
    first = first_of(talks)
    ended = max(record.end for record in records)
    client: str | None
    if direction == "out":
        outcome = next((record.failed for record in reversed(records) if record.failed), "no_answer")
        client, agent = _outside(head), head.from_number
    else:
        if not talks and not any({record.to_kind, record.final_kind} & _OFFERED for record in records):
            return MENU_ONLY
        last = records[-1].final_kind or records[-1].to_kind
        outcome = "flow_out" if last in ("voicemail", "menu") else "abandoned"
        client, agent = client_of(head.from_number), first.agent if first else ""
    return Call(
        call_id=head.contact,
        direction=direction,
        line=_line(records, direction, settings),
        started_at=head.start,
        ended_at=ended,
        outcome="answered" if talks else outcome,
        wait_s=_wait(records, first, settings),
        talk_s=talked(talks),
        client_id=client,
        agent_id=agent or None,
        transferred_to=_handed_on(records, talks) if direction == "in" else None,
    )


def _direction(head: Record) -> str:
    if head.from_kind != "extension":
        return "in"
    return "out" if _outside(head) else INTERNAL


def _outside(head: Record) -> str:
    """The number outside that an extension called, empty if it called none."""
    if head.to_kind == "line":
        return head.dial_no or head.to_number
    return head.dial_no if not head.to_kind and len(head.dial_no) > 5 else ""


def _talks(records: Sequence[Record], direction: str, settings: ThreeCxSettings) -> Iterator[Talk]:
    """The conversations with people: records that were answered by an extension, of calls out by the other side."""
    for record in records:
        if record.answer is None:
            continue
        told = record.to_kind not in settings.answers_first
        if direction == "out" and record.from_kind == "extension":
            yield Talk(record.from_number, record.answer, record.end, True, record.to_number)
        elif (person := _person(record)).kind == "extension":
            yield Talk(person.number, record.answer, record.end, told, record.to_number)


def _person(record: Record) -> Party:
    """Who answered: the one who was called, if he then handed the call on, else the one that it came to."""
    if not record.final_number or (record.to_kind == "extension" and _handed(record)):
        return record.called
    return record.final


def _handed(record: Record) -> bool:
    return record.replaced and record.final_kind != "voicemail"


def _wait(records: Sequence[Record], first: Talk | None, settings: ThreeCxSettings) -> float | None:
    """From the beginning to the answer or the loss, if nothing answered in between: else it cannot be told."""
    began = records[0].start
    for record in records:
        if first and record.start > first.answer:
            break
        if record.to_kind in settings.answers_first or (first is None and record.answer is not None):
            return None
    if first is None:
        return (max(record.end for record in records) - began).total_seconds()
    return (first.answer - began).total_seconds() if first.told else None


def _handed_on(records: Sequence[Record], talks: Sequence[Talk]) -> str | None:
    """Whom the first person handed the contact to: 3CX replaces the one who was called."""
    for record in records:
        if record.answer is not None and record.to_kind == "extension" and _handed(record):
            final: Party = record.final
            if final.number and final.number != record.to_number:
                return final.number
    return transferred(talks)


def _line(records: Sequence[Record], direction: str, settings: ThreeCxSettings) -> str | None:
    for name in settings.line:
        if direction == "out" and name in _FOR_IN_ONLY:
            continue
        found = next(filter(None, (_word(record, name) for record in records)), None)
        if found:
            return found
    return None


def _word(record: Record, name: str) -> str:
    if name == "queue":
        parties = (record.called, record.final, record.caller)
        return next((party.number for party in parties if party.kind == "queue"), "")
    return record.to_number if name == "to-no" else str(getattr(record, name.replace("-", "_")))
