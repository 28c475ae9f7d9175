"""`svodka warehouse`, on a stranger's database of three days: proposed, proved, granted, copied."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.operations import warehouse as operations
from tests.bot.conftest import Run
from tests.kit import models
from tests.warehouse import foreign

DAY = ("--now", "2026-06-04T12:00")


@pytest.fixture
def project(run: Run) -> Run:
    """A project that reads the stranger's database, proposed once in this process and copied after that."""
    like = models() / "stranger"
    if like.exists():
        shutil.copytree(like, Path.cwd(), dirs_exist_ok=True)
        return run
    engine = sa.create_engine("sqlite:///theirs.db")
    foreign.stranger(engine)
    engine.dispose()
    assert run("init", "--language", "en").code == 0
    assert run("warehouse", "init", "sqlite:///theirs.db", "--write").code == 0
    shutil.copytree(Path.cwd(), like)
    return run


def mend(old: str, new: str) -> None:
    path = Path("svodka.toml")
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def theirs(statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect("theirs.db") as connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def checked(run: Run) -> Any:
    """What `check` finds; how long each metric takes is left aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "timed", lambda *_: [])
        return json.loads(run("warehouse", "check", "--json", *DAY).out)


def problems(run: Run) -> list[str]:
    """What `check` says must be mended, of calls first."""
    found = checked(run)
    proofs = [proof for table in found["tables"] for proof in table["proofs"]]
    return [proof["text"] for proof in (*proofs, *found["proofs"]) if proof["holds"] is False]


def test_what_is_proposed_is_written_once_and_holds(project: Run) -> None:
    ran = project("warehouse", "check", *DAY)

    assert (ran.code, ran.err) == (0, "")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "Rows of June 3: 80, of 240 in all." in lines
    assert "wait_s queue_wait / 1000.0 real 80" in lines
    assert "✓ By the centre's clock it is quietest at 2:30, as it should." in lines
    assert not [line for line in lines if line.startswith("!")]
    assert any(line.startswith("Metrics asked one by one: ") for line in lines)

    again = project("warehouse", "init", "sqlite:///theirs.db", "--write")
    assert (again.code, again.out) == (1, "")
    assert "There is a [warehouse] in svodka.toml already" in again.err


def test_without_writing_it_is_printed(run: Run) -> None:
    engine = sa.create_engine("sqlite:///theirs.db")
    foreign.stranger(engine)
    engine.dispose()

    ran = run("warehouse", "init", "sqlite:///theirs.db")

    assert ran.code == 0, ran.err
    assert '[warehouse.calls]\nfrom = "fact_calls"' in ran.out
    assert "Nothing was found for: chats, leads" in ran.out
    assert "calls fact_calls 10/19" in " ".join(ran.err.split())


def test_the_statement_of_a_metric_is_one_that_can_be_run(project: Run) -> None:
    """On 3 June 72 calls came in: nobody but the caller ends 9 of them by giving up."""
    ran = project("warehouse", "check", "--sql", "lcr", *DAY)

    ((_, *cells),) = theirs(ran.out.strip().rstrip(";"))
    lost = sum(call.outcome == "abandoned" and call.at.day == 3 for call in foreign.calls())
    assert (ran.code, lost in cells) == (0, True)


def test_all_that_is_wrong_is_said_table_by_table(project: Run) -> None:
    theirs("UPDATE fact_calls SET call_status = 'SPLIT' WHERE call_key IN (161, 162)")
    theirs("UPDATE fact_calls SET call_guid = NULL WHERE call_key = 163")
    theirs("UPDATE fact_calls SET call_guid = 'guid-170' WHERE call_key = 172")
    theirs("UPDATE fact_calls SET end_ts = '2026-06-03 00:00:00' WHERE call_key = 180")
    mend("queue_wait / 1000.0", "queue_wait * 1000")

    texts = problems(project)

    assert [text.split(":")[0].split(",")[0] for text in texts[:1]] == ["In the warehouse"]
    assert "1 keys of calls (call_id) stand in several rows" in texts[0]

    theirs("UPDATE fact_calls SET call_guid = 'guid-171' WHERE call_key = 172")
    assert problems(project) == [
        "Rows without call_id: 1. They are in no figure: mend it in [warehouse.calls.columns], or leave them out with "
        "warehouse.calls.where.",
        'In outcome, words that are none of ours: "INBOUND SPLIT" (2). Their rows are in no figure until you add them '
        "to [warehouse.calls.columns.outcome].",
        "Rows that end before they begin: 1 of 77. Look at started_at, ended_at and the timezone.",
        "More than half of all wait_s are longer than 30 minutes: if they count milliseconds, write "
        'wait_s = "queue_wait * 1000 / 1000.0" in [warehouse.calls.columns].',
    ]


def test_every_column_that_cannot_be_read_is_named(project: Run) -> None:
    mend("start_ts", "startts")
    mend('"agent_login"\n# is', '"agent"\n# is')

    texts = problems(project)

    assert [text.partition(" cannot")[0] for text in texts] == [
        "In the warehouse, calls.started_at",
        "In the warehouse, calls.agent_id",
    ]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Vladivostok", "By the centre's clock it is quietest at 16:30, which is no night"),
        ("America/New_York", "By the centre's clock it is quietest at 6:30, which is no night"),
    ],
)
def test_a_night_full_of_calls_is_a_wrong_zone(project: Run, zone: str, said: str) -> None:
    mend('timezone = "UTC"', f'timezone = "{zone}"')

    assert any(text.startswith(said) for text in problems(project))


def test_an_hour_that_came_twice_is_told_of(project: Run) -> None:
    def told() -> list[str]:
        calls, *_ = checked(project)["tables"]
        return [proof["text"] for proof in calls["proofs"] if "an hour came twice" in proof["text"]]

    assert told() == []  # UTC is never put back

    mend('timezone = "UTC"', 'timezone = "Europe/Berlin"')

    (text,) = told()
    assert text.replace("\N{NO-BREAK SPACE}", " ").startswith("On October 26, 2025 an hour came twice")


def test_metrics_over_two_places_are_named(project: Run) -> None:
    header, row = "bot_call_id,contact_id,started_at,outcome,handed_to", "1,2,2026-06-03 10:00,handed_over,sales"
    Path("bot.csv").write_text(f"{header}\n{row}\n")
    assert project("import", "bot_calls", "bot.csv").code == 0

    (text,) = problems(project)

    assert text.startswith("These need calls, which the warehouse holds, and bot_calls from the lake")
    assert "svodka warehouse pull calls" in text


def test_a_table_is_pulled_and_read_from_the_lake(project: Run) -> None:
    first = project("warehouse", "pull", "calls", "--since", "2026-06-01", *DAY)

    assert first.out == (
        "calls: 240 rows read, of them added 240, updated 0, unchanged 0; gone there and removed here 0.\n"
    )
    assert "write pull = true under [warehouse.calls]" in first.err
    there = project("figures", "calls", "lcr", "--period", "2026-06-01..2026-06-03", "--json", *DAY).out

    assert project("warehouse", "pull", "agents", *DAY).code == 0
    mend('from = "fact_calls"', 'from = "fact_calls"\npull = true')
    mend('from = "dim_agents"', 'from = "dim_agents"\npull = true')
    Path("theirs.db").rename("away.db")
    here = project("figures", "calls", "lcr", "--period", "2026-06-01..2026-06-03", "--json", *DAY)
    assert (here.code, here.out) == (0, there)

    Path("away.db").rename("theirs.db")
    again = json.loads(project("warehouse", "pull", "calls", "--overlap", "12h", "--json", *DAY).out)
    assert (again["resumed"], again["added"], again["updated"], again["deleted"]) == (True, 0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("pull", "calls"), "Nothing of calls was copied by this mapping before"),
        (("pull", "chats", "--since", "2026-06-01"), 'The warehouse has no table "chats" that is mapped'),
        (("pull", "calls", "--since", "2026-06-01", "--overlap", "soon"), 'The overlap "soon" is not understood'),
        (("check", "--sql", "nope"), 'There is no metric "nope"'),
    ],
)
def test_what_is_not_understood_is_one_sentence(project: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ran = project("warehouse", *arguments, *DAY)

    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert sentence in ran.err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+psycopg://reader:secret@127.0.0.1:1/x", "The warehouse cannot be reached"),
        ("sqlite://reader:secret@/theirs.db", "warehouse.url is not a database address"),
        ("sqlite:///nowhere.db", "The warehouse has no such database"),
        ("oracle://reader@h/x", 'Records cannot be read from the engine "oracle"'),
    ],
)
def test_a_database_that_cannot_be_looked_through_is_one_sentence(run: Run, url: str, sentence: str) -> None:
    ran = run("warehouse", "init", url)

    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert sentence in ran.err
    assert "secret" not in ran.err


def test_a_project_without_a_warehouse_hears_of_init(run: Run) -> None:
    assert run("init", "--language", "en").code == 0

    for command in ("check", "grants"):
        ran = run("warehouse", command)
        assert (ran.code, ran.out) == (1, "")
        assert "svodka warehouse init URL" in ran.err


def test_the_grants_of_a_file(project: Run) -> None:
    ran = project("warehouse", "grants")

    assert ran.code == 0
    assert "setfacl -m u:svodka:r--" in ran.out
