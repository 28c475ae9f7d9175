"""Numpy columns turned into Arrow tables of the canonical schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from warehouse.demo.chance import Flags, Floats, HalfMonth, Ints
from warehouse.demo.people import agents

_TYPES = {
    "time": pa.timestamp("us"),
    "seconds": pa.float64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}


def instants(half: HalfMonth, seconds: Floats, known: Flags | None = None) -> pa.Array:
    """UTC instants of moments given in seconds since the half month's start; null where not known."""
    since = np.datetime64(half.begins, "us")
    values = since + (np.round(np.nan_to_num(seconds) * 10).astype(np.int64) * 100_000).astype("timedelta64[us]")
    return pa.array(values, mask=_missing(known))


def floats(values: Floats, known: Flags | None = None) -> pa.Array:
    """Numbers to a tenth; null where not known or not a number."""
    missing = np.isnan(values) if known is None else np.isnan(values) | ~known
    return pa.array(np.round(values, 1), mask=missing)


def words(codes: Ints, of: Sequence[str], known: Flags | None = None) -> pa.Array:
    """Words by their number; null where the number is negative or not known."""
    missing = codes < 0 if known is None else (codes < 0) | ~known
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=missing), pa.array(of))


def agent_ids(codes: Ints, known: Flags | None = None) -> pa.Array:
    return words(codes, [agent.agent_id for agent in agents()], known)


def ids(half: HalfMonth, kind: str, numbers: Ints) -> pa.Array:
    """Keys like `2606a-i-000123`: half month, kind, number."""
    text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 6, "0")
    return pc.binary_join_element_wise(f"{half.code}-{kind}-", text, "")


def table(of: sa.Table, rows: int, columns: Mapping[str, pa.Array], keep: Flags | None = None) -> pa.Table:
    """A table with all columns of the schema; those not given are null. `keep` drops rows not come yet."""
    arrays = {}
    for column in of.columns:
        if column.name == "source":
            arrays[column.name] = words(np.zeros(rows, dtype=np.int64), ["demo"])
        elif column.name in columns:
            arrays[column.name] = columns[column.name]
        else:
            arrays[column.name] = pa.nulls(rows, _TYPES.get(column.info.get("kind", "text"), pa.string()))
    made = pa.table(arrays)
    return made if keep is None or keep.all() else made.filter(pa.array(keep))


def _missing(known: Flags | None) -> Flags | None:
    return None if known is None else ~known
