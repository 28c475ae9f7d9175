"""Log-ins and pauses of Asterisk's queues in a table, put together into intervals of agents.

The query says what the import of such logs as files does: ready while logged in, break while paused in all queues, and
nothing after the log-off. It reads all events of agents, which are few: an interval begins long before its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import indent

from warehouse.discovery.found import FoundColumn, FoundTable
from warehouse.discovery.proposal import Proposal, losses
from warehouse.discovery.strangers import Surroundings
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.formats.queue_log.events import AGENTS
from warehouse.messages import Message, note

_OUT = "('AGENTLOGOFF', 'AGENTCALLBACKLOGOFF', 'QUEUESTART')"
_IN = "('ADDMEMBER', 'AGENTLOGIN', 'AGENTCALLBACKLOGIN', 'PAUSE', 'UNPAUSE')"

_EVENTS = """\
SELECT {agent} AS agent, {queue} AS queue, {event} AS event, {reason} AS reason, {time} AS at, {number} AS number
FROM {source} log
WHERE {event} IN ({known}) AND COALESCE({agent}, '') NOT IN ('', 'NONE')
UNION ALL
SELECT people.agent, 'NONE', 'QUEUESTART', '', restarts.at, restarts.number
FROM (SELECT DISTINCT {agent} AS agent FROM {source} log WHERE {event} IN ({known})) AS people
CROSS JOIN (SELECT {time} AS at, {number} AS number FROM {source} log WHERE {event} = 'QUEUESTART') AS restarts
WHERE COALESCE(people.agent, '') NOT IN ('', 'NONE')"""
"""What happened to each agent; a restart of the server happens to all."""

_TOLD = """\
SELECT seen.*,
  CASE WHEN event = 'PAUSEALL' OR (event = 'PAUSE' AND whole = 1) THEN 1 ELSE 0 END AS pauses_all,
  CASE WHEN event = 'UNPAUSEALL' OR (event = 'UNPAUSE' AND whole = 1) THEN 1 ELSE 0 END AS resumes_all,
  CASE WHEN event IN {within} AND whole = 0 THEN 1 ELSE 0 END AS belongs,
  CASE WHEN (event = 'PAUSE' OR (event = 'ADDMEMBER' AND reason = 'PAUSED')) AND whole = 0 THEN 1 ELSE 0 END AS rests,
  SUM(CASE WHEN event IN {out} THEN 1 ELSE 0 END) OVER (PARTITION BY agent ORDER BY at, number) AS stay
FROM (SELECT events.*, CASE WHEN COALESCE(queue, '') IN ('', 'NONE') THEN 1 ELSE 0 END AS whole
FROM events) AS seen"""

_QUEUES = """\
SELECT counted.*,
  SUM(belongs - had) OVER (PARTITION BY agent, stay ORDER BY at, number) AS queues
FROM (SELECT told.*,
  CASE WHEN whole = 0 THEN COALESCE(LAG(belongs) OVER (PARTITION BY agent, stay, queue ORDER BY at, number), 0)
  ELSE 0 END AS had
FROM told) AS counted"""
"""In how many queues an agent is after each event: what it makes of one, less what was so before."""

_LEFT = """\
SELECT queues.*,
  CASE WHEN event IN {out} OR (event = 'REMOVEMEMBER' AND queues = 0) THEN 1 ELSE 0 END AS gone,
  SUM(CASE WHEN event IN {out} OR resumes_all = 1 OR (event = 'REMOVEMEMBER' AND queues = 0) THEN 1 ELSE 0 END)
    OVER (PARTITION BY agent ORDER BY at, number) AS spell
FROM queues"""

_PAUSED = """\
SELECT held.*,
  SUM(rests - rested) OVER (PARTITION BY agent, spell ORDER BY at, number) AS paused,
  MAX(CASE WHEN pauses_all = 1 THEN number END) OVER (PARTITION BY agent, spell ORDER BY at, number) AS all_since,
  MAX(CASE WHEN event = 'UNPAUSE' THEN number END) OVER (PARTITION BY agent, spell ORDER BY at, number) AS one_since
