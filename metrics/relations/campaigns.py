"""Outbound campaigns: the lists as they were handed over, the dials of their clients, and what came of who agreed.

A list's row is of exactly one kind. A client is one whatever lists they are in, and of the list, the script and the
segment of their first row. What is dialled beside the callable clients is counted apart.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import AGENT, ATTEMPT, BASE_KIND
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.calls import answered
from metrics.relations.deals import moments_of_state
from metrics.relations.lives import histories
from metrics.relations.touches import one_client
from metrics.relations.visits import appointments
from warehouse.schema import CALLS, CAMPAIGN_CLIENTS, CLIENT_ALIASES, DEALS, TOUCHES
from warehouse.sql import seconds_between

BASE_KINDS = ("no_number", "duplicate", "dead", "stopped", "callable")
"""What a list's row is; the first that fits."""
OF_AGREEMENT_DAYS = 30
"""A visit or a deal comes of an agreement for so many days."""
MOST_ATTEMPTS = 12
"""So many dials of a client and more are one group."""
_DAY_S = 86_400.0
_OF_ROW = ("list", "script", "segment")
_BY = ("campaign", *_OF_ROW)


def _base(scope: Scope) -> sa.CTE:
    """Return the rows of lists up to now, each with what it is and the client's one id."""
    b, alias = CAMPAIGN_CLIENTS.c, CLIENT_ALIASES.alias("alias_in_list")
    client = one_client(b.client_id, alias)
    order = sa.func.row_number().over(partition_by=[b.campaign, client], order_by=[b.loaded_at, b.row_id])
    rows = (
        sa.select(
            *(b[name] for name in ("row_id", "campaign", "list", "script", "segment", "loaded_at", "data_updated_at")),
            *(b[name] for name in ("phone_state", "stop_reason")),
            client.label("client_id"),
            order.label("n"),
        )
        .select_from(CAMPAIGN_CLIENTS.outerjoin(alias, alias.c.alias == b.client_id))
        .where(b.loaded_at <= scope.now)
        .subquery("rows_of_lists")
    )
    r = rows.c
    kind = sa.case(
        (r.client_id.is_(None), "no_number"),
        (r.n > 1, "duplicate"),
        (r.phone_state == "dead", "dead"),
        (r.stop_reason.is_not(None), "stopped"),
        else_="callable",
    )
    return sa.select(*r, kind.label(BASE_KIND)).cte("campaign_base")


def campaign_rows(scope: Scope) -> sa.Select[Any]:
    """One row per row of a list that had been handed over by the end of the period's part."""
    base, moments = _base(scope), moments_of_state(scope)
    b, t = base.c, moments.c
    return sa.select(
        t.bucket,
        *(b[name] for name in ("row_id", "client_id", "loaded_at", "data_updated_at", *_BY, BASE_KIND)),
        flag(b[BASE_KIND] == "callable").label("callable"),
    ).select_from(base.join(moments, b.loaded_at < t.ends_at))


def _key(campaign: ColumnElement[Any], client: ColumnElement[Any]) -> ColumnElement[Any]:
    """A client of a campaign, who is another one in each."""
    return campaign + sa.literal("/") + client


def _dials(scope: Scope, base: sa.CTE) -> sa.CTE:
    """Return the outbound calls of campaigns since their first list, up to now, in each client's order."""
    c, b, alias = CALLS.c, base.c, CLIENT_ALIASES.alias("alias_dialled")
    client = one_client(c.client_id, alias)
    begun = sa.select(b.campaign, sa.func.min(b.loaded_at).label("at")).group_by(b.campaign).subquery("begun")
    made = (
        sa.select(
            c.call_id,
            c.started_at.label("at"),
            c.campaign,
            client.label("client_id"),
            c.agent_id.label(AGENT),
            *(b[name] for name in _OF_ROW),
            b[BASE_KIND],
            flag(and_(b.data_updated_at.is_not(None), b.data_updated_at <= scope.now)).label("updated"),
            flag(answered(scope)).label("answered"),
            flag(and_(answered(scope), c.result == "agreed")).label("agreed"),
            flag(c.outcome == "failed").label("failed"),
        )
        .select_from(
            CALLS.join(begun, and_(begun.c.campaign == c.campaign, begun.c["at"] <= c.started_at))
            .outerjoin(alias, alias.c.alias == c.client_id)
            .outerjoin(base, and_(b.campaign == c.campaign, b.client_id == client, b.n == 1))
        )
        .where(c.direction == "out", c.started_at <= scope.now)
        .subquery("dials_made")
    )
    m = made.c
    of_client: dict[str, Any] = {"partition_by": [m.campaign, m.client_id]}
    place = sa.func.row_number().over(**of_client, order_by=[m["at"], m.call_id])
    numbered = sa.select(*m, place.label("n")).subquery("dials_in_order")
    k = numbered.c
    of_client = {"partition_by": [k.campaign, k.client_id]}
    return sa.select(
        *k,
        sa.func.min(sa.case((k.agreed == 1, k.n))).over(**of_client).label("agreed_n"),
        sa.func.min(k.failed).over(**of_client).label("all_failed"),
    ).cte("campaign_dialled")


