"""The report page: whatever a document says, it stays text, in order, and on one file's word alone."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.channels.files import page, send
from charts.canvas.render import encode
from digests.document import (
    Block,
    Bullets,
    Document,
    FactDetail,
    FactRow,
    Facts,
    FactTrend,
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
from digests.localizer import Localizer
from metrics.answers import Verdict

EVIL = "<script>alert(1)</script>\"'>&amp;<img src=x onerror=alert(1)>"
PIXEL = encode(np.full((3, 2, 4), 255, np.uint8))
EN, RU = Localizer("en"), Localizer("ru", "Europe/Moscow", date(2026, 6, 16))
DETAIL = FactDetail("Lost calls of all calls.", "275", "18 310", "no more than 3%", "June 15, 23:59")


class Seen(HTMLParser):
    """The elements of a page with their attributes, and its text with the elements that it stands in."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((" ".join(self._open), data))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def text(self, inside: str = "body") -> str:
        return "".join(words for where, words in self.texts if f" {inside} " in f" {where} ")


def of(*blocks: Block, title: str = "Digest", language: str = "en") -> Document:
    return Document(title, blocks, language)


def seen(*blocks: Block) -> Seen:
    return Seen(page.html(of(*blocks), EN))


EVERYTHING: tuple[Block, ...] = (
    Heading(EVIL, 1),
    Heading(EVIL, 2),
    Heading(EVIL, 3),
    Paragraph((Span(EVIL), Span(EVIL, True, True, True), Span(EVIL, link=f"https://example.org/?{EVIL}"))),
    Bullets((Item(plain(EVIL), Bullets((Item(plain(EVIL)),), ordered=True)),)),
    Facts((FactRow(EVIL, EVIL, Verdict.MISSED, False, (EVIL,), FactDetail(EVIL, EVIL, EVIL, EVIL, EVIL)),)),
    Facts((FactRow(EVIL, EVIL, Verdict.NONE, True, (EVIL,)),)),
    Table((EVIL, EVIL), ((EVIL, EVIL),)),
    Picture("evil", PIXEL, EVIL),
    Picture("evil", b"<script>", EVIL, "text/html"),
    Note(EVIL),
    *(Heading(EVIL, 2) for _ in range(4)),
)


def test_no_text_ever_becomes_an_element() -> None:
    shown = Seen(page.html(of(*EVERYTHING, title=EVIL, language='en"><script>'), EN))

    assert shown.all("script", "iframe", "object", "form") == []
    assert [image["src"] or "" for image in shown.all("img")] == [shown.all("img")[0]["src"]]
    assert shown.all("img")[0]["alt"] == EVIL
    assert not any(name.startswith("on") for _, attributes in shown.elements for name in attributes)
    assert shown.text("title") == EVIL
    assert shown.text("body").count(EVIL) == 34


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org",
        "/relative",
        "#section-1",
        "https:example.org",
        "http://",
        "https://example.org/a b",
        "https://example.org/\n",
        "",
    ],
)
def test_what_is_no_safe_link_is_text(address: str) -> None:
    shown = seen(Paragraph((Span("here", link=address),)))

    assert shown.all("a") == []
    assert "here" in shown.text("main") + shown.text("header")


@pytest.mark.parametrize("address", ["https://example.org/?a=1&b=2", "HTTP://example.org", "mailto:a@example.org"])
def test_a_safe_link_tells_nobody_where_it_came_from(address: str) -> None:
    (link,) = seen(Paragraph((Span("here", link=address),))).all("a")

    assert link["href"] == address
    assert link["rel"] == "noopener noreferrer"


def test_nothing_is_loaded_and_nothing_runs() -> None:
    source = page.html(of(Heading("Digest", 1), Picture("a-picture", PIXEL, "A picture"), Facts(FOUR)), EN)
    (policy,) = [meta for meta in Seen(source).all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]

    assert (policy["content"] or "").startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert not re.search(r"https?:|//\w|@import|url\(", re.sub(r"base64,[^\"]*", "", source))
    assert Seen(source).all("script") == []


