"""The conversations of one contact, as far as call records tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

import pyarrow as pa
import sqlalchemy as sa

from warehouse.ingest.clock import settle_ways
from warehouse.ingest.formats.base import CALL_COLUMNS, Bad, Given, in_batches, seconds_text, time_text
from warehouse.ingest.formats.rotated import RotatedFiles
from warehouse.ingest.sources import schema_of
from warehouse.ingest.staging import connect
from warehouse.lake import Lake
from warehouse.messages import N_
from warehouse.schema import CALLS

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with a person."""

    agent: str
    answer: datetime
    end: datetime
    told: bool
    """Whether `answer` is when the person answered; else a queue or a menu answered then."""
    called: str
    """The queue or the number that was called for it."""


def first_of(talks: Sequence[Talk]) -> Talk | None:
    """The first conversation; one whose beginning is told is better than one around it."""
    if not talks:
        return None
    first = min(talks, key=lambda talk: (talk.answer, talk.end))
    inside = [talk for talk in talks if talk.told and talk.answer <= first.end]
    return first if first.told else min(inside, key=lambda talk: talk.answer, default=first)


def talked(talks: Sequence[Talk]) -> float | None:
    """Seconds in which somebody talked; None if there was nobody, or the beginning of a conversation is not told."""
    told = sorted((talk.answer, talk.end) for talk in talks if talk.told)
    for talk in talks:
        if not talk.told and not any(start <= talk.end and talk.answer <= end for start, end in told):
            return None
    if not told:
        return None
    seconds, until = 0.0, told[0][0]
    for start, end in told:
        seconds += max((end - max(start, until)).total_seconds(), 0.0)
        until = max(until, end)
    return seconds


def transferred(talks: Sequence[Talk]) -> str | None:
    """What the first person handed the contact to: the first number that another person answered after him.

    A conversation that ends before his was a question to a colleague.
    """
    first = first_of(talks)
    if first is None:
        return None
    later = sorted(
        (talk for talk in talks if talk.agent != first.agent and talk.answer >= first.answer and talk.end > first.end),
        key=lambda talk: talk.answer,
    )
    return later[0].called if later else None


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


_Leg = TypeVar("_Leg", bound=Leg)


def in_each_pass(starts: Sequence[datetime], read: Callable[[datetime], _Leg]) -> tuple[_Leg, ...]:
    """Return a row as it is read with each of its possible beginnings. Raises Bad if it fits none of them."""
    ways, problem = list[_Leg](), None
    for start in starts:
        try:
            ways.append(read(start))
        except Bad as bad:
            problem = problem or bad
    if problem and not ways:
        raise problem
    return tuple(ways)


