"""Files as streams of batches: what every format has in common, and Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from warehouse.ingest.layout import UNUSED, UnfitLayout
from warehouse.ingest.reasons import unread
from warehouse.messages import UserError

ROW = "svodka:row"
BATCH = 1 << 16
"""Rows at a time, of formats that are not read by bytes."""

_SHOWN_AS_DAYS = {1900: date(1899, 12, 31), 1904: date(1904, 1, 1)}
"""The first years of workbooks of Windows and of the Mac, with their day 0."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}|\d\d?:\d\d:\d\d", re.ASCII)
_FIGURE = re.compile(r"\s*\d+([.,]\d+)?\s*", re.ASCII)


class Source(Protocol):
    """A file's rows. The first column of the schema is the row's number, as a spreadsheet shows it."""

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def schema(self) -> Any: ...
    @property
    def total(self) -> int:
        """The size of the file, in whatever `batches` counts."""
        ...

    @property
    def all_text(self) -> bool:
        """Whether every cell is text, and a row of empty cells is a blank line."""
        ...

    @property
    def spoiled(self) -> str:
        """The encoding, if some bytes are no characters of it: cells have `UNREADABLE` in their place then."""
        ...

    def batches(self) -> Iterator[tuple[Any, int]]:
        """Record batches of `schema`, each with how much of `total` is read. Raises UserError."""
        ...


class ParquetRows:
    """A Parquet file: its columns keep their types. Its first row is row 1."""

    all_text = False
    spoiled = ""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet

        self._path = path
        try:
            self._file = pyarrow.parquet.ParquetFile(path)
            fields = list(self._file.schema_arrow)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None
        self.columns = named([field.name for field in fields], path)
        self.schema = schema_of(self.columns, [field.type for field in fields])
        self.total = self._file.metadata.num_rows

    def batches(self) -> Iterator[tuple[Any, int]]:
        done = 0
        try:
            for batch in self._file.iter_batches(batch_size=BATCH):
                numbers = range(done + 1, done + batch.num_rows + 1)
                done += batch.num_rows
                yield batch_of(numbers, batch.columns, self.schema), done
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> UserError:
        otherwise = UserError(
            "The file {file} begins like Parquet, but it is damaged or not whole.", file=self._path.name
        )
        return unread(error, self._path, otherwise)


def named(header: Sequence[str], path: Path) -> tuple[str, ...]:
    """The columns' names, those without one by their place. Raises UserError if two are the same to SQL."""
    stripped = [name.strip() for name in header]
    names = tuple(name if name not in ("", UNUSED) else f"column{n}" for n, name in enumerate(stripped, start=1))
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        # SQL does not tell capital letters, of ASCII at least.
        folded = "".join(letter.lower() if letter.isascii() else letter for letter in name)
        if folded in seen:
            if looks_like_data(header):
                raise no_header(header, path.name)
            raise UserError(
                "The header of {file} names {column} twice, in columns {first} and {second}: rename one.",
                file=path.name,
                column=shown([name]),
                first=seen[folded],
                second=place,
            )
        if "\0" in name:
            raise UserError("The header of {file} is not text.", file=path.name)
        seen[folded] = place
    return names


def looks_like_data(header: Sequence[str]) -> bool:
    """Return whether what should be a header is a record: dates and numbers are no names."""
    return any(_MOMENT.search(cell) for cell in header) or sum(bool(_FIGURE.fullmatch(cell)) for cell in header) > 1


def no_header(header: Sequence[str], file: str) -> UnfitLayout:
    """What to say of a file whose first row is data."""
    return UnfitLayout(
        "The first row of {file} is a record, not names of columns: {row}. Name its columns in a mapping, in their "
        'order: header = ["...", "..."], with "-" for one that is not needed.',
        file=file,
        row=shown(header),
    )


def shown(columns: Sequence[str]) -> str:
    """A file's columns for a sentence: not too many, none too long."""
    names = [" ".join(name.split()) for name in columns[:40]]
    short = [name if len(name) <= 60 else name[:59] + "…" for name in names]
    return ", ".join(short) + (", …" if len(columns) > len(names) else "")


def schema_of(columns: Sequence[str], types: Sequence[Any]) -> Any:
    fields = [pa.field(name, type_) for name, type_ in zip(columns, types, strict=True)]
    return pa.schema([pa.field(ROW, pa.int64()), *fields])


def batch_of(numbers: Any, columns: Sequence[Any], schema: Any) -> Any:
    return pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64()), *columns], schema=schema)


def cell_text(cell: Any) -> str:
    """A cell of a workbook as a CSV would have it: ISO dates, h:mm:ss, whole numbers without a point."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() | date() if cell.year in _SHOWN_AS_DAYS and cell.month < 3:
            # A duration of a day or more whose format shows the time of the day only.
            clock = cell.time() if isinstance(cell, datetime) else time()
            zero = datetime.combine(_SHOWN_AS_DAYS[cell.year], time())
            return _duration(datetime.combine(cell, clock) - zero)
        case datetime():
            # A workbook counts days in binary fractions, so that a full second may come as .999999.
            rounded = cell + timedelta(microseconds=500)
            return rounded.replace(microsecond=rounded.microsecond // 1000 * 1000).isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return _duration(cell)
        case _:
            return str(cell)


def _duration(span: timedelta) -> str:
    milliseconds = round(abs(span) / timedelta(milliseconds=1))
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return ("-" if span < timedelta() else "") + text + (f".{rest:03}" if rest else "")