FOUR = (
    FactRow("Lost calls", "1.5% against a plan of 3%", Verdict.MET, detail=DETAIL),
    FactRow("Handling time", "294 s", Verdict.MISSED, remarks=("Known from June 3 on", "Two days are missing")),
    FactRow("Reservations", "43%", Verdict.BEHIND),
    FactRow("Calls", "6.9 k", Verdict.NONE),
    FactRow("Inhouse", "5.6 k", Verdict.NONE, part=True),
)


def test_a_figure_says_its_verdict_in_words() -> None:
    shown = seen(Facts(FOUR)).text("main").replace("\n", "")

    assert "Lost calls: 1.5% against a plan of 3%. Plan met." in shown
    assert "Handling time: 294 s. Plan missed.Known from June 3 onTwo days are missing" in shown
    assert "Reservations: 43%. Behind the pace." in shown
    assert "Calls: 6.9 kInhouse: 5.6 k" in shown


def test_the_marks_are_counted_at_the_top_and_hidden_from_screen_readers() -> None:
    shown = seen(Facts(FOUR))

    assert re.findall(r"[A-Z][a-z ]+: \d", shown.text("header")) == [
        "Plan missed: 1",
        "Behind the pace: 1",
        "Plan met: 1",
    ]
    assert len(shown.all("svg")) == 6
    assert {mark["aria-hidden"] for mark in shown.all("svg")} == {"true"}
    shapes = [mark["d"] for mark in shown.all("path")]
    assert len(set(shapes)) == 3


def test_figures_without_any_verdict_need_no_key() -> None:
    shown = seen(Facts((FOUR[3],)))

    assert shown.all("svg") == []
    assert shown.text("header").strip() == "Digest"


def test_a_tap_shows_where_a_figure_comes_from() -> None:
    shown = seen(Facts(FOUR))

    assert len(shown.all("details")) == len(shown.all("summary")) == 1
    assert [name for where, name in shown.texts if where.endswith(" dt")] == [
        "Numerator",
        "Denominator",
        "Definition",
        "Plan",
        "Data as of",
    ]
    assert [told for where, told in shown.texts if where.endswith(" dd")] == [
        "275",
        "18 310",
        "Lost calls of all calls.",
        "no more than 3%",
        "June 15, 23:59",
    ]


def test_a_figure_that_is_no_ratio_has_no_numerator() -> None:
    shown = seen(
        Facts((FactRow("Calls", "6.9 k", Verdict.NONE, detail=FactDetail("All.", "6 912", None, None, None)),))
    )

    assert [name for where, name in shown.texts if where.endswith(" dt")] == ["In full", "Definition"]


def test_a_part_is_listed_under_its_whole() -> None:
    shown = seen(Facts(FOUR))
    (where,) = [where for where, words in shown.texts if words == "Inhouse"]

    assert where.endswith("main ul li ul li span span")
    assert "Inhouse: 5.6 k" in seen(Facts((FOUR[4],))).text("main")


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([1, 2, 3, 2], [1, 2, 3, 2]),
        ([1, 3, 4, 2], [1, 2, 3, 2]),
        ([2, 3], [1, 2, 3]),
        ([3, 1, 4], [1, 2, 2, 3]),
        ([1, 1, 1], [1, 2, 2]),
        ([1, 2, 3, 4, 2, 4], [1, 2, 3, 4, 2, 3]),
        ([], [1]),
    ],
)
def test_one_title_and_no_jump_between_headings(levels: list[int], shown: list[int]) -> None:
    found = [tag for tag, _ in seen(*(Heading(f"Level {n}", n) for n in levels)).elements if re.fullmatch(r"h\d", tag)]

    assert found == [f"h{level}" for level in shown]


