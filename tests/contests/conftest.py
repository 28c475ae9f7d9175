from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contests.june import Office, office

Open = Callable[..., Office]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the office of a contest with some settings of its own."""
    open_now: list[Office] = []

    def made(**changed: Any) -> Office:
        open_now.append(office(tmp_path / str(len(open_now)), **changed))
        return open_now[-1]

    yield made
    for each in open_now:
        each.state.close()
