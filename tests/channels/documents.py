"""Documents that every channel must be able to say, by what is awkward about them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from digests.document import (
    Action,
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Headline,
    Item,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
    plain,
)
from metrics.answers import Verdict

HOSTILE = (
    "<b>bold?</b> & <script>alert(1)</script> \"quoted\" 'single' *stars* _under_ `tick` [x](http://a.b) "
    "</pre></code> &lt; &amp;amp; \x00\x07\x1b[31m \u202eright to left\u202c <!channel> "
    "<@U1> @here {braces} %s 100% 👩‍👩‍👧 ё"
)
SAID = "<script>alert(1)</script>"
"""A piece of it that must be read as it is."""


def png(shade: int = 0, width: int = 40, height: int = 30) -> bytes:
    """A picture of one grey."""
    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def picture(number: int = 0) -> Picture:
    return Picture(f"chart-{number}", png(number), f"Chart {number}: service level by day, 87 % on average")


def words(count: int, word: str = "слово") -> str:
    return " ".join(f"{word}{n}" for n in range(count))


EVERY_BLOCK = Document(
    "Service level",
    (
        Heading("Service level", 1),
        Headline("Service level is 87 % of 80 %."),
        Paragraph((Span("In "), Span("June", strong=True), Span(" it was "), Span("good", emphasis=True), Span("."))),
        Heading("Lines", 2),
        Facts(
            (
                FactRow("Service level", "87 %", Verdict.MET),
                FactRow("LCR", "7.1 %", Verdict.MISSED, remarks=("all clients were called back",)),
                FactRow("Outsourcing", "9 %", Verdict.BEHIND, part=True),
                FactRow("Calls", "1,204", Verdict.NONE),
            )
        ),
        Heading("By hour", 3),
        Table(("Hour", "Calls", "SL"), (("10:00", "12", "91 %"), ("11:00", "140", "8 %"))),
        Bullets(
            (
                Item(plain("First"), Bullets((Item(plain("Under it"), Bullets((Item(plain("Deeper")),))),))),
                Item((Span("report", link="https://example.org/?a=1&b=2"), Span(" and "), Span("/sl", code=True))),
            ),
            ordered=True,
        ),
        Note("As of 15 June, 23:59."),
        picture(),
        Attachment("june.xlsx", b"PK-not-really", "June by day", "application/octet-stream"),
        Actions((Action("By hour", "sl today by hour"), Action("To last week", "sl today vs last week"))),
    ),
    "en",
)


def pictures(count: int, *blocks: Block) -> Document:
    return Document("Pictures", (Heading("Pictures", 1), *(picture(n) for n in range(count)), *blocks), "en")


def hostile() -> Document:
    """A hostile string wherever there is a string."""
    evil = HOSTILE
    return Document(
        evil,
        (
            Heading(evil, 1),
            Headline(evil),
            Paragraph((Span(evil, strong=True, emphasis=True), Span(evil, code=True), Span(evil, link="javascript:x"))),
            Paragraph((Span(evil, link='https://a.example/"><b>'), Span("mail", link="mailto:a@example.org"))),
            Bullets((Item(plain(evil), Bullets((Item(plain(evil)),))),)),
            Facts((FactRow(evil, evil, Verdict.MISSED, remarks=(evil,)),)),
            Table((evil, "b"), ((evil, evil),)),
            Table(("<i>", "&"), (("</pre>", "<"),)),
            Picture("hostile", png(), evil),
            Note(evil),
            Attachment("a<b>.txt", b"x", evil, "text/plain"),
            Actions((Action(evil, "sl <b>&"), Action(" ", "help"))),
        ),
    )


SAMPLES: dict[str, Document] = {
    "every block": EVERY_BLOCK,
    "nothing": Document("Nothing but a title", ()),
    "hostile strings": hostile(),
    "a table of 400 rows": Document(
        "Rows",
        (
            Heading("Rows", 1),
            Table(("Day", "Calls"), tuple((f"day-{n}", str(n)) for n in range(400))),
            Actions((Action("Again", "calls"),)),
        ),
    ),
    "a wide table of 400 rows": Document(
        "Rows", (Table(("Agent", "Line", "Result"), tuple((f"agent-{n}", "x" * 30, f"r{n}") for n in range(400))),)
    ),
    "a paragraph of 5,000 characters": Document("Long", (Heading("Long", 1), Paragraph(plain(words(600))))),
    "a word of 9,000 characters": Document("Word", (Paragraph((Span("ж" * 9000, strong=True),)),)),
    "a paragraph of 300 marked pieces": Document(
        "Pieces", (Paragraph(tuple(Span(f"piece{n} ", strong=n % 2 == 0, emphasis=True) for n in range(300))),)
    ),
    "characters of two units": Document("Pairs", (Paragraph(plain("🦊 " * 3000)),)),
    "many blocks": Document(
        "Blocks",
        tuple(
            block
            for n in range(60)
            for block in (Heading(f"Heading{n}", 2), Paragraph(plain(words(20, f"t{n}w"))), Note(f"Note{n}"))
        ),
    ),
    "no picture and buttons": replace(EVERY_BLOCK, blocks=EVERY_BLOCK.blocks[:2] + EVERY_BLOCK.blocks[-1:]),
    "a picture alone": Document("Chart", (picture(),)),
    "a picture and a short text": pictures(1, Paragraph(plain("Short."))),
    "a picture and a long text": pictures(1, Paragraph(plain(words(300)))),
    "3 pictures": pictures(3, Paragraph(plain("Short."))),
    "12 pictures": pictures(12, Paragraph(plain(words(100))), Actions((Action("More", "help"),))),
    "11 pictures and buttons only": Document(
        "Eleven", (*(picture(n) for n in range(11)), Actions((Action("More", "help"),)))
    ),
    "150 buttons": Document(
        "Buttons",
        (
            Paragraph(plain("Choose.")),
            Actions(tuple(Action(f"Button {n}", f"m metric_{n} " + "очень длинно" * (n % 3)) for n in range(150))),
        ),
    ),
}


def said_in(document: Document) -> Iterator[str]:
    """The strings of a document's text, as they stand in its blocks."""
    for block in document.blocks:
        match block:
            case Heading(text) | Note(text):
                yield text
            case Paragraph(spans):
                yield from (span.text for span in spans)
            case Bullets():
                yield from _items(block)
            case Facts(rows):
                yield from (text for row in rows for text in (row.label, row.value, *row.remarks))
            case Table(_, rows):
                yield from (cell for row in rows for cell in row)


def _items(bullets: Bullets) -> Iterator[str]:
    for item in bullets.items:
        yield from (span.text for span in item.spans)
        if item.children:
            yield from _items(item.children)
