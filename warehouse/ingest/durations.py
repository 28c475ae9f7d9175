"""Durations that are mere numbers, of which nobody has said what they count.

They are seconds unless they can hardly be: by what lies between the beginning and the end of a call where a file has
both, or else by the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.ingest.cast import ROW, UNITS, CellReading, identifier
from warehouse.ingest.staging import LEFT_OUT, REASON, one
from warehouse.messages import N_, Message, UserError

if TYPE_CHECKING:
    import duckdb

_OF_A_CALL = ("wait_s", "talk_s", "hold_s")
"""What a call lasts from its beginning to its end."""
_ROWS = 3
"""Fewer rows than this prove nothing by their times."""
_ENOUGH = 20_000
"""More rows than this are not looked at for what they last."""
_MANY = 20
"""Nor do fewer than this by their numbers alone."""


@dataclass(frozen=True)
class _Column:
    """The numbers of one column that are over zero."""

    name: str
    count: int
    small: int
    """Those under one."""
    large: int
    """Those over an hour of seconds."""
    broken: int
    """Those with a fraction."""
    mean: float
    largest: float

    @property
    def may_be_other_than_seconds(self) -> bool:
        return self.count > 0 and (self.mean < 60 or self.large > self.count / 2)


@dataclass(frozen=True)
class _Doubt:
    """Why a column can hardly be seconds."""

    sentence: str
    column: str
    example: float
    likely: str
    n: int = 0
    count: int = 0


def check_durations(connection: duckdb.DuckDBPyConnection, readings: Collection[CellReading], path: Path) -> None:
    """Raise UserError if durations that are mere numbers can hardly be seconds, and nobody has said that they are."""
    known = {each.name: each for each in readings}
    counted = [each for each in readings if each.kind == "seconds" and not each.unit]
    columns = [each for each in _columns(connection, counted) if each.may_be_other_than_seconds]
    if not columns:
        return
    doubt, seconds = _by_times(connection, known, columns)
    for column in columns:
        if not doubt and column.name not in seconds:
            doubt = _by_numbers(connection, known[column.name], column)
    talk = next((each for each in columns if each.name == "talk_s" and each.name not in seconds), None)
    if not doubt and talk and {"outcome", "started_at"} <= known.keys():
        doubt = _by_talk(connection, known, talk)
    if doubt:
        raise _unlikely(doubt, path)


def _of(reading: CellReading) -> str:
    """Return the condition of rows that were taken and have a mere number there."""
    return f"{REASON} IS NULL AND NOT {LEFT_OUT} AND {reading.mine('counted')} AND {identifier(reading.name)} > 0"


def _columns(connection: duckdb.DuckDBPyConnection, readings: Sequence[CellReading]) -> Iterator[_Column]:
    if not readings:
        return
    found, mine = list[str](), list[str]()
    for reading in readings:
        value = identifier(reading.name)
        mine.append(f"CASE WHEN {reading.mine('counted')} AND {value} > 0 THEN {value} END AS {value}")
        conditions = (f"{value} < 1", f"{value} > 3600", f"{value} <> trunc({value})")
        found += [f"count({value})", *(f"count(*) FILTER ({each})" for each in conditions)]
        found += [f"avg({value})", f"max({value})"]
    taken = f"SELECT {', '.join(mine)} FROM laid WHERE {REASON} IS NULL AND NOT {LEFT_OUT}"
    values = one(connection, f"SELECT {', '.join(found)} FROM ({taken})")
    for number, reading in enumerate(readings):
        yield _Column(reading.name, *values[6 * number : 6 * number + 6])


def _by_times(
    connection: duckdb.DuckDBPyConnection, known: Mapping[str, CellReading], columns: Sequence[_Column]
) -> tuple[_Doubt | None, frozenset[str]]:
    """Return what calls' beginnings and ends say against seconds, and the columns that they show to be seconds."""
    parts = [name for name in _OF_A_CALL if name in known]
    doubted = [each.name for each in columns if each.name in parts]
    if not doubted or not {"started_at", "ended_at"} <= known.keys():
        return None, frozenset()
    durations = ", ".join(f"{name}, {known[name].mine('counted')} AS mere_{name}" for name in parts)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE timed AS SELECT {durations}, epoch(ended_at) - epoch(started_at) AS lasts "
        f"FROM laid WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND ended_at IS NOT NULL ORDER BY {ROW} LIMIT {_ENOUGH}"
    )
    seconds = set[str]()
    for names in ([doubted] if len(doubted) > 1 else []) + [[name] for name in doubted]:
        for unit, factor in UNITS.items():
            if factor == 1:
                continue
            count, fit, as_seconds, example = _fitting(connection, parts, names, factor)
            if count >= _ROWS and fit >= 0.9 * count and as_seconds <= 0.1 * count:
                sentence = N_(
                    "{column} of {file} is in {n} of {count} rows not the seconds from the beginning to the end, as in "
                    "{example}."
                )
                return _Doubt(sentence, names[-1], example, unit, fit, count), frozenset()
            if count >= _ROWS and as_seconds >= 0.9 * count:
                seconds.update(names if len(names) == 1 else ())
    return None, frozenset(seconds)


