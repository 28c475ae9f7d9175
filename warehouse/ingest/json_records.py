"""JSON: a record to a line, a list of records, or an object that holds one list.

Every value becomes the text that a CSV would have; names within names are joined by dots.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.ingest import sources
from warehouse.ingest.grids import CellGrid
from warehouse.ingest.layout import Layout, Numbered, UnfitLayout, folded
from warehouse.ingest.reasons import place_of
from warehouse.ingest.rejects import Misshapen
from warehouse.ingest.sources import Source, batch_of, named, schema_of
from warehouse.ingest.text import MARKING, encoding_of
from warehouse.messages import N_, UserError

MOST_BYTES = 256 << 20
"""A document that is one value is read into memory; of records on lines there may be any number."""
MOST_COLUMNS = 2000
_NOT_JSON = N_("a line that is not JSON")
_NO_RECORD = N_("a line of JSON that is no record with names")


Read = tuple[int, Any]
"""A record's number, its line or its place in the list, and what stands there: a text that is no JSON, or a value."""


class _NotJson(str):
    """A line that cannot be read."""


def open_json(path: Path, layout: Layout, misshapen: Misshapen, encoding: str | None) -> Source:
    """Open a file of JSON. Raises UserError."""
    encoding, whole = encoding_of(path, encoding)
    spoiled = "" if whole else encoding
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    if _is_lines(path, encoding):
        return JsonRecords(path, lambda: _lines(path, encoding), misshapen, spoiled)
    found = _records(_document(path, encoding), layout, path)
    if found and all(isinstance(row, list) for row in found):
        return CellGrid(path, Rows(found), layout, spoiled)
    return JsonRecords(path, lambda: enumerate(found, start=1), misshapen, spoiled)


class JsonRecords:
    """Records with names as a source of text. Which names there are is known when all have been read once."""

    all_text = True

    def __init__(self, path: Path, read: Callable[[], Iterable[Read]], misshapen: Misshapen, spoiled: str = "") -> None:
        self.spoiled = spoiled
        self._read = read
        self._misshapen = misshapen
        names: dict[str, None] = {}
        self.total = 0
        for number, value in read():
            self.total = number
            if isinstance(value, dict):
                names.update(dict.fromkeys(_flat(value)))
            if len(names) > MOST_COLUMNS:
                raise UserError("The records of {file} have over {n} names.", file=path.name, n=MOST_COLUMNS)
        if not names:
            raise UnfitLayout("The file {file} has no records.", file=path.name)
        self._names = tuple(names)
        self.columns = named(self._names, path)
        self.schema = schema_of(self.columns, [pa.string()] * len(names))

    def _numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Return the records; what is none is refused."""
        for number, value in self._read():
            if isinstance(value, dict):
                yield number, _flat(value)
            else:
                reason = _NOT_JSON if isinstance(value, _NotJson) else _NO_RECORD
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                self._misshapen.refuse(number, self._misshapen.say(reason), text)

    def batches(self) -> Iterator[tuple[Any, int]]:
        numbers: list[int] = []
        records: list[dict[str, str]] = []
        for number, record in self._numbered():
            numbers.append(number)
            records.append(record)
            if len(numbers) == sources.BATCH:
                yield self._batch(numbers, records), number
                numbers, records = [], []
        yield self._batch(numbers, records), self.total

    def _batch(self, numbers: Sequence[int], records: Sequence[Mapping[str, str]]) -> Any:
        columns = [pa.array([record.get(name, "") for record in records], pa.string()) for name in self._names]
        return batch_of(numbers, columns, self.schema)


def _is_lines(path: Path, encoding: str) -> bool:
    """Return whether each line is a value of its own: the first one is, and it is not the whole file, or a record."""
    try:
        with path.open(encoding=encoding, errors=MARKING) as lines:
            value = _loads(next(line for line in lines if line.strip()))
            return isinstance(value, dict) and (any(line.strip() for line in lines) or not _lists(value))
    except (ValueError, RecursionError, StopIteration):
        return False


def _lines(path: Path, encoding: str) -> Iterator[Read]:
    with path.open(encoding=encoding, errors=MARKING) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield number, _loads(line)
                except (ValueError, RecursionError):
                    yield number, _NotJson(line.rstrip("\r\n"))


def _document(path: Path, encoding: str) -> Any:
    """Return the value of a file that is one. Raises UserError."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UserError(
            "The file {file} is one JSON document of {size} MB, more than fits into memory: write a record to a line.",
            file=path.name,
            size=size >> 20,
        )
    try:
        return _loads(path.read_text(encoding, MARKING))
    except (ValueError, RecursionError) as error:
        raise UserError(
            "The file {file} begins like JSON, but it is damaged or not whole: {reason}.",
            file=path.name,
            reason=place_of(error),
        ) from None


def _loads(text: str) -> Any:
    """Return the value of a JSON text, its numbers as they are written."""
    return json.loads(text.removeprefix("\ufeff"), parse_float=str, parse_int=str, parse_constant=str)


def _flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return a record's values by dotted names; lists stay JSON, which expressions can read."""
    found: dict[str, str] = {}
    for name, value in record.items():
        place = _clean(f"{prefix}{name}")
        match value:
            case dict() if value:
                found |= _flat(value, f"{place}.")
            case None | dict():
                found[place] = ""
            case bool():
                found[place] = "true" if value else "false"
            case list():
                found[place] = _clean(json.dumps(value, ensure_ascii=False))
            case _:
                found[place] = _clean(value)
    return found


def _clean(text: str) -> str:
    """Return a text without halves of characters, which JSON can write and nothing can store."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _lists(value: Any, prefix: str = "") -> dict[str, list[Any]]:
    """Return the lists of records in an object, by dotted names."""
    found: dict[str, list[Any]] = {}
    for name, each in value.items() if isinstance(value, dict) else ():
        if isinstance(each, list) and each and all(isinstance(item, dict) for item in each[:20]):
            found[prefix + name] = each
        elif isinstance(each, dict):
            found |= _lists(each, f"{prefix}{name}.")
    return found


def _records(document: Any, layout: Layout, path: Path) -> list[Any]:
    """Return the list of records that a document holds. Raises UserError if nobody can tell which one it is."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise UnfitLayout("The file {file} is JSON without records.", file=path.name)
    lists = _lists(document)
    if layout.sheet is not None:
        for name, found in lists.items():
            if folded(name) == folded(layout.sheet):
                return found
        raise UserError(
            "There is no list {given} in {file}. There are: {known}.",
            given=layout.sheet,
            file=path.name,
            known=", ".join(lists) or "-",
        )
    fits = {name: layout.fit(_flat(found[0])) for name, found in lists.items()}
    if not lists or layout.fit(_flat(document)) > max(fits.values()):
        return [document]
    best = max(fits, key=fits.__getitem__)
    if len([name for name in fits if fits[name] == fits[best]]) > 1:
        raise UserError(
            "The file {file} holds several lists: {known}. Name one, as in --sheet {first}.",
            file=path.name,
            known=", ".join(lists),
            first=best,
        )
    return lists[best]


class Rows:
    """A list of lists as a sheet."""

    name = "1"

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows
        self.height = len(rows)

    def rows(self) -> Iterator[Numbered]:
        for number, row in enumerate(self._rows, start=1):
            yield number, list(_flat({str(place): cell for place, cell in enumerate(row)}).values())
