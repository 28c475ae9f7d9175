"""Running text: the inline parts of Markdown as spans, and the pictures that stand among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from markdown_it.tree import SyntaxTreeNode

from digests.document import Span, Spans

_SCHEMES = ("http", "https", "mailto")
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


@dataclass(frozen=True)
class Image:
    """A picture as a story names it."""

    source: str
    alt_text: str
    line: int


def spans_of(inline: SyntaxTreeNode) -> Spans:
    """The text of an inline node, joined where nothing changes, without blanks at its ends."""
    joined: list[Span] = []
    for span in _spans(inline, Span("")):
        if joined and not span.code and joined[-1].text.endswith(" "):
            # Where a picture stood between two blanks, one remains.
            span = replace(span, text=span.text.lstrip(" "))
        if joined and replace(joined[-1], text=span.text) == span:
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    return trimmed(tuple(joined))


def trimmed(spans: Spans) -> Spans:
    """Spans without blanks at the ends: a picture may have stood there."""
    kept = list(spans)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


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
                yield from _spans(child, replace(look, link=_address(str(child.attrs.get("href", "")))))
            case "image":
                continue
            case _:
                yield from _spans(child, look)


def _address(href: str) -> str | None:
    """An address that may be a link; of any other only the text remains."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    return href if parts.netloc or (parts.scheme.lower() == "mailto" and parts.path) else None