FROM (SELECT spells.*,
  CASE WHEN whole = 0 THEN COALESCE(LAG(rests) OVER (PARTITION BY agent, spell, queue ORDER BY at, number), 0)
  ELSE 0 END AS rested
FROM spells) AS held"""

_STATES = """\
SELECT agent, at, number, event,
  CASE WHEN event IN ('PAUSE', 'PAUSEALL') THEN COALESCE(reason, '') ELSE '' END AS reason,
  CASE WHEN gone = 1 THEN 'gone'
    WHEN all_since IS NOT NULL AND all_since > COALESCE(one_since, -1) THEN 'break'
    WHEN paused > 0 AND paused >= queues THEN 'break' ELSE 'ready' END AS state
FROM paused"""

_SPOKEN = """\
SELECT moves.*
FROM (SELECT states.*, LAG(state) OVER (PARTITION BY agent ORDER BY at, number) AS was
FROM states) AS moves
WHERE was IS NULL OR was <> state OR (state = 'break' AND reason <> '')"""
"""The events by which something may change: a pause in one more queue says nothing without another reason."""

_CHANGES = """\
SELECT agent, at, number, event, reason, state,
  LAG(state) OVER (PARTITION BY agent ORDER BY at, number) AS was,
  LAG(reason) OVER (PARTITION BY agent ORDER BY at, number) AS said
FROM spoken"""

_INTERVALS = """\
SELECT spans.*
FROM (SELECT changes.*, LEAD(at) OVER (PARTITION BY agent ORDER BY at, number) AS until
FROM changes
WHERE was IS NULL OR was <> state OR reason <> said) AS spans
WHERE state <> 'gone' AND (until IS NULL OR until > at)"""


_STEPS = {
    "told": _TOLD,
    "queues": _QUEUES,
    "spells": _LEFT,
    "paused": _PAUSED,
    "states": _STATES,
    "spoken": _SPOKEN,
    "changes": _CHANGES,
}
"""What each step is called, in their order: each reads the one before it."""


def proposal(
    table: FoundTable, log: dict[str, FoundColumn], number: str, data: Sequence[str], around: Surroundings
) -> Proposal | None:
    """Return how activities are read from a log of queues whose events are numbered; None if it has none of agents."""
    if not (around.windows and AGENTS.intersection(log["event"].words)):
        return None
    words = around.words
    names = {field: words.name(column.name) for field, column in log.items()}
    query = intervals_query(names, number, data, around.source(table))
    columns = {
        "agent_id": ColumnMapping("agent"),
        "started_at": ColumnMapping("at"),
        "ended_at": ColumnMapping("until"),
        "status": ColumnMapping("CASE WHEN reason <> '' THEN reason ELSE event END"),
        "category": ColumnMapping("state"),
        "activity": ColumnMapping("NULLIF(reason, '')"),
    }
    zone = around.zone_of(log["time"])
    remarks: dict[str, Message] = {"timezone": zone.why} if zone else {}
    mapping = TableMapping("activities", query, columns, None, zone.name if zone else "UTC", zone is not None)
    about = note("{name}: log-ins and pauses of Asterisk's queues", name=around.source(table))
    # The same table has the calls: it is not taken by the one or the other.
    return Proposal(mapping, about, remarks, losses("activities", columns), 5.0)


def intervals_query(names: Mapping[str, str], number: str, data: Sequence[str], source: str) -> str:
    """Return the SELECT of intervals; `names` are the columns of a log by what they are, `data` those of parameters."""
    reason = f"COALESCE({data[0]}, '')" if data else "''"
    known = ", ".join(f"'{name}'" for name in sorted(AGENTS))
    time, queue, agent, event = (names[field] for field in ("time", "queue", "agent", "event"))
    events = _EVENTS.format(
        agent=agent, queue=queue, event=event, reason=reason, time=time, number=number, source=source, known=known
    )
    steps = {"events": events, **{name: step.format(within=_IN, out=_OUT) for name, step in _STEPS.items()}}
    listed = ",\n".join(f"{name} AS (\n{indent(step, '  ')}\n)" for name, step in steps.items())
    return f"WITH {listed}\n{_INTERVALS}"
