"""What keeps words from being a request, in a sentence, and the changes of the words that would make one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.chat.questions.text import Word, words
from bot.chat.questions.tokenize import Token
from bot.chat.questions.vocabulary import METRIC, Name
from digests.request import Request
from warehouse.messages import Message, note

MOST_READINGS = 4


@dataclass(frozen=True)
class Unclear:
    """Why words were not understood, in one sentence, and complete requests that may be meant, the nearest first."""

    message: Message
    readings: tuple[Request, ...] = ()


@dataclass(frozen=True)
class WordChange:
    """Words [start, end) of a question written otherwise; nothing: left out."""

    start: int
    end: int
    text: str = ""


Edit = tuple[WordChange, ...]


@dataclass(frozen=True)
class Misunderstanding:
    """Why words are no request, and changes that may make them one."""

    message: Message
    edits: tuple[Edit, ...] = ()


def edited(said: tuple[Word, ...], edit: Edit) -> tuple[Word, ...]:
    """The words after an edit."""
    for change in sorted(edit, key=lambda each: each.start, reverse=True):
        said = (*said[: change.start], *words(change.text), *said[change.end :])
    return said


_Kind = TypeVar("_Kind")


class Refused(Exception):
    """A problem on its way out; `resolve` catches it."""

    def __init__(self, message: Message, *edits: tuple[WordChange, ...]) -> None:
        super().__init__(message)
        self.problem = Misunderstanding(message, edits)


def only(pieces: Sequence[Token], kind: type[_Kind]) -> _Kind | None:
    """The one meaning of a kind; raises if there are two."""
    found: dict[_Kind, list[Token]] = {}
    for piece in pieces:
        meaning = piece.meanings[0]
        if isinstance(meaning, kind):
            found.setdefault(meaning, []).append(piece)
    if len(found) > 1:
        every = [piece for of_it in found.values() for piece in of_it]
        raise Refused(
            note("Only one of these can be meant: {given}.", given=listed(every)),
            *(dropped([piece for piece in every if piece not in keep]) for keep in found.values()),
        )
    return next(iter(found), None)


def each_of(pieces: Sequence[Token], kind: type[_Kind]) -> list[_Kind]:
    """Return the meanings of a kind, in the order of the words."""
    return [meaning for piece in pieces if isinstance(meaning := piece.meanings[0], kind)]


def metrics_of(piece: Token) -> tuple[str, ...]:
    """Return the keys of the metrics that a piece may name."""
    return tuple(name.key for name in piece.names if name.of == METRIC)


def values_of(piece: Token) -> tuple[Name, ...]:
    """Return the lines, people, topics and so on that a piece may name."""
    return tuple(name for name in piece.names if name.of != METRIC)


def written(piece: Token, text: str) -> tuple[WordChange, ...]:
    """Write a piece otherwise."""
    return (WordChange(piece.start, piece.end, text),)


def dropped(pieces: Sequence[Token]) -> tuple[WordChange, ...]:
    """Leave pieces out."""
    return tuple(WordChange(piece.start, piece.end) for piece in pieces)


def listed(pieces: Sequence[Token]) -> str:
    """Return the first four pieces as they were written, for a sentence."""
    return ", ".join(dict.fromkeys(piece.given for piece in pieces[:4]))
