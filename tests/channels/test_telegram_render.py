"""A document on Telegram: nothing is lost, nothing is refused, and it reads as it was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.telegram.render import Album, CallbackStore, File, Photo, TelegramPart, TextMessage, parts
from digests.document import (
    Action,
    Actions,
    Attachment,
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
from tests.channels.documents import EVERY_BLOCK, SAID, SAMPLES, picture, pictures, png, said_in, words
from tests.doubles.telegram_text import parsed, units


def shown(document: Document) -> str:
    """What is read in a chat, from top to bottom."""
    return "\n".join(parsed(html)[0] for part in parts(document) for html in htmls(part))


def htmls(part: TelegramPart) -> Iterator[str]:
    match part:
        case TextMessage(html):
            yield html
        case Photo() | File():
            yield part.caption
        case Album(photos):
            yield from (photo.caption for photo in photos)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_part_is_one_that_telegram_takes(name: str) -> None:
    made = parts(SAMPLES[name])

    assert made
    for part in made:
        limit, least = (4096, 1) if isinstance(part, TextMessage) else (1024, 0)
        assert all(least <= units(parsed(html)[0]) <= limit for html in htmls(part))
        if isinstance(part, Album):
            assert 2 <= len(part.photos) <= 10
        else:
            assert sum(map(len, part.buttons)) <= 100
            assert all(button.label.strip() and len(button.label) <= 64 for row in part.buttons for button in row)


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_left_out(name: str) -> None:
    document = SAMPLES[name]
    blocks = document.blocks
    made = parts(document)
    printed = "".join(shown(document).split())
    unsayable = re.compile("[\x00\x07\x1b\u202e\u202c]")

    for text in said_in(document):
        for word in unsayable.sub("", text).split():
            assert word in printed
    images = [photo.image for part in made for photo in photos(part)]
    assert images == [block.image for block in blocks if isinstance(block, Picture)]
    files = [part.content for part in made if isinstance(part, File)]
    assert files == [block.content for block in blocks if isinstance(block, Attachment)]
    commands = [b.command for part in made if not isinstance(part, Album) for row in part.buttons for b in row]
    assert commands == [a.command for block in blocks if isinstance(block, Actions) for a in block.actions]


def photos(part: TelegramPart) -> tuple[Photo, ...]:
    return part.photos if isinstance(part, Album) else (part,) if isinstance(part, Photo) else ()


def test_a_short_document_reads_like_a_note_with_its_picture_above_it() -> None:
    photo, file = parts(EVERY_BLOCK)
    assert isinstance(photo, Photo)
    text, entities = parsed(photo.caption)

    assert text.replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "Service level",
        "Service level is 87 % of 80 %.",
        "",
        "In June it was good.",
        "",
        "Lines",
        "✓ Service level: 87 %",
        "! LCR: 7.1 %",
        "   (all clients were called back)",
        "   △ Outsourcing: 9 %",
        "• Calls: 1,204",
        "",
        "By hour",
        "Hour   Calls    SL",
        "10:00     12  91 %",
        "11:00    140   8 %",
        "",
        "1. First",
        "   – Under it",
        "      – Deeper",
        "2. report and /sl",
        "",
        "As of 15 June, 23:59.",
    ]
    assert ("bold", "7.1 %") in entities, "what is missed stands out"
    assert ("text_link", "report -> https://example.org/?a=1&b=2") in entities
    assert ("code", "/sl") in entities
    assert ("italic", "As of 15 June, 23:59.") in entities
    assert isinstance(file, File)
    assert (file.name, file.caption) == ("june.xlsx", "June by day")
    assert not photo.buttons, "buttons stand under the last part"
    assert [[button.label for button in row] for row in file.buttons] == [["By hour", "To last week"]]


def test_a_string_is_never_markup() -> None:
    read = shown(SAMPLES["hostile strings"])

    assert read.count(SAID) >= 10
    assert "\x00" not in read
    assert "\u202e" not in read
    links = [e for part in parts(SAMPLES["hostile strings"]) for html in htmls(part) for e in parsed(html)[1]]
    assert {kind for kind, _ in links} <= {"bold", "italic", "code", "pre", "text_link"}
    assert not [words for kind, words in links if kind == "text_link" and "javascript" in words.partition("->")[2]]
    assert "mail (a@example.org)" in read, "a mailbox is written out, since Telegram links to none"


def test_a_picture_with_a_long_text_has_its_beginning_and_the_rest_comes_after() -> None:
    finding, more = Paragraph(plain("SL is 88%.")), Paragraph(plain(words(300)))
    photo, text = parts(pictures(1, finding, more, Actions((Action("More", "help"),))))

    assert isinstance(photo, Photo)
    assert photo.caption == "<b>Pictures</b>\nSL is 88%."
    assert isinstance(text, TextMessage)
    assert text.html == words(300)
    assert text.buttons


def test_under_a_picture_there_is_the_first_sentence_or_the_words_of_the_picture_never_a_heading_alone() -> None:
    long = Paragraph(plain(f"SL is 88%. Then {words(300)}."))
    photo, text = parts(pictures(1, long))
    assert isinstance(photo, Photo)
    assert photo.caption == "<b>Pictures</b>\nSL is 88%."
    assert isinstance(text, TextMessage)
    assert text.html == f"Then {words(300)}."

    photo, text = parts(pictures(1, Paragraph(plain(words(300)))))
    assert isinstance(photo, Photo)
    assert photo.caption == picture().alt_text
    assert isinstance(text, TextMessage)
    assert text.html == f"<b>Pictures</b>\n{words(300)}"


def test_a_report_opens_with_its_cover_and_the_finding_and_its_charts_are_one_post_with_one_caption() -> None:
    """The heading of the charts alone is none; what closes the report bears the buttons, the link among them."""
    cover = picture()
    charts = [replace(picture(n), finding=f"Chart {n} rises") for n in (1, 2)]
    found = (
        Heading("Digest", 1),
        Headline("2 of 9 missed the plan."),
        Facts((FactRow("AHT", "294 s", Verdict.MISSED),)),
    )
    sections = (Heading("Service", 2), Paragraph(plain("Calls")), Heading("Charts", 2), *charts)
    asked = Actions((Action("Page", "", "https://d.example/x/"), Action("Excel", "report biweekly xlsx")))
    made = parts(Document("D", (*found, cover, *sections, Note("As of today."), asked)))

    photo, text, album, closing = made
    assert isinstance(photo, Photo)
    assert photo.image == cover.image
    assert parsed(photo.caption)[0] == "Digest\n2 of 9 missed the plan.\n\n! AHT: 294 s"
    assert isinstance(text, TextMessage)
    assert text.html == "<b>Service</b>\nCalls"
    assert isinstance(album, Album)
    assert [each.caption for each in album.photos] == ["• Chart 1 rises\n• Chart 2 rises", ""]
    assert isinstance(closing, TextMessage)
    assert closing.html == "<i>As of today.</i>"
    assert [(b.label, b.command, b.link) for row in closing.buttons for b in row] == [
        ("Page", "", "https://d.example/x/"),
        ("Excel", "report biweekly xlsx", None),
    ]


def test_a_section_that_a_message_holds_is_not_parted_between_two() -> None:
    """3,000 characters of figures and a column of 1,500 in three paragraphs: the column is a message of its own."""
    column = [Paragraph(plain(word * 100)) for word in ("first", "third", "ninth")]
    blocks = (Heading("Figures", 2), Paragraph(plain("x" * 3000)), Heading("A column", 2), *column)
    figures, told = [parsed(html)[0] for part in parts(Document("D", blocks)) for html in htmls(part)]
    assert figures.startswith("Figures")
    assert told.startswith("A column\nfirst")
    assert told.endswith("ninth")


def test_a_long_text_is_parted_between_sentences_whatever_is_bold_in_them() -> None:
    sentence = f"{words(40)} 22,6 тыс. кв. м "
    spans = tuple(
        Span(text, strong=bold) for _ in range(20) for text, bold in ((f"Раз {sentence}", False), ("два. ", True))
    )
    texts = [parsed(html)[0] for part in parts(Document("D", (Paragraph(spans),))) for html in htmls(part)]

    assert len(texts) == 2
    assert all(text.startswith("Раз ") and text.rstrip().endswith("два.") for text in texts)


def test_a_sentence_that_goes_on_in_a_list_is_not_left_behind() -> None:
    said = Paragraph(plain("We name:"))
    blocks = (Paragraph(plain("x" * 4000)), said, Bullets(tuple(Item(plain(words(3))) for _ in range(5))))
    first, second = (parsed(html)[0] for part in parts(Document("D", blocks)) for html in htmls(part))
    assert first == "x" * 4000
    assert second.startswith("We name:")


def test_a_picture_alone_has_its_words_for_those_who_do_not_see_it() -> None:
    (photo,) = parts(SAMPLES["a picture alone"])

    assert isinstance(photo, Photo)
    assert photo.caption == picture().alt_text


def test_pictures_go_in_albums_of_about_the_same_size() -> None:
    def sizes(count: int) -> list[int]:
        return [len(photos(part)) for part in parts(pictures(count)) if photos(part)]

    assert [sizes(n) for n in (2, 3, 10, 11, 12, 21)] == [[2], [3], [10], [5, 6], [6, 6], [7, 7, 7]]


def test_an_album_bears_no_buttons_so_a_line_does() -> None:
    *albums, text = parts(SAMPLES["11 pictures and buttons only"])

    assert all(isinstance(part, Album) for part in albums)
    assert isinstance(text, TextMessage)
    assert text.html == "<b>Eleven</b>"
    assert text.buttons


def test_what_is_no_photo_to_telegram_goes_as_a_file() -> None:
    long = Picture("long", png(width=2, height=90), "A very long one")
    vector = Picture("drawing", b"<svg/>", "A drawing", "image/svg+xml")
    made = parts(Document("Pictures", (long, vector)))

    assert [(part.name, part.content) for part in made if isinstance(part, File)] == [
        ("long.png", long.image),
        ("drawing.svg+xml", b"<svg/>"),
    ]


def test_a_table_goes_on_under_its_header() -> None:
    made = parts(SAMPLES["a table of 400 rows"])
    texts = [parsed(html)[0] for part in made for html in htmls(part)]

    assert texts[0].startswith("Rows\nDay")
    assert len(texts) == 2
    assert all("Day      Calls\n" in text for text in texts)
    assert all(html.endswith("</pre>") for part in made for html in htmls(part))
    rows = re.findall(r"day-(\d+)", " ".join(texts))
    assert rows == [str(n) for n in range(400)]


def test_a_table_wider_than_a_phone_is_told_row_by_row() -> None:
    table = Table(("Agent", "Line", "Result"), (("Ivanova", "the inhouse line of the centre", "12 %"),))
    (text,) = parts(Document("Wide", (table,)))

    assert isinstance(text, TextMessage)
    assert text.html == "• <b>Ivanova</b>: Line: the inhouse line of the centre; Result: 12 %"


def test_a_heading_is_not_left_behind_by_what_it_heads() -> None:
    blocks = (Paragraph(plain("x" * 4080)), Heading("Next", 2), Paragraph(plain(words(600))))
    first, second, third = (parsed(html)[0] for part in parts(Document("D", blocks)) for html in htmls(part))

    assert first == "x" * 4080
    assert second.startswith("Next\nслово0 ")
    assert f"{second} {third}" == f"Next\n{words(600)}"


def test_a_long_paragraph_breaks_between_words_and_keeps_its_marks() -> None:
    document = Document("D", (Paragraph((Span(words(900), strong=True),)),))
    texts = [parsed(html) for part in parts(document) for html in htmls(part)]

    assert " ".join(text for text, _ in texts) == words(900)
    assert all(entities == [("bold", text)] for text, entities in texts)


def test_the_same_button_carries_the_same_64_bytes_and_a_longer_command_is_kept() -> None:
    presses = CallbackStore()
    short, long = "sl inhouse today", 'sl "очень длинное название линии" last 14 days by hour'

    assert presses.data(short) == short
    assert presses.command(presses.data(short, apart=True)) == short
    data = presses.data(long, apart=True)
    assert len(data.encode()) <= 64
    assert data == presses.data(long, apart=True)
    assert presses.command(data) == long
    assert CallbackStore().command(data) is None, "after a restart it is forgotten"
    assert [presses.command(presses.data(odd)) for odd in ("+1", "#x")] == ["+1", "#x"]


def test_so_many_long_commands_are_kept_and_no_more() -> None:
    presses = CallbackStore()
    all_data = [presses.data("sl " + "x" * 64 + str(n)) for n in range(6000)]
    kept = Counter(presses.command(data) is not None for data in all_data)

    assert kept == {True: 5000, False: 1000}
