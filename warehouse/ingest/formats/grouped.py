"""Rows put together by contact on disk: a telephony's file may have them in any order and be larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import pyarrow as pa

from warehouse.ingest.staging import connect

_AT_ONCE = 10_000
_TYPES = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), datetime: pa.timestamp("us")}


@dataclass(frozen=True, slots=True)
class Leg:
    """One row of a telephony's call records; a contact has one or more."""

    contact: str
    start: datetime
    end: datetime
    row: int
    """Its number in the whole of the files."""
    in_doubt: bool
    """Whether it began at a time that came twice, and nothing in it tells which: it is taken for the first."""


_Leg = TypeVar("_Leg", bound=Leg)


def by_contact(legs: Iterable[_Leg], kind: type[_Leg], workspace: Path) -> Iterator[list[_Leg]]:
    """The legs of each contact in the order of their beginning; files that overlap repeat some."""
    hints = get_type_hints(kind)
    schema = pa.schema([(field.name, _TYPES[_plain(hints[field.name])]) for field in fields(kind)])
    with connect(workspace) as connection:
        connection.register("portion", schema.empty_table())
        connection.execute("CREATE TABLE legs AS SELECT * FROM portion")
        rest, values = iter(legs), attrgetter(*schema.names)
        while some := list(map(values, islice(rest, _AT_ONCE))):
            cells = zip(zip(*some, strict=True), schema, strict=True)
            columns = [pa.array(column, field.type) for column, field in cells]
            connection.register("portion", pa.table(columns, schema=schema))
            connection.execute("INSERT INTO legs SELECT * FROM portion")
        cursor = connection.execute('SELECT * FROM legs ORDER BY contact, start, "row"')
        for _, group in groupby(_fetched(cursor), key=itemgetter(0)):
            yield [kind(*row) for row in group]


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows


def _plain(hint: Any) -> Any:
    """The type itself of one that may be None."""
    kinds: Sequence[Any] = [each for each in getattr(hint, "__args__", (hint,)) if each is not type(None)]
    return kinds[0]