def _fitting(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[str],
    names: Sequence[str],
    factor: float,
) -> tuple[int, int, int, float]:
    """Return of how many rows the unit makes a difference, and how many fit with the unit, and with seconds."""
    taken = " + ".join(f"coalesce({name}, 0)" for name in parts)
    scaled = " + ".join(f"coalesce({name}, 0) * {factor if name in names else 1}" for name in parts)
    mere = " AND ".join(f"(mere_{name} OR {name} IS NULL)" for name in names)
    rows = (
        # Minutes are rounded, each by up to half a minute.
        f"SELECT {names[-1]} AS value, lasts, {taken} AS taken, {scaled} AS scaled, "
        f"{30 * len(parts) + 5} + lasts / 50 AS slack FROM timed WHERE {mere}"
    )
    return one(
        connection,
        f"SELECT count(*), count(*) FILTER (abs(lasts - scaled) <= slack), "
        f"count(*) FILTER (abs(lasts - taken) <= slack), max(value) FROM ({rows}) "
        "WHERE abs(scaled - taken) > 2 * slack",
    )


def _by_numbers(connection: duckdb.DuckDBPyConnection, reading: CellReading, column: _Column) -> _Doubt | None:
    value = identifier(reading.name)

    def found(*selected: str) -> tuple[float, ...]:
        return one(connection, f"SELECT {', '.join(selected)} FROM laid WHERE {_of(reading)}")

    if column.broken:
        # Nobody measures seconds to more than six digits, but a day's fraction goes on without end.
        endless = f"{value} < 1000 AND abs({value} * 1e6 - round({value} * 1e6)) > 1e-3"
        # Halves, quarters, thirds, sixths and tenths are what other numbers may have, too, such as means of a few.
        odd = " AND ".join(f"abs({value} * {n} - round({value} * {n})) > 1e-5" for n in (12, 20))
        rounded = (
            f"CASE WHEN abs({value} * 100 - round({value} * 100)) < 1e-6 "
            f"THEN abs({value} - round(round({value} * 60) / 60, 2)) < 1e-6 "
            f"ELSE abs({value} * 60 - round({value} * 60)) < 0.031 END"
        )

        def whole(unit: str, within: float) -> str:
            return f"abs({value} * {UNITS[unit]} - round({value} * {UNITS[unit]})) < {within}"

        fine = f"{endless} AND {odd}"
        days = f"{fine} AND {whole('days', 1e-3)}"
        counted = (fine, f"{fine} AND {whole('minutes', 1e-5)}", f"{fine} AND {whole('hours', 1e-5)}", days)
        counts = [f"count(*) FILTER ({each})" for each in (*counted, odd, f"{odd} AND {rounded}")]
        counts += [f"count(DISTINCT round({value} - trunc({value}), 2)) FILTER ({odd})"]
        counts += [f"max({value}) FILTER ({each})" for each in (odd, days)]
        parts, minutes, hours, of_days, hundredths, of_minutes, kinds, part, day = found(*counts)
        looks = N_("{column} of {file} looks like a fraction of something longer than a second: {example}.")
        of_minutes = hundredths >= _MANY and of_minutes >= 0.98 * hundredths and kinds >= 8
        if of_minutes or minutes >= 0.9 * parts > 0:
            return _Doubt(looks, column.name, part, "minutes")
        if hours >= 0.9 * parts > 0:
            return _Doubt(looks, column.name, part, "hours")
        if of_days >= 0.9 * parts > 0:
            by_workbook = N_("{column} of {file} looks like days, which is how a workbook counts time: {example}.")
            return _Doubt(by_workbook, column.name, day, "days")
    if column.small >= 0.9 * column.count:
        sentence = N_("{column} of {file} is under one second in {n} of {count} rows, as in {example}.")
        (example,) = found(f"max({value}) FILTER ({value} < 1)")
        return _Doubt(sentence, column.name, example, "minutes", column.small, column.count)
    if column.large > column.count / 2:
        sentence = N_("{column} of {file} is over an hour in {n} of {count} rows, as in {example}: milliseconds?")
        return _Doubt(sentence, column.name, column.largest, "milliseconds", column.large, column.count)
    return None


