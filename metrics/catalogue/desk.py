"""Service Desk: events of tickets by their own time, and complaints by what they are known to be."""

from __future__ import annotations

from metrics.model import Better, Count, Metric, Ratio, Remark, Unit, where
from warehouse.messages import N_, note


def _events(key: str, kind: str, title: str, about: str, *aliases: str, phrases: tuple[str, ...]) -> Metric:
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="tickets",
        fact=Count(where(kind)),
        needs=(f"ticket_events.kind={kind}",),
        aliases=aliases,
        phrases=phrases,
    )


DESK = (
    _events(
        *("desk_created", "created", N_("Tickets created"), N_("Tickets created in the period."), "созданные"),
        phrases=(
            *("созданные обращения", "созданные заявки", "созданные тикеты", "новые обращения", "создали обращений"),
            *("обращений создали", "обращений создано", "заявок создано", "tickets created", "created tickets"),
            *("new tickets", "tickets were created", "created"),
        ),
    ),
    _events(
        *("desk_routed", "routed", N_("Tickets routed"), N_("Routings of tickets in the period.")),
        "маршрутизированные",
        phrases=(
            *("маршрутизированные обращения", "распределенные обращения", "маршрутизация", "routed tickets"),
            *("tickets routed", "tickets were routed", "routed"),
        ),
    ),
    _events(
        *("desk_closed", "closed", N_("Tickets closed"), N_("Closings of tickets in the period."), "закрытые"),
        phrases=(
            *("закрытые обращения", "закрытые заявки", "закрытые тикеты", "закрыли обращений", "обращений закрыли"),
            *("обращений закрыто", "закрыли заявок", "заявок закрыли", "закрыли тикетов", "тикетов закрыли"),
            *("решенные обращения", "closed tickets", "tickets closed", "tickets were closed", "resolved tickets"),
            *("closed", "resolved"),
        ),
    ),
    _events(
        *("desk_tasks", "task_done", N_("Tasks done"), N_("Tasks done in the period."), "задачи", "tasks"),
        phrases=("задача", "отработанные задачи", "выполненные задачи", "задач выполнили", "task"),
    ),
)


_RECLASSIFIED = Remark(
    where("reclassified"),
    note("{n} was a complaint and no longer is", "{n} were complaints and no longer are", n=0),
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