def test_three_sections_have_a_table_of_contents() -> None:
    titles = ("Sales", "Service", "Voice bot")
    shown = seen(Heading("Digest", 1), *(Heading(title) for title in titles))
    anchors = [section["aria-labelledby"] for section in shown.all("section")]

    assert [link["href"] for link in shown.all("a")] == [f"#{anchor}" for anchor in anchors]
    assert [heading["id"] for heading in shown.all("h2")] == anchors
    assert shown.all("nav")[0]["aria-label"] == "Contents"
    assert seen(Heading("Sales"), Heading("Service")).all("nav") == []


def test_blocks_keep_their_order() -> None:
    shown = seen(
        Heading("Digest", 1),
        Paragraph(plain("one")),
        Note("two"),
        Facts((FactRow("three", "", Verdict.NONE),)),
        Paragraph(plain("four")),
        Heading("five"),
        Bullets((Item(plain("six"), Bullets((Item(plain("seven")),), True)),)),
        Heading("eight", 3),
        Table(("nine", "ten"), (("eleven", "12"),)),
        Heading("thirteen"),
        Note("fourteen"),
    )
    words = " ".join(words for where, words in shown.texts if " body " in where)
    order = "Digest one two three four five six seven eight nine ten eleven 12 thirteen fourteen"

    assert " ".join(re.findall(r"\w+", words)) == order


def test_the_page_of_an_issue_opens_with_its_finding_and_what_failed_and_ends_with_its_columns(tmp_path: Path) -> None:
    """Of three figures AHT missed its plan and the reservations are behind; the column stands first in the chat."""
    rows = (
        FactRow("Reservations", "43%", Verdict.BEHIND),
        FactRow("SL", "88%", Verdict.MET),
        FactRow("AHT", "294 s", Verdict.MISSED, part=True),
    )
    document = of(
        Heading("Digest", 1),
        Paragraph(plain("June 1–15")),
        Headline("1 figure of 3 missed the plan"),
        Facts((FactRow("AHT", "294 s", Verdict.MISSED),)),
        Picture("scoreboard", PIXEL, "The scoreboard"),
        Heading("A column", 2),
        Paragraph(plain("Of support.")),
        Heading("Service", 2),
        Facts(rows),
        Note("Computed."),
    )
    links = (("Excel workbook", "digest.xlsx"), ("All digests", "../index.html"))
    source = page.html(document, EN, page.Issue("June 1–15, 2026", (5, 7), links))
    shown = Seen(source)

    assert shown.text("title") == "Digest: June 1–15, 2026"
    body = shown.text()
    words = body[: body.index("Below plan")] + shown.text("main")
    order = ["1 figure of 3", "Excel workbook", "Below plan", "AHT", "Reservations", "SL", "A column", "Computed."]
    assert [words.index(each) for each in order] == sorted(words.index(each) for each in order)
    assert re.findall(r"<b>(\d)</b>", source) == ["1", "1", "1"]
    assert [link["href"] for link in shown.all("a")][:2] == ["digest.xlsx", "../index.html"]

    published(tmp_path, "june")
    (tmp_path / "june" / "digest.html").write_text(source, "utf-8")
    (entry,) = send.entries_in(tmp_path, EN)
    assert (entry.title, entry.finding) == ("Digest", "1 figure of 3 missed the plan")


def test_a_picture_takes_fewer_bytes_and_looks_the_same() -> None:
    """Red noise and a blue rectangle, 200 pixels wide: with a palette of its own colours."""
    pixels = np.full((100, 200, 4), 255, np.uint8)
    pixels[:, :, 0] = np.random.default_rng(1).integers(0, 4, (100, 200)) * 80
    pixels[20:50, 30:90] = (0, 0, 200, 255)
    picture = Picture("chart", encode(pixels), "A chart")
    (shown,) = seen(picture).all("img")
    packed = b64decode((shown["src"] or "").partition(",")[2])
    assert len(packed) < len(picture.image) * 0.6
    drawn = np.asarray(Image.open(BytesIO(packed)).convert("RGB"), np.int16)
    assert np.abs(drawn - pixels[:, :, :3]).max() <= 8


