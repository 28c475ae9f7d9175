"""A contest of five days, posted every day at ten into a chat that may know names and into one that may not.

Анна and Борис make reservations; the records of a day come in the night after it.

| day     | Анна | Борис |
| ------- | ---- | ----- |
| 10 June | 2    | 1     |
| 11 June |      | 3     |
| 12 June | 1    |       |
| 13 June | 1    |       |
| 14 June |      | 3     |
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.template import template
from bot.contests.ledger import adjust
from bot.delivery.model import Publication, Target
from bot.operations.backups import amend
from bot.operations.check import findings
from bot.project import Project, open_project
from bot.schedule import listing
from bot.schedule.jobs import Job, jobs_of
from bot.schedule.kinds import Writers
from bot.schedule.runner import Runner
from bot.settings import Tokens
from digests.localizer import Localizer
from tests.contests.june import reservation
from tests.delivery.kit import Scene, scene
from tests.doubles.clock import LONGEST_S
from tests.kit import MOSCOW, House
from warehouse.messages import UserError

SETTINGS = """
[centre]
timezone = "Europe/Moscow"
language = "ru"

[roles.head]
names = true

[[chats]]
id = "telegram:-101"
role = "head"

[[contests]]
key = "june"
title = "Курс на пентхаус"
metric = "reserves_in_call"
first = 2026-06-10
last = 2026-06-14
minimum = 1
places = 2
prizes = ["велосипед"]
"""
POST = """
[[posts]]
key = "rating"
contest = "june"
schedule = "10:00"
chats = ["telegram:-101", "slack:C1"]
"""
DAYS = {10: {"a": 2, "b": 1}, 11: {"b": 3}, 12: {"a": 1}, 13: {"a": 1}, 14: {"b": 3}}
NAMES = {"a": "Анна Примерова", "b": "Борис Образцов"}


class Killed(BaseException):
    """The process is gone: nobody catches it."""


@dataclass(frozen=True)
class Turned(Project):
    """A project whose clock is turned by hand."""

    hands: list[datetime] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.hands[-1]


@dataclass
class Hall:
    """The contest's place: records, a clock, the schedule, and both chats."""

    at: Scene
    house: House
    project: Turned
    jobs: tuple[Job, ...]
    runner: Runner
    kill: str | None = None
    """When the process is gone: `after` posting, or before anything goes out on a platform."""

    async def tick(self, local: str) -> None:
        """The schedule looks what is to be done at a moment of June, as `10 10:00`."""
        self.project.hands.append(self.house.utc(f"2026-06-{local}"))
        await self.runner.tick()

    def restart(self) -> None:
        self.at.restart()
        self.runner = Runner(
            self.jobs,
            self.at.state,
            Writers(self.project, self.at.state),
            self,  # type: ignore[arg-type]
            self.at.told,  # type: ignore[arg-type]
            self.project.clock,
            self.project.localizer.say,
        )

    async def post(self, issue: Publication, targets: Sequence[Target], *, late: bool = False) -> None:
        if self.kill == targets[0].platform:
            raise Killed
        await self.at.poster.post(issue, targets, late=late)
        if self.kill == "after":
            raise Killed

    def imported(self, *days: int, until: str | None = None) -> None:
        """The records of these days come in, complete up to six in the morning after the last."""
        rows = [
            reservation(f"2026-06-{day}", who, number)
            for day in days
            for who, count in DAYS.get(day, {}).items()
            for number in range(count)
        ]
        known = until or f"2026-06-{days[-1] + 1:02} 06:00"
        self.house.put("reservations", rows, complete_to=known)

    @property
    def telegram(self) -> list[str]:
        """The texts of the chat that may know names, plain spaces, without what stands under them."""
        return [text.replace("\N{NO-BREAK SPACE}", " ") for seen in self.at.far.answers(-101) if (text := seen.text)]

    @property
    def slack(self) -> list[str]:
        return self.room("C1")

    def room(self, name: str) -> list[str]:
        found = [message.shown for message in self.at.slack.channels[name].messages if message.blocks]
        return [text.replace("\N{NO-BREAK SPACE}", " ").replace("*", "") for text in found]

    def listed(self) -> str:
        known = self.at.state.do(listing.known, self.jobs)
        (_, facts) = listing.blocks(self.jobs, known, self.project.clock(), Localizer("ru", MOSCOW), {})
        row = facts.rows[0]  # type: ignore[union-attr]
        return f"{row.label}: {row.value}".replace("\N{NO-BREAK SPACE}", " ")

    def runs(self) -> list[tuple[str, str]]:
        """(period, status) of all runs."""
        asked = "SELECT period, status FROM runs ORDER BY due_at"
        with self.at.state.engine.connect() as connection:
            return [(row.period, row.status) for row in connection.exec_driver_sql(asked)]


