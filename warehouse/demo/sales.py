"""The demo's sales department as a CRM would tell of it: deals and their histories, visits, owners, stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.calls import agent_ids, table, words
from warehouse.demo.campaign import CAMPAIGN, booked_by, campaign
from warehouse.demo.chance import DAY_S, Flags, Floats, HalfMonth, Ints, dealt, half_months
from warehouse.demo.deals import (
    BOOKED,
    CAME,
    CENTRE,
    CITIES,
    CONTRACT,
    LOST,
    NEVER,
    NEW,
    NO_SHOW,
    OFFICE,
    ON_PATH,
    PHONE,
    PIPELINES,
    REMOTE,
    SIGNED_TO_CLOSED_S,
    STAGES,
    UNTIL_S,
    WON,
    Deals,
    created_counts,
    deals,
    half_of,
)
from warehouse.demo.followup import SalesCalls, ids_of, instants_of, moments, tasks, touches
from warehouse.demo.words import ORIGINS
from warehouse.schema import CAMPAIGN_CLIENTS, CLIENT_ALIASES, DEAL_OWNERS, DEAL_STAGES, DEALS, TASKS, TOUCHES, VISITS
from warehouse.schema import STAGES as STAGES_TABLE

_DELETED = 14
"""Deals of a half month that were deleted."""
_OF_LEADS = 0.275
"""Deals that calls make, beside those of internet leads."""
_REPEAT, _MERGED = 0.07, 40
_REASONS = {"дорого": 30, "купил у других": 22, "передумал": 18, "не подошёл район": 14, "ипотека не одобрена": 10}
_STUCK_AFTER = {"new": 1, "phone": 7, "booked": 9, "came": 14, "contract": 21}
_MOVED = 0.08
_UNKNOWN_ORIGIN = 0.09


@dataclass(frozen=True)
class Births:
    """What deals are born of: internet leads, and calls that came in."""

    born: Ints
    city: Ints
    created: Floats
    call: Ints
    """The call that made it, -1: a lead did."""
    deleted: Flags
    client: pa.Array
    origin: pa.Array


def sales(
    halves: Sequence[HalfMonth],
    leads: Sequence[pa.Table],
    calls: Sequence[pa.Table],
    reservations: Sequence[pa.Table],
) -> Mapping[str, pa.Table]:
    """Make all rows of the sales department from the tables of the half months; `calls` with their results."""
    rng = HalfMonth(next(half_months()).first).rng("sales")
    of_calls = SalesCalls.of(calls)
    births = _births(halves, leads, of_calls, rng)
    made = deals(births.born, births.city, births.created, births.call >= 0, births.deleted)
    keys, client = ids_of("d", np.arange(len(made))), _with_repeats(births.client, rng)
    base, agreed = campaign(calls)
    of_campaign, who = booked_by(agreed, made.booked, rng)
    client = _replaced(client, of_campaign, agreed.client.take(pa.array(who)))
    called = np.zeros(len(made), dtype=np.bool_)
    called[of_campaign] = True
    touched = touches(made, births.call, of_calls, rng)
    entries = Entries.of(made)
    return {
        STAGES_TABLE.name: _stages(),
        DEALS.name: _deal_rows(made, births, keys, client, called, entries, _amounts(made, halves, reservations), rng),
        DEAL_STAGES.name: _history(made, keys, entries, rng),
        DEAL_OWNERS.name: _owners(made, keys),
        CLIENT_ALIASES.name: _aliases(client),
        VISITS.name: _visits(made, keys, client, called, rng),
        CAMPAIGN_CLIENTS.name: base,
        TOUCHES.name: touched.rows(made, keys, client),
        TASKS.name: tasks(made, keys, touched, rng),
    }


def _births(
    halves: Sequence[HalfMonth], leads: Sequence[pa.Table], calls: SalesCalls, rng: np.random.Generator
) -> Births:
    """Leads become deals, all of them, and as many conversations as are missing then."""
    parts: list[tuple[Ints, Ints, Floats, Ints, Flags]] = []
    clients, origins = list[pa.Array](), list[pa.Array]()
    wanted = created_counts()
    for half, lead in zip(halves, leads, strict=True):
        number, counts = half.number, wanted[half.number]
        whole = half.until >= half.days * DAY_S
        n_leads = len(lead)
        n = int(counts.sum()) + _DELETED if whole else round(n_leads * (1 + _OF_LEADS))
        talks = calls.answered_in(number)
        picked = np.sort(rng.choice(talks, max(min(n - n_leads, len(talks)), 0), replace=False))
        n = n_leads + len(picked)
        deleted = np.zeros(n, dtype=np.bool_)
        deleted[rng.choice(n_leads, min(_DELETED, n_leads), replace=False)] = whole
        city = np.empty(n, dtype=np.int64)
        city[~deleted] = dealt(int((~deleted).sum()), counts.astype(np.float64), rng)
        city[deleted] = rng.integers(0, len(CITIES), int(deleted.sum()))
        created = np.concatenate([moments(lead["created_at"]), calls.talk_begins[picked] + 30])
        parts.append((np.full(n, number), city, created, np.concatenate([np.full(n_leads, -1), picked]), deleted))
        clients += [*lead["client_id"].chunks, calls.clients.take(pa.array(picked))]
        known = rng.random(len(picked)) >= _UNKNOWN_ORIGIN
        weights = np.array(list(ORIGINS.values()), dtype=np.float64)
        of_calls = words(dealt(len(picked), weights, rng), tuple(ORIGINS), known).cast(pa.string())
        origins += [*lead["origin"].cast(pa.string()).chunks, of_calls]
    born, city, created, call, deleted = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Births(born, city, created, call, deleted, _joined(clients), _joined(origins))


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    return pa.concat_arrays([part.cast(pa.string()) for part in parts])


def _with_repeats(client: pa.Array, rng: np.random.Generator) -> pa.Array:
    """The clients, some of whom had a deal before."""
    n = len(client)
    before = np.arange(n) - rng.integers(400, 12_000, n)
    again = (rng.random(n) < _REPEAT) & (before >= 0)
    return client.take(pa.array(np.where(again, before, np.arange(n))))


def _replaced(values: pa.Array, places: Ints, by: pa.Array) -> pa.Array:
    """The values, those at some places by others."""
    index = np.arange(len(values))
    index[places] = len(values) + np.arange(len(by))
    return pa.concat_arrays([values, by.cast(pa.string())]).take(pa.array(index))


@dataclass(frozen=True)
class Entries:
    """Entries into stages in the order of deals and times; those that are known when the records are taken."""

    deal: Ints
    at: Floats
    stage: Ints
    before: Ints
    """The stage that was left, -1 for the first."""

    @classmethod
    def of(cls, made: Deals) -> Entries:
        signed = np.isfinite(made.contract)
        after_no_show = np.where(made.missed, made.outcome_at + 5400, NEVER)
        again_missed = np.where(made.again_missed, made.again_at + 5400, NEVER)
        steps = (
            (made.created, NEW),
            (made.phone, PHONE),
            (made.beside, made.beside_stage),
            (made.booked, BOOKED),
            (np.where(made.came, made.outcome_at, NEVER), CAME),
            (after_no_show, NO_SHOW),
            (made.again, BOOKED),
            (np.where(made.again_came, made.again_at, NEVER), CAME),
            (again_missed, NO_SHOW),
            (made.unbooked, CAME),
            (made.contract, CONTRACT),
            (np.where(signed & ~made.reopened, made.contract + SIGNED_TO_CLOSED_S, NEVER), WON),
            (np.where(made.reopened, made.contract + 2 * DAY_S, NEVER), CAME),
            (made.lost, LOST),
        )
        at = np.concatenate([moment for moment, _ in steps])
        stage = np.concatenate([np.broadcast_to(code, len(made)) for _, code in steps])
        deal = np.tile(np.arange(len(made)), len(steps))
        known = at < UNTIL_S
        deal, at, stage = deal[known], at[known], stage[known]
        order = np.lexsort((at, deal))
        deal, at, stage = deal[order], at[order], stage[order]
        first = np.concatenate([[True], deal[1:] != deal[:-1]])
        before = np.where(first, -1, np.concatenate([[-1], stage[:-1]]))
        moved = stage != before
        return cls(deal[moved], at[moved], stage[moved], before[moved])

    def last(self, deals: int) -> Ints:
        """The stage in which each deal stands."""
        stage: Ints = np.zeros(deals, dtype=np.int64)
        stage[self.deal] = self.stage
        return stage


def _pipelines(city: Ints) -> pa.Array:
    return words((city == REMOTE).astype(np.int64), (OFFICE, CENTRE))


def _names(stage: Ints, known: Flags | None = None) -> pa.Array:
    return words(stage, [name for name, _, _ in STAGES], known)


def _stages() -> pa.Table:
    """The rows of `stages`: the same in both pipelines."""
    rows = [(pipeline, number, *stage) for pipeline in PIPELINES for number, stage in enumerate(STAGES)]
    pipeline, number, stage, title, kind = zip(*rows, strict=True)
    on_path = np.array(number) < ON_PATH
    return table(
        STAGES_TABLE,
        len(rows),
        {
            "pipeline": pa.array(pipeline),
            "stage": pa.array(stage),
            "title": pa.array(title),
            "pipeline_title": pa.array([PIPELINES[each] for each in pipeline]),
            "position": pa.array(np.array(number, dtype=np.float64) + 1, mask=~on_path),
            "kind": pa.array(kind),
            "stuck_after_days": pa.array([_STUCK_AFTER.get(each) for each in stage], pa.float64()),
        },
    )


def _deal_rows(
    made: Deals,
    births: Births,
    keys: pa.Array,
    client: pa.Array,
    called: Flags,
    entries: Entries,
    amounts: pa.Array,
    rng: np.random.Generator,
) -> pa.Table:
    """The rows of `deals` as they stand when the records are taken."""
    lost, signed = made.lost < UNTIL_S, (made.contract < UNTIL_S) & ~made.reopened
    won_at = np.where(signed, made.contract + SIGNED_TO_CLOSED_S, NEVER)
    closed = np.minimum(made.lost, won_at)
    reason = dealt(len(made), np.array(list(_REASONS.values()), dtype=np.float64), rng)
    silent = lost & (made.beside < UNTIL_S)
    reasons = (*_REASONS, "не отвечает")
    return table(
        DEALS,
        len(made),
        {
            "deal_id": keys,
            "created_at": at(made.created),
            "client_id": client,
            "pipeline": _pipelines(made.city),
            "stage": _names(entries.last(len(made))),
            "closed_at": at(closed),
            "amount": amounts,
            "owner_id": agent_ids(np.where(made.handed_at < UNTIL_S, made.owner_after, made.owner)),
            "origin": births.origin,
            "campaign": words(np.zeros(len(made), dtype=np.int64), (CAMPAIGN,), called),
            "city": words(made.city, CITIES, made.city != REMOTE),
            "loss_reason": words(np.where(silent, len(_REASONS), reason), reasons, lost),
            "phone_at": at(made.phone),
            "deleted": pa.array(made.deleted, mask=~made.deleted),
        },
        keep=made.created < UNTIL_S,
    )


def _amounts(made: Deals, halves: Sequence[HalfMonth], reservations: Sequence[pa.Table]) -> pa.Array:
    """The prices of what was reserved in the half month and the city of the contract."""
    amount, signed_in = np.full(len(made), np.nan), half_of(made.contract)
    signed = (made.contract < UNTIL_S) & ~made.reopened
    for half, reserved in zip(halves, reservations, strict=True):
        cities, prices = reserved["city"].to_numpy(), reserved["price"].to_numpy()
        for code in range(REMOTE + 1):
            rows = np.flatnonzero(signed & (signed_in == half.number) & (made.city == code))
            found = prices[cities == CITIES[code]] if code < REMOTE else prices
            found = found if len(found) else prices
            if len(found):
                amount[rows] = np.resize(found, len(rows))
    return pa.array(amount, mask=np.isnan(amount))


def _history(made: Deals, keys: pa.Array, entries: Entries, rng: np.random.Generator) -> pa.Table:
    """The rows of `deal_stages`."""
    n, deal = len(entries.deal), entries.deal
    by_robot = rng.random(n) < 0.1
    owner = np.where(entries.at < made.handed_at[deal], made.owner[deal], made.owner_after[deal])
    pipeline = _pipelines(made.city[deal])
    left = entries.before >= 0
    number = np.empty(n, dtype=np.int64)
    number[np.argsort(entries.at, kind="stable")] = np.arange(n)
    return table(
        DEAL_STAGES,
        n,
        {
            "change_id": ids_of("h", number),
            "deal_id": keys.take(pa.array(deal)),
            "entered_at": at(entries.at),
            "pipeline": pipeline,
            "stage": _names(entries.stage),
            "from_pipeline": pc.if_else(pa.array(left), pipeline.cast(pa.string()), pa.scalar(None, pa.string())),
            "from_stage": _names(entries.before, left),
            "agent_id": agent_ids(owner, ~by_robot),
        },
    )


def _owners(made: Deals, keys: pa.Array) -> pa.Table:
    """The rows of `deal_owners`: of deals that were handed over."""
    handed = np.flatnonzero(made.handed_at < UNTIL_S)
    return table(
        DEAL_OWNERS,
        2 * len(handed),
        {
            "deal_id": keys.take(pa.array(np.tile(handed, 2))),
            "from_at": at(np.concatenate([made.created[handed], made.handed_at[handed]])),
            "owner_id": agent_ids(np.concatenate([made.owner[handed], made.owner_after[handed]])),
        },
    )


def _aliases(client: pa.Array) -> pa.Table:
    """The rows of `client_aliases`: the last clients whose cards were merged, two into one."""
    known = pc.unique(client.drop_null())
    some = known.slice(max(len(known) - 50 * _MERGED, 0)).take(pa.array(np.arange(0, 50 * _MERGED, 25)[: 2 * _MERGED]))
    return table(CLIENT_ALIASES, _MERGED, {"alias": some[:_MERGED], "client_id": some[_MERGED:]})


_CAME, _NO_SHOW, _CANCELLED, _MOVED_TO = range(4)
_OUTCOMES = ("came", "no_show", "cancelled", "moved")


@dataclass(frozen=True)
class Appointments:
    """Visits of one kind, one position per deal; NEVER where there is none."""

    booked: Floats
    """NEVER where somebody comes without an appointment."""
    scheduled: Floats
    outcome: Ints
    known_at: Floats
    signing: bool = False
    replaces: bool = False
    """Whether it takes the place of the one that was moved."""


def _appointments(made: Deals, rng: np.random.Generator) -> tuple[Appointments, ...]:
    """First and second appointments, those that are moved, visits without one, and signings."""
    n = len(made)
    first = np.where(made.came, _CAME, np.where(made.missed, _NO_SHOW, _CANCELLED))
    again = np.where(made.again_came, _CAME, np.where(made.again_missed, _NO_SHOW, _CANCELLED))
    booked = np.isfinite(made.booked)
    ahead = np.where(booked & np.isfinite(made.outcome_at), made.outcome_at, 0) - np.where(booked, made.booked, 0)
    moved = booked & (rng.random(n) < _MOVED) & (ahead > DAY_S)
    moved_at = np.where(moved, made.booked + 0.4 * ahead, NEVER)
    signed = np.isfinite(made.contract) & (rng.random(n) < 0.9)
    signed_at, came = np.where(signed, made.contract - 3600, NEVER), np.full(n, _CAME)
    return (
        Appointments(
            made.booked,
            np.where(moved, made.booked + 0.6 * ahead, made.outcome_at),
            np.where(moved, _MOVED_TO, first),
            np.where(moved, moved_at, made.outcome_at),
        ),
        Appointments(moved_at, made.outcome_at, first, made.outcome_at, replaces=True),
        Appointments(made.again, made.again_at, again, made.again_at),
        Appointments(np.full(n, NEVER), np.full(n, NEVER), came, made.unbooked),
        Appointments(signed_at - 2 * DAY_S, signed_at, came, signed_at, signing=True),
    )


def _visits(made: Deals, keys: pa.Array, client: pa.Array, called: Flags, rng: np.random.Generator) -> pa.Table:
    """The rows of `visits`: those that are booked, or over, when the records are taken."""
    n, kinds = len(made), _appointments(made, rng)
    booked, scheduled, known_at = (
        np.concatenate([getattr(each, name) for each in kinds]) for name in ("booked", "scheduled", "known_at")
    )
    outcome = np.concatenate([each.outcome for each in kinds])
    signing, replaces = (np.repeat([getattr(each, name) for each in kinds], n) for name in ("signing", "replaces"))
    unbooked = np.repeat([not np.isfinite(each.booked).any() for each in kinds], n)
    rows = np.flatnonzero((booked < UNTIL_S) | (unbooked & (known_at < UNTIL_S)))
    booked, scheduled, known_at, outcome = booked[rows], scheduled[rows], known_at[rows], outcome[rows]
    deal, replaces = rows % n, replaces[rows]
    on_the_hour = np.isfinite(scheduled)
    scheduled = np.where(on_the_hour, np.where(on_the_hour, scheduled, 0) // 1800 * 1800, NEVER)
    scheduled = np.where(on_the_hour & (scheduled < booked), booked + 60, scheduled)
    known = known_at < UNTIL_S
    sure = rng.random(len(rows)) < np.select([outcome == _CAME, outcome == _NO_SHOW], [0.56, 0.26], default=0.3)
    confirmed = np.where(sure & (outcome != _MOVED_TO), scheduled - rng.uniform(2, 7, len(rows)) * 3600, NEVER)
    confirmed = np.where(confirmed > booked, confirmed, NEVER)
    owner = np.where(known_at < made.handed_at[deal], made.owner[deal], made.owner_after[deal])
    take, in_city = pa.array(deal), made.city[deal] != REMOTE
    nobody = pa.scalar(None, pa.string())
    return table(
        VISITS,
        len(rows),
        {
            "visit_id": ids_of("v", rows),
            "deal_id": keys.take(take),
            "client_id": client.take(take),
            "kind": words(signing[rows].astype(np.int64), ("consultation", "contract")),
            "booked_at": at(booked),
            "scheduled_at": at(scheduled, ahead=True),
            "outcome": words(outcome, _OUTCOMES, known),
            "outcome_at": at(known_at + np.where(outcome == _NO_SHOW, 5400.0, 0.0)),
            "confirmed_at": at(confirmed),
            # The first appointment of a deal has the deal's own number.
            "moved_from": pc.if_else(pa.array(replaces), ids_of("v", deal), nobody),
            "city": words(made.city[deal], CITIES, in_city),
            "agent_id": agent_ids(owner),
            "campaign": words(np.zeros(len(rows), dtype=np.int64), (CAMPAIGN,), called[deal] & ~signing[rows]),
            "at": at(np.minimum(np.minimum(booked, scheduled), known_at), ahead=True),
        },
    )


def at(moment: Floats, *, ahead: bool = False) -> pa.Array:
    """Instants of moments; null where they never come, or, unless they may lie ahead, not yet."""
    return instants_of(moment, np.isfinite(moment) & (ahead | (moment < UNTIL_S)))
