"""What an import reads: one file, or all those that are packed or put together, each laid down on its own.

Everything is unpacked into the workspace of the import, within limits: a small file may unpack into a full disk.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.ingest import staging
from warehouse.ingest.clock import ClockChange
from warehouse.ingest.formats.base import Given, Superseded
from warehouse.ingest.formats.registry import Format
from warehouse.ingest.layout import UnfitLayout
from warehouse.ingest.mapping import Mapping as Columns
from warehouse.ingest.opening import Opening, as_csv, as_utf8, is_plain_text, is_zip, open_source
from warehouse.ingest.plan import INCOMING, ImportPlan, make_plan
from warehouse.ingest.reasons import unread
from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import Source
from warehouse.ingest.staging import stage, touched
from warehouse.lake import Lake
from warehouse.messages import Message, UserError, note

if TYPE_CHECKING:
    import duckdb


MOST_BYTES = 20 << 30
MOST_TIMES = 300
"""Text gets smaller by a factor of five to fifty: what grows by more than this is made to fill the disk."""
_ANY_RATIO = 64 << 20
"""Below this size the factor does not matter."""
MOST_FILES = 10_000
_DEEPEST = 3
_SPARE = 64 << 20
"""What must stay free on the disk."""
_CHUNK = 1 << 20

_STREAMS: tuple[tuple[re.Pattern[bytes], Callable[[Any], Any]], ...] = (
    (re.compile(rb"\x1f\x8b"), lambda raw: gzip.GzipFile(fileobj=raw)),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), bz2.BZ2File),
    (re.compile(rb"\xfd7zXZ\0"), lzma.LZMAFile),
)
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".gzip")
UNPACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, ValueError)
"""What a damaged file makes the libraries raise; of archives with a password it is a RuntimeError."""


def unpacked(raw: IO[bytes]) -> IO[bytes] | None:
    """Return the stream of what a file at its beginning holds, None if it is not packed."""
    start = raw.read(10)
    raw.seek(0)
    return next((opener(raw) for magic, opener in _STREAMS if magic.match(start)), None)


def is_archive(path: Path) -> bool:
    """Return whether a file is a zip archive of files: workbooks and documents are zip too, and are none."""
    with path.open("rb") as file:
        if not is_zip(file.read(4)):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except UNPACKING_ERRORS:
        return path.suffix.lower() in ("", ".zip")
    return not any(name in ("[Content_Types].xml", "mimetype", "content.xml") for name in names)


def files_of(path: Path, room: Path) -> list[Path]:
    """Return the files that a path stands for, none of them packed, in the order of their names. Raises UserError."""
    if not path.is_dir():
        return list(_flat(path, _Unpacker(room, path), 0))
    found = sorted(each for each in path.rglob("*") if each.is_file() and not _hidden(each.relative_to(path)))
    if not found:
        raise UserError("The directory {file} has no files.", file=path)
    return [file for each in found for file in _flat(each, _Unpacker(room, each), 0)]


def _hidden(path: PurePosixPath | Path) -> bool:
    """Return whether a file is none of a person's: of the system, or the lock of an open document."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _flat(path: Path, unpacker: _Unpacker, depth: int) -> Iterator[Path]:
    with path.open("rb") as raw:
        stream = unpacked(raw)
        if stream is not None:
            name = path.name.removesuffix(path.suffix) if path.suffix.lower() in _PACKED_SUFFIXES else path.name
            with stream:
                found = [unpacker.write(stream, name)]
        elif is_archive(path):
            found = unpacker.members(path)
        else:
            yield path
            return
    if depth == _DEEPEST:
        raise UserError("The file {file} is packed again and again: unpack it first.", file=unpacker.file.name)
    for each in found:
        yield from _flat(each, unpacker, depth + 1)


