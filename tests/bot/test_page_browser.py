"""The report page in a real browser, at the widths of phones and of a desk, in both themes and on paper.

Chromium is found on the PATH; without it these tests are skipped, or fail where SVODKA_REQUIRE_CHROMIUM=1.
The pages are looked at as they are, in frames of a page of the test's own that may run a script.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from base64 import b64decode
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.channels.files import page, send
from charts.canvas.render import encode
from digests.components import NUMBER, Addend, Components
from digests.document import (
    Block,
    Bullets,
    Document,
    FactDetail,
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
from digests.localizer import Localizer
from metrics.answers import Verdict

WIDTHS = (360, 390, 1280)
SCHEMES = {"dark": 0, "light": 1}
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--window-size=1400,1000",
)
LONG = "Самовоспламеняющийся" * 6
DETAIL = FactDetail("Доля звонков, сорвавшихся в очереди.", "275", "18 310", "не более 3%", "15 июня, 23:59")
RU = Localizer("ru", "Europe/Moscow", date(2026, 6, 16))


def sample() -> Document:
    picture = encode(np.full((900, 1200, 4), 250, np.uint8))
    rows = tuple(
        FactRow(
            f"Среднее время обработки (AHT), {verdict.value}", "294 сек. при плане 290 сек. (101%)", verdict, detail=d
        )
        for verdict in Verdict
        for d in (DETAIL, None)
    )
    story = (
        Span("Новая линия "),
        Span("принимает звонки", strong=True),
        Span(" по "),
        Span("регламенту", link="https://example.org/" + "a" * 90),
        Span(", команда "),
        Span("/sl akc today", code=True),
    )
    blocks: tuple[Block, ...] = (
        Heading("Сводка", 1),
        Paragraph(plain("За период с 1 по 15 июня")),
        Note("Данные на 15 июня, 23:59."),
        Picture("scoreboard", encode(np.full((1350, 1080, 4), 250, np.uint8)), "Мимо плана 4 показателя из 12"),
        *(
            block
            for title in ("Продажи", "Нагрузка на линии / Продажи", "Сервис", LONG)
            for block in (
                Heading(title),
                Heading("Целевой трафик", 3),
                Facts(
                    (
                        *rows,
                        FactRow("Inhouse", "5,6 тыс.", Verdict.NONE, part=True),
                        FactRow("АКЦ", "1,3 тыс.", Verdict.MISSED, True, ("Данные с 3 июня",), DETAIL),
                        FactRow(LONG, LONG, Verdict.BEHIND, False, (LONG,), FactDetail(LONG, LONG, LONG, LONG, LONG)),
                    )
                ),
                Picture("a", picture, "Первая картинка"),
                Picture("b", picture, "Вторая картинка"),
            )
        ),
        Paragraph(story),
        Heading("Подробнее", 3),
        Heading("Ещё подробнее", 4),
        Bullets((Item(story, Bullets((Item(plain(LONG)), Item(story)), ordered=True)),)),
        Table(("Линия", *(f"Столбец {n}" for n in range(12))), (("Inhouse", *("5 600",) * 12), (LONG, *("—",) * 12))),
    )
    return Document("Сводка", blocks)


def pages() -> dict[str, str]:
    entries = [
        send.IndexEntry("Сводка", "с 1 по 15 июня 2026", "a/digest.html", "Данные на 15 июня", "Мимо плана: 4 из 12"),
        send.IndexEntry(LONG, LONG, "b/digest.html", LONG, LONG),
    ]
    return {"report": page.html(sample(), RU), "index": send.html(entries, RU)}


PROBE = """
const channel = x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
const light = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + .05) / (y + .05) };
const colour = text => { const c = text.match(/[\\d.]+/g).map(Number); return c.length < 4 ? [...c, 1] : c };
function ground(element, view) {
  for (let at = element; at; at = at.parentElement) {
    const c = colour(view.getComputedStyle(at).backgroundColor);
    if (c[3] == 1) return c;
    if (c[3] > 0) throw new Error("half transparent ground");
  }
  throw new Error("no ground");
}
const unseen = element => element.closest(".unseen, title, style");
function measured(frame) {
  const page = frame.contentDocument, view = frame.contentWindow, found = {};
  page.querySelectorAll("details").forEach(each => each.open = true);
  found.width = view.innerWidth;
  found.overflow = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  const scrolled = ".scroll table, .contents ul";
  found.outside = [...page.querySelectorAll("body *")].filter(each => !unseen(each) && !each.closest(scrolled)
    && each.getBoundingClientRect().right > view.innerWidth + .5).map(each => each.outerHTML.slice(0, 80));
  found.texts = []; found.shapes = [];
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || unseen(element)) continue;
    const style = view.getComputedStyle(element);
    found.texts.push([node.data.trim().slice(0, 40), contrast(colour(style.color), ground(element, view)),
      parseFloat(style.fontSize), element.getClientRects().length > 0]);
  }
  for (const shape of page.querySelectorAll("svg")) {
    const style = view.getComputedStyle(shape), box = shape.getBoundingClientRect();
    found.shapes.push([contrast(colour(style.fill), ground(shape.parentElement, view)), box.width, box.height]);
  }
  found.taps = [...page.querySelectorAll("summary, nav a, .entries a")].map(e => e.getBoundingClientRect().height);
  found.pictures = [...page.images].map(e => [e.complete && e.naturalWidth > 0, e.width / e.height]);
  found.ground = colour(view.getComputedStyle(page.body).backgroundColor);
  found.headings = [...page.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(each => each.localName);
  const tap = page.querySelector("summary");
  if (tap) {
    tap.focus(); found.focused = page.activeElement == tap;
    tap.click(); found.closes = !tap.parentElement.open;
  }
  return found;
}
addEventListener("load", () => {
  const all = [...document.querySelectorAll("iframe")].map(frame => ({name: frame.title, ...measured(frame)}));
  const result = document.createElement("pre");
  result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(all))));
  document.body.replaceChildren(result);
});
"""


@cache
def chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def browse(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = chromium()
    if program is None and os.environ.get("SVODKA_REQUIRE_CHROMIUM") == "1":
        pytest.fail("SVODKA_REQUIRE_CHROMIUM=1, and there is no chromium, chromium-browser or google-chrome")
    if program is None:
        pytest.skip("no chromium, chromium-browser or google-chrome: the report page was not seen in a browser")
    command = [program, *SWITCHES, f"--user-data-dir={directory / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=directory)


@dataclass(frozen=True)
class Look:
    scheme: str
    frames: list[dict[str, Any]]
    console: list[str]


@pytest.fixture(scope="module", params=SCHEMES)
def look(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Both pages in one theme at every width, all measured in one visit."""
    directory = tmp_path_factory.mktemp(request.param)
    frames = "".join(
        f'<iframe title="{name}" style="width:{width}px;height:800px;border:0" srcdoc="{escape(source)}"></iframe>'
        for width in WIDTHS
        for name, source in pages().items()
    )
    host = directory / "host.html"
    host.write_text(f"<!DOCTYPE html><meta charset=utf-8><script>{PROBE}</script><body>{frames}", "utf-8")
    scheme = f"--blink-settings=preferredColorScheme={SCHEMES[request.param]}"
    seen = browse(directory, scheme, "--virtual-time-budget=20000", "--dump-dom", host.as_uri())
    console = [line for line in seen.stderr.splitlines() if ":CONSOLE" in line]
    result = re.search(r"<pre>([A-Za-z0-9+/=]+)</pre>", seen.stdout)
    assert result, console or seen.stdout[:500]
    return Look(request.param, json.loads(b64decode(result[1])), console)


