"""One column as it is written on Telegram and on Slack, and the blocks that it is on both."""

from __future__ import annotations

from typing import Any

from digests.document import Bullets, Item, Paragraph, Span, plain
from tests.doubles.telegram_text import units

Json = dict[str, Any]

PLAN = "https://example.org/plan?month=6&line=a_b"
BLOCKS = (
    Paragraph(
        (
            Span("👍🏽 "),
            Span("Итоги", strong=True),
            Span(" и "),
            Span("планы", emphasis=True),
            Span(",\nвторая строка: "),
            Span("/sl inhouse", code=True),
            Span(" — "),
            Span("см. ", strong=True),
            Span("план", strong=True, link=PLAN),
            Span("!", strong=True),
        )
    ),
    Bullets(
        (
            Item(plain("первое")),
            Item(
                (Span("второе", emphasis=True), Span(" дело")),
                Bullets((Item(plain("раз")), Item(plain("два 🎉"))), ordered=True),
            ),
            Item(plain("третье")),
        )
    ),
    Paragraph(plain("Нумерация:")),
    Bullets((Item(plain("один")), Item((Span("два", link="https://example.org/2"),))), ordered=True),
    Paragraph((Span("Так сказал клиент", emphasis=True),)),
    Paragraph((Span("a = 1", code=True), Span("\n\n"), Span("b = 2", code=True))),
    Paragraph(plain("Конец.")),
)

TEXT = """👍🏽 Итоги и планы,
вторая строка: /sl inhouse — см. план!

- первое
- второе дело
   1. раз
   2. два 🎉
- третье

Нумерация:
1. один
2. два

Так сказал клиент
a = 1

b = 2
Конец."""


def entity(kind: str, words: str, nth: int = 0, text: str = TEXT, **more: Any) -> Json:
    """The entity that covers these words of a text, as Telegram tells of it."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return {"type": kind, "offset": units(text[:at]), "length": units(words), **more}


TELEGRAM: Json = {
    "text": TEXT,
    "entities": [
        entity("bold", "Итоги"),
        entity("italic", "планы"),
        entity("code", "/sl inhouse"),
        entity("bold", "см. план!"),
        entity("text_link", "план", nth=1, url=PLAN),
        entity("underline", "второе"),
        entity("text_link", "два", nth=1, url="https://example.org/2"),
        entity("expandable_blockquote", "Так сказал клиент"),
        entity("pre", "a = 1\n\nb = 2", language="python"),
    ],
}


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def _list(*items: Json, style: str = "bullet", indent: int = 0) -> Json:
    return {"type": "rich_text_list", "elements": list(items), "style": style, "indent": indent, "border": 0}


def rich(*elements: Json) -> list[Json]:
    """The blocks of a message that has these elements."""
    return [{"type": "rich_text", "block_id": "Xy1", "elements": list(elements)}]


SLACK: Json = {
    "text": "👍🏽 *Итоги* …",
    "blocks": rich(
        _section(
            {"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fd", "skin_tone": 4},
            _text(" "),
            _text("Итоги", bold=True),
            _text(" и "),
            _text("планы", italic=True),
            _text(",\nвторая строка: "),
            _text("/sl inhouse", code=True),
            _text(" — "),
            _text("см. ", bold=True),
            {"type": "link", "url": PLAN, "text": "план", "style": {"bold": True}},
            _text("!", bold=True),
            _text("\n"),
        ),
        _list(
            _section(_text("первое")),
            _section(_text("второе", italic=True), _text(" дело")),
        ),
        _list(
            _section(_text("раз")),
            _section(_text("два "), {"type": "emoji", "name": "tada", "unicode": "1f389"}),
            style="ordered",
            indent=1,
        ),
        _list(_section(_text("третье"))),
        _section(_text("Нумерация:\n")),
        _list(
            _section(_text("один")),
            _section({"type": "link", "url": "https://example.org/2", "text": "два"}),
            style="ordered",
        ),
        {"type": "rich_text_quote", "elements": [_text("Так сказал клиент")]},
        {"type": "rich_text_preformatted", "elements": [_text("a = 1\n\nb = 2")], "border": 0},
        _section(_text("Конец.")),
    ),
}

TYPED = f"""👍🏽 *Итоги* и _планы_,
вторая строка: `/sl inhouse` — *см. <{PLAN.replace("&", "&amp;")}|план>!*

• первое
• _второе_ дело
    1. раз
    2. два 🎉
• третье

Нумерация:
1. один
2. <https://example.org/2|два>

&gt; Так сказал клиент
```a = 1

b = 2```
Конец."""
"""The same with the marks that people type in Slack, as an older client delivers it."""
