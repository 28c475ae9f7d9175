"""What keeps words from being a request, and what they might have been."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.text import Word, words
from digests.enquiry import Request
from warehouse.messages import Message

MOST_READINGS = 4


@dataclass(frozen=True)
class Unclear:
    """Why words were not understood, in one sentence, and complete requests that may be meant, the nearest first."""

    message: Message
    readings: tuple[Request, ...] = ()


@dataclass(frozen=True)
class Change:
    """Words [start, end) of a question written otherwise; nothing: left out."""

    start: int
    end: int
    text: str = ""


Edit = tuple[Change, ...]


@dataclass(frozen=True)
class Problem:
    """Why words are no request, and changes that may make them one."""

    message: Message
    edits: tuple[Edit, ...] = ()


def edited(said: tuple[Word, ...], edit: Edit) -> tuple[Word, ...]:
    """The words after an edit."""
    for change in sorted(edit, key=lambda each: each.start, reverse=True):
        said = (*said[: change.start], *words(change.text), *said[change.end :])
    return said
