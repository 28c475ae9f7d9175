"""Forecasts as records: what was forecast when. A forecast that was made is never written over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from warehouse.lake import Lake
from warehouse.merge import connect, merge
from warehouse.records import relation_over
from warehouse.schema import FORECASTS, key_of

if TYPE_CHECKING:
    import pyarrow as pa

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
    import pyarrow as pa

    some = [each for each in made if len(each.starts_at)]
    if not some:
        return 0
    rows = pa.concat_tables([_table(each) for each in some])
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


def _table(made: MadeForecast) -> pa.Table:
    import pyarrow as pa

    count = len(made.starts_at)

    def numbers(values: Sequence[float] | None) -> Any:
        return pa.nulls(count, pa.float64()) if values is None else pa.array(values, pa.float64())

    return pa.table(
        {
            "made_at": pa.array([made.made_at] * count, pa.timestamp("us")),
            "line": pa.array([made.line] * count, pa.string()),
            "channel": pa.array([made.channel] * count, pa.string()),
            "starts_at": pa.array(made.starts_at, pa.timestamp("us")),
            "value": numbers(made.values),
            "low": numbers(made.low),
            "high": numbers(made.high),
            "aht": numbers(made.aht_s),
            "method": pa.array([made.method or None] * count, pa.string()),
            "source": pa.array(["svodka"] * count, pa.string()),
        }
    )