Story = Callable[[Hall], Awaitable[None]]


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., None]:
    """Tell a story of the contest."""

    def tell(story: Story, posts: str = POST) -> None:
        async def run() -> None:
            async with asyncio.timeout(LONGEST_S), scene(tmp_path) as at:
                await story(_hall(at, tmp_path, posts))
                assert at.slack.wrongs == []

        asyncio.run(run())

    return tell


def _hall(at: Scene, root: Path, posts: str) -> Hall:
    (root / "svodka.toml").write_text(SETTINGS + posts, "utf-8")
    house = House(root / "records", now="2026-06-09 10:00")
    house.put("agents", [{"agent_id": key, "name": name, "team": None} for key, name in NAMES.items()])
    project = Turned(root, load(root / "svodka.toml"), house.now, hands=[house.now])
    hall = Hall(at, house, project, jobs_of(project.config, house.now), None)  # type: ignore[arg-type]
    house.put("reservations", [reservation("2026-06-08", "a", 0)], complete_to="2026-06-09 06:00")
    hall.restart()
    return hall


def killed() -> AbstractContextManager[Any]:
    return pytest.raises(Killed)


def test_five_days_day_by_day(held: Callable[..., None]) -> None:
    async def story(hall: Hall) -> None:
        await hall.tick("09 10:00")
        assert (hall.runs(), hall.telegram, hall.at.told.words) == ([], [], {})
        assert hall.listed() == "rating: следующая: 10 июня, 10:00"

        hall.imported(9)
        await hall.tick("10 10:00")
        assert "Пока ни у кого нет результата" in hall.telegram[-1]

        hall.imported(10)
        await hall.tick("11 10:00")
        assert "1. Анна Примерова: 2" in hall.telegram[-1]
        assert "2. Борис Образцов: 1" in hall.telegram[-1]
        # The other chat has no role that names anybody.
        assert "1. участник: 2" in hall.slack[-1]
        assert not any(name in text for text in hall.slack for name in ("Анна", "Борис"))

        # The import of the night failed: nothing is new since the last post.
        await hall.tick("12 10:00")
        assert hall.runs()[-1] == ("2026-06-12", "held")
        assert len(hall.telegram) == 2
        hall.imported(11)
        hall.restart()
        await hall.tick("12 10:20")
        # Борис has 1 + 3.
        assert "1. Борис Образцов: 4, ▲1" in hall.telegram[-1]
        assert "2. Анна Примерова: 2, ▼1" in hall.telegram[-1]
        await hall.tick("12 10:40")
        assert len(hall.telegram) == 3

        # One of Борис's was not made during a call after all; Анна gets two by a judge: 2 + 1 + 2.
        hall.house.put("reservations", [{**reservation("2026-06-11", "b", 0), "in_call": False}])
        at = hall.project.clock()
        hall.at.state.do(adjust, "june", "a", Decimal(2), author="И. Судья", reason="чужой стол", at=at)
        hall.imported(12)
        await hall.tick("13 10:00")
        assert "1. Анна Примерова: 5, ▲1" in hall.telegram[-1]
        assert "Борис Образцов: 3 вместо 4 на 12 июня, 06:00, данные уточнены." in hall.telegram[-1]
        assert "Анна Примерова: +2, чужой стол (И. Судья)." in hall.telegram[-1]

        # The last day stands still as of its first minute, with Анна's of the 13th.
        hall.imported(13)
        await hall.tick("14 10:00")
        assert "1. Анна Примерова: 6, =" in hall.telegram[-1]
        assert "Поправки" not in hall.telegram[-1]
        assert "рейтинг застыл на 13 июня, 23:59, итоги завтра" in hall.telegram[-1]

        hall.imported(14)
        await hall.tick("15 10:00")
        assert "Курс на пентхаус: итоги" in hall.telegram[-1]
        # Борис: 3 + 3.
        assert "Анна Примерова и Борис Образцов делят победу: по 6" in hall.telegram[-1]
        assert hall.listed() == "rating: итоги опубликованы"

        posted = [len(hall.telegram), len(hall.slack), len(hall.runs())]
        hall.restart()
        for day in (16, 17, 18):
            await hall.tick(f"{day} 10:00")
        assert [len(hall.telegram), len(hall.slack), len(hall.runs())] == posted == [6, 6, 6]
        assert {status for _, status in hall.runs()} == {"posted"}
        assert hall.at.told.words == {}

    held(story)