def test_the_browser_has_nothing_to_complain_about(look: Look) -> None:
    assert look.console == []
    assert [frame["width"] for frame in look.frames] == [width for width in WIDTHS for _ in pages()]


def test_the_theme_is_the_readers(look: Look) -> None:
    grounds = {tuple(frame["ground"][:3]) for frame in look.frames}

    assert grounds == ({(250, 249, 246)} if look.scheme == "light" else {(20, 26, 33)})


def test_nothing_is_wider_than_the_screen(look: Look) -> None:
    assert {frame["overflow"] for frame in look.frames} == {0}
    assert [outside for frame in look.frames for outside in frame["outside"]] == []


def test_every_text_can_be_read(look: Look) -> None:
    texts = [text for frame in look.frames for text in frame["texts"]]

    assert len(texts) > 500
    assert [(words, contrast) for words, contrast, _, _ in texts if contrast < 4.5] == []
    assert [(words, size) for words, _, size, _ in texts if size < 14] == []
    assert [words for words, _, _, visible in texts if not visible] == []


def test_every_mark_can_be_seen(look: Look) -> None:
    shapes = [shape for frame in look.frames for shape in frame["shapes"]]

    assert shapes
    assert min(contrast for contrast, _, _ in shapes) >= 4.5
    assert {(width, height) for _, width, height in shapes} == {(18, 18)}


