"""Asterisk's call records in a table, as FreePBX keeps them, with the events of channels beside them if there are any.

Several rows make a call. They are put together by a query that says what the import of such records as files does: whom
the rows are of, and whether a person answered or a machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import indent

from warehouse.discovery.found import FoundTable
from warehouse.discovery.proposal import Proposal, losses
from warehouse.discovery.strangers import Surroundings
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.formats.cdr.calls import MACHINES, NO_NUMBER, QUEUES_AND_GROUPS
from warehouse.messages import Message, note

_SURE = 4.0
_RECORDS = ("src", "dst", "channel", "dstchannel", "lastapp", "duration", "billsec", "disposition", "uniqueid")
_EVENTS = ("eventtype", "eventtime", "appname", "uniqueid", "linkedid")

_CALLS = """\
SELECT
  {contact} AS contact,
  MIN({start}) AS started,
  MAX({over}) AS ended,
  COALESCE(MAX(CASE WHEN {head} THEN src END), MIN(src)) AS src,
  SUBSTR(MIN(CASE WHEN {head} AND dst NOT IN ({nobody}) THEN {called} END), 20) AS dst,
  MAX(CASE WHEN {head} AND channel NOT LIKE 'Local/%' THEN {caller} END) AS caller,
  SUBSTR(MIN(CASE WHEN LOWER(lastapp) = 'queue' THEN {queue} END), 20) AS queue,
  MAX({did}) AS did,
  MAX(CASE WHEN LOWER(lastapp) = 'queue' THEN 1 END) AS queued,
  MAX(CASE WHEN dstchannel <> '' OR LOWER(lastapp) IN ('queue', 'dial') OR {group} THEN 1 END) AS offered,
  MAX(CASE WHEN {head} AND disposition = 'ANSWERED' AND dstchannel = '' THEN 1 END) AS menu,
  MAX(CASE WHEN {leg} THEN 1 END) AS legs,
  MAX(CASE WHEN {person} THEN 1 END) AS met_any,
  MAX(CASE WHEN {person} AND dstchannel NOT LIKE 'Local/%' THEN 1 END) AS met_told,
  SUM(CASE WHEN {told} THEN billsec END) AS talked,
  MIN(CASE WHEN {told} THEN {reply} END) AS answered_at,
  SUBSTR(MIN(CASE WHEN {person} THEN {agent} END), 20) AS agent_any,
  SUBSTR(MIN(CASE WHEN {person} AND dstchannel NOT LIKE 'Local/%' THEN {agent} END), 20) AS agent_told,
  MAX(CASE WHEN {head} AND {machine} THEN {start} END) AS machine_at,
  MAX(CASE WHEN {head} THEN {start} END) AS last_at,
  MAX(CASE WHEN {head} AND disposition <> 'ANSWERED' THEN disposition END) AS failure
FROM {source} cdr
WHERE {{bounds:{start}}}
GROUP BY {contact}"""
"""A call out of its rows. A queue answers at once: only the row of whom it rang through a Local channel tells when a
person did, and that row decides whether anybody did. What comes first is the least behind its time of 19 letters."""

_WITH_DIRECTION = """\
SELECT
  calls.*,
  CASE WHEN legs IS NULL THEN met_any ELSE met_told END AS answered,
  CASE WHEN legs IS NULL THEN agent_any ELSE agent_told END AS agent,
  CASE
    WHEN NOT COALESCE({ours_src} OR {ours_caller}, FALSE) THEN 'in'
    WHEN {ours_dst} OR NOT {phone_dst} THEN 'internal'
    ELSE 'out'
  END AS direction{more}
FROM (
{calls}
) AS calls"""

_QUEUES = """\
LEFT JOIN (
  SELECT
    linkedid AS of_contact,
    MIN(CASE WHEN eventtype = 'APP_START' AND appname = 'Queue' AND uniqueid = linkedid THEN eventtime END) AS entered,
    MIN(CASE WHEN eventtype = 'BRIDGE_ENTER' AND appname = 'Queue' AND uniqueid = linkedid THEN eventtime END) AS met,
    MAX(CASE WHEN eventtype = 'HANGUP' AND uniqueid = linkedid THEN eventtime END) AS gone
  FROM {events}
  WHERE {{bounds:eventtime}}
  GROUP BY linkedid
) AS queues ON of_contact = contact"""

_OUTCOME = """\
CASE WHEN answered = 1 THEN 'answered' \
WHEN direction = 'in' AND machine_at = last_at THEN 'flow_out' WHEN direction = 'in' THEN 'abandoned' \
WHEN failure = 'BUSY' THEN 'busy' WHEN failure IN ('FAILED', 'CONGESTION') THEN 'failed' ELSE 'no_answer' END"""


def proposals(tables: Sequence[FoundTable], around: Surroundings) -> Iterator[Proposal]:
    """Return what tables are if they are Asterisk's call records."""
    for table in tables:
        if _has_records(table) and around.words.knows_channels:
            beside = (each for each in tables if each.schema == table.schema and each.has(*_EVENTS))
            yield _proposal(table, next(beside, None), around)


