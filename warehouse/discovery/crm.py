"""Exports of amoCRM and Bitrix24: leads, people and calls in the layouts that these programs have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from warehouse.discovery.found import FoundColumn, FoundTable
from warehouse.discovery.proposal import Proposal, losses
from warehouse.discovery.strangers import Surroundings
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.messages import Message, note

_BITRIX_WAYS = {"1": "out", "2": "in", "3": "in", "4": "out"}
_BITRIX_CODES = {"200": ("answered", "answered"), "304": ("abandoned", "no_answer"), "603": ("abandoned", "no_answer")}
_BITRIX_CODES |= {"603-S": ("abandoned", "no_answer"), "486": ("abandoned", "busy"), "480": ("abandoned", "no_answer")}
_BITRIX_CODES |= dict.fromkeys(("404", "403", "402", "423", "484", "503", "OTHER"), ("abandoned", "failed"))
"""What a code says became of a call: of one that came in, of one of ours."""
_MORE_OF_AMOCRM = {
    "client_id": ("main_contact_id", "contact_id"),
    "origin": ("source_name", "utm_source", "source_id"),
    "first_contact_at": ("first_contact_at", "first_call_at"),
}
"""What exports of leads may have besides, under these names."""
_SURE = 3.0
"""Surer than anything that is only supposed."""


def proposals(table: FoundTable, around: Surroundings) -> Iterator[Proposal]:
    """Return what a table is if it is one of these programs'."""
    for columns, build in _KNOWN.items():
        if table.has(*columns):
            yield build(table, around)


def is_known(table: FoundTable) -> bool:
    """Whether a table is one of these programs'."""
    return any(table.has(*columns) for columns in _KNOWN)


def _leads_of_amocrm(table: FoundTable, around: Surroundings) -> Proposal:
    columns = _mapped(table, around, lead_id="id", line="pipeline_id", created_at="created_at")
    for name, candidates in _MORE_OF_AMOCRM.items():
        if theirs := next((found for each in candidates if (found := table.column(each))), None):
            columns[name] = ColumnMapping(around.words.name(theirs.name))
    where = None
    if deleted := table.column("is_deleted"):
        name = around.words.name(deleted.name)
        where = f"coalesce({name}, FALSE) = FALSE" if deleted.kind == "flag" else f"coalesce({name}, 0) = 0"
    remarks = {"line": note("a pipeline is taken for a line")}
    return _proposal(
        table, around, "leads", "created_at", columns, note("{name}: leads of amoCRM", name=table.name), remarks, where
    )


def _leads_of_bitrix(table: FoundTable, around: Surroundings) -> Proposal:
    columns = _mapped(table, around, lead_id="id", created_at="date_create", origin="source_id", client_id="contact_id")
    return _proposal(
        table, around, "leads", "date_create", columns, note("{name}: leads of Bitrix24", name=table.name), {}
    )


def _calls_of_bitrix(table: FoundTable, around: Surroundings) -> Proposal:
    columns = _mapped(
        table,
        around,
        call_id="call_id",
        line="portal_number",
        started_at="call_start_date",
        client_id="phone_number",
        agent_id="portal_user_id",
    )
    way, lasts = (around.words.name(_column(table, name).name) for name in ("incoming", "call_duration"))
    columns["direction"] = ColumnMapping(way, tuple(_BITRIX_WAYS.items()))
    columns["ended_at"] = ColumnMapping(around.words.later(_column(table, "call_start_date"), lasts))
    remarks: dict[str, Message] = {}
    if "line" in columns:
        remarks["line"] = note("the number that was called is taken for a line")
    if failed := table.column("call_failed_code"):
        code = around.words.name(failed.name)
        words = {
            f"{ours} {said}": fates[ours == "out"] for ours in ("in", "out") for said, fates in _BITRIX_CODES.items()
        }
        ours = f"CASE WHEN {way} IN ('2', '3') THEN 'in ' ELSE 'out ' END"
        columns["outcome"] = ColumnMapping(around.words.joined([ours, code]), tuple(words.items()))
        columns["talk_s"] = ColumnMapping(f"CASE WHEN {code} = '200' THEN {lasts} END")
    about = note("{name}: the telephony of Bitrix24", name=table.name)
    return _proposal(table, around, "calls", "call_start_date", columns, about, remarks)


def _mapped(table: FoundTable, around: Surroundings, **ours: str) -> dict[str, ColumnMapping]:
    """Columns of ours by the names of theirs, as far as they are there."""
    found = {name: table.column(theirs) for name, theirs in ours.items()}
    return {name: ColumnMapping(around.words.name(theirs.name)) for name, theirs in found.items() if theirs}


def _column(table: FoundTable, name: str) -> FoundColumn:
    found = table.column(name)
    assert found is not None  # the table was known by it
    return found


def _proposal(
    table: FoundTable,
    around: Surroundings,
    canonical: str,
    time: str,
    columns: dict[str, ColumnMapping],
    about: Message,
    remarks: dict[str, Message],
    where: str | None = None,
) -> Proposal:
    zone, name = around.zone_of(_column(table, time)), around.source(table)
    if zone:
        remarks = {**remarks, "timezone": zone.why}
    mapping = TableMapping(canonical, name, columns, where, zone.name if zone else "UTC", zone is not None)
    return Proposal(mapping, about, remarks, losses(canonical, columns), _SURE, (name,))


_KNOWN: Mapping[tuple[str, ...], Callable[[FoundTable, Surroundings], Proposal]] = {
    ("id", "pipeline_id", "status_id", "responsible_user_id", "created_at"): _leads_of_amocrm,
    ("call_id", "call_start_date", "call_duration", "portal_user_id", "incoming"): _calls_of_bitrix,
    ("id", "date_create", "status_id", "source_id", "assigned_by_id"): _leads_of_bitrix,
}
"""The columns by which a table is known, with what it is read by."""