def campaign_dials(scope: Scope) -> sa.Select[Any]:
    """One row per dial of a campaign; those of clients who may not be called, or are in no list, are apart."""
    dial = _dials(scope, _base(scope))
    d = dial.c
    may = d[BASE_KIND] == "callable"
    return sa.select(
        scope.bucket(d["at"]),
        d["at"],
        d.call_id,
        d.client_id,
        _key(d.campaign, d.client_id).label("member"),
        *(d[name] for name in (*_BY, AGENT, BASE_KIND)),
        sa.case((d.n > MOST_ATTEMPTS, f"{MOST_ATTEMPTS + 1}+"), else_=sa.cast(d.n, sa.Text)).label(ATTEMPT),
        flag(may).label("callable"),
        flag(d[BASE_KIND].in_(("stopped", "dead"))).label("stopped"),
        flag(d[BASE_KIND].is_(None)).label("outside"),
        flag(and_(may, d.answered == 1)).label("answered"),
        flag(and_(may, d.agreed == 1)).label("agreed"),
        flag(and_(may, d.agreed_n == d.n)).label("first_agreed"),
        flag(and_(may, d.all_failed == 1)).label("found_dead"),
        flag(and_(may, d.answered == 1, d.updated == 1)).label("reached_updated"),
    ).where(scope.has(d["at"]))


def _agreements(dial: sa.CTE) -> sa.CTE:
    """Return who agreed in which campaign, when at first, and with whom."""
    d = dial.c
    return (
        sa.select(d.campaign, d.client_id, d["at"], d[AGENT], *(d[name] for name in _OF_ROW))
        .where(d[BASE_KIND] == "callable", d.agreed_n == d.n)
        .cte("first_agreements")
    )


def campaign_agreed(scope: Scope) -> sa.Select[Any]:
    """One row per client of a campaign by their first agreement, with whether an e-mail was written to them since."""
    agreement = _agreements(_dials(scope, _base(scope)))
    g, t, d = agreement.c, TOUCHES.c, DEALS.c
    alias = CLIENT_ALIASES.alias("alias_written_to")
    written = sa.func.coalesce(t.client_id, d.client_id)
    emails = (
        sa.select(one_client(written, alias).label("client_id"), sa.func.max(t["at"]).label("last_at"))
        .select_from(TOUCHES.outerjoin(DEALS, d.deal_id == t.deal_id).outerjoin(alias, alias.c.alias == written))
        .where(t.channel == "email", t.direction == "out", t["at"] <= scope.now)
        .group_by(one_client(written, alias))
        .subquery("emails_to_clients")
    )
    return (
        sa.select(
            scope.bucket(g["at"]),
            g["at"],
            g.client_id,
            _key(g.campaign, g.client_id).label("member"),
            *(g[name] for name in (*_BY, AGENT)),
            flag(emails.c.last_at > g["at"]).label("emailed"),
        )
        .select_from(agreement.outerjoin(emails, emails.c.client_id == g.client_id))
        .where(scope.has(g["at"]))
    )