def by_contact(rows: Iterable[Sequence[_Leg]], kind: type[_Leg], given: Given) -> Iterator[list[_Leg]]:
    """The legs of each contact in the order of their beginning; files that overlap repeat some.

    Each row comes in all the ways it may be meant: several if it began at a time that came twice. What settles that
    is the order of the rows; rows of which it does not are counted, and the first way is taken.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    schema = pa.schema([*((name, _TYPES[_plain(hints[name])]) for name in names), ("way", pa.int64())])
    with connect(given.workspace) as connection:
        connection.register("portion", schema.empty_table())
        connection.execute("CREATE TABLE legs AS SELECT * FROM portion")
        values, twice = attrgetter(*names), False
        rest = ((*values(leg), way) for ways in rows for way, leg in enumerate(ways))
        while some := list(islice(rest, _AT_ONCE)):
            cells = zip(zip(*some, strict=True), schema, strict=True)
            columns = [pa.array(column, field.type) for column, field in cells]
            twice = twice or any(row[-1] for row in some)
            connection.register("portion", pa.table(columns, schema=schema))
            connection.execute("INSERT INTO legs SELECT * FROM portion")
        if twice:
            given.misshapen.doubtful += _settle(connection)
        cursor = connection.execute('SELECT * EXCLUDE (way) FROM legs ORDER BY contact, start, "row"')
        for _, group in groupby(_fetched(cursor), key=itemgetter(0)):
            yield [kind(*row) for row in group]


def _settle(connection: duckdb.DuckDBPyConnection) -> int:
    """Leave each row in one way, and return of how many rows nothing tells which it is."""
    near = "INTERVAL '12 hours'"
    found = connection.execute(
        'SELECT "row", way, start, "end" FROM legs l '
        "SEMI JOIN (SELECT DISTINCT date_trunc('hour', start) AS at_ FROM legs WHERE way > 0) t "
        f'ON l.start BETWEEN at_ - {near} AND at_ + {near} ORDER BY "row", way'
    ).fetchall()
    rows = [list(group) for _, group in groupby(found, key=itemgetter(0))]
    ways = [[(start, end) for _, _, start, end in group] for group in rows]
    settled = settle_ways(ways, [len(each) == 1 for each in ways], (0, 1))
    others = [
        (row, way)
        for group, (chosen, _) in zip(rows, settled, strict=True)
        for row, way, *times in group
        if tuple(times) != chosen
    ]
    connection.execute('CREATE TABLE others ("row" BIGINT, way BIGINT)')
    connection.executemany("INSERT INTO others VALUES (?, ?)", others)
    connection.execute('DELETE FROM legs USING others o WHERE legs."row" = o."row" AND legs.way = o.way')
    return sum(doubtful for _, doubtful in settled)


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows


def _plain(hint: Any) -> Any:
    """The type itself of one that may be None."""
    kinds: Sequence[Any] = [each for each in getattr(hint, "__args__", (hint,)) if each is not type(None)]
    return kinds[0]


INTERNAL = N_("internal calls")
MENU_ONLY = N_("calls that reached no queue and nobody")
PARTS = N_("parts of calls that do not say of which")
"""Why rows make no call."""

_EARLIEST = datetime.fromisoformat("1990-01-01")
LONGEST = timedelta(days=1)
"""A contact that began longer ago than this is not looked for in the records."""


@dataclass(frozen=True, slots=True)
class Call:
    """A contact as the import takes it: `call_id` is `contact_id` too."""

    call_id: str
    direction: str
    line: str | None
    started_at: datetime
    ended_at: datetime
    outcome: str
    wait_s: float | None = None
    talk_s: float | None = None
    client_id: str | None = None
    agent_id: str | None = None
    transferred_to: str | None = None
    partial: bool = False
    """Whether its rows themselves show that others are missing, which may stand in another file."""

    def cells(self) -> tuple[str, ...]:
        """As text, in the order of `CALL_COLUMNS`."""
        return (
            self.call_id,
            self.call_id,
            self.direction,
            self.line or "",
            time_text(self.started_at),
            time_text(self.ended_at),
            self.outcome,
            seconds_text(self.wait_s),
            seconds_text(self.talk_s),
            self.client_id or "",
            self.agent_id or "",
            self.transferred_to or "",
        )


class CallRecords(Generic[_Leg]):
    """Files of call records, read for calls. A row's number is that of the first line of its contact."""

    all_text = True
    spoiled = ""
    notes = ()
    supersedes = ()
    columns = CALL_COLUMNS
    schema = schema_of(CALL_COLUMNS, [pa.string()] * len(CALL_COLUMNS))

    def __init__(
        self,
        given: Given,
        files: RotatedFiles,
        kind: type[_Leg],
        rows: Callable[[], Iterator[Sequence[_Leg]]],
        call_of: Callable[[list[_Leg]], Call | str],
    ) -> None:
        """`rows` gives rows in the ways each may be meant, `call_of` a contact's call, or what it is if it is none."""
        self._given = given
        self._files = files
        self._kind = kind
        self._read = rows
        self._call_of = call_of
        self._skipped: Counter[str] = Counter()
        self._begins: datetime | None = None
        self._ends: datetime | None = None
        self.total = files.total

    @property
    def skipped(self) -> Mapping[str, int]:
        return dict(sorted(self._skipped.items()))

    @property
    def lines(self) -> int:
        return self._files.rows

    @property
    def unfinished(self) -> int:
        return self._files.unfinished

    @property
    def complete_to(self) -> datetime | None:
        return self._ends

    def batches(self) -> Iterator[tuple[Any, int]]:
        """Batches with the bytes read so far."""
        return in_batches(self._rows(), self.schema, lambda: self._files.done, self.total)

    def _rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        known: dict[str, Call] | None = None
        for legs in self._grouped():
            if known is None:
                known = _known(self._given.lake, self._begins, self._ends)
            call = self._call_of(legs)
            if isinstance(call, str):
                self._skipped[call] += 1
            else:
                before = known.get(call.call_id)
                if before and _is_cut(before, call):
                    call = put_together(before, call)
                yield min(leg.row for leg in legs), call.cells()

    def _grouped(self) -> Iterator[list[_Leg]]:
        for legs in by_contact(self._timed(), self._kind, self._given):
            self._ends = max([leg.end for leg in legs] + [self._ends or legs[0].end])
            yield legs

    def _timed(self) -> Iterator[Sequence[_Leg]]:
        for row in self._read():
            end = row[0].end
            self._begins = min(end, self._begins or end)
            self._ends = max(end, self._ends or end)
            yield row


def _is_cut(known: Call, call: Call) -> bool:
    """Whether the records may know more of a contact than a file: else the file has the last word."""
    return call.partial or known.started_at < call.started_at or known.ended_at > call.ended_at


def put_together(known: Call, call: Call) -> Call:
    """A contact of which one file has a part and the records another: whichever began first leads."""
    first, other = (known, call) if known.started_at < call.started_at else (call, known)
    answers = other.outcome == "answered" and first.outcome != "answered"
    said = replace(other if answers else first, client_id=first.client_id or other.client_id)
    return replace(
        said,
        direction=first.direction,
        line=first.line or other.line,
        started_at=first.started_at,
        ended_at=max(first.ended_at, other.ended_at),
        wait_s=None if answers else first.wait_s,
        talk_s=said.talk_s if said.talk_s is not None else other.talk_s,
        agent_id=said.agent_id or other.agent_id,
        transferred_to=said.transferred_to or other.transferred_to,
    )


def _known(lake: Lake, begins: datetime | None, ends: datetime | None) -> dict[str, Call]:
    """The calls of the records that files may have cut in two: those around the first and the last row."""
    if begins is None or ends is None:
        return {}
    begins, ends = max(begins, _EARLIEST), max(ends, _EARLIEST)
    c = CALLS.c
    before = sa.and_(c.started_at < begins, c.started_at >= begins - LONGEST)
    over_the_end = sa.and_(c.started_at <= ends, c.started_at >= ends - LONGEST, c.ended_at > ends)
    columns = [c[name] for name in CALL_COLUMNS if name != "contact_id"]
    wanted = sa.and_(c.call_id == c.contact_id, c.outcome.is_not(None), c.ended_at.is_not(None))
    rows = lake.open().rows(sa.select(*columns).where(wanted, sa.or_(before, over_the_end)))
    found = [Call(row[0], row[1], row[2], row[3], row[4], row[5], *row[6:]) for row in rows]
    return {call.call_id: call for call in found}
