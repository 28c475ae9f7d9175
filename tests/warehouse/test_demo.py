"""The demo's records: made of targets, believable row by row, the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from warehouse.demo import activities, centre, planning
from warehouse.demo.chance import HalfMonth, half_months
from warehouse.demo.people import agents
from warehouse.demo.scenario import targets
from warehouse.lake import Lake
from warehouse.schema import TABLES, key_of, time_of

MAY, JUNE, RUNNING = HalfMonth(date(2026, 5, 16)), HalfMonth(date(2026, 6, 1)), HalfMonth(date(2026, 6, 16))


class Demo:
    """Three half months of the demo in a DuckDB; each table has a column `half` beside its own."""

    def __init__(self) -> None:
        self.made = {half: centre.half_month(half) for half in (MAY, JUNE, RUNNING)}
        self.connection = duckdb.connect()
        for name in self.made[MAY]:
            parts = [
                of[name].append_column("half", pa.array([half.code] * len(of[name]))) for half, of in self.made.items()
            ]
            self.connection.register(name, pa.concat_tables(parts, promote_options="permissive"))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement).fetchall()

    def one(self, statement: str) -> Any:
        return self.rows(statement)[0][0]

    def june(self, table: str, where: str = "true") -> int:
        return int(self.one(f"SELECT count(*) FROM {table} WHERE half = '{JUNE.code}' AND ({where})"))


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    made = Demo()
    yield made
    made.connection.close()


def checksum(tables: dict[str, pa.Table]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        for column in tables[name].itercolumns():
            digest.update(repr(column.to_pylist()).encode())
    return digest.hexdigest()


def test_the_same_rows_every_time_whatever_else_is_made(demo: Demo) -> None:
    assert checksum(centre.half_month(RUNNING)) == checksum(demo.made[RUNNING])
    assert checksum({"leads": centre.half_month(MAY)["leads"]}) == checksum({"leads": demo.made[MAY]["leads"]})


def test_every_table_has_all_columns_of_the_schema(demo: Demo) -> None:
    for name, made in {**demo.made[JUNE], "agents": centre.people()}.items():
        assert made.column_names == [column.name for column in TABLES[name].columns]
        for column in TABLES[name].columns:
            if not column.nullable:
                assert made[column.name].null_count == 0, f"{name}.{column.name}"


def test_keys_are_unique(demo: Demo) -> None:
    for name in demo.made[JUNE]:
        keys = ", ".join(key_of(TABLES[name]))
        assert demo.one(f"SELECT count(*) FROM {name}") == demo.one(
            f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {name})"
        )
    assert len({agent.name for agent in agents()}) == len(agents())


@pytest.mark.parametrize(
    ("table", "where", "expected"),
    [
        ("calls", "direction = 'in' AND line = 'sales'", 18_330),
        ("calls", "direction = 'in' AND line = 'inhouse'", 5_606),
        ("calls", "direction = 'in' AND line = 'akc'", 1_306),
        ("calls", "direction = 'out' AND line = 'sales'", 18_874),
        ("calls", "direction = 'out' AND is_target AND outcome = 'answered'", 5_952),
        ("calls", "direction = 'in' AND is_target", 14_317),
        ("calls", "direction = 'in' AND line = 'sales' AND outcome = 'abandoned'", 275),
        ("calls", "direction = 'in' AND line = 'inhouse' AND outcome = 'abandoned'", 56),
        ("calls", "direction = 'in' AND line = 'akc' AND outcome = 'abandoned'", 13),
        ("calls", "outcome IS NULL OR ended_at IS NULL", 0),
        ("leads", "line = 'sales'", 2_417),
        ("leads", "is_target", 1_893),
        ("chats", "line = 'sales'", 12_134),
        ("chats", "line = 'support'", 6_428),
        ("chats", "line = 'inhouse'", 20_386),
        ("chats", "is_target", 6_712),
        ("ticket_events", "kind = 'routed'", 2_486),
        ("ticket_events", "kind = 'closed'", 1_512),
        ("ticket_events", "kind = 'task_done'", 2_219),
        ("bot_calls", "true", 26_037),
        ("bot_calls", "outcome = 'handed_over'", 23_021),
        ("bot_calls", "outcome = 'hung_up'", 1_203),
    ],
)
def test_june_has_the_rows_that_its_targets_say(demo: Demo, table: str, where: str, expected: int) -> None:
    assert demo.june(table, where) == expected


@pytest.mark.parametrize("half", [MAY, JUNE])
def test_means_land_where_the_targets_are(demo: Demo, half: HalfMonth) -> None:
    wanted = targets(half)
    for line, voice in wanted.voice.items():
        mean = demo.one(
            "SELECT avg(talk_s + hold_s + wrap_s) FROM calls "
            f"WHERE half = '{half.code}' AND line = '{line}' AND direction = 'in' AND outcome = 'answered'"
        )
        assert mean == pytest.approx(voice.aht_s, abs=0.15)
    for line, of_line in wanted.chats.items():
        mean = demo.one(
            "SELECT avg(epoch(ended_at - accepted_at) + wrap_s) FROM chats "
            f"WHERE half = '{half.code}' AND line = '{line}' AND outcome = 'answered'"
        )
        assert mean == pytest.approx(of_line.aht_s, abs=0.15)
    assert demo.rows(f"SELECT avg(wait_s), avg(dialogue_s) FROM bot_calls WHERE half = '{half.code}'")[0] == (
        pytest.approx(wanted.bot.wait_s, abs=0.01),
        pytest.approx(wanted.bot.dialogue_s, abs=0.05),
    )


def test_nobody_is_on_two_calls_at_once(demo: Demo) -> None:
    overlaps = demo.one(
        """
        WITH engaged AS (
          SELECT agent_id, ended_at + to_microseconds(CAST(round(coalesce(wrap_s, 0) * 1e6) AS BIGINT)) AS until,
            CASE direction WHEN 'out' THEN started_at
              ELSE started_at + to_microseconds(CAST(round(wait_s * 1e6) AS BIGINT)) END AS since
          FROM calls WHERE agent_id IS NOT NULL AND ended_at IS NOT NULL
        ), next AS (
          SELECT until, lead(since) OVER (PARTITION BY agent_id ORDER BY since, until) AS following FROM engaged
        )
        SELECT count(*) FROM next WHERE following < until
        """
    )
    assert overlaps == 0


def test_up_to_four_chats_at_once_and_four_is_reached(demo: Demo) -> None:
    most = demo.one(
        """
        WITH steps AS (
          SELECT agent_id, accepted_at AS at_, 1 AS step FROM chats WHERE accepted_at IS NOT NULL
          UNION ALL
          SELECT agent_id, ended_at, -1 FROM chats WHERE accepted_at IS NOT NULL AND ended_at IS NOT NULL
        )
        SELECT max(n) FROM (
          SELECT sum(step) OVER (PARTITION BY agent_id ORDER BY at_, step ROWS UNBOUNDED PRECEDING) AS n FROM steps
        )
        """
    )
    assert most == 4


def test_handed_over_calls_go_on_in_the_line_they_were_handed_to(demo: Demo) -> None:
    adrift = demo.one(
        """
        SELECT count(*) FROM bot_calls b LEFT JOIN calls c
          ON c.contact_id = b.contact_id AND c.call_id = b.contact_id || '-1'
        WHERE b.outcome = 'handed_over' AND (
          c.line IS DISTINCT FROM b.handed_to OR c.client_id IS DISTINCT FROM b.client_id
          OR c.started_at < b.started_at + to_milliseconds(CAST((b.wait_s + b.dialogue_s) * 1000 AS BIGINT)))
        """
    )
    assert adrift == 0


def test_a_misrouted_call_is_queued_again_where_it_was_passed_on_to(demo: Demo) -> None:
    again, fitting = demo.rows(
        """
        SELECT count(*), count(*) FILTER (
          first.transferred_to = again.line AND again.started_at > first.ended_at
          AND again.client_id IS NOT DISTINCT FROM first.client_id)
        FROM calls again JOIN calls first ON first.call_id = again.contact_id || '-1'
        WHERE again.call_id LIKE '%-2'
        """
    )[0]
    assert again == fitting > 4_000


def test_every_known_client_lost_in_sales_is_called_back(demo: Demo) -> None:
    lost, called_back = demo.rows(
        f"""
        WITH lost AS (
          SELECT client_id, max(ended_at) AS at_ FROM calls
          WHERE half = '{JUNE.code}' AND line = 'sales' AND direction = 'in' AND outcome = 'abandoned'
            AND client_id IS NOT NULL GROUP BY client_id
        )
        SELECT count(*), count(*) FILTER (EXISTS (
          SELECT 1 FROM calls c WHERE c.client_id = lost.client_id AND c.started_at > lost.at_
            AND (c.direction = 'out' OR c.outcome = 'answered')))
        FROM lost
        """
    )[0]
    assert lost == called_back > 200


def test_reservations_in_a_call_lie_within_it(demo: Demo) -> None:
    made, fitting, agents_ = demo.rows(
        """
        SELECT count(*), count(*) FILTER (
          c.outcome = 'answered' AND c.agent_id = r.agent_id AND r.reserved_at > c.started_at
          AND r.reserved_at <= coalesce(c.ended_at, r.reserved_at)),
          count(DISTINCT r.agent_id)
        FROM reservations r LEFT JOIN calls c USING (call_id) WHERE r.in_call
        """
    )[0]
    assert made == fitting > 300
    assert 14 <= agents_ <= 20
    area = demo.one(f"SELECT sum(area_m2) FROM reservations WHERE half = '{JUNE.code}'")
    assert area == pytest.approx(0.435 * 52_000, abs=25)


def test_activities_of_a_day_follow_each_other_and_hold_the_real_handling(demo: Demo) -> None:
    assert (
        demo.one(
            """
        SELECT count(*) FROM (
          SELECT started_at, lag(ended_at) OVER (PARTITION BY agent_id ORDER BY started_at) AS before FROM activities
          WHERE status IN ('Разговор', 'Чат', 'Готов', 'Постобработка вне звонка', 'Обед', 'Перерыв')
        ) WHERE started_at < before
        """
        )
        == 0
    )
    told, real = demo.rows(
        f"""
        SELECT
          (SELECT sum(epoch(ended_at - started_at)) FROM activities a
           WHERE half = '{JUNE.code}' AND status = '{activities.STATUSES[0]}'),
          (SELECT sum(epoch(ended_at - started_at) - CASE direction WHEN 'in' THEN wait_s ELSE 0 END
             + coalesce(wrap_s, 0)) FROM calls WHERE half = '{JUNE.code}' AND agent_id IS NOT NULL)
        """
    )[0]
    assert told == pytest.approx(real, rel=0.03)


def test_tickets_are_routed_after_they_were_created_and_closed_once(demo: Demo) -> None:
    wrong = demo.one(
        """
        SELECT count(*) FROM (
          SELECT min("at") FILTER (kind = 'created') AS created, min("at") FILTER (kind = 'routed') AS routed,
            min("at") FILTER (kind = 'closed') AS closed, count(*) FILTER (kind = 'closed') AS closings,
            count(DISTINCT desk) AS desks
          FROM ticket_events GROUP BY ticket_id
        ) WHERE routed < created OR closed < routed OR closings > 1 OR desks > 1
        """
    )
    assert wrong == 0


KNOWN_SINCE = {"quality_reviews": "reviewed_at"}
"""The columns that say when a row came to be, where it is not the one that puts it into a period."""


def test_nothing_is_known_of_what_comes_after_the_end(demo: Demo) -> None:
    for name, made in demo.made[RUNNING].items():
        column = KNOWN_SINCE.get(name) or time_of(TABLES[name])
        assert column
        assert max(made[column].to_pylist()) < centre.END
        for other in TABLES[name].columns:
            if other.info["kind"] == "time" and other.name != "due_at":  # what is due may be to come
                known = (moment for moment in made[other.name].to_pylist() if moment)
                assert max(known, default=centre.END) <= centre.END


def test_at_the_end_the_centre_is_at_work(demo: Demo) -> None:
    in_talk = demo.rows(
        "SELECT outcome, wait_s, talk_s, hold_s, wrap_s FROM calls WHERE ended_at IS NULL AND direction = 'in'"
    )
    assert in_talk
    assert all(row[0] == "answered" and row[1] is not None and row[2:] == (None,) * 3 for row in in_talk if row[0])
    assert demo.one("SELECT count(*) FROM chats WHERE ended_at IS NULL AND accepted_at IS NOT NULL") > 0
    assert demo.one("SELECT count(*) FROM activities WHERE ended_at IS NULL") > 0
    assert demo.one(f"SELECT count(*) FROM calls WHERE ended_at IS NULL AND half <> '{RUNNING.code}'") == 0


def test_the_running_half_month_is_a_whole_one_cut_off(monkeypatch: pytest.MonkeyPatch, demo: Demo) -> None:
    monkeypatch.setattr("warehouse.demo.chance.END", datetime(2026, 7, 1))
    whole = centre.half_month(RUNNING)
    for name, cut in demo.made[RUNNING].items():
        keys = list(key_of(TABLES[name]))
        column = KNOWN_SINCE.get(name) or time_of(TABLES[name])
        before = whole[name].filter(pa.compute.less(whole[name][column], pa.scalar(centre.END, pa.timestamp("us"))))
        assert before.select(keys).to_pylist() == cut.select(keys).to_pylist(), name
        assert len(whole[name]) > 5 * len(cut)


def test_half_months_follow_each_other_over_nineteen_months() -> None:
    halves = list(half_months())
    assert (halves[0].begins, halves[-1]) == (centre.START, RUNNING)
    assert all(half.after == following.first for half, following in pairwise(halves))
    assert [half.number for half in halves] == list(range(38))


def test_plans_of_june() -> None:
    rows = planning.plan_rows()
    assert len({(row.metric, row.line, row.granularity, row.starts_on) for row in rows}) == len(rows)
    june = {(row.metric, row.line): row.value for row in rows if row.starts_on == JUNE.first}
    assert june == {
        ("target_in", None): 28_400,
        ("target_out", None): 7_445,
        ("calls", "sales"): 16_300,
        ("lcr", "sales"): 3,
        ("chats", "sales"): 10_200,
        ("chats", "support"): 6_500,
        ("aht", "inhouse"): 290,
        ("aht", "akc"): 200,
        ("lcr", "inhouse"): 5,
        ("lcr", "akc"): 5,
        ("sl", "inhouse"): 80,
        ("sl", "akc"): 80,
        ("chat_aht", "inhouse"): 400,
        ("bot_wait", None): 3,
        ("reserves_m2", None): 52_000,
    }


def test_laying_writes_all_tables_and_declares_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre, "half_months", lambda: iter([MAY, RUNNING]))
    told: list[float] = []
    lake = Lake(tmp_path)
    rows = centre.lay(lake, progress=lambda stage, done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0
    manifest = lake.manifest()
    assert {name: manifest.table(name).rows for name in rows} == rows
    assert rows["agents"] == len(agents())
    for name in rows:
        assert manifest.table(name).complete_to == (centre.END if time_of(TABLES[name]) else None)
    assert sum(centre.lay(lake).values()) == sum(rows.values()), "the same rows twice change nothing"
    assert lake.manifest() == manifest
