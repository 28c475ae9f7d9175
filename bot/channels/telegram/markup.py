"""Text as Telegram takes it: runs of plain text with their tags, measured, split and only then made into HTML.

A tag is opened and closed within its run, so that no split can fall inside one. Lengths are UTF-16 units of the text
as it is read, without tags, which is how Telegram counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

from bot.channels.parting import place, sections
from digests.document import Span, Spans
from metrics.answers import Verdict

MESSAGE, CAPTION = 4096, 1024
MARKS = {Verdict.MET: "✓", Verdict.MISSED: "!", Verdict.BEHIND: "△", Verdict.NONE: "•"}
"""Read without any colour, as in the terminal."""
WEB = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)
_MAIL = re.compile(r"mailto:([^\s?]+@[^\s?]+)", re.IGNORECASE)
_ENDS = (".", "!", "?", "…")
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
    """Return how many UTF-16 units a text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class TextRun:
    """A piece of text with the names of the tags around it, outermost first."""

    text: str
    tags: tuple[str, ...] = ()
    link: str | None = None

    @cached_property
    def units(self) -> int:
        return units(self.text)

    @property
    def html(self) -> str:
        shown = escape(self.text, quote=False)
        for tag in reversed(self.tags):
            shown = f"<{tag}>{shown}</{tag}>"
        return f'<a href="{escape(self.link)}">{shown}</a>' if self.link else shown


Line = tuple[TextRun, ...]


def running(spans: Spans, before: str = "", under: str = "") -> Iterator[Line]:
    """Running text; `before` stands before its first line and `under` before the others."""
    held: list[TextRun] = [TextRun(before)] if before else []
    for span in spans:
        first, *others = clean(span.text).split("\n")
        held += _runs(span, first)
        for text in others:
            yield tuple(held)
            held = [TextRun(under)] if under else []
            held += _runs(span, text)
    yield tuple(held)


def _runs(span: Span, text: str) -> Iterator[TextRun]:
    if not text:
        return
    # Telegram takes no other tag around or in code.
    tags = ("code",) if span.code else (*(["b"] if span.strong else []), *(["i"] if span.emphasis else []))
    link = clean(span.link or "")
    if WEB.fullmatch(link):
        yield TextRun(text, () if span.code else tags, link)
        return
    yield TextRun(text, tags)
    if (mail := _MAIL.fullmatch(link)) and mail[1] not in text:
        yield TextRun(f" ({mail[1]})")  # a link to a mailbox is not taken, and an address is made one by itself


@dataclass(frozen=True)
class Piece:
    """A block's lines. `head` is said again where the block goes on in another message."""

    lines: tuple[Line, ...]
    head: tuple[Line, ...] = ()
    mono: bool = False
    heads_next: bool = False
    """Whether it is a heading, which stands right above what it heads and is not left behind by it."""
    goes_on: bool = False
    """Whether its sentence goes on in the next block, as that before a list does; it is not left behind either."""
    begins: bool = False
    """Whether a section begins with it: one that a message holds is not parted between two."""

    @cached_property
    def length(self) -> int:
        return length((*self.head, *self.lines))

    @cached_property
    def marks(self) -> int:
        """How many pieces of markup it takes."""
        return self.mono + sum(len(run.tags) + bool(run.link) for line in (*self.head, *self.lines) for run in line)


def length(lines: Iterable[Line]) -> int:
    """Of the lines under each other."""
    sizes = [sum(run.units for run in line) for line in lines]
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
    """As few messages as hold all of them, broken between sections, or blocks, or within one that none holds."""
    held: list[Piece] = []
    for section in sections(pieces, lambda piece: piece.begins):
        if held and not fits([*held, *section], limit):
            full, left = _without_headings(held)
            if full and fits([*left, *section], limit):
                yield together(full)
                held = left
        for piece in section:
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
    while end and (held[end - 1].heads_next or held[end - 1].goes_on):
        end -= 1
    return held[:end], held[end:]


def opening(pieces: Sequence[Piece], limit: int) -> tuple[list[Piece], list[Piece]]:
    """The pieces that one message holds, never a heading alone, and those that are left."""
    n = next((n for n in range(len(pieces), 0, -1) if fits(pieces[:n], limit)), 0)
    taken, _ = _without_headings(list(pieces[:n]))
    if taken:
        return taken, list(pieces[len(taken) :])
    if n == len(pieces):
        return list(pieces), []
    head, (line, *lines) = list(pieces[:n]), pieces[n].lines
    text = "".join(run.text for run in line)
    at = place(text, _within(line, limit - _size(head) - 2))
    if pieces[n].mono or not text[:at].rstrip().endswith(_ENDS):
        return [], list(pieces)
    end = at + len(text[at:]) - len(text[at:].lstrip(" "))
    under = replace(pieces[n], lines=(_sliced(line, 0, at),))
    rest = replace(pieces[n], lines=(*([_sliced(line, end, len(text))] if end < len(text) else []), *lines))
    return [*head, under], [rest, *pieces[n + 1 :]]


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
    sizes = [piece.length for piece in pieces]
    return sum(sizes) + 2 * max(len(sizes) - 1, 0)


def _tags(pieces: Iterable[Piece]) -> int:
    return sum(piece.marks for piece in pieces)


def _wrapped(line: Line, room: int, first: int) -> Iterator[Line]:
    """The line in parts of at most so many units, the `first` of fewer, and of no more markup than a message may have.

    It is parted between sentences, and within one only where no message holds it.
    """
    rest, size = line, first
    while True:
        text = "".join(run.text for run in rest)
        at = place(text, _within(rest, size))
        yield _sliced(rest, 0, at)
        left = text[at:].lstrip(" ")
        if not left:
            return
        rest, size = _sliced(rest, len(text) - len(left), len(text)), room


def _within(line: Line, room: int) -> int:
    """How many characters of a line take at most so many units, and no more markup than a message may have."""
    end, tags = 0, _ENTITIES - 1
    for run in line:
        tags -= len(run.tags) + bool(run.link)
        if tags < 0:
            return end
        if run.units > room:
            # A character of two units that is cut in the middle is left out.
            within = run.text.encode("utf-16-le", "surrogatepass")[: 2 * max(room, 0)]
            return end + len(within.decode("utf-16-le", "ignore"))
        room -= run.units
        end += len(run.text)
    return end


def _sliced(line: Line, start: int, end: int) -> Line:
    made, at = [], 0
    for run in line:
        first, last = max(start - at, 0), min(end - at, len(run.text))
        if first < last:
            made.append(replace(run, text=run.text[first:last]))
        at += len(run.text)
    return tuple(made)


def shortened(text: str, limit: int) -> str:
    """The text, or as many of its words as fit with «…» after them."""
    if units(text) <= limit:
        return text
    end = _within((TextRun(text),), limit - 1)
    space = text.rfind(" ", 0, end + 1)
    return text[: space if space > 0 else end] + "…"


def indent(depth: int) -> str:
    """Space before a line; ordinary spaces are taken away at a message's beginning."""
    return _NO_BREAK * 3 * depth
