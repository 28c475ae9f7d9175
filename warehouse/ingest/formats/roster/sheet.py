"""One sheet of a roster: where its header is, who its rows are, which codes it explains, and what its cells say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from warehouse.ingest.formats.base import Bad
from warehouse.ingest.formats.roster.days import dates, headings, weekday_of
from warehouse.ingest.formats.roster.hours import Codes, Hours, Meaning, fold, meaning, read_cell, spans
from warehouse.ingest.layout import Numbered
from warehouse.ingest.rejects import is_total
from warehouse.messages import Message
from warehouse.xlsx import place

_HEADER_WITHIN = 40
_WEEKDAYS_AT_LEAST = 2
_NAMED = {
    "id": ("id", "agent_id", "логин", "login", "табельный", "таб. №", "табельный номер", "код"),
    "line": ("line", "линия", "очередь", "queue"),
    "name": ("name", "фио", "ф.и.о.", "сотрудник", "оператор", "имя", "agent", "employee", "кто"),
}


@dataclass(frozen=True)
class Person:
    """Whose row it is, as the sheet says it."""

    name: str = ""
    id: str = ""
    line: str = ""

    @property
    def said(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class Cell:
    """What one person does on one day: hours, or what a day without work is called."""

    row: int
    person: Person
    day: date
    hours: tuple[Hours, ...] = ()
    away: str = ""


@dataclass(frozen=True)
class BadCell:
    """A cell that nothing can be made of. `where` is its place, as B7."""

    row: int
    where: str
    text: str
    reason: Message


@dataclass
class RosterSheet:
    """What a sheet says."""

    days: tuple[date, ...]
    cells: list[Cell] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


def read_sheet(
    rows: Iterable[Numbered], sheet: str, titles: Sequence[str], month: str | None, codes: Codes
) -> RosterSheet | None:
    """Read a sheet; None if no row of it is a header of days. Raises UserError for days that cannot be.

    `titles` are what else may name the month, such as the file's name; `codes` those of the setting: they go before
    the ones that the sheet explains below its people or beside them.
    """
    table = [(number, tuple(cells)) for number, cells in rows if any(cell.strip() for cell in cells)]
    at, found = next(
        ((n, found) for n, (_, cells) in enumerate(table[:_HEADER_WITHIN]) if (found := headings(cells))), (0, {})
    )
    if not found:
        return None
    weekdays = next(
        (names for _, cells in table[max(at - 1, 0) : at + 2] if (names := _weekdays(cells, found))), dict[int, int]()
    )
    above = [cell for _, cells in reversed(table[: at + 1]) for cell in cells if cell.strip()]
    days = dates(found, weekdays, [*above, sheet, *titles], month, sheet or titles[0])
    columns = _columns(table[at][1], min(found), table[at + 1 :])
    below = [each for each in table[at + 1 :] if not _weekdays(each[1], found)]
    explained, people = _parted(below, columns, days)
    return _read(people, columns, days, {**explained, **codes})


def _read(
    people: Iterable[Numbered], columns: Mapping[str, int], days: Mapping[int, date], codes: Codes
) -> RosterSheet:
    read = RosterSheet(tuple(days.values()))
    for number, cells in people:
        person = _person(cells, columns)
        for column, day in days.items():
            text = cells[column] if column < len(cells) else ""
            try:
                said = read_cell(text, codes)
            except Bad as bad:
                read.bad.append(BadCell(number, place(number - 1, column), text, bad.message))
                continue
            if isinstance(said, str):
                read.cells += [Cell(number, person, day, away=said)] if said else []
            else:
                read.cells.append(Cell(number, person, day, tuple(said)))
    return read


def _weekdays(cells: Sequence[str], found: Collection[int]) -> dict[int, int]:
    """Return the days of the week that stand in the columns of days, if the row is one of these."""
    names = {column: weekday_of(cells[column]) for column in found if column < len(cells) and cells[column].strip()}
    known = {column: day for column, day in names.items() if day is not None}
    return known if len(known) == len(names) >= _WEEKDAYS_AT_LEAST else {}


def _columns(header: Sequence[str], first_day: int, below: Sequence[Numbered]) -> dict[str, int]:
    """Return where the name, and the id and the line if there are such columns, stand to the left of the days."""
    left = {column: fold(header[column]) for column in range(min(first_day, len(header)))}
    found = {
        what: column
        for what, names in _NAMED.items()
        for column in reversed(left)
        if left[column] in [fold(name) for name in names]
    }
    taken = set(found.values())
    if "name" not in found and "id" not in found:
        # Without a heading the names are what has most letters.
        letters = {
            column: sum(any(letter.isalpha() for letter in cells[column]) for _, cells in below if column < len(cells))
            for column in left
            if column not in taken
        }
        if letters:
            found["name"] = max(letters, key=lambda column: letters[column])
    return found


def _person(cells: Sequence[str], columns: Mapping[str, int]) -> Person:
    def said(what: str) -> str:
        column = columns.get(what)
        return " ".join(cells[column].split()) if column is not None and column < len(cells) else ""

    return Person(said("name"), said("id"), said("line"))


def _parted(
    rows: Sequence[Numbered], columns: Mapping[str, int], days: Mapping[int, date]
) -> tuple[dict[str, Meaning], list[Numbered]]:
    """Return the codes that rows explain, and the rows of people; titles of groups and totals are neither."""
    used = {fold(cells[column]) for _, cells in rows for column in days if column < len(cells) and cells[column]}
    used = {code for code in used if not spans(code)}
    codes: dict[str, Meaning] = {}
    people: list[Numbered] = []
    for number, cells in rows:
        explained = dict(_explained(cells, used))
        person = _person(cells, columns)
        filled = [cells[column] for column in days if column < len(cells) and cells[column].strip()]
        if explained and (not filled or not person.said or fold(person.said) in explained):
            codes |= explained
        elif filled and person.said and not is_total(person.said) and not all(map(_is_count, filled)):
            people.append((number, cells))
            codes |= dict(_explained([cell for column, cell in enumerate(cells) if column > max(days)], used))
    return codes, people


def _is_count(cell: str) -> bool:
    """Return whether a cell counts something, as do those of a row of how many people there are."""
    return cell.strip().isdecimal()


def _explained(cells: Sequence[str], used: Collection[str]) -> Iterator[tuple[str, Meaning]]:
    """Return what cells explain of the codes in use: `Д = 9-18` in one of them, or `Д` and `9-18` in two."""
    said = [cell for cell in cells if cell.strip()]
    pairs = [*pairwise(said)]
    pairs += [
        (code, words)
        for cell in said
        for code, found, words in (cell.partition(each) for each in ("=", " - ", " – ", " — ", ":"))
        if found
    ]
    for code, words in pairs:
        means = meaning(words)
        if fold(code) in used and means:
            yield fold(code), means
