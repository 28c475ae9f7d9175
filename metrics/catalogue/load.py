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
            *("людей на смене", "операторов на линии", "сотрудников на линии", "операторов было на линии"),
            *("людей было на линии", "человек было на линии", "человек было на смене", "людей было на смене"),
            *("операторов было на смене", "операторов работало", "работало операторов", "agents were on"),
            *("agents were on the line", "people were on shift", "operators were on", "людей работало"),
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
    Metric(
        key="contacts_per_1000",
        title=N_("Contacts per 1,000 clients"),
        about=N_(
            "Inbound calls and chats of lines whose clients are known, over thousands of client-days: clients served, "
            "summed over the days that are over."
        ),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="client_base",
        fact=Ratio(Sum("contacts"), Sum("thousands")),
        decimals=2,
        spread=False,
        aliases=("contactability", "контактность"),
        phrases=(
            *("контактность базы", "обращений на тысячу клиентов", "обращений на тысячу", "звонков на тысячу клиентов"),
            *("contacts per thousand", "contacts per thousand clients", "contacts per 1000 clients", "contact rate"),
        ),
    ),
    Metric(
        key="forecast_wape",
        title=N_("Error of the forecast (WAPE)"),
        about=N_(
            "Sum over half hours of how far the last forecast made before the day began was from what came, over what "
            "came. Of calls and chats."
        ),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="forecasts",
        fact=Ratio(Sum("off"), Sum("came")),
        spread=False,
        decimals=1,
        aliases=("wape", "ошибка_прогноза"),
        phrases=(
            *(
                "ошибся прогноз",
                "ошиблись в прогнозе",
                "точность прогноза",
                "ошибка прогноза",
                "ошибки прогноза",
                "погрешность прогноза",
            ),
            *("forecast error", "error of the forecast", "forecast accuracy"),
        ),
    ),
    Metric(
        key="forecast_bias",
        title=N_("Bias of the forecast"),
        about=N_(
            "What was forecast, by the last forecast made before each day began, less what came, over what came: above "
            "0 more was forecast. Of calls and chats."
        ),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="forecasts",
        fact=Ratio(Sum("over"), Sum("came")),
        spread=False,
        decimals=1,
        aliases=("bias", "смещение_прогноза"),
        phrases=("смещение прогноза", "перекос прогноза", "forecast bias", "bias of the forecast"),
    ),
)
