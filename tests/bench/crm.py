"""Deals by the million: an export of amoCRM imported, the work of a pull beside its limit, reports over the records."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.crm import pull as pulling
from bot.crm.client import MOST_A_SECOND, ApiPage
from bot.project import Project, open_project
from digests.catalogue import REPORTS
from digests.engine import evaluate
from metrics.periods import Period, parse
from tests.bench.history import CLOCK
from tests.bench.measure import median_ms, run_command
from warehouse.crm.amocrm import AmocrmOptions
from warehouse.derived import DIRECTORY
from warehouse.lake import Lake
from warehouse.merge import connect, merge
from warehouse.records import duckdb_type
from warehouse.schema import TABLES

SALES = ("conversion", "marketing", "funnel", "stages", "touches", "managers", "visits", "campaign")
MOVES, NOTES = 5, 10
"""Of a deal."""
BEGAN, SPAN_S = 1_735_678_800, 530 * 86_400
"""1 January 2025 by Moscow's clock, and until when deals are created."""
PERIODS = {"half month": "2026-06-01..2026-06-15", "year": "2025-06-01..2026-05-31"}
COMPLETE_TO = datetime(2026, 6, 16, 9)
_WAY = ((10, "Новая"), (20, "Телефон получен"), (30, "Записан"), (40, "Консультация проведена"), (142, "Успешно"))


def table(scratch: Path, deals: int) -> Table:
    """The import of an export of so many deals, the same once more, and a pull of a part of them."""
    home, export = scratch / "crm", scratch / "export"
    project_at(home)
    write_export(export, deals)
    rows = deals * (1 + MOVES + NOTES)
    shown = Table("deals of amoCRM", "rows", "rows a second", "of a processor", "MB")
    for title in ("an export", "the same once more"):
        before = _spent()
        seconds, peak = run_command("import", "crm", export, "--format", "amocrm", "--home", home)
        rates = (rows / seconds, rows / (_spent() - before))
        shown.add_row(title, f"{rows:,}", *(f"{rate:,.0f}" for rate in rates), f"{peak:.0f}")
    part = min(deals, 60_000)
    write_export(export, part)
    own, requests, read = asyncio.run(pulled(export, scratch / "pulled"))
    bound = requests / MOST_A_SECOND
    shown.add_row(
        f"a pull's own work, of {bound:.0f} s that its limit takes", f"{read:,}", "", f"{own / bound:.1%}", ""
    )
    shutil.rmtree(export)
    return shown


def reports_table(home: Path, deals: int) -> Table:
    """Each report of sales over a half month and a year of so many deals: the first after new records, and warm."""
    lay(home, deals)
    shutil.rmtree(home / "records" / DIRECTORY, ignore_errors=True)
    project = open_project(home, CLOCK)
    warm = [f"{name}, {what}" for name in PERIODS for what in ("ms", "processor, ms")]
    shown = Table(f"report of {deals:,} deals", "the first, processor, s", *warm)
    for key in SALES:
        began, times = time.process_time(), list[float]()
        for n, text in enumerate(PERIODS.values()):
            evaluated = partial(_evaluated, project, key, parse(text, project.timezone))
            evaluated()
            if not n:
                first = time.process_time() - began
            began = time.process_time()
            times.append(median_ms(evaluated, rounds=3))
            times.append((time.process_time() - began) * 1000 / 4)  # with the round that warms up
        shown.add_row(key, f"{first:.1f}", *(f"{each:,.0f}" for each in times))
    return shown


def _evaluated(project: Project, key: str, span: Period) -> object:
    return evaluate(project.session(), REPORTS[key].spec, span)


