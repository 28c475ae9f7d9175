"""What is said to the desk: its commands, by their names in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.heard import Heard

STORY, ISSUE, DONE, DRAFT = "story", "issue", "done", "draft"
_NAMES = {
    **dict.fromkeys(("story", "рубрика", "рубрику", "колонка", "колонку"), STORY),
    **dict.fromkeys(("issue", "выпуск"), ISSUE),
    **dict.fromkeys(("done", "готово"), DONE),
    "draft": DRAFT,
}


@dataclass(frozen=True)
class Asked:
    """A command of the desk, and the words after it on its line."""

    name: str
    words: Sequence[str]

    @property
    def rest(self) -> str:
        return " ".join(self.words)


def asked(heard: Heard) -> Asked | None:
    """The command that is given; None of what is none of the desk's."""
    first, _, _ = heard.text.strip().partition("\n")
    name, *words = first.removeprefix("/").split() or [""]
    known = _NAMES.get(name.casefold())
    return Asked(known, words) if known else None


def is_written(heard: Heard) -> bool:
    """Whether it is text of a message, rather than a command or a press."""
    return heard.content is not None and not heard.text.lstrip().startswith("/")
