"""The project this run of the program works on, for what is said when a command fails."""

from __future__ import annotations

import os
from pathlib import Path

from bot.project import Project
from digests.wording import Words

_current: list[Project] = []

LOG = Path("logs") / "svodka.log"


def work_on(project: Project | None) -> None:
    """Remember the project of this run; None forgets it."""
    _current[:] = [project] if project else []


def words() -> Words:
    """The project's language, and the environment's before there is a project."""
    if _current:
        return _current[0].words
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Words("ru" if chosen.startswith("ru") else "en")


def log_file() -> Path:
    """Where a fault is logged: in the project, or in the user's home where there is none."""
    return _current[0].root / LOG if _current else Path.home() / ".svodka.log"
