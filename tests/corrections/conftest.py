from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.corrections.bureau import Bureau
from tests.delivery.kit import scene
from tests.doubles.clock import LONGEST_S

Story = Callable[[Bureau], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def told(tmp_path: Path) -> Tell:
    """Tell a story, which may take thirty seconds at most."""

    def tell(story: Story, language: str = "en") -> None:
        async def run() -> None:
            async with asyncio.timeout(LONGEST_S), scene(tmp_path) as at:
                await story(Bureau.opened(at, language))
                assert at.slack.wrongs == []

        asyncio.run(run())

    return tell
