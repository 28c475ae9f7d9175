"""The log of Asterisk's queues in a table, also as QueueMetrics keeps it.

Several events make a call. They are put together by a query that says what the import of such logs as files does: what
each event tells stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import indent

from warehouse.discovery import queue_agents
from warehouse.discovery.expressions import Expressions
from warehouse.discovery.found import FoundColumn, FoundTable
from warehouse.discovery.proposal import Proposal, losses
from warehouse.discovery.strangers import Surroundings
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.formats.queue_log.calls import ENDS
from warehouse.ingest.formats.queue_log.events import FIELDS
from warehouse.messages import Message, note
from warehouse.schema import OTHER_LINE

_SURE = 5.0
"""A log of queues tells how long callers waited, call records do not: of both, the log is proposed."""
_PARAMETERS = ("data", "arg", "info", "param")
_NUMBERS = ("id", "unique_row_count", "uid")
"""Columns that number the events."""


def proposals(tables: Sequence[FoundTable], around: Surroundings) -> Iterator[Proposal]:
    """Return what tables are if they are logs of queues."""
    for table in tables:
        if log := _columns(table):
            yield _proposal(table, log, around)
            number, data = _number(table), _parameters(table, around.words)
            if number and (agents := queue_agents.proposal(table, log, around.words.name(number.name), data, around)):
                yield agents


def is_known(table: FoundTable) -> bool:
    """Whether a table is a log of queues."""
    return _columns(table) is not None


def _columns(table: FoundTable) -> dict[str, FoundColumn] | None:
    """The columns of a log of queues, by what they are; None if it is none."""
    found = {
        field: next((column for name in names if (column := table.column(name))), None)
        for field, names in FIELDS.items()
    }
    return {field: column for field, column in found.items() if column} if all(found.values()) else None


def _proposal(table: FoundTable, log: dict[str, FoundColumn], around: Surroundings) -> Proposal:
    words = around.words
    time, callid, queue, agent, event = (words.name(log[field].name) for field in FIELDS)
    number = _number(table)
    order = f"{time}, {words.name(number.name)}" if number else time
    data = _parameters(table, words)

    def of(events: Sequence[str], value: str) -> str:
        return f"CASE WHEN {event} IN ({_listed(events)}) THEN {value} END"

    answers = [name for name, end in ENDS.items() if end.outcome == "answered"]
    fates = {
        "answered": ["CONNECT", *answers],
        "abandoned": [name for name, end in ENDS.items() if end.outcome == "abandoned"],
        "flow_out": [name for name, end in ENDS.items() if end.outcome == "flow_out"],
    }
    outcome = "\n".join(f"    WHEN MAX({of(names, '1')}) = 1 THEN '{fate}'" for fate, names in fates.items())
    selected = [
        f"{callid} AS callid",
        f"{queue} AS queue",
        f"MIN({of(['ENTERQUEUE'], time)}) AS entered",
        f"MIN({of(['CONNECT'], time)}) AS connected",
        f"MAX({of([*ENDS], time)}) AS ended",
        f"CASE\n{outcome}\nEND AS outcome",
        f"MAX({of(['CONNECT'], agent)}) AS agent",
    ]
    columns = {
        "call_id": ColumnMapping(words.joined(["callid", "'/'", "queue", "'/'", "entered"])),
        "contact_id": ColumnMapping("callid"),
        "direction": ColumnMapping("'in'"),
        "line": ColumnMapping("queue"),
        "started_at": ColumnMapping("entered"),
        "ended_at": ColumnMapping("ended"),
        "outcome": ColumnMapping("outcome"),
        "agent_id": ColumnMapping("agent"),
    }
    if data:
        waited, talked = (_told(event, data, words, which) for which in ("wait", "talk"))
        target = f"WHEN {event} IN ('BLINDTRANSFER', 'TRANSFER') THEN {data[0]}"
        handed = f"CASE {target} WHEN {event} = 'ATTENDEDTRANSFER' THEN '{OTHER_LINE}' END"
        selected += [
            f"MAX({waited}) AS waited",
            f"MAX({talked}) AS talked",
            f"MAX({of(['ENTERQUEUE'], data[1])}) AS caller",
            f"MAX({handed}) AS handed_to",
        ]
        columns |= {"wait_s": ColumnMapping("waited"), "talk_s": ColumnMapping("talked")}
        columns |= {"client_id": ColumnMapping("caller"), "transferred_to": ColumnMapping("handed_to")}
    else:
        entered, connected, ended = (replace(log["time"], name=name) for name in ("entered", "connected", "ended"))
        columns["wait_s"] = ColumnMapping(words.seconds(entered, connected, ended))
        columns["talk_s"] = ColumnMapping(words.seconds(connected, ended))
    known = _listed(["ENTERQUEUE", "CONNECT", *ENDS])
    source = around.source(table)
    remarks: dict[str, Message] = {}
    rows, by = f"{source} WHERE {event} IN ({known}) AND {{bounds:{time}}}", f"{callid}, {queue}"
    if around.windows:
        entries = f"SUM(CASE WHEN {event} = 'ENTERQUEUE' THEN 1 ELSE 0 END)"
        entry = f"{entries} OVER (PARTITION BY {by} ORDER BY {order}) AS entry"
        numbered = f"SELECT log.*,\n  {entry}\nFROM {source} log\nWHERE {event} IN ({known}) AND {{bounds:{time}}}"
        rows, by = f"(\n{indent(numbered, '  ')}\n) AS events\nWHERE entry > 0", f"{by}, entry"
    else:
        by += f"\nHAVING MIN({of(['ENTERQUEUE'], time)}) IS NOT NULL"
        remarks["from"] = note("a call that enters one queue twice counts once: so old a server cannot tell them apart")
    query = f"SELECT\n{indent(_lines(selected), '  ')}\nFROM {rows}\nGROUP BY {by}"
    zone = around.zone_of(log["time"])
    if zone:
        remarks["timezone"] = zone.why
    mapping = TableMapping("calls", query, columns, None, zone.name if zone else "UTC", zone is not None, "entered")
    about = note("{name}: the log of Asterisk's queues; an entry into a queue is a call", name=source)
    if table.has("time_id", "verb", "partition"):
        about = note("{name}: QueueMetrics' log of Asterisk's queues; an entry into a queue is a call", name=source)
    return Proposal(mapping, about, remarks, losses("calls", columns), _SURE, (source,))


def _number(table: FoundTable) -> FoundColumn | None:
    """The column that numbers the events."""
    return next((column for name in _NUMBERS if (column := table.column(name))), None)


def _parameters(table: FoundTable, words: Expressions) -> list[str]:
    """The columns of an event's parameters in their order; none if they do not stand apart."""
    for word in _PARAMETERS:
        found = [table.column(f"{word}{number}") for number in range(1, 6)]
        if found[0]:
            return [words.name(column.name) if column else "NULL" for column in found]
    return []


