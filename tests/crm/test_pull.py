"""An account of amoCRM pulled over HTTP: within its limits, through its faults, while people work in it."""

from __future__ import annotations

import asyncio
import logging
import os
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.crm.client import AmocrmClient
from bot.crm.pull import PullResult, pull
from tests.crm.accounts import NOW, Restless, imported, intake, rows
from tests.crm.killed import FAST
from tests.doubles.amocrm import DAY, LOST, PHONE, START, TOKEN, Account, AmocrmDouble
from tests.doubles.clock import FakeClock
from tests.program import Programs
from warehouse.lake import Lake
from warehouse.messages import UserError

KILLS = int(os.environ.get("SVODKA_KILLS", "2"))


class Puller:
    """A lake and a clock, and pulls of an account into the one by the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.time = FakeClock()
        self.lake = Lake(root / "records")

    async def pull(self, far: AmocrmDouble, *, now: datetime = NOW, token: str = TOKEN, **more: Any) -> PullResult:
        options = {name: more.pop(name) for name in ("client", "city") if name in more}
        async with AmocrmClient(far.address, token, 7, self.time.clock) as client:
            return await pull(
                client, "example.amocrm.ru", intake(self.root, **options), now=now, clock=self.time.clock, **more
            )

    def story(self, account: Account, told: Callable[[AmocrmDouble], Awaitable[None]], **double: Any) -> None:
        async def run() -> None:
            async with AmocrmDouble(account, clock=self.time.clock, **double) as far:
                await told(far)

        asyncio.run(self.time.run(run()))


@pytest.fixture
def puller(tmp_path: Path) -> Puller:
    return Puller(tmp_path)


def test_a_pull_is_what_an_export_is(puller: Puller, tmp_path: Path) -> None:
    account = Account.made_up(60)

    async def story(far: AmocrmDouble) -> None:
        pulled = await puller.pull(far, client="phone")
        assert pulled.rows["leads"] == 60
        assert rows(puller.lake) == imported(account, tmp_path / "other", client="phone")
        assert far.worst_second <= 7
        assert far.refused == []
        assert puller.lake.open().complete_to("deals") == NOW
        assert puller.lake.open().complete_to("touches") == NOW

        again = await puller.pull(far, client="phone")
        assert (again.removed, {merged.added + merged.updated for merged in again.tables.values()}) == (0, {0})

    puller.story(account, story)


def test_short_pages_are_no_end_and_what_changed_comes_the_next_time(puller: Puller, tmp_path: Path) -> None:
    account = Account.made_up(30)

    async def story(far: AmocrmDouble) -> None:
        await puller.pull(far)
        assert far.asked.count("leads") == 5 + 1  # pages of seven, and the trash

        account.now += DAY
        account.move(account.leads[3], PHONE)
        account.hand_over(account.leads[4], 502)
        account.call(account.leads[5], seconds=30)
        account.lead("9000", contact="9900")
        pulled = await puller.pull(far, now=NOW + timedelta(days=1))
        assert pulled.rows["leads"] < 10
        assert rows(puller.lake) == imported(account, tmp_path / "other")

    puller.story(account, story, cap=7)


def test_people_work_while_it_reads_and_nothing_is_skipped(puller: Puller, tmp_path: Path) -> None:
    """Rows change on pages that were read, deals and tasks are deleted under the walk; a pull in peace ends it."""
    account = Account.made_up(60)
    deals = {str(lead["id"]) for lead in account.leads}

    async def story(far: AmocrmDouble) -> None:
        await puller.pull(far)
        far.calm()
        await puller.pull(far, now=NOW + timedelta(hours=1))
        account_now = imported(account, tmp_path / "other")
        found = rows(puller.lake)
        # What is deleted stands in an export no more; here it does, and says so.
        gone = deals - {str(lead["id"]) for lead in account.leads}
        assert len(gone) == 2
        assert {row for row in found["deals"] if not _is_of(row, gone)} == set(account_now["deals"])
        assert found["tasks"] == account_now["tasks"]
        assert set(account_now["touches"]) == set(found["touches"])
        assert {row for row in found["deals"] if _is_of(row, gone)} == {
            row for row in found["deals"] if ", True, " in row
        }

    puller.story(account, story, cap=10, stir=Restless(account, leads=2, tasks=1))


def _is_of(row: str, deals: set[str]) -> bool:
    return any(row.startswith(f"('{deal}',") for deal in deals)


def test_faults_are_waited_out(puller: Puller, tmp_path: Path) -> None:
    account = Account.made_up(20)

    async def story(far: AmocrmDouble) -> None:
        far.fault("429", "leads", after_s=7)
        far.fault("429", "tasks", times=3)
        for kind, path in (("500", "users"), ("reset", "pipelines"), ("half", "leads/notes"), ("html", "events")):
            far.fault(kind, path, times=2)
        await puller.pull(far)
        assert rows(puller.lake) == imported(account, tmp_path / "other")
        # Once as long as it asks; where it does not say, a second, two and four.
        waits = puller.time.waits
        assert (waits.count(7), waits.count(4)) == (1, 1)

    puller.story(account, story)


@pytest.mark.parametrize(
    ("kind", "times", "sentence", "asked"),
    [
        ("403", 1, "has blocked this address", 1),
        ("402", 1, "is not paid for", 1),
        ("401", 1, "does not take the token", 1),
        ("429", 99, "has had enough of our questions", 11),
        ("500", 99, "does not answer", 6),
        ("reset", 99, "does not answer", 6),
    ],
)
def test_what_will_not_get_better_is_said_and_not_asked_again(
    puller: Puller, caplog: pytest.LogCaptureFixture, kind: str, times: int, sentence: str, asked: int
) -> None:
    """What was read before it is in the lake, and nothing that is said or logged has the token."""
    account = Account.made_up(20)

    async def story(far: AmocrmDouble) -> None:
        far.fault(kind, "tasks", times=times)
        with caplog.at_level(logging.DEBUG), pytest.raises(UserError, match=sentence) as failed:
            await puller.pull(far)
        assert TOKEN not in caplog.text + str(failed.value)
        tries = far.asked.count("tasks")
        assert tries == asked if kind != "reset" else tries >= asked
        assert len(rows(puller.lake)["deals"]) == 20
        assert Lake(puller.root / "records").open().complete_to("tasks") is None

        far.forgive()
        pulled = await puller.pull(far)
        assert pulled.resumed
        assert pulled.rows["leads"] <= 1  # of an hour ago: those before are not read again

    puller.story(account, story)


def test_another_account_or_other_options_begin_anew(puller: Puller) -> None:
    account = Account.made_up(10)

    async def story(far: AmocrmDouble) -> None:
        await puller.pull(far)
        assert (await puller.pull(far)).rows["leads"] < 10
        assert (await puller.pull(far, city="pipeline")).rows["leads"] == 10
        assert (await puller.pull(far, city="pipeline", full=True)).rows["leads"] == 10

    puller.story(account, story)


def test_since_leaves_out_what_was_changed_before(puller: Puller) -> None:
    account = Account.made_up(40)
    since = datetime.fromtimestamp(START + 30 * 3600, UTC).replace(tzinfo=None)

    async def story(far: AmocrmDouble) -> None:
        pulled = await puller.pull(far, since=since)
        assert 10 <= pulled.rows["leads"] < 30

    puller.story(account, story)


def test_a_closing_without_an_event_is_the_card_s_only_when_all_events_are_read(puller: Puller) -> None:
    account = Account.made_up(8)
    quiet = account.lead("2000")
    quiet |= {"status_id": int(LOST), "closed_at": account.now, "updated_at": account.now}
    account.events.pop()

    async def story(far: AmocrmDouble) -> None:
        pulled = await puller.pull(far)
        assert pulled.removed == 0
        closed = [row for row in rows(puller.lake)["deal_stages"] if "closed:" in row]
        assert len(closed) == 1
        assert "closed:2000" in closed[0]

    puller.story(account, story)


def test_killed_at_any_moment_no_row_is_lost_or_doubled(tmp_path: Path, programs: Programs) -> None:
    """Pulls in small portions are killed again and again, while people work in the account."""
    chance = random.Random(5)

    async def done(far: AmocrmDouble, root: Path, kill_after_s: float | None = None) -> bool:
        """Pull; whether it came to its end."""
        with programs.start("tests.crm.killed", far.address, root) as process:
            if kill_after_s is not None:
                await asyncio.sleep(kill_after_s)
                process.kill()
            while process.poll() is None:
                await asyncio.sleep(0.01)
            assert process.returncode in (0, -9), process.stderr.read()
            return process.returncode == 0

    async def story(number: int, kills: int) -> int:
        """Kill the pulls of an account until one comes to its end; returns how many were killed."""
        account, root, killed = Account.made_up(40, seed=number), tmp_path / str(number), 0
        root.mkdir()
        async with AmocrmDouble(account, cap=20, clock=FAST, stir=Restless(account)) as far:
            while not await done(far, root, chance.uniform(0.1, 1.0) if killed < kills else None):
                killed += 1
            far.calm()
            assert await done(far, root)
        assert rows(Lake(root / "records")) == imported(account, tmp_path / f"other-{number}")
        return killed

    killed, number = 0, 0
    while killed < KILLS:
        number += 1
        killed += asyncio.run(story(number, min(4, KILLS - killed)))
