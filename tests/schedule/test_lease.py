"""One process works on a state, another says so; a dead one's place is taken, and whoever lost it stops."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.lease import Lease
from bot.state.store import State, open_state
from tests.doubles.clock import LONGEST_S
from warehouse.messages import UserError


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state("sqlite:///state.db", tmp_path)
    yield opened
    opened.close()


def lease(state: State, holder: str, dead_s: float = 0.2) -> Lease:
    return Lease(state, holder=f"{holder}, 7, x", beat_s=0.02, dead_s=dead_s)


def test_a_second_process_says_who_works(state: State) -> None:
    async def both() -> str:
        first, second = lease(state, "north"), lease(state, "south")
        await first.take()
        keeping = asyncio.ensure_future(first.keep())
        with pytest.raises(UserError) as error:
            await second.take()
        assert not state.do(second.mine)
        assert state.do(first.mine)
        keeping.cancel()
        return str(error.value)

    assert asyncio.run(both()) == "Svodka works on this state already: process 7 on north. Stop that one first."


def test_a_lease_given_back_is_free_at_once(state: State) -> None:
    async def restarted() -> None:
        await lease(state, "north").take()
        async with asyncio.timeout(LONGEST_S):
            first = lease(state, "north")
            await first.give_back()
            second = lease(state, "south", dead_s=600)
            await second.take()
        assert state.do(second.mine)

    asyncio.run(restarted())


def test_the_place_of_a_dead_one_is_taken_by_exactly_one(state: State) -> None:
    async def succeeded() -> list[bool]:
        dead = lease(state, "north")
        await dead.take()  # and never beats
        heirs = [lease(state, f"heir{n}") for n in range(4)]
        took = await asyncio.gather(*(heir.take() for heir in heirs), return_exceptions=True)
        assert [type(each) for each in took].count(UserError) == 3
        # The dead one comes to life: it is told, and stops.
        async with asyncio.timeout(LONGEST_S):
            assert "Svodka works on this state already" in str(await dead.keep())
        return [state.do(heir.mine) for heir in heirs]

    assert sorted(asyncio.run(succeeded())) == [False, False, False, True]


def test_after_kill_9_the_next_process_works(tmp_path: Path, state: State) -> None:
    work = f"""
import asyncio, os, signal
from pathlib import Path
from bot.state.lease import Lease
from bot.state.store import open_state
state = open_state("sqlite:///state.db", Path({str(tmp_path)!r}))
asyncio.run(Lease(state).take())
os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run([sys.executable, "-c", work], env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False)
    assert ran.returncode == -signal.SIGKILL

    heir = lease(state, "south")
    asyncio.run(heir.take())
    assert state.do(heir.mine)
