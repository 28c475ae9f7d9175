"""Whether a mapping says what it should: its columns, and the rows of a day, proved one thing after another."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.discovery.zones import clock, is_night, quiet_hour
from warehouse.engines.drivers import ColumnKind
from warehouse.engines.inspection import inspect, origin_of, types_of
from warehouse.engines.mapping import TableMapping
from warehouse.engines.profile import same_keys
from warehouse.engines.relations import MappedTable, parameter_type
from warehouse.engines.statements import raw_values
from warehouse.ingest.clock import changes_between
from warehouse.messages import Message, UserError, note
from warehouse.open import Warehouse
from warehouse.plan_rows import rows_read
from warehouse.readings import Bound
from warehouse.schema import fate_of, key_of, time_of
from warehouse.sql import hour_of, instant

_HOURS = timedelta(days=14)
"""So much before the latest row shows the hours of its days."""
_SOON = timedelta(minutes=5)
"""So far ahead a clock may be."""
_DAY = ((operator.ge, "since"), (operator.le, "until"))
"""The bounds of a day."""
_LONG_S = 1800.0
"""Half of a centre's waits or talks are no longer than this."""
_YEAR = timedelta(days=366)
_ZONED = (ColumnKind.INSTANT, ColumnKind.NUMBER)
"""Times that are one moment each, whatever clocks are put back."""
_MANY = 100_000
"""A table with fewer rows may be read as a whole."""


@dataclass(frozen=True)
class Proof:
    """Something that was looked at, and whether it is as it must be."""

    holds: bool | None
    """None: nothing tells."""
    text: Message


@dataclass(frozen=True)
class ColumnFound:
    """A mapped column as it was found."""

    name: str
    of: str
    type_name: str
    filled: int | None = None
    """In how many rows of the day it says something; None: that was not counted."""


@dataclass(frozen=True)
class TableProofs:
    """What was found of one table."""

    table: str
    source: str
    columns: tuple[ColumnFound, ...] = ()
    day: date | None = None
    """The day whose rows were proved, by the centre's clock."""
    rows: int = 0
    """Of that day."""
    total: int | None = None
    proofs: tuple[Proof, ...] = ()

    @property
    def holds(self) -> bool:
        return all(proof.holds is not False for proof in self.proofs)


def prove(warehouse: Warehouse, table: str, now: datetime, timezone: str) -> TableProofs:
    """Prove one mapping; `now` is UTC, `timezone` the centre's. What is wrong is among the proofs, never raised."""
    mapping = warehouse.settings.tables[table]
    source = " ".join(mapping.source.split())
    found = TableProofs(table, source if len(source) < 60 else source[:57] + "...")
    columns, problems = _columns(warehouse, mapping)
    if problems:
        return replace(found, columns=columns, proofs=problems)
    try:
        with warehouse.database.session(table) as connection:
            inspect(warehouse.database, connection, mapping)
        records = warehouse.open()
        return _Day(warehouse, table, now, timezone, records.last_event(table)).proved(replace(found, columns=columns))
    except UserError as error:
        return replace(found, columns=columns, proofs=(Proof(False, error.message),))


def _columns(warehouse: Warehouse, mapping: TableMapping) -> tuple[tuple[ColumnFound, ...], tuple[Proof, ...]]:
    """The columns with their types, and what is wrong with those that cannot be read: all of them, not the first."""
    found, problems = list[ColumnFound](), list[Proof]()
    for name, column in mapping.columns.items():
        try:
            with warehouse.database.session(mapping.table) as connection:
                type_ = types_of(warehouse.database, connection, mapping, {name: column.of})[name].type_name
        except UserError as error:
            type_ = ""
            if error.message not in [each.text for each in problems]:
                problems.append(Proof(False, error.message))
        found.append(ColumnFound(name, column.of, type_))
    return tuple(found), tuple(problems)