def is_known(table: FoundTable) -> bool:
    """Whether a table has Asterisk's call records or the events of its channels."""
    return _has_records(table) or table.has(*_EVENTS)


def _has_records(table: FoundTable) -> bool:
    return table.has(*_RECORDS) and (table.has("calldate") or table.has("start"))


def _proposal(table: FoundTable, events: FoundTable | None, around: Surroundings) -> Proposal:
    words, source = around.words, around.source(table)
    began = table.column("calldate") or table.column("start")
    assert began is not None  # the table is known by it
    start = words.name(began.name)
    linked = table.has("linkedid")
    machine = f"LOWER(lastapp) IN ({_listed(MACHINES)})"
    person = f"disposition = 'ANSWERED' AND dstchannel <> '' AND NOT {machine}"
    leg = "channel LIKE 'Local/%'"
    contact = "linkedid" if linked else "uniqueid"
    calls = _CALLS.format(
        contact=contact,
        start=start,
        over=words.later(began, "duration"),
        head="uniqueid = linkedid" if linked else "1 = 1",
        caller=words.endpoint("channel"),
        called=words.joined([words.stamp(start), "dst"]),
        nobody=_listed(NO_NUMBER),
        queue=words.joined([words.stamp(start), words.first("lastdata") if table.has("lastdata") else "dst"]),
        did="did" if table.has("did") else "NULL",
        group=f"dcontext IN ({_listed(QUEUES_AND_GROUPS)})" if table.has("dcontext") else "1 = 0",
        machine=machine,
        person=person,
        told=f"{person} AND dstchannel NOT LIKE 'Local/%' AND ({leg} OR LOWER(lastapp) <> 'queue')",
        leg=leg,
        reply=words.later(began, "(duration - billsec)"),
        agent=words.joined([words.stamp(start), words.endpoint("dstchannel")]),
        source=source,
    )
    mine, phone = "^[0-9]{2,5}$", "^[+]?[0-9]{3,}$"
    entering = events.column("eventtime") if events else None
    query = _WITH_DIRECTION.format(
        ours_src=words.matches("src", mine),
        ours_caller=words.matches("caller", mine),
        ours_dst=words.matches("dst", mine),
        phone_dst=words.matches("dst", phone),
        more=",\n  entered, met, gone, COALESCE(entered, started) AS queued_at" if entering else "",
        calls=indent(calls, "  "),
    )
    whole, reply, end = (replace(began, name=name) for name in ("started", "answered_at", "ended"))
    wait = f"CASE WHEN queued IS NULL AND menu IS NULL THEN {words.seconds(whole, reply, end)} END"
    remarks: dict[str, Message] = {
        "direction": note("numbers of 2 to 5 digits are taken for the centre's own people"),
        "wait_s": note("call records do not tell how long callers waited in a queue: its log does"),
    }
    if events and entering:
        query += "\n" + _QUEUES.format(events=around.source(events))
        entered, met, gone = (replace(entering, name=name) for name in ("entered", "met", "gone"))
        wait = f"CASE WHEN entered IS NOT NULL THEN {words.seconds(entered, met, gone)} ELSE {wait} END"
        remarks["wait_s"] = note("in a queue by the events of channels in {name}", name=around.source(events))
    time = "queued_at" if entering else "started"
    columns = {
        "call_id": ColumnMapping("contact"),
        "contact_id": ColumnMapping("contact"),
        "direction": ColumnMapping("direction"),
        "line": ColumnMapping("CASE WHEN direction = 'in' THEN COALESCE(NULLIF(queue, ''), NULLIF(did, ''), dst) END"),
        "started_at": ColumnMapping(time),
        "ended_at": ColumnMapping("ended"),
        "outcome": ColumnMapping(_OUTCOME),
        "wait_s": ColumnMapping(wait),
        "talk_s": ColumnMapping("CASE WHEN answered = 1 THEN talked END"),
        "client_id": ColumnMapping("CASE WHEN direction = 'in' THEN src ELSE dst END"),
        "agent_id": ColumnMapping("CASE WHEN direction = 'out' THEN COALESCE(caller, src) ELSE agent END"),
    }
    zone = around.zone_of(began)
    if zone:
        remarks["timezone"] = zone.why
    where = "direction = 'out' OR (direction = 'in' AND offered = 1)"
    mapping = TableMapping("calls", query, columns, where, zone.name if zone else "UTC", zone is not None, time)
    about = note("{name}: Asterisk's call records; rows with one {contact} are a call", name=source, contact=contact)
    return Proposal(mapping, about, remarks, losses("calls", columns), _SURE, (source,))


def _listed(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))
