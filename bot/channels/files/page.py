"""HTML built from elements: a text becomes HTML only by being escaped."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from itertools import groupby, takewhile
from pathlib import Path
from struct import unpack
from typing import NewType, assert_never

from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
    FactDetail,
    FactList,
    FactRow,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Span,
    Spans,
    Table,
)
from digests.localizer import Localizer
from metrics.verdict import Verdict
from warehouse.messages import N_

Html = NewType("Html", str)
"""Text that is HTML already. Whatever else is a text goes through `text` or `tag`, which escape it."""

Attribute = str | int | None

_UNPRINTED = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_EMPTY = frozenset({"br", "img", "link", "meta"})


def text(words: str) -> Html:
    """Escaped words; line breaks stay line breaks, what no file can hold is replaced."""
    return Html("<br>".join(_escaped(line) for line in words.replace("\r\n", "\n").split("\n")))


def tag(name: str, /, *children: Html, **attributes: Attribute) -> Html:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; an attribute that is None is left out."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    start = name + "".join(f' {key}="{_escaped(str(value))}"' for key, value in pairs)
    return Html(f"<{start}>") if name in _EMPTY else Html(f"<{start}>{''.join(children)}</{name}>")


def lines(parts: Iterable[Html]) -> Html:
    """Elements one below the other, for those who read the source."""
    return Html("\n".join(parts))


def _escaped(words: str) -> str:
    return escape(words.translate(_UNPRINTED).encode("utf-8", "replace").decode("utf-8"))


_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LINK = re.compile(r"(https?://[^\s/]|mailto:[^\s])[^\s\x00-\x1f]*", re.IGNORECASE)
_NUMBER = re.compile(r"[-+−–—]?\d|[-–—]?$")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CONTENTS_FROM = 3
"""Fewer sections need no table of contents."""

VERDICTS = {
    Verdict.MISSED: N_("Plan missed"),
    Verdict.BEHIND: N_("Behind the pace"),
    Verdict.MET: N_("Plan met"),
}
"""In the order in which they are looked for. A figure without a verdict has no mark."""

# A solid disc and a hollow triangle, each with "!", and a tick: told apart without any colour.
_SHAPES = {
    Verdict.MISSED: "M10 0a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM8.6 4h2.8l-.5 8H9.1zM10 13.4a1.6 1.6 0 1 0 0 3.2"
    "a1.6 1.6 0 1 0 0-3.2z",
    Verdict.BEHIND: "M10 .6L20 19H0zM10 4.6L3.2 17.2h13.6zM9.1 8h1.8l-.3 4.9H9.4zM10 13.8a1.1 1.1 0 1 0 0 2.2"
    "a1.1 1.1 0 1 0 0-2.2z",
    Verdict.MET: "M2.2 10.6L4.3 8.5L8 12.2L15.9 4L18 6.1L8 16.4z",
}


def html(document: Document, localizer: Localizer) -> str:
    """The page of a document; `words` say what the page itself has to say."""
    title, blocks = _titled(document)
    opening = list(takewhile(lambda block: isinstance(block, Paragraph | Note), blocks))
    sections = list(_sections(_levelled(blocks[len(opening) :])))
    header = [tag("h1", text(title), id="top"), *_flow(opening, "top", localizer), *_key(blocks, localizer)]
    titles = [heading.text for heading, _ in sections if heading]
    return shell(
        document.title,
        document.language,
        [tag("header", lines(header)), *_contents(titles, localizer), *_main(sections, localizer)],
    )


def shell(title: str, language: str, body: Iterable[Html]) -> str:
    """A whole file around a body."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("meta", name="format-detection", content="telephone=no"),
        tag("link", rel="icon", href="data:,"),
        tag("title", text(title)),
        tag("style", _style()),
    ]
    page = tag("html", lines([tag("head", lines(head)), tag("body", lines(body))]), lang=language)
    return f"<!DOCTYPE html>\n{page}\n"


@cache
def _style() -> Html:
    return Html(Path(__file__).with_name("page.css").read_text("utf-8"))


def _titled(document: Document) -> tuple[str, tuple[Block, ...]]:
    """The page's one title and the blocks under it."""
    match document.blocks:
        case (Heading(title, 1), *rest):
            return title, tuple(rest)
        case blocks:
            return document.title, blocks


