"""A centre, its bot and both platforms, with a clock to turn: what people say is heard, and what is due is posted.

Inhouse has calls as the tests put them; a call is in time within 30 seconds. Anna (1000) may have everything told,
Boris (2000) what he may ask about Inhouse, in private; the chats -101 and C1 may ask about Inhouse.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import chat_handlers
from bot.channels.protocol import Address
from bot.chat.answering import Answering
from bot.chat.message import Incoming
from bot.chat.operator_commands import OperatorCommands
from bot.chat.router import Router
from bot.delivery.model import Target
from bot.project import open_project
from bot.subscriptions.wishes import StandingQuestions
from digests.document import Actions, Bullets, Document, Facts, Heading, Note, Paragraph
from metrics.centre import Centre
from metrics.periods import to_utc
from tests.delivery.kit import Scene, scene
from tests.kit import MOSCOW, House

ANNA, BORIS, STRANGER, GROUP = 1000, 2000, 3000, -101
SETTINGS = """
[centre]
timezone = "{zone}"
language = "en"

[lines.inhouse]
title = "Inhouse"
aliases = ["инхаус"]

[lines.akc]
title = "AKC"

[roles.head]
names = true
subscribe = "chat"

[roles.line]
metrics = ["sl", "lcr", "calls"]
lines = ["inhouse"]
{more}
"""
ASKER = '\n[[{kind}]]\nid = "{name}"\nrole = "{role}"\n'
PEOPLE = ((ANNA, "head"), (BORIS, "line"))


@dataclass
class Office:
    """Local times are those of the zone; `at` turns the clock."""

    scene: Scene
    root: Path
    zone: str
    now: datetime
    house: House
    bot: Any = field(init=False)
    answering: Answering = field(init=False)
    router: Router = field(init=False)
    _events: int = 0

    def open(self) -> None:
        """The program as it starts."""
        project = open_project(self.root, None)
        object.__setattr__(project, "clock", lambda: self.now)
        self.answering = Answering(project, self.scene.state, project.clock)
        at = self.scene
        self.bot = StandingQuestions(project, at.state, self.answering, at.poster, at.connected, at.told)
        orders = OperatorCommands(project.config, self.answering.access, {})
        handlers = chat_handlers(project.config, self.answering, orders, commands=self.bot.commands)
        self.router = Router(project, at.state, self.answering, handlers)

    def restart(self, **settings: str) -> None:
        """Another process, perhaps with another configuration: nothing is known but what was written."""
        self.answering.close()
        self.scene.restart()
        if settings:
            configure(self.root, self.zone, **settings)
        self.open()

    def at(self, local: str) -> None:
        self.now = to_utc(datetime.fromisoformat(local), self.zone)

    async def tick(self, local: str | None = None, *, minutes: int = 0) -> None:
        """Turn the clock, look at what is due, and wait until it is told."""
        if local:
            self.at(local)
        self.now += timedelta(minutes=minutes)
        await self.bot.subscriptions.tick()
        await self.bot.subscriptions.idle()
        await self.bot.alerts.tick()
        await self.bot.alerts._telling.idle()

    async def says(self, text: str, person: int = ANNA, platform: str = "telegram", *, group: bool = False) -> Document:
        """What is answered."""
        place = chat(platform, person, group=group)
        who = str(person) if platform == "telegram" else f"U{person}"
        self._events += 1
        reply = await self.router(Incoming(platform, who, place, not group, text, f"event {self._events} {self.now}"))
        assert reply is not None
        return reply.document

    def stands(self, platform: str = "telegram", person: int = ANNA, *, group: bool = False) -> list[str]:
        """What stands in a chat, a text for each message; pictures end it with a number."""
        return self.scene.there(target(platform, person, group=group))


def chat(platform: str, person: int = ANNA, *, group: bool = False) -> str:
    if platform == "telegram":
        return str(GROUP if group else person)
    return "C1" if group else f"D{person}"


def target(platform: str, person: int = ANNA, *, group: bool = False) -> Target:
    return Target(platform, Address(chat(platform, person, group=group)))


def configure(root: Path, zone: str, *, roles: str = "", people: str = "", more: str = "") -> None:
    """Write the configuration; `roles` replaces the role of the lines, `people` those who may ask in private."""
    settings = SETTINGS.format(zone=zone, more=more)
    if roles:
        settings = settings.partition("[roles.line]")[0] + roles + more
    askers = "".join(
        ASKER.format(kind="people", name=f"{platform}{number}", role=role)
        for platform in ("telegram:", "slack:U")
        for number, role in PEOPLE
    )
    chats = "".join(ASKER.format(kind="chats", name=name, role="line") for name in (f"telegram:{GROUP}", "slack:C1"))
    (root / "svodka.toml").write_text(settings + (people or askers) + chats, "utf-8")


@asynccontextmanager
async def office(root: Path, now: str, *, zone: str = MOSCOW, more: str = "") -> AsyncIterator[Office]:
    async with scene(root) as at:
        for person, _ in PEOPLE:
            at.far.chat(person)
            at.slack.channel(f"D{person}", f"U{person}")
        house = House(root / "records", Centre(timezone=zone), now)
        configure(root, zone, more=more)
        made = Office(at, root, zone, to_utc(datetime.fromisoformat(now), zone), house)
        made.open()
        try:
            yield made
        finally:
            made.answering.close()


def text_of(document: Document) -> str:
    """The words of a document, a line for each block or row."""
    lines: list[str] = []
    for block in document.blocks:
        match block:
            case Heading(text) | Note(text):
                lines.append(text)
            case Paragraph(spans):
                lines.append("".join(span.text for span in spans))
            case Bullets(items):
                lines += ["".join(span.text for span in item.spans) for item in items]
            case Facts(rows):
                lines += [" ".join((f"{row.label}: {row.value}", *row.remarks)) for row in rows]
            case _:
                pass
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def buttons(document: Document) -> dict[str, str]:
    """What may be pressed, and what it asks for."""
    return {a.label: a.command for block in document.blocks if isinstance(block, Actions) for a in block.actions}
