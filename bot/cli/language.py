"""The language of the terminal: the project's, once it is known, and the environment's before that."""

from __future__ import annotations

import os

from digests.wording import Words

_project_words: list[Words] = []


def speak(words: Words) -> None:
    """Use a project's language from here on."""
    _project_words[:] = [words]


def terminal_words() -> Words:
    """What a command speaks."""
    if _project_words:
        return _project_words[0]
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Words("ru" if chosen.startswith("ru") else "en")