def test_a_table_names_its_columns_and_rows() -> None:
    shown = seen(Heading("Weeks"), Table(("", "Calls", "Change", "Who"), (("Inhouse", "5 600", "−6 %", "Ann"),)))

    assert [cell.get("scope") for cell in shown.all("th")] == ["col", "col", "col", "row"]
    assert [cell.get("class") for cell in shown.all("td")] == [None, "figure", "figure", None]
    (frame,) = [each for each in shown.all("div") if each.get("role") == "region"]
    assert frame["tabindex"] == "0"
    assert frame["aria-labelledby"] == shown.all("h2")[0]["id"]


def test_an_empty_table_is_a_header() -> None:
    assert len(seen(Table(("Line", "Calls"), ())).all("th")) == 2


def test_a_picture_has_its_words_and_its_size() -> None:
    (image,) = seen(Picture("scoreboard", PIXEL, 'A "quoted" picture')).all("img")

    assert image["alt"] == 'A "quoted" picture'
    assert (image["width"], image["height"]) == ("2", "3")
    assert (image["src"] or "").startswith("data:image/png;base64,")


def test_a_picture_of_an_unknown_kind_is_its_words() -> None:
    shown = seen(Picture("odd", b"<svg onload='alert(1)'>", "What it shows", "image/svg+xml"))

    assert shown.all("img", "svg") == []
    assert "What it shows" in shown.text("main")


def test_line_breaks_stay_and_what_no_file_can_hold_goes() -> None:
    source = page.html(of(Paragraph(plain("one\ntwo \ud800 \x00\x1b[31m"))), EN)

    assert "one<br>two ? [31m" in source
    assert "one<br>two" in page.html(of(Paragraph((Span("one"), Span("\n"), Span("two")))), EN)
    source.encode("utf-8")
    (image,) = seen(Picture("a", PIXEL, "one\ntwo \ud800 \x00")).all("img")
    assert image["alt"] == "one\ntwo ? "


def test_the_page_speaks_the_documents_language() -> None:
    assert Seen(page.html(of(language="ru"), RU)).all("html") == [{"lang": "ru"}]
    assert "Мимо плана" in page.html(of(Facts(FOUR), language="ru"), RU)


def published(directory: Path, name: str, **changed: Any) -> None:
    data: dict[str, Any] = {
        "period": {
            "start": "2026-06-01T00:00:00+03:00",
            "end": "2026-06-16T00:00:00+03:00",
            "timezone": "Europe/Moscow",
        },
        "as_of": "2026-06-15T23:59:00+03:00",
        "figures": [{"verdict": verdict} for verdict in ("missed", "met", "met", "behind", None)],
    }
    home = directory / name
    home.mkdir(parents=True)
    (home / "digest.html").write_text(page.html(of(title="Digest & <co>"), EN), "utf-8")
    (home / "figures.json").write_text(json.dumps({**data, **changed}), "utf-8")


def test_the_index_lists_the_newest_first(tmp_path: Path) -> None:
    older = {"start": "2026-05-16T00:00:00+03:00", "end": "2026-06-01T00:00:00+03:00", "timezone": "Europe/Moscow"}
    published(tmp_path, "a", period=older, as_of=None, figures=[{"verdict": "met"}])
    published(tmp_path, "b c#1")

    newer, elder = send.entries_in(tmp_path, RU)

    assert newer.title == "Digest & <co>"
    assert newer.dates.replace("\N{NO-BREAK SPACE}", " ") == "с 1 по 15 июня 2026 г."
    assert newer.href == "b%20c%231/digest.html"
    assert "23:59" in (newer.as_of or "")
    assert newer.summary == "Мимо плана: 1 из 4, ниже темпа: 1"
    assert (elder.as_of, elder.summary) == (None, "Все планы выполнены: 1")


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        '{"period": {}}',
        '{"period": {"start": 1, "end": 2, "timezone": "UTC"}}',
        '{"period": {"start": "2026-06-01", "end": "2026-06-02", "timezone": "Mars/Base"}, "figures": []}',
        '{"period": {"start": "2026-06-01", "end": "2026-06-02", "timezone": "UTC"}, "as_of": null, "figures": 1}',
        '{"period": {"start": "0001-01-01T00:00+03:00", "end": "2026-06-02", "timezone": "UTC"}, "figures": []}',
        "\ud83d",
    ],
)
def test_a_digest_that_cannot_be_read_hides_no_other(tmp_path: Path, broken: str) -> None:
    published(tmp_path, "good")
    published(tmp_path, "broken")
    (tmp_path / "broken" / "figures.json").write_text(broken, "utf-8", "surrogatepass")
    published(tmp_path, "missing")
    (tmp_path / "missing" / "figures.json").unlink()

    assert [entry.href for entry in send.entries_in(tmp_path, EN)] == ["good/digest.html"]


