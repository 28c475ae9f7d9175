"""Documents at Slack: every limit kept, nothing cut, and what people wrote never formats, mentions or links."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack import mrkdwn, render
from bot.channels.slack.render import Post, SlackFiles
from digests.document import (
    Action,
    Actions,
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
from tests.channels.slack_documents import BUTTONS, EVERY_BLOCK, HOSTILE, answer, picture
from tests.doubles.slack_blocks import complaints, shown, unescaped


def posts(*blocks: Block) -> list[Post]:
    made = [part for part in render.parts(Document("Title", blocks)) if isinstance(part, Post)]
    for post in made:
        assert complaints(list(post.blocks)) == []
        assert 1 <= len(post.text) <= 4000
        assert list(unescaped(post.text)) == []
    return made


def said(*blocks: Block) -> str:
    return "\n".join(shown(list(post.blocks)) for post in posts(*blocks))


def test_an_answer_is_one_message_with_its_marks_and_its_buttons() -> None:
    (post,) = posts(*answer().blocks)

    assert shown(list(post.blocks)).split("\n") == [
        "Service level, inhouse, today",
        "✓ SL: *88%*",
        "\u2003\u2003_(15 of 17 calls within 30 s)_",
        "! AHT: *294 s*",
        "△ Reserves: *43%*",
        "\u2003\u2003– Calls: *5.6k*",
        "Data as of 11:45",
        "[By hour]",
        "[Yesterday]",
    ]
    assert [block["type"] for block in post.blocks] == ["header", "section", "context", "actions"]
    assert [element["value"] for element in post.blocks[3]["elements"]] == [each.command for each in BUTTONS.actions]
    assert post.text.startswith("Service level, inhouse, today\n✓ SL: *88%*")


def test_every_kind_of_block_in_its_order_with_notes_above_pictures() -> None:
    parts = render.parts(EVERY_BLOCK)

    assert [type(part).__name__ for part in parts] == ["Post", "SlackFiles", "Post", "SlackFiles"]
    first, pictures, second, files = parts
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert shown(list(first.blocks)).split("\n")[:3] == ["Digest", "For *1-15 June*, `sl today`", "Service"]
    assert first.blocks[-1] == {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "Data as of 15 June", "verbatim": True}],
    }
    assert shown(list(second.blocks)).split("\n") == [
        "*Lines*",
        "• inhouse",
        "\u2003\u20031. day",
        "\u2003\u20032. night",
        "Line: SL",
        "inhouse: 88%",
        "akc: 71%",
        "[By hour]",
        "[Yesterday]",
    ]
    assert isinstance(pictures, SlackFiles)
    assert isinstance(files, SlackFiles)
    assert [(up.name, up.title, up.alt_text) for up in pictures.uploads] == [
        ("service-level-1.png", "Service level by hour, picture 1", "Service level by hour, picture 1")
    ]
    assert [(up.name, up.title, up.alt_text) for up in files.uploads] == [("sl.xlsx", "Figures by day", None)]


def test_buttons_say_of_how_many_messages_their_answer_is() -> None:
    (alone,) = render.parts(answer())
    with_picture, _ = render.parts(answer("Title", picture()))

    assert isinstance(alone, Post)
    assert isinstance(with_picture, Post)
    assert render.parts_of(alone.blocks[-1]["block_id"]) == 1
    assert render.parts_of(with_picture.blocks[-1]["block_id"]) == 2
    assert render.parts_of("b0") is None


def test_pictures_that_follow_one_another_are_shared_together_ten_at_most() -> None:
    def shared(count: int) -> list[int]:
        document = Document("Title", (Paragraph(plain("Text")), *(picture(n) for n in range(count))))
        return [len(part.uploads) for part in render.parts(document) if isinstance(part, SlackFiles)]

    assert [shared(count) for count in (0, 1, 3, 12)] == [[], [1], [3], [10, 2]]


def test_a_picture_without_an_image_and_files_where_none_can_go_are_words() -> None:
    empty = Document("Title", (Picture("key", b"", "What it *shows*"),))

    assert [shown(list(part.blocks)) for part in render.parts(empty) if isinstance(part, Post)] == ["What it ∗shows∗"]
    spoken = "\n".join(shown(list(post.blocks)) for post in render.words(EVERY_BLOCK))
    assert "Service level by hour, picture 1" in spoken
    assert "_Figures by day_" in spoken


def test_what_people_wrote_shows_and_does_nothing() -> None:
    every = posts(
        Heading(HOSTILE, 1),
        Heading(HOSTILE, 3),
        Paragraph((Span(HOSTILE), Span(HOSTILE, strong=True), Span(HOSTILE, code=True))),
        Paragraph((Span(HOSTILE, link="https://example.org/a|b>c"), Span(HOSTILE, link="javascript:alert(1)"))),
        Bullets((Item(plain(HOSTILE)),)),
        Facts((FactRow(HOSTILE, HOSTILE, Verdict.MET, remarks=(HOSTILE,)),)),
        Table((HOSTILE, "n"), ((HOSTILE, "1"),)),
        Note(HOSTILE),
        Actions((Action(HOSTILE, "sl"),)),
    )
    mrkdwn_texts = [
        text["text"]
        for post in every
        for block in post.blocks
        for text in (block.get("text", {}), *block.get("elements", []))
        if text.get("type") == "mrkdwn"
    ]

    assert len(mrkdwn_texts) > 5
    for text in mrkdwn_texts:
        assert "<" not in text
        assert ":smile:" not in re.sub("`[^`]*`", "", text)
        assert "\x00" not in text
        assert "\u202e" not in text
    assert mrkdwn.escaped("*b* _i_ ~s~ `c` :smile: a & b <c>") == (
        "∗b∗ ＿i＿ ∼s∼ ˋcˋ :\N{WORD JOINER}smile: a &amp; b &lt;c&gt;"
    )
    assert mrkdwn.escaped("lcr_clients 2*3 12:30") == "lcr_clients 2*3 12:30"
    assert mrkdwn.escaped("> said") == "\N{SOFT HYPHEN}&gt; said"


def test_links_are_links_and_only_of_kinds_that_may_be() -> None:
    assert mrkdwn.spans((Span("the <page>", link="https://x.io/?a=1&b=2"),)) == (
        "<https://x.io/?a=1&amp;b=2|the &lt;page&gt;>"
    )
    assert mrkdwn.spans((Span("bad", link="javascript:x"),)) == "bad"


@given(st.text(max_size=300), st.integers(20, 60))
def test_whatever_text_comes_in_whole_pieces_within_the_limit(text: str, limit: int) -> None:
    pieces = list(mrkdwn.pieces((Span(text, strong=True),), limit))

    assert all(1 <= mrkdwn.length(piece) <= limit for piece in pieces)
    assert all(list(unescaped(piece)) == [] for piece in pieces)


def test_a_long_paragraph_becomes_sections_parted_at_sentences() -> None:
    sentences = [f"Sentence {n} says that a & b hold." for n in range(150)]
    (post,) = posts(Paragraph((Span(" ".join(sentences), strong=True),)))
    texts = [block["text"]["text"] for block in post.blocks]

    assert len(texts) == 2
    assert all(text.startswith("*Sentence ") and text.endswith("hold.*") for text in texts)
    whole = " ".join(text.strip("*") for text in texts).replace("&amp;", "&")
    assert whole == " ".join(sentences)


def test_sections_are_parted_at_sentences_whatever_is_bold_in_them() -> None:
    spans = tuple(
        Span(text, strong=bold)
        for _ in range(60)
        for text, bold in ((f"Раз {'слово ' * 12}22,6 тыс. кв. м ", False), ("два. ", True))
    )
    sections = list(mrkdwn.pieces(spans, 3000))
    assert len(sections) > 1
    assert all(section.startswith("Раз ") and section.endswith("*два.*") for section in sections)


def test_one_word_of_five_thousand_letters_is_not_cut() -> None:
    assert "".join(said(Paragraph(plain("x" * 5000))).split()) == "x" * 5000


def tables(*blocks: Block) -> list[dict[str, Any]]:
    return [block for post in posts(*blocks) for block in post.blocks if block["type"] == "data_table"]


def cells(table: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_a_table_is_one_of_slack_s_own_under_its_title() -> None:
    heading, table = Heading("Agents", 3), Table(("Agent", "Calls"), (("Anna <b>", "12"), ("", "7")))
    (made,) = tables(heading, table)
    assert cells(made) == [["Agent", "Calls"], ["Anna <b>", "12"], ["\N{NO-BREAK SPACE}", "7"]]
    assert (made["caption"], made["page_size"]) == ("Agents", 2)
    assert posts(heading, table)[0].text == "*Agents*\nAnna &lt;b&gt;, 12\n7"


def test_figures_of_a_report_are_a_table_with_their_marks() -> None:
    facts = Facts((FactRow("SL", "88%", Verdict.MET), FactRow("Inhouse", "5", Verdict.NONE, True, ("by hand",))))
    (made,) = tables(Headline("All is well."), Heading("Service", 2), facts)
    assert cells(made) == [["Показатель", "Значение"], ["✓ SL", "88%"], ["– Inhouse", "5 (by hand)"]]
    assert made["caption"] == "Service"
    assert tables(Heading("Service", 2), facts) == []  # an answer's few figures are lines


def test_a_long_table_is_several_each_with_its_header() -> None:
    rows = tuple((f"agent {n}", str(n), "a <b> & c") for n in range(400))
    made = posts(Heading("Agents", 2), Table(("Agent", "Calls", "Remark"), rows))
    parts = tables(Heading("Agents", 2), Table(("Agent", "Calls", "Remark"), rows))

    assert len(made) > 1
    assert made[0].blocks[0]["type"] == "header"
    assert all(cells(part)[0] == ["Agent", "Calls", "Remark"] for part in parts)
    assert [row[0] for part in parts for row in cells(part)[1:]] == [row[0] for row in rows]


def test_a_table_of_too_many_columns_goes_on_beside_its_first() -> None:
    many = tuple(f"column {n}" for n in range(30))
    first, second = (cells(made)[0] for made in tables(Table(many, (many,))))
    assert first == list(many[:20])
    assert second == ["column 0", *many[20:]]


def test_a_cell_of_a_thousand_letters_does_not_cost_the_message() -> None:
    (made,) = tables(Table(("Line", "Why"), (("inhouse", "word " * 3000),)))
    assert cells(made)[1][1].endswith("…")


def test_more_buttons_than_a_row_holds_and_commands_that_none_can_carry() -> None:
    actions = [Action(f"Label {n} " + "x" * 100, f"sl {n}") for n in range(30)]
    (post,) = posts(Actions((*actions, Action("Long", "sl " + "x" * 2100))))
    rows = [block for block in post.blocks if block["type"] == "actions"]
    buttons = [element for row in rows for element in row["elements"]]

    assert [len(row["elements"]) for row in rows] == [25, 5]
    assert len({button["action_id"] for button in buttons}) == 30
    assert [button["value"] for button in buttons] == [action.command for action in actions]
    assert all(button["text"]["text"].endswith("…") for button in buttons)
    assert "Long: `sl xxx" in shown(list(post.blocks))


def test_a_message_of_many_blocks_is_parted_before_a_heading_not_after() -> None:
    sections = [block for n in range(30) for block in (Heading(f"Section {n}", 2), Paragraph(plain(f"Text {n}")))]
    made = posts(*sections)

    assert len(made) == 2
    assert [post.blocks[0]["type"] for post in made] == ["header", "header"]
    assert [post.blocks[-1]["type"] for post in made] == ["section", "section"]
    assert said(*sections).count("Section") == 30


def test_nothing_to_say_is_no_message() -> None:
    assert render.parts(Document("Title", ())) == []
    assert render.parts(Document("Title", (Heading(" ", 1), Paragraph(plain("\n")), Table((), ())))) == []
