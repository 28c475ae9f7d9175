"""Markdown into blocks. HTML is not parsed: tags stay the text that they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from digests.document import (
    NEW_LINE,
    Block,
    Bullets,
    Heading,
    Item,
    Paragraph,
    Picture,
    Span,
    Spans,
    Table,
    code,
    emphasised,
    trimmed,
)
from digests.stories.files import Body, FrontMatter, FrontMatterError, picture_key, read_picture
from digests.stories.running import Image, cell_text, images_of, plain_text, spans_of
from warehouse.messages import Message

_TOP, _LOWEST = 3, 4
"""Levels of the headings inside a story; its own is above them."""
_LISTS = ("bullet_list", "ordered_list")


@dataclass(frozen=True)
class MarkdownText:
    """A story's blocks, the title its first heading gives where the front matter gives none, and what is wrong."""

    title: str | None
    blocks: tuple[Block, ...]
    problems: tuple[Message, ...]


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        """Every address is parsed, so that of a forbidden one the text remains and not its markup."""
        return True


# The nesting is what no person reaches: deeper text would be left out.
_PARSER = _Parser("commonmark", {"html": False, "maxNesting": 200}).enable("table")


def blocks_of(story: Path, body: Body, front: FrontMatter) -> MarkdownText:
    """The blocks of a story's body, each picture after the block it stands in, and those of its front matter."""
    nodes = list(SyntaxTreeNode(_PARSER.parse(body.text)).children)
    title = None
    if not front.title and nodes and nodes[0].tag == "h1":
        title = " ".join(plain_text(nodes.pop(0)).split())
    gallery = _Gallery(story, front.title or title or story.stem)
    highest = min((int(node.tag[1:]) for node in nodes if node.type == "heading"), default=1)
    blocks: list[Block] = []
    for node in nodes:
        blocks.extend(_blocks(node, highest))
        blocks.extend(chain.from_iterable(gallery.shown(image) for image in images_of(node, body.first_line)))
    for image in front.pictures:
        blocks.extend(gallery.shown(image))
    return MarkdownText(title, tuple(blocks), tuple(gallery.problems))


@dataclass
class _Gallery:
    """The pictures of a story: each is read and shown once."""

    story: Path
    title: str
    problems: list[Message] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def shown(self, image: Image) -> Iterator[Picture]:
        if image.source in self._seen:
            return
        number = self._seen.setdefault(image.source, len(self._seen) + 1)
        try:
            content, media_type = read_picture(self.story, image.source, image.line)
        except FrontMatterError as refused:
            self.problems.append(refused.message)
            return
        yield Picture(picture_key(self.story, number), content, image.alt_text or self.title, media_type)


def _blocks(node: SyntaxTreeNode, highest: int = 1) -> Iterator[Block]:
    """The blocks of a top-level node; `highest` is the level of the story's highest heading."""
    match node.type:
        case "heading":
            text = " ".join(plain_text(node).split())
            if text:
                yield Heading(text, min(_TOP + int(node.tag[1:]) - highest, _LOWEST))
        case "paragraph":
            spans = spans_of(node)
            if spans:
                yield Paragraph(spans)
        case "bullet_list" | "ordered_list":
            yield _bullets(node)
        case "blockquote":
            yield from (_quoted(block) for child in node.children for block in _blocks(child))
        case "table":
            yield _table(node)
        case "fence" | "code_block":
            spans = code(node.content)
            if spans:
                yield Paragraph(spans)
        case _:
            # A rule between paragraphs says nothing that the paragraphs do not.
            return


def _quoted(block: Block) -> Block:
    match block:
        case Paragraph(spans):
            return Paragraph(emphasised(spans))
        case Heading(text):
            return Paragraph((Span(text, strong=True, emphasis=True),))
        case _:
            return block


def _bullets(node: SyntaxTreeNode) -> Bullets:
    return Bullets(tuple(_item(child) for child in node.children), node.type == "ordered_list")


def _item(node: SyntaxTreeNode) -> Item:
    """An item's text, line by line, and the lists in it as one list under it."""
    lines: list[Span] = []
    lists: list[Bullets] = []
    for child in node.children:
        if child.type in _LISTS:
            lists.append(_bullets(child))
            continue
        for block in _blocks(child):
            if isinstance(block, Bullets):
                lists.append(block)
            else:
                lines.extend((*([NEW_LINE] if lines else []), *_text_of(block)))
    items = tuple(chain.from_iterable(each.items for each in lists))
    return Item(trimmed(tuple(lines)), Bullets(items, lists[0].ordered) if items else None)


def _text_of(block: Block) -> Spans:
    """A block as running text, for an item, which has nothing else."""
    match block:
        case Paragraph(spans):
            return spans
        case Heading(text):
            return (Span(text, strong=True),)
        case Table(header, rows):
            return (Span("\n".join(" | ".join(row) for row in (header, *rows))),)
        case _:
            return ()


def _table(node: SyntaxTreeNode) -> Table:
    rows = [
        tuple(" ".join(cell_text(cell).split()) for cell in row.children)
        for part in node.children
        for row in part.children
    ]
    return Table(rows[0], tuple(rows[1:]))
