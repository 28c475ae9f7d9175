"""Incidents written down in a chat: begun, noted by several people at once, ended; what cannot be is asked back."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.alerts import store as alerts
from bot.alerts.episodes import Condition, Episode
from bot.alerts.store import Alert
from bot.app import chat_handlers
from bot.channels.protocol import Address, NotEditable, Receipt
from bot.chat.answering import Answering
from bot.chat.message import Incoming, Reply
from bot.chat.operator_commands import OperatorCommands
from bot.chat.router import Router
from bot.delivery.pages import Pages
from bot.delivery.poster import Poster
from bot.incidents.board import IncidentBoard
from bot.incidents.book import IncidentBook
from bot.incidents.commands import IncidentCommands
from bot.incidents.reading import IncidentReader
from bot.incidents.words import parse_command
from bot.operations.operators import Operators
from bot.project import open_project
from bot.state.audit import first_time
from bot.state.store import State, open_state
from bot.subscriptions.store import Owner
from digests.document import Attachment, Bullets, Document, Heading, Note, Paragraph, Table
from metrics.incidents import Incident, read_incidents
from tests.kit import MOSCOW
from tests.stories.centre import ANNA, BORIS, GROUP, found
from warehouse.lake import Lake
from warehouse.messages import UserError

_NUMBERS = count(1)
NOW = datetime(2026, 6, 16, 9)
"""Noon in Moscow."""


class Wall:
    """A chat platform that shows what it was last given for each message."""

    key = "telegram"
    connected = True

    def __init__(self) -> None:
        self.messages: list[Document | None] = []
        self.frozen = False

    def layout(self, place: Address) -> str:
        return "classic"

    def parts(self, document: Document, layout: str = "classic") -> list[Document]:
        return [document]

    def opening(self, part: Document) -> str:
        return part.title

    async def prepare(self, place: Address, part: Document) -> Receipt:
        return {}

    async def send(self, place: Address, part: Document, key: str | None = None, prepared: Any = None) -> Receipt:
        self.messages.append(part)
        return {"chat": place.chat, "message": len(self.messages)}

    async def edit(self, place: Address, receipt: Receipt, part: Document, was: Any = None) -> Receipt:
        if self.frozen:
            raise NotEditable("too old")
        self.messages[receipt["message"] - 1] = part
        return receipt

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        return replace(place, reply_to=str(receipt["message"]))

    @property
    def texts(self) -> list[str]:
        return [words(each) for each in self.messages if each]


@dataclass
class Stage:
    """The parts of the program that incidents go through, at a moment that a story may move."""

    root: Path
    state: State
    book: IncidentBook
    board: IncidentBoard
    router: Router
    wall: Wall
    now: datetime = NOW

    async def say(self, text: str, person: int = ANNA, **more: Any) -> str:
        event = f"event {next(_NUMBERS)}"
        asked = Incoming("telegram", str(person), str(person), True, text, event, "en", message=f"m {event}")
        return words(await self.router(replace(asked, **more)))

    async def incidents(self) -> list[Incident]:
        return [each.incident for each in await self.book.records()]


def words(reply: Reply | Document | None) -> str:
    if reply is None:
        return ""
    document = reply if isinstance(reply, Document) else reply.document
    told = []
    for block in document.blocks:
        match block:
            case Heading() | Note():
                told.append(block.text)
            case Paragraph():
                told.append("".join(span.text for span in block.spans))
            case Bullets():
                told += ["".join(span.text for span in item.spans) for item in block.items]
            case Table():
                told += [" ".join(row) for row in block.rows]
            case Attachment():
                told.append(block.name)
            case _:
                pass
    return "\n".join(told).replace("\N{NO-BREAK SPACE}", " ")


Story = Callable[[Stage], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The centre of the stories, where the head leads incidents and who sees a line may write notes."""
    root = tmp_path_factory.mktemp("incidents")
    found(root, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")
    file = root / "svodka.toml"
    text = file.read_text("utf-8").replace("per_minute = 7", "per_minute = 100")
    file.write_text(text + '\n[page]\nurl = "https://numbers.example"\n', "utf-8")
    return root


@pytest.fixture
def root(centre: Path, tmp_path: Path) -> Path:
    """A centre of a test's own."""
    return Path(shutil.copytree(centre, tmp_path / "centre"))


@pytest.fixture
def play(root: Path) -> Play:
    """Tell a story; another of the same test goes on where the one before ended."""

    def played(story: Story) -> None:
        async def telling() -> None:
            project = open_project(root, None)
            state = open_state(project.config.state.url, root)
            wall = Wall()

            def clock() -> datetime:
                return stage.now

            answering = Answering(project, state, clock)
            book = IncidentBook(project, state)
            operators = Operators(project, state, clock, ())
            poster = Poster(state, [wall], operators, project.localizer)  # type: ignore[list-item]
            board = IncidentBoard(state, book, answering, poster, [wall], clock)  # type: ignore[list-item]
            reader = IncidentReader(book, answering, Pages(project.config.page, root, project.localizer))
            commands = IncidentCommands(project, answering, book, board, reader, clock)
            orders = OperatorCommands(project.config, answering.access, {})
            handlers = chat_handlers(project.config, answering, orders, commands=(commands,))
            router = Router(project, state, answering, handlers, resuming=(commands,))
            stage = Stage(root, state, book, board, router, wall)
            try:
                await story(stage)
            finally:
                await poster.stop(1)
                answering.close()
                state.close()

        asyncio.run(telling())

    return played


def test_a_timeline_is_one_message_that_changes_where_it_stands(play: Play) -> None:
    async def story(stage: Stage) -> None:
        assert await stage.say("/incident start 11:02 The account does not load line inhouse sev 2") == ""
        await stage.board.tick()
        (shown,) = stage.wall.texts
        assert shown == "\n".join(
            (
                "Incident No. 1 “The account does not load”",
                "Inhouse, severity 2, not over, since June 16, 11:02",
                "11:02 started",
                "There are fewer than 3 weeks of records to compare the numbers with.",
                "A reply to this message is a note.",
            )
        )
        assert "Written down as 1:2: 11:11, noticed." in await stage.say("/incident noticed #1 11:11 losses", BORIS)
        await stage.say("it is the certificate", reply_to="1")
        await stage.say("/incident message 11:28 we know and are at it")
        await stage.say("/incident resolve #1 11:50")
        await stage.board.tick()
        (shown,) = stage.wall.texts
        assert "June 16, 11:02, 48 minutes" in shown
        assert "11:28 to clients: we know and are at it" in shown
        assert "12:00 note: it is the certificate" in shown
        assert "#1 The account does not load June 16, 11:02 June 16, 11:50" in await stage.say("/incident list")
        await stage.board.tick()
        (recorded,) = read_incidents(Lake(stage.root / "records").open(), NOW)
        assert (recorded.lines, recorded.severity, recorded.resolved) == (("inhouse",), 2, datetime(2026, 6, 16, 8, 50))
        assert [entry.kind for entry in recorded.entries] == ["started", "noticed", "message", "resolved", "note"]
        assert [entry.internal for entry in recorded.entries] == [False, False, False, False, True]

    play(story)


def test_what_is_written_while_the_timeline_is_changed_is_shown_the_next_time(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:40 Gone line inhouse")
        await stage.board.tick()
        await stage.say("/incident note seen")

        async def resolved_meanwhile(place: Address, receipt: Receipt, part: Document, was: Any = None) -> Receipt:
            stage.wall.edit = editing  # type: ignore[method-assign]
            await stage.say("/incident resolve 11:50")
            return await editing(place, receipt, part, was)

        editing = stage.wall.edit
        stage.wall.edit = resolved_meanwhile  # type: ignore[method-assign]
        await stage.board.tick()
        assert "11:50" not in stage.wall.texts[0]
        await stage.board.tick()
        assert "11:50" in stage.wall.texts[0]

    play(story)


def test_where_a_message_cannot_be_changed_another_goes_on_and_both_take_replies(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:10 No lift")
        await stage.board.tick()
        stage.wall.frozen = True
        await stage.say("/incident taken 11:15")
        await stage.board.tick()
        assert ["11:15 taken up" in text for text in stage.wall.texts] == [False, True]
        stage.wall.frozen = False
        for message in ("1", "2"):
            await stage.say(f"under {message}", reply_to=message)
        await stage.board.tick()
        assert "12:00 note: under 1\n12:00 note: under 2" in stage.wall.texts[1]
        assert len(stage.wall.texts) == 2

    play(story)


def test_what_is_edited_and_dropped_keeps_what_it_was(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:00 No lift")
        await stage.say("/incident cause 11:20 a certifcate", message="m 7")
        assert await stage.say("/incident edit 1:2 11:25 a certificate") == "Changed: 1:2."
        await stage.say("/incident cause 11:26 two certificates", message="m 7", edited=True)
        await stage.say("/incident note 11:30 wrong chat")
        await stage.board.tick()
        assert await stage.say("/incident drop 1:3") == "Withdrawn: 1:3."
        await stage.say("/incident edit 1:1 10:58")
        await stage.board.tick()
        (incident,) = await stage.incidents()
        assert [(e.kind, e.text) for e in incident.entries] == [("started", ""), ("cause", "two certificates")]
        (recorded,) = read_incidents(Lake(stage.root / "records").open(), NOW)
        assert [(e.at, e.kind, e.text) for e in recorded.entries] == [(e.at, e.kind, e.text) for e in incident.entries]
        assert recorded.started == datetime(2026, 6, 16, 7, 58)
        with stage.state.engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT place, revision, text, dropped FROM incident_entries").all()
        assert sorted(map(tuple, kept)) == [
            (1, 1, "", 0),
            (1, 2, "", 0),
            (2, 1, "a certifcate", 0),
            (2, 2, "a certificate", 0),
            (2, 3, "two certificates", 0),
            (3, 1, "wrong chat", 0),
            (3, 2, "wrong chat", 1),
        ]

    play(story)


def test_several_write_at_once_and_nothing_is_lost(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:00 No lift")
        await asyncio.gather(*(stage.say(f"/incident note minute {n}") for n in range(6)))
        (incident,) = await stage.incidents()
        assert sorted(entry.text for entry in incident.entries) == ["", *(f"minute {n}" for n in range(6))]
        assert sorted(entry.place for entry in incident.entries) == [1, 2, 3, 4, 5, 6, 7]

    play(story)


def test_what_cannot_be_is_asked_back_and_nothing_is_written(play: Play) -> None:
    async def story(stage: Stage) -> None:
        say = stage.say
        assert await say("/incident note hello") == "No incident is open here. Start one: /incident start 13:02 …."
        assert "no time of the day" in await say("/incident start 25:00 No lift")
        assert 'There is no "strat" of incidents. There are: start' in await say("/incident strat No lift")
        await say("/incident start 11:00 No lift")
        assert "is open already" in await say("/incident start 11:30 No lift")
        assert "is before that" in await say("/incident note 10:00 earlier")
        assert "is yet to come" in await say("/incident note 2026-06-17 10:00 later")
        await say("/incident start 11:40 No water")
        assert "Several incidents are open: #1, #2" in await say("/incident note which")
        await say("/incident resolve #2 11:50")
        assert "is over since" in await say("/incident resolve #2 11:55")
        assert "has no entry 1:9" in await say("/incident edit 1:9 text")
        assert "it cannot start after that" in await say("/incident edit 2:1 11:55")
        assert "An incident has a start" in await say("/incident drop 1:1")
        kept = [(each.title, len(each.entries)) for each in await stage.incidents()]
        assert kept == [("No lift", 1), ("No water", 2)]

    play(story)


def test_who_may_write_and_who_may_see(play: Play) -> None:
    async def story(stage: Stage) -> None:
        assert "your role has incident = note" in await stage.say("/incident start No lift", BORIS)
        await stage.say("/incident start 11:00 No lift line akc")
        await stage.say("/incident start 11:00 No water line inhouse")
        assert "No lift" not in await stage.say("/incident list", BORIS)
        assert "No water" in await stage.say("/incident list", BORIS)
        for text in ("show 1", "note #1 hello", "postmortem 1", "edit 1:1 text", "clients 1"):
            assert await stage.say(f"/incident {text}", BORIS) == "There is no incident No. 1."
        assert "Clients are not named for your role" in await stage.say("/incident clients 2", BORIS)
        # In a group it is the group's right or one's own, whichever is more.
        group = {"chat": str(GROUP), "private": False}
        assert "Written down as 2:2" in await stage.say("/incident note #2 in the group", 9, **group)
        assert "your role has incident = note" in await stage.say("/incident resolve #2", 9, **group)
        assert "Written down as 2:3" in await stage.say("/incident resolve #2", ANNA, **group)
        assert "Say of which line it is" in await stage.say("/incident start No light", ANNA, **group)
        await stage.say("/incident start No light line inhouse", ANNA, **group)
        await stage.board.tick()
        under = str(1 + [text.split("\n")[0] for text in stage.wall.texts].index("Incident No. 3 “No light”"))
        assert "Written down as 3:2" in await stage.say("a fuse", 9, **group, reply_to=under, aside=True)
        assert await stage.say("a fuse", 9, **group, reply_to="99", aside=True) == ""

    play(story)


def test_an_end_is_taken_back_after_a_question_and_within_a_day(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:00 No lift")
        await stage.say("/incident resolve 11:30")
        asked = await stage.say("/incident note #1 it stands again")
        assert asked == "Written down. Incident No. 1 is over since June 16, 11:30: does it go on?"
        await stage.say("/incident reopen 1")
        (incident,) = await stage.incidents()
        assert incident.resolved is None
        assert [entry.text for entry in incident.entries] == ["", "it stands again"]
        await stage.say("/incident resolve #1")
        stage.now = NOW + timedelta(hours=25)
        for text in ("note #1 and again", "reopen 1"):
            assert "what goes on now is another one" in await stage.say(f"/incident {text}")

    play(story)


def test_an_alert_of_the_chat_is_written_into_its_timeline_once(play: Play) -> None:
    """Of Inhouse, that it began at 11:20; one of AKC and one of another chat are none of this incident."""

    def alert(chat: int, line: str) -> Alert:
        owner = Owner("telegram", str(ANNA), str(chat), None, True, "en")
        return Alert(0, owner, "sl", line, Condition("<", 80, 30), "", NOW)

    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:10 The account does not load line inhouse")
        for each in (alert(ANNA, "inhouse"), alert(ANNA, "akc"), alert(BORIS, "inhouse")):
            made = await stage.state.run(alerts.add, each)
            began = NOW - timedelta(minutes=40)
            await stage.state.run(alerts.keep, Episode(0, made.id, began, began, 70, 7, 10, 70, began))
        for _ in range(2):
            await stage.board.tick()
        (shown,) = stage.wall.texts
        assert shown.count("Service level, Inhouse below 80%") == 1
        assert "11:20 Service level, Inhouse below 80%" in shown
        (incident,) = await stage.incidents()
        assert [entry.kind for entry in incident.entries] == ["started", "metric"]

    play(story)


def test_what_one_message_does_not_hold_is_left_to_the_command(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:10 No lift")
        for n in range(30):
            await stage.say(f"/incident note 11:{n + 15} minute {n}")
        await stage.board.tick()
        (shown,) = stage.wall.texts
        assert "11:10 started\n… 6 entries more: /incident show 1\n11:21 note: minute 6" in shown
        assert "11:15 note: minute 0 (2)" in await stage.say("/incident show 1")

    play(story)


def test_the_chat_is_reminded_once_that_clients_were_not_told(play: Play) -> None:
    """Of the start after an hour, and of a cause that came after the first message."""

    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:10 No lift")
        await stage.board.tick()
        assert len(stage.wall.texts) == 1
        stage.now = NOW + timedelta(minutes=10)
        for _ in range(2):
            await stage.board.tick()
        assert [text.split(":")[0] for text in stage.wall.texts[1:]] == [
            "An hour of incident No. 1 “No lift”, and clients were not told yet"
        ]
        await stage.say("/incident message 12:09 we know")
        await stage.say("/incident cause 12:10 the motor")
        stage.now = NOW + timedelta(minutes=69)
        await stage.board.tick()
        assert len(stage.wall.texts) == 2
        stage.now = NOW + timedelta(minutes=70)
        for _ in range(2):
            await stage.board.tick()
        assert "since the cause of No. 1 is known" in stage.wall.texts[2]
        assert len(stage.wall.texts) == 3

    play(story)


def test_what_was_heard_before_the_program_was_killed_is_written_once(play: Play) -> None:
    """It was remembered as heard, and the program ended before it was written; then it ends before the answer."""
    begun = Incoming("telegram", str(ANNA), str(ANNA), True, "/incident start 11:00 No lift", "77", "en", message="1")

    async def killed(stage: Stage) -> None:
        await stage.state.run(first_time, begun, NOW)

    async def again(stage: Stage) -> None:
        await stage.router(begun)
        assert len(await stage.incidents()) == 1

    async def question(stage: Stage) -> None:
        asked = replace(begun, text="/sl", event="78")
        assert words(await stage.router(asked))
        assert await stage.router(asked) is None

    play(killed)
    play(again)
    play(again)
    play(question)


def test_a_post_mortem_is_published_for_us_and_for_clients(play: Play) -> None:
    async def story(stage: Stage) -> None:
        await stage.say("/incident start 10:35 The account does not load line inhouse")
        await stage.say("/incident noticed 10:40 losses")
        await stage.say("/incident message 10:50 we know and are at it")
        await stage.say("/incident note #1 10:51 Борис overlooked the letter", BORIS)
        await stage.say("/incident cause #1 11:30 Борис is guilty of the certificate", BORIS)
        assert "goes on: its post-mortem comes after its end" in await stage.say("/incident publish 1")
        await stage.say("/incident resolve 11:40")
        draft = await stage.say("/incident postmortem 1")
        assert "The account does not load" in (await stage.incidents())[0].title
        assert "10:51 Note: Борис [?] overlooked the letter" in draft
        assert "10:51–11:30, 39 minutes without an entry: what did we wait for?" in draft
        assert "10:40–10:50, 10 minutes without an entry: what did we wait for?" in draft
        assert "An action has a role and a day" in await stage.say("/incident postmortem 1 prevent watch certificates")
        await stage.say("/incident postmortem 1 prevent watch certificates who duty lead until 2026-06-15")
        await stage.say("/incident postmortem 1 lucky it was not a Monday")
        refused = await stage.say("/incident publish 1")
        assert refused.startswith("Clients would read words that blame or name somebody: 1:5.")
        await stage.say("/incident edit 1:5 a certificate ran out")
        assert "is published" in await stage.say("/incident publish 1")
        (record,) = await stage.book.records()
        inside, outside = ((stage.root / "pages" / name / "index.html").read_text("utf-8") for name in record.pages)
        assert "overlooked" in inside
        assert "it was not a Monday" in inside
        assert "overdue" in inside
        for secret in ("overlooked", "Monday", "duty lead", "overdue", "losses out"):
            assert secret not in outside
        assert "a certificate ran out" in outside
        assert "watch certificates" in outside
        await stage.say("/incident done 1:7")
        await stage.say("/incident publish 1")
        (again,) = await stage.book.records()
        assert again.pages == record.pages
        assert again.published_at == record.published_at
        assert again.revised_at == NOW

    play(story)


_WAREHOUSE = """
[warehouse]
url = "sqlite:///theirs.db"

[warehouse.{table}]
from = "theirs"

[warehouse.{table}.columns]
{key} = "number"
{time} = "began"
"""


def _theirs(root: Path, table: str, key: str, time: str) -> None:
    """A warehouse with one table of one row, of 15 June at noon in Moscow."""
    with closing(sqlite3.connect(root / "theirs.db")) as connection:
        connection.execute("CREATE TABLE theirs (number TEXT, began TEXT)")
        connection.execute("INSERT INTO theirs VALUES ('41', '2026-06-15 12:00:00')")
        connection.commit()
    with (root / "svodka.toml").open("a", encoding="utf-8") as settings:
        settings.write(_WAREHOUSE.format(table=table, key=key, time=time))


def test_beside_a_warehouse_incidents_are_written_where_they_are_read(play: Play, root: Path) -> None:
    _theirs(root, "leads", "lead_id", "created_at")

    async def story(stage: Stage) -> None:
        await stage.say("/incident start 11:00 No lift")
        await stage.board.tick()
        (recorded,) = read_incidents(open_project(stage.root, None).store.open(), NOW)
        assert recorded.title == "No lift"

    play(story)


def test_incidents_of_a_warehouse_are_read_and_not_written(play: Play, root: Path) -> None:
    _theirs(root, "incidents", "incident_id", "started_at")

    async def story(stage: Stage) -> None:
        refused = await stage.say("/incident start 11:00 No lift")
        assert refused == "Incidents are read from your own warehouse: they are written there."
        assert "#41" in await stage.say("/incident list")
        assert await stage.incidents() == []

    play(story)


def test_clients_are_listed_at_once(play: Play) -> None:
    """At 10:40 one waited 50 s, at 10:50 one hung up; neither is known by a number."""

    async def story(stage: Stage) -> None:
        await stage.say("/incident start 10:35 The account does not load line inhouse")
        told = await stage.say("/incident clients 1")
        assert told == "Incident No. 1 touched 0 known clients; 0 of them lost a call.\nincident-1-clients.xlsx"

    play(story)


def test_a_moment_is_the_latest_that_is_not_to_come() -> None:
    past_midnight = datetime(2026, 6, 15, 21, 10)
    asked = parse_command(("note", "23:50", "late"), past_midnight, MOSCOW)
    assert asked.at == datetime(2026, 6, 15, 20, 50)
    assert parse_command(("note", "2026-06-14", "23:50", "x"), NOW, MOSCOW).at == datetime(2026, 6, 14, 20, 50)
    with pytest.raises(UserError):
        parse_command(("note", "24:10"), NOW, MOSCOW)
