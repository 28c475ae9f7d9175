"""`svodka lake`, on a few calls of two months."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.bot.conftest import Run, project_with

CALLS = """call_id,direction,line,started_at,ended_at,outcome,wait_s,talk_s
1,in,rent,2026-05-01 10:00:00,2026-05-01 10:02:10,answered,10,120
2,in,rent,2026-06-01 11:00:00,2026-06-01 11:01:40,answered,40,60
3,in,sale,2026-06-15 10:00:00,2026-06-15 10:00:20,answered,0,20
"""


@pytest.fixture
def project(run: Run) -> Run:
    return project_with(run, CALLS)


def file_of(month: str) -> Path:
    (path,) = Path("records/calls").glob(f"{month}-*.parquet")
    return path


def test_the_status_in_local_time(project: Run) -> None:
    heading, calls = project("lake", "status").out.splitlines()

    assert " ".join(heading.split()) == "table rows months MB first event last event complete to"
    assert calls.split()[:4] == ["calls", "3", "2", "0.1"]
    assert "May 1, 10:00" in calls.replace("\N{NO-BREAK SPACE}", " ")
    assert "June 16, 00:00" in calls.replace("\N{NO-BREAK SPACE}", " ")


def test_the_status_for_scripts(project: Run) -> None:
    data = json.loads(project("lake", "status", "--json").out)

    (calls,) = data["tables"]
    assert calls.pop("bytes") == file_of("2026-05").stat().st_size + file_of("2026-06").stat().st_size
    assert calls == {
        "table": "calls",
        "rows": 3,
        "files": 2,
        "months": 2,
        "first": "2026-05-01T10:00:00+03:00",
        "last": "2026-06-15T10:00:00+03:00",
        "complete_to": "2026-06-16T00:00:00+03:00",
    }
    assert (data["orphans"], data["orphan_bytes"]) == (0, 0)


def test_a_new_project_has_no_records_and_says_so(run: Run) -> None:
    assert run("init", "--language", "en").code == 0

    assert run("lake", "status").out == "There are no records yet: svodka import brings them in.\n"
    assert run("lake", "verify").out == "All is whole. Files: 0, rows: 0.\n"


def test_replaced_files_are_told_and_removed(project: Run) -> None:
    old = file_of("2026-05")
    Path("calls.csv").write_text(CALLS.replace(",120", ",130"))
    assert project("import", "calls", "calls.csv").code == 0

    assert "1 file that nothing needs any more takes 0.1 MB" in project("lake", "status").out
    os.utime(old, (0, 0))
    assert project("lake", "compact").out == "Files merged: 0, sorted anew: 0, removed: 1.\n"
    assert "needs" not in project("lake", "status").out


def test_damage_is_named_wherever_it_is_met_and_repaired_as_told(project: Run) -> None:
    assert project("lake", "verify").out == "All is whole. Files: 2, rows: 3.\n"
    june = file_of("2026-06")
    june.write_bytes(june.read_bytes()[:50])

    asked = project("figures", "calls", "--period", "2026-06-01..2026-06-15")
    assert asked.code == 1
    assert asked.err == (
        f"The records of calls for 2026-06 cannot be read: calls/{june.name} is missing or damaged. "
        "Run svodka lake verify --drop, then import that month again.\n"
    )
    checked = project("lake", "verify")
    assert (checked.code, checked.out) == (1, f"calls/{june.name} cannot be read.\n")
    assert checked.err.startswith("Some records are damaged: calls 2026-06. Run svodka lake verify --drop")
    data = project("lake", "verify", "--json")
    assert data.code == 1
    assert [(each["table"], each["month"]) for each in json.loads(data.out)["problems"]] == [("calls", "2026-06")]

    assert "The damaged files were taken out." in project("lake", "verify", "--drop").err
    assert project("import", "calls", "calls.csv").out.startswith("Read 3: added 2, updated 0, unchanged 1")
    assert project("lake", "verify").out == "All is whole. Files: 2, rows: 3.\n"
    # What is left of the file stays for whoever can still read it.
    assert june.with_name(june.name + ".damaged").exists()


def test_months_are_dropped_only_when_that_is_meant(project: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = project("lake", "expire", "--before", "2026-06-01")
    assert (refused.code, refused.out) == (1, "calls: 2026-05, rows: 1.\n")
    assert "say --yes" in refused.err
    assert "3" in project("lake", "status").out.split()

    assert project("lake", "expire", "--before", "2026-06-01", "--table", "chats").out == (
        "No month is wholly before 2026-06-01: nothing to drop.\n"
    )
    done = project("lake", "expire", "--before", "2026-06-01", "--table", "calls", "--yes")
    assert done.code == 0
    assert done.out.splitlines()[1].startswith("Dropped.")
    assert project("lake", "verify").out == "All is whole. Files: 1, rows: 2.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("expire", "--before", "spring"), 'The day "spring" is not understood: write 2024-01-01.'),
        (("expire", "--before", "2026-06-01", "--table", "plans"), 'There is no table "plans" with months.'),
    ],
)
def test_what_is_not_understood_is_said(project: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ran = project("lake", *arguments)

    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert sentence in ran.err


def test_a_newer_or_damaged_manifest_is_one_sentence(project: Run) -> None:
    manifest = Path("records/manifest.json")
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    newer = project("lake", "status")
    assert (newer.code, newer.err.count("\n")) == (1, 1)
    assert "written by a newer Svodka" in newer.err

    manifest.write_text("{")
    for command in (("lake", "verify"), ("import", "calls", "calls.csv"), ("figures", "calls")):
        ran = project(*command)
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert "manifest.json of the records is damaged" in ran.err
