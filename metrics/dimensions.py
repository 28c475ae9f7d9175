"""What figures are told apart by: parts of time, and dimensions of the records. Adding one is adding an entry here.

A relation has the dimensions whose columns its table has (`dimensions_of`); those of people, such as a team, come to
every relation that knows its agents, through the table of agents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from warehouse.messages import N_, KeyedTitle, Message, note

AGENT, LINE, TO_LINE = "agent", "line", "to_line"
OWNER = "owner"
OFFER, GOOD_OFFER, BAD_OFFER = "offer", "good", "bad"
"""Whether the price that a deal was offered is good for the client."""
PEOPLE = (AGENT, OWNER)
"""Dimensions whose values are people: who may see no names sees places instead."""
STEP, STAGE, FROM_STAGE, PLACE = "step", "stage", "from_stage", "place"
LIFE_DAYS, AGE_DAYS, MOMENT, SPAN = "life_days", "age_days", "moment", "span"
TOUCH_NO, TOUCHES_MADE, DIRECTION, AHEAD = "touch_no", "touches_made", "direction", "ahead"
BASE_KIND, ATTEMPT = "base_kind", "attempt"


@dataclass(frozen=True)
class Dimension:
    """One of them, with all that it is called. Texts are message ids; what people say is in both languages."""

    key: str
    title: str
    """The head of a column: «Линия»."""
    by: str
    """A breakdown within a title: «по линиям»."""
    phrases: tuple[str, ...] = ()
    """Said after "by"."""
    alone: tuple[str, ...] = ()
    """Said without "by": "hourly"."""
    named: tuple[str, ...] = ()
    """Said before the name of a value."""
    ranked: tuple[str, ...] = ()
    """Said after "top 5"."""
    absent: str = ""
    """Said of a name that no value has, where there is a sentence of its own."""
    column: str = ""
    """The column of the tables, where it has another name."""
    of_agents: bool = False
    """Whether it is a column of the agents, who did what is counted."""
    time: bool = False
    """Whether it cuts the period."""
    nothing: str = N_("not given")
    """What rows without a value are called."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What some of its values are called."""
    ordered: bool = False
    """Whether its values stand in the order of their titles."""
    derived: bool = False
    """Whether no table has it: a relation works it out, and it is asked for by no name."""


HOUR_OF_DAY = "hour_of_day"
"""The local hour, 0-23, of several days together: of every relation of events, and asked for by no name."""

QUARTER = "quarter"
"""The quarter hour counted from the epoch: as the hour of the day, of every relation of events."""

OF_EVENTS = (HOUR_OF_DAY, QUARTER)
"""What events are told apart by besides their dimensions, asked for by no name."""

PATIENCE, CALLBACK, IN_A_ROW, LOST_HOUR = "patience", "callback", "in_a_row", "lost_hour"
GAP, FROM_CHANNEL = "gap", "from_channel"

TIMES = (
    Dimension(
        "hour",
        N_("Hour"),
        N_("by hour"),
        ("hour", "hours", "часам"),
        ("hourly", "почасово", "каждый час", "в час", "per hour"),
        ranked=("hours", "hour", "часов", "часа", "час", "часы", "часам"),
        time=True,
    ),
    Dimension(
        "day",
        N_("Day"),
        N_("by day"),
        ("day", "days", "дням", "суткам"),
        (
            "daily",
            "подневно",
            "каждый день",
            "ежедневно",
            "в день",
            "в среднем в день",
            "a day",
            "each day",
            "every day",
        ),
        ranked=("days", "day", "дней", "день", "дни", "дня", "дням"),
        time=True,
    ),
    Dimension(
        "week",
        N_("The week"),
        N_("by week"),
        ("week", "weeks", "неделям"),
        ("weekly", "понедельно", "еженедельно"),
        ranked=("weeks", "week", "недель", "недели", "неделя"),
        time=True,
    ),
    Dimension(
        "month",
        N_("The month"),
        N_("by month"),
        ("month", "months", "месяцам"),
        ("monthly", "помесячно", "ежемесячно"),
        ranked=("months", "month", "месяцев", "месяца", "месяц", "месяцы"),
        time=True,
    ),
    Dimension(
        "half-hour",
        N_("Half-hour"),
        N_("by half-hour"),
        (
            *("half-hour", "half hour", "half-hours", "half hours", "30 minutes"),
            *("получасам", "полчаса", "получасовкам", "получасиям", "полчасам", "30 минут"),
        ),
        (
            *("half-hourly", "half hourly", "every half hour", "every 30 minutes"),
            *("получасами", "получасовки", "каждые полчаса", "получасовой", "получасовая", "получасовые"),
        ),
        ranked=("half-hours", "half hours", "получасов", "получасовок"),
        time=True,
    ),
)

