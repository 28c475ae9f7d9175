"""The canonical tables: one row per event, nothing pre-aggregated.

Each table is declared once, as a SQLAlchemy `Table`; the lake, the import, the metrics and the reference page
are derived from it. Times are UTC instants (`DateTime` without a zone), durations seconds (`Double`, >= 0).
`comment` is what a column means, `info["null"]` what a missing value means, `info["kind"]` how a cell is read.
"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.schema.columns import LONGEST_S, OTHER_LINE, metadata
from warehouse.schema.sales import (
    CAMPAIGN_CLIENTS,
    CLIENT_ALIASES,
    DEAL_CLIENTS,
    DEAL_OWNERS,
    DEAL_STAGES,
    DEALS,
    SALES_TABLES,
    STAGE_KINDS,
    STAGES,
    TASKS,
    TOUCHES,
    VISITS,
)
from warehouse.schema.service import (
    ACTIVITIES,
    ACTIVITY_CATEGORIES,
    AGENT_MOVES,
    AGENTS,
    BOT_CALLS,
    BOT_OUTCOMES,
    CALL_OUTCOMES,
    CALL_RESULTS,
    CALLS,
    CHANNELS,
    CHAT_OUTCOMES,
    CHATS,
    CLIENT_BASE,
    COST_KINDS,
    COSTS,
    DAY_MARK_KINDS,
    DAY_MARKS,
    FORECASTS,
    INCIDENT_EVENTS_TABLE,
    INCIDENT_LESSONS,
    INCIDENTS,
    LEADS,
    PLAN_WEIGHTS,
    PLANS,
    QUALITY_REVIEWS,
    RESERVATIONS,
    SHIFT_KINDS,
    SHIFTS,
    SITES,
    SURVEY_KINDS,
    SURVEYS,
    TICKET_EVENTS,
    TICKET_EVENTS_TABLE,
)

__all__ = [
    "ACTIVITIES",
    "ACTIVITY_CATEGORIES",
    "AGENTS",
    "AGENT_MOVES",
    "BOT_CALLS",
    "BOT_OUTCOMES",
    "CALLS",
    "CALL_OUTCOMES",
    "CALL_RESULTS",
    "CAMPAIGN_CLIENTS",
    "CHANNELS",
    "CHATS",
    "CHAT_OUTCOMES",
    "CLIENT_ALIASES",
    "CLIENT_BASE",
    "COSTS",
    "COST_KINDS",
    "DAY_MARKS",
    "DAY_MARK_KINDS",
    "DEALS",
    "DEAL_CLIENTS",
    "DEAL_OWNERS",
    "DEAL_STAGES",
    "FACT_TABLES",
    "FORECASTS",
    "INCIDENTS",
    "INCIDENT_EVENTS_TABLE",
    "INCIDENT_LESSONS",
    "LEADS",
    "LONGEST_S",
    "OTHER_LINE",
    "PEOPLE",
    "PLANS",
    "PLAN_WEIGHTS",
    "QUALITY_REVIEWS",
    "RESERVATIONS",
    "SALES_TABLES",
    "SHIFTS",
    "SHIFT_KINDS",
    "SITES",
    "STAGES",
    "STAGE_KINDS",
    "SURVEYS",
    "SURVEY_KINDS",
    "TABLES",
    "TASKS",
    "TICKET_EVENTS",
    "TICKET_EVENTS_TABLE",
    "TOUCHES",
    "VISITS",
    "checks_of",
    "fate_of",
    "key_of",
    "lasts",
    "line_of",
    "metadata",
    "same_as",
    "time_of",
]

FACT_TABLES: tuple[sa.Table, ...] = (
    CALLS,
    CHATS,
    LEADS,
    RESERVATIONS,
    TICKET_EVENTS_TABLE,
    BOT_CALLS,
    ACTIVITIES,
    AGENTS,
    AGENT_MOVES,
    SURVEYS,
    QUALITY_REVIEWS,
    COSTS,
    INCIDENTS,
    INCIDENT_EVENTS_TABLE,
    INCIDENT_LESSONS,
    DAY_MARKS,
    SHIFTS,
    CLIENT_BASE,
    *SALES_TABLES,
)
"""The tables `svodka import` takes. Plans have a command of their own, forecasts are made here."""

TABLES: dict[str, sa.Table] = dict(metadata.tables)


PEOPLE = frozenset({"agents", "agent_moves"})
"""Tables of who works here: so few rows that they may be taken along into a statement over another place."""


def key_of(table: sa.Table) -> tuple[str, ...]:
    """The names of a table's key columns."""
    return tuple(column.name for column in table.primary_key.columns)


def line_of(table: sa.Table) -> str | None:
    """The name of the column that says whose line an event was."""
    if table is BOT_CALLS:
        return "handed_to"
    return "line" if "line" in table.columns else None


def time_of(table: sa.Table) -> str | None:
    """The name of the column that puts a row into a period, None for dimensions and plans."""
    name: str | None = table.info["time"]
    return name


def lasts(table: sa.Table) -> tuple[str, ...]:
    """Return the names of the durations that run one after another from a row's time: its end is told by them too."""
    durations: tuple[str, ...] = table.info.get("lasts", ())
    return durations


def same_as(table: sa.Table) -> dict[str, tuple[str, ...]]:
    """Return the columns that are others of their row where a file does not give them, with those: the first known."""
    copies: dict[str, tuple[str, ...]] = table.info.get("same_as", {})
    return copies


def checks_of(table: sa.Table) -> tuple[tuple[str, str], ...]:
    """Return conditions over a row's columns, in SQL, under which it is rejected, each with its sentence."""
    checks: tuple[tuple[str, str], ...] = table.info.get("checks", ())
    return checks


def fate_of(table: sa.Table) -> str | None:
    """Return the name of the column that says what became of a contact, None where rows have no such thing."""
    name: str | None = table.info.get("fate")
    return name
