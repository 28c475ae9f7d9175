"""Numpy columns turned into Arrow tables of the canonical schema, and calls as such columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from warehouse.demo.chance import Flags, Floats, HalfMonth, Ints, dealt
from warehouse.demo.people import Shift, agents, client_ids, seat
from warehouse.demo.words import CALL_BACK, CAMPAIGNS, EXTENSIONS, ORIGINS, TICKET_KINDS, TOPICS, VOICE_LINES
from warehouse.schema import CALL_OUTCOMES, CALLS

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


ANSWERED, ABANDONED, FLOW_OUT, NO_ANSWER, BUSY, FAILED = range(len(CALL_OUTCOMES))
CAMPAIGN_NAMES = (*CAMPAIGNS, CALL_BACK)
TOPIC_NAMES = tuple(
    dict.fromkeys([*(topic for of_line in TOPICS.values() for topic in of_line), *(kind[1] for kind in TICKET_KINDS)])
)
"""What contacts are about; those who ask where a ticket is call about what the ticket is about."""
NONE = -1


@dataclass(frozen=True)
class Calls:
    """Queue entries and attempts of one half month, one position per row.

    Codes index VOICE_LINES (`line`, `to_line`), CALL_OUTCOMES, TOPIC_NAMES, CAMPAIGN_NAMES, POOLS and the agents;
    -1 is none; a `to_line` past the lines is one of EXTENSIONS. `start` and all durations are seconds. `before` is the
    row it was transferred from. `wait` of an attempt is the ringing. `from_bot`: its first row came from the voice bot.
    """

    outbound: Flags
    contact: Ints
    line: Ints
    start: Floats
    outcome: Ints
    wait: Floats
    talk: Floats
    hold: Floats
    wrap: Floats
    client: Ints
    target: Flags
    topic: Ints
    to_line: Ints
    campaign: Ints
    before: Ints
    from_bot: Flags
    pool: Ints
    agent: Ints

    def __len__(self) -> int:
        return len(self.start)

    @property
    def answered(self) -> Flags:
        was: Flags = self.outcome == ANSWERED
        return was

    @property
    def answered_at(self) -> Floats:
        """When the conversation began (for calls that came to one)."""
        return self.start + self.wait

    @property
    def ended_at(self) -> Floats:
        """When the conversation or the waiting was over."""
        return self.answered_at + np.nan_to_num(self.talk) + np.nan_to_num(self.hold)

    @property
    def engaged_from(self) -> Floats:
        """From when on somebody is busy with it: an attempt takes its agent from the dialling on."""
        return np.where(self.outbound, self.start, self.answered_at)

    @property
    def engaged_to(self) -> Floats:
        return self.ended_at + np.nan_to_num(self.wrap)


def joined(inbound: Calls, outbound: Calls) -> Calls:
    """Both one after the other; `before` keeps pointing at the right rows."""
    return Calls(
        **{f.name: np.concatenate([getattr(inbound, f.name), getattr(outbound, f.name)]) for f in fields(Calls)}
    )


def seated(calls: Calls, shifts: Sequence[Shift]) -> Calls:
    """The calls with their agents, and with the starts that these agents' time allows."""
    lost_in_queue = ~calls.outbound & ~calls.answered
    rows = np.flatnonzero(~lost_in_queue)
    # The spare last position answers for "no row before": index -1 finds it.
    position = np.full(len(calls) + 1, NONE)
    position[rows] = np.arange(len(rows))

    lag = calls.wait + _TO_QUEUE_S - np.nan_to_num(calls.wrap[calls.before])
    moments, takers = seat(
        calls.engaged_from[rows],
        (calls.engaged_to - calls.engaged_from)[rows],
        calls.pool[rows],
        position[calls.before[rows]],
        lag[rows],
        shifts,
    )
    start = calls.start.copy()
    start[rows] = moments - np.where(calls.outbound, 0.0, calls.wait)[rows]
    agent = np.full(len(calls), NONE)
    agent[rows] = takers
    placed = replace(calls, start=np.round(start, 1), agent=agent)
    # A transferred call that was lost in the second queue entered it when the first conversation was over.
    lost_again = lost_in_queue & (calls.before >= 0)
    placed.start[lost_again] = placed.ended_at[calls.before[lost_again]] + _TO_QUEUE_S
    return placed


_TO_QUEUE_S = 1.0
"""From the end of a conversation to the entry into the next line's queue."""


def rows(half: HalfMonth, calls: Calls) -> pa.Table:
    """The rows of `calls` as a telephone system knows them when the records are taken."""
    until = half.until
    in_wait = ~calls.outbound
    answered_by_then = calls.answered & (calls.answered_at <= until)
    ended = calls.ended_at <= until
    taken = (calls.agent >= 0) & (answered_by_then | calls.outbound)
    settled = np.where(calls.answered, answered_by_then, ended)
    contact = contact_ids(half, calls)
    leg = pa.array(np.where(calls.outbound, "", np.where(calls.before >= 0, "-2", "-1")))
    return table(
        CALLS,
        len(calls),
        {
            "call_id": pa.compute.binary_join_element_wise(contact, leg, ""),
            "contact_id": contact,
            "direction": words(calls.outbound.astype(np.int64), ("in", "out")),
            "line": words(calls.line, VOICE_LINES),
            "started_at": instants(half, calls.start),
            "ended_at": instants(half, calls.ended_at, ended),
            "outcome": words(calls.outcome, CALL_OUTCOMES, settled),
            "wait_s": floats(calls.wait, settled & (in_wait | calls.answered)),
            "talk_s": floats(calls.talk, ended),
            "hold_s": floats(calls.hold, ended),
            "wrap_s": floats(calls.wrap, calls.engaged_to <= until),
            "client_id": client_ids(calls.client),
            "agent_id": agent_ids(calls.agent, taken),
            "is_target": pa.array(calls.target),
            "topic": words(calls.topic, TOPIC_NAMES, ended),
            "transferred_to": words(calls.to_line, (*VOICE_LINES, *EXTENSIONS), ended),
            "campaign": words(calls.campaign, CAMPAIGN_NAMES),
            "origin": origins(half, "calls", calls.target & ~calls.outbound),
        },
        keep=calls.start < until,
    )


def origins(half: HalfMonth, of: str, bought: Flags) -> pa.Array:
    """Where those who want to buy come from, as far as anybody asked."""
    rng = half.rng(f"origins of {of}")
    weights = np.array(list(ORIGINS.values()), dtype=np.float64)
    return words(dealt(len(bought), weights, rng), tuple(ORIGINS), bought & (rng.random(len(bought)) < _ASKED))


_ASKED = 0.88


def contact_ids(half: HalfMonth, calls: Calls) -> pa.Array:
    inbound = ids(half, "i", calls.contact)
    return pa.compute.if_else(pa.array(calls.outbound), ids(half, "o", calls.contact), inbound)
