"""From messages to a column."""

from __future__ import annotations

from bot.editorial import compose
from digests.document import Block, Bullets, Document, Heading, Item, Paragraph, Picture, Span, plain

PNG = (b"png", "image/png")


def said(*lines: str) -> Paragraph:
    return Paragraph(plain("\n".join(lines)))


def column(*messages: tuple[Block, ...]) -> Document:
    return compose.composed([compose.piece(blocks, ()) for blocks in messages], "Support", "column-7")


def test_a_line_that_says_so_is_the_title_wherever_it_comes() -> None:
    made = column((said("Title: A calm June", "We answered."),), (said("And we rested."),))
    assert made == Document("A calm June", (said("We answered."), said("And we rested.")))
    late = column((said("We answered all day."),), (said("Заголовок: Спокойный июнь"),))
    assert late == Document("Спокойный июнь", (said("We answered all day."),))


def test_a_first_line_that_stands_apart_or_is_bold_is_the_title() -> None:
    apart = Document("A calm June", (said("We answered."),))
    assert column((said("A calm June"), said("We answered."))) == apart
    bold = Paragraph((Span("A calm June", strong=True), Span("\nWe "), Span("answered", emphasis=True)))
    assert column((bold,)) == Document("A calm June", (Paragraph((Span("We "), Span("answered", emphasis=True))),))


def test_a_sentence_is_no_title_and_neither_is_all_there_is() -> None:
    assert (
        column(
            (
                said("Good morning!"),
                said("We answered."),
            )
        ).title
        == "Support"
    )
    assert column((said("One line", "and another"),)).title == "Support"
    assert column((said("One line"),)) == Document("Support", (said("One line"),))
    assert column((said("One line"),), (said("Another message"),)).title == "Support"
    assert (
        column(
            (
                said("x" * 101),
                said("We answered."),
            )
        ).title
        == "Support"
    )


def test_emphasis_links_lists_and_emoji_are_as_they_were_written() -> None:
    spans = (Span("See "), Span("the page", link="https://example.com/"), Span(" 🎉", strong=True))
    listed = Bullets((Item(plain("one"), Bullets((Item(plain("under")),))),), ordered=True)
    made = column((Paragraph(spans), listed, Heading("Inside", 1)))
    assert made == Document("Support", (Paragraph(spans), listed, Heading("Inside", 3)))
    assert column((said("Our results"), listed)).title == "Support"


def test_a_short_plain_caption_is_what_the_picture_shows() -> None:
    pieces = [
        compose.piece((said("The new room"),), [PNG, PNG]),
        compose.piece((Paragraph((Span("Look", strong=True),)),), [PNG]),
    ]
    made = compose.composed(pieces, "Support", "column-7")
    shown = [block for block in made.blocks if isinstance(block, Picture)]
    assert [(each.key, each.alt_text) for each in shown] == [
        ("column-7-1", "The new room"),
        ("column-7-2", "Support"),
        ("column-7-3", "Support"),
    ]
    assert [block for block in made.blocks if not isinstance(block, Picture)] == [
        Paragraph((Span("Look", strong=True),))
    ]


def test_what_was_sent_before_keeps_its_title_when_it_is_gone_on_with() -> None:
    sent = column(
        (
            said("A calm June"),
            said("We answered."),
        )
    )
    again = compose.composed([sent, compose.piece((said("And rested."),), ())], "Support", "column-7")
    assert again == Document("A calm June", (said("We answered."), said("And rested.")))


def test_a_command_above_the_text_is_no_text() -> None:
    spans = (Span("/story support\n\n"), Span("Bold", strong=True), Span(" words"))
    assert compose.without_first_line((Paragraph(spans),)) == (Paragraph((Span("Bold", strong=True), Span(" words"))),)
    assert compose.without_first_line((said("/story support"),)) == ()
