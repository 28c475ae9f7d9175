"""What the demo's sellers do about their deals: calls, which are rows of the telephony's, messages and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.calls import agent_ids, floats, table, words
from warehouse.demo.chance import DAY_S, START, Flags, Floats, Ints
from warehouse.demo.deals import NO_ANSWER, SIGNED_TO_CLOSED_S, UNTIL_S, Deals, edges
from warehouse.schema import TASKS, TOUCHES

IN, REACHED, UNREACHED, SMS, ROBOT_SMS = range(5)
"""Kinds of touches: a call that came in, one of ours that was answered, or not, a message, one by a robot."""

_WITH_TASK, _IN_BULK = 0.97, 0.04
_WITHOUT_TASK, _CARELESS_WITHOUT, _CARELESS = 0.08, 0.33, 3
"""Open deals without a task: of most people, and of three who leave a fifth of theirs without, whatever chance does."""


@dataclass(frozen=True)
class SalesCalls:
    """The calls of the sales line that are over, in the order of their beginnings."""

    begins: Floats
    talk_begins: Floats
    talk: Floats
    kind: Ints
    """IN, REACHED or UNREACHED; -1: lost before anybody answered."""
    ids: pa.Array
    clients: pa.Array

    @classmethod
    def of(cls, calls: Sequence[pa.Table]) -> SalesCalls:
        columns = ("call_id", "started_at", "direction", "outcome", "wait_s", "talk_s", "client_id")
        parts = []
        for each in calls:
            sold = pc.and_(pc.equal(each["line"].cast(pa.string()), "sales"), pc.is_valid(each["ended_at"]))
            part = each.select(columns).filter(sold)
            for name in ("direction", "outcome"):
                part = part.set_column(columns.index(name), name, part[name].cast(pa.string()))
            parts.append(part)
        found = pa.concat_tables(parts, promote_options="permissive")
        found = found.take(pc.sort_indices(found["started_at"]))
        begins = moments(found["started_at"])
        outgoing = pc.equal(found["direction"], "out").to_numpy()
        answered = pc.fill_null(pc.equal(found["outcome"], "answered"), False).to_numpy()
        return cls(
            begins=begins,
            talk_begins=begins + np.nan_to_num(found["wait_s"].to_numpy()),
            talk=np.nan_to_num(found["talk_s"].to_numpy()),
            kind=np.where(outgoing, np.where(answered, REACHED, UNREACHED), np.where(answered, IN, -1)),
            ids=found["call_id"].combine_chunks(),
            clients=found["client_id"].combine_chunks(),
        )

    def answered_in(self, half: int) -> Ints:
        """Conversations that known clients began in a half month, by its number."""
        low, high = np.searchsorted(self.begins, edges()[half : half + 2])
        known = self.clients[int(low) : int(high)].is_valid().to_numpy(zero_copy_only=False)
        found: Ints = low + np.flatnonzero((self.kind[low:high] == IN) & known)
        return found


@dataclass(frozen=True)
class Touched:
    """Touches: of which deal, when, of what kind, and by which call."""

    deal: Ints
    at: Floats
    kind: Ints
    call: Ints
    calls: SalesCalls

    def rows(self, made: Deals, keys: pa.Array, clients: pa.Array) -> pa.Table:
        """The rows of `touches`."""
        deal, is_call = self.deal, self.call >= 0
        lasted = np.where(is_call, self.calls.talk[self.call], np.nan)
        robot = self.kind == ROBOT_SMS
        take = pa.array(deal)
        owner = np.where(self.at < made.handed_at[deal], made.owner[deal], made.owner_after[deal])
        outcome = np.where(self.kind == UNREACHED, 1, 0)
        ids = self.calls.ids.take(pa.array(np.maximum(self.call, 0)))
        return table(
            TOUCHES,
            len(deal),
            {
                "touch_id": ids_of("t", np.arange(len(deal))),
                "at": instants_of(self.at),
                "channel": words((~is_call).astype(np.int64), ("call", "sms")),
                "direction": words((self.kind != IN).astype(np.int64), ("in", "out")),
                "outcome": words(outcome, ("answered", "no_answer"), is_call),
                "duration_s": floats(np.where(self.kind == UNREACHED, 0.0, lasted), is_call),
                "client_id": clients.take(take),
                "deal_id": keys.take(take),
                "agent_id": agent_ids(owner, ~robot),
                "is_auto": pa.array(robot, mask=~robot),
                "call_id": pc.if_else(pa.array(is_call), ids, pa.scalar(None, pa.string())),
            },
        )


def touches(made: Deals, born_in: Ints, calls: SalesCalls, rng: np.random.Generator) -> Touched:
    """Touch the deals; `born_in` is the call that made each, -1 for none."""
    deal, wished, kind, first = _wished(made, born_in, rng)
    known = (wished < UNTIL_S) & (wished >= made.created[deal])
    deal, wished, kind, first = deal[known], wished[known], kind[known], first[known]
    call = np.full(len(deal), -1)
    free = np.ones(len(calls.begins), dtype=np.bool_)
    free[born_in[born_in >= 0]] = False
    # Who has not been talked with yet does not wait for those who have.
    for each, now in ((REACHED, first), (IN, first), (IN, ~first), (REACHED, ~first), (UNREACHED, ~first)):
        rows = np.flatnonzero((kind == each) & now)
        rows = rows[np.argsort(wished[rows], kind="stable")]
        pool = np.flatnonzero((calls.kind == each) & free)
        # The next call of that kind that nobody has yet.
        place = np.searchsorted(calls.begins[pool], wished[rows])
        place = np.maximum.accumulate(place - np.arange(len(place))) + np.arange(len(place))
        fits = place < len(pool)
        call[rows[fits]] = pool[place[fits]]
        free[pool[place[fits]]] = False
    by_call = np.where(call >= 0, calls.begins[np.maximum(call, 0)], wished)
    taken = (call >= 0) | (kind >= SMS)
    deal, when, kind, call = deal[taken], by_call[taken], kind[taken], call[taken]
    own = np.flatnonzero(born_in >= 0)
    deal = np.concatenate([own, deal])
    when = np.concatenate([calls.begins[born_in[own]], when])
    kind = np.concatenate([np.full(len(own), IN), kind])
    call = np.concatenate([born_in[own], call])
    order = np.argsort(when, kind="stable")
    return Touched(deal[order], when[order], kind[order], call[order], calls)


def _wished(made: Deals, born_in: Ints, rng: np.random.Generator) -> tuple[Ints, Floats, Ints, Flags]:
    """When somebody would like to touch which deal, how, and whether nobody has talked with its client before."""
    every, by_lead = np.arange(len(made)), born_in < 0
    deals, times, kinds = list[Ints](), list[Floats](), list[Ints]()

    def add(rows: Ints, at: Floats, kind: Ints | int) -> None:
        deals.append(rows)
        times.append(at)
        kinds.append(np.broadcast_to(kind, len(rows)))

    talked = np.flatnonzero(by_lead & np.isfinite(made.first_talk))
    add(talked, made.first_talk[talked], np.where(rng.random(len(talked)) < 0.45, REACHED, IN))
    tried = talked[(rng.random(len(talked)) < 0.4) & (made.first_talk[talked] - made.created[talked] > 900)]
    add(
        tried,
        made.created[tried] + (made.first_talk[tried] - made.created[tried]) * rng.uniform(0.1, 0.8, len(tried)),
        UNREACHED,
    )
    unheard = np.repeat(every[~np.isfinite(made.first_talk)], 3)
    add(unheard, made.created[unheard] + rng.uniform(0.01, 5, len(unheard)) * DAY_S, UNREACHED)

    for booking in (made.booked, made.again):
        rows = np.flatnonzero(np.isfinite(booking))
        add(rows, booking[rows] - 420, np.where(rng.random(len(rows)) < 0.4, REACHED, IN))
        add(rows, booking[rows] + 60, np.where(rng.random(len(rows)) < 0.82, ROBOT_SMS, SMS))
    missed = np.flatnonzero(made.missed)
    add(missed, made.outcome_at[missed] + 7200, np.where(rng.random(len(missed)) < 0.5, SMS, UNREACHED))

    visited, end = made.visited, np.minimum(np.minimum(made.lost, made.contract), UNTIL_S)
    began = np.where(np.isfinite(made.phone), made.phone, made.created)
    silent = np.isfinite(made.beside) & (made.beside_stage == NO_ANSWER)
    came, signed = np.isfinite(visited), np.isfinite(made.contract)
    mean = np.select([signed, silent, came], [5.5, 2.2, 4.8], default=3.4)
    many = np.repeat(every, rng.poisson(mean))
    share = rng.random(len(many)) ** 1.5  # often at first, then less and less
    reach = np.where(np.isfinite(made.first_talk), np.where(silent, 0.85, 0.45), 1.0)
    kind = np.where(rng.random(len(many)) < reach[many], UNREACHED, REACHED)
    kind = np.where((kind == REACHED) & (rng.random(len(many)) < 0.5), IN, kind)
    kind = np.where(rng.random(len(many)) < 0.09, SMS, kind)
    add(many, _by_day(began[many] + (end[many] - began[many]) * share, rng), kind)
    deal = np.concatenate(deals)
    return deal, np.concatenate(times), np.concatenate(kinds), np.arange(len(deal)) < len(talked)


def _by_day(at: Floats, rng: np.random.Generator) -> Floats:
    """The same days, in the hours in which people are called."""
    return at // DAY_S * DAY_S + rng.uniform(9.3, 20.3, len(at)) * 3600


def tasks(made: Deals, keys: pa.Array, touched: Touched, rng: np.random.Generator) -> pa.Table:
    """The rows of `tasks`: those that were done, with touches, and those of the deals that are open."""
    own = np.flatnonzero(
        (touched.kind != ROBOT_SMS) & (touched.kind != IN) & (rng.random(len(touched.deal)) < _WITH_TASK)
    )
    deal, touch_at = touched.deal[own], touched.at[own]
    due = np.floor((touch_at + rng.normal(300, 1500, len(own))) / 600) * 600
    lasting = np.array([600.0, 900.0, 1800.0])[rng.integers(0, 3, len(own))]
    done = touch_at + rng.uniform(60, 900, len(own))
    bulk = rng.random(len(own)) < _IN_BULK
    day = touch_at // DAY_S * DAY_S
    done = np.where(bulk, day + 18 * 3600 + rng.integers(0, 40, len(own)), done)
    due = np.where(bulk, day + DAY_S - 60, due)

    ended = _closed_with_task(made, rng)
    deal, done = np.concatenate([deal, ended]), np.concatenate([done, _over(made)[ended]])
    late_s = rng.normal(300, 1500, len(ended))
    due = np.concatenate([due, np.floor((done[len(own) :] - late_s) / 600) * 600])
    lasting = np.concatenate([lasting, np.full(len(ended), 600.0)])
    bulk = np.concatenate([bulk, np.zeros(len(ended), dtype=np.bool_)])

    standing = _open_with_task(made, rng)
    ahead = UNTIL_S + rng.uniform(-2.5, 6, len(standing)) * DAY_S
    due = np.concatenate([due, np.floor(_by_day(ahead, rng) / 1800) * 1800])
    deal = np.concatenate([deal, standing])
    done = np.concatenate([done, np.full(len(standing), np.inf)])
    lasting = np.concatenate([lasting, np.full(len(standing), 900.0)])
    all_day = np.concatenate([bulk, np.zeros(len(standing), dtype=np.bool_)])
    created = np.minimum(_planned(made, deal, done), due - rng.uniform(0.5, 3, len(due)) * 60)
    owner = np.where(np.minimum(done, UNTIL_S) < made.handed_at[deal], made.owner[deal], made.owner_after[deal])
    return table(
        TASKS,
        len(deal),
        {
            "task_id": ids_of("k", np.arange(len(deal))),
            "agent_id": agent_ids(owner),
            "deal_id": keys.take(pa.array(deal)),
            "type": words(np.zeros(len(deal), dtype=np.int64), ("call",)),
            "created_at": instants_of(created),
            "due_at": instants_of(due),
            "duration_s": floats(np.where(all_day, 0.0, lasting)),
            "all_day": pa.array(all_day, mask=~all_day),
            "completed_at": instants_of(done, done < UNTIL_S),
            "at": instants_of(created),
        },
    )


def _planned(made: Deals, deal: Ints, done: Floats) -> Floats:
    """When each task was set: a minute after the one before of its deal was done, or after the deal came."""
    order = np.lexsort((done, deal))
    before = np.concatenate([[-np.inf], np.minimum(done[order][:-1], UNTIL_S)])
    first = np.concatenate([[True], deal[order][1:] != deal[order][:-1]])
    planned = np.empty(len(deal))
    planned[order] = np.where(first, made.created[deal[order]], before) + 60
    return np.minimum(planned, UNTIL_S - 60)


def _over(made: Deals) -> Floats:
    """When each deal was lost or its sale was closed; NEVER while it is open."""
    won = np.where(made.reopened, np.inf, made.contract + SIGNED_TO_CLOSED_S)
    return np.minimum(np.minimum(made.lost, won), np.where(made.deleted, made.created, np.inf))


def _closed_with_task(made: Deals, rng: np.random.Generator) -> Ints:
    """Deals that are over and had something planned until then, which was done with them."""
    over = np.flatnonzero((_over(made) < UNTIL_S) & ~made.deleted)
    return over[rng.random(len(over)) >= _WITHOUT_TASK]


def _open_with_task(made: Deals, rng: np.random.Generator) -> Ints:
    """Open deals for which somebody has planned something."""
    standing = np.flatnonzero((made.created < UNTIL_S) & (_over(made) >= UNTIL_S))
    owner = np.where(made.handed_at < UNTIL_S, made.owner_after, made.owner)[standing]
    careless = np.isin(owner, np.unique(owner)[4 : 4 + _CARELESS])
    forgotten = rng.random(len(standing)) < np.where(careless, _CARELESS_WITHOUT, _WITHOUT_TASK)
    return standing[~forgotten]


def ids_of(kind: str, numbers: Ints) -> pa.Array:
    """Keys like `d0001234`."""
    return pc.binary_join_element_wise(kind, pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 7, "0"), "")


def moments(instants: pa.ChunkedArray) -> Floats:
    """Instants as seconds since the demo's start."""
    since = np.datetime64(START, "us")
    found: Floats = (instants.to_numpy() - since) / np.timedelta64(1, "s")
    return found


def instants_of(moment: Floats, known: Flags | None = None) -> pa.Array:
    """Moments since the demo's start as instants; null where not known."""
    unknown = ~np.isfinite(moment) if known is None else ~known
    since = np.datetime64(START, "us")
    values = since + np.round(np.where(unknown, 0.0, moment)).astype(np.int64) * np.timedelta64(1_000_000, "us")
    return pa.array(values, mask=unknown)
