"""Complaints: tickets by what they are known to be, and how many there are for the contacts handled."""

from __future__ import annotations

from metrics.model import Better, Count, Metric, Ratio, Remark, Unit, where
from warehouse.messages import N_, note

_RECLASSIFIED = Remark(
    where("reclassified"),
    note("{n} was a complaint and is none any more", "{n} were complaints and are none any more", n=0),
)
_NEEDS = ("ticket_events.kind=created", "ticket_events.type")

COMPLAINTS = (
    Metric(
        key="complaints",
        title=N_("Complaints"),
        about=N_("Tickets created whose type, as it is known now, is one of `[complaints] types`."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="ticket_lives",
        fact=Count(where("complaint")),
        needs=_NEEDS,
        remarks=(_RECLASSIFIED,),
        aliases=("жалобы", "жалоб"),
        bound=True,
        phrases=(
            "жалоба",
            "жалуются",
            "жаловались",
            "пожаловались",
            "претензии",
            "жалобы клиентов",
            "complaint",
            "complaints",
            "complained",
            "customer complaints",
        ),
    ),
    Metric(
        key="complaint_rate",
        title=N_("Complaints per contact"),
        about=N_("Complaints over contacts handled in calls and chats, either way."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="contacts_and_complaints",
        fact=Ratio(Count(where("complaint")), Count(where("handled"))),
        needs=_NEEDS,
        aliases=("жалоб_на_контакт",),
        spread=False,
        bound=True,
        decimals=2,
        phrases=(
            *("complaints per thousand", "complaints per thousand contacts", "complaints per 1000 contacts"),
            *("доля жалоб", "процент жалоб", "уровень жалоб", "жалоб на тысячу контактов", "жалоб на 1000 контактов"),
            *("complaint rate", "share of complaints", "complaints per contact"),
        ),
    ),
)
