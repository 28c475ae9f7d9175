"""A column is the same blocks wherever it was written, and every channel shows it as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.channels.files import page, render
from bot.channels.slack.incoming import message_blocks as from_slack
from bot.channels.slack.render import Post
from bot.channels.slack.render import parts as slack_parts
from bot.channels.telegram.incoming import written as from_telegram
from bot.channels.telegram.render import TextMessage
from bot.channels.telegram.render import parts as telegram_parts
from digests.document import Block, Bullets, Document, Item, Paragraph, Span, plain
from digests.localizer import Localizer
from tests.channels.columns import BLOCKS, PLAN, SLACK, TELEGRAM, TYPED, entity, rich
from tests.doubles.slack_blocks import complaints, shown
from tests.doubles.telegram_text import parsed

US = "UBOT"


def telegram(text: str, *entities: dict[str, Any]) -> tuple[Block, ...]:
    return from_telegram(text, [MessageEntity(**each) for each in entities])


def text_of(blocks: tuple[Block, ...]) -> str:
    """All words, without the marks of lists."""
    said = []
    for block in blocks:
        match block:
            case Paragraph(spans):
                said.append("".join(span.text for span in spans))
            case Bullets(items):
                for item in items:
                    said.append("".join(span.text for span in item.spans))
                    said.append(text_of((item.children,) if item.children else ()))
    return "\n".join(said)


# The same column, written and shown


def test_a_column_is_the_same_blocks_wherever_it_was_written() -> None:
    assert telegram(TELEGRAM["text"], *TELEGRAM["entities"]) == BLOCKS
    assert from_slack(SLACK, US) == BLOCKS
    assert from_slack({"text": TYPED}, US) == BLOCKS


def test_telegram_shows_it_as_it_was_written() -> None:
    (part,) = telegram_parts(Document("Column", BLOCKS))
    assert isinstance(part, TextMessage)
    text, entities = parsed(part.html)

    assert text.startswith("👍🏽 Итоги и планы,\nвторая строка: /sl inhouse — см. план!\n\n• первое\n• второе дело\n")
    assert "1. раз" in text
    assert {
        ("bold", "Итоги"),
        ("italic", "планы"),
        ("code", "/sl inhouse"),
        ("bold", "см. "),
        ("bold", "план"),
        ("text_link", f"план -> {PLAN}"),
        ("text_link", "два -> https://example.org/2"),
        ("italic", "Так сказал клиент"),
        ("code", "a = 1"),
        ("code", "b = 2"),
    } <= set(entities)


def test_slack_shows_it_as_it_was_written() -> None:
    (part,) = slack_parts(Document("Column", BLOCKS))
    assert isinstance(part, Post)
    assert not complaints(list(part.blocks))
    said = shown(list(part.blocks))

    assert "👍🏽 *Итоги* и _планы_,\nвторая строка: `/sl inhouse` — *см.* " in said
    assert f"<{PLAN.replace('&', '&amp;')}|план>" in said
    assert "два 🎉" in said
    assert "_Так сказал клиент_" in said


def test_the_page_and_the_text_show_it_as_it_was_written() -> None:
    document = Document("Column", BLOCKS)
    html = page.html(document, Localizer("ru"))
    assert "👍🏽 <strong>Итоги</strong> и <em>планы</em>,<br>вторая строка: <code>/sl inhouse</code>" in html
    assert f'<a href="{PLAN.replace("&", "&amp;")}"' in html
    assert f"👍🏽 Итоги и планы,\nвторая строка: /sl inhouse — см. план ({PLAN})!" in render.text(document)


# What Telegram delivers


def test_a_mark_that_reaches_beyond_the_text_or_into_an_emoji_loses_nothing() -> None:
    text = "ok 👍 fine"
    assert telegram(text, {"type": "bold", "offset": 3, "length": 500}) == (
        Paragraph((Span("ok "), Span("👍 fine", strong=True))),
    )
    for offset in range(12):
        for length in (0, 1, 3):
            assert text_of(telegram(text, {"type": "italic", "offset": offset, "length": length})) == text
    assert telegram(text, {"type": "bold", "offset": 50, "length": 5}) == (Paragraph(plain(text)),)


def test_addresses_are_links_and_what_is_no_address_is_text() -> None:
    text = "example.com ops@example.com press press @anna +7 900"
    blocks = telegram(
        text,
        entity("url", "example.com", text=text),
        entity("email", "ops@example.com", text=text),
        entity("text_link", "press", text=text, url="javascript:alert(1)"),
        entity("text_link", "press", nth=1, text=text, url="tg://user?id=5"),
        entity("mention", "@anna", text=text),
        entity("spoiler", "+7 900", text=text),
    )
    assert blocks == (
        Paragraph(
            (
                Span("example.com", link="http://example.com"),
                Span(" "),
                Span("ops@example.com", link="mailto:ops@example.com"),
                Span(" press press @anna +7 900"),
            )
        ),
    )


def test_marks_that_overlap_hold_where_both_do() -> None:
    text = "abcdef"
    assert telegram(text, entity("bold", "abcd", text=text), entity("italic", "cdef", text=text)) == (
        Paragraph((Span("ab", strong=True), Span("cd", strong=True, emphasis=True), Span("ef", emphasis=True))),
    )


def test_a_message_of_nothing_but_marks_is_read_at_once() -> None:
    text = "ab" * 2048
    nested = [MessageEntity("bold", at, 4096 - at) for at in range(4096)]
    links = [MessageEntity("text_link", at, 1, url=f"https://example.org/{at}") for at in range(4096)]

    assert from_telegram(text, nested) == (Paragraph((Span(text, strong=True),)),)
    assert text_of(from_telegram(text, links)) == text


# Lists


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("one\ntwo\n\n\nthree", (Paragraph(plain("one\ntwo")), Paragraph(plain("three")))),
        ("* a\n\n• b\n– c", (Bullets((Item(plain("a")), Item(plain("b")), Item(plain("c")))),)),
        ("- a\n  goes on\nand text", (Bullets((Item(plain("a\ngoes on")),)), Paragraph(plain("and text")))),
        ("- a\n\n  apart", (Bullets((Item(plain("a")),)), Paragraph(plain("apart")))),
        ("-5 % and - so on", (Paragraph(plain("-5 % and - so on")),)),
        ("1) a\n2) b", (Bullets((Item(plain("a")), Item(plain("b"))), ordered=True),)),
        ("2. b\n3. c", (Paragraph(plain("2. b\n3. c")),)),
        (
            "1. a\n\ntext\n\n2. b",
            (Bullets((Item(plain("a")),), True), Paragraph(plain("text")), Paragraph(plain("2. b"))),
        ),
        ("1. a\n- b", (Bullets((Item(plain("a")),), True), Bullets((Item(plain("b")),)))),
        ("- a\n  2. b", (Bullets((Item(plain("a\n2. b")),)),)),
        ("- a\n  - b\n  1. c", (Bullets((Item(plain("a"), Bullets((Item(plain("b\n1. c")),))),)),)),
        ("15. июня", (Paragraph(plain("15. июня")),)),
    ],
)
def test_lines_that_begin_like_a_list_are_one_and_no_number_changes(text: str, blocks: tuple[Block, ...]) -> None:
    assert telegram(text) == blocks


def test_code_is_never_a_list() -> None:
    assert telegram("- x", {"type": "code", "offset": 0, "length": 3}) == (Paragraph((Span("- x", code=True),)),)


def test_lists_that_go_deeper_than_anybody_reads_stand_on_the_last_level() -> None:
    (block,) = telegram("\n".join(" " * 2 * n + f"- {n}" for n in range(60)))
    depth, under = 0, block
    while isinstance(under, Bullets):
        depth, under = depth + 1, under.items[-1].children  # type: ignore[assignment]
    assert depth == 5
    assert text_of((block,)).split() == [str(n) for n in range(60)]


# What Slack delivers


def test_people_channels_and_dates_of_slack_are_the_words_they_show() -> None:
    message = {
        "text": "<@U7> <@U8|anna> <#C1|general> <!subteam^S1|@editors> <!here>",
        "blocks": rich(
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U7"},
                    {"type": "text", "text": " "},
                    {"type": "user", "user_id": "U8"},
                    {"type": "text", "text": " "},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "text", "text": " "},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "text", "text": " "},
                    {"type": "broadcast", "range": "here"},
                    {"type": "text", "text": " "},
                    {"type": "emoji", "name": "our-logo"},
                    {"type": "text", "text": " <b> & "},
                    {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 June"},
                    {"type": "link", "url": "javascript:alert(1)", "text": " press"},
                    {"type": "something_new", "text": " new"},
                ],
            }
        ),
    }
    said = "@U7 @anna #general @editors @here :our-logo: <b> & 1 June press new"
    assert from_slack(message, US) == (Paragraph(plain(said)),)


def test_a_list_that_goes_on_after_a_text_keeps_its_numbers() -> None:
    def item(text: str) -> dict[str, Any]:
        return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}

    blocks = from_slack(
        {
            "blocks": rich(
                {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": [item("a"), item("b")]},
                item("text"),
                {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2, "elements": [item("c")]},
            )
        },
        US,
    )
    assert blocks == (
        Bullets((Item(plain("a")), Item(plain("b"))), ordered=True),
        Paragraph(plain("text")),
        Paragraph(plain("3. c")),
    )


def test_what_only_looks_like_a_mark_stays_text() -> None:
    text = "2*3*4 lcr_clients_month ~ * a * snake_case &lt;b&gt; <javascript:alert(1)|press> `*code*`"
    assert from_slack({"text": text}, US) == (
        Paragraph((Span("2*3*4 lcr_clients_month ~ * a * snake_case <b> press "), Span("*code*", code=True))),
    )


# Whatever comes


_KINDS = [*map(str, MessageEntity.ALL_TYPES), "new_kind"]
_ALPHABET = st.sampled_from([*"ab1.-•* \n\t>`_~", "👍", "🏽", "ж", "\r", "\u2028", "\xa0", "1. ", "- ", "  - ", "\n\n"])


def _solid(text: str) -> str:
    """What must not be lost: everything but blanks and what may be the mark of a list."""
    return "".join(character for character in text if not character.isspace() and character not in "-•*.–0123456789")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_ALPHABET, max_size=60).map("".join),
    st.lists(st.tuples(st.sampled_from(_KINDS), st.integers(-3, 90), st.integers(-3, 90)), max_size=12),
)
def test_no_text_and_no_entities_break_it_or_lose_a_character(text: str, entities: list[tuple[str, int, int]]) -> None:
    blocks = from_telegram(text, [MessageEntity(kind, at, size, url="https://e.org") for kind, at, size in entities])

    assert _solid(text_of(blocks)) == _solid(text)
    telegram_parts(Document("t", blocks)), slack_parts(Document("t", blocks))


_STYLES = st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("bold", "italic", "code", "strike")})
_TEXTS = st.fixed_dictionaries(
    {"type": st.just("text"), "text": st.lists(_ALPHABET, max_size=8).map("".join), "style": _STYLES}
)
_SECTIONS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["rich_text_section", "rich_text_quote", "rich_text_preformatted"]),
        "elements": st.lists(_TEXTS, max_size=4),
    }
)
_LISTS = st.fixed_dictionaries(
    {
        "type": st.just("rich_text_list"),
        "style": st.sampled_from(["bullet", "ordered"]),
        "indent": st.integers(-1, 9),
        "offset": st.integers(0, 3),
        "elements": st.lists(_SECTIONS, max_size=3),
    }
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(_SECTIONS, _LISTS), max_size=5))
def test_no_rich_text_breaks_it_or_loses_a_character(elements: list[dict[str, Any]]) -> None:
    texts = [
        t for e in elements for s in ([e] if e["type"] != "rich_text_list" else e["elements"]) for t in s["elements"]
    ]
    blocks = from_slack({"blocks": rich(*elements)}, US)

    assert _solid(text_of(blocks)) == _solid("".join(t["text"] for t in texts))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*"ab <>&|@#!*_~`\n", "```", "&gt; ", "<@U1>", "<http://e.org|x>"]), max_size=40).map(
        "".join
    )
)
def test_nothing_that_is_typed_at_slack_breaks_it(text: str) -> None:
    letters = [c for c in text.replace("<http://e.org|x>", "").replace("<@U1>", "") if c in "ab"]
    said = text_of(from_slack({"text": text}, US))
    assert [c for c in said if c in "ab"] == letters or "<" in text
