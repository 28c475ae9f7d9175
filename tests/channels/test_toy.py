"""A platform of one's own: declared here and listed, with not a line of the program changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import App, compose
from bot.channels.platform import Platform
from bot.channels.protocol import CLASSIC, Address, Channel, Finding, Front, Receipt
from bot.channels.registry import PLATFORMS, read_tokens
from bot.channels.slack.platform import SLACK
from bot.channels.slack.settings import SlackConfig
from bot.channels.telegram.platform import TELEGRAM
from bot.channels.telegram.settings import TelegramConfig
from bot.chat.message import Incoming
from bot.config import load
from bot.config.template import template
from bot.operations.check import findings
from bot.project import open_project
from bot.settings import ConfigTable, Tokens
from bot.state.lease import Lease
from bot.state.store import open_state
from digests.document import Document, Facts, Heading
from digests.localizer import Localizer
from tests.kit import House, answered
from warehouse.messages import Message, UserError

SETTINGS = """
clock = "2026-06-16T10:01"

[centre]
timezone = "Europe/Moscow"
language = "en"

[toy]
room = "attic"

[roles.all]

[[people]]
id = "toy:ann"
role = "all"

[[chats]]
id = "toy:hall"
role = "all"

[[digests.calls.sections]]
title = "Calls"
groups = [{ figures = [{ key = "calls", metric = "calls", line = "sales" }] }]

[[posts]]
key = "team"
digest = "calls"
schedule = "1,16 10:00"
chats = ["toy:hall"]
"""


class ToySettings(ConfigTable):
    room: str = "cellar"
    """Where the toys are."""


@dataclass(frozen=True)
class Brick:
    """What a toy shows: a block's kind, and what it says of the calls."""

    kind: str
    text: str


