"""Files of 3CX's call records: one for all calls, or a directory with one for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, Given, chosen, columns_of, words_of, zone_of
from warehouse.ingest.formats.contacts import CallRecords
from warehouse.ingest.formats.lines import cells_of, rows_in
from warehouse.ingest.formats.rotated import RotatedFiles, rotated_files
from warehouse.ingest.formats.threecx.calls import LINES, Settings, call_of
from warehouse.ingest.formats.threecx.records import FIELDS, NEEDED, Record, read_record
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
    usual = Settings()
    settings = Settings(
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
