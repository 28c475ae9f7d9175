from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.delivery.kit import Story, Tell, quick, scene

__all__ = ["quick", "told"]


@pytest.fixture
def told(tmp_path: Path) -> Tell:
    """Tell a story, which may take twenty seconds at most."""

    def tell(story: Story) -> None:
        async def run() -> None:
            async with asyncio.timeout(20), scene(tmp_path) as at:
                await story(at)
                assert at.slack.wrongs == []

        asyncio.run(run())

    return tell