def test_an_index_escapes_and_an_empty_one_says_so(tmp_path: Path) -> None:
    entry = send.IndexEntry(EVIL, EVIL, "a/digest.html", EVIL, EVIL)
    shown = Seen(send.html([entry, entry], EN))

    assert shown.all("script", "img") == []
    assert shown.text("main").count(EVIL) == 8
    assert [link["href"] for link in shown.all("a")] == ["a/digest.html"] * 2
    assert len(shown.all("h1")) == 1
    assert "no digests" in Seen(send.html(send.entries_in(tmp_path, EN), EN)).text("main")


def test_a_page_leads_to_its_neighbours_once_they_are_there(tmp_path: Path) -> None:
    """Three half months, written one after the other; another digest beside them is no neighbour."""
    for name, first, last in (("a", "05-01", "05-16"), ("b", "05-16", "06-01"), ("c", "06-01", "06-16")):
        span = {"start": f"2026-{first}T00:00:00+03:00", "end": f"2026-{last}T00:00:00+03:00"}
        published(tmp_path, name, period={**span, "timezone": "Europe/Moscow"})
        issue = page.Issue("", among=True)
        (tmp_path / name / "digest.html").write_text(page.html(of(Heading("Digest", 1)), EN, issue), "utf-8")
        send.write_index(tmp_path, EN)
    published(tmp_path, "other")
    send.write_index(tmp_path, EN)

    def links(name: str) -> list[str]:
        shown = Seen((tmp_path / name / "digest.html").read_text("utf-8"))
        return [link["href"] or "" for link in shown.all("a")]

    assert links("a") == ["../b/digest.html"]
    assert links("b") == ["../a/digest.html", "../c/digest.html"]
    assert links("c") == ["../b/digest.html"]
    assert links("other") == []


def test_a_digest_made_anew_with_other_figures_is_marked(tmp_path: Path) -> None:
    published(tmp_path, "june", corrected_at="2026-06-20T09:00:00Z")
    entries = send.entries_in(tmp_path, RU)
    assert re.sub(r"\s", " ", entries[0].corrected or "") == "исправлен 20 июня 2026 г., 12:00"
    assert "исправлен 20" in re.sub(r"\s", " ", Seen(send.html(entries, RU)).text("main"))


def test_figures_are_corrected_when_they_differ_by_more_than_the_order_of_addition() -> None:
    now, period = datetime(2026, 6, 20, 9), {"end": "2026-06-16T00:00:00+03:00"}
    over = {
        "period": period,
        "as_of": "2026-06-16T12:00:00+03:00",
        "figures": [{"key": "lcr", "fact": 0.3}],
    }
    given = {**over, "figures": [{"key": "lcr", "fact": 0.1 + 0.2}]}
    other = {**over, "figures": [{"key": "lcr", "fact": 0.31}]}
    renamed = {**over, "figures": [{"key": "new", "fact": 1}, {"key": "lcr", "label": "Lost calls", "fact": 0.3}]}

    def corrected(data: dict[str, Any], before: dict[str, Any]) -> str | None:
        return send.corrected_at(data, json.dumps(before).encode(), now)

    assert send.corrected_at(given, None, now) is None
    assert corrected(given, over) is None
    assert corrected(renamed, over) is None
    assert corrected(other, over) == "2026-06-20T09:00:00Z"
    assert corrected(given, {**over, "corrected_at": "2026-06-18T09:00:00Z"}) == "2026-06-18T09:00:00Z"


