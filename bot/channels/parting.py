"""Where a text that no message holds is parted: at a line, else after a sentence, else between words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from digests.document import Span, Spans
from digests.spans import joined

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
