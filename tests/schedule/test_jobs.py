"""Posts as they are configured, listed and asked for; and the whole program posting one by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import service
from bot.app import App, compose
from bot.channels.protocol import Address
from bot.channels.telegram.settings import TELEGRAM_BOT
from bot.chat.message import Incoming
from bot.chat.operator_commands import OperatorCommand
from bot.config import load
from bot.delivery.model import Publication, Target
from bot.operations.watch import Intervals
from bot.project import Project, open_project
from bot.schedule.jobs import Job, jobs_of
from bot.schedule.schedule import Schedule
from bot.settings import Tokens
from bot.state.lease import Lease
from bot.state.store import State, open_state
from digests.document import Action, Heading, Note
from digests.localizer import Localizer
from tests.bot.conftest import Run, run  # noqa: F401
from tests.doubles.clock import LONGEST_S
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.kit import MOSCOW, House, answered
from warehouse.messages import Message, UserError

SETTINGS = """
[centre]
timezone = "Europe/Moscow"
country = "RU"
language = "en"

[[digests.calls.sections]]
title = "Calls"
groups = [{ figures = [{ key = "calls", metric = "calls", line = "sales" }] }]
"""
POST = """
[[posts]]
key = "team"
digest = "calls"
schedule = "1,16 10:00"
workday = "next"
chats = ["telegram:-1001/5", "slack:C024BE7LH"]
"""


def configured(root: Path, posts: str, more: str = "") -> tuple[Job, ...]:
    (root / "svodka.toml").write_text(more + SETTINGS + posts, "utf-8")
    return jobs_of(load(root / "svodka.toml"), datetime(2026, 6, 16, 9))


def test_a_post_is_read(tmp_path: Path) -> None:
    (job,) = configured(tmp_path, POST)
    assert (job.subject, job.span, job.on_gaps) == ("digest:calls", "half_month", "post")
    assert job.targets == (Target("telegram", Address("-1001", "5")), Target("slack", Address("C024BE7LH")))
    due = job.next(datetime(2026, 6, 16, 9))
    assert due
    assert due.at == datetime(2026, 7, 1, 7)


@pytest.mark.parametrize(
    ("given", "instead", "said"),
    [
        ('"calls"', '"cals"', 'There is no digest "cals". There are: calls, biweekly.'),
        ('["telegram:-1001/5", "slack:C024BE7LH"]', "[]", 'posts "team": it has no chats'),
        ("telegram:-1001/5", "telegram:", 'posts "team": "telegram:" is no chat'),
        ("telegram:-1001/5", "telegramm:-1", 'there is no platform "telegramm". There are: telegram, slack.'),
        ("slack:C024BE7LH", "telegram:-1001/5", "the chat telegram:-1001/5 is listed twice"),
        ('schedule = "1,16 10:00"', 'cron = "0 9 30 2 *"', 'posts "team": its time never comes'),
        ('schedule = "1,16 10:00"', 'cron = "0 9 * * *"', "cron does not say what it is about"),
        ('workday = "next"', "deadline_h = 30", "the deadline of 30.0 h lies behind the window of 24 h"),
        ('workday = "next"', 'workday = "nearest"', 'posts.0.workday: it may be "next", "previous".'),
        ("[[posts]]", POST + "[[posts]]", 'two of them have the key "team"'),
    ],
)
def test_a_setting_that_is_wrong_is_one_sentence(tmp_path: Path, given: str, instead: str, said: str) -> None:
    assert given in POST
    with pytest.raises(UserError) as error:
        configured(tmp_path, POST.replace(given, instead))
    assert said in str(error.value)


ANNA = Incoming("telegram", "Anna", "-7", False, "", "1")


class Chats:
    """Deliveries and operators, remembered."""

    def __init__(self) -> None:
        self.issues: list[tuple[Publication, Sequence[Target], bool]] = []
        self.told: list[str] = []
        self.actions: list[str] = []
        self.came = asyncio.Event()

    async def post(self, issue: Publication, targets: Sequence[Target], *, late: bool = False) -> None:
        self.issues.append((issue, targets, late))
        self.came.set()

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        self.told.append(str(text))
        self.actions += [action.command for action in actions]
        self.came.set()

    async def over(self, episode: str) -> None:
        pass


def centre(root: Path, clock: str, post: str = POST, *, days: int = 15, complete_to: str | None = None) -> None:
    """Three calls on each of the first days of June, and a post that is due on the 16th at ten."""
    configured(root, post, f'clock = "{clock}"\n')
    calls = [answered(f"2026-06-{day:02} 10:00") for day in range(1, days + 1) for _ in range(3)]
    House(root / "records").calls(*calls, complete_to=complete_to)


async def served(root: Path, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the program until something is posted or told."""

    def composed(project: Project, tokens: Tokens, state: State, lease: Lease, intervals: Intervals) -> App:
        return replace(
            compose(project, tokens, state, lease, intervals),
            schedule=Schedule(project, state, chats, chats, lease.mine),
        )

    monkeypatch.setattr(service, "compose", composed)
    async with TelegramDouble() as far:
        text = (root / "svodka.toml").read_text("utf-8")
        (root / "svodka.toml").write_text(f'{text}\n[telegram]\napi_url = "{far.url}"\n', "utf-8")
        stop = asyncio.Event()
        project = open_project(root, None)
        running = asyncio.ensure_future(service.serve(project, Tokens({TELEGRAM_BOT: TOKEN}), stop))
        coming = asyncio.ensure_future(chats.came.wait())
        await asyncio.wait([running, coming], timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        # Another process by mistake: this one works, that one says so.
        with pytest.raises(UserError, match="Svodka works on this state already: process"):
            await service.serve(project, Tokens({TELEGRAM_BOT: TOKEN}), stop)
        stop.set()
        await running


def test_the_program_posts_what_is_due_and_lists_it(
    tmp_path: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre(tmp_path, "2026-06-16T11:00", complete_to="2026-06-16 06:00")
    chats = Chats()
    asyncio.run(served(tmp_path, chats, monkeypatch))

    ((issue, targets, late),) = chats.issues
    assert (issue.subject, issue.period, late) == ("digest:calls", "2026-06-01..2026-06-15", True)
    assert targets == (Target("telegram", Address("-1001", "5")), Target("slack", Address("C024BE7LH")))
    title, note, *_ = issue.document.blocks
    assert isinstance(title, Heading)
    assert note == Note("This post is late: it was due on June\N{NO-BREAK SPACE}16, 10:00.")

    listed = run("jobs", "--home", str(tmp_path), "--now", "2026-06-16T11:05")
    assert [line.strip() for line in listed.out.replace("\N{NO-BREAK SPACE}", " ").splitlines() if line] == [
        "POSTS",
        "• team: next: July 1, 10:00",
        "(last: June 16, 10:00, posted, late)",
    ]
    (job,) = json.loads(run("jobs", "--json", "--home", str(tmp_path), "--now", "2026-06-16T11:05").out)["jobs"]
    assert (job["next"], job["next_period"]) == ("2026-07-01T07:00:00Z", "2026-06-16..2026-06-30")
    assert (job["last"]["status"], job["last"]["late"]) == ("posted", True)


def test_what_is_not_in_is_held_then_kept_and_published_with_its_gaps_marked(tmp_path: Path) -> None:
    keep = POST + 'on_gaps = "keep"\n'
    # The records of the 13th to the 15th are not there.
    centre(tmp_path, "2026-06-16T10:01", keep, days=12)
    chats = Chats()

    async def told() -> list[str]:
        state = open_state("sqlite:///state.db", tmp_path)
        said = []
        for clock in ("2026-06-16T10:01", "2026-06-16T14:00"):
            schedule = Schedule(open_project(tmp_path, clock), state, chats, chats)
            schedule.start()
            async with asyncio.timeout(LONGEST_S):
                await chats.came.wait()
            chats.came.clear()
            if chats.actions:
                _, name, *rest = chats.actions[0].split()
                said.append(str(await schedule.ordered(OperatorCommand(name, rest, ANNA))))
                async with asyncio.timeout(LONGEST_S):
                    await chats.came.wait()
                localizer = Localizer("ru", MOSCOW)
                assert (await schedule.blocks(localizer))[0] == Heading("Публикации", 2)
                assert str(await schedule.ordered(OperatorCommand("run", ["17"], ANNA))).startswith(
                    "Write op run 17 publish"
                )
            await schedule.stop()
        state.close()
        return said

    said = asyncio.run(told())

    assert chats.told[0].startswith('The post "team" of 2026-06-16 07:00:00 is held: Calls: the records end on June')
    assert said == ['The post "team" of 2026-06-16 07:00:00 is published now.']
    ((issue, _, late),) = chats.issues
    assert not late
    note = issue.document.blocks[1]
    assert isinstance(note, Note)
    assert note.text.startswith("This digest is not complete: Calls: the records end on June")


ELSEWHERE = """
[[digests.calls.sections]]
title = "Calls and chats"
groups = [{ figures = [{ key = "calls", metric = "calls" }, { key = "chats", metric = "chats" }] }]

[warehouse]
url = "sqlite:///theirs.db"
[warehouse.calls]
from = "cdr"
timezone = "UTC"
[warehouse.calls.columns]
call_id = "id"
direction = "'in'"
started_at = "began"
[warehouse.chats]
from = "dialogs"
timezone = "UTC"
[warehouse.chats.columns]
chat_id = "id"
started_at = "began"
"""


def test_a_digest_of_which_one_table_cannot_be_read_is_held_even_beyond_its_deadline(tmp_path: Path) -> None:
    """The bot has looked at both tables; then a column of chats is renamed under it. Calls alone are no digest."""
    settings = SETTINGS.partition("[[digests")[0] + ELSEWHERE + POST
    (tmp_path / "svodka.toml").write_text(settings, "utf-8")
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'theirs.db'}")
    with engine.begin() as connection:
        for table in ("cdr", "dialogs"):
            connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, began TEXT)")
            for day in range(1, 17):
                connection.exec_driver_sql(f"INSERT INTO {table} (began) VALUES ('2026-06-{day:02} 06:00:00')")
    project, chats = open_project(tmp_path, "2026-06-16T15:00"), Chats()
    assert project.store.open().lines("calls") == {"other"}
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE dialogs RENAME COLUMN began TO begun")

    async def told() -> None:
        state = open_state("sqlite:///state.db", tmp_path)
        schedule = Schedule(project, state, chats, chats)
        schedule.start()
        async with asyncio.timeout(LONGEST_S):
            await chats.came.wait()
        await schedule.stop()
        state.close()

    asyncio.run(told())

    assert chats.issues == []
    (said,) = chats.told
    assert "In the warehouse, chats cannot be read: there is no began. Mend [warehouse.chats] in svodka.toml" in said
