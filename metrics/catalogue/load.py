"""People at once, on the line and on the roster, and how the roster was kept."""

from __future__ import annotations

from metrics.model import Better, Metric, PerTime, Ratio, Sum, Unit
from warehouse.messages import N_

LOAD = (
    Metric(
        key="people_on_shift",
        title=N_("People on the line"),
        about=N_("Seconds in the statuses handling or ready over the seconds of the period so far."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="activities",
        fact=PerTime("available_s"),
        needs=("activities.category=handling|ready",),
        spread=False,
        decimals=1,
        aliases=("staff", "людей_на_линии"),
        phrases=(
            *("людей на смене", "операторов на линии", "сотрудников на линии"),
            *("people on shift", "people on the line", "agents on shift"),
        ),
    ),
    Metric(
        key="people_planned",
        title=N_("People on the roster"),
        about=N_("Seconds of work on the roster, without breaks, training and absences, over the period's seconds."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="shifts",
        fact=PerTime("planned_s"),
        spread=False,
        decimals=1,
        aliases=("scheduled", "по_графику"),
        phrases=(
            *("людей по графику", "операторов по графику", "людей в графике", "scheduled people"),
            *("people scheduled", "people planned", "planned people"),
        ),
    ),
    Metric(
        key="hours_planned",
        title=N_("Hours on the roster"),
        about=N_("Hours of work on the roster, without breaks, training and absences."),
        unit=Unit.HOURS,
        better=Better.NEUTRAL,
        relation="shifts",
        fact=Sum("hours"),
        aliases=("часы_по_графику",),
        phrases=("часы по графику", "часов по графику", "scheduled hours", "planned hours", "hours planned"),
    ),
    Metric(
        key="adherence",
        title=N_("Adherence"),
        about=N_(
            "Planned seconds of work in which the person was handling, ready or at other work, over the planned "
            "seconds of people whose statuses are known."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="adherence",
        fact=Ratio(Sum("kept_s"), Sum("planned_s")),
        needs=("activities.category=handling|ready|work",),
        spread=False,
        aliases=("соблюдение_графика",),
        phrases=("соблюдение графика", "соблюдения графика", "schedule adherence", "adherence to schedule"),
    ),
)
