"""Importing Asterisk's queue_log into activities: log-ins and pauses become intervals of agents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.importing import reasons
from tests.warehouse.test_queue_log import EIGHT, Asterisk, after
from warehouse.ingest.load import Summary
from warehouse.schema import ACTIVITIES


class Agents(Asterisk):
    def take_log(self, path: Path, **options: Any) -> Summary:
        return self.take(path, ACTIVITIES, format_name="queue_log", **options)

    def day(self, *events: str) -> list[tuple[Any, ...]]:
        self.take_log(self.log(*events))
        return self.intervals()

    def intervals(self) -> list[tuple[Any, ...]]:
        return self.kept("agent_id", "category", "started_at", "ended_at", table=ACTIVITIES)


@pytest.fixture
def desk(tmp_path: Path) -> Agents:
    return Agents(tmp_path)


def test_a_day_of_an_agent(desk: Agents) -> None:
    """Calls change nothing; after the log-off there is no row."""
    rows = desk.day(
        "0 CLI sales SIP/1 ADDMEMBER|",
        "10 1.1 sales NONE ENTERQUEUE||7|1",
        "12 1.1 sales SIP/1 CONNECT|2|1|1",
        "100 NONE sales SIP/1 PAUSE|lunch",
        "400 NONE sales SIP/1 UNPAUSE",
        "900 CLI sales SIP/1 REMOVEMEMBER|",
        "950 NONE sales SIP/2 PAUSE",
    )

    assert rows == [
        ("SIP/1", "ready", EIGHT, after(100)),
        ("SIP/1", "break", after(100), after(400)),
        ("SIP/1", "ready", after(400), after(900)),
        ("SIP/2", "break", after(950), None),
    ]
    assert desk.kept("status", "activity", table=ACTIVITIES) == [
        ("ADDMEMBER", None),
        ("lunch", "lunch"),
        ("UNPAUSE", None),
        ("PAUSE", None),
    ]


def test_agents_of_old_logs(desk: Agents) -> None:
    rows = desk.day(
        "0 1.1 NONE Agent/1 AGENTLOGIN|SIP/1",
        "5 1.2 NONE Agent/2 AGENTCALLBACKLOGIN|100@in",
        "60 1.1 NONE Agent/1 AGENTLOGOFF|SIP/1|60",
        "70 1.2 NONE Agent/2 AGENTCALLBACKLOGOFF|100@in|65|Autologoff",
    )

    assert rows == [("Agent/1", "ready", EIGHT, after(60)), ("Agent/2", "ready", after(5), after(70))]


def test_who_is_paused_in_some_of_his_queues_is_ready(desk: Agents) -> None:
    rows = desk.day(
        "0 CLI sales SIP/1 ADDMEMBER",
        "0 CLI rent SIP/1 ADDMEMBER",
        "10 NONE sales SIP/1 PAUSE|tea",
        "20 NONE rent SIP/1 PAUSE|tea",
        "30 NONE rent SIP/1 UNPAUSE",
        "40 CLI rent SIP/1 REMOVEMEMBER",
    )

    assert rows == [
        ("SIP/1", "ready", EIGHT, after(20)),
        ("SIP/1", "break", after(20), after(30)),
        ("SIP/1", "ready", after(30), after(40)),
        ("SIP/1", "break", after(40), None),
    ]


def test_a_pause_everywhere_is_logged_for_each_queue_too(desk: Agents) -> None:
    rows = desk.day(
        "0 CLI sales SIP/1 ADDMEMBER",
        "0 CLI rent SIP/1 ADDMEMBER",
        "10 NONE NONE SIP/1 PAUSEALL|tea",
        "10 NONE sales SIP/1 PAUSE|tea",
        "10 NONE rent SIP/1 PAUSE|tea",
        "20 NONE NONE SIP/1 UNPAUSEALL",
        "20 NONE sales SIP/1 UNPAUSE",
        "20 NONE rent SIP/1 UNPAUSE",
    )

    assert rows == [
        ("SIP/1", "ready", EIGHT, after(10)),
        ("SIP/1", "break", after(10), after(20)),
        ("SIP/1", "ready", after(20), None),
    ]


def test_another_reason_is_another_break(desk: Agents) -> None:
    desk.day(
        "0 CLI sales SIP/1 ADDMEMBER|PAUSED",
        "10 NONE sales SIP/1 PAUSE|tea",
        "15 NONE sales SIP/1 PAUSE|tea",
        "20 NONE sales SIP/1 PAUSE|training",
    )

    assert desk.kept("category", "activity", "started_at", "ended_at", table=ACTIVITIES) == [
        ("break", None, EIGHT, after(10)),
        ("break", "tea", after(10), after(20)),
        ("break", "training", after(20), None),
    ]


def test_a_restart_ends_what_is_under_way(desk: Agents) -> None:
    rows = desk.day("0 CLI sales SIP/1 ADDMEMBER", "60 NONE NONE NONE QUEUESTART", "61 REALTIME sales SIP/1 ADDMEMBER")

    assert rows == [("SIP/1", "ready", EIGHT, after(60)), ("SIP/1", "ready", after(61), None)]


def test_an_event_without_an_agent_is_rejected(desk: Agents) -> None:
    summary = desk.take_log(desk.log("0 NONE sales NONE PAUSE|tea", "5 CLI sales SIP/1 ADDMEMBER"))

    assert reasons(summary) == {1: "PAUSE: no agent"}
    assert summary.added == 1


def test_rotated_files_one_after_another(desk: Agents) -> None:
    older = desk.log("0 CLI sales SIP/1 ADDMEMBER", "50 NONE sales SIP/1 PAUSE|tea", name="queue_log.1")
    newer = desk.log("90 NONE sales SIP/1 UNPAUSE", "99 CLI sales SIP/1 REMOVEMEMBER", name="queue_log")
    expected = [
        ("SIP/1", "ready", EIGHT, after(50)),
        ("SIP/1", "break", after(50), after(90)),
        ("SIP/1", "ready", after(90), after(99)),
    ]

    for path in (older, newer):
        desk.take_log(path)
    assert desk.intervals() == expected
    for path in (newer, older, newer):
        again = desk.take_log(path)
        assert (again.read, again.rejected) == (again.unchanged, 0)
    assert desk.intervals() == expected


def test_a_directory_is_one_log(desk: Agents) -> None:
    desk.log("0 CLI sales SIP/1 ADDMEMBER", "50 NONE sales SIP/1 PAUSE|tea", name="queue_log.1")
    desk.log("90 NONE sales SIP/1 UNPAUSE", name="queue_log")

    assert desk.take_log(desk.root).added == 3
    assert desk.intervals()[1] == ("SIP/1", "break", after(50), after(90))
