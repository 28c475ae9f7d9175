"""Campaigns: whom a list has, who was dialled and reached, who agreed, and what came of it."""

from __future__ import annotations

from metrics.catalogue.deals import column
from metrics.model import (
    Better,
    Count,
    Distinct,
    Mean,
    Metric,
    Ratio,
    Remark,
    Sum,
    Term,
    Unit,
    where,
)
from warehouse.messages import N_, note

_LISTS = ("campaign_clients.campaign", "calls.campaign")
_RESULTS = (*_LISTS, "calls.result=agreed")
_TRIED, _REACHED = Distinct("member", where("callable")), Distinct("member", where("answered"))
_AGREED, _DIALS = Distinct("member", where("agreed")), Count(where("callable"))
_APART = (
    Remark(
        where("stopped"),
        note("{n} dial of a client who may not be called", "{n} dials of clients who may not be called", n=0),
    ),
    Remark(where("outside"), note("{n} dial outside the lists", "{n} dials outside the lists", n=0)),
)


def _share(
    key: str,
    title: str,
    about: str,
    numerator: Term,
    denominator: Term,
    needs: tuple[str, ...],
    aliases: tuple[str, ...],
    phrases: tuple[str, ...],
) -> Metric:
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="campaign_dials",
        fact=Ratio(numerator, denominator),
        needs=needs,
        remarks=_APART,
        aliases=aliases,
        phrases=phrases,
        spread=False,
        decimals=1,
    )


def _clients(key: str, title: str, about: str, fact: Distinct | Count, needs: tuple[str, ...] = _LISTS) -> Metric:
    return column(key, title, about, "campaign_dials", fact, needs=needs)


CAMPAIGNS = (
    _share(
        "campaign_reach",
        N_("Reach of a campaign, per client"),
        N_("Callable clients with an answered dial over those who were dialled."),
        _REACHED,
        _TRIED,
        _LISTS,
        ("дозвон_кампании",),
        ("дозвон кампании", "дозвон по кампании", "reach of the campaign", "campaign reach"),
    ),
    _share(
        "campaign_dial_reach",
        N_("Reach of a campaign, per dial"),
        N_("Answered dials of callable clients over all dials of them."),
        Count(where("answered")),
        _DIALS,
        _LISTS,
        ("дозвон_на_набор",),
        ("дозвон на набор", "дозвон с набора", "reach per dial", "reached per dial"),
    ),
    _share(
        "campaign_agreed",
        N_("Agreement in a campaign, per client"),
        N_("Clients who agreed over clients who were reached."),
        _AGREED,
        _REACHED,
        _RESULTS,
        ("согласие",),
        ("согласие", "согласие кампании", "согласие по кампании", "agreement of the campaign", "campaign agreement"),
    ),
    _share(
        "campaign_agreed_per_dial",
        N_("Agreement in a campaign, per dial"),
        N_("Clients who agreed over dials of callable clients."),
        _AGREED,
        _DIALS,
        _RESULTS,
        ("согласие_на_набор",),
        ("согласие на набор", "согласие с набора", "agreement per dial", "agreements per dial"),
    ),
    column(
        "campaign_rows", N_("Rows of the lists"), N_("Rows of lists as they were handed over, duplicates included."),
        "campaign_rows", Count(), needs=_LISTS,
    ),
    column(
        "campaign_callable", N_("Callable clients"),
        N_("Clients of the lists, each once, with a number that lives and no reason not to be called."),
        "campaign_rows", Count(where("callable")), needs=_LISTS,
    ),
    _clients("campaign_dials", N_("Dials"), N_("Outbound calls of callable clients."), _DIALS),
    _clients("campaign_tried", N_("Clients dialled"), N_("Callable clients with a dial."), _TRIED),
    _clients(
        "campaign_reached", N_("Clients reached by a dial"), N_("Callable clients with an answered dial."), _REACHED
    ),
    _clients("campaign_answered", N_("Dials answered"), N_("Answered dials."), Count(where("answered"))),
    _clients("campaign_agreed_n", N_("Clients agreed"), N_("Clients who agreed."), _AGREED, _RESULTS),
    _clients(
        "campaign_first_agreed", N_("First agreements"), N_("Dials with which a client agreed at first."),
        Count(where("first_agreed")), _RESULTS,
    ),
    _clients(
        "campaign_found_dead", N_("Found dead"), N_("Callable clients all of whose dials failed."),
        Distinct("member", where("found_dead")),
    ),
    _clients(
        "campaign_dials_stopped", N_("Dials of the stop list"), N_("Dials of clients who may not be called."),
        Count(where("stopped")),
    ),
    _clients(
        "campaign_dials_outside", N_("Dials outside the lists"), N_("Dials of clients that no list has."),
        Count(where("outside")),
    ),
    column(
        "campaign_updated", N_("Data updated"), N_("Reached clients whose data were brought up to date over reached."),
        "campaign_dials", Ratio(Distinct("member", where("reached_updated")), _REACHED), Unit.PERCENT, _LISTS,
    ),
    column(
        "campaign_emailed", N_("Wrote to them after"), N_("Clients with an e-mail after they agreed over all who did."),
        "campaign_agreed", Ratio(Count(where("emailed")), Count()), Unit.PERCENT, _RESULTS,
    ),
    column(
        "campaign_bookings", N_("Visits booked"), N_("Consultations of a campaign, moves left out."),
        "campaign_marks", Count(where("booked")), needs=_LISTS,
    ),
    column(
        "campaign_moved", N_("Visits moved"), N_("Consultations of a campaign that were moved."),
        "campaign_marks", Count(where("moved")), needs=_LISTS,
    ),
    column(
        "campaign_ahead", N_("From booking to visit"), N_("From the booking to the appointment, of a campaign."),
        "campaign_marks", Mean("ahead_s"), Unit.DURATION, _LISTS,
    ),
    column(
        "campaign_confirmed", N_("Visits confirmed"), N_("Booked consultations that the client confirmed over booked."),
        "campaign_marks", Ratio(Count(where("confirmed")), Count(where("booked"))), Unit.PERCENT, _LISTS,
    ),
    column(
        "campaign_came", N_("Clients who came"), N_("Clients of a campaign with a consultation that they came to."),
        "campaign_marks", Distinct("member", where("came")), needs=_LISTS,
    ),
    column(
        "campaign_missed", N_("Clients who did not come"), N_("Clients of a campaign with a missed consultation."),
        "campaign_marks", Distinct("member", where("missed")), needs=_LISTS,
    ),
    column(
        "campaign_waiting", N_("Outcome not known yet"), N_("Consultations of a campaign without an outcome."),
        "campaign_marks", Count(where("waiting")), needs=_LISTS,
    ),
    column(
        "campaign_contracts", N_("Clients with a contract"), N_("Clients of a campaign with a contract."),
        "campaign_marks", Distinct("member", where("contract")), needs=_LISTS,
    ),
    column(
        "campaign_revenue", N_("Revenue of a campaign"), N_("Amounts of a campaign's contracts."),
        "campaign_marks", Sum("amount"), Unit.MONEY, _LISTS,
    ),
)  # fmt: skip
