"""Agents' time. Sources use occupancy and utilisation in opposite senses, so the formula stands with the word."""

from __future__ import annotations

from dataclasses import replace

from metrics.model import Better, Count, Distinct, Metric, Ratio, Remark, Sum, Unit, where
from warehouse.messages import N_, note

_IDLE = Remark(
    where("without_handling"),
    note(
        "{n} interval of agents of whom no handling is known",
        "{n} intervals of agents of whom no handling is known",
        n=0,
    ),
)

_FORGOTTEN = Remark(
    where("forgotten"),
    note("{n} forgotten status is in no figure", "{n} forgotten statuses are in no figure", n=0),
)
_CUT = Remark(
    where("cut"),
    note("{n} status ends where the next one begins", "{n} statuses end where the next ones begin", n=0),
    aside=True,
)
_OF_TIME = (_FORGOTTEN, _CUT)


def _per_result(kind: str, key: str, title: str, about: str, *aliases: str, phrases: tuple[str, ...]) -> Metric:
    return Metric(
        key=f"time_per_{key}",
        title=title,
        about=about,
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="workload",
        fact=Ratio(Sum("seconds", where(result=kind)), Count(where("counted", result=kind))),
        needs=("activities.activity", f"ticket_events.kind={kind}"),
        remarks=(
            Remark(where("unset", result=kind), replace(_UNSET, params={"kind": kind}), blocks=True),
            Remark(where("uncovered", result=kind), _UNCOVERED, blocks=True),
            Remark(where("left_out", result=kind), _LEFT_OUT),
        ),
        aliases=aliases,
        phrases=phrases,
        spread=False,
    )


_UNSET = note(
    "say in [time.results] which activities make the result {kind}; nothing is known of {n} result",
    "say in [time.results] which activities make the result {kind}; nothing is known of {n} results",
    n=0,
    kind="",
)
_UNCOVERED = note(
    "of {n} result less than 30 in 100 have logged time: that says nothing",
    "of {n} results less than 30 in 100 have logged time: that says nothing",
    n=0,
)
_LEFT_OUT = note(
    "without {n} result of nobody known, or of days on which its person logged no such time",
    "without {n} results of nobody known, or of days on which their people logged no such time",
    n=0,
)

AGENTS = (
    Metric(
        key="paid_hours",
        title=N_("Paid hours"),
        about=N_("Hours in all statuses but off, where they lie in the period; one person has one status at a time."),
        unit=Unit.HOURS,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Sum("paid_h"),
        needs=("activities.category",),
        remarks=_OF_TIME,
        aliases=("оплаченные_часы",),
        phrases=(
            "оплаченное время",
            "часы к оплате",
            "paid time",
            "hours paid",
        ),
    ),
    Metric(
        key="unlogged_hours",
        title=N_("Hours without a status"),
        about=N_("Gaps between a person's first and last status of a local day."),
        unit=Unit.HOURS,
        better=Better.CEILING,
        relation="person_days",
        fact=Sum("unlogged_h"),
        needs=("activities.category",),
        aliases=("без_статуса",),
        phrases=(
            "часы без статуса",
            "время без статуса",
            "unlogged time",
            "hours without a status",
        ),
    ),
    Metric(
        key="people_logged",
        title=N_("People with hours"),
        about=N_("Different people with time in the period."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Distinct("agent", where(forgotten=0)),
        needs=("activities.category",),
        phrases=(
            "людей с часами",
            "сколько людей работало",
            "people who worked",
            "people with hours",
            "people worked",
        ),
    ),
    Metric(
        key="ready_share",
        title=N_("Waiting for work"),
        about=N_("Time ready over time handling or ready."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=Ratio(Sum("ready_s"), Sum("available_s")),
        needs=("activities.category=handling", "activities.category=ready"),
        remarks=(_IDLE,),
        spread=False,
        phrases=(
            *("сидят без звонков", "без звонков", "ждут звонка", "ждут звонков", "простаивают", "простой"),
            *("waiting for calls", "доля ожидания работы", "доля свободного времени", "простой операторов"),
            *("idle time", "idle share", "ready time"),
        ),
    ),
    Metric(
        key="result_hours",
        title=N_("Hours of days with results"),
        about=N_("Paid hours of the days on which their person logged time that makes results."),
        unit=Unit.HOURS,
        better=Better.NEUTRAL,
        relation="person_days",
        fact=Sum("logged_h", where("logs_results")),
        needs=("activities.activity",),
        phrases=(
            "часы дней с результатами",
            "часы с результатом",
            "hours of days with results",
            "hours with results",
        ),
    ),
    Metric(
        key="result_share",
        title=N_("Time that makes results"),
        about=N_("Time in activities that make results over paid time, of the days on which their person logged any."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="person_days",
        fact=Ratio(Sum("result_s", where("logs_results")), Sum("logged_s", where("logs_results"))),
        needs=("activities.activity",),
        spread=False,
        phrases=(
            "доля времени на результат",
            "доля полезного времени",
            "share of productive time",
            "productive time",
        ),
    ),
    _per_result(
        "routed",
        "routed",
        N_("Time per routed ticket"),
        N_("Time in the activities of [time.results] routed, over routings by people who logged it that day."),
        "минут_на_маршрутизацию",
        phrases=(
            "время на маршрутизацию",
            "минут на маршрутизацию обращения",
            "time per routing",
            "time to route",
        ),
    ),
    _per_result(
        "closed",
        "closed",
        N_("Time per closed ticket"),
        N_("Time in the activities of [time.results] closed, over closings by people who logged it that day."),
        "минут_на_закрытие",
        phrases=(
            "время на закрытие обращения",
            "минут на закрытие обращения",
            "time per closing",
            "minutes per closed ticket",
        ),
    ),
    _per_result(
        "task_done",
        "task",
        N_("Time per task"),
        N_("Time in the activities of [time.results] task_done, over tasks by people who logged it that day."),
        "минут_на_задачу",
        phrases=(
            "время на задачу",
            "минут на одну задачу",
            "time per task",
            "minutes per task",
        ),
    ),
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
            "время в работе",
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
            *("перегрузка", "перегруз", "перегружены", "оккупанси", "окупанси", "загруженность"),
            *("загрузка операторов", "занятость операторов", "загрузка сотрудников", "занят", "заняты"),
            *("occupancy rate", "agents' occupancy", "agent occupancy", "operator occupancy", "load of agents"),
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
        phrases=(
            *(
                "шринкадж",
                "шринкейдж",
                "шринк",
                "перерывы",
                "доля перерывов",
                "breaks",
                "потери рабочего времени",
                "потеря рабочего времени",
                "shrink",
                "lost working time",
            ),
        ),
    ),
)
