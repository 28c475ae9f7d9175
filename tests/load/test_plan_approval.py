"""A plan by the forecast, asked for in a group, approved by who may, and written once however often it is pressed.

Twelve calls of ten minutes come on each of the four weeks before, at noon: the forecast of every day ahead is twelve.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from bot.load.commands import LoadCommands
from bot.load.plan_approval import PlanApproval
from bot.project import open_project
from bot.state.schema import QUESTIONS
from digests.document import Document, Table
from tests.kit import answered
from tests.subscriptions.conftest import Tell
from tests.subscriptions.office import ANNA, BORIS, Office, buttons, text_of
from warehouse.plans import load_plans
from warehouse.schema import PLANS

TODAY = date(2026, 6, 16)
ASKED = "/load plan inhouse 2026-06-20..2026-06-23"
ROLES = """plans = true

[roles.line]
metrics = ["calls"]
lines = ["inhouse"]
"""


def _learn(at: Office) -> None:
    """Take four weeks in, and let the bot answer to /load."""
    before = [TODAY - timedelta(days=n) for n in range(28, 0, -1)]
    rows = (answered(f"{day} 12:{2 * n:02}", 10, 600, line="inhouse") for day in before for n in range(12))
    at.house.calls(*rows, complete_to=f"{TODAY}T00:00")
    at.house.plan("calls", "day", "2026-06-22", 20, "inhouse")
    at.restart(roles=ROLES)
    project = open_project(at.root, None)
    load = LoadCommands(at.answering, PlanApproval(project, at.answering, lambda: at.now))
    at.router._handlers = (load, *at.router._handlers)


def _rows(document: Document) -> list[tuple[str, ...]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return list(table.rows)


def _written(at: Office) -> list[tuple[int, float, int]]:
    plans = load_plans(at.house.lake.open())
    return [(plan.starts_on.day, plan.value, plan.revision) for plan in plans if plan.starts_on.day < 22]


def test_a_plan_is_asked_for_in_a_group_and_approved_once_by_who_may(told: Tell) -> None:
    async def story(at: Office) -> None:
        _learn(at)
        asked = await at.says(ASKED, BORIS, group=True)
        assert _rows(asked) == [
            ("Inhouse", "June\xa020–21", "24", "—"),
            ("Inhouse", "June\xa022–23", "24", "—"),
            ("Overall", "", "48", "—"),
        ]
        assert "Whoever has a role with plans = true approves it." in text_of(asked)
        assert "1 day that somebody has planned stays as it is." in text_of(asked)
        (approve,) = buttons(asked).values()
        assert "is made of the forecast as it is" in text_of(await at.says("/load plan inhouse +20% calls"))

        refused = await at.says(f"/{approve}", BORIS, group=True)
        assert "Plans are not yours to approve" in text_of(refused)
        assert _written(at) == []

        at.house.plan("calls", "day", "2026-06-23", 30, "inhouse")  # what was shown does not hold any more
        looked = await at.says(f"/{approve}", ANNA, group=True)
        assert "have changed since: nothing is written" in text_of(looked)
        assert _written(at) == []
        (approve,) = buttons(looked).values()
        done = await at.says(f"/{approve}", ANNA, group=True)
        assert "Approved: 2 plans are written." in text_of(done)
        assert not buttons(done)
        again = await at.says(f"/{approve}", ANNA, group=True)
        assert "These plans are in force already." in text_of(again)
        assert _written(at) == [(20, 12, 1), (21, 12, 1)]
        sources = {row[0] for row in at.house.lake.open().rows(sa.select(PLANS.c.source))}
        assert any(source and source.endswith(f"approved by telegram:{ANNA}") for source in sources)

        def audit(connection: sa.Connection) -> list[tuple[str, str, str | None]]:
            c = QUESTIONS.c
            rows = connection.execute(sa.select(c.person, c.outcome, c.detail))
            return [(person, outcome, detail) for person, outcome, detail in rows]

        log = await at.scene.state.run(audit)
        assert (str(ANNA), "answered", "plans: added 2, unchanged 0") in log
        assert any(person == str(BORIS) and outcome == "refused" for person, outcome, _ in log)

    told(story, f"{TODAY}T10:05")
