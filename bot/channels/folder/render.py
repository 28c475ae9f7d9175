"""Documents as plain text, the way a chat shows them."""

from __future__ import annotations

from typing import assert_never

from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph


def text(document: Document) -> str:
    """The whole document; blocks are parted by an empty line, a heading stands right above what it heads."""
    lines: list[str] = []
    headed = False
    for block in document.blocks:
        if lines and not headed:
            lines.append("")
        lines.extend(_lines(block))
        headed = isinstance(block, Heading)
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(title, level):
            return [title.upper() if level == 2 else title]
        case Paragraph(words):
            return [words]
        case Note(words):
            return [words]
        case Facts(rows):
            return [line for row in rows for line in _fact(row)]
        case _:
            assert_never(block)


def _fact(row: FactRow) -> list[str]:
    mark = "   –" if row.part else "•"
    remarks = [f"     ({remark})" for remark in row.remarks]
    return [f"{mark} {row.label}: {row.value}", *remarks]
