"""A newsroom to try the desk in: a clock to turn, people who write, editors who press, chats that remember.

Real are the state, the answers, the desk, the schedule's runner and the ledger of deliveries; the digest is a line and
its columns, and the platform a list of what was said in each chat.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app import chat_handlers
from bot.channels.files import render
from bot.channels.protocol import CLASSIC, Address, DeliveryFailed, Receipt
from bot.chat.answering import Answering
from bot.chat.message import Content, Incoming, IncomingFile, Reply
from bot.chat.operator_commands import OperatorCommands
from bot.chat.router import Router
from bot.config import load
from bot.delivery.poster import Poster
from bot.editorial.approvals import Approvals
from bot.editorial.drafts import Drafts
from bot.editorial.publications import PublicationPreview
from bot.editorial.service import EditorialService
from bot.operations.operators import Operators
from bot.project import Project
from bot.schedule import runs
from bot.schedule.jobs import Job, jobs_of
from bot.schedule.runner import Draft, Runner
from bot.schedule.schedule import DecisionTrigger
from bot.state.schema import RUNS
from bot.state.store import open_state
from digests.document import Actions, Block, Document, Heading, Paragraph, Picture, plain
from digests.stories import Story
from metrics.periods import Period, to_utc
from tests.channels.documents import png
from warehouse.messages import Message

EDITORS, OPERATORS, TEAM = "telegram:-10", "telegram:-20", "telegram:-30"
ANNA, BORIS, VERA, STRANGER = "1", "2", "3", "9"
"""Of Support; of Sales; an editor, in private too; nobody."""

SETTINGS = """
[centre]
timezone = "Europe/Moscow"
country = ""
language = "en"

[roles.editor]
editor = true

[[people]]
id = "telegram:1"
role = "editor_not"
title = "Anna Example"

[[people]]
id = "telegram:3"
role = "editor"
title = "Vera Editor"

[roles.editor_not]

[operators]
chats = ["telegram:-20"]
language = "ru"

[editorial]
chats = ["telegram:-10"]

[[departments]]
key = "support"
title = "Support"
aliases = ["helpers"]
people = ["telegram:1"]

[[departments]]
key = "sales"
title = "Sales desk"
people = ["telegram:2"]

