"""The mapping file: which of their columns, or which expression over them, is which canonical column."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from warehouse.ingest.cast import UNITS
from warehouse.ingest.layout import Layout, expected_names
from warehouse.messages import UserError, alike, nearest, system_reason, toml_reason
from warehouse.schema import FACT_TABLES, key_of, time_of

FILLED_BY_IMPORT = "source"
"""The one canonical column that no file brings: the import writes the file's name into it."""

_KEYS = ("table", "timezone", "where", "key", "sheet", "header", "columns", "values", "durations", "format")

ROW_KEY = "row"
"""The one thing that a key may be made of: what the row says."""


@dataclass(frozen=True)
class Mapping:
    """How a file is read into a table; without columns, by the canonical names in its own header."""

    table: str
    timezone: str | None = None
    """The IANA zone of times that name none; None leaves it to the caller."""
    where: str | None = None
    """An SQL condition over the file's columns: the rows to keep."""
    key: str | None = None
    """`row`: a key is made of what the row says, where no column is mapped to it or that one says nothing."""
    columns: Names[str, str] = field(default_factory=dict)
    """Canonical column -> one of the file's columns, or an SQL expression over them."""
    values: Names[str, Names[str, str]] = field(default_factory=dict)
    """Canonical column -> {their word: ours}, applied to the column's text before it is cast."""
    durations: Names[str, str] = field(default_factory=dict)
    """Canonical column -> what its numbers count, one of `UNITS`."""
    options: Names[str, str] = field(default_factory=dict)
    """Options of a named format; a list is text with commas."""
    sheet: str | None = None
    """The sheet of a workbook, by name or number; None leaves it to what fits."""
    header: int | tuple[str, ...] | None = None
    """The row that names the file's columns, or their names if no row does; None leaves it to what fits."""

    def layout(self, table: sa.Table) -> Layout:
        """Return where in a file the rows of a table are looked for."""
        expected = expected_names(mappable(table), self.columns, self.where)
        return Layout(self.sheet, self.header, expected)


def shipped_mappings() -> dict[str, Path]:
    """The mappings that come with the program, by their names."""
    return {path.stem: path for path in sorted(Path(__file__).with_name("mappings").glob("*.toml"))}


