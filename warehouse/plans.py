"""Plans and forecasts as records: what was loaded or foreseen, by whom and when, and the weights of plans.

Nothing here is ever deleted. A changed value is a new revision; weights stay as they were first stored, so that a
plan never drifts with late records.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import sqlalchemy as sa

from warehouse.lake import Lake
from warehouse.manifest import Manifest, TableState
from warehouse.merge import ALL_MONTHS, connect, describe, merge
from warehouse.messages import UserError
from warehouse.records import LakeRecords, Records, duckdb_type, relation_over
from warehouse.schema import FORECASTS, PLAN_WEIGHTS, PLANS, key_of

if TYPE_CHECKING:
    import pyarrow as pa


GRANULARITIES = ("day", "half_month", "month", "quarter")
"""The periods a plan can be for, the most specific first."""

PlanKey: TypeAlias = tuple[str, str | None, str, date]
"""Metric, line (None: the whole centre), granularity, first local day."""
PlanVersion: TypeAlias = tuple[str, str | None, str, date, int]
"""A plan's key and its revision."""
Shares: TypeAlias = Mapping[tuple[int, int], float]
"""(weekday 0 Monday ... 6 Sunday or 7 a public holiday, local hour) -> share of a normal week's volume."""


class PlanLike(Protocol):
    """Anything that says what is planned for which period."""

    @property
    def metric(self) -> str: ...
    @property
    def line(self) -> str | None: ...
    @property
    def granularity(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def value(self) -> float: ...


@dataclass(frozen=True)
class Plan:
    """A metric's plan for one period, in the metric's unit (percentages as 0-100).

    Raises UserError if the period cannot start on that day or the value is no finite number.
    """

    metric: str
    line: str | None
    granularity: str
    starts_on: date
    value: float
    revision: int = 1

    def __post_init__(self) -> None:
        days_of(self.granularity, self.starts_on)
        if not math.isfinite(self.value):
            raise UserError(
                "The plan of {metric} from {starts_on} is not a number: {value}.",
                metric=self.metric,
                starts_on=self.starts_on.isoformat(),
                value=self.value,
            )

    @property
    def days(self) -> tuple[date, ...]:
        """The local days it covers, in order."""
        return days_of(self.granularity, self.starts_on)

    @property
    def key(self) -> PlanKey:
        """What all its revisions have in common."""
        return (self.metric, self.line, self.granularity, self.starts_on)

    @property
    def version(self) -> PlanVersion:
        return (*self.key, self.revision)


@dataclass(frozen=True)
class Saved:
    """What saving plans did, in rows."""

    added: int
    unchanged: int


@cache
def days_of(granularity: str, starts_on: date) -> tuple[date, ...]:
    """The local days of a plan's period. Raises UserError if no such period starts on that day."""
    if granularity not in GRANULARITIES:
        raise UserError(
            'A plan cannot be for a "{granularity}": plans are for a {known}.',
            granularity=granularity,
            known=", ".join(GRANULARITIES),
        )
    first, month = starts_on, starts_on.month
    fits = {
        "day": True,
        "half_month": first.day in (1, 16),
        "month": first.day == 1,
        "quarter": first.day == 1 and month % 3 == 1,
    }
    if not fits[granularity]:
        raise UserError(
            "No {granularity} starts on {starts_on}: a half month starts on the 1st or the 16th, a month on the "
            "1st, a quarter on the 1st of January, April, July or October.",
            granularity=granularity,
            starts_on=first.isoformat(),
        )
    if granularity == "day":
        end = first + timedelta(days=1)
    elif granularity == "half_month" and first.day == 1:
        end = first.replace(day=16)
    else:
        months = 3 if granularity == "quarter" else 1
        year, index = divmod(first.year * 12 + month - 1 + months, 12)
        end = date(year, index + 1, 1)
    return tuple(first + timedelta(days=number) for number in range((end - first).days))


def load_plans(records: Records) -> list[Plan]:
    """Every plan in every revision, by key and revision."""
    if not records.filled(PLANS.name):
        return []
    c = PLANS.c
    statement = sa.select(c.metric, c.line, c.granularity, c.starts_on, c.value, c.revision)
    plans = [
        Plan(row.metric, row.line, row.granularity, row.starts_on, float(row.value), row.revision)
        for row in records.rows(statement)
    ]
    return sorted(plans, key=lambda p: (p.metric, p.line or "", p.granularity, p.starts_on, p.revision))


def save_plans(lake: Lake, rows: Iterable[PlanLike], *, author: str, now: datetime, source: str | None = None) -> Saved:
    """Add a revision for every row whose value differs from the plan in force; `now` is a UTC instant.

    Raises UserError, and adds nothing, if a row is no plan or another process is writing.
    """
    plans = [Plan(row.metric, row.line, row.granularity, row.starts_on, float(row.value)) for row in rows]
    with lake.writing() as manifest:
        in_force: dict[PlanKey, Plan] = {}
        for plan in load_plans(LakeRecords(lake.root, manifest)):
            in_force[plan.key] = plan
        added: list[Plan] = []
        for plan in plans:
            before = in_force.get(plan.key)
            if before is None or before.value != plan.value:
                added.append(replace(plan, revision=before.revision + 1 if before else 1))
                in_force[plan.key] = added[-1]
        if added:
            values = [
                (p.metric, p.line, p.granularity, p.starts_on, p.value, p.revision, now, author, source) for p in added
            ]
            lake.commit(_append(lake, manifest, PLANS, values))
    return Saved(len(added), len(plans) - len(added))


def load_weights(records: Records) -> dict[PlanVersion, dict[tuple[int, int], float]]:
    """The weights each revision of a plan was spread with."""
    if not records.filled(PLAN_WEIGHTS.name):
        return {}
    c = PLAN_WEIGHTS.c
    statement = sa.select(
        c.metric, c.line, c.granularity, c.starts_on, c.revision, c.weekday, c.hour, c.weight
    ).order_by(c.metric, c.line, c.granularity, c.starts_on, c.revision, c.weekday, c.hour)
    loaded: dict[PlanVersion, dict[tuple[int, int], float]] = {}
    for *version, weekday, hour, weight in records.rows(statement):
        loaded.setdefault(tuple(version), {})[weekday, hour] = float(weight)
    return loaded


def save_weights(lake: Lake, weights: Mapping[PlanVersion, Shares], *, replace: bool = False) -> int:
    """Store the weights of plans that have none yet; with `replace` (an explicit respread) of all given.

    The first writer wins: read them back with `load_weights`. Returns for how many plans weights were written.
    """
    if not weights:
        return 0
    with lake.writing() as manifest:
        known = load_weights(LakeRecords(lake.root, manifest))
        kept = {version: dict(shares) for version, shares in weights.items() if replace or version not in known}
        kept = {version: shares for version, shares in kept.items() if known.get(version) != shares}
        if not kept:
            return 0
        rewritten = {version: shares for version, shares in known.items() if version not in kept} | kept
        values = [
            (*version, weekday, hour, weight, None)
            for version, shares in rewritten.items()
            for (weekday, hour), weight in sorted(shares.items())
        ]
        empty = manifest.with_table(PLAN_WEIGHTS.name, TableState())
        lake.commit(_append(lake, empty, PLAN_WEIGHTS, values))
        return len(kept)


def _written(value: object) -> str:
    """Return a value as a text that is cast to its column's type, which keeps every digit of a number."""
    if value is None:
        return "NULL"
    text = repr(float(value)) if isinstance(value, float) else str(value)
    return "'" + text.replace("'", "''") + "'"


def _append(lake: Lake, manifest: Manifest, table: sa.Table, values: Sequence[tuple[Any, ...]]) -> Manifest:
    """Add rows (tuples in the table's column order) to a small table, which is one file.

    `warehouse.merge` compares keys with `=`; here a line is part of the key and null where it is the whole
    centre, so what is new was decided by the caller.
    """
    connection = connect()
    columns = list(table.columns)
    # Lists, one a column: thousands of weights in one statement instead of one statement each. Written out: for one
    # parameter DuckDB loads pandas, and a bot that spreads a new month's plans would keep its 70 MB.
    lists = ", ".join(
        f"unnest(CAST([{', '.join(map(_written, of))}] AS {duckdb_type(column)}[])) AS {column.name}"
        for column, of in zip(columns, zip(*values, strict=True), strict=True)
    )
    connection.execute(f"CREATE TEMP TABLE added AS SELECT {lists}")
    old = manifest.table(table.name).files
    names = ", ".join(column.name for column in columns)
    order = ", ".join(f"{column.name} NULLS FIRST" for column in columns)
    path = lake.new_path(table.name, ALL_MONTHS)
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT {names} FROM ({relation_over(lake.root, old, table)}) UNION ALL SELECT {names} FROM added "
        f"ORDER BY {order}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )
    written = describe(lake, connection, table, path.relative_to(lake.root).as_posix(), ALL_MONTHS)
    return manifest.with_table(table.name, TableState((written,) if written else ()))


_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class MadeForecast:
    """One forecast of a line and channel: sequences by half hour, of the same length. Instants are naive UTC."""

    made_at: datetime
    line: str
    channel: str
    starts_at: Sequence[datetime]
    values: Sequence[float]
    low: Sequence[float] | None = None
    """None: not measured."""
    high: Sequence[float] | None = None
    aht_s: Sequence[float] | None = None
    method: str = ""


def save_forecasts(lake: Lake, made: Sequence[MadeForecast]) -> int:
    """Add forecasts and return how many half hours were added. Raises UserError if another process is writing."""
    some = [each for each in made if len(each.starts_at)]
    if not some:
        return 0
    rows = _table(some)
    until = max(max(each.starts_at) for each in some) + _HALF_HOUR
    with lake.writing() as manifest, connect() as connection:
        connection.register("made", rows)
        known = relation_over(lake.root, manifest.table(FORECASTS.name).files, FORECASTS)
        keys = ", ".join(key_of(FORECASTS))
        connection.execute(f"CREATE TEMP TABLE staged AS SELECT * FROM made ANTI JOIN ({known}) USING ({keys})")
        changed, merged = merge(lake, manifest, connection, FORECASTS, "staged", complete_to=until)
        if merged.added:
            lake.commit(changed)
    return merged.added


def _table(made: Sequence[MadeForecast]) -> pa.Table:
    """Return the rows of forecasts; all columns are built at once, as one forecast is a day's at most."""
    import pyarrow as pa

    def of_each(value: Callable[[MadeForecast], Any]) -> list[Any]:
        return [value(each) for each in made for _ in each.starts_at]

    def numbers(values: Callable[[MadeForecast], Sequence[float] | None]) -> Any:
        known: list[float | None] = []
        for each in made:
            known += values(each) or repeat(None, len(each.starts_at))
        return pa.array(known, pa.float64())

    starts = list(chain.from_iterable(each.starts_at for each in made))
    return pa.table(
        {
            "made_at": pa.array(of_each(lambda each: each.made_at), pa.timestamp("us")),
            "line": pa.array(of_each(lambda each: each.line), pa.string()),
            "channel": pa.array(of_each(lambda each: each.channel), pa.string()),
            "starts_at": pa.array(starts, pa.timestamp("us")),
            "value": numbers(lambda each: each.values),
            "low": numbers(lambda each: each.low),
            "high": numbers(lambda each: each.high),
            "aht": numbers(lambda each: each.aht_s),
            "method": pa.array(of_each(lambda each: each.method or None), pa.string()),
            "source": pa.array(["svodka"] * len(starts), pa.string()),
        }
    )
