"""What people write in a chat, as blocks: lines that begin like a list become one, blank lines part paragraphs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from digests.document import NEW_LINE, Block, Bullets, Item, Paragraph, Span, Spans, joined, trimmed
from digests.images import LARGEST, LONGEST_SIDE, Unfit, examined
from warehouse.messages import UserError

DEPTH = 5
"""Lists within lists; what goes deeper stands on the last level."""
STEP = 2
"""Columns that a list within another is indented by, at least."""

_MARK = re.compile(r"(\s*)((?:[-•*–·◦▪‣])|(\d{1,3})[.)])\s+(?=\S)")


def blocks_of(spans: Iterable[Span]) -> tuple[Block, ...]:
    """Running text with its line breaks as paragraphs and lists."""
    writer = BlockWriter()
    for line in lines(spans):
        if not _text(line).strip():
            writer.blank()
        elif mark := _mark(line):
            indent, number, length = mark
            writer.item(line, length, indent, number)
        else:
            writer.line(line, indent=_width(_text(line)))
    return writer.blocks()


def lines(spans: Iterable[Span]) -> Iterator[Spans]:
    """Running text line by line."""
    held: list[Span] = []
    for span in spans:
        first, *others = span.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        held.append(replace(span, text=first))
        for text in others:
            yield joined(held)
            held = [replace(span, text=text)]
    yield joined(held)


def after_name(spans: Iterable[Span]) -> Spans:
    """Text that followed our name, without the comma after it."""
    first, *others = joined(spans) or (Span(""),)
    return joined([replace(first, text=first.text.lstrip(" ,:")), *others])


@dataclass
class _Entry:
    lines: list[Spans]
    under: _List | None = None


@dataclass
class _List:
    ordered: bool
    indent: int
    entries: list[_Entry] = field(default_factory=list)

    def takes(self, number: int | None) -> bool:
        """Whether an item goes on here: a renderer numbers from one, so nothing else is a numbered item."""
        return number == len(self.entries) + 1 if self.ordered else number is None

    def bullets(self) -> Bullets:
        items = (
            Item(_paragraph(entry.lines), entry.under.bullets() if entry.under else None) for entry in self.entries
        )
        return Bullets(tuple(items), self.ordered)


class BlockWriter:
    """Puts lines and items together, in the order they come."""

    def __init__(self) -> None:
        self._made: list[Block] = []
        self._lines: list[Spans] = []
        self._open: list[_List] = []
        """The list that is being written and those it stands in, outermost first."""
        self._parted = False
        """Whether a blank line came after the last one."""

    def blocks(self) -> tuple[Block, ...]:
        """What was written."""
        self._end()
        return tuple(self._made)

    def blank(self) -> None:
        """An empty line."""
        self._end_paragraph()
        self._parted = True

    def line(self, spans: Spans, indent: int = 0) -> None:
        """A line of text: of the item above it where it is indented under that, else of a paragraph."""
        if self._open and not self._parted and indent > self._open[-1].indent:
            self._continue(spans)
            return
        self._end_lists()
        self._lines.append(spans)
        self._parted = False

    def item(self, spans: Spans, mark: int, indent: int, number: int | None) -> None:
        """An item, whose mark is so many characters; `number` is that of a numbered one."""
        if not self._placed(indent, number):
            if self._open and indent >= self._open[0].indent + STEP:
                # A list of another kind within a list: its marks stay what they are.
                self._continue(spans)
                return
            if number not in (None, 1):
                self.line(spans)
                return
            self._end()
            self._open.append(_List(number is not None, indent))
        self._open[-1].entries.append(_Entry([_without(spans, mark)]))
        self._parted = False

    def _continue(self, spans: Spans) -> None:
        """A further line of the last item; the blanks before it only say that it is one."""
        text = _text(spans)
        blanks = 0 if spans and spans[0].code else len(text) - len(text.lstrip())
        self._open[-1].entries[-1].lines.append(_without(spans, blanks))

    def _placed(self, indent: int, number: int | None) -> bool:
        """Make the list that an item belongs to the open one. Whether it takes the item."""
        while len(self._open) > 1 and indent < self._open[-1].indent:
            self._open.pop()
        if not self._open:
            return False
        here = self._open[-1]
        if indent < here.indent + STEP or len(self._open) == DEPTH:
            return here.takes(number)
        above = here.entries[-1]
        if above.under is None:
            if number not in (None, 1):
                return False
            above.under = _List(number is not None, indent)
        self._open.append(above.under)
        return above.under.takes(number)

    def _end(self) -> None:
        self._end_lists()
        self._end_paragraph()

    def _end_lists(self) -> None:
        if self._open:
            self._made.append(self._open[0].bullets())
            self._open = []

    def _end_paragraph(self) -> None:
        if spans := _paragraph(self._lines):
            self._made.append(Paragraph(spans))
        self._lines = []


def _paragraph(lines: Iterable[Spans]) -> Spans:
    spans: list[Span] = []
    for number, line in enumerate(lines):
        spans += [*([NEW_LINE] if number else []), *line]
    return trimmed(joined(spans))


def _text(line: Spans) -> str:
    return "".join(span.text for span in line)


def _width(text: str) -> int:
    return len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())


def _mark(line: Spans) -> tuple[int, int | None, int] | None:
    """The indent, the number and the length of what a line of a list begins with; code begins none."""
    found = _MARK.match(_text(line))
    if not found:
        return None
    at = 0
    for span in line:
        if at >= found.end():
            break
        if span.code or span.link:
            return None
        at += len(span.text)
    return _width(found[0]), int(found[3]) if found[3] else None, found.end()


def _without(line: Spans, length: int) -> Spans:
    """The line without so many characters at its beginning."""
    kept = []
    for span in line:
        kept.append(replace(span, text=span.text[length:]))
        length = max(length - len(span.text), 0)
    return joined(kept)


async def checked(name: str, image: bytes) -> bytes:
    """The picture, if it can be shown. Raises UserError."""
    # A large JPEG takes a moment to look through.
    match await asyncio.to_thread(examined, image):
        case Unfit.LARGE:
            raise too_large(name)
        case Unfit.LONG:
            raise UserError(
                '"{name}" is longer than {limit} pixels on a side: send it smaller.', name=name, limit=LONGEST_SIDE
            )
        case Unfit.NONE:
            raise UserError('"{name}" is not a whole picture: send it as PNG or JPEG.', name=name)
        case str():
            return image
        case fault:
            assert_never(fault)


def too_large(name: str) -> UserError:
    return UserError('"{name}" is larger than {limit} MB: send it smaller.', name=name, limit=LARGEST // 1024**2)


def gone(name: str) -> UserError:
    return UserError('"{name}" is not to be had any more: send it again.', name=name)


def away(name: str) -> UserError:
    return UserError('"{name}" could not be fetched just now: send it again in a minute.', name=name)
