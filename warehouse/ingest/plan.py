"""Which of a file's columns become which canonical columns, checked before a row is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from warehouse.ingest.cast import CellReading, attempt, identifier, literal, says_nothing
from warehouse.ingest.layout import UnfitLayout
from warehouse.ingest.mapping import Mapping, mappable
from warehouse.ingest.reasons import expression_reason
from warehouse.ingest.sources import Source, looks_like_data, no_header, shown
from warehouse.messages import Message, UserError, nearest, note
from warehouse.schema import key_of
from warehouse.schema.columns import is_null

if TYPE_CHECKING:
    import duckdb

INCOMING = "incoming"
"""The relation of the file's rows, empty while expressions are checked."""


MADE = "row:"
"""What a key begins with that is made of what the row says."""


@dataclass(frozen=True)
class ImportPlan:
    """How a file's rows become rows of a table."""

    table: sa.Table
    readings: tuple[CellReading, ...]
    """The canonical columns that the file or the mapping brings."""
    where: str | None
    columns: tuple[str, ...]
    """The file's own columns."""
    ignored: tuple[str, ...]
    """Those of them that nothing is read from."""
    keys_made: bool = False
    """Whether every row's key is made of what the row says."""
    blanked: tuple[str, ...] = ()
    """Columns whose null words expressions see as empty cells, for they name none of these words themselves."""
    needed: tuple[str, ...] = ()
    """Those of them that more is read from than a word to describe the row."""

    @property
    def provided(self) -> frozenset[str]:
        return frozenset(reading.name for reading in self.readings)