def _by_talk(connection: duckdb.DuckDBPyConnection, known: Mapping[str, CellReading], column: _Column) -> _Doubt | None:
    """Return what is against seconds if conversations are shorter than people's, and may be minutes."""
    if column.count < _MANY or column.largest > 240 or column.mean > 30:
        return None
    answered = f"{_of(known['talk_s'])} AND outcome = 'answered'"
    count, broken, mean, longest = one(
        connection,
        f"SELECT count(*), count(*) FILTER (talk_s <> trunc(talk_s)), avg(talk_s), max(talk_s) "
        f"FROM laid WHERE {answered}",
    )
    # Minutes end before the agent's next call begins, each before its own next one and not before another's.
    own, others, pairs = one(
        connection,
        "SELECT count(*) FILTER (talk_s * 60 > gap + 60), count(*) FILTER (other * 60 > gap + 60), count(*) FROM ("
        "SELECT talk_s, lead(talk_s) OVER w AS other, epoch(lead(started_at) OVER w) - epoch(started_at) AS gap "
        f"FROM laid WHERE {answered} AND agent_id IS NOT NULL WINDOW w AS (PARTITION BY agent_id ORDER BY started_at)"
        ") WHERE gap < 14400",
    )
    if others >= 10 and own <= 0.1 * others and own <= 0.02 * pairs:
        sentence = N_(
            "{column} of {file} is {example} at most, and as minutes it ends before the agent's next call in {n} of "
            "{count} rows."
        )
        return _Doubt(sentence, column.name, longest, "minutes", pairs - own, pairs)
    if count >= _MANY and broken >= count / 2 and mean < 10 and longest <= 60 and own <= 0.05 * pairs:
        sentence = N_("{column} of {file} is {example} at most in {count} answered calls, with fractions: minutes?")
        return _Doubt(sentence, column.name, longest, "minutes", count, count)
    return None


def _unlikely(doubt: _Doubt, path: Path) -> UserError:
    said = {"column": doubt.column, "file": path.name, "example": f"{doubt.example:g}"}
    return UserError(
        "{problem} Nothing was taken: say what it counts, as in --durations {unit}, or in a mapping "
        '[durations] {column} = "{unit}". It may be {units}.',
        problem=Message(doubt.sentence, {**said, "n": doubt.n, "count": doubt.count}),
        column=doubt.column,
        unit=doubt.likely,
        units=", ".join(UNITS),
    )
