"""Agents' time. Sources use occupancy and utilisation in opposite senses, so the formula stands with the word."""

from __future__ import annotations

from metrics.model import Better, Metric, Ratio, Remark, Sum, Unit, where
from warehouse.messages import N_, note

_IDLE = Remark(
    where("without_handling"),
    note(
        "{n} interval of agents of whom no handling is known",
        "{n} intervals of agents of whom no handling is known",
        n=0,
    ),
)

AGENTS = (
    Metric(
        key="activity_hours",
        title=N_("Hours of work"),
        about=N_("Agents' hours in the statuses handling, ready and work, where they lie in the period."),
        unit=Unit.HOURS,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Sum("hours", where(category=("handling", "ready", "work"))),
        needs=("activities.category",),
        aliases=("часы", "hours"),
        phrases=(
            *("отработанные часы", "отработали часов", "часов отработали", "отработали", "отработано"),
            *("рабочее время", "рабочие часы", "наработка", "hours worked", "worked hours", "working hours"),
            "work hours",
        ),
    ),
    Metric(
        key="occupancy",
        title=N_("Occupancy"),
        about=N_("Time handling contacts (talk, hold, wrap-up) over time handling or ready."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Ratio(Sum("handling_s"), Sum("available_s")),
        needs=("activities.category=handling", "activities.category=ready"),
        remarks=(_IDLE,),
        aliases=("занятость", "загрузка"),
        spread=False,
        phrases=(
            *("оккупанси", "окупанси", "загруженность", "загрузка операторов", "занятость операторов"),
            *("загрузка сотрудников", "занят", "заняты", "occupancy rate", "agents' occupancy"),
            *("agent occupancy", "operator occupancy", "load of agents"),
        ),
    ),
    Metric(
        key="utilisation",
        title=N_("Utilisation"),
        about=N_("Time handling or ready over paid time (all statuses but off)."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Ratio(Sum("available_s"), Sum("paid_s")),
        needs=("activities.category=handling|ready", "activities.category=work|break"),
        aliases=("утилизация", "utilization"),
        spread=False,
        phrases=(*("утилизация операторов", "ютилизация", "utilization rate", "utilisation rate"),),
    ),
    Metric(
        key="shrinkage",
        title=N_("Shrinkage"),
        about=N_("Paid time not available to handle contacts (work away from the queue, breaks) over paid time."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Ratio(Sum("off_queue_s"), Sum("paid_s")),
        needs=("activities.category=work|break",),
        spread=False,
        aliases=("шринкедж", "потери_времени"),
        phrases=(*("шринкадж", "шринкейдж", "шринк", "потери рабочего времени", "потеря рабочего времени", "shrink"),),
    ),
)
