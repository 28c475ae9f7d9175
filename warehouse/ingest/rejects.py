"""The rejects file: every row that was not taken, with its number, the reason and what the file said."""

from __future__ import annotations

import csv
import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from warehouse.ingest.text import UNREADABLE
from warehouse.messages import N_

TOTALS = (
    r"(итоги?|итого|всего|общий итог|(grand|sub)?[ -]?totals?|сумма|sum)"
    r"([ :.]*|[ :(]+(за|по|на|for|of|by|всего|rows|records|calls|строк|записей|звонков)([ :].*)?|[ :=]*[0-9][0-9 .,:]*)"
)
"""What the first cell of a row says that sums up the rows above it."""
_TOTAL_LINE = re.compile(r"""[\s",;|]*""" + TOTALS + r"""["]?[\t,;|\n].*""", re.IGNORECASE | re.DOTALL)


def is_total(text: str) -> bool:
    """Return whether a cell says that its row, or its column, sums up others."""
    return re.fullmatch(TOTALS, text.strip(), re.IGNORECASE) is not None


Say = Callable[[str], str]
"""An interface's string in the reader's language, its places still to be filled; `str` leaves it as it is."""

Reject = tuple[int, str, Sequence[str | None]]
"""Row number, reason, the row's cells."""


class Misshapen:
    """Rows that could not be divided into the file's columns, kept on disk: there may be as many as rows."""

    def __init__(self, path: Path, say: Say = str) -> None:
        self._path = path
        self.say = say
        self._file = path.open("w", encoding="utf-8", errors="surrogatepass")
        self.count = 0
        self.totals = 0
        """Rows among them that sum up others, which are left out."""
        self.doubtful = 0
        """Rows that were taken with a time that came twice, and nothing tells which of the two it is."""

    def add(self, row: int, columns: int | None, expected: int | None, text: str) -> None:
        """A row of so many columns instead of the expected ones."""
        if _TOTAL_LINE.fullmatch(text + "\n"):
            self.totals += 1
            return
        self.refuse(row, self.say(N_("a wrong number of columns:")) + f" {columns} ≠ {expected}", text)

    def refuse(self, row: int, reason: str, text: str) -> None:
        """A line that no row can be made of."""
        self.count += 1
        self._file.write(json.dumps([row, reason, [text.replace(UNREADABLE, "\ufffd")]]) + "\n")

    def forget(self) -> None:
        """Begin anew: the file is read once more."""
        self._file.seek(0)
        self._file.truncate()
        self.count = self.totals = self.doubtful = 0

    def __iter__(self) -> Iterator[Reject]:
        """The rows in the file's order, once all are added."""
        self._file.close()
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                row, reason, cells = json.loads(line)
                yield row, reason, cells

    def close(self) -> None:
        self._file.close()


def write_rejects(directory: Path, source: Path, columns: Sequence[str], *streams: Iterable[Reject]) -> Path:
    """Write the rejects of a file, each stream in the file's order, and return where."""
    directory.mkdir(parents=True, exist_ok=True)
    path = _free(directory, source.stem)
    # The mark at the start is how Excel knows UTF-8. Cells stay as given, also those that begin like a formula:
    # the file is corrected and imported again.
    with path.open("x", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *columns])
        for row, reason, cells in heapq.merge(*streams, key=lambda reject: reject[0]):
            writer.writerow([row, reason, *cells])
    return path


def _free(directory: Path, stem: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = directory / f"{stem}-{stamp}-rejects.csv"
    again = 2
    while path.exists():
        path = directory / f"{stem}-{stamp}-{again}-rejects.csv"
        again += 1
    return path