def test_a_finger_and_a_keyboard_reach_everything(look: Look) -> None:
    assert min(height for frame in look.frames for height in frame["taps"]) >= 36
    reports = [frame for frame in look.frames if frame["name"] == "report"]
    assert all(frame["focused"] and frame["closes"] for frame in reports)


def test_pictures_keep_their_shape(look: Look) -> None:
    for frame in look.frames:
        ratios = [4 / 5, *[4 / 3] * 8] if frame["name"] == "report" else []
        assert [shown for shown, _ in frame["pictures"]] == [True] * len(ratios)
        assert [ratio for _, ratio in frame["pictures"]] == pytest.approx(ratios, rel=0.02)


COMPONENTS = Components(
    ("1 июня", "2 июня"),
    (("Линия", ("Inhouse", "АКЦ")),),
    (
        Addend("Сорвалось", "12", NUMBER, 0, 1.0, ratio=False, cells=((0, 0, 3), (0, 1, 4), (1, 0, 5))),
        Addend("Доля", "12%", f"{NUMBER}%", 1, 100.0, ratio=True, cells=((0, 0, 3, 40), (0, 1, 4, 20), (1, 0, 5, 40))),
    ),
)
"""Inhouse lost 3 of 40 and 5 of 40 calls, the other line 4 of 20 on the first day and had none on the second."""

NARROW = """
addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument, seen = [];
  const [line] = page.querySelectorAll("select[data-dimension]"), from = page.querySelector("select[data-from]");
  const change = control => control.dispatchEvent(new Event("change", {bubbles: true}));
  const note = () => seen.push([...page.querySelectorAll("[data-figure]")].map(each => each.textContent));
  note();
  line.options[0].selected = true; change(line); note();
  from.value = "1"; change(from); note();
  line.options[0].selected = false; line.options[1].selected = true; change(line); note();
  page.querySelector(".choices button").click(); note();
  document.body.replaceChildren(Object.assign(document.createElement("pre"), {textContent: JSON.stringify(seen)}));
});
"""


def test_a_reader_narrows_a_report_and_sums_are_exact(tmp_path: Path) -> None:
    source = page.html(Document("Потери", (Heading("Потери", 1),)), RU, page.Issue("июнь", components=COMPONENTS))
    host = tmp_path / "host.html"
    frame = f'<iframe srcdoc="{escape(source)}"></iframe>'
    host.write_text(f"<!DOCTYPE html><meta charset=utf-8><script>{NARROW}</script><body>{frame}", "utf-8")
    seen = browse(tmp_path, "--virtual-time-budget=5000", "--dump-dom", host.as_uri())
    found = re.search(r"<pre>(.+)</pre>", seen.stdout)
    assert found, seen.stderr

    assert json.loads(found[1]) == [
        ["12", "12%"],
        ["8", "10%"],  # Inhouse: 8 of 80
        ["5", "12,5%"],  # of the second day
        ["0", "–"],  # the other line had no calls on it
        ["12", "12%"],
    ]
    assert [line for line in seen.stderr.splitlines() if ":CONSOLE" in line] == []


def test_it_prints_on_a4(tmp_path: Path) -> None:
    source = tmp_path / "digest.html"
    source.write_text(page.html(sample(), RU), "utf-8")
    paper = tmp_path / "digest.pdf"
    browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", source.as_uri())

    printed = paper.read_bytes()
    assert printed.startswith(b"%PDF-")
    sizes = {
        tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox ?\[([^\]]+)\]", printed)
    }
    assert sizes == {(0, 0, 595, 842)}
    assert 2 <= len(re.findall(rb"/Type ?/Page\b", printed)) <= 12


def test_on_paper_the_details_are_open(tmp_path: Path) -> None:
    """A report with its details closed takes more paper than the same one without any."""
    heights = []
    for detail in (DETAIL, None):
        rows = tuple(FactRow(f"Показатель {n}", "1%", Verdict.MET, detail=detail) for n in range(40))
        source = tmp_path / "rows.html"
        source.write_text(page.html(Document("Сводка", (Facts(rows),)), RU), "utf-8")
        paper = tmp_path / "rows.pdf"
        browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", source.as_uri())
        heights.append(len(re.findall(rb"/Type ?/Page\b", paper.read_bytes())))

    assert heights[0] > heights[1]
