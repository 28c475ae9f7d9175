"""Text as Telegram takes it: runs of plain text with their tags, measured, split and only then made into HTML.

A tag is opened and closed within its run, so that no split can fall inside one. Lengths are UTF-16 units of the text
as it is read, without tags, which is how Telegram counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape

MESSAGE, CAPTION = 4096, 1024
_ENTITIES = 100
"""Telegram drops the markup beyond so many pieces of a message."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
# Control characters, marks that turn the reading direction of what follows, and halves of characters.
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without what no message may hold."""
    return _UNSAYABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line; no-break spaces stay."""
    return re.sub(r"[\t\n\v\f ]+", " ", clean(text)).strip(" ")


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Run:
    """A piece of text with the names of the tags around it, outermost first."""

    text: str
    tags: tuple[str, ...] = ()
    link: str | None = None

    @property
    def html(self) -> str:
        shown = escape(self.text, quote=False)
        for tag in reversed(self.tags):
            shown = f"<{tag}>{shown}</{tag}>"
        return f'<a href="{escape(self.link)}">{shown}</a>' if self.link else shown


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Piece:
    """A block's lines. `head` is said again where the block goes on in another message."""

    lines: tuple[Line, ...]
    head: tuple[Line, ...] = ()
    mono: bool = False
    heads_next: bool = False
    """Whether it is a heading, which stands right above what it heads and is not left behind by it."""


def length(lines: Iterable[Line]) -> int:
    """Of the lines under each other."""
    sizes = [sum(units(run.text) for run in line) for line in lines]
    return sum(sizes) + max(len(sizes) - 1, 0)


def together(pieces: Iterable[Piece]) -> str:
    """The HTML of one message. Blocks are parted by an empty line."""
    said = ""
    before: Piece | None = None
    for piece in pieces:
        if before:
            said += "\n" if before.heads_next else "\n\n"
        body = "\n".join("".join(run.html for run in line) for line in (*piece.head, *piece.lines))
        said += f"<pre>{body}</pre>" if piece.mono else body
        before = piece
    return said


def fits(pieces: Iterable[Piece], limit: int) -> bool:
    """Whether one message holds them."""
    return _size(pieces := list(pieces)) <= limit and _tags(pieces) <= _ENTITIES


def messages(pieces: Iterable[Piece], limit: int = MESSAGE) -> Iterator[str]:
    """As few messages as hold all of them, broken between blocks, or within one that is longer than a message."""
    held: list[Piece] = []
    for piece in pieces:
        if held and not fits([*held, piece], limit):
            full, held = _without_headings(held)
            if full:
                yield together(full)
        if fits([*held, piece], limit):
            held.append(piece)
        else:
            *full_ones, held = _broken(held, piece, limit)
            yield from map(together, full_ones)
    if held:
        yield together(held)


def _without_headings(held: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What may end a message, and the headings after it, which stand above what comes next."""
    end = len(held)
    while end and held[end - 1].heads_next:
        end -= 1
    return held[:end], held[end:]


def _broken(before: list[Piece], piece: Piece, limit: int) -> Iterator[list[Piece]]:
    """Messages that begin with what is held before and go on line by line; the last of them may have room left."""
    if length(piece.head) > limit // 2:
        piece = replace(piece, head=(), lines=(*piece.head, *piece.lines))
    room = limit - (length(piece.head) + 1 if piece.head else 0)
    first = room - _size(before) - 2
    if before and first < limit // 8:
        yield before
        before, first = [], room
    held, part = before, replace(piece, lines=(), heads_next=False)
    for line in piece.lines:
        for short in _wrapped(line, room, first):
            longer = replace(part, lines=(*part.lines, short))
            if (held or part.lines) and not fits([*held, longer], limit):
                yield [*held, part] if part.lines else held
                held, longer = [], replace(part, lines=(short,))
            part = longer
        first = room
    yield [*held, part]


def _size(pieces: Iterable[Piece]) -> int:
    sizes = [length((*piece.head, *piece.lines)) for piece in pieces]
    return sum(sizes) + 2 * max(len(sizes) - 1, 0)


def _tags(pieces: Iterable[Piece]) -> int:
    return sum(
        piece.mono + sum(len(run.tags) + bool(run.link) for line in (*piece.head, *piece.lines) for run in line)
        for piece in pieces
    )


def _wrapped(line: Line, room: int, first: int) -> Iterator[Line]:
    """The line in parts of at most so many units, and of no more markup than a message may have."""
    held: list[Run] = []
    left, tags = first, _ENTITIES - 1
    for run in line:
        cost = len(run.tags) + bool(run.link)
        text = run.text
        while text:
            if cost > tags:
                yield tuple(held)
                held, left, tags = [], room, _ENTITIES - 1
            head = _cut(text, left, whole=not held)
            if head:
                held.append(replace(run, text=head))
                left, tags = left - units(head), tags - cost
            text = text[len(head) :]
            if text:
                yield tuple(held)
                held, left, tags = [], room, _ENTITIES - 1
                text = text.lstrip(" ")
    if held or not line:
        yield tuple(held)


def _cut(text: str, room: int, whole: bool) -> str:
    """As much of a text's beginning as fits, up to a space; `whole`: a word too long for any line is cut itself."""
    if units(text) <= room:
        return text
    end = size = 0
    for character in text:
        size += units(character)
        if size > room:
            break
        end += 1
    space = text.rfind(" ", 0, end + 1)
    if space > 0:
        return text[:space]
    return text[:end] if whole else ""


def shortened(text: str, limit: int) -> str:
    """The text, or as many of its words as fit with «…» after them."""
    return text if units(text) <= limit else _cut(text, limit - 1, whole=True) + "…"


def indent(depth: int) -> str:
    """Space before a line; ordinary spaces are taken away at a message's beginning."""
    return _NO_BREAK * 3 * depth