def test_the_winners_wait_for_the_records_and_that_is_said_once(held: Callable[..., None]) -> None:
    async def story(hall: Hall) -> None:
        hall.imported(10, 11, 12, 13)
        await hall.tick("14 10:00")
        # Of the last evening nothing came: the results are waited for until the deadline.
        hall.imported(14, until="2026-06-14 20:00")
        await hall.tick("15 10:00")
        assert len(hall.telegram) == 1
        assert "записи кончаются 14" in next(iter(hall.at.told.words.values()))
        await hall.tick("15 14:00")
        assert "Рейтинг неполный: " in hall.telegram[-1]
        assert "Конкурс окончен, итоги — в следующем выпуске." in hall.telegram[-1]
        assert "1. Анна Примерова: 4" in hall.telegram[-1]

        # Nobody needs to read that a second time.
        for local in ("16 10:00", "16 14:00"):
            await hall.tick(local)
        assert len(hall.telegram) == 2
        assert hall.runs()[-1] == ("2026-06-16", "held")

        hall.imported(14)
        await hall.tick("16 14:20")
        assert "Борис Образцов побеждает: 7 резервов." in hall.telegram[-1]
        assert "делят" not in hall.telegram[-1]
        assert hall.listed() == "rating: итоги опубликованы"

    held(story)


def test_killed_after_posting_what_was_posted_is_what_counts(held: Callable[..., None]) -> None:
    async def story(hall: Hall) -> None:
        hall.imported(10)
        hall.kill = "after"
        with killed():
            await hall.tick("11 10:00")
        hall.kill = None
        assert hall.runs() == [("2026-06-11", "posting")]
        await hall.at.poster.idle()

        # Before it comes back, the records have changed: Анна has had four that day.
        hall.house.put("reservations", [reservation("2026-06-10", "a", number) for number in (2, 3)])
        hall.restart()
        await hall.at.poster.resume()
        await hall.tick("11 10:05")
        assert hall.runs() == [("2026-06-11", "posted")]
        assert (len(hall.telegram), len(hall.slack)) == (1, 1)
        assert "1. Анна Примерова: 2" in hall.telegram[-1]

        hall.imported(11)
        await hall.tick("12 10:00")
        assert "1. Анна Примерова: 4, =" in hall.telegram[-1]
        assert "1. Борис Образцов: 4, ▲1" in hall.telegram[-1]
        assert "Анна Примерова: 4 вместо 2 на 11 июня, 06:00, данные уточнены." in hall.telegram[-1]

    held(story)


def test_killed_between_two_chats_the_second_reads_what_the_first_did(held: Callable[..., None]) -> None:
    async def story(hall: Hall) -> None:
        hall.imported(10)
        hall.kill = "slack"
        with killed():
            await hall.tick("11 10:00")
        hall.kill = None
        await hall.at.far.until(lambda: hall.telegram)
        await hall.at.poster.idle()
        assert (len(hall.telegram), len(hall.slack)) == (1, 0)

        hall.restart()
        await hall.tick("11 10:05")
        # Not against the part of this very post that is out: against the end of the day before, in both.
        assert (len(hall.telegram), len(hall.slack)) == (1, 1)
        for text in (hall.telegram[0], hall.slack[0]):
            assert "Сдвиг мест — к рейтингу на 10 июня." in text

    held(story)


def test_what_is_caught_up_is_the_rating_of_now_and_says_that_it_is_late(held: Callable[..., None]) -> None:
    async def story(hall: Hall) -> None:
        hall.imported(10)
        await hall.tick("11 10:00")
        hall.restart()
        hall.imported(11)
        await hall.tick("12 16:00")
        assert "Публикация с опозданием: её срок — 12 июня, 10:00." in hall.telegram[-1]
        assert "1. Борис Образцов: 4, ▲1" in hall.telegram[-1]

        # Away over the end: two were missed, and the third is about the winners.
        hall.imported(12, 13, 14)
        hall.restart()
        await hall.tick("15 12:00")
        assert "Курс на пентхаус: итоги" in hall.telegram[-1]
        assert "её срок — 15 июня, 10:00" in hall.telegram[-1]
        assert [status for _, status in hall.runs()] == ["posted", "posted", "missed", "missed", "posted"]

    held(story)


def test_winners_that_the_operators_of_a_restored_state_dropped_are_not_posted_the_next_day(
    held: Callable[..., None],
) -> None:
    async def story(hall: Hall) -> None:
        hall.imported(10, 11, 12, 13, 14)
        night, noon = (hall.house.utc(f"2026-06-15 {clock}") for clock in ("03:30", "12:00"))
        # Since the backup of that night the winners were posted, which the state does not know.
        hall.at.state.do(amend, noon, night, str)
        await hall.tick("15 12:01")
        assert (hall.runs(), hall.telegram) == ([("2026-06-15", "kept")], [])
        (question,) = hall.at.told.words.values()
        assert "состояние восстановлено из копии от 15 июня, 03:30" in question.replace("\N{NO-BREAK SPACE}", " ")
        assert "dropped" in str(await hall.runner.decide(1, publish=False, who="Анна"))
        await hall.tick("16 10:00")
        assert (hall.runs(), hall.telegram) == ([("2026-06-15", "dropped")], [])
        assert hall.listed() == "rating: итоги опубликованы"

    held(story)