DIMENSIONS: Mapping[str, Dimension] = {
    each.key: each
    for each in (
        Dimension(
            LINE,
            N_("Line"),
            N_("by line"),
            ("line", "lines", "линиям"),
            ("all lines", "все линии", "по всем линиям"),
            ("line", "линия", "линии", "линию"),
            ("lines", "line", "линий", "линия", "линии", "линию"),
            N_('There is no line "{given}".'),
        ),
        Dimension(
            AGENT,
            N_("Agent"),
            N_("by agent"),
            ("agent", "agents", "operator", "operators", "операторам", "агентам", "сотрудникам"),
            named=(
                *("agent", "operator", "агент", "агента", "агенту", "агентом", "оператор", "оператора"),
                "оператору",
                *("оператором", "сотрудник", "сотрудника", "сотруднику", "сотрудником"),
            ),
            ranked=(
                *(
                    "agents",
                    "agent",
                    "operators",
                    "operator",
                    "people",
                    "операторов",
                    "операторы",
                    "оператор",
                    "агентов",
                ),
                *("агенты", "агент", "сотрудников", "сотрудники", "сотрудник", "людей"),
            ),
            absent=N_('There is no agent "{given}".'),
            column="agent_id",
        ),
        Dimension(
            "topic",
            N_("Topic"),
            N_("by topic"),
            ("topic", "topics", "темам", "тематикам"),
            (
                *("reasons people call", "reasons people contact us", "reasons for calling", "reasons for calls"),
                *("reasons to call", "reasons of calls", "call reasons", "reasons for contact", "contact reasons"),
                *("reasons people called", "reasons customers call", "reasons why people call", "reasons they call"),
                *("причины звонков", "причинам звонков", "причины обращений", "причинам обращений"),
                *("темы звонков", "темам звонков", "темы обращений", "темам обращений", "тематики обращений"),
                *("what are people calling about", "what people call about", "what do people call about"),
                *("what are they calling about", "what are customers calling about", "what do customers call about"),
                *("what did people call about", "what customers call about", "what were people calling about"),
                *("о чем звонят", "о чем звонили", "зачем звонят", "зачем звонили", "по поводу чего звонят"),
                *("что спрашивают", "о чем спрашивают", "что спрашивали", "о чем спрашивали"),
            ),
            named=("topic", "тема", "теме", "темы", "тематика", "тематике"),
            ranked=(
                *("reasons people call", "reasons for calling", "reasons", "причин звонков"),
                "topics",
                "topic",
                "тем",
                "темы",
                "тема",
                "тематик",
                "тематики",
                "тематика",
                "вопросов",
            ),
            absent=N_('There is no topic "{given}".'),
        ),
        Dimension(
            "campaign",
            N_("Campaign"),
            N_("by campaign"),
            ("campaign", "campaigns", "кампаниям"),
            named=("campaign", "кампания", "кампании"),
            ranked=("campaigns", "campaign", "кампаний", "кампании", "кампания"),
            absent=N_('There is no campaign "{given}".'),
        ),
        Dimension("list", N_("List"), N_("by list"), ("lists", "спискам")),
        Dimension("script", N_("Script"), N_("by script"), ("scripts", "скриптам")),
        Dimension("segment", N_("Segment"), N_("by segment"), ("segments", "сегментам")),
        Dimension(
            BASE_KIND,
            N_("Rows of the lists"),
            N_("by what the row is"),
            titles={
                "no_number": N_("no number"),
                "duplicate": N_("duplicates"),
                "dead": N_("dead numbers"),
                "stopped": N_("on the stop list"),
                "callable": N_("callable clients"),
            },
            nothing=N_("outside the lists"),
            ordered=True,
            derived=True,
        ),
        Dimension(ATTEMPT, N_("Dial"), N_("by the dial's number"), derived=True),
        Dimension(
            "origin",
            N_("Origin"),
            N_("by origin"),
            ("origin", "origins", "source", "sources", "источникам"),
            named=("origin", "источник", "источника", "источнику"),
            ranked=("origins", "sources", "source", "источников", "источники", "источник"),
            nothing=N_("origin unknown"),
            titles={"unallocated": N_("not allocated")},
        ),
        Dimension(
            "project",
            N_("Project"),
            N_("by project"),
            ("project", "projects", "проектам"),
            named=("project", "проект", "проекта", "проекту"),
            ranked=("projects", "project", "проектов", "проекты", "проект"),
        ),
        Dimension(
            "city",
            N_("City"),
            N_("by city"),
            ("city", "cities", "городам"),
            named=("city", "город", "города", "городу"),
            ranked=("cities", "city", "городов", "города", "город"),
            nothing=N_("no city"),
            titles={"centre": N_("Contact centre")},
        ),
        Dimension(
            "pipeline",
            N_("Pipeline"),
            N_("by pipeline"),
            ("pipeline", "pipelines", "воронкам"),
            named=("pipeline", "воронка", "воронки", "воронке"),
            ranked=("pipelines", "воронок"),
            absent=N_('There is no pipeline "{given}".'),
        ),
        Dimension(
            OWNER,
            N_("Manager"),
            N_("by manager"),
            ("owner", "owners", "manager", "managers", "менеджерам", "ответственным"),
            named=("owner", "manager", "менеджер", "менеджера", "менеджеру"),
            ranked=("managers", "manager", "менеджеров", "менеджеры"),
            absent=N_('There is no manager "{given}".'),
            column="owner_id",
            nothing=N_("nobody's"),
        ),
        Dimension("loss_reason", N_("Reason of the loss"), N_("by reason"), ("reasons", "причинам")),
        Dimension(
            OFFER,
            N_("Price"),
            N_("by price offered"),
            titles={BAD_OFFER: N_("bad"), GOOD_OFFER: N_("good")},
            derived=True,
        ),
        Dimension(
            STEP,
            N_("Step"),
            N_("by step"),
            titles={
                "created": N_("Deals"),
                "phone": N_("Phone known"),
                "booked": N_("Booked"),
                "came": N_("Came"),
                "contract": N_("Contract"),
                "no_answer": N_("No answer"),
                "not_booked": N_("Not booked"),
                "no_show": N_("Did not come"),
                "lost": N_("Closed without a sale"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(STAGE, N_("Stage"), N_("by stage"), derived=True),
        Dimension(FROM_STAGE, N_("From the stage"), N_("by the stage before"), derived=True),
        Dimension(PLACE, N_("Place"), N_("by place on the path"), derived=True),
        Dimension(
            MOMENT,
            N_("What took time"),
            N_("by what took time"),
            titles={
                "first_touch": N_("Deal → first touch"),
                "first_contact": N_("Deal → first conversation"),
                "consultation": N_("Phone → consultation"),
                "contract": N_("Deal → contract"),
                "disposal": N_("Deal → closed without a sale"),
                "no_answer": N_("No answer → closed"),
                "rebooking": N_("Missed → booked again"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(
            SPAN,
            N_("How long"),
            N_("by how long it took"),
            titles={
                "15m": N_("up to 15 min"),
                "1h": N_("up to 1 h"),
                "4h": N_("up to 4 h"),
                "1d": N_("up to 1 day"),
                "3d": N_("up to 3 days"),
                "7d": N_("up to 7 days"),
                "14d": N_("up to 14 days"),
                "30d": N_("up to 30 days"),
                "more": N_("over 30 days"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(TOUCH_NO, N_("Touch"), N_("by the touch's number"), derived=True),
        Dimension(TOUCHES_MADE, N_("Touches"), N_("by how many touches there were"), derived=True),
        Dimension(
            AHEAD,
            N_("Booked ahead"),
            N_("by how long ahead it was booked"),
            titles={
                "0": N_("up to a day"),
                "2": N_("2–3 days"),
                "4": N_("4–6 days"),
                "7": N_("7–10 days"),
                "11": N_("11 days and more"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(
            DIRECTION,
            N_("Direction"),
            N_("by direction"),
            titles={"in": N_("from the client"), "out": N_("by us")},
            derived=True,
        ),
        Dimension(LIFE_DAYS, N_("Days"), N_("by days to the contract"), derived=True),
        Dimension(AGE_DAYS, N_("Age, days"), N_("by age in days"), derived=True),
        Dimension(
            TO_LINE,
            N_("Transferred to"),
            N_("by destination"),
            nothing=N_("outside the lines"),
            derived=True,
        ),
        Dimension(
            "channel",
            N_("Channel"),
            N_("by channel"),
            ("channel", "channels", "каналам"),
            named=("channel", "канал", "канала", "каналу"),
            ranked=("channels", "каналов"),
            absent=N_('There is no channel "{given}".'),
            titles={
                "call": N_("Calls"),
                "chat": N_("Chats"),
                "lead": N_("Leads"),
                "ticket": N_("Tickets"),
                "site": N_("Chats on the site"),
                "sms": N_("SMS"),
                "message": N_("Messages"),
                "email": N_("E-mails"),
                "meeting": N_("Meetings"),
            },
        ),
        Dimension(
            "survey",
            N_("Survey"),
            N_("by survey"),
            titles={
                "csat": N_("CSAT"),
                "csi": N_("CSI"),
                "nps": N_("NPS"),
                "mood": N_("Smile"),
                "other": N_("other questions"),
            },
            derived=True,
        ),
        Dimension("scale", N_("Scale"), N_("by scale"), derived=True),
        Dimension("score", N_("Score"), N_("by score"), derived=True, nothing=N_("no answer")),
        Dimension("waited", N_("Waited, from"), N_("by wait"), derived=True, nothing=N_("not known")),
        Dimension(
            PATIENCE,
            N_("Waited"),
            N_("by patience"),
            titles={
                "5": N_("up to 5 s"),
                "10": N_("6–10 s"),
                "20": N_("11–20 s"),
                "30": N_("21–30 s"),
                "60": N_("31–60 s"),
                "120": N_("1–2 min"),
                "more": N_("over 2 min"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(
            CALLBACK,
            N_("Called back"),
            N_("by how soon they were called back"),
            titles={
                "300": N_("within 5 min"),
                "900": N_("within 15 min"),
                "1800": N_("within 30 min"),
                "3600": N_("within an hour"),
                "14400": N_("within 4 h"),
                "86400": N_("within 24 h"),
                "later": N_("later"),
                "alone": N_("came back alone"),
                "none": N_("not called back"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(
            IN_A_ROW,
            N_("Losses in a row"),
            N_("by losses in a row"),
            titles={"1": "1", "2": "2", "3": "3", "4+": N_("4 and more")},
            ordered=True,
            derived=True,
        ),
        Dimension(LOST_HOUR, N_("Hour of the last loss"), N_("by the hour of the last loss"), derived=True),
        Dimension(
            GAP,
            N_("Came back after"),
            N_("by how soon they came back"),
            titles={
                "0": N_("less than a day"),
                "1": N_("1 day"),
                "2": N_("2 days"),
                "3": N_("3 days"),
                "more": N_("4 days and more"),
            },
            ordered=True,
            derived=True,
        ),
        Dimension(
            FROM_CHANNEL,
            N_("First"),
            N_("by the channel before"),
            titles={"call": N_("Calls"), "chat": N_("Chats"), "site": N_("Chats on the site")},
            derived=True,
        ),
        Dimension("type", N_("Type"), N_("by type"), ("type", "types", "типам")),
        Dimension("subtopic", N_("Subtopic"), N_("by subtopic"), ("subtopic", "subtopics", "подтемам")),
        Dimension("process", N_("Process"), N_("by process"), ("process", "processes", "процессам")),
        Dimension("desk", N_("Desk"), N_("by desk"), ("desk", "desks", "службам", "отделам", "подразделениям")),
        Dimension(
            "activity",
            N_("Activity"),
            N_("by activity"),
            ("activity", "activities", "активностям", "занятиям"),
            nothing=N_("not marked"),
        ),
        Dimension("status", N_("Status"), N_("by status"), ("status", "statuses", "статусам")),
        Dimension(
            "category",
            N_("Category"),
            N_("by category"),
            ("category", "categories", "категориям"),
            titles={
                "handling": N_("with clients"),
                "ready": N_("ready"),
                "work": N_("other work"),
                "break": N_("break"),
                "off": N_("off"),
            },
        ),
        Dimension(
            "team",
            N_("Team"),
            N_("by team"),
            ("team", "teams", "командам", "группам"),
            named=("team", "команда", "команды", "команде", "группа", "группы", "группе"),
            ranked=("teams", "team", "команд", "команды", "команда", "групп", "группы", "группа"),
            absent=N_('There is no team "{given}".'),
            of_agents=True,
        ),
        Dimension(
            "site",
            N_("Site"),
            N_("by site"),
            ("site", "sites", "площадкам", "подрядчикам", "своим и аутсорсу"),
            ("свои и аутсорс", "свои и подрядчики", "own and outsourced", "in-house and outsourced"),
            named=("site",),
            ranked=("sites", "подрядчиков"),
            titles={"own": N_("own"), "outsourced": N_("outsourced")},
            of_agents=True,
        ),
    )
}

WEEKDAY = Dimension(
    "weekday",
    N_("Day of the week"),
    N_("by day of the week"),
    ("weekday", "weekdays", "day of the week", "days of the week", "дням недели", "дню недели"),
    ranked=("days of the week", "weekdays", "weekday", "дней недели", "дни недели", "день недели"),
    titles={
        "weekend": N_("on weekends"),
        "weekdays": N_("from Monday to Friday"),
        "monday": N_("on Mondays"),
        "tuesday": N_("on Tuesdays"),
        "wednesday": N_("on Wednesdays"),
        "thursday": N_("on Thursdays"),
        "friday": N_("on Fridays"),
        "saturday": N_("on Saturdays"),
        "sunday": N_("on Sundays"),
    },
)
"""The days of a period put together by the day of the week: of what is made of sums, over days that are over."""

WEEK_HOURS = Dimension(
    "weekday-hour",
    N_("Day of the week and hour"),
    N_("by day of the week and hour"),
    (
        *("weekday-hour", "weekday and hour", "weekday hour", "weekdays and hours", "hour and weekday"),
        *("hours and weekdays", "day of the week and hour", "hour and day of the week"),
        *("часам и дням недели", "дням недели и часам", "дням и часам", "часам и дням", "дням недели и по часам"),
        "часам и по дням недели",
    ),
    (
        *("heatmap", "heat map", "as a heatmap", "heatmap of", "тепловая карта", "тепловой картой", "тепловую карту"),
        *("теплокарта", "хитмап", "теплокартой", "карта нагрузки"),
    ),
)
"""The hours of a period put together by the day of the week and the clock, of what is made of sums of events."""

OF_DAYS = (WEEKDAY, WEEK_HOURS)
"""Breakdowns that put the days of a period together."""

YEAR = Dimension("year", N_("The year"), N_("by year"), time=True)
EVERY: Mapping[str, Dimension] = {each.key: each for each in (*TIMES, YEAR, *DIMENSIONS.values(), *OF_DAYS)}
TIME_PARTS = tuple(each.key for each in TIMES)
"""Breakdowns that every metric has."""
HALF_MONTH = "half_month"
CUTS = (*TIME_PARTS, HALF_MONTH, YEAR.key)
"""What a period is cut into; halves of months and years, which reports are of, are not asked for in a chat."""
DERIVED = tuple(each.key for each in DIMENSIONS.values() if each.derived)
OF_AGENTS = tuple(each.key for each in DIMENSIONS.values() if each.of_agents)


def dimensions_of(table: sa.Table, *, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the keys of the dimensions that a table has columns of, but for those that say nothing of the rows."""
    own = (each for each in DIMENSIONS.values() if not (each.of_agents or each.derived) and each.key not in but)
    return tuple(each.key for each in own if (each.column or each.key) in table.c)


def dimension_columns(rows: sa.FromClause, dimensions: Iterable[str]) -> Iterator[ColumnElement[Any]]:
    """Yield the columns of dimensions, by their names, from rows that have them as the tables have."""
    for key in dimensions:
        yield rows.c[DIMENSIONS[key].column or key].label(key)


def breakdown_title(key: str) -> Message:
    """Return a breakdown as a refusal names it, whether there is such a one or not."""
    known = EVERY.get(key)
    return KeyedTitle(known.by, key=key) if known else note("by {name}", name=key[:40])


def by_said(key: str) -> Message:
    """Return a breakdown as it is said within a title: «по линиям»."""
    known = EVERY.get(key)
    return note(known.by) if known else note("by {name}", name=key)
