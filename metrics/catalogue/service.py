"""Channels side by side: contacts handled, what they cost, and how soon chats and leads are taken."""

from __future__ import annotations

from metrics.model import Better, Count, Distinct, Metric, Ratio, Sum, Unit, where
from warehouse.messages import N_

SERVICE = (
    Metric(
        key="contacts_handled",
        title=N_("Contacts handled"),
        about=N_("Contacts in which somebody of the centre spoke, in calls of both directions and chats; each once."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="contacts",
        fact=Distinct("contact_id"),
        aliases=("обработано_контактов",),
    ),
    Metric(
        key="service_cost",
        title=N_("Cost of service"),
        about=N_("Costs of no origin and campaign, but for media, agencies and compensations, of days that are over."),
        unit=Unit.MONEY,
        better=Better.NEUTRAL,
        relation="service",
        fact=Sum("amount"),
        needs=("costs.amount",),
        aliases=("затраты_на_обслуживание",),
    ),
    Metric(
        key="cost_to_serve",
        title=N_("Cost of a contact"),
        about=N_("Cost of service over contacts handled, of whole days that are over."),
        unit=Unit.MONEY,
        better=Better.CEILING,
        relation="service",
        fact=Ratio(Sum("amount"), Count(where("handled"))),
        needs=("costs.amount",),
        aliases=("стоимость_контакта",),
        spread=False,
    ),
    Metric(
        key="compensations",
        title=N_("Compensations"),
        about=N_("What clients were paid for trouble, by the day it was paid on."),
        unit=Unit.MONEY,
        better=Better.CEILING,
        relation="service",
        fact=Sum("compensation"),
        needs=("costs.kind=compensation",),
        aliases=("компенсации",),
    ),
    Metric(
        key="chat_sl",
        title=N_("Service level of chats"),
        about=N_("Chats answered within {chat_threshold} s over those the centre's formula counts."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="chats",
        fact=Ratio(Count(where("sl_met")), Count(where("sl_base"))),
        needs=("chats.accepted_at",),
        aliases=("сл_чатов",),
        spread=False,
        bound=True,
    ),
    Metric(
        key="lead_sl",
        title=N_("Leads contacted in time"),
        about=N_("Leads with a first contact within 15 minutes over leads that are at least 15 minutes old."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="leads",
        fact=Ratio(Count(where("in_time")), Count(where("old_enough"))),
        needs=("leads.first_contact_at",),
        aliases=("сл_лидов",),
        spread=False,
        bound=True,
    ),
)
