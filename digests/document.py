"""Documents: what is said, in a closed set of blocks that carry meaning and no style.

A verdict is a verdict here, never a colour or an emoji; renderers of channels match over the blocks, escape every
string and know their platform's limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from metrics.answers import Verdict


@dataclass(frozen=True)
class Span:
    """A piece of running text."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None
    """An http, https or mailto address; nothing else is ever a link."""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """Level 1 is the document's title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Headline:
    """The finding, in a sentence or two: what a phone's notification says, and the first thing that is read."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True)
class Bullets:
    """A list; an item may have a list of its own under it."""

    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Item:
    spans: Spans
    children: Bullets | None = None


@dataclass(frozen=True)
class FactDetail:
    """Where a figure comes from, for those who tap on it: texts, in the reader's language."""

    definition: str
    numerator: str | None
    denominator: str | None
    plan: str | None
    as_of: str | None
    made_of: str | None = None
    """Numerator and denominator in words: «вовремя: 460 из 522 звонков»."""


@dataclass(frozen=True)
class FactTrend:
    """What a figure was in the periods before, the oldest first, and is in its own; the main ones in words, too."""

    values: tuple[float | None, ...]
    plans: tuple[float | None, ...]
    said: str


@dataclass(frozen=True)
class FactRow:
    """One figure as it is read: «label: value», with its verdict and what must be known beside it."""

    label: str
    value: str
    verdict: Verdict
    part: bool = False
    """Whether it is a part of the figure above it."""
    remarks: tuple[str, ...] = ()
    detail: FactDetail | None = None
    trend: FactTrend | None = None
    why: Table | None = None
    """What made it miss its plan, part by part: for a page, where there is room."""
    chart: str | None = None
    """The key of the picture that shows it."""


@dataclass(frozen=True)
class Facts:
    rows: tuple[FactRow, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a header; every row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture with its words for those who do not see it. `key` names its file: latin letters and dashes."""

    key: str
    image: bytes
    alt_text: str
    media_type: str = "image/png"
    finding: str = ""
    """The first of its words alone, where it is a chart: one line of what it shows."""


@dataclass(frozen=True)
class Note:
    """What a careful reader needs: as-of time, conventions."""

    text: str


@dataclass(frozen=True)
class Action:
    """Something to press: the words on it, and what it asks for in the language of commands («sl inhouse today»).

    With a `link`, an https or http address, it opens that instead of asking.
    """

    label: str
    command: str
    link: str | None = None


@dataclass(frozen=True)
class Actions:
    """What may be asked next, by pressing. Where nothing can be pressed, nothing is shown."""

    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Attachment:
    """A file to open elsewhere. `name` ends with its kind, `title` says what is in it."""

    name: str
    content: bytes
    title: str
    media_type: str


Block = Heading | Headline | Paragraph | Bullets | Facts | Table | Picture | Note | Actions | Attachment


@dataclass(frozen=True)
class Document:
    """A message to people, independent of any channel."""

    title: str
    blocks: tuple[Block, ...]
    language: str = "ru"


def plain(text: str) -> Spans:
    """Text without any emphasis."""
    return (Span(text),)


NEW_LINE = Span("\n")
_SCHEMES = ("http", "https", "mailto")


def joined(spans: Iterable[Span]) -> Spans:
    """Neighbours that look the same as one; what says nothing is left out."""
    made: list[Span] = []
    for span in spans:
        if made and replace(made[-1], text=span.text) == span:
            made[-1] = replace(span, text=made[-1].text + span.text)
        elif span.text:
            made.append(span)
    return tuple(made)


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


def emphasised(spans: Spans) -> Spans:
    """A quotation's text."""
    return tuple(span if span == NEW_LINE else replace(span, emphasis=True) for span in spans)


def code(content: str) -> Spans:
    """Lines of code; blank ones among them stay."""
    spans: list[Span] = []
    for line in content.strip("\n").split("\n"):
        spans += [*([NEW_LINE] if spans else []), Span(line if line.strip() else "", code=True)]
    return joined(spans)


def address(href: str) -> str | None:
    """An address that may be a link; of any other only the text remains."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    return href if parts.netloc or (parts.scheme.lower() == "mailto" and parts.path) else None
