"""A bureau to try corrections in: records small enough to count, both platforms, and operators who press buttons.

15 June 2026, Inhouse; a call is in time within 30 seconds:

| imported | in time | lost | calls | service level | lost calls |
| --- | --- | --- | --- | --- | --- |
| at first | 8 | 2 | 10 | 8/10 = 80% | 2/10 = 20% |
| late | 8 | 4 | 12 | 8/12 = 66.7% | 4/12 = 33.3% |
| later | 8 | 6 | 14 | 8/14 = 57.1% | 6/14 = 42.9% |
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.chat.message import Incoming
from bot.chat.operator_commands import OperatorCommand
from bot.corrections.ledger import CORRECTIONS
from bot.corrections.service import Corrections
from bot.delivery import ledger
from bot.delivery.ledger import DELIVERIES
from bot.delivery.model import Outcome, Publication, Target
from bot.delivery.pages import Pages
from bot.delivery.poster import real_now
from bot.project import Project, open_project
from bot.schedule.jobs import Job
from bot.schedule.rules import WorkCalendar, rule_of
from bot.schedule.writers import DigestWriter, noted
from digests.compose import make
from digests.document_json import dump
from digests.result import Session
from digests.stories import read_stories
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.delivery.kit import GROUPS, ROOMS, Scene, Told
from tests.doubles.slack import BOT
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import Message

DAY = "2026-06-15"
TARGETS = (Target("telegram", Address(str(GROUPS[0]))), Target("slack", Address(ROOMS[0])))
SETTINGS = """
clock = "2026-06-16T09:30"

[centre]
timezone = "Europe/Moscow"
country = "RU"
language = "{language}"

[plans]
min_cases = 1

[service_level]
threshold_s = 30

[lines.inhouse]
title = "Inhouse"

[[digests.daily.sections]]
title = "Inhouse"
[[digests.daily.sections.groups]]
figures = [
  {{ key = "calls", metric = "calls", line = "inhouse" }},
  {{ key = "sl", metric = "sl", line = "inhouse", plan = true }},
]
[[digests.daily.sections.groups]]
figures = [{{ key = "lcr", metric = "lcr", line = "inhouse" }}]

[state]
url = "sqlite:///state.db"

[corrections]
check_at = "08:30"
"""
COLUMN = """---
title: {title}
period: 2026-06-01..2026-06-30
---

