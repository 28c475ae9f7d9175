"""Forecasts as records: what was forecast when. A forecast that was made is never written over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
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
