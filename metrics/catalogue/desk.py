"""Service Desk: events of tickets by their own time; closed in a period is not closed of the routed ones."""

from __future__ import annotations

from metrics.model import Better, Count, Metric, Unit, where
from warehouse.messages import N_


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
