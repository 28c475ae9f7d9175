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

from warehouse.messages import N_, Message, note

AGENT, LINE, TO_LINE = "agent", "line", "to_line"


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
    derived: bool = False
    """Whether no table has it: a relation works it out, and it is asked for by no name."""


HOUR_OF_DAY = "hour_of_day"
"""The local hour, 0-23, of several days together: of every relation of events, and asked for by no name."""

TIMES = (
    Dimension(
        "hour",
        N_("Hour"),
        N_("by hour"),
        ("hour", "hours", "часам"),
        ("hourly", "почасово", "каждый час"),
        ranked=("hours", "часов"),
        time=True,
    ),
    Dimension(
        "day",
        N_("Day"),
        N_("by day"),
        ("day", "days", "дням", "суткам"),
        ("daily", "подневно", "каждый день", "ежедневно"),
        ranked=("days", "дней"),
        time=True,
    ),
    Dimension(
        "week",
        N_("The week"),
        N_("by week"),
        ("week", "weeks", "неделям"),
        ("weekly", "понедельно", "еженедельно"),
        time=True,
    ),
    Dimension(
        "month",
        N_("The month"),
        N_("by month"),
        ("month", "months", "месяцам"),
        ("monthly", "помесячно", "ежемесячно"),
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
            ("lines", "линий"),
            N_('There is no line "{given}".'),
        ),
        Dimension(
            AGENT,
            N_("Agent"),
            N_("by agent"),
            ("agent", "agents", "operator", "operators", "операторам", "агентам", "сотрудникам"),
            named=(
                *("agent", "operator", "агент", "агента", "агенту", "агентом", "оператор", "оператора", "оператору"),
                *("оператором", "сотрудник", "сотрудника", "сотруднику", "сотрудником"),
            ),
            ranked=("agents", "операторов", "агентов", "сотрудников"),
            absent=N_('There is no agent "{given}".'),
            column="agent_id",
        ),
        Dimension(
            "topic",
            N_("Topic"),
            N_("by topic"),
            ("topic", "topics", "темам", "тематикам"),
            named=("topic", "тема", "теме", "темы", "тематика", "тематике"),
            ranked=("topics", "тем", "тематик"),
            absent=N_('There is no topic "{given}".'),
        ),
        Dimension(
            "campaign",
            N_("Campaign"),
            N_("by campaign"),
            ("campaign", "campaigns", "кампаниям"),
            named=("campaign", "кампания", "кампании"),
            ranked=("campaigns", "кампаний"),
            absent=N_('There is no campaign "{given}".'),
        ),
        Dimension(
            "origin",
            N_("Origin"),
            N_("by origin"),
            ("origin", "origins", "source", "sources", "источникам"),
            named=("origin", "источник", "источника", "источнику"),
            ranked=("origins", "sources", "источников"),
        ),
        Dimension(
            "project",
            N_("Project"),
            N_("by project"),
            ("project", "projects", "проектам"),
            named=("project", "проект", "проекта", "проекту"),
            ranked=("projects", "проектов"),
        ),
        Dimension(
            "city",
            N_("City"),
            N_("by city"),
            ("city", "cities", "городам"),
            named=("city", "город", "города", "городу"),
            ranked=("cities", "городов"),
        ),
        Dimension(
            TO_LINE,
            N_("Transferred to"),
            N_("by line it was transferred to"),
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
        Dimension("desk", N_("Desk"), N_("by desk"), ("desk", "desks", "службам")),
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
            ranked=("teams", "команд", "групп"),
            absent=N_('There is no team "{given}".'),
            of_agents=True,
        ),
        Dimension(
            "site",
            N_("Site"),
            N_("by site"),
            ("site", "sites", "площадкам", "подрядчикам", "своим и аутсорсу"),
            named=("site",),
            ranked=("sites", "подрядчиков"),
            titles={"own": N_("own"), "outsourced": N_("outsourced")},
            of_agents=True,
        ),
    )
}

EVERY: Mapping[str, Dimension] = {**{each.key: each for each in TIMES}, **DIMENSIONS}
TIME_PARTS = tuple(each.key for each in TIMES)
"""Breakdowns that every metric has."""
OF_AGENTS = tuple(each.key for each in DIMENSIONS.values() if each.of_agents)


def dimensions_of(table: sa.Table, *, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the keys of the dimensions that a table has columns of, but for those that say nothing of the rows."""
    own = (each for each in DIMENSIONS.values() if not each.of_agents and each.key not in but)
    return tuple(each.key for each in own if (each.column or each.key) in table.c)


def dimension_columns(rows: sa.FromClause, dimensions: Iterable[str]) -> Iterator[ColumnElement[Any]]:
    """Yield the columns of dimensions, by their names, from rows that have them as the tables have."""
    for key in dimensions:
        yield rows.c[DIMENSIONS[key].column or key].label(key)


def by_said(key: str) -> Message:
    """Return a breakdown as it is said within a title: «по линиям»."""
    known = EVERY.get(key)
    return note(known.by) if known else note("by {name}", name=key)