[[posts]]
key = "team"
digest = "biweekly"
schedule = "1,16 10:00"
chats = ["telegram:-30"]
approval = "editors"
without_approval = "{rule}"
"""
_NUMBERS = count(1)


class Killed(BaseException):
    """The process is gone: nobody catches it."""


@dataclass(frozen=True)
class Clocked(Project):
    """A project whose clock is turned by hand."""

    hands: list[datetime] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.hands[-1]


class Chats:
    """A platform: what was said where; a document is one part."""

    key = "telegram"

    def __init__(self) -> None:
        self.said: defaultdict[str, list[Document]] = defaultdict(list)
        self.closed: set[str] = set()
        """Chats that take nothing."""
        self.kill: str | None = None
        """The chat in which sending is the last that the process does."""

    def layout(self, place: Address) -> str:
        return CLASSIC

    def parts(self, document: Document, layout: str = CLASSIC) -> Sequence[Document]:
        return [document]

    def opening(self, part: Document) -> str:
        return part.title

    async def prepare(self, place: Address, part: Document) -> Receipt:
        return {}

    async def send(
        self, place: Address, part: Document, key: str | None = None, prepared: Receipt | None = None
    ) -> Receipt:
        if place.chat in self.closed:
            raise DeliveryFailed("blocked", permanent=True)
        self.said[f"telegram:{place.chat}"].append(part)
        if self.kill == place.chat:
            self.kill = None
            raise Killed
        return {"message": len(self.said)}

    async def find(self, place: Address, key: str, prepared: Receipt, since: datetime) -> Receipt | None:
        return {"found": key}


@dataclass
class Newsroom:
    """One process; another one over the same directory is a restart."""

    root: Path
    chats: Chats = field(default_factory=Chats)
    rule: str = "hold"
    now: str = "2027-06-14 12:00"
    gaps: tuple[Message, ...] = ()
    on_draft: Callable[[], Awaitable[None]] | None = None
    """What happens while a digest is computed."""

    async def __aenter__(self) -> Newsroom:
        path = self.root / "svodka.toml"
        path.write_text(SETTINGS.format(rule=self.rule), "utf-8")
        config = load(path)
        self._hands = [to_utc(datetime.fromisoformat(self.now), "Europe/Moscow")]
        project = Clocked(self.root, config, self._hands[0], True, self._hands)
        self.state = open_state("sqlite:///state.db", self.root)
        clock, say, speakers = project.clock, project.localizer.say, [self.chats]
        self.operators = Operators(project, self.state, clock, speakers)
        self.editors = Operators(project, self.state, clock, speakers, chats=config.editorial.chats)
        self.poster = Poster(self.state, [self.chats], self.operators, project.localizer)  # type: ignore[list-item]
        jobs, printed, self.trigger = jobs_of(config, clock()), PublicationPreview(project), DecisionTrigger()
        self.approvals = Approvals(project, self.state, jobs, printed, self.editors, self.operators, self.trigger)
        drafts = Drafts(project, self.state, jobs, self.poster, printed, self.editors, self)
        self.desk = EditorialService(
            project, self.state, speakers, self.editors, self.approvals, drafts, self.trigger, settle_s=0.02
        )
        self.runner = Runner(jobs, self.state, self, self.poster, self.operators, clock, say, editors=self.approvals)
        self.answering = Answering(project, self.state, clock)
        orders = OperatorCommands(config, self.answering.access, {})
        handlers = chat_handlers(config, self.answering, orders, editorial=self.desk)
        self.router = Router(project, self.state, self.answering, handlers)

        async def run_due() -> None:
            self.runner.retry_now()
            await self.runner.tick()

        self.triggered = asyncio.create_task(self.trigger.run(self.desk.run_due, run_due))
        await self.operators.start()
        await self.editors.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.triggered.cancel()
        await self.poster.stop(0.1)
        await self.editors.stop()
        await self.operators.stop()
        self.answering.close()
        self.state.close()

    def rests(self, connection: sa.Connection, job: Job) -> Message | None:
        return None

    async def draft(
        self,
        job: Job,
        period: Period,
        *,
        complete: bool,
        late_since: datetime | None,
        stories: Sequence[Story] | None = None,
    ) -> Draft:
        """A digest of one line and the columns."""
        columns = await self.approvals.columns(job, period) if stories is None else stories
        if self.on_draft:
            then, self.on_draft = self.on_draft, None
            await then()
        if self.gaps and complete:
            return Draft(self.gaps, None)
        blocks: list[Block] = [Heading("The digest", 1)]
        for story in columns:
            signed = [Paragraph(plain(story.author))] if story.author else []
            blocks += [Heading(story.title, 2), *story.blocks, *signed]
        return Draft(self.gaps, Document("The digest", (*blocks, Paragraph(plain("Figures")))))

    async def at(self, local: str) -> None:
        """Turn the clock, and let what is due be done."""
        await self.quiet()
        self._hands.append(to_utc(datetime.fromisoformat(local), "Europe/Moscow"))
        await self.tick()

    async def tick(self) -> None:
        await asyncio.gather(self.desk.tick(), self.runner.tick())
        await self.quiet()

    async def quiet(self) -> None:
        """Until what was begun behind is done."""
        while (not self.trigger.idle and not self.triggered.done()) or self.runner._tasks or self.poster._working:
            await asyncio.sleep(0.005)
        for each in (self.operators, self.editors):
            await asyncio.gather(*(queue.join() for queue in each._waiting.values()))

    async def writes(
        self,
        person: str,
        *said: str | Block,
        pictures: int = 0,
        chat: str | None = None,
        message: str | None = None,
        album: str | None = None,
    ) -> Reply | None:
        """A message with text and pictures; a text is a paragraph."""
        blocks = tuple(Paragraph(plain(each)) if isinstance(each, str) else each for each in said)
        text = "\n\n".join(each for each in said if isinstance(each, str))
        shown = tuple(_attached(number) for number in range(pictures))
        more: dict[str, Any] = {"content": Content(blocks, shown), "album": album}
        return await self._incoming(person, text, chat, message=message or f"m{next(_NUMBERS)}", **more)

    async def presses(self, person: str, command: str, chat: str | None = None) -> str:
        """A button, by what it asks; what is shown then."""
        return shown(await self._incoming(person, command, chat))

    async def _incoming(self, person: str, text: str, chat: str | None, **more: Any) -> Reply | None:
        where = chat.partition(":")[2] if chat else person
        incoming = Incoming("telegram", person, where, chat is None, text, f"e{next(_NUMBERS)}", "en", **more)
        return await self.router(incoming)

    def posted(self) -> list[str]:
        """What the readers see."""
        return [_text(document) for document in self.chats.said[TEAM]]

    def told(self, chat: str) -> list[str]:
        return [_text(document) for document in self.chats.said[chat]]

    def buttons(self, chat: str) -> dict[str, str]:
        """What can be pressed under the latest message that has buttons."""
        return next(found for document in reversed(self.chats.said[chat]) if (found := pressable(document)))

    def outcomes(self) -> list[tuple[str, str | None]]:
        """(status, who decided) of all runs that were due since the newsroom opened."""
        with self.state.engine.connect() as connection:
            rows = connection.execute(sa.select(RUNS).order_by(RUNS.c.due_at)).all()
        return [(row.status, row.decided_by) for row in rows if row.status != runs.RunStatus.MISSED.value]


def shown(reply: Reply | None) -> str:
    return _text(reply.document) if reply else ""


def _text(document: Document) -> str:
    return render.text(document).replace("\N{NO-BREAK SPACE}", " ").strip()


def pressable(document: Document) -> dict[str, str]:
    """Labels and what they ask."""
    return {
        action.label: action.command
        for block in document.blocks
        if isinstance(block, Actions)
        for action in block.actions
    }


def pictures(reply: Reply | None) -> int:
    return sum(isinstance(block, Picture) for block in reply.document.blocks) if reply else 0


def told_by(story: Callable[[Newsroom], Awaitable[None]], root: Path, **how: Any) -> None:
    """Tell a story in a newsroom."""

    async def telling() -> None:
        async with Newsroom(root, **how) as room:
            await story(room)

    asyncio.run(telling())


def _attached(number: int) -> IncomingFile:
    async def fetched() -> bytes:
        await asyncio.sleep(0.01)
        return png(number)

    return IncomingFile(f"photo{number}.png", "image/png", 100, fetched)
