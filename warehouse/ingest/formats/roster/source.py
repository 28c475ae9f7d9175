"""Files of rosters as rows of `shifts`: one sheet for each month or team, all of a file's are read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa

from warehouse.ingest.files import files_of
from warehouse.ingest.formats.base import Given, Superseded, chosen, in_batches, time_text, zone_of
from warehouse.ingest.formats.roster.days import headings
from warehouse.ingest.formats.roster.sheet import (
    RosterCell,
    RosterPerson,
    RosterSheet,
    WorkingHours,
    codes_of,
    fold,
    read_sheet,
    span,
)
from warehouse.ingest.grids import GridSheet, best_sheet
from warehouse.ingest.layout import Layout, Numbered
from warehouse.ingest.opening import is_plain_text
from warehouse.ingest.sources import schema_of
from warehouse.ingest.text import MARKING, encoding_of, find_delimiter, given_delimiter
from warehouse.lake import Lake
from warehouse.messages import N_, Message, UserError, nearest, note
from warehouse.schema import AGENTS, CHANNELS

COLUMNS = ("shift_id", "agent_id", "line", "channel", "starts_at", "ends_at", "kind")
NO_DAYS = N_("sheets without days across")
MADE = "roster:"
"""What the keys of these shifts begin with."""
_NOBODY = frozenset(fold(word) for word in ("вакансия", "vacancy", "vacant", "открытая вакансия"))
_MOST_NAMED = 10
_LOOKED_AT = 40
"""A header is looked for in so many rows of a sheet."""
_LONG_SHIFT_M = 6 * 60
"""A break of so many minutes is for shifts at least so long."""


class Roster:
    """A roster's files, read for shifts. A row's number is that of the person in their sheet."""

    all_text = True
    spoiled = ""
    unfinished = 0
    complete_to: datetime | None = None
    columns = COLUMNS
    schema = schema_of(COLUMNS, [pa.string()] * len(COLUMNS))

    def __init__(self, given: Given) -> None:
        options = given.options
        self._given = given
        self._zone = zone_of(options, given.timezone)
        self._line = options.get("line", "")
        (self._channel,) = chosen("channel", options.get("channel", CHANNELS[0]), CHANNELS)[:1] or (CHANNELS[0],)
        self._breaks = _breaks_of(options.get("breaks", ""))
        self._skipped: Counter[str] = Counter()
        self._people = _People(given.lake)
        codes = codes_of(options.get("codes", ""))
        self._sheets: list[tuple[str, RosterSheet]] = []
        names: list[str] = []
        for file in files_of(given.path, given.workspace / "rosters"):
            for sheet in _sheets(file, given.layout.sheet, given.encoding, given.delimiter):
                names.append(sheet.name or file.name)
                read = read_sheet(sheet.rows(), sheet.name, [file.stem], options.get("month"), codes)
                if read is None:
                    self._skipped[NO_DAYS] += 1
                else:
                    self._sheets.append((names[-1], read))
        if not self._sheets:
            raise UserError(
                "{file} is no roster: no row of it has days across, 1, 2, 3 under a month or dates. Its sheets: "
                "{names}.",
                file=given.path.name,
                names=", ".join(names[:20]),
            )
        self.lines = sum(len(sheet.cells) + len(sheet.bad) for _, sheet in self._sheets)
        self.total = max(self.lines, 1)
        self._done = 0

    @property
    def skipped(self) -> Mapping[str, int]:
        return dict(self._skipped)

    @property
    def notes(self) -> Sequence[Message]:
        """Who is not among the agents."""
        return self._people.notes(known_by_line=bool(self._line))

    @property
    def supersedes(self) -> Sequence[Superseded]:
        """What these sheets stand in place of: what other sheets of the same line said of the same months."""
        months = {day.replace(day=1) for _, sheet in self._sheets for day in sheet.days}
        return [
            Superseded(self._prefix, _instant(first, 0, self._zone), _instant(_next_month(first), 0, self._zone))
            for first in sorted(months)
        ]

    def batches(self) -> Iterator[tuple[Any, int]]:
        return in_batches(self._rows(), self.schema, lambda: self._done, self.total)

    @property
    def _prefix(self) -> str:
        return f"{MADE}{self._channel}:{self._line}:"

    def _rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        before = 0
        for name, sheet in self._sheets:
            for bad in sheet.bad:
                where = f"{name}!{bad.where}" if len(self._sheets) > 1 else bad.where
                self._given.refuse(before + bad.row, where, bad.reason, bad.text)
            turns: Counter[tuple[date, WorkingHours]] = Counter()
            for cell in sheet.cells:
                self._done += 1
                if cell.away:
                    self._skipped[cell.away] += 1
                for hours in cell.hours:
                    turn = turns[cell.day, hours]
                    turns[cell.day, hours] += 1
                    for row in self._shifts(cell, hours, turn):
                        yield before + cell.row, row
            before += max([*(cell.row for cell in sheet.cells), *(bad.row for bad in sheet.bad)], default=0)

    def _shifts(self, cell: RosterCell, hours: WorkingHours, turn: int) -> Iterator[tuple[str, ...]]:
        """The rows of one shift: of somebody with a name its breaks are rows of their own, else they part it."""
        agent = "" if fold(cell.person.said) in _NOBODY else self._people.found(cell.person)
        breaks = list(_breaks_in(hours, self._breaks, turn)) if hours.kind == "work" else []
        if agent:
            pieces = [hours, *breaks]
        else:
            edges = [hours.start, *(edge for each in breaks for edge in (each.start, each.end)), hours.end]
            pieces = [WorkingHours(*pair, hours.kind) for pair in zip(edges[::2], edges[1::2], strict=True)]
        whose = agent or f"row {cell.row}"
        for piece in pieces:
            starts, ends = (_instant(cell.day, minutes, self._zone) for minutes in (piece.start, piece.end))
            kind = "" if piece.kind == "work" else f":{piece.kind}"
            key = f"{self._prefix}{whose}:{cell.day}T{piece.start // 60:02}:{piece.start % 60:02}{kind}"
            line = cell.person.line or self._line
            yield key, agent, line, self._channel, time_text(starts), time_text(ends), piece.kind


class _People:
    """Whom the names of a sheet are: agents by id, by name, or by a surname with initials that only one has."""

    def __init__(self, lake: Lake) -> None:
        rows = lake.open().rows(sa.select(AGENTS.c.agent_id, AGENTS.c.name))
        self._ids = {fold(row[0]): row[0] for row in rows}
        self._names = {row[0]: row[1] for row in rows if row[1]}
        self._found: dict[str, str] = {}
        self._strangers: dict[str, None] = {}

    def found(self, person: RosterPerson) -> str:
        """The agent's id; of somebody who is not among the agents, the id or the name that the sheet has."""
        said = person.id or person.name
        if said not in self._found:
            known = self._ids.get(fold(person.id)) or self._ids.get(fold(person.name)) or self._named(person.name)
            if known is None:
                self._strangers[person.said] = None
            self._found[said] = known or said
        return self._found[said]

    def _named(self, name: str) -> str | None:
        wanted = fold(name).replace(".", ". ").split()
        full = [agent for agent, each in self._names.items() if fold(each).split() == wanted]
        short = [agent for agent, each in self._names.items() if _shortened(wanted, fold(each).split())]
        return next((found[0] for found in (full, short) if len(found) == 1), None)

    def notes(self, *, known_by_line: bool) -> tuple[Message, ...]:
        if not self._strangers or not self._ids:
            return ()
        named = [*self._strangers][:_MOST_NAMED]
        nearest_name = nearest(named[0], [*self._names.values()]) if self._names else "-"
        said = note(
            "{n} person of the roster is not among the agents: {names}. There are: {known}.",
            "{n} people of the roster are not among the agents: {names}. There are: {known}.",
            n=len(self._strangers),
            names=", ".join(named),
            known=nearest_name,
        )
        if known_by_line:
            return (said,)
        return (said, note("Their shifts count in no line: import agents, or name the line with --option line=..."))


