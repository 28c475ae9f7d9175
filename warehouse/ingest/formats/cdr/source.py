"""Files of call detail records: Asterisk's own, without a header, or exports of a table, with one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import Bad, Given, chosen, columns_of, folded, pattern_of, words_of, zone_of
from warehouse.ingest.formats.cdr.calls import LINES, Settings, call_of
from warehouse.ingest.formats.cdr.records import HEADER, KNOWN, CdrRow, layout_of, read_row
from warehouse.ingest.formats.contacts import CallRecords
from warehouse.ingest.formats.lines import cells_of, rows_in
from warehouse.ingest.formats.rotated import RotatedFiles, rotated_files
from warehouse.ingest.text import DELIMITERS, given_delimiter
from warehouse.messages import UserError, note

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


def _settings(given: Given) -> Settings:
    options, usual = given.options, Settings()
    return Settings(
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
