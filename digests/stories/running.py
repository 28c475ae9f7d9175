"""Running text: the inline parts of Markdown as spans, and the pictures that stand among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from digests.document import Span, Spans, address, joined, trimmed

_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


@dataclass(frozen=True)
class Image:
    """A picture as a story names it."""

    source: str
    alt_text: str
    line: int


def spans_of(inline: SyntaxTreeNode) -> Spans:
    """The text of an inline node, joined where nothing changes, without blanks at its ends."""
    kept: list[Span] = []
    for span in _spans(inline, Span("")):
        if kept and not span.code and kept[-1].text.endswith(" "):
            # Where a picture stood between two blanks, one remains.
            span = replace(span, text=span.text.lstrip(" "))
        if span.text:
            kept.append(span)
    return trimmed(joined(kept))


def plain_text(node: SyntaxTreeNode) -> str:
    """The text of a node without its marks."""
    return "".join(span.text for span in spans_of(node))


def cell_text(node: SyntaxTreeNode) -> str:
    """The text of a table's cell: a link's address stands after it, since a cell has no links."""
    return "".join(f"{s.text} ({s.link})" if s.link and s.link != s.text else s.text for s in spans_of(node))


def images_of(block: SyntaxTreeNode, first_line: int) -> Iterator[Image]:
    """The pictures in a block, with the line of the file each stands on."""
    for inline in block.walk():
        if inline.type != "inline":
            continue
        line = first_line + (inline.map[0] if inline.map else 0)
        for node in inline.walk():
            if node.type in _BREAKS:
                line += 1
            elif node.type == "image":
                yield Image(unquote(str(node.attrs.get("src", ""))), plain_text(node), line)


def _spans(node: SyntaxTreeNode, look: Span) -> Iterator[Span]:
    for child in node.children:
        match child.type:
            case "text" | "text_special":
                yield replace(look, text=child.content)
            case "code_inline":
                yield replace(look, text=child.content, code=True)
            case "softbreak" | "hardbreak":
                yield replace(look, text=_BREAKS[child.type])
            case "strong":
                yield from _spans(child, replace(look, strong=True))
            case "em":
                yield from _spans(child, replace(look, emphasis=True))
            case "link":
                yield from _spans(child, replace(look, link=address(str(child.attrs.get("href", "")))))
            case "image":
                continue
            case _:
                yield from _spans(child, look)