@dataclass
class ToyChannel(Channel[Brick]):
    """A box that holds what was posted."""

    settings: ToySettings
    token: str
    front: Front
    box: list[tuple[str, Brick]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return "toy"

    @property
    def connected(self) -> bool:
        return True

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def failed(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        return [Finding(True, Message(f"Toys in the {self.settings.room}: {', '.join(chats)}."))]

    def layout(self, place: Address) -> str:
        return CLASSIC

    def parts(self, document: Document, layout: str = CLASSIC) -> Sequence[Brick]:
        return [Brick(type(block).__name__, _text(block)) for block in document.blocks]

    def opening(self, part: Brick) -> str:
        return part.text

    async def prepare(self, place: Address, part: Brick) -> Receipt:
        return {}

    async def send(
        self, place: Address, part: Brick, key: str | None = None, prepared: Receipt | None = None
    ) -> Receipt:
        self.box.append((place.chat, part))
        return {"number": len(self.box)}

    async def find(self, place: Address, key: str, prepared: Receipt, since: datetime) -> Receipt | None:
        return None

    async def edit(self, place: Address, receipt: Receipt, part: Brick, was: Brick | None = None) -> Receipt:
        return receipt

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        return place


def _text(block: object) -> str:
    match block:
        case Heading(text):
            return text
        case Facts(rows):
            return "; ".join(f"{row.label}: {row.value}" for row in rows)
    return ""


def _open(settings: ToySettings, tokens: Tokens, front: Front) -> ToyChannel:
    return ToyChannel(settings, tokens["TOY_TOKEN"], front)


TOY = Platform(
    key="toy",
    about="The bot among toys.",
    settings=ToySettings,
    needs=lambda _: ("TOY_TOKEN",),
    open=_open,
    tokens=("TOY_TOKEN",),
    secrets=r"\btoy-[a-z]+",
    person="ann",
    chat="hall",
)
GIVEN = {"TOY_TOKEN": "toy-secret"}


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLATFORMS, "toy", TOY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three calls on each of the first fifteen days of June, and two of the 16th."""
    (tmp_path / "svodka.toml").write_text(SETTINGS, "utf-8")
    calls = [answered(f"2026-06-{day:02} 09:00") for day in range(1, 16) for _ in range(3)]
    today = [answered("2026-06-16 09:00") for _ in range(2)]
    House(tmp_path / "records").calls(*calls, *today, complete_to="2026-06-16 10:00")
    return tmp_path


@asynccontextmanager
async def running(root: Path) -> AsyncIterator[tuple[App, ToyChannel]]:
    """The program with all that it consists of, doing only what it is asked to."""
    project = open_project(root, None)
    state = open_state(project.config.state.url, root)
    lease = Lease(state)
    await lease.take()
    app = compose(project, read_tokens(GIVEN), state, lease)
    serving = asyncio.create_task(app.inbox.serve(app.router))
    (toy,) = app.channels
    assert isinstance(toy, ToyChannel)
    try:
        yield app, toy
    finally:
        serving.cancel()
        await app.poster.stop(1)
        app.answering.close()
        await lease.give_back()
        state.close()


def test_its_table_is_read_checked_and_may_come_from_the_environment(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "svodka.toml"
    assert load(path).channel(TOY).room == "attic"

    monkeypatch.setenv("SVODKA_TOY__ROOM", "loft")
    assert load(path).channel(TOY).room == "loft"

    path.write_text(SETTINGS.replace("room =", "colour ="), "utf-8")
    with pytest.raises(UserError, match=r"there is no setting toy\.colour"):
        load(path)


def test_without_it_in_the_register_its_table_is_unknown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PLATFORMS, "toy")
    with pytest.raises(UserError, match="there is no setting toy"):
        load(root / "svodka.toml")


def test_the_tables_of_projects_that_exist_are_read_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "svodka.toml"
    telegram = '[telegram]\napi_url = "http://a"\nproxy = "http://b"\nwebhook_url = "https://c"\nlisten = "0.0.0.0:1"\n'
    slack = '[slack]\napi_url = "http://d/"\nproxy = "http://e"\nmode = "http"\nlisten = "0.0.0.0:2"\n'
    path.write_text(telegram + slack, "utf-8")
    monkeypatch.setenv("SVODKA_SLACK__PROXY", "http://f")
    config = load(path)

    assert config.channel(TELEGRAM) == TelegramConfig(
        api_url="http://a", proxy="http://b", webhook_url="https://c", listen="0.0.0.0:1"
    )
    assert config.channel(SLACK) == SlackConfig(api_url="http://d/", proxy="http://f", mode="http", listen="0.0.0.0:2")
    assert config.channel(TOY) == ToySettings()


def test_a_new_projects_settings_show_how_its_chats_are_named() -> None:
    assert 'chats = ["telegram:-1001234567890", "slack:C024BE7LH", "toy:hall"]' in template(
        Localizer("en"), "UTC", "RU"
    )


def test_its_token_is_read_and_never_shown() -> None:
    tokens = read_tokens(GIVEN)
    assert tokens["TOY_TOKEN"] == "toy-secret"
    assert tokens.hide("toy-secret and toy-other") == "*** and ***"


def test_it_is_checked(root: Path) -> None:
    project = open_project(root, None)
    en = Localizer("en")

    def checked(given: dict[str, str]) -> list[tuple[bool, str]]:
        found = asyncio.run(findings(project, read_tokens(given)))
        return [(each.fine, en.say(each.text)) for each in found if "oy" in en.say(each.text)]

    assert checked(GIVEN) == [(True, "Toys in the attic: hall.")]
    assert checked({}) == [(False, "toy: no token (TOY_TOKEN).")]


def test_a_question_asked_on_it_is_answered(root: Path) -> None:
    async def story() -> None:
        async with running(root) as (_, toy):
            reply = await toy.front.answer(Incoming("toy", "ann", "ann", True, "/calls sales today text", "1"))
            assert reply is not None
            assert ": 2" in " ".join(brick.text for brick in toy.parts(reply.document))

    asyncio.run(story())


def test_a_digest_that_is_due_is_posted_there(root: Path) -> None:
    async def story() -> None:
        async with running(root) as (app, toy):
            await app.schedule.run_due()
            assert {chat for chat, _ in toy.box} == {"hall"}
            assert "calls: 45" in " ".join(brick.text for _, brick in toy.box).casefold()

            await app.schedule.run_due()
            assert len({brick for _, brick in toy.box}) == len(toy.box)  # once

    asyncio.run(story())