{text}
"""


@dataclass
class Bureau:
    """The project and what is between it and the chats; `restart` is another process on the same state."""

    at: Scene
    project: Project
    house: House
    corrections: Corrections

    @classmethod
    def opened(cls, at: Scene, language: str = "en", settings: str = "") -> Bureau:
        (at.root / "svodka.toml").write_text(SETTINGS.format(language=language) + settings, "utf-8")
        (at.root / "stories").mkdir(exist_ok=True)
        house = House(at.root / "records", now="2026-06-16 09:30")
        project = open_project(at.root, None)
        return cls(at, project, house, corrections(project, at))

    def calls(self, *rows: dict[str, Any]) -> None:
        self.house.calls(*({**row, "line": "inhouse"} for row in rows), complete_to="2026-06-16 06:00")

    def at_first(self) -> None:
        self.calls(*(answered(f"{DAY}T10:0{n}", wait=10) for n in range(8)), *(lost(f"{DAY}T11:0{n}") for n in (0, 1)))
        self.house.plan("sl", "month", "2026-06-01", 70, "inhouse")

    def late(self, hour: int = 12) -> None:
        self.calls(*(lost(f"{DAY}T{hour}:0{n}") for n in (0, 1)))

    def usual_days(self) -> None:
        """Twenty calls on every weekday of the ten weeks before."""
        days = [date(2026, 4, 6) + timedelta(days=n) for n in range(70)]
        self.calls(*(answered(f"{day}T10:{n:02}") for day in days if day.weekday() < 5 for n in range(20)))

    def emptied(self) -> None:
        """The records are gone."""
        shutil.rmtree(self.at.root / "records")

    def column(self, title: str, text: str) -> None:
        (self.at.root / "stories" / f"{title.lower()}.md").write_text(COLUMN.format(title=title, text=text), "utf-8")

    async def post(self, targets: Sequence[Target] = TARGETS) -> None:
        """Post the digest of the day, as the schedule does, without pictures."""
        calculator, period = self.project.calculator(), parse(DAY, MOSCOW)
        spec, localizer = self.project.config.digest("daily"), self.project.localizer
        stories = read_stories(self.at.root / "stories", period).stories
        session = Session(calculator, Plans(calculator), localizer)
        made = make(session, spec, period, stories=stories)
        document, kept = noted(self.project, session, made, (), None)
        await self.posted(Publication("digest:daily", DAY, document, made.as_of, figures=kept), targets)

    async def post_with_pictures(self) -> None:
        """The same by the schedule's own desk, which takes longer."""
        job = Job("daily", "digest:daily", rule_of("daily", "09:30", None), "day", TARGETS, CALENDAR)
        desk = DigestWriter(self.project, self.project.clock)
        draft = await desk.draft(job, parse(DAY, MOSCOW), complete=True, late_since=None)
        assert draft.document is not None
        await self.posted(Publication("digest:daily", DAY, draft.document, draft.as_of, figures=draft.posted), TARGETS)

    async def posted(self, issue: Publication, targets: Sequence[Target]) -> None:
        outcomes = await self.at.poster.post(issue, targets)
        assert set(outcomes.values()) == {Outcome.SENT}

    def decided(self, after: Publication) -> None:
        """Somebody decided that an issue is to stand in the place of the one that does, and nothing was done yet."""

        def write(connection: sa.Connection) -> None:
            number = ledger.keep(connection, after, dump(after.document), real_now())
            before = connection.scalar(sa.select(DELIVERIES.c.issue))
            row = {
                "issue": before,
                "hash": f"{number}",
                "corrected": number,
                "status": "applying",
                "decided_by": "Anna",
            }
            connection.execute(CORRECTIONS.insert().values(**row, found_at=real_now()))

        self.at.state.do(write)

    async def press(self, label: str, person: str = "Anna") -> Message:
        """Press a button of what is asked last."""
        actions = self.told.asked[-1]
        return await self.order(next(action.command for action in actions if action.label == label), person)

    async def order(self, command: str, person: str = "Anna") -> Message:
        _, name, *words = command.split()
        incoming = Incoming("telegram", person, "-900", False, command, "1")
        said = await self.corrections.ordered(OperatorCommand(name, words, incoming))
        await self.corrections.idle()
        return said

    def restart(self) -> None:
        self.at.restart()
        self.corrections = corrections(self.project, self.at)

    def reopen(self) -> None:
        """The project with the settings that its file has now."""
        self.project = open_project(self.at.root, None)
        self.corrections = corrections(self.project, self.at)

    def clock(self, local: str) -> None:
        self.project = replace(self.project, now=self.house.utc(local))
        self.corrections = corrections(self.project, self.at)

    @property
    def told(self) -> Told:
        return self.at.told

    def telegram(self) -> str:
        """The words in the group."""
        return plain("\n".join(message.text for message in self.at.far.answers(GROUPS[0])))

    def slack(self) -> str:
        return plain("\n".join(message.shown for message in self.at.slack.channels[ROOMS[0]].of(BOT)))

    def statuses(self) -> list[str]:
        with self.at.state.engine.connect() as connection:
            return list(connection.scalars(sa.select(CORRECTIONS.c.status).order_by(CORRECTIONS.c.id)))


CALENDAR = WorkCalendar(MOSCOW, lambda _: True)


def corrections(project: Project, at: Scene) -> Corrections:
    pages = Pages(project.config.page, project.root, project.localizer)
    at.poster._pages = pages
    return Corrections(project, at.state, at.connected, at.poster, at.told, pages=pages, retry=at.poster._means.retry)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EM SPACE}", " ").replace("*", "")
