"""What an import reads: one file, or all those of an archive or a directory, each laid down on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.ingest import staging
from warehouse.ingest.clock import ClockChange
from warehouse.ingest.formats.base import Given, Superseded
from warehouse.ingest.formats.registry import Format
from warehouse.ingest.layout import UnfitLayout
from warehouse.ingest.mapping import Mapping as Columns
from warehouse.ingest.opening import Opening, as_csv, as_utf8, is_plain_text, open_source
from warehouse.ingest.packed import files_of
from warehouse.ingest.passes import touched
from warehouse.ingest.plan import INCOMING, ImportPlan, make_plan
from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import Source
from warehouse.ingest.staging import stage
from warehouse.lake import Lake
from warehouse.messages import Message, note

if TYPE_CHECKING:
    import duckdb

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
