"""What the stories about imports share: a desk with a lake, files laid on it and imported into it."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping as Columns
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from warehouse.ingest.formats.base import Given
from warehouse.ingest.formats.registry import format_named
from warehouse.ingest.layout import UnfitLayout
from warehouse.ingest.load import Summary, import_file
from warehouse.ingest.mapping import Mapping
from warehouse.ingest.opening import Opening, is_plain_text, no_lines, open_source
from warehouse.ingest.rejects import Misshapen, Reject
from warehouse.lake import Lake
from warehouse.schema import CALLS, key_of

HEADER = "call_id,direction,line,started_at,outcome,wait_s"


@dataclass(frozen=True)
class Desk:
    root: Path

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "the lake's place")

    def file(self, *lines: str, name: str = "calls.csv", encoding: str = "utf-8", end: str = "\n") -> Path:
        path = self.root / name
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return path

    def calls(self, *rows: str, **options: Any) -> Summary:
        """Import rows of calls under the usual header; bad ones are not too many."""
        return self.take(self.file(HEADER, *rows), **options)

    def take(self, path: Path, table: sa.Table = CALLS, **options: Any) -> Summary:
        settings = {"timezone": "UTC", "max_rejects": 1.0, "rejects_dir": self.root / "rejects", **options}
        summary = import_file(self.lake, table, path, **settings)
        assert summary.read == (
            summary.added + summary.updated + summary.unchanged + summary.rejected + summary.left_out
        )
        return summary

    def mapped(self, path: Path, columns: Columns[str, str], **options: Any) -> Summary:
        words = {key: options.pop(key) for key in ("where", "values") if key in options}
        return self.take(path, mapping=Mapping("calls", columns=columns, **words), **options)

    def opened(self, path: Path) -> tuple[list[dict[str, Any]], list[Reject]]:
        """The cells of a table of calls as its file gives them, and the rows that have no cells."""
        room = Path(tempfile.mkdtemp(dir=self.root))
        with closing(Misshapen(room / "misshapen", str)) as misshapen:
            source, _ = open_source(Opening(path, room, misshapen, Mapping("calls").layout(CALLS)))
            rows = [row for batch, _ in source.batches() for row in batch.to_pylist()]
            return rows, list(misshapen)

    def read(self, path: Path, format_name: str, *names: str, timezone: str = "UTC", **options: str) -> list[Any]:
        """The values of some columns of calls as a format makes them of a file, which is imported nowhere."""
        room = Path(tempfile.mkdtemp(dir=self.root))
        with closing(Misshapen(room / "misshapen", str)) as misshapen:
            given = Given(CALLS, path, misshapen, timezone, None, self.lake, room, options=options)
            source = format_named(format_name, "calls", options).open(given)
            rows = [row for batch, _ in source.batches() for row in batch.to_pylist()]
        return [tuple(_value(name, row.get(name) or "") for name in names) for row in rows]

    def kept(self, *names: str, table: sa.Table = CALLS) -> list[tuple[Any, ...]]:
        """The values of some columns in the lake, in the order of the keys."""
        statement = sa.select(*(table.c[name] for name in names)).order_by(*(table.c[n] for n in key_of(table)))
        return [tuple(row) for row in self.lake.open().rows(statement)]


def _value(name: str, cell: str) -> Any:
    if CALLS.c[name].info["kind"] == "seconds" and cell:
        return float(cell)
    return cell or None


def is_of_lines(path: Path) -> bool:
    """Whether a file does not begin like one of another kind, which is opened as that or refused."""
    try:
        return is_plain_text(path) and no_lines(path) is None
    except UnfitLayout:
        return False


def rejects(summary: Summary) -> list[list[str]]:
    """The lines of the rejects file under its header: row number, reason, the file's cells."""
    assert summary.rejects_file is not None
    with summary.rejects_file.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def reasons(summary: Summary) -> dict[int, str]:
    """Row number -> reason."""
    return {int(row): reason for row, reason, *_ in rejects(summary)}
