"""Durations that are mere numbers, of which nobody has said what they count."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.ingest.cast import UNITS, Reading, identifier
from warehouse.ingest.staging import LEFT_OUT, REASON, one
from warehouse.messages import N_, Message, UserError

if TYPE_CHECKING:
    import duckdb


def check_durations(connection: duckdb.DuckDBPyConnection, readings: Iterable[Reading], path: Path) -> None:
    """Raise UserError if durations that are mere numbers can hardly be seconds, and nobody has said that they are."""
    for reading in readings:
        if reading.kind != "seconds" or reading.unit:
            continue
        value = identifier(reading.name)
        # Nobody measures seconds to more than six digits, but a day's fraction goes on without end.
        endless = f"{value} < 10 AND abs({value} * 1e6 - round({value} * 1e6)) > 1e-3"
        days = f"{endless} AND abs({value} * 86400 - round({value} * 86400)) < 1e-3"
        counts = [f"count(*) FILTER ({each})" for each in ("true", f"{value} < 1", f"{value} > 3600", endless, days)]
        counts += [f"max({value}) FILTER ({each})" for each in (f"{value} < 1", days, f"{value} > 3600")]
        count, small, large, fine, whole, *examples = one(
            connection,
            f"SELECT {', '.join(counts)} FROM laid "
            f"WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND {value} > 0 AND {reading.mine('counted')}",
        )
        if fine and whole >= 0.9 * fine:
            raise _unlikely(
                N_("{column} of {file} looks like days, which is how a workbook counts time: {example}."),
                reading.name,
                path,
                examples[1],
                "days",
            )
        if count and small >= 0.9 * count:
            raise _unlikely(
                N_("{column} of {file} is under one second in {n} of {count} rows, as in {example}."),
                reading.name,
                path,
                examples[0],
                "minutes",
                n=small,
                count=count,
            )
        if large > count / 2:
            raise _unlikely(
                N_("{column} of {file} is over an hour in {n} of {count} rows, as in {example}: milliseconds?"),
                reading.name,
                path,
                examples[2],
                "milliseconds",
                n=large,
                count=count,
            )


def _unlikely(sentence: str, column: str, path: Path, example: float, likely: str, **counts: int) -> UserError:
    return UserError(
        "{problem} Nothing was taken: say what it counts, as in --durations {unit}, or in a mapping "
        '[durations] {column} = "{unit}". It may be {units}.',
        problem=Message(sentence, {"column": column, "file": path.name, "example": f"{example:g}", **counts}),
        column=column,
        unit=likely,
        units=", ".join(UNITS),
    )
