"""A campaign of the demo: what answered attempts came to, and the base whose clients were called back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.calls import table, words
from warehouse.demo.chance import START, Flags, Floats, HalfMonth, Ints, dealt
from warehouse.demo.followup import ids_of, instants_of, moments
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.schema import CALL_RESULTS, CAMPAIGN_CLIENTS

CAMPAIGN = "Телемаркетинг: возврат клиентов"
BEGAN = (datetime(2026, 4, 30, 21) - START).total_seconds()  # noqa: DTZ001 - 1 May by the centre's clock
_SECOND_LIST = BEGAN + 17 * 86_400

_RESULTS = {"agreed": 16, "refused": 52, "call_back": 27, "wrong_person": 5}
_ROWS, _CALLABLE = 12_400, 10_620
"""Rows of the lists as they were handed over, and those of them that may be called."""
_DUPLICATES, _STOPPED, _DEAD = 1_240, 190, 230
_STOPS = ("просил не звонить", "уже купил")
_SEGMENTS = ("смотрели квартиру", "брали расчёт ипотеки", "звонили год назад")
_SCRIPTS = ("А", "Б")
_BETTER = 1.35
"""How much more often clients agree to what the second script says."""
_UPDATED = 0.62


@dataclass(frozen=True)
class Agreed:
    """Clients who agreed to come, in the order of their first agreement."""

    client: pa.Array
    at: Floats


def with_results(calls: Sequence[pa.Table]) -> list[pa.Table]:
    """The calls, with what answered attempts came to."""
    rng = HalfMonth(REFERENCE_HALF.first).rng("results")
    made = []
    for part in calls:
        asked = pc.and_(pc.equal(part["direction"].cast(pa.string()), "out"), pc.is_valid(part["ended_at"]))
        asked = pc.and_(asked, pc.equal(part["outcome"].cast(pa.string()), "answered"))
        mine = pc.starts_with(part["campaign"].cast(pa.string()), CAMPAIGN.partition(":")[0])
        answered = pc.fill_null(pc.and_(asked, mine), False).to_numpy()
        weights = np.array(list(_RESULTS.values()), dtype=np.float64)
        result = dealt(len(part), weights, rng)
        # The clients are divided between the scripts by their numbers.
        wins = answered & (script_of(part["client_id"]) == 1) & (rng.random(len(part)) < 0.16 * (_BETTER - 1))
        column = words(np.where(wins, 0, result), CALL_RESULTS, answered)
        made.append(part.set_column(part.column_names.index("result"), "result", column))
    return made


def script_of(clients: pa.ChunkedArray) -> Ints:
    """Which script a client is talked to by."""
    numbers = pc.fill_null(pc.utf8_slice_codeunits(clients.cast(pa.string()), 1), "0").cast(pa.int64()).to_numpy()
    scripts: Ints = numbers // 7 % 2
    return scripts


def campaign(calls: Sequence[pa.Table]) -> tuple[pa.Table, Agreed]:
    """The rows of `campaign_clients`, and who agreed to come."""
    rng = HalfMonth(REFERENCE_HALF.first).rng("campaign")
    dials = _dials(calls)
    when, client = moments(dials["started_at"]), dials["client_id"].combine_chunks().cast(pa.string())
    agreed = pc.fill_null(pc.equal(dials["result"].cast(pa.string()), "agreed"), False).to_numpy()
    some = pc.unique(client.filter(pa.array(agreed)))
    first = pc.index_in(some, client.filter(pa.array(agreed))).to_numpy()
    tried = pc.unique(client)
    callable_ = pa.concat_arrays([tried, _untouched(_CALLABLE - len(tried))])
    return _base(callable_, rng), Agreed(some, when[agreed][first])


def _dials(calls: Sequence[pa.Table]) -> pa.Table:
    """The campaign's attempts, in the order of time."""
    since = pa.scalar(np.datetime64(START, "us") + np.timedelta64(round(BEGAN), "s"))
    parts = []
    for part in calls:
        mine = pc.equal(part["campaign"].cast(pa.string()), CAMPAIGN)
        late = pc.greater_equal(part["started_at"], since)
        kept = part.select(["started_at", "client_id", "result"]).filter(pc.fill_null(pc.and_(mine, late), False))
        parts.append(kept.set_column(2, "result", kept["result"].cast(pa.string())))
    return pa.concat_tables(parts).sort_by("started_at")


def _untouched(n: int) -> pa.Array:
    """Clients of the lists whom nobody has called yet."""
    return pc.binary_join_element_wise("c", pa.array(np.arange(9_000_001, 9_000_001 + max(n, 0))).cast(pa.string()), "")


def _base(callable_: pa.Array, rng: np.random.Generator) -> pa.Table:
    """The lists: clients, some of them twice, numbers that are none or dead, and those who are not to be called."""
    n = len(callable_)
    others = _untouched(2_000).slice(1_400, _STOPPED + _DEAD)
    again = callable_.take(pa.array(rng.choice(n, _DUPLICATES, replace=False)))
    without = pa.nulls(max(_ROWS - n - len(others) - len(again), 0), pa.string())
    client = pa.concat_arrays([callable_, others, again, without])
    number = np.arange(len(client))
    stopped = (number >= n) & (number < n + _STOPPED)
    dead = (number >= n + _STOPPED) & (number < n + _STOPPED + _DEAD)
    second: Flags = (number >= n + len(others)) & (number < n + len(others) + len(again))
    second |= (number < n) & (rng.random(len(client)) < 0.3)
    loaded = np.where(second, _SECOND_LIST, BEGAN)
    updated = (number < n) & (rng.random(len(client)) < _UPDATED * 0.4)
    numbers = pa.chunked_array([client])
    return table(
        CAMPAIGN_CLIENTS,
        len(client),
        {
            "row_id": ids_of("b", number),
            "campaign": words(np.zeros(len(client), dtype=np.int64), (CAMPAIGN,)),
            "list": words(second.astype(np.int64), ("список 1", "список 2")),
            "client_id": client,
            "phone_state": words(dead.astype(np.int64), ("ok", "dead")),
            "stop_reason": words(number % 2, _STOPS, stopped),
            "segment": words(dealt(len(client), np.array([50.0, 30.0, 20.0]), rng), _SEGMENTS),
            "script": words(script_of(numbers), _SCRIPTS),
            "loaded_at": instants_of(loaded),
            "data_updated_at": instants_of(loaded + rng.uniform(2, 40, len(client)) * 86_400, updated),
        },
    )


def booked_by(agreed: Agreed, booked: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Who of those who agreed is behind which booking: places of deals, and of clients, one to one."""
    later = np.flatnonzero(np.isfinite(booked) & (booked > BEGAN + 86_400))
    later = later[np.argsort(booked[later], kind="stable")]
    coming = np.flatnonzero(rng.random(len(agreed.at)) < 0.75)
    coming = coming[np.argsort(agreed.at[coming], kind="stable")]
    place = np.searchsorted(booked[later], agreed.at[coming] + 900)
    place = np.maximum.accumulate(place - np.arange(len(place))) + np.arange(len(place))
    fits = place < len(later)
    return later[place[fits]], coming[fits]
