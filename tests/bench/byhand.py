"""The digest's figures as one would write them by hand for this very question: one DuckDB statement a table.

The files are all of the table's, as a glob would name them, and the numbers the same as ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Files = Mapping[str, Sequence[str]]
Found = dict[str, float]
"""A figure's key, as in the digest, and its value."""


_CALLS = """
WITH period AS (
    SELECT * FROM calls WHERE started_at >= TIMESTAMP '{start}' AND started_at < TIMESTAMP '{end}'
), losses AS (
    SELECT client_id, max(ended_at) AS lost_at FROM period
    WHERE direction = 'in' AND line = 'sales' AND outcome = 'abandoned' AND client_id IS NOT NULL GROUP BY client_id
), called AS (
    SELECT l.client_id, bool_or(c.started_at IS NOT NULL) AS back
    FROM losses l LEFT JOIN calls c ON c.client_id = l.client_id AND c.started_at >= l.lost_at
        AND c.started_at >= TIMESTAMP '{start}' AND c.started_at <= TIMESTAMP '{as_of}'
        AND (c.direction = 'out' OR c.outcome = 'answered')
    GROUP BY l.client_id
)
SELECT
    count(*) FILTER (direction = 'in' AND is_target) AS "target.calls",
    count(*) FILTER (direction = 'out' AND is_target AND outcome = 'answered') AS "target.outbound",
    count(*) FILTER (direction = 'in' AND line = 'sales') AS "sales.calls.in",
    100 * count(*) FILTER (direction = 'in' AND line = 'sales' AND outcome = 'abandoned')
        / count(*) FILTER (direction = 'in' AND line = 'sales' AND outcome IN ('answered', 'abandoned')) AS "sales.lcr",
    count(*) FILTER (direction = 'out' AND line = 'sales') AS "sales.calls.out",
    (SELECT 100 * count(*) FILTER (back) / count(*) FROM called) AS "sales.called_back",
    {lines}
FROM period
"""

_LINE = """
    count(*) FILTER (direction = 'in' AND line = '{line}') AS "service.calls.in.{line}",
    sum(talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0))
        FILTER (direction = 'in' AND line = '{line}' AND outcome = 'answered')
        / count(talk_s) FILTER (direction = 'in' AND line = '{line}' AND outcome = 'answered') AS "service.aht.{line}",
    100 * count(*) FILTER (direction = 'in' AND line = '{line}' AND outcome = 'abandoned')
        / count(*) FILTER (direction = 'in' AND line = '{line}' AND outcome IN ('answered', 'abandoned'))
        AS "service.lcr.{line}",
    100 * count(*) FILTER (direction = 'in' AND line = '{line}' AND outcome = 'answered' AND wait_s <= 30)
        / count(*) FILTER (direction = 'in' AND line = '{line}' AND (outcome = 'answered'
            OR (outcome = 'abandoned' AND wait_s > 30))) AS "service.sl.{line}"
"""

_OTHERS = {
    "chats": """
SELECT count(*) FILTER (is_target) AS "target.chats", count(*) FILTER (line = 'sales') AS "sales.chats",
    count(*) FILTER (line = 'support') AS "support.chats", count(*) FILTER (line = 'inhouse') AS "service.chats",
    sum(epoch_us(ended_at) - epoch_us(accepted_at)) FILTER (line = 'inhouse') / 1e6
        / count(*) FILTER (line = 'inhouse') + avg(wrap_s) FILTER (line = 'inhouse') AS "service.chats.aht"
FROM chats WHERE started_at >= TIMESTAMP '{start}' AND started_at < TIMESTAMP '{end}'""",
    "leads": """
SELECT count(*) FILTER (is_target) AS "target.leads", count(*) FILTER (line = 'sales') AS "sales.leads"
FROM leads WHERE created_at >= TIMESTAMP '{start}' AND created_at < TIMESTAMP '{end}'""",
    "reservations": """
SELECT sum(area_m2) AS "reserves.sqm"
FROM reservations WHERE reserved_at >= TIMESTAMP '{start}' AND reserved_at < TIMESTAMP '{end}'""",
    "ticket_events": """
SELECT count(*) FILTER (kind = 'routed') AS "sd.routed", count(*) FILTER (kind = 'closed') AS "sd.closed",
    count(*) FILTER (kind = 'task_done') AS "sd.tasks"
FROM ticket_events WHERE "at" >= TIMESTAMP '{start}' AND "at" < TIMESTAMP '{end}'""",
    "bot_calls": """
WITH period AS (
    SELECT * FROM bot_calls WHERE started_at >= TIMESTAMP '{start}' AND started_at < TIMESTAMP '{end}'
), contacts AS (
    SELECT contact_id,
        arg_min(line, (started_at, call_id)) AS first_line, arg_max(line, (started_at, call_id)) AS last_line
    FROM calls WHERE direction = 'in' AND outcome = 'answered' AND started_at >= TIMESTAMP '{start}'
        AND started_at < TIMESTAMP '{end}' + INTERVAL 1 DAY AND started_at <= TIMESTAMP '{as_of}' GROUP BY contact_id
)
SELECT count(*) AS "bot.handled", avg(wait_s) AS "bot.asa", avg(dialogue_s) AS "bot.dialog",
    (SELECT 100 * count(*) FILTER (first_line = last_line) / count(*)
        FROM period JOIN contacts USING (contact_id) WHERE outcome = 'handed_over') AS "bot.correct"
FROM period""",
}


def digest(connection: Any, files: Files, moments: Mapping[str, Any]) -> Found:
    """The figures, from a DuckDB connection."""
    lines = ",".join(_LINE.format(line=line) for line in ("inhouse", "akc"))
    found: Found = {}
    for text in (_CALLS.format(lines=lines, **moments), *(each.format(**moments) for each in _OTHERS.values())):
        result = connection.execute(_over(text, files))
        names = [column[0] for column in result.description]
        found.update(zip(names, result.fetchone(), strict=True))
    return completed(found)


def trend(connection: Any, files: Files) -> list[tuple[float, ...]]:
    """By local month of all history: inbound calls, service level, lost calls."""
    result = connection.execute(
        _over(
            """
SELECT count(*), 100 * count(*) FILTER (outcome = 'answered' AND wait_s <= 30)
        / count(*) FILTER (outcome = 'answered' OR (outcome = 'abandoned' AND wait_s > 30)),
    100 * count(*) FILTER (outcome = 'abandoned') / count(*) FILTER (outcome IN ('answered', 'abandoned'))
FROM calls WHERE direction = 'in' AND started_at < TIMESTAMP '2026-06-15 21:00'
GROUP BY date_trunc('month', started_at + INTERVAL 3 HOUR) ORDER BY date_trunc('month', started_at + INTERVAL 3 HOUR)
""",
            files,
        )
    )
    return [tuple(map(float, row)) for row in result.fetchall()]


def completed(found: Found) -> Found:
    """With the figures that are sums of others."""
    parts = {
        "target.inbound": [found.pop(f"target.{each}") for each in ("calls", "leads", "chats")],
        "service.calls.in": [found[f"service.calls.in.{line}"] for line in ("inhouse", "akc")],
    }
    return {key: float(value) for key, value in found.items()} | {key: float(sum(each)) for key, each in parts.items()}


def _over(text: str, files: Files) -> str:
    """The statement with its tables standing for their files."""
    for name, paths in files.items():
        listed = ", ".join(f"'{path}'" for path in paths)
        for word in ("FROM", "JOIN"):
            text = text.replace(f"{word} {name} ", f"{word} read_parquet([{listed}]) ")
    return text
