"""From messages to a column: its title, its text and its pictures. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from digests.document import Block, Bullets, Document, Heading, Item, Paragraph, Picture, Spans

LONGEST_TITLE = 100
LONGEST_WORDS = 200
"""A caption up to so long, without any emphasis, is what a picture shows; a longer one is text."""

_NAMED = re.compile(r"\s*(?:title|заголовок)\s*:\s*(.*\S)\s*", re.IGNORECASE)
_ENDS_A_SENTENCE = (".", "!", ",", ";", ":", "…")


def piece(blocks: Sequence[Block], pictures: Sequence[tuple[bytes, str]]) -> Document:
    """What one message adds. `pictures` are their bytes and media types."""
    caption = _caption(blocks) if pictures else None
    text = () if caption else tuple(blocks)
    shown = tuple(
        Picture("picture", image, caption or "" if number == 0 else "", media_type)
        for number, (image, media_type) in enumerate(pictures)
    )
    return Document("", (*text, *shown))


def composed(pieces: Sequence[Document], title: str, key: str) -> Document:
    """The column of some pieces. `title` is its title if they give none, `key` begins the names of its pictures.

    Its title is a line «Title: …», or the first line where it is bold or stands apart from what follows. A piece that
    has a title is a column as it was sent before.
    """
    blocks: list[Block] = []
    named: str | None = None
    for number, each in enumerate(pieces):
        given, rest = _named(each.blocks)
        if each.title:
            given = each.title
        elif given is None and number == 0:
            given, rest = _apart(each.blocks)
        named = given or named
        blocks.extend(rest)
    title = (named or title)[:LONGEST_TITLE]
    return Document(title, tuple(_numbered(map(_under, blocks), title, key)))


def words_of(blocks: Sequence[Block]) -> str:
    """The words of a message, without their marks."""
    return "\n".join(filter(None, map(_words, blocks)))


def is_empty(document: Document) -> bool:
    return not any(not isinstance(block, Paragraph) or _text(block.spans).strip() for block in document.blocks)


def length(pieces: Sequence[Document]) -> int:
    """Characters of text."""
    return sum(len(words_of(each.blocks)) for each in pieces)


def pictures(pieces: Sequence[Document]) -> int:
    return sum(isinstance(block, Picture) for each in pieces for block in each.blocks)


def without_first_line(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without their first line: a command stood there."""
    if blocks and isinstance(blocks[0], Paragraph):
        _, rest = _parted(blocks[0].spans)
        return (*([Paragraph(rest)] if rest else []), *blocks[1:])
    return tuple(blocks)


def _caption(blocks: Sequence[Block]) -> str | None:
    """The words of a picture, if what stands under it is no text of its own."""
    match blocks:
        case [Paragraph(spans)] if not any(s.strong or s.emphasis or s.code or s.link for s in spans):
            text = _text(spans).strip()
            return text if text and len(text) <= LONGEST_WORDS and "\n" not in text and not _NAMED.match(text) else None
    return None


def _named(blocks: Sequence[Block]) -> tuple[str | None, tuple[Block, ...]]:
    """The title that «Title: …» gives in a first line, and the rest."""
    if blocks and isinstance(blocks[0], Paragraph):
        first, _ = _parted(blocks[0].spans)
        if found := _NAMED.fullmatch(_text(first)):
            return found[1], without_first_line(blocks)
    return None, tuple(blocks)


def _apart(blocks: Sequence[Block]) -> tuple[str | None, tuple[Block, ...]]:
    """The first line as a title, if it is bold or a paragraph of its own above another, and the rest."""
    match blocks:
        case [Heading(text), *others]:
            return text, tuple(others)
        case [Paragraph(spans), *others]:
            first, rest = _parted(spans)
            text = _text(first).strip()
            bold = all(span.strong for span in first if span.text.strip()) and bool(rest or others)
            alone = not rest and bool(others) and isinstance(others[0], Paragraph)
            plain = not any(span.emphasis or span.code or span.link for span in first)
            short = len(text) <= LONGEST_TITLE and not text.endswith(_ENDS_A_SENTENCE)
            if plain and short and (bold or alone):
                return text, (*([Paragraph(rest)] if rest else []), *others)
        case _:
            pass
    return None, tuple(blocks)


def _parted(spans: Spans) -> tuple[Spans, Spans]:
    """The first line, and what comes after it without blank lines before it."""
    first: list[Spans] = []
    for number, span in enumerate(spans):
        line, broken, after = span.text.partition("\n")
        if not broken:
            first.append((span,))
            continue
        rest = [replace(span, text=after), *spans[number + 1 :]]
        while rest and not (text := rest[0].text.lstrip("\n ")):
            rest.pop(0)
        if rest:
            rest[0] = replace(rest[0], text=text)
        head = (replace(span, text=line),) if line else ()
        return (*(each for part in first for each in part), *head), tuple(rest)
    return spans, ()


def _under(block: Block) -> Block:
    """Headings inside a column stand below its own."""
    return replace(block, level=max(3, block.level)) if isinstance(block, Heading) else block


def _numbered(blocks: Iterator[Block], title: str, key: str) -> Iterator[Block]:
    count = 0
    for block in blocks:
        if isinstance(block, Picture):
            count += 1
            block = replace(block, key=f"{key}-{count}", alt_text=block.alt_text or title)
        yield block


def _text(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def _words(block: Block) -> str:
    match block:
        case Paragraph(spans):
            return _text(spans)
        case Bullets(items):
            return "\n".join(map(_item_words, items))
        case Heading(text):
            return text
        case _:
            return ""


def _item_words(item: Item) -> str:
    under = _words(item.children) if item.children else ""
    return f"{_text(item.spans)}\n{under}".rstrip()
