"""One sheet of a roster: where its header is, who its rows are, which codes it explains, and what its cells say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from warehouse.ingest.formats.base import Bad
from warehouse.ingest.formats.roster.days import dates, headings, weekday_of
from warehouse.ingest.layout import Numbered
from warehouse.ingest.rejects import is_total
from warehouse.messages import N_, Message, UserError, nearest, note
from warehouse.schema.columns import is_null
from warehouse.xlsx import place

DAY_M = 24 * 60

ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("в", "вых", "выходной", "off", "day off"), N_("days off")),
    **dict.fromkeys(("о", "от", "отп", "отпуск", "leave", "vacation"), N_("days of leave")),
    **dict.fromkeys(("б", "бл", "больн", "больничный", "sick"), N_("sick days")),
}
"""Words for a day without work, each with what such days are called in the summary."""
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("работа", "смена", "work", "shift"), "work"),
    **dict.fromkeys(("перерыв", "обед", "break", "lunch"), "break"),
    **dict.fromkeys(("обучение", "учеба", "тренинг", "training"), "training"),
    **dict.fromkeys(("собрание", "планерка", "meeting"), "meeting"),
}
_TIME = r"(\d{1,2})(?:[:.](\d\d))?"
_SPAN = re.compile(rf"(?:(?:с|from) )?{_TIME}(?::00)? ?(?:-|до|to) ?{_TIME}(?::00)?(?: ?ч\.?)?")
_SPREADSHEET_DATE = re.compile(r"\d{4}-\d\d-\d\d( .*)?")
_ONE_NUMBER = re.compile(r"\d{1,2}(?:[.,:]\d+)*(?: ?(?:ч|h)\.?)?")
_PARTS = re.compile(r"[,;/+\n]")
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")


@dataclass(frozen=True, order=True)
class WorkingHours:
    """A stretch of a day in minutes since its midnight; one over midnight ends after 1440."""

    start: int
    end: int
    kind: str = "work"


Meaning = tuple[WorkingHours, ...] | str
"""Hours, or what a day without work is called."""
Codes = Mapping[str, Meaning]
"""What codes mean, by the code, folded."""


def fold(text: str) -> str:
    """Return a word as words are compared: a Latin B is taken for the Cyrillic letter that looks like it."""
    plain = " ".join(text.split()).casefold().replace("ё", "е").rstrip(".")
    return plain.translate(_LOOKALIKES) if len(plain) <= 3 else plain


_ABSENT = {fold(word): what for word, what in ABSENT.items()}


def span(text: str) -> WorkingHours | None:
    """Return the hours that a text such as `9-18`, `9:00–18:00`, `с 9 до 18` or `обучение 10-14` says; None if none."""
    plain = re.sub("[–—−]", "-", " ".join(text.split())).casefold().replace("ё", "е")
    word, _, rest = plain.partition(" ")
    kind = _KINDS.get(word.rstrip(":"))
    match = _SPAN.fullmatch(rest if kind else plain)
    if match is None:
        return None
    start, end = (int(hours) * 60 + int(minutes or 0) for hours, minutes in (match.group(1, 2), match.group(3, 4)))
    if start >= DAY_M or end > DAY_M or any(int(minutes or 0) > 59 for minutes in match.group(2, 4)):
        return None
    return WorkingHours(start, end if end > start else end + DAY_M, kind or "work")


def spans(text: str) -> tuple[WorkingHours, ...]:
    """Return the hours of a text in which some may stand side by side; none if any part of it is something else."""
    found = [span(part) for part in _PARTS.split(text) if part.strip()]
    return tuple(sorted({each for each in found if each})) if all(found) else ()


def meaning(text: str) -> Meaning | None:
    """Return what words without codes say; None if that is nothing known."""
    return spans(text) or _ABSENT.get(fold(text))


def codes_of(text: str) -> dict[str, Meaning]:
    """Return the codes of an option such as `Д=9-18, Н=21-9, К=9-13/14-18`. Raises UserError."""
    codes: dict[str, Meaning] = {}
    for each in filter(None, map(str.strip, text.split(","))):
        code, equals, said = (part.strip() for part in each.partition("="))
        means = meaning(said)
        if not (code and equals and means):
            raise UserError(
                "The option codes cannot be {given}: it is a list such as D=9-18, N=21-9, S=9-13/17-21.", given=each
            )
        codes[fold(code)] = means
    return codes


def read_cell(text: str, codes: Codes) -> Meaning:
    """Return what a cell says; no hours of an empty one. Raises Bad if it is nothing known."""
    if is_null(text.strip()):
        return ()
    if means := codes.get(fold(text)) or meaning(text):
        return means
    parts = [codes.get(fold(part)) or spans(part) for part in _PARTS.split(text) if part.strip()]
    hours = {each for part in parts if isinstance(part, tuple) for each in part}
    if len(parts) > 1 and all(isinstance(part, tuple) and part for part in parts):
        return tuple(sorted(hours))
    raise Bad(_why(text, codes))


def _why(text: str, codes: Codes) -> Message:
    given = " ".join(text.split())[:40]
    if _SPREADSHEET_DATE.fullmatch(given):
        return note(
            "the spreadsheet has made the date {given} of the hours: format the cells as text and write them again",
            given=given,
        )
    if _ONE_NUMBER.fullmatch(given):
        return note('"{given}" says either the beginning or how long, and a shift needs both ends: 9-18', given=given)
    known = [code.upper() for code in codes]
    return note(
        '"{given}" is neither hours such as 9-18 nor a known code: {known}. Say what it is with --option '
        'codes="{given}=9-18"',
        given=given,
        known=nearest(given.upper(), (*known, "В", "О", "Б", "off")),
    )


_HEADER_WITHIN = 40
_WEEKDAYS_AT_LEAST = 2
_NAMED = {
    "id": ("id", "agent_id", "логин", "login", "табельный", "таб. №", "табельный номер", "код"),
    "line": ("line", "линия", "очередь", "queue"),
    "name": ("name", "фио", "ф.и.о.", "сотрудник", "оператор", "имя", "agent", "employee", "кто"),
}


@dataclass(frozen=True)
class RosterPerson:
    """Whose row it is, as the sheet says it."""

    name: str = ""
    id: str = ""
    line: str = ""

    @property
    def said(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class RosterCell:
    """What one person does on one day: hours, or what a day without work is called."""

    row: int
    person: RosterPerson
    day: date
    hours: tuple[WorkingHours, ...] = ()
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
    cells: list[RosterCell] = field(default_factory=list)
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
                read.cells += [RosterCell(number, person, day, away=said)] if said else []
            else:
                read.cells.append(RosterCell(number, person, day, tuple(said)))
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


def _person(cells: Sequence[str], columns: Mapping[str, int]) -> RosterPerson:
    def said(what: str) -> str:
        column = columns.get(what)
        return " ".join(cells[column].split()) if column is not None and column < len(cells) else ""

    return RosterPerson(said("name"), said("id"), said("line"))


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
