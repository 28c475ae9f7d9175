from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.doubles.clock import LONGEST_S
from tests.subscriptions.office import Office, office

Story = Callable[[Office], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def told(tmp_path: Path) -> Tell:
    """Tell a story that begins at a local moment, on 16 June 2026 at noon if none is named."""

    def tell(story: Story, now: str = "2026-06-16T12:00", **settings: str) -> None:
        async def run() -> None:
            async with asyncio.timeout(LONGEST_S), office(tmp_path, now, **settings) as at:
                await story(at)
                assert at.scene.slack.wrongs == []

        asyncio.run(run())

    return tell