def campaign_marks(scope: Scope) -> sa.Select[Any]:
    """One row per visit or deal of a campaign and what marks it: booked, moved, come to, missed, signed.

    It is of the campaign that it names; one that names none, of that in which its client last agreed before it, if
    they agreed there first within 30 days.
    """
    base = _base(scope)
    dial = _dials(scope, base)
    agreement, visit = _agreements(dial), appointments(scope)
    v = visit.c
    wanted = sa.select(DEALS.c.deal_id).where(
        or_(
            DEALS.c.campaign.in_(sa.select(base.c.campaign)),
            DEALS.c.client_id.in_(sa.select(agreement.c.client_id)),
            DEALS.c.client_id.in_(
                sa.select(CLIENT_ALIASES.c.alias).where(
                    CLIENT_ALIASES.c.client_id.in_(sa.select(agreement.c.client_id))
                )
            ),
        )
    )
    y = histories(scope, wanted).lives.c
    none, nothing = sa.cast(sa.null(), sa.DateTime), sa.cast(sa.null(), sa.Text)
    things = sa.union_all(
        sa.select(
            v.visit_id.label("id"),
            v.client_id,
            v.campaign,
            sa.func.coalesce(v.booked_at, v.held_at).label("began_at"),
            v.booked_at,
            v.scheduled_at,
            v.held_at,
            v.moved_from,
            v.confirmed_at,
            v.outcome,
            sa.func.coalesce(v.outcome_at, v.scheduled_at).label("ended_at"),
            none.label("contract_at"),
            sa.cast(sa.null(), sa.Numeric(20, 6)).label("amount"),  # to a DOUBLE nothing can be cast in MySQL
        ).where(v.kind == "consultation"),
        sa.select(
            y.deal_id, y.client_id, y.campaign, y.created_at, none, none, none, nothing, none, nothing, none,
            y.contract_at, y.amount,
        ).where(y.contract_at.is_not(None), y.deal_id.in_(wanted)),
    ).subquery("visits_and_deals")  # fmt: skip
    mine = _of_campaigns(things, base, dial, agreement)
    m = mine.c

    def marked(mark: str, at: ColumnElement[Any], *where: ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(at.label("at"), sa.literal(mark).label("mark"), *m).where(
            at.is_not(None), scope.has(at), *where
        )

    every = sa.union_all(
        marked("booked", m.booked_at, m.moved_from.is_(None)),
        marked("moved", m.ended_at, m.outcome == "moved"),
        marked("due", m.held_at, or_(m.outcome.is_(None), m.outcome.in_(("came", "no_show")))),
        marked("contract", m.contract_at),
    ).subquery("campaign_marked")
    e = every.c
    due, is_contract = e.mark == "due", e.mark == "contract"
    return sa.select(
        scope.bucket(e["at"]),
        e["at"],
        e.id,
        e.client_id,
        _key(e.campaign, sa.func.coalesce(e.client_id, e.id)).label("member"),
        *(e[name] for name in (*_BY, AGENT)),
        flag(e.mark == "booked").label("booked"),
        flag(e.mark == "moved").label("moved"),
        flag(and_(due, e.outcome == "came")).label("came"),
        flag(and_(due, e.outcome == "no_show")).label("missed"),
        flag(and_(due, e.outcome.is_(None))).label("waiting"),
        flag(and_(e.mark == "booked", e.confirmed_at.is_not(None))).label("confirmed"),
        flag(is_contract).label("contract"),
        sa.case((is_contract, e.amount)).label("amount"),
        sa.case((e.mark == "booked", seconds_between(e.booked_at, e.scheduled_at))).label("ahead_s"),
    )


def _of_campaigns(things: sa.Subquery, base: sa.CTE, dial: sa.CTE, agreement: sa.CTE) -> sa.CTE:
    """Return visits and deals of campaigns, with the list and the agent of their clients."""
    h, d, g, b = things.c, dial.c, agreement.c, base.c
    alias = CLIENT_ALIASES.alias("alias_who_came")
    client = one_client(h.client_id, alias)
    known = (
        sa.select(*(column for column in h if column.name != "client_id"), client.label("client_id"))
        .select_from(things.outerjoin(alias, alias.c.alias == h.client_id))
        .cte("visits_of_clients")
    )
    k = known.c
    last = (
        sa.select(
            k.id,
            d.campaign,
            sa.func.row_number().over(partition_by=k.id, order_by=[d["at"].desc(), d.call_id]).label("place"),
        )
        .select_from(known.join(dial, and_(d.client_id == k.client_id, d.agreed == 1, d["at"] <= k.began_at)))
        .where(k.campaign.is_(None), d[BASE_KIND] == "callable")
        .subquery("last_agreements")
    )
    given = k.campaign.in_(sa.select(b.campaign))
    campaign = sa.func.coalesce(k.campaign, last.c.campaign)
    lately = seconds_between(g["at"], k.began_at) <= OF_AGREEMENT_DAYS * _DAY_S
    row = base.alias("row_of_who_came")
    return (
        sa.select(
            *(column for column in k if column.name != "campaign"),
            campaign.label("campaign"),
            *(row.c[name] for name in _OF_ROW),
            g[AGENT],
        )
        .select_from(
            known.outerjoin(last, and_(last.c.id == k.id, last.c.place == 1))
            .outerjoin(agreement, and_(g.campaign == campaign, g.client_id == k.client_id))
            .outerjoin(row, and_(row.c.campaign == campaign, row.c.client_id == k.client_id, row.c.n == 1))
        )
        .where(or_(given, and_(k.campaign.is_(None), g["at"].is_not(None), g["at"] <= k.began_at, lately)))
        .cte("visits_of_campaigns")
    )


# A list is handed over once and stands: how far the records go, its calls say.
CAMPAIGN_ROWS = Relation(
    "campaign_rows",
    ("calls",),
    campaign_rows,
    (*_BY, BASE_KIND),
    derived=True,
    standing=True,
    told=("row_id", "loaded_at"),
)
CAMPAIGN_DIALS = Relation("campaign_dials", ("calls",), campaign_dials, (*_BY, AGENT, ATTEMPT, BASE_KIND), derived=True)
CAMPAIGN_AGREED = Relation("campaign_agreed", ("calls", "touches"), campaign_agreed, (*_BY, AGENT), derived=True)
CAMPAIGN_MARKS = Relation(
    "campaign_marks", ("visits", "deals", "calls"), campaign_marks, (*_BY, AGENT), derived=True, told=("id",)
)
