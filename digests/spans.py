"""Running text from outside: pieces joined where nothing changes, and addresses that may be links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from digests.document import Span, Spans

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
