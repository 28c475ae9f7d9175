"""Documents to show at Slack: an answer as the bot gives it, and what must not break it."""

from __future__ import annotations

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
    Item,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
    plain,
)
from metrics.answers import Verdict
from tests.channels.documents import png

HOSTILE = "*b* _i_ ~s~ `c` <!channel> <@U1> <http://x.io|y> & :smile: [l](http://x.io) **w** ```f```\x00\u202e"


def picture(number: int = 1) -> Picture:
    return Picture(f"service-level-{number}", png(40 + 10 * number), f"Service level by hour, picture {number}")


FACTS = Facts(
    (
        FactRow("SL", "88%", Verdict.MET, remarks=("15 of 17 calls within 30 s",)),
        FactRow("AHT", "294 s", Verdict.MISSED),
        FactRow("Reserves", "43%", Verdict.BEHIND),
        FactRow("Calls", "5.6k", Verdict.NONE, part=True),
    )
)
BUTTONS = Actions((Action("By hour", "sl inhouse today by hour"), Action("Yesterday", "sl inhouse yesterday")))


def answer(title: str = "Service level, inhouse, today", *more: Block) -> Document:
    """One message: what was understood, figures, as-of time and buttons."""
    return Document(title, (Heading(title, 1), FACTS, *more, Note("Data as of 11:45"), BUTTONS), "en")


EVERY_BLOCK = Document(
    "Digest",
    (
        Heading("Digest", 1),
        Paragraph((Span("For "), Span("1-15 June", strong=True), Span(", "), Span("sl today", code=True))),
        Heading("Service", 2),
        FACTS,
        picture(),
        Note("Data as of 15 June"),
        Heading("Lines", 3),
        Bullets((Item(plain("inhouse"), Bullets((Item(plain("day")), Item(plain("night"))), ordered=True)),)),
        Table(("Line", "SL"), (("inhouse", "88%"), ("akc", "71%"))),
        Attachment("sl.xlsx", b"PK", "Figures by day", "application/xlsx"),
        BUTTONS,
    ),
    "en",
)