class _Unpacker:
    """Unpacks one file into the workspace, within the limits of its size."""

    def __init__(self, room: Path, file: Path) -> None:
        self.file = file
        self._room = room
        self._written = 0
        self._count = 0
        size = file.stat().st_size
        self._most = min(max(_ANY_RATIO, size * MOST_TIMES), MOST_BYTES)

    def write(self, stream: IO[bytes], name: str) -> Path:
        """Return the file of that name with all of the stream. Raises UserError if it is too much or damaged."""
        self._count += 1
        if self._count > MOST_FILES:
            raise UserError("The file {file} holds over {n} files: unpack it first.", file=self.file.name, n=MOST_FILES)
        self._room.mkdir(exist_ok=True)
        # Each has a directory of its own: archives may have files of one name.
        path = Path(tempfile.mkdtemp(dir=self._room)) / (name or "file")
        try:
            with path.open("wb") as into:
                while chunk := stream.read(_CHUNK):
                    self._written += len(chunk)
                    self._check()
                    into.write(chunk)
        except UNPACKING_ERRORS as error:
            if isinstance(error, OSError) and error.errno:
                raise  # the disk's, which is not the file's
            otherwise = UserError(
                "The file {file} cannot be unpacked, it is damaged or not whole.", file=self.file.name
            )
            raise unread(error, self.file, otherwise) from None
        return path

    def _check(self) -> None:
        if self._written > self._most:
            raise UserError(
                "The file {file} unpacks into over {size} MB, which no table does: nothing was taken.",
                file=self.file.name,
                size=self._most >> 20,
            )
        if shutil.disk_usage(self._room).free < _SPARE:
            raise UserError("There is no room on the disk to unpack {file}.", file=self.file.name)

    def members(self, path: Path) -> list[Path]:
        """Return the files of an archive. Raises UserError."""
        try:
            # Windows writes names without saying in which of its alphabets: Russian is the likeliest here.
            with zipfile.ZipFile(path, metadata_encoding="cp866") as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
                infos = [info for info in infos if not _hidden(PurePosixPath(info.filename))]
                if any(info.flag_bits & 1 for info in infos):
                    raise UserError("The archive {file} is protected by a password: unpack it first.", file=path.name)
                if not infos:
                    raise UserError("The archive {file} has no files.", file=path.name)
                found = []
                for info in sorted(infos, key=lambda info: info.filename):
                    with archive.open(info) as stream:
                        found.append(self.write(stream, PurePosixPath(info.filename).name))
                return found
        except UNPACKING_ERRORS as error:
            if isinstance(error, OSError) and error.errno:
                raise
            otherwise = UserError("The archive {file} cannot be unpacked, it is damaged or not whole.", file=path.name)
            raise unread(error, path, otherwise) from None


_MOST_NOTES = 10


@dataclass(frozen=True)
class SourceFile:
    """One table of an import, read and laid down."""

    name: str
    """The file's."""
    plan: ImportPlan
    staged: Path
    misshapen: Misshapen
    spoiled: bool = False
    """Whether some of its bytes are no characters."""
    changes: tuple[ClockChange, ...] = ()
    """Those of the clock that any of its times are touched by."""


