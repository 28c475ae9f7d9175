"""The proposal of a whole mapping: known programs' tables are known, strangers' are guessed by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.discovery import call_records, crm, found, queue_log, strangers
from warehouse.discovery.expressions import Expressions
from warehouse.discovery.found import FoundTable
from warehouse.discovery.names import COLUMN_WORDS
from warehouse.discovery.proposal import Proposal
from warehouse.discovery.strangers import Surroundings
from warehouse.engines.database import too_old

_MOST = 40
"""So many tables are looked into; those whose names tell most come first."""
_UNNAMED = 0.01
"""What a column promises of a table whose names say nothing: its rows may say that it is calls, or who takes them."""


def surroundings(connection: sa.Connection, now: datetime, timezone: str) -> Surroundings:
    """Return what is known besides the tables; `now` is UTC, `timezone` the centre's."""
    dialect = connection.dialect
    offset = ZoneInfo("UTC").fromutc(now.replace(tzinfo=ZoneInfo("UTC"))).astimezone(ZoneInfo(timezone)).utcoffset()
    assert offset is not None  # a zone has one
    return Surroundings(Expressions(dialect), now, timezone, offset, windows=too_old(dialect) is None)


def discover(connection: sa.Connection, now: datetime, timezone: str) -> tuple[list[Proposal], int]:
    """Return a proposal for each of our tables that a database has, and how many tables it has."""
    around = surroundings(connection, now, timezone)
    tables = list(found.tables(connection))
    looked = sorted((each for each in tables if _promise(each)), key=lambda each: -_promise(each))[:_MOST]
    return propose([found.with_sample(connection, each) for each in looked], around), len(tables)


def propose(tables: Sequence[FoundTable], around: Surroundings) -> list[Proposal]:
    """Return a proposal for each of our tables that some of theirs can be read as."""

    def each() -> Iterator[Proposal]:
        yield from queue_log.proposals(tables, around)
        yield from call_records.proposals(tables, around)
        for table in tables:
            yield from crm.proposals(table, around)
            if _is_known(table):
                continue
            for canonical in COLUMN_WORDS:
                if proposal := strangers.propose(table, canonical, around):
                    yield proposal

    chosen = {proposal.mapping.table: proposal for proposal in strangers.best(each())}
    if "calls" in chosen and "agents" not in chosen:
        read = {name for proposal in chosen.values() for name in proposal.read}
        calls = [table for table in tables if around.source(table) in chosen["calls"].read]
        others = [table for table in tables if around.source(table) not in read]
        if people := strangers.people(calls, others, around):
            chosen["agents"] = people
    return list(chosen.values())


def _promise(table: FoundTable) -> float:
    """Return how likely a table is one of ours by its names alone, to look into the likely ones first."""
    if _is_known(table):
        return 9.0
    named = max(strangers.certainty(table, name, strangers.fit(table, name)) for name in COLUMN_WORDS)
    return named or _UNNAMED * (len(table.columns) - 1)


def _is_known(table: FoundTable) -> bool:
    return queue_log.is_known(table) or call_records.is_known(table) or crm.is_known(table)