def test_a_digest_of_a_period_that_went_on_is_not_corrected_but_gone_on_with() -> None:
    running = {
        "period": {"end": "2026-06-16T00:00:00+03:00"},
        "as_of": "2026-06-10T12:00:00+03:00",
        "figures": [{"key": "calls", "fact": 1}],
    }
    data = {**running, "figures": [{"key": "calls", "fact": 2}]}
    assert send.corrected_at(data, json.dumps(running).encode(), datetime(2026, 6, 20, 9)) is None


def test_what_made_a_figure_fail_and_its_chart_are_told_where_failures_are_listed() -> None:
    why = Table(("Day", "Contribution", "Actual"), (("June 10", "+1.5 pp", "15 of 123"),))
    row = FactRow("LCR", "3%", Verdict.MISSED, detail=DETAIL, why=why, chart="calls-lcr")
    document = of(Heading("Digest", 1), Heading("Service", 2), Facts((row,)), Picture("calls-lcr", PIXEL, "LCR by day"))
    source = page.html(document, EN, page.Issue("June"))

    assert source.count("15 of 123") == 1
    assert [link["href"] for link in Seen(source).all("a") if link["href"] == "#chart-calls-lcr"] == [
        "#chart-calls-lcr"
    ] * 2
    assert [figure["id"] for figure in Seen(source).all("figure")] == ["chart-calls-lcr"]


def test_a_row_longer_than_its_header_loses_nothing() -> None:
    shown = seen(Table(("Line", "Calls"), (("Inhouse", "5", "6"), ("Rent",))))

    assert [words for where, words in shown.texts if where.endswith((" td", " th"))] == [
        "Line", "Calls", "Inhouse", "5", "6", "Rent"
    ]  # fmt: skip


def test_a_figure_s_past_is_a_line_beside_its_words() -> None:
    """Three periods of four are known: a line of two points, one apart; of two plans apart there is no line."""
    trend = FactTrend((2.0, 3.0, None, 4.0), (3.0, None, None, 6.0), "May 1–15: 2, a year ago: 5")
    shown = seen(Facts((FactRow("Calls", "4", Verdict.NONE, trend=trend),)))

    assert "May 1–15: 2, a year ago: 5" in shown.text("main")
    (line,) = shown.all("polyline")
    assert line["points"] == "4.0,24.0 38.7,19.0"
    (disc,) = shown.all("circle")
    assert (disc["cx"], disc["cy"]) == ("108.0", "14.0")


def test_three_digests_have_a_calendar_with_the_worst_verdict_of_each() -> None:
    """Two issues of June 2026, one met and one missed, and one of December 2025: two years, the newer one first."""
    entries = [
        send.IndexEntry(
            "Digest", "June 16–30, 2026", "c/digest.html", None, None, None, date(2026, 6, 30), Verdict.MET
        ),
        send.IndexEntry(
            "Digest", "June 1–15, 2026", "b/digest.html", None, None, None, date(2026, 6, 15), Verdict.MISSED
        ),
        send.IndexEntry("Digest", "December 2025", "a/digest.html", None, None, None, date(2025, 12, 31)),
    ]
    shown = Seen(send.html(entries, EN))
    issues = [link for link in shown.all("a") if "issue" in (link.get("class") or "")]

    assert [(link["href"], link["class"]) for link in issues] == [
        ("b/digest.html", "issue missed"),
        ("c/digest.html", "issue met"),
        ("a/digest.html", "issue none"),
    ]
    assert "year" not in {link.get("class") for link in Seen(send.html(entries[:2], EN)).all("div")}