def test_two_posts_of_one_contest_have_their_own_readers(held: Callable[..., None]) -> None:
    other = (
        POST.replace('"rating"', '"evening"')
        .replace("10:00", "18:00")
        .replace('"telegram:-101", "slack:C1"', '"slack:C2"')
        .replace("schedule", "window_h = 1\ndeadline_h = 1\nschedule")
    )
    posts = POST.replace(', "slack:C1"', "") + other

    async def story(hall: Hall) -> None:
        hall.imported(10)
        await hall.tick("11 10:00")
        hall.imported(11)
        await hall.tick("12 10:00")
        await hall.tick("12 18:00")
        # Who reads in the evening saw no rating before: they compare with the end of the day before.
        (evening,) = hall.room("C2")
        assert "к рейтингу на 11 июня." in evening
        hall.imported(12, 13, 14)
        await hall.tick("15 10:00")
        assert "Курс на пентхаус: итоги" in hall.telegram[-1]
        await hall.tick("15 18:00")
        assert "Курс на пентхаус: итоги" in hall.room("C2")[-1]
        await hall.tick("16 18:00")
        assert len(hall.room("C2")) == 2

    held(story, posts)


@pytest.mark.parametrize(
    ("given", "instead", "said"),
    [
        ('"june"\nsch', '"july"\nsch', 'posts "rating": there is no contest "july". There are: june.'),
        ('"10:00"', '"10:00,17:00"', "a rating is posted once a day; name one time, not 2."),
        ("schedule", 'period = "day"\nschedule', "a rating is that of the day it is posted on; leave period out."),
        ("schedule", 'digest = "biweekly"\nschedule', "it is about one thing, and names digest, contest."),
        (POST, POST + POST.replace('"rating"', '"b"'), '"rating" posts the same in the chat telegram:-101 every day.'),
    ],
)
def test_what_cannot_be_posted_is_one_sentence(tmp_path: Path, given: str, instead: str, said: str) -> None:
    assert given in POST
    (tmp_path / "svodka.toml").write_text(SETTINGS + POST.replace(given, instead, 1), "utf-8")
    with pytest.raises(UserError) as refused:
        jobs_of(load(tmp_path / "svodka.toml"), datetime(2026, 6, 9))
    assert said in str(refused.value)


def test_a_contest_of_last_year_is_not_posted_any_more(tmp_path: Path) -> None:
    (tmp_path / "svodka.toml").write_text(SETTINGS + POST, "utf-8")
    now = datetime(2027, 6, 9)
    (job,) = jobs_of(load(tmp_path / "svodka.toml"), now)
    newest = job.newest(now)
    assert job.next(now) is None
    # Its results are waited for two weeks.
    assert newest is not None
    assert newest.at == datetime(2026, 6, 28, 7)
    assert job.next(datetime(2026, 5, 1)) == job.newest(datetime(2026, 6, 10, 7))
    assert job.newest(datetime(2026, 6, 10, 7) - timedelta(seconds=1)) is None


def test_the_examples_of_a_new_project_can_be_posted(tmp_path: Path) -> None:
    text = template(Localizer("ru"), MOSCOW, "RU")
    _, contests, rest = text.partition("# [[contests]]")
    examples = f"\n{contests}{rest}".partition("\n[digests.")[0].replace("\n# ", "\n")
    settings = [line for line in examples.splitlines() if re.match(r"\[\[|\w+ = ", line)]
    (tmp_path / "svodka.toml").write_text("\n".join(settings), "utf-8")

    jobs = jobs_of(load(tmp_path / "svodka.toml"), datetime(2026, 6, 9, 5))
    assert [(job.key, job.subject) for job in jobs] == [("team", "digest:biweekly"), ("rating", "rating:june")]
    due = jobs[1].next(datetime(2026, 6, 9, 5))
    assert due
    assert f"{jobs[1].period(due).first_day}" == "2026-06-09"


def test_the_check_tells_where_a_rating_will_name_nobody(tmp_path: Path) -> None:
    (tmp_path / "svodka.toml").write_text(SETTINGS + POST, "utf-8")
    House(tmp_path / "records").put("reservations", [reservation("2026-06-08", "a", 0)])
    project = open_project(tmp_path, "2026-06-09T10:00")

    said = [str(each.text) for each in asyncio.run(findings(project, Tokens({})))]
    assert "Posted by itself: 1 post, next on 2026-06-10 07:00:00." in said
    assert 'The post "rating" names nobody in slack:C1: give them a role with names = true, if it may.' in said