class _Day:
    """The rows of the latest whole day that has any."""

    def __init__(self, warehouse: Warehouse, table: str, now: datetime, timezone: str, last: datetime | None) -> None:
        self._warehouse, self._now, self._zone, self._last = warehouse, now, ZoneInfo(timezone), last
        self._mapped: MappedTable = warehouse.tables[table]
        self._table = self._mapped.mapping.canonical
        self._mapping = self._mapped.mapping
        time = time_of(self._table)
        self._time = None if time is None else self._table.c[time]
        self.day, self._moments = None, dict[str, datetime]()
        if last is not None and self._time is not None:
            yesterday = self._local(now) - timedelta(days=1)
            self.day = min(yesterday.date(), self._local(last).date())
            self._moments = {"since": self._utc(self.day), "until": self._utc(self.day + timedelta(days=1))}

    def _local(self, moment: datetime) -> datetime:
        return ZoneInfo("UTC").fromutc(moment.replace(tzinfo=ZoneInfo("UTC"))).astimezone(self._zone)

    def _utc(self, day: date) -> datetime:
        local = datetime.combine(day, datetime.min.time(), self._zone)
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def proved(self, found: TableProofs) -> TableProofs:
        profile = self._warehouse.profile(self._table.name)
        if self._time is not None and self.day is None:
            text = note("{table} has no rows: look at its from, where and timezone.", table=self._table.name)
            return replace(found, total=profile.rows, proofs=(Proof(False, text),))
        counted = self._counted()
        columns = tuple(
            ColumnFound(each.name, each.of, each.type_name, int(counted[f"has_{each.name}"])) for each in found.columns
        )
        proofs = [*self._keys(), *self._words(), *self._values(counted), *self._hours(), *self._clock()]
        proofs += self._plan(profile.rows)
        rows = int(counted["rows"])
        return replace(found, columns=columns, day=self.day, rows=rows, total=profile.rows, proofs=tuple(proofs))

    def _within(self, statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
        if self._time is None:
            return statement
        return statement.where(self._time >= instant("since"), self._time < instant("until"))

    def _run(
        self, statement: sa.Select[*tuple[Any, ...]], moments: Mapping[str, datetime] | None = None
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        moments = self._moments if moments is None else moments
        values = {**moments, **raw_values(statement, self._warehouse.tables, moments)}
        with self._warehouse.database.session(self._table.name) as connection:
            return self._warehouse.database.execute(connection, statement, values).all()

    def _theirs(
        self, *columns: sa.ColumnElement[Any], condition: str = "1 = 1", where: str | None = None
    ) -> sa.Select[*tuple[Any, ...]]:
        """A statement over their rows of about the day, whatever of them can be ours.

        They meet the mapping's condition, unless another `where` is given.
        """
        kept = (_sql(where or self._mapping.where or "1 = 1"), _sql(condition))
        raw = self._mapped.raw.get(self._time.name) if self._time is not None else None
        if raw is None or self._time is None:
            return sa.select(*columns).select_from(origin_of(self._mapping)).where(*kept)
        narrowings = self._mapped.narrowed([Bound(self._time.name, compare, name) for compare, name in _DAY])
        parameters = {
            each.parameter(self._table.name): self._mapped.raw_value(each, self._moments) for each in narrowings
        }
        bound = [sa.bindparam(name, value, type_=parameter_type(raw.kind)) for name, value in parameters.items()]

        def on(column: str) -> str:
            of, named = column.replace(":", "\\:"), zip(narrowings, parameters, strict=True)
            return " AND ".join(self._mapped.condition(each, f":{name}", of) for each, name in named)

        origin = origin_of(self._mapping, on)
        if ":raw_" in origin.text:
            origin = origin.bindparams(*bound)
        return sa.select(*columns).select_from(origin).where(*kept, sa.text(on(raw.of)).bindparams(*bound))

    def _counted(self) -> Mapping[str, Any]:
        """The numbers of the day's rows that its proofs are made of."""
        c = self._table.c
        mapped = self._mapping.columns
        columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("rows")]
        columns += [sa.func.count(c[name]).label(f"has_{name}") for name in mapped]
        for name in mapped:
            if c[name].info["kind"] == "seconds":
                columns.append(_number_of(c[name] < 0).label(f"negative_{name}"))
                columns.append(_number_of(c[name] > _LONG_S).label(f"long_{name}"))
        if "ended_at" in mapped and self._time is not None:
            columns.append(_number_of(c.ended_at < self._time).label("disordered"))
            fate = fate_of(self._table)
            if fate and fate in mapped:
                columns.append(_number_of(sa.and_(c.ended_at.is_not(None), c[fate].is_(None))).label("fateless"))
        if self._table.name == "calls" and {"outcome", "talk_s"} <= mapped.keys():
            answered = c.outcome == "answered"
            columns.append(_number_of(answered).label("answered"))
            columns.append(_number_of(sa.and_(answered, c.talk_s.is_(None))).label("silent"))
        return dict(self._run(self._within(sa.select(*columns).select_from(self._table)))[0]._mapping)

    def _keys(self) -> Iterator[Proof]:
        """Whether what must be there is there, and no key comes twice."""
        needed = [c.name for c in self._table.columns if not c.nullable and c.name in self._mapping.columns]
        missing = [
            sa.func.sum(sa.case((_sql(f"({self._mapping.columns[name].of}\n) IS NULL"), 1), else_=0)) for name in needed
        ]
        fine = True
        for name, n in zip(needed, self._run(self._theirs(*missing), {})[0], strict=True):
            if n:
                fine = False
                yield Proof(
                    False,
                    note(
                        "Rows without {column}: {n}. They are in no figure: mend it in [warehouse.{table}.columns], or "
                        "leave them out with warehouse.{table}.where.",
                        n=int(n),
                        column=name,
                        table=self._table.name,
                    ),
                )
        key = [self._table.c[name] for name in key_of(self._table)]
        grouped: sa.Select[*tuple[Any, ...]] = (
            sa.select(sa.func.count().label("n")).select_from(self._table).group_by(*key)
        )
        several = self._within(grouped).having(sa.func.count() > 1).subquery("several")
        n = self._run(sa.select(sa.func.count()).select_from(several))[0][0]
        if n:
            fine = False
            yield Proof(False, same_keys(int(n), self._table).message)
        if fine:
            yield Proof(True, note("Every row has its key, and no key comes twice."))

    def _words(self) -> Iterator[Proof]:
        """Whether every word of theirs is one of ours."""
        told = list(self._mapped.told())
        fine = True
        for name in told:
            word: sa.ColumnElement[Any] = sa.literal_column(f"({self._mapping.columns[name].of}\n)").label("word")
            # Not every engine groups by a constant, which an expression of theirs may be.
            said = self._theirs(word, condition=self._mapped.unknown(name)).subquery("said")
            grouped: sa.Select[*tuple[Any, ...]] = sa.select(said.c.word, sa.func.count()).group_by(said.c.word)
            found = self._run(grouped.order_by(sa.func.count().desc()).limit(6), {})
            if found:
                fine = False
                words = ", ".join(f'"{row[0]}" ({row[1]})' for row in found)
                yield Proof(
                    False,
                    note(
                        "In {column}, words that are none of ours: {words}. Their rows are in no figure until you add "
                        "them to [warehouse.{table}.columns.{column}].",
                        column=name,
                        words=words,
                        table=self._table.name,
                    ),
                )
        if told and fine:
            yield Proof(True, note("Every word is understood: {columns}.", columns=", ".join(told)))

    def _values(self, counted: Mapping[str, Any]) -> Iterator[Proof]:
        """What numbers and times of the day cannot be."""
        rows, table = int(counted["rows"]), self._table.name
        if n := int(counted.get("disordered") or 0):
            yield Proof(
                False,
                note(
                    "Rows that end before they begin: {n} of {rows}. Look at {time}, ended_at and the timezone.",
                    n=n,
                    rows=rows,
                    time=time_of(self._table),
                ),
            )
        for name in self._mapping.columns:
            if n := int(counted.get(f"negative_{name}") or 0):
                yield Proof(False, note("Rows with a negative {column}: {n} of {rows}.", column=name, n=n, rows=rows))
            if 2 * int(counted.get(f"long_{name}") or 0) > int(counted[f"has_{name}"]):
                yield Proof(
                    False,
                    note(
                        "More than half of all {column} are longer than {minutes} minutes: if they count milliseconds, "
                        'write {column} = "{of} / 1000.0" in [warehouse.{table}.columns].',
                        column=name,
                        minutes=round(_LONG_S / 60),
                        of=self._mapping.columns[name].of,
                        table=table,
                    ),
                )
        if n := int(counted.get("fateless") or 0):
            yield Proof(
                False,
                note("Rows that are over and have no outcome: {n} of {rows}. They are in no ratio.", n=n, rows=rows),
            )
        answered, silent = (int(counted.get(name) or 0) for name in ("answered", "silent"))
        if 5 * silent > answered:
            yield Proof(
                False,
                note("Answered calls without talk_s: {n} of {rows}. AHT is without them.", n=silent, rows=answered),
            )

    def _hours(self) -> Iterator[Proof]:
        """Whether the zone is plausible: by the centre's clock nights are quiet, and nothing lies in the future."""
        if self._time is None or self._last is None:
            return
        if self._last > self._now + _SOON:
            yield Proof(
                False,
                note(
                    "Its latest row lies {minutes} minutes in the future: the zone of its times is wrong, or a clock "
                    "is. Look at warehouse.{table}.timezone.",
                    minutes=round((self._last - self._now) / timedelta(minutes=1)),
                    table=self._table.name,
                ),
            )
        since = self._last - _HOURS
        offset = self._local(self._last).utcoffset() or timedelta()
        hour = hour_of(self._time, [(since, round(offset / timedelta(minutes=1)))]).label("hour")
        # Parameters that come twice are not the same to every engine: the hour is named before it is grouped by.
        of_day = self._within(sa.select(hour)).subquery("of_day")
        statement: sa.Select[*tuple[Any, ...]] = sa.select(of_day.c.hour, sa.func.count().label("n"))
        statement = statement.group_by(of_day.c.hour)
        moments = {"since": since, "until": self._last + timedelta(seconds=1)}
        quiet = quiet_hour({int(row[0]): int(row[1]) for row in self._run(statement, moments)})
        if quiet is None:
            yield Proof(None, note("The hours of its rows tell nothing about the zone: compare one with your clock."))
        elif is_night(quiet):
            yield Proof(True, note("By the centre's clock it is quietest at {hour}, as it should.", hour=clock(quiet)))
        else:
            yield Proof(
                False,
                note(
                    "By the centre's clock it is quietest at {hour}, which is no night: the zone of its times is "
                    "wrong. Look at warehouse.{table}.timezone; it is {zone}.",
                    hour=clock(quiet),
                    table=self._table.name,
                    zone=self._mapping.timezone,
                ),
            )

    def _clock(self) -> Iterator[Proof]:
        """Whether some of its times are two moments each, since a clock is put back and they name no zone."""
        if self._time is None or self.day is None or self._mapped.kinds.get(self._time.name) in _ZONED:
            return
        begins = datetime.combine(self.day, datetime.min.time()) - _YEAR
        changes = changes_between(ZoneInfo(self._mapping.timezone), begins, begins + _YEAR)
        back = [change for change in changes if change.after < change.before]
        if back:
            yield Proof(
                None,
                note(
                    "On {day} an hour came twice by the clock of {zone}, and its times do not tell which of the two "
                    "they are: they are read as the first. Name a column with a zone, or of UTC, if there is one.",
                    day=(back[-1].at + back[-1].before).date(),
                    zone=self._mapping.timezone,
                ),
            )

    def _plan(self, total: int) -> Iterator[Proof]:
        """How many rows a question about the day makes the engine read."""
        if self._time is None:
            return
        table = self._table.name
        if self._time.name not in self._mapped.raw:
            yield Proof(
                total < _MANY,
                note(
                    "Every question reads all of it: name a column of theirs to narrow by in warehouse.{table}.time.",
                    table=table,
                ),
            )
            return
        key = self._table.c[key_of(self._table)[0]]
        counted: sa.Select[*tuple[Any, ...]] = sa.select(sa.func.count(), sa.func.max(key))
        statement = self._within(counted)
        values = {**self._moments, **raw_values(statement, self._warehouse.tables, self._moments)}
        try:
            with self._warehouse.database.session(table) as connection:
                read = rows_read(connection, statement, values)
        except UserError:
            # Who may read a table may not always ask how.
            read = None
        if read is not None and read.by_bounds and not self._mapping.is_query:
            (within,) = self._run(self._theirs(sa.func.count(), where="1 = 1"), {})[0]
            read = replace(read, rows=int(within))
        if read is None:
            yield Proof(None, note("How many rows a question reads, this engine does not tell."))
        elif total >= _MANY and (read.whole or (read.rows or 0) >= total):
            yield Proof(
                False,
                note(
                    "A question about a day reads all rows, {total} of them: make an index or partitions on {column}, "
                    "or name a column that has them in warehouse.{table}.time.",
                    total=total,
                    column=self._mapped.raw[self._time.name].of,
                    table=table,
                ),
            )
        elif read.rows is not None:
            text = note("Rows read for a question about a day: {read} of {total}.", read=read.rows, total=total)
            yield Proof(True, text)
        elif read.whole:
            yield Proof(True, note("A question about a day reads all rows: they are few, {total}.", total=total))
        else:
            yield Proof(True, note("A question about a day finds its rows by an index."))


def _number_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _sql(text: str) -> sa.TextClause:
    return sa.text(f"({text}\n)".replace(":", "\\:"))