def make_plan(
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    source: Source,
    mapping: Mapping,
    file: str,
    durations: str = "",
) -> ImportPlan:
    """Match a file with a table. Raises UserError if a required column is missing or an expression is wrong.

    The connection has the relation `INCOMING` with the file's columns; `durations` is the unit of those of which
    the mapping says none, if anybody has said it.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {INCOMING}").fetchall()
    types = {name: str(type_) for name, type_, *_ in described}
    own: dict[str, str] = {}
    for column in source.columns:
        own.setdefault(column.strip().lower(), column)
    checked = _Expressions(connection, source.columns, file)
    readings = []
    used: set[str] = set()
    needed: set[str] = set()
    for name in mappable(table):
        words, unit = mapping.values.get(name, {}), mapping.durations.get(name, durations)
        # Words that the mapping says are another column's are not this one's by its name.
        is_another = "values" in table.c[name].info and own.get(name) in mapping.columns.values()
        given = mapping.columns.get(name, None if is_another else own.get(name))
        if given is not None and given.strip() in source.columns:
            given = given.strip()
        if mapping.key and table.c[name].primary_key:
            mapped = mapping.columns.get(name)
            if mapped in source.columns:
                needed.add(mapped)
            elif mapped is not None:
                needed.update(checked.columns_in(name, mapped))
                checked.type_of(name, mapped)
            readings.append(CellReading(table.c[name], _row_key(source.columns, mapped), "VARCHAR", words=words))
            continue
        if given is None:
            if words:
                raise UserError(
                    "The mapping gives words for {column}, which neither it nor {file} has a column for.",
                    column=name,
                    file=file,
                )
        elif given in source.columns:
            used.add(given)
            readings.append(CellReading(table.c[name], identifier(given), types[given], words=words, unit=unit))
            if not readings[-1].describes:
                needed.add(given)
        else:
            reads = tuple(sorted(checked.columns_in(name, given)))
            needed.update(reads)
            readings.append(CellReading(table.c[name], given, checked.type_of(name, given), True, words, reads, unit))
    if mapping.where is not None:
        needed.update(checked.columns_in("where", mapping.where))
        checked.type_of("where", f"CAST((\n{mapping.where}\n) AS BOOLEAN)")
    _check_required(table, {reading.name for reading in readings}, source.columns, file)
    ignored = tuple(column for column in source.columns if column not in used | needed)
    made = mapping.key is not None and not set(key_of(table)) & set(mapping.columns)
    blanked = tuple(column for column in source.columns if column in checked.blanked and types[column] == "VARCHAR")
    kept = tuple(column for column in source.columns if column in needed)
    return ImportPlan(table, tuple(readings), mapping.where, source.columns, ignored, made, blanked, kept)


def _row_key(columns: Sequence[str], mapped: str | None) -> str:
    """Return the SQL of a key that is the same for the same row, or the mapped one where a row has that."""
    cells = ", ".join(f"CAST({identifier(column)} AS VARCHAR)" for column in columns)
    made = f"{literal(MADE)} || md5(CAST([{cells}] AS VARCHAR))"
    if mapped is None:
        return made
    one = identifier(mapped) if mapped in columns else attempt(mapped)
    said = f"CAST({one} AS VARCHAR)"
    return f"CASE WHEN coalesce({says_nothing(said)}, true) THEN {made} ELSE {said} END"


def _check_required(table: sa.Table, found: set[str], columns: Sequence[str], file: str) -> None:
    missing = [c.name for c in table.columns if not c.nullable and c.name not in found]
    if missing and looks_like_data(columns):
        raise no_header(columns, file)
    if missing == list(key_of(table)) and len(missing) == 1:
        raise UnfitLayout(
            "The file {file} has no column for {missing}. Its header is: {columns}. Say in a mapping which column it "
            'is: [columns] {missing} = "...". If it has none, --key row makes keys of what the rows say.',
            file=file,
            missing=missing[0],
            columns=shown(columns),
        )
    if missing:
        raise UnfitLayout(
            "The file {file} has no column for {missing}. Its header is: {columns}. "
            'Say in a mapping which column it is: [columns] {first} = "..."',
            file=file,
            missing=", ".join(missing),
            columns=shown(columns),
            first=missing[0],
        )


class _Expressions:
    """The mapping's expressions over a file's columns, each checked before a row is read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, columns: Sequence[str], file: str) -> None:
        self._connection = connection
        self._columns = columns
        self._file = file
        self._read: set[str] = set()
        self._as_they_are: set[str] = set()

    @property
    def blanked(self) -> set[str]:
        """The columns that expressions read, but for those of expressions that name a null word."""
        return self._read - self._as_they_are

    def columns_in(self, name: str, expression: str) -> set[str]:
        """The file's columns that an expression reads. Raises UserError if it is not one expression."""
        found = set(self._columns_in(name, expression))
        names_null = any(is_null(word) and word for word in re.findall(r"'([^']*)'", expression))
        (self._as_they_are if names_null else self._read).update(found)
        return found

    def _columns_in(self, name: str, expression: str) -> Iterator[str]:
        parsed = self._connection.execute("SELECT json_serialize_sql(?)", [f"SELECT {expression}\n"]).fetchone()
        tree = json.loads(parsed[0]) if parsed else {}
        if tree["error"]:
            raise self._wrong(name, str(tree["error_message"]))
        if len(tree["statements"]) != 1 or len(tree["statements"][0]["node"].get("select_list", ())) != 1:
            raise self._useless(name, note("it is not one expression"))
        folded = {column.lower(): column for column in self._columns}
        for reference in _references(tree):
            if reference.lower() in folded:
                yield folded[reference.lower()]

    def type_of(self, name: str, expression: str) -> str:
        """The DuckDB type of an expression. Raises UserError if it does not compile."""
        import duckdb

        try:
            # Over a query without a name, as it is read: otherwise the relation's name would stand for a whole row.
            rows = f"(SELECT * FROM {INCOMING})"
            described = self._connection.execute(f"DESCRIBE SELECT {attempt(expression)} FROM {rows}").fetchall()
        except (duckdb.Error, UnicodeError) as error:
            raise self._wrong(name, str(error)) from None
        if len(described) != 1:  # COLUMNS(*) is one expression to the parser
            raise self._useless(name, note("it is not one expression"))
        return str(described[0][1])

    def _wrong(self, name: str, said: str) -> UserError:
        unknown = re.search(r'Referenced column "(.*?)" not found', said)
        if unknown:
            return UserError(
                "In the mapping, {column} names {unknown}, which {file} has no column for: it may be {known}. "
                "A fixed word stands in single quotes.",
                column=name,
                unknown=unknown[1],
                file=self._file,
                known=nearest(unknown[1], [shown([column]) for column in self._columns]),
            )
        return self._useless(name, expression_reason(said))

    def _useless(self, name: str, reason: Message) -> UserError:
        return UserError(
            "In the mapping, {column} is neither a column of {file} nor an expression that works: {reason}. "
            "Its columns are: {columns}.",
            column=name,
            file=self._file,
            reason=reason,
            columns=shown(self._columns),
        )


def _references(node: Any) -> Iterator[str]:
    """The names of columns in a syntax tree of DuckDB's."""
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield node["column_names"][-1]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _references(child)
