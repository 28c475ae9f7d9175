"""The demo's centre put together, and the one place that writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

import numpy as np
import pyarrow as pa

from warehouse.demo import activities, chats, costs, desk, incidents, planning, reservations, surveys
from warehouse.demo.calls import joined, seated, table, words
from warehouse.demo.calls import rows as call_rows
from warehouse.demo.campaign import with_results
from warehouse.demo.chance import END, START, TIMEZONE, UTC_OFFSET, HalfMonth, half_months
from warehouse.demo.inbound import bot_calls, inbound
from warehouse.demo.outbound import outbound
from warehouse.demo.people import MOVED_ON, POOLS, agents, mover, shifts
from warehouse.demo.sales import sales
from warehouse.demo.scenario import targets
from warehouse.lake import Lake
from warehouse.merge import connect, merge
from warehouse.schema import (
    AGENT_MOVES,
    AGENTS,
    CLIENT_BASE,
    COSTS,
    DAY_MARKS,
    INCIDENT_EVENTS_TABLE,
    INCIDENT_LESSONS,
    INCIDENTS,
    SHIFTS,
    SITES,
    TABLES,
    time_of,
)

__all__ = ["END", "START", "TIMEZONE", "half_month", "lay", "people"]

Say = Callable[[str], str]
"""How something is said, or spelt, for a reader."""
_GENERATED = 0.7
"""Share of the time until everything is generated."""


def half_month(half: HalfMonth) -> dict[str, pa.Table]:
    """All rows of one half month by table: the same ones whichever others are made."""
    wanted = targets(half)
    on_shift = shifts(half)
    coming = inbound(half, wanted)
    calls = incidents.with_outage(half, seated(joined(coming, outbound(half, wanted, coming)), on_shift))
    talks = chats.chats(half, wanted, on_shift)
    tickets, calls = desk.rows(half, wanted, on_shift, calls)
    made = {
        "calls": call_rows(half, calls),
        "chats": chats.rows(half, talks),
        "leads": reservations.lead_rows(half, wanted),
        "reservations": reservations.rows(half, wanted, calls),
        "ticket_events": tickets,
        "bot_calls": bot_calls(half, wanted, calls),
        "activities": activities.rows(half, calls, talks, on_shift),
    }
    if half.first >= surveys.BEGAN:
        made["surveys"] = surveys.survey_rows(half, wanted, calls, talks)
        made["quality_reviews"] = surveys.review_rows(half, wanted, calls, talks)
    return made


def people(spell: Say = str) -> pa.Table:
    """The rows of `agents`; `spell` writes their names in a reader's alphabet."""
    everybody = agents()

    def midnight(days: list[object]) -> pa.Array:
        instants = np.array(days, dtype="datetime64[us]") - np.timedelta64(UTC_OFFSET)
        return pa.array(instants)

    return table(
        AGENTS,
        len(everybody),
        {
            "agent_id": pa.array([agent.agent_id for agent in everybody]),
            "name": pa.array([spell(agent.name) for agent in everybody]),
            "team": pa.array([agent.team for agent in everybody]),
            "line": pa.array([POOLS[agent.pool].lines[0] for agent in everybody]),
            "site": words(np.array([SITES.index(agent.site) for agent in everybody]), SITES),
            "active_from": midnight([agent.active_from for agent in everybody]),
            "active_to": midnight([agent.active_to for agent in everybody]),
        },
    )


def moves() -> pa.Table:
    """The rows of `agent_moves`: one of sales goes to the partner, with the same work."""
    since = np.datetime64(datetime.combine(MOVED_ON, time())) - np.timedelta64(UTC_OFFSET)
    return table(
        AGENT_MOVES,
        1,
        {
            "agent_id": pa.array([mover().agent_id]),
            "from_at": pa.array(np.array([since], dtype="datetime64[us]")),
            "site": pa.array(["outsourced"]),
        },
    )


def lay(
    lake: Lake,
    *,
    say: Say = str,
    spell: Say = str,
    choices: Callable[[pa.Table], pa.Table] = lambda rows: rows,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, int]:
    """Generate the demo and merge it into a lake, all of it or nothing; returns rows per table.

    `say` puts what its people wrote into a language, `spell` their names in its letters, `choices` what they chose
    from lists; `progress` is told the stage and the share done (0-1).
    """
    tell = progress or (lambda stage, done: None)
    halves = list(half_months())
    made: dict[str, list[pa.Table]] = {AGENTS.name: [people(spell)]}
    made[AGENT_MOVES.name] = [moves()]
    made |= {
        INCIDENTS.name: [incidents.rows(say)],
        INCIDENT_EVENTS_TABLE.name: [incidents.entries(say)],
        INCIDENT_LESSONS.name: [incidents.lessons(say)],
        CLIENT_BASE.name: [planning.client_base()],
        DAY_MARKS.name: [planning.day_marks()],
    }
    for number, half in enumerate(halves):
        tell("generate", _GENERATED * number / len(halves))
        for name, rows in half_month(half).items():
            made.setdefault(name, []).append(rows)
        made.setdefault(SHIFTS.name, []).append(planning.roster(half))
        made.setdefault(COSTS.name, []).append(costs.marketing(half))
        if half.first >= surveys.BEGAN:
            made[COSTS.name].append(costs.rows(half))
    made["calls"] = with_results(made["calls"])
    sold = sales(halves, made["leads"], made["calls"], made["reservations"])
    made |= {name: [rows] for name, rows in sold.items()}
    laid = {}
    with lake.writing() as manifest:
        for number, name in enumerate(list(made)):
            tell("write", _GENERATED + (1 - _GENERATED) * number / len(TABLES))
            rows = choices(pa.concat_tables(made.pop(name), promote_options="permissive"))
            laid[name] = rows.num_rows
            with connect() as connection:
                connection.execute("SET threads = 1")  # A month is small: with a second thread it costs twice as much.
                connection.register("staged", rows)
                complete_to = END if time_of(TABLES[name]) else None
                manifest, _ = merge(lake, manifest, connection, TABLES[name], "staged", complete_to=complete_to)
        lake.commit(manifest)
    tell("write", 1.0)
    return laid
