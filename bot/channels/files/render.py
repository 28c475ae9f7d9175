"""Documents as plain text, the way a chat shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Headline,
    Note,
    Paragraph,
    Picture,
    Spans,
    Table,
)


def text(document: Document) -> str:
    """The whole document; blocks are parted by an empty line, a heading stands right above what it heads."""
    lines: list[str] = []
    headed = False
    for block in document.blocks:
        said = _lines(block)
        if not said:
            continue
        if lines and not headed:
            lines.append("")
        lines.extend(said)
        headed = isinstance(block, Heading)
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(title, level):
            return [title.upper() if level == 2 else title]
        case Paragraph(spans):
            return [_words(spans)]
        case Headline(words) | Note(words):
            return [words]
        case Bullets():
            return list(_items(block, ""))
        case Table(header, table_rows):
            return [" | ".join(row) for row in (header, *table_rows)]
        case Picture():
            return [block.alt_text]
        case Facts(rows):
            return [line for row in rows for line in _fact(row)]
        case Actions() | Attachment():
            return []  # nothing can be pressed in a text, and files lie beside it
        case _:
            assert_never(block)


def _words(spans: Spans) -> str:
    """Running text; a link's address stands after it, where a chat would hide it."""
    return "".join(f"{s.text} ({s.link})" if s.link and s.link != s.text else s.text for s in spans)


def _items(bullets: Bullets, indent: str) -> Iterator[str]:
    for number, item in enumerate(bullets.items, start=1):
        mark = f"{number}." if bullets.ordered else "•"
        yield f"{indent}{mark} {_words(item.spans)}"
        if item.children:
            yield from _items(item.children, indent + "   ")


def _fact(row: FactRow) -> list[str]:
    mark = "   –" if row.part else "•"
    remarks = [f"     ({remark})" for remark in row.remarks]
    return [f"{mark} {row.label}: {row.value}", *remarks]
