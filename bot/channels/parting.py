"""Where what no message holds is parted: between sections, at a line, else after a sentence, else between words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

from digests.document import Actions, Attachment, Block, Heading, Note, Picture, Span, Spans, joined

_T = TypeVar("_T")


def sections(pieces: Iterable[_T], begins: Callable[[_T], bool]) -> Iterator[list[_T]]:
    """Pieces in groups, each from one that begins a section to the next."""
    section: list[_T] = []
    for piece in pieces:
        if section and begins(piece):
            yield section
            section = []
        section.append(piece)
    if section:
        yield section


def is_section(block: Block) -> bool:
    """Whether a section of the document begins with it."""
    return isinstance(block, Heading) and block.level <= 2


def without_bare_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks but for headings of pictures and files alone, which stand apart from the text."""
    for index, block in enumerate(blocks):
        if not (
            isinstance(block, Heading) and block.level > 1 and _heads_pictures_alone(blocks[index + 1 :], block.level)
        ):
            yield block


def _heads_pictures_alone(after: Sequence[Block], level: int) -> bool:
    """Whether what comes up to the next heading of a level is pictures and files, and notes below them."""
    under = list(takewhile(lambda block: not (isinstance(block, Heading) and block.level <= level), after))
    shown = any(isinstance(block, Picture | Attachment) for block in under)
    return shown and all(isinstance(block, Picture | Attachment | Note | Actions) for block in under)


_SENTENCE = re.compile(r"[.!?…]+[»”\")\]]*(?=\s+[^\sа-яёa-z\d])")
"""The end of one, after which another begins: with no small letter, as after «тыс.», and no digit, as after «№»."""


def place(text: str, end: int) -> int:
    """Up to where to take of a text whose first `end` characters fit."""
    if end >= len(text):
        return len(text)
    # The character after the last one that fits may be the blank that ends a line or a sentence.
    head = text[: end + 1]
    line = head.rfind("\n")
    if line > 0:
        return line
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, min(end + 40, len(text))) if found.end() <= end]
    if ends:
        return ends[-1]
    word = head.rfind(" ")
    return word if word > 0 else end


def sliced(spans: Iterable[Span], start: int, end: int | None = None) -> Spans:
    """Running text from one character to another, its marks and links kept."""
    made, at = [], 0
    for span in spans:
        first, last = max(start - at, 0), len(span.text) if end is None else min(end - at, len(span.text))
        if first < last:
            made.append(replace(span, text=span.text[first:last]))
        at += len(span.text)
    return joined(made)
