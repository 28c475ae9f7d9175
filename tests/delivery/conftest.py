from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.delivery.kit import Connect, Story, Tell, channels, scene
from tests.doubles.clock import LONGEST_S


@pytest.fixture
def told(tmp_path: Path) -> Tell:
    """Tell a story, which may take twenty seconds at most."""

    def tell(story: Story, connect: Connect = channels) -> None:
        async def run() -> None:
            async with asyncio.timeout(LONGEST_S), scene(tmp_path, connect) as at:
                await story(at)
                assert at.slack.wrongs == []

        asyncio.run(run())

    return tell