def _shortened(said: Sequence[str], full: Sequence[str]) -> bool:
    """Return whether a name is another with its later words cut short: Иванова А. П. of Иванова Анна Петровна."""
    if len(said) < 2 or len(said) > len(full) or said[0] != full[0]:
        return False
    return all(word.startswith(short.rstrip(".")) for short, word in zip(said[1:], full[1:], strict=False))


def _breaks_of(text: str) -> tuple[WorkingHours | int, ...]:
    """Return what the option `breaks` says: hours of the clock, or minutes of a break by turns. Raises UserError."""
    found: list[WorkingHours | int] = []
    for each in filter(None, map(str.strip, text.split(","))):
        hours = span(each)
        if hours is None and not (each.isdecimal() and 0 < int(each) <= 180):
            raise UserError(
                "The option breaks cannot be {given}: it is minutes of a break, as 60, or hours, as 13:00-14:00.",
                given=each,
            )
        found.append(hours or int(each))
    return tuple(found)


def _breaks_in(shift: WorkingHours, breaks: Sequence[WorkingHours | int], turn: int) -> Iterator[WorkingHours]:
    """The breaks of a shift. Those of so many minutes are taken by turns in the shift's middle third."""
    long = [each for each in breaks if isinstance(each, int)] if shift.end - shift.start >= _LONG_SHIFT_M else []
    third = (shift.end - shift.start) // 3
    for number, minutes in enumerate(long):
        part = third // len(long)
        places = max(part // minutes, 1)
        start = shift.start + third + number * part + turn % places * minutes
        yield WorkingHours(start, start + minutes, "break")
    for each in breaks:
        if isinstance(each, WorkingHours):
            for later in (0, 24 * 60):
                start, end = max(each.start + later, shift.start), min(each.end + later, shift.end)
                if start < end and (start, end) != (shift.start, shift.end):
                    yield WorkingHours(start, end, "break")


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC moment of a clock time of a day, the next day's from 1440 on."""
    local = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


class _TextSheet:
    """A CSV file as the only sheet of its file."""

    name = ""

    def __init__(self, path: Path, encoding: str | None, delimiter: str | None) -> None:
        self._text = path.read_text(encoding_of(path, encoding)[0], MARKING).removeprefix("\ufeff")
        self._delimiter = given_delimiter(delimiter) if delimiter else find_delimiter(self._text[:65536])
        self.height = self._text.count("\n") + 1

    def rows(self) -> Iterator[Numbered]:
        yield from enumerate(csv.reader(self._text.splitlines(keepends=True), delimiter=self._delimiter), start=1)


def _sheets(path: Path, wanted: str | None, encoding: str | None, delimiter: str | None) -> Sequence[GridSheet]:
    """The sheets of a file, or the one that is wanted. Raises UserError if it is neither a workbook nor text."""
    if is_plain_text(path):
        return [_TextSheet(path, encoding, delimiter)]
    from warehouse.ingest.workbooks import workbook_sheets

    sheets = workbook_sheets(path)
    return [best_sheet(sheets, Layout(wanted), path)[0]] if wanted is not None else sheets


def is_roster(path: Path) -> bool:
    """Return whether a file is a wide sheet: one with days across that names no times of ours."""
    try:
        rows = [cells for sheet in _sheets(path, None, None, None) for _, cells in islice(sheet.rows(), _LOOKED_AT)]
    except (UserError, OSError, csv.Error):
        return False
    return any(map(headings, rows)) and not any("starts_at" in map(fold, cells) for cells in rows)
