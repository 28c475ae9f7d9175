"""Pages of posts: written before the post that links to them, under a name of their own, and anew when corrected."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import replace
from pathlib import Path

import aiohttp
import sqlalchemy as sa

from bot.config.model import PageConfig
from bot.delivery.ledger import ISSUES
from bot.delivery.model import Publication
from bot.delivery.pages import Pages, link_of
from bot.delivery.poster import Poster
from bot.operations.serving import HttpServer, page_routes
from digests.document import Document, Heading, Headline, Paragraph, plain
from digests.document_json import load
from digests.localizer import Localizer
from digests.model import ReportSpec
from digests.snapshot import PostedReport
from tests.delivery.kit import TARGETS, scene

BLOCKS = (Heading("Digest", 1), Headline("All plans are met."), Paragraph(plain("SL is 88%.")))
DOCUMENT = Document("Digest", BLOCKS, "en")
ISSUE = Publication(
    "digest:daily",
    "2026-06-15",
    DOCUMENT,
    figures=PostedReport(ReportSpec("daily", "Digest", ()), (), (3, 3)),
)
HOST = "https://digests.example.org/centre/"


def pages(root: Path, url: str | None = HOST) -> Pages:
    return Pages(PageConfig(url=url), root, Localizer("ru", "Europe/Moscow"))


def name_of(document: Document) -> str:
    link = link_of(document)
    assert link is not None
    assert link.link is not None
    assert link.link.startswith(HOST)
    return link.link.removeprefix(HOST).rstrip("/")


def test_a_post_links_to_its_page_and_the_page_says_what_the_post_says(tmp_path: Path) -> None:
    made = pages(tmp_path).publish(ISSUE)
    written = tmp_path / "pages" / name_of(made.document) / "index.html"
    html = written.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")

    assert "<title>Digest: June 15, 2026</title>" in html
    assert "All plans are met." in html
    assert 'name="robots" content="noindex"' in html
    other = pages(tmp_path).publish(ISSUE)
    assert name_of(other.document) != name_of(made.document)
    assert len(name_of(made.document)) == 22


def test_a_correction_writes_the_same_page_anew(tmp_path: Path) -> None:
    made = pages(tmp_path).publish(ISSUE)
    blocks = (*made.document.blocks[:2], Paragraph(plain("SL is 67%.")), made.document.blocks[-1])
    after = replace(made.document, blocks=blocks)
    assert ISSUE.figures is not None

    assert pages(tmp_path).write(after, ISSUE.figures, ISSUE.period)
    (page,) = (tmp_path / "pages").glob("*/index.html")
    assert "SL is 67%." in page.read_text("utf-8")


def test_pages_of_the_same_chats_link_to_each_other_and_a_correction_keeps_the_links(tmp_path: Path) -> None:
    """12 to 14 June go to two groups, 15 June to one of them, which is no reason for the other to read it."""
    host = pages(tmp_path)
    days = ("2026-06-12", "2026-06-13", "2026-06-14", "2026-06-15")

    async def story() -> list[Document]:
        async with scene(tmp_path) as at:
            poster = Poster(at.state, at.connected, at.told, Localizer("en"), pages=host)
            for day in days:
                await poster.post(replace(ISSUE, period=day), TARGETS[:1] if day == days[-1] else TARGETS[:2])
            stored = at.state.do(lambda connection: connection.execute(sa.select(ISSUES.c.document)).scalars().all())
            return [load(text) for text in stored]

    documents = asyncio.run(story())
    names = [name_of(document) for document in documents]

    def links(name: str) -> list[tuple[str, str]]:
        html = (tmp_path / "pages" / name / "index.html").read_text("utf-8")
        return re.findall(r'<li><a href="\.\./([\w-]+)/">(\w+)<', html)

    assert links(names[0]) == [(names[1], "Next")]
    assert links(names[1]) == [(names[0], "Previous"), (names[2], "Next")]
    assert links(names[2]) == [(names[1], "Previous")]
    assert links(names[3]) == []
    assert ISSUE.figures is not None
    assert host.write(documents[1], ISSUE.figures, days[1])
    assert links(names[1]) == [(names[0], "Previous"), (names[2], "Next")]


def test_without_an_address_or_where_nothing_can_be_written_a_post_goes_out_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file")
    assert pages(tmp_path, None).publish(ISSUE) is ISSUE
    assert pages(tmp_path).publish(ISSUE) is ISSUE
    assert pages(tmp_path).publish(replace(ISSUE, figures=None)).document is DOCUMENT


def test_the_bot_serves_a_page_to_who_knows_its_name_and_nothing_else(tmp_path: Path) -> None:
    name = name_of(pages(tmp_path).publish(ISSUE).document)
    (tmp_path / "pages" / "secret.txt").write_text("secret")
    for folder in (tmp_path / "pages", tmp_path / "pages" / "secret"):
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_text("what others put there")
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"

    async def story() -> None:
        server = HttpServer("page.listen", listen, page_routes(tmp_path / "pages"))
        await server.start()
        try:
            async with aiohttp.ClientSession(f"http://{listen}") as session:
                async with session.get(f"/centre/{name}/") as response:
                    assert response.status == 200
                    assert response.headers["X-Robots-Tag"] == "noindex"
                    assert "All plans are met." in await response.text()
                for path in (
                    "/",
                    "/centre/",
                    f"/{name[:-1]}/",
                    "/secret.txt",
                    "/secret/",
                    "/..%2fsvodka.toml",
                    f"/{'a' * 22}/",
                ):
                    async with session.get(path) as response:
                        assert response.status == 404
        finally:
            await server.stop()

    asyncio.run(story())