def lay(home: Path, deals: int) -> None:
    """Make a lake of so many deals of a year and a half, with some five moves and ten touches each.

    All were lost for a while, most went no further; some touches were logged on the client alone.
    """
    project_at(home)
    lake = Lake(home / "records")
    if lake.manifest().tables:
        return
    kinds = ("incoming", "phone", "booked", "came", "won")
    stages = ", ".join(f"('office', 's{n}', {n + 1}, '{kind}')" for n, kind in enumerate(kinds))
    stages += ", ('office', 'lost', NULL, 'lost'), ('office', 'away', NULL, 'no_answer')"
    deal = (
        f"(SELECT n, make_timestamp(({BEGAN} + n * {SPAN_S} // {deals}) * 1000000) AS born, "
        f"1 + least(CAST(-ln(1 - (hash(n) % 1000) / 1000.0) * 2 AS INTEGER), 4) AS far "
        f"FROM (SELECT range AS n FROM range({deals})))"
    )
    moved = f"{deal}, range({MOVES + 2}) r(k)"
    at = "born + to_seconds(k * 200000 + CAST(hash(n, k) % 200000 AS INTEGER) * least(k, 1))"
    stage = "CASE WHEN k = 1 THEN 'away' WHEN k < 2 THEN 's0' WHEN k - 2 < far THEN 's' || (k - 2) ELSE 'lost' END"
    owner = "'a' || n % 34"
    made = {
        "stages": f"SELECT * FROM (VALUES {stages}) s(pipeline, stage, position, kind)",
        "deals": f"SELECT 'd' || n AS deal_id, born AS created_at, 'c' || n AS client_id, 'office' AS pipeline, "
        f"'s' || (far - 1) AS stage, 1000 * (n % 90) AS amount, {owner} AS owner_id, 'o' || n % 6 AS origin, "
        f"'Город ' || n % 4 AS city FROM {deal}",
        "deal_stages": f"SELECT 'h' || n || '-' || k AS change_id, 'd' || n AS deal_id, {at} AS entered_at, "
        f"'office' AS pipeline, {stage} AS stage, {owner} AS agent_id "
        f"FROM {moved} WHERE k - 2 <= far AND k - 2 < {MOVES}",
        "touches": f"SELECT 't' || n || '-' || k AS touch_id, born + to_seconds(600 + k * 40000) AS at, "
        f"CASE WHEN k % 5 = 4 THEN 'sms' ELSE 'call' END AS channel, CASE k % 3 WHEN 2 THEN 'in' ELSE 'out' END "
        f"AS direction, CASE WHEN k % 5 = 4 THEN NULL WHEN k % 2 = 0 THEN 'no_answer' ELSE 'answered' END AS outcome, "
        f"60.0 * (k % 2) AS duration_s, 'c' || n AS client_id, {owner} AS agent_id, "
        f"CASE WHEN n % 5 > 0 OR k % 2 = 0 THEN 'd' || n END AS deal_id "
        f"FROM {deal}, range({NOTES}) r(k)",
        "visits": f"SELECT 'v' || n AS visit_id, 'd' || n AS deal_id, born + INTERVAL 1 DAY AS booked_at, "
        f"born + INTERVAL 4 DAY AS scheduled_at, CASE n % 3 WHEN 0 THEN 'no_show' ELSE 'came' END AS outcome, "
        f"born + INTERVAL 4 DAY AS outcome_at, 'Город ' || n % 4 AS city, born + INTERVAL 1 DAY AS at "
        f"FROM {deal} WHERE far > 2",
        "tasks": f"SELECT 'k' || n AS task_id, {owner} AS agent_id, 'd' || n AS deal_id, born AS created_at, "
        f"born + INTERVAL 1 DAY AS due_at, 900.0 AS duration_s, born + INTERVAL 1 DAY AS completed_at, born AS at "
        f"FROM {deal}",
    }
    with lake.writing() as manifest, connect() as connection:
        for name, rows in made.items():
            columns = ", ".join(f'"{each.name}" {duckdb_type(each)}' for each in TABLES[name].columns)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE staged ({columns}); INSERT INTO staged BY NAME {rows}")
            manifest, _ = merge(lake, manifest, connection, TABLES[name], "staged", complete_to=COMPLETE_TO)
        lake.commit(manifest)


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def project_at(home: Path) -> None:
    """Make a project with nothing in it."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "svodka.toml").write_text('[centre]\ntimezone = "Europe/Moscow"\nlanguage = "en"\n')


def write_export(directory: Path, deals: int) -> None:
    """Write an export: deals in the order of time, each on its way through five stages, with ten calls."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    statuses = [{"id": number, "name": name, "sort": number, "type": 0} for number, name in _WAY]
    (directory / "pipelines.json").write_text(
        json.dumps([{"id": 1, "name": "Продажи", "_embedded": {"statuses": statuses}}], ensure_ascii=False), "utf-8"
    )
    stages = ", ".join(str(number) for number, _ in _WAY)
    with connect() as connection:
        connection.execute(
            f"CREATE TABLE deal AS SELECT range AS n, 100000 + range AS id, "
            f"{BEGAN} + range * {SPAN_S} // {deals} AS born FROM range({deals});"
            f"CREATE MACRO stage(k) AS [{stages}][k]"
        )
        _copy(
            connection,
            directory / "leads.json",
            f"SELECT id, 1000 * (n % 90) AS price, 501 + n % 34 AS responsible_user_id, stage({MOVES}) AS status_id, "
            f"1 AS pipeline_id, born AS created_at, born + 900000 AS updated_at, born + 800000 AS closed_at, "
            f"[{{field_id: 9, field_name: 'Город', values: [{{value: 'Город ' || n % 4}}]}}] AS custom_fields_values, "
            f"{{tags: [], contacts: [{{id: 5000000 + n, is_main: true}}]}} AS _embedded FROM deal",
        )
        _copy(
            connection,
            directory / "events.json",
            f"SELECT printf('%012d-%02d', born + k * 150000, k) || id AS id, "
            f"CASE k WHEN 0 THEN 'lead_added' ELSE 'lead_status_changed' END AS type, id AS entity_id, "
            f"'lead' AS entity_type, 501 + n % 34 AS created_by, born + k * 150000 AS created_at, "
            f"CASE WHEN k > 0 THEN [{{lead_status: {{id: stage(k + 1), pipeline_id: 1}}}}] ELSE [] END AS value_after, "
            f"CASE WHEN k > 0 THEN [{{lead_status: {{id: stage(k), pipeline_id: 1}}}}] ELSE [] END AS value_before "
            f"FROM deal, range({MOVES}) r(k)",
        )
        _copy(
            connection,
            directory / "leads_notes.json",
            f"SELECT 10 * n + k AS id, id AS entity_id, 501 AS created_by, 501 + n % 34 AS responsible_user_id, "
            f"born + 600 + k * 60000 AS created_at, born + 600 + k * 60000 AS updated_at, 'call_out' AS note_type, "
            f"{{uniq: 'u' || n || '-' || k, duration: 30 * (k % 3), call_status: CASE k % 3 WHEN 0 THEN 6 ELSE 4 END}} "
            f"AS params FROM deal, range({NOTES}) r(k)",
        )


