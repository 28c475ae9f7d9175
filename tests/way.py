"""The way of a question through the code: the files whose functions it runs, in the order they are first entered.

    SVODKA_HOME=demo python -m tests.way "sl inhouse today"

What is done once at the start, such as loading modules and reading settings, is not counted.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "charts", "digests", "metrics", "warehouse")


def way(question: str, home: Path) -> list[str]:
    """Return the files that a question of a chat runs through, asked for the first time."""
    import digests.pictures  # noqa: F401 - loaded with the first picture
    from bot.chat.access import FULL
    from bot.chat.questions.parse import understand
    from bot.chat.replies import replied, warm_up
    from bot.chat.snapshot import Snapshots
    from bot.project import open_project
    from digests.request import Request

    project = open_project(home, None)
    snapshots = Snapshots(project)
    snapshot = snapshots.current(project.clock())
    warm_up(snapshot)
    vocabulary = snapshot.vocabulary(FULL)
    seen: dict[str, None] = {}

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            seen.setdefault(frame.f_code.co_filename)

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        request = understand(question, vocabulary, project.clock())
        assert isinstance(request, Request), request
        replied(snapshots.current(project.clock()), request, FULL, project.localizer)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    inside = (Path(file) for file in seen if file.startswith(str(ROOT)))
    found = [file.relative_to(ROOT) for file in inside]
    return [str(file) for file in found if file.parts[0] in PACKAGES]


if __name__ == "__main__":
    files = way(" ".join(sys.argv[1:]) or "sl inhouse today", Path(os.environ.get("SVODKA_HOME", "demo")))
    print("\n".join(files))
    print(len(files), "files")