@dataclass(frozen=True)
class SourceFiles:
    """All that was read, and what is to be said of what was not."""

    all: tuple[SourceFile, ...]
    notes: tuple[Message, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Of a named format, as the rest is."""
    unfinished: int = 0
    lines: int | None = None
    complete_to: datetime | None = None
    supersedes: Sequence[Superseded] = ()


@dataclass(frozen=True)
class SourceFileReader:
    """Reads files into a workspace."""

    lake: Lake
    table: sa.Table
    mapping: Columns
    timezone: str
    currency: str
    room: Path
    connection: duckdb.DuckDBPyConnection
    """What stages a file, unless somebody's expressions are to be shut in: to open another takes 10 ms."""
    encoding: str | None
    delimiter: str | None
    durations: str
    """What numbers of durations count, if anybody has said it."""
    say: Say
    progress: Callable[[int, int], None] | None

    def read_tables(self, path: Path) -> SourceFiles:
        """Read the tables of a file, an archive or a directory. Raises UserError.

        Among several files those that are no table of this kind are left alone, and that is said; one that is and
        cannot be read takes the others with it.
        """
        files = files_of(path, self.room / "unpacked")
        parts: list[SourceFile] = []
        notes: list[Message] = []
        unfit: list[UnfitLayout] = []
        sizes = [file.stat().st_size for file in files]
        for number, file in enumerate(files):
            misshapen = self._misshapen(number)
            room = self.room / f"part-{number}"
            room.mkdir()
            try:
                opening = Opening(file, room, misshapen, self.mapping.layout(self.table), self.encoding, self.delimiter)
                source, said = open_source(opening)
                progress = _share(self.progress, sizes, number)
                part = self._part(file.name, source, misshapen, number, self.durations, progress)
                if part.changes:
                    # Only then is it read with an eye on the clock, which takes longer.
                    misshapen.forget()
                    source, _ = open_source(opening)
                    part = self._part(file.name, source, misshapen, number, self.durations, progress, part.changes)
                parts.append(part)
                notes += said
            except UnfitLayout as error:
                if len(files) == 1:
                    raise
                unfit.append(error)
            finally:
                misshapen.close()
        if not parts:
            raise unfit[0]
        notes += [note("Left alone: {reason}", reason=error.message) for error in unfit[:_MOST_NOTES]]
        if len(unfit) > _MOST_NOTES:
            notes.append(note("Left alone: {n} more files.", n=len(unfit) - _MOST_NOTES))
        return SourceFiles(tuple(parts), notes=tuple(notes))

    def read_format(self, path: Path, format_: Format, options: Mapping[str, str]) -> SourceFiles:
        """Read what a named format makes of a file or a directory. Raises UserError."""
        misshapen = self._misshapen(0)
        try:
            layout = self.mapping.layout(self.table)
            given = Given(
                self.table,
                path if format_.sheets else self._lines_of(path, misshapen),
                misshapen,
                self.timezone,
                self.encoding,
                self.lake,
                self.room,
                self.delimiter,
                options,
                self.say,
                layout,
            )
            source = format_.open(given)
            # What a format's seconds are is known, and it has settled the times that came twice.
            part = replace(self._part(path.name, source, misshapen, 0, "seconds", self.progress), changes=())
        finally:
            misshapen.close()
        return SourceFiles(
            (part,),
            tuple(source.notes),
            source.skipped,
            source.unfinished,
            source.lines,
            source.complete_to,
            source.supersedes,
        )

    def _lines_of(self, path: Path, misshapen: Misshapen) -> Path:
        """Return what has the lines that a format reads: archives unpacked, other tables written as text."""
        if path.is_dir():
            return path
        files = files_of(path, self.room / "unpacked")
        if len(files) > 1:
            return _together(files, self.room / "members")
        if is_plain_text(files[0]):
            return as_utf8(files[0], self.room)
        return as_csv(Opening(files[0], self.room, misshapen, self.mapping.layout(self.table)))

    def _misshapen(self, number: int) -> Misshapen:
        return Misshapen(self.room / f"misshapen-{number}", self.say)

    def _part(
        self,
        name: str,
        source: Source,
        misshapen: Misshapen,
        number: int,
        durations: str,
        progress: Callable[[int, int], None] | None,
        changes: Sequence[ClockChange] = (),
    ) -> SourceFile:
        """Check a source against the table and stage its rows."""
        staged = self.room / f"staged-{number}.rows"
        with ExitStack() as stack:
            connection = self.connection
            if self.mapping.columns or self.mapping.where:
                connection = stack.enter_context(staging.connect(self.room))
            staging.show_columns(connection, source.schema, name)
            plan = make_plan(connection, self.table, source, self.mapping, name, durations)
            connection.unregister(INCOMING)
            stage(connection, plan, source, self.timezone, self.currency, name, staged, self.say, progress, changes)
            changes = changes or touched(connection, plan, staged, ZoneInfo(self.timezone))
        return SourceFile(name, plan, staged, misshapen, bool(source.spoiled), tuple(changes))


def _together(files: list[Path], directory: Path) -> Path:
    """Put the files of an archive into one directory, under their own names as far as these differ."""
    directory.mkdir()
    for file in files:
        into = directory / file.name
        file.rename(into if not into.exists() else directory / f"{file.parent.name}-{file.name}")
    return directory


def _share(
    progress: Callable[[int, int], None] | None, sizes: list[int], number: int
) -> Callable[[int, int], None] | None:
    """Return the progress of one file among several, in bytes of all of them."""
    if progress is None or len(sizes) == 1:
        return progress
    before, size, total = sum(sizes[:number]), sizes[number], sum(sizes)

    def advance(done: int, of: int) -> None:
        progress(before + (size * done // of if of else size), total)

    return advance