def _copy(connection: Any, path: Path, rows: str) -> None:
    connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT json)")


class _Pages:
    """A client of an account that answers at once: what is left is the pull's own work."""

    def __init__(self, export: Path) -> None:
        self.requests = 0
        self._records: Mapping[str, list[bytes]] = {
            name: (export / f"{name}.json").read_bytes().splitlines() for name in ("leads", "events", "leads_notes")
        }
        self._always = {"pipelines": (export / "pipelines.json").read_bytes()}

    async def record(self, path: str) -> bytes:
        self.requests += 1
        return b"{}"

    async def page(self, path: str, entity: str, params: Mapping[str, str]) -> ApiPage:
        self.requests += 1
        if entity == "pipelines":
            return self._answer(entity, [self._always[entity][1:-1]], has_next=False)
        known = {"leads": "leads", "leads/notes": "leads_notes", "events": "events"}
        if path not in known or params.get("with") == "only_deleted" or params["limit"] == "1":
            return ApiPage(b"", (), False)
        records, limit, page = self._records[known[path]], int(params["limit"]), int(params["page"])
        if path == "events" and int(params["filter[created_at][to]"]) < BEGAN + SPAN_S:
            return ApiPage(b"", (), False)  # in the order of time: the last window has all of them
        return self._answer(entity, records[(page - 1) * limit : page * limit], has_next=page * limit < len(records))

    def _answer(self, entity: str, records: list[bytes], *, has_next: bool) -> ApiPage:
        text = b'{"_page":1,"_embedded":{"' + entity.encode() + b'":[' + b",".join(records) + b"]}}"
        return ApiPage(text, tuple(json.loads(text)["_embedded"][entity]), has_next)


async def pulled(export: Path, home: Path) -> tuple[float, int, int]:
    """Pull the account of an export: seconds of processor time, requests, records."""
    client, lake = _Pages(export), Lake(home / "records")
    intake = pulling.Intake(lake, AmocrmOptions(), "Europe/Moscow", "RUB", home / "rejects")
    began = time.process_time()
    now = datetime.fromtimestamp(BEGAN + SPAN_S + 86_400, UTC).replace(tzinfo=None)
    done = await pulling.pull(client, "example.amocrm.ru", intake, now=now)  # type: ignore[arg-type]
    return time.process_time() - began, client.requests, sum(done.rows.values())
