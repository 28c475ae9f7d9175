"""CSV as a stream of batches, with the row numbers that a spreadsheet shows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from warehouse.ingest.layout import ANYWHERE, Layout
from warehouse.ingest.reasons import unread
from warehouse.ingest.rejects import Misshapen
from warehouse.ingest.sources import batch_of, named, schema_of
from warehouse.ingest.text import decoder_of, recognise
from warehouse.messages import UserError

BLOCK = 2 << 20
"""Bytes read at a time; a row is not longer than this."""


class Delimited:
    """A CSV or TSV file. Every cell is text; a row that the header does not fit goes to `misshapen`."""

    all_text = True

    def __init__(
        self,
        path: Path,
        misshapen: Misshapen,
        encoding: str | None,
        delimiter: str | None,
        layout: Layout = ANYWHERE,
    ) -> None:
        self._path = path
        self._kind = recognise(path, encoding, delimiter, layout)
        self._misshapen = misshapen
        self.columns = named(self._kind.columns, path)
        self.schema = schema_of(self.columns, [pa.string()] * len(self.columns))
        self.total = path.stat().st_size
        self.spoiled = self._kind.encoding if self._kind.spoiled else ""

    def batches(self) -> Iterator[tuple[Any, int]]:
        """Batches with the bytes read so far."""
        wrong = _WrongRows(self._misshapen, self._kind.header_row - self._kind.lines)
        first = self._kind.header_row + 1
        last = None
        try:
            with self._path.open("rb") as file:
                for batch in self._open(_Marked(file, self.spoiled) if self.spoiled else file, wrong):
                    numbers = wrong.number(first, batch.num_rows)
                    if batch.num_rows:
                        first = int(numbers[-1]) + 1
                        last = batch.column(batch.num_columns - 1)[-1].as_py()
                    yield batch_of(numbers, batch.columns, self.schema), file.tell()
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from None
        self._check_end(last, wrong)

    def _open(self, file: Any, wrong: _WrongRows) -> Iterator[Any]:
        names = [f"c{index}" for index in range(len(self.columns))]
        try:
            # One thread: otherwise Arrow does not know the numbers of the rows it rejects.
            return iter(
                pyarrow.csv.open_csv(
                    file,
                    read_options=pyarrow.csv.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK,
                        column_names=names,
                        skip_rows=self._kind.lines,
                        encoding="utf-8" if self.spoiled else self._kind.encoding,
                    ),
                    parse_options=pyarrow.csv.ParseOptions(
                        delimiter=self._kind.delimiter,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=wrong.take,
                    ),
                    convert_options=pyarrow.csv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                    ),
                )
            )
        except pa.ArrowInvalid as error:
            if "Could not skip" in str(error) or "Empty CSV" in str(error):
                return iter(())  # nothing after the header
            raise

    def _unreadable(self, error: Exception) -> UserError:
        if "straddling" in str(error):
            return self._open_quote()
        otherwise = UserError(
            "The file {file} cannot be read as CSV: its quotes and ends of lines do not fit together.",
            file=self._path.name,
        )
        return unread(error, self._path, otherwise)

    def _check_end(self, last: str | None, wrong: _WrongRows) -> None:
        """Refuse a file whose end is swallowed by a quote that nothing closes: rows would vanish in one cell."""
        if wrong.unclosed or (last and ("\n" in last or "\r" in last) and not self._ends_with_quote()):
            raise self._open_quote()

    def _ends_with_quote(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(max(self.total - 64, 0))
            tail = file.read().rstrip(b" \t\r\n\0")
        return tail.endswith(b'"')

    def _open_quote(self) -> UserError:
        return UserError(
            "A quotation mark in {file} is never closed: the rows after it would be read as one cell. "
            "Double the quotation marks inside cells.",
            file=self._path.name,
        )


class _Marked(io.RawIOBase):
    """A file as UTF-8 with a mark where its bytes are no characters: slower than Arrow, which would give up."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._file = file
        self._decoder = decoder_of(encoding)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while chunk := self._file.read(size):
            if text := self._decoder.decode(chunk):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


class _WrongRows:
    """The rows with a wrong number of columns, as Arrow comes upon them."""

    def __init__(self, misshapen: Misshapen, shift: int) -> None:
        self._misshapen = misshapen
        self._shift = shift
        self._numbers: list[int] = []
        self.unclosed = False
        """Whether the latest one ends inside quotes."""

    def take(self, row: Any) -> str:
        number = row.number + self._shift
        self._numbers.append(number)
        if row.text.strip():
            self.unclosed = "\n" in row.text and row.text.count('"') % 2 == 1
            self._misshapen.add(number, row.actual_columns, row.expected_columns, row.text)
        return "skip"

    def number(self, first: int, rows: int) -> Any:
        """The numbers of the next `rows` good rows, of which the first is not before `first`.

        Good rows have consecutive numbers but for the wrong rows between them.
        """
        wrong = np.array(self._numbers, dtype=np.int64)
        index = np.arange(rows, dtype=np.int64)
        before = wrong - first - np.arange(len(wrong))
        numbers = first + index + np.searchsorted(before, index, side="right")
        if rows:
            self._numbers = [number for number in self._numbers if number > numbers[-1]]
        return numbers