def _levelled(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings below the title, none more than one level deeper than the heading before it."""
    above = 1
    for block in blocks:
        if isinstance(block, Heading):
            above = min(max(block.level, 2), above + 1)
            block = replace(block, level=above)
        yield block


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[Heading | None, list[Block]]]:
    """Blocks by the heading of level 2 above them; those before the first have none."""
    heading: Heading | None = None
    under: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if heading or under:
                yield heading, under
            heading, under = block, []
        else:
            under.append(block)
    if heading or under:
        yield heading, under


def _main(sections: Sequence[tuple[Heading | None, list[Block]]], localizer: Localizer) -> Iterator[Html]:
    parts: list[Html] = []
    number = 0
    for heading, blocks in sections:
        if heading is None:
            parts += _flow(blocks, "top", localizer)
            continue
        number += 1
        anchor = _anchor(number)
        title = tag("h2", text(heading.text), id=anchor)
        parts.append(tag("section", lines([title, *_flow(blocks, anchor, localizer)]), aria_labelledby=anchor))
    yield tag("main", lines(parts))


def _anchor(number: int) -> str:
    return f"section-{number}"


def _contents(titles: Sequence[str], localizer: Localizer) -> Iterator[Html]:
    if len(titles) >= _CONTENTS_FROM:
        links = [tag("a", text(title), href=f"#{_anchor(n)}") for n, title in enumerate(titles, start=1)]
        entries = tag("ul", lines(tag("li", link) for link in links), role="list")
        yield tag("nav", entries, class_="contents", aria_label=localizer(N_("Contents")))


def _key(blocks: Iterable[Block], localizer: Localizer) -> Iterator[Html]:
    """How many figures have which verdict: the digest at a glance, and what the marks mean."""
    rows = [row for block in blocks if isinstance(block, FactList) for row in block.rows]
    counts = Counter(row.verdict for row in rows)
    entries = [
        tag(
            "li",
            _shape(verdict),
            tag("span", text(f"{localizer(name)}: "), tag("b", text(str(counts[verdict])))),
            class_=verdict.value,
        )
        for verdict, name in VERDICTS.items()
        if counts[verdict]
    ]
    if entries:
        yield tag("ul", lines(entries), class_="key", role="list")
    if any(row.detail for row in rows):
        yield tag("p", text(localizer(N_("Tap a figure to see where it comes from."))), class_="hint")


def _flow(blocks: Iterable[Block], label: str, localizer: Localizer) -> Iterator[Html]:
    """Blocks in their order, pictures that follow one another side by side; `label` is the heading above."""
    for pictures, group in groupby(blocks, lambda block: isinstance(block, Picture)):
        shown = [_block(block, label, localizer) for block in group]
        if pictures:
            yield tag("div", lines(shown), class_="pictures")
        else:
            yield from shown


def _block(block: Block, label: str, localizer: Localizer) -> Html:
    match block:
        case Heading(title, level):
            return tag(f"h{level}", text(title))
        case Paragraph(spans):
            return tag("p", _spans(spans))
        case Note(note):
            return tag("p", text(note), class_="note")
        case Bullets():
            return _bullets(block)
        case Table():
            return _table(block, label)
        case Picture():
            return _picture(block)
        case FactList(rows):
            return _facts(rows, localizer)
        case Actions() | Attachment():
            return Html("")  # nothing is asked of a page, and its files lie beside it
        case _:
            assert_never(block)


def _spans(spans: Spans) -> Html:
    return Html("".join(_span(span) for span in spans))


def _span(span: Span) -> Html:
    shown = text(span.text)
    if span.code:
        shown = tag("code", shown)
    if span.emphasis:
        shown = tag("em", shown)
    if span.strong:
        shown = tag("strong", shown)
    if span.link and _LINK.fullmatch(span.link):
        named = "named" if span.link != span.text else None
        shown = tag("a", shown, href=span.link, rel="noopener noreferrer", class_=named)
    return shown


def _bullets(bullets: Bullets) -> Html:
    return tag("ol" if bullets.ordered else "ul", lines(_item(item) for item in bullets.items))


def _item(item: Item) -> Html:
    parts = [_spans(item.spans), *([_bullets(item.children)] if item.children else [])]
    return tag("li", lines(parts))


def _table(table: Table, label: str) -> Html:
    """A table that scrolls in its own frame where it is wider than the page, by keyboard too."""
    figures = [all(_NUMBER.match(cell) for cell in column) for column in zip(*table.rows, strict=False)]
    kinds = ["figure" if n and figure else None for n, figure in enumerate(figures)] or [None] * len(table.header)
    header = [
        tag("th", text(cell), scope="col", class_=kind) if cell else tag("td")
        for cell, kind in zip(table.header, kinds, strict=False)
    ]
    body = [tag("tr", *_cells(row, kinds)) for row in table.rows]
    shown = tag("table", lines([tag("thead", tag("tr", *header)), tag("tbody", lines(body))]))
    return tag("div", shown, class_="scroll", role="region", tabindex=0, aria_labelledby=label)


def _cells(row: Sequence[str], kinds: Sequence[str | None]) -> Iterator[Html]:
    for number, (cell, kind) in enumerate(zip(row, kinds, strict=False)):
        yield tag("td", text(cell), class_=kind) if number else tag("th", text(cell), scope="row")


def _picture(picture: Picture) -> Html:
    if picture.media_type not in _IMAGES:
        return tag("p", text(picture.alt_text))
    source = f"data:{picture.media_type};base64,{b64encode(picture.image).decode('ascii')}"
    width, height = _size(picture.image)
    return tag("figure", tag("img", src=source, alt=picture.alt_text, width=width, height=height))


def _size(image: bytes) -> tuple[int | None, int | None]:
    """Width and height of a PNG, so that the page does not jump while it opens."""
    return unpack(">II", image[16:24]) if image[12:16] == b"IHDR" and len(image) >= 24 else (None, None)


def _facts(rows: Sequence[FactRow], localizer: Localizer) -> Html:
    """A list of figures; the parts of a figure are a list of their own under it."""
    entries: list[tuple[FactRow, list[FactRow]]] = []
    for row in rows:
        if row.part and entries:
            entries[-1][1].append(row)
        else:
            entries.append((row, []))
    shown = [
        _fact(
            row,
            tag("ul", lines(_fact(part, None, localizer) for part in parts), role="list") if parts else None,
            localizer,
        )
        for row, parts in entries
    ]
    return tag("ul", lines(shown), class_="facts", role="list")


def _fact(row: FactRow, parts: Html | None, localizer: Localizer) -> Html:
    # The punctuation is for ears and for the clipboard: «label: value. Plan missed».
    line = [
        tag("span", text(row.label), tag("span", text(": "), class_="unseen"), class_="label"),
        tag("span", text(row.value), class_="value"),
    ]
    if row.verdict in VERDICTS:
        said = tag("span", text(f". {localizer(VERDICTS[row.verdict])}."), class_="unseen")
        line.append(tag("span", _shape(row.verdict), said, class_="mark"))
    line += [tag("span", text(remark), class_="remark") for remark in row.remarks]
    shown = tag("span", *line, class_="row")
    if row.detail:
        shown = tag("details", lines([tag("summary", shown), _detail(row.detail, localizer)]))
    return tag("li", lines([shown, *([parts] if parts else [])]), class_=f"fact {row.verdict.value}")


def _detail(detail: FactDetail, localizer: Localizer) -> Html:
    whole = N_("Numerator") if detail.denominator else N_("In full")
    given = [
        (N_("Definition"), detail.definition),
        (whole, detail.numerator),
        (N_("Denominator"), detail.denominator),
        (N_("Plan"), detail.plan),
        (N_("Data as of"), detail.as_of),
    ]
    pairs = [tag("div", tag("dt", text(localizer(name))), tag("dd", text(told))) for name, told in given if told]
    return tag("dl", lines(pairs))


def _shape(verdict: Verdict) -> Html:
    path = tag("path", d=_SHAPES[verdict], fill_rule="evenodd")
    return tag("svg", path, class_="shape", viewBox="0 0 20 20", aria_hidden="true", focusable="false")