def _told(event: str, data: Sequence[str], words: Expressions, which: str) -> str:
    """The seconds of waiting or of talk that an event says in one of its parameters."""
    places = {name: getattr(end, which) for name, end in ENDS.items()} | ({"CONNECT": 1} if which == "wait" else {})
    cases = list[str]()
    for place in sorted({place for place in places.values() if place}):
        names = [name for name, each in places.items() if each == place and name != "ATTENDEDTRANSFER"]
        cases.append(f"WHEN {event} IN ({_listed(names)}) THEN {words.number_of(data[place - 1])}")
        if places["ATTENDEDTRANSFER"] == place:
            # A link of two bridges is logged with two channels where other transfers name one thing.
            linked = f"{data[0]} = 'LINK' AND {words.number_of(data[2])} IS NULL"
            more = data[place] if place < len(data) else "NULL"
            cases.append(f"WHEN {event} = 'ATTENDEDTRANSFER' AND {linked} THEN {words.number_of(more)}")
            cases.append(f"WHEN {event} = 'ATTENDEDTRANSFER' THEN {words.number_of(data[place - 1])}")
    return "\n".join(["CASE", *(f"    {case}" for case in cases), "END"])


def _lines(selected: Sequence[str]) -> str:
    return ",\n".join(selected)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
