"""Call records through the program: options on the command line or in a mapping, and what the summary says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Run

COLUMNS = "callid,time-start,time-answered,time-end,from-no,to-no,chain"
CALLS = """1,2026/06/01 11:00:00,2026/06/01 11:00:12,2026/06/01 11:01:12,70000000001,Ext.101,
2,2026/06/01 12:00:00,,2026/06/01 12:00:40,70000000002,Ext.800,
3,2026/06/01 13:00:00,2026/06/01 13:00:01,2026/06/01 13:00:09,Ext.101,Ext.102,
"""
DAY = ("--period", "2026-06-01")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Read 2: added 2, updated 0, unchanged 0, rejected 0.",
                "Lines in all: 3.",
                "Left alone: internal calls (1).",
            ],
        ),
        (
            "ru",
            [
                "Прочитано 2: добавлено 2, обновлено 0, без изменений 0, отклонено 0.",
                "Всего строк в файле: 3.",
                "Оставлено в стороне: внутренние звонки (1).",
            ],
        ),
    ],
)
def test_options_on_the_command_line(run: Run, language: str, said: list[str]) -> None:
    assert run("init", "--language", language).code == 0
    Path("cdr.log").write_text(CALLS)
    take = ("import", "calls", "cdr.log", "--format", "3cx")

    assert "historyid,callid,duration,time-start" in run(*take).err
    options = ("--option", f"columns={COLUMNS}", "--option", "queues=800", "--complete-to", "2026-06-02T00:00")
    taken = run(*take, *options)

    assert taken.out.splitlines() == said
    data = json.loads(run("figures", "calls", "lcr", "aht", *DAY, "--json").out)
    assert [figure["fact"] for figure in data["figures"]] == [2, 50, 60]


def test_options_in_a_mapping_and_over_it(run: Run) -> None:
    assert run("init", "--language", "en").code == 0
    Path("cdr.log").write_text(CALLS)
    Path("3cx.toml").write_text(f'table = "calls"\n[format]\nqueues = "800"\ncolumns = "{COLUMNS}"\n')
    take = ("import", "calls", "cdr.log", "--mapping", "3cx.toml")

    assert "name it, as in --format queue_log | cdr | 3cx" in run(*take).err
    assert run(*take, "--format", "3cx", "--option", "line=chain").err.startswith("The option line cannot be chain")
    assert '"queues" is not an option' in run(*take, "--format", "3cx", "--option", "queues").err
    taken = json.loads(run(*take, "--format", "3cx", "--json").out)
    assert (taken["added"], taken["skipped"]) == (2, {"internal calls": 1})
