"""Blocks as lines of text: what each of them looks like in a chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from bot.channels.telegram.markup import Line, Piece, Run, clean, indent, one_line
from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    FactRow,
    Facts,
    Heading,
    Note,
    Paragraph,
    Picture,
    Span,
    Spans,
    Table,
)
from metrics.verdict import Verdict

MARKS = {Verdict.MET: "✓", Verdict.MISSED: "!", Verdict.BEHIND: "△", Verdict.NONE: "•"}
"""Read without any colour, as in the terminal."""

_COLUMNS = 34
"""What a phone shows of monospaced text without breaking its lines."""

_WEB = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)
_MAIL = re.compile(r"mailto:([^\s?]+@[^\s?]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[-+−–—]?\d|[-–—]?$")


def piece(block: Block) -> Piece | None:
    """A block's text; None for what is no text: pictures, files, buttons, and what is empty."""
    match block:
        case Heading(title, level):
            lines = [_line(one_line(title), "b") if level <= 2 else _line(one_line(title), "b", "i")]
        case Paragraph(spans):
            lines = list(_lines(spans))
        case Note(words):
            lines = [_line(line, "i") for line in clean(words).split("\n")]
        case Bullets():
            lines = list(_items(block, 0))
        case Facts(rows):
            lines = [line for row in rows for line in _fact(row)]
        case Table():
            return _table(block)
        case Picture() | Attachment() | Actions():
            return None
        case _:
            assert_never(block)
    if not any(run.text.strip() for line in lines for run in line):
        return None
    said = "".join(run.text for run in lines[-1]).rstrip()
    goes_on = isinstance(block, Paragraph) and said.endswith(":")
    return Piece(tuple(lines), heads_next=isinstance(block, Heading), goes_on=goes_on)


def _line(text: str, *tags: str) -> Line:
    return (Run(text, tags),)


def _lines(spans: Spans, before: str = "", under: str = "") -> Iterator[Line]:
    """Running text; `before` stands before its first line and `under` before the others."""
    held: list[Run] = [Run(before)] if before else []
    for span in spans:
        first, *others = clean(span.text).split("\n")
        held += _runs(span, first)
        for text in others:
            yield tuple(held)
            held = [Run(under)] if under else []
            held += _runs(span, text)
    yield tuple(held)


def _runs(span: Span, text: str) -> Iterator[Run]:
    if not text:
        return
    # Telegram takes no other tag around or in code.
    tags = ("code",) if span.code else (*(["b"] if span.strong else []), *(["i"] if span.emphasis else []))
    link = clean(span.link or "")
    if _WEB.fullmatch(link):
        yield Run(text, () if span.code else tags, link)
        return
    yield Run(text, tags)
    if (mail := _MAIL.fullmatch(link)) and mail[1] not in text:
        yield Run(f" ({mail[1]})")  # a link to a mailbox is not taken, and an address is made one by itself


def _items(bullets: Bullets, depth: int) -> Iterator[Line]:
    for number, item in enumerate(bullets.items, start=1):
        mark = f"{number}." if bullets.ordered else "–" if depth else "•"
        yield from _lines(item.spans, f"{indent(depth)}{mark} ", indent(depth + 1))
        if item.children:
            yield from _items(item.children, depth + 1)


def _fact(row: FactRow) -> Iterator[Line]:
    mark = "–" if row.part and row.verdict is Verdict.NONE else MARKS[row.verdict]
    missed = ("b",) if row.verdict is Verdict.MISSED else ()
    start = f"{indent(1) if row.part else ''}{mark} {one_line(row.label)}: "
    yield Run(start), Run(one_line(row.value), missed)
    for remark in row.remarks:
        yield (Run(f"{indent(2 if row.part else 1)}({one_line(remark)})"),)


def _table(table: Table) -> Piece | None:
    """Columns under each other where a phone's width holds them, else a row's cells by their names."""
    header = [one_line(cell) for cell in table.header]
    rows = [[one_line(cell) for cell in row] for row in table.rows]
    if not any(map(any, [header, *rows])):
        return None
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > _COLUMNS:
        return Piece(tuple(line for row in rows for line in _row_in_words(header, row)) or (_joined(header),))
    figures = [bool(rows) and all(_NUMBER.match(cell) for cell in column) for column in zip(*rows, strict=True)]

    def line(cells: list[str]) -> Line:
        aligned = [
            cell.rjust(width) if n and figures and figures[n] else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return (Run("  ".join(aligned).rstrip(" ")),)

    return Piece(tuple(map(line, rows)), head=(line(header),) if any(header) else (), mono=True)


def _row_in_words(header: list[str], row: list[str]) -> Iterator[Line]:
    named = zip(header[1:], row[1:], strict=True)
    cells = [f"{name}: {cell}" if name else cell for name, cell in named if cell]
    yield Run("• "), Run(row[0] if row else "", ("b",)), *([Run(": " + "; ".join(cells))] if cells else [])


def _joined(cells: list[str]) -> Line:
    return (Run(" · ".join(filter(None, cells))),)
