"""The options of a named format, as text: given in a mapping's [format] or on the command line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa

from warehouse.ingest.layout import ANYWHERE, Layout
from warehouse.ingest.mapping import check_timezone
from warehouse.ingest.reasons import pattern_reason
from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import BATCH, Source, batch_of
from warehouse.ingest.text import MARKING, UNREADABLE, check_not_utf8
from warehouse.lake import Lake
from warehouse.messages import Message, UserError, nearest, note
from warehouse.schema.columns import NULL_WORDS

UNUSED = "-"
"""A column of the file that is not needed."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list with commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def chosen(option: str, text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The words of a list, each of which must be known. Raises UserError."""
    words = words_of(text)
    for word in words:
        if word not in known:
            raise UserError(
                "The option {option} cannot be {given}: it may be {known}.",
                option=option,
                given=word,
                known=nearest(word, tuple(known)),
            )
    return words


def columns_of(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names of a file's columns in their order; - stands for one that is not needed. Raises UserError."""
    names = chosen("columns", text.lower(), (*known, UNUSED))
    for name in known:
        if names.count(name) > 1:
            raise UserError("The option columns names {column} twice.", column=name)
    return names


def folded(text: str) -> frozenset[str]:
    """The words of a list, whatever their case."""
    return frozenset(word.casefold() for word in words_of(text))


def zone_of(options: Mapping[str, str], otherwise: str) -> ZoneInfo:
    """The zone of times that name none. Raises UserError if there is no such zone."""
    name = options.get("timezone", otherwise)
    check_timezone(name)
    return ZoneInfo(name)


def pattern_of(option: str, text: str) -> re.Pattern[str]:
    """A regular expression. Raises UserError if it is none."""
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UserError(
            "The option {option} is not a regular expression: {reason}. Numbers from 100 to 199 are 1\\d\\d.",
            option=option,
            reason=pattern_reason(error),
        ) from None


class Bad(Exception):
    """Why nothing can be made of a line, for the rejects file."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class Given:
    """What a format is read with."""

    table: sa.Table
    path: Path
    """A file, or a directory of rotated ones."""
    misshapen: Misshapen
    """Where lines go that no row can be made of."""
    timezone: str
    """Of times that name none."""
    encoding: str | None
    lake: Lake
    """What earlier files said: a call may begin in one and end in the next."""
    workspace: Path
    """A directory for temporary files."""
    delimiter: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The format's own options, by name."""
    say: Say = str
    """Puts the reasons of rejects into the reader's language."""
    layout: Layout = ANYWHERE
    """Where the table is in a file that is one."""

    def text_encoding(self) -> str:
        """The encoding of lines. Raises UserError if lines cannot be told apart in it."""
        try:
            found = codecs.lookup(self.encoding or "utf-8").name
            if "a|".encode(found) != b"a|":
                raise ValueError
        except (LookupError, UnicodeError, ValueError):
            pass
        else:
            if self.encoding and self.path.is_file():
                check_not_utf8(self.path, found)
            return found
        raise UserError(
            "A log is not written in the encoding {encoding}: try utf-8, windows-1251 or koi8-r.",
            encoding=str(self.encoding),
        )

    def refuse(self, row: int, place: str, reason: Message, text: str) -> None:
        """Put a line among the rejects; `place` says where it stands, if there are several files."""
        said = self.say(reason.id).format(**reason.params)
        self.misshapen.refuse(row, f"{place}: {said}" if place else said, text)


def text_of(line: bytes, encoding: str) -> str:
    """A line as text, with `UNREADABLE` for bytes that are no characters: who needs them says so."""
    return line.decode(encoding, MARKING).removeprefix("\ufeff")


def legible(text: str, field: str) -> str:
    """A field as it is. Raises Bad if some of its bytes are no characters."""
    if UNREADABLE in text:
        raise Bad(
            note(
                "{field}: bytes that are no characters. If the whole file is in another encoding, name it: --encoding",
                field=field,
            )
        )
    return text


def legible_cells(cells: Mapping[str, str], needed: Iterable[str]) -> dict[str, str]:
    """The cells of a row by name; those that nobody needs are empty if they cannot be read. Raises Bad."""
    if not any(UNREADABLE in cell for cell in cells.values()):
        return dict(cells)
    needed = set(needed)
    return {
        name: legible(cell, name) if name in needed else "" if UNREADABLE in cell else cell
        for name, cell in cells.items()
    }


@dataclass(frozen=True)
class Superseded:
    """Rows that a file stands in place of: they go, unless the file has them too."""

    prefix: str
    """What their keys begin with."""
    first: datetime
    """The span that their times lie in, UTC; its end is not in it."""
    end: datetime


class FormatSource(Source, Protocol):
    """A source that also tells, once it is read, what it left alone."""

    @property
    def notes(self) -> Sequence[Message]:
        """What else is to be said of the files."""
        ...

    @property
    def supersedes(self) -> Sequence[Superseded]: ...

    @property
    def skipped(self) -> Mapping[str, int]:
        """What is nothing to the import, by kind, and how many there were."""
        ...

    @property
    def lines(self) -> int:
        """How many rows the files have, whatever became of them: what refused ones are a share of."""
        ...

    @property
    def unfinished(self) -> int:
        """Last lines that are still being written: they are taken the next time."""
        ...

    @property
    def complete_to(self) -> datetime | None:
        """The latest moment that any of its lines tells of, one that is nothing to the import too; None without any."""
        ...


CALL_COLUMNS = (
    "call_id",
    "contact_id",
    "direction",
    "line",
    "started_at",
    "ended_at",
    "outcome",
    "wait_s",
    "talk_s",
    "client_id",
    "agent_id",
    "transferred_to",
)
"""What is read of a call, whatever tells of it."""

_NO_CALLER = NULL_WORDS | {"anonymous", "unknown", "private", "restricted", "unavailable", "withheld"}
_BRACKETED = re.compile(r"<([^<>]*)>\s*$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}([.]\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,5}):([0-5]?\d):([0-5]?\d(?:[.]\d{1,9})?)", re.ASCII)


def moments_of(text: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """A date and time as UTC, local if it names no offset: two if the clock was put back over it, none if it is
    something else or the clock was put forward over it."""
    text = text.strip()
    try:
        if not _DATE.fullmatch(text):
            return ()
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            return (_utc(moment),)
        local = moment.replace(tzinfo=zone)
        again = local.replace(fold=1)
        # Where the clock was put forward, the second is before the first: that time was never shown.
        return tuple(sorted({_utc(local), _utc(again)})) if _utc(local) <= _utc(again) else ()
    except (ValueError, OverflowError):
        return ()


def bad_time(text: str, zone: ZoneInfo, otherwise: Message) -> Bad:
    """Why a text is no time: the clock was put forward over it, or what `otherwise` says."""
    if moments_of(text, ZoneInfo("UTC")) and not moments_of(text, zone):
        return Bad(note('"{value}" was never shown: the clock was put forward over it', value=text.strip()[:80]))
    return Bad(otherwise)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def seconds_of(text: str) -> float | None:
    """A duration in seconds, written so or as h:mm:ss; None if it is something else."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    clock = _CLOCK.fullmatch(text)
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]) if clock else None


def client_of(caller: str) -> str | None:
    """The caller's number, out of `"Name" <number>` too; None if it is withheld."""
    bracketed = _BRACKETED.search(caller)
    number = (bracketed[1] if bracketed else caller).strip().strip('"')
    return None if number.lower() in _NO_CALLER else number


def time_text(at: datetime | None) -> str:
    return f"{at.isoformat(' ')}Z" if at else ""


def seconds_text(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.6f}".rstrip("0").rstrip(".")


def in_batches(
    rows: Iterator[tuple[int, tuple[str, ...]]], schema: Any, progress: Callable[[], int], total: int
) -> Iterator[tuple[Any, int]]:
    """Numbered rows of text in batches, each with how much of `total` is read."""
    numbers: list[int] = []
    cells: list[tuple[str, ...]] = []
    for number, row in rows:
        numbers.append(number)
        cells.append(row)
        if len(cells) == BATCH:
            yield _batch(numbers, cells, schema), min(progress(), total)
            numbers, cells = [], []
    yield _batch(numbers, cells, schema), total


def _batch(numbers: Sequence[int], cells: Sequence[tuple[str, ...]], schema: Any) -> Any:
    columns = list(zip(*cells, strict=True)) or [()] * (len(schema) - 1)
    return batch_of(numbers, [pa.array(column, pa.string()) for column in columns], schema)