def find_mapping(given: Path) -> Path:
    """Return the file of a mapping that is named by its path, or by its name if it comes with the program."""
    return given if given.suffix or given.exists() else shipped_mappings().get(str(given), given)


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file (TOML). Raises UserError for whatever is not a mapping, with what was meant perhaps."""
    data = _toml(path)
    for key in data:
        if key not in _KEYS:
            raise UserError("A mapping has no key {key}: its keys are {known}.", key=key, known=nearest(key, _KEYS))
    tables = {table.name: table for table in FACT_TABLES}
    name = _text(data, "table")
    if name is None:
        raise UserError(
            "The mapping {file} does not say which table it is for: give table = one of {known}.",
            file=path.name,
            known=", ".join(tables),
        )
    if name not in tables:
        raise UserError(
            "There is no table {table} to import into: it may be {known}.",
            table=name,
            known=nearest(name, list(tables)),
        )
    zone = _text(data, "timezone")
    if zone is not None:
        check_timezone(zone)
    canonical = mappable(tables[name])
    header = _header(data)
    listed = isinstance(data.get("columns"), list)
    columns = {} if listed else _words(data.get("columns", {}), "columns")
    values = {
        column: _words(words, f"values.{column}")
        for column, words in _section(data.get("values", {}), "values").items()
    }
    durations = _words(data.get("durations", {}), "durations")
    for unit in durations.values():
        check_unit(unit)
    for column in (*columns, *values, *durations):
        if column not in canonical:
            raise UserError(
                "The table {table} has no column {column} to map to: it may be {known}.",
                table=name,
                column=column,
                known=nearest(column, canonical),
            )
    options = {option: _listed(value) for option, value in _section(data.get("format", {}), "format").items()}
    sheet = data.get("sheet")
    return Mapping(
        name,
        zone,
        _text(data, "where"),
        _text(data, "key"),
        columns,
        values,
        durations,
        _words(options, "format"),
        str(sheet) if isinstance(sheet, int) and not isinstance(sheet, bool) else _text(data, "sheet"),
        header,
    )


def mappable(table: sa.Table) -> tuple[str, ...]:
    """The names of the columns that a file may bring."""
    return tuple(column.name for column in table.columns if column.name != FILLED_BY_IMPORT)


def check_key(key: str | None, table: sa.Table) -> None:
    """Raises UserError unless a key of the table can be made so."""
    if key is None:
        return
    if key != ROW_KEY:
        raise UserError(
            'A key cannot be made of "{given}": "row" makes one of what the row says. A column is mapped as in '
            '[columns] {first} = "..."',
            given=key,
            first=key_of(table)[0],
        )
    if len(key_of(table)) > 1 or time_of(table) is None:
        raise UserError(
            "A row of {table} is known by {columns}: no key can be made of what else it says.",
            table=table.name,
            columns=", ".join(key_of(table)),
        )


def check_unit(name: str) -> None:
    """Raises UserError unless it is the name of a unit of durations."""
    if name not in UNITS:
        raise UserError(
            "Durations are not counted in {given}: they may be in {known}.", given=name, known=nearest(name, [*UNITS])
        )


# The directories of the system's zones take longer to walk than a small file to read.
_timezones = cache(available_timezones)


def check_timezone(name: str) -> None:
    """Raises UserError unless it is the name of a time zone."""
    known = _timezones()
    if name not in known:
        # Etc/GMT+3 is three hours behind UTC: nobody who writes GMT+3 means that.
        places = (each for each in known if "/" in each and not each.startswith("Etc/"))
        close = alike(name, sorted(places), key=_city) or ["Europe/Moscow", "Asia/Yekaterinburg", "UTC"]
        raise UserError("There is no time zone {zone}: it is written as in {known}.", zone=name, known=", ".join(close))


def _city(zone: str) -> str:
    return zone.casefold().rpartition("/")[2]


def _toml(path: Path) -> dict[str, Any]:
    try:
        # Windows editors put a byte order mark before the text, which TOML does not know.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        if not path.suffix:
            raise UserError(
                "There is no mapping {file}. These come with the program: {known}.",
                file=path,
                known=nearest(path.name, tuple(shipped_mappings())),
            ) from None
        raise UserError("There is no mapping file {file}.", file=path) from None
    except OSError as error:
        raise UserError(
            "The mapping file {file} cannot be read: {reason}.", file=path, reason=system_reason(error)
        ) from None
    except UnicodeDecodeError:
        raise UserError("The mapping file {file} is not UTF-8 text: save it as UTF-8.", file=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            "The mapping {file} cannot be read: {reason}. Names with spaces and expressions stand in quotes.",
            file=path.name,
            reason=toml_reason(error),
        ) from None


def _header(data: dict[str, Any]) -> int | tuple[str, ...] | None:
    """Return the header's row, or the names of the columns: `columns` as a list is the same without a [columns]."""
    given = data["columns"] if isinstance(data.get("columns"), list) else None
    if given is not None and "header" in data:
        raise UserError("A mapping names a file's columns once: in header, with [columns] for which of them is ours.")
    given = data.get("header") if given is None else given
    if isinstance(given, list) and given and all(isinstance(name, str) for name in given):
        return tuple(given)
    if given is None or (isinstance(given, int) and not isinstance(given, bool)):
        return given
    raise UserError(
        'header in a mapping is the number of a row, or a list of names: header = ["id", "-", "time"], not {value}.',
        value=repr(given),
    )


def _text(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise UserError("{key} in a mapping is text in quotes, not {value}.", key=key, value=repr(value))
    return value


def _listed(value: Any) -> Any:
    """A list of texts as one text."""
    return ", ".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value


def _section(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UserError("{key} in a mapping is a section of its own: [{key}].", key=name)
    return value


def _words(value: Any, name: str) -> dict[str, str]:
    words = _section(value, name)
    for key, word in words.items():
        if not isinstance(word, str):
            raise UserError(
                "{key} in the mapping's [{section}] is text in quotes, not {value}.",
                key=key,
                section=name,
                value=repr(word),
            )
    return dict(words)
