"""A stranger's table is found, read and proved by the commands on every engine as it is on the first one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.engines.servers import ENGINES, Server
from tests.warehouse import foreign
from warehouse.discovery import found
from warehouse.discovery.propose import propose, surroundings
from warehouse.engines.database import Database
from warehouse.engines.mapping import WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.proofs import prove
from warehouse.schema import CALLS

COLUMNS = ("direction", "line", "started_at", "outcome", "wait_s", "talk_s", "client_id", "agent_id")
WORDS = {"answered": "ANSWERED", "abandoned": "NO ANSWER", "no_answer": "NO ANSWER", "flow_out": "QUEUE_TIMEOUT"}


def _column(name: str, kind: str) -> sa.Column[Any]:
    types = {"time": sa.DateTime, "integer": sa.Integer}
    return sa.Column(name, types.get(kind, sa.String(40)), info={"kind": kind})


def filled(server: Server) -> None:
    """The facts of 240 calls, in instants of UTC and milliseconds."""
    server.lay(
        "stranger_facts",
        [
            *(_column(name, "text") for name in ("call_guid", "call_direction", "queue_name", "call_status")),
            *(_column(name, "time") for name in ("start_ts", "end_ts")),
            *(_column(name, "integer") for name in ("queue_wait", "talk_duration")),
            *(_column(name, "text") for name in ("ani", "dnis", "agent_login")),
        ],
        [
            {
                "call_guid": f"guid-{call.number}",
                "call_direction": {"in": "INBOUND", "out": "OUTBOUND"}[call.direction],
                "queue_name": call.line,
                "call_status": WORDS[call.outcome],
                "start_ts": call.at - foreign.MOSCOW,
                "end_ts": call.ended - foreign.MOSCOW,
                "queue_wait": call.wait * 1000,
                "talk_duration": call.talk * 1000 if call.answered else None,
                "ani": call.client if call.direction == "in" else "84950000000",
                "dnis": "84950000000" if call.direction == "in" else call.client,
                "agent_login": call.agent,
            }
            for call in foreign.calls()
        ],
    )


def test_what_is_proposed_reads_the_calls_and_holds(server: Server, tmp_path: Path) -> None:
    if server.url.startswith("duckdb"):
        # One that is read cannot be written by the same process.
        with ENGINES["duckdb"](tmp_path) as own:
            _proved(own, tmp_path)
    else:
        _proved(server, tmp_path)


def _proved(server: Server, directory: Path) -> None:
    filled(server)
    database = Database(WarehouseSettings(server.url), server.password, directory)
    with database.session("stranger_facts") as connection:
        theirs = [table for table in found.tables(connection) if table.name == "stranger_facts"]
        samples = [found.with_sample(connection, table) for table in theirs]
        (proposal,) = propose(samples, surroundings(connection, foreign.NOW, "Europe/Moscow"))
    database.close()

    settings = WarehouseSettings(server.url, timeout_s=60, tables={"calls": proposal.mapping})
    warehouse = Warehouse(Lake(directory / "records"), settings, server.password)
    rows = warehouse.open().rows(sa.select(*(CALLS.c[name] for name in COLUMNS)).order_by(CALLS.c.started_at))
    checked = prove(warehouse, "calls", foreign.FIRST + timedelta(days=3), "Europe/Moscow")
    warehouse.close()

    assert [tuple(row) for row in rows] == [call.row for call in foreign.calls()]
    assert (checked.rows, checked.total) == (80, 240)
    assert [str(proof.text) for proof in checked.proofs if proof.holds is False] == []
    columns = {each.name: each.filled for each in checked.columns}
    assert columns["call_id"] == 80
    assert columns["talk_s"] == sum(call.talk > 0 for call in foreign.calls()[160:])
