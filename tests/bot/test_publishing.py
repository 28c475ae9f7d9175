"""A digest's files as a user gets them: columns in, page, workbook and pictures out, whatever people write."""

from __future__ import annotations

import json
import webbrowser
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.bot.conftest import Run
from tests.bot.test_program import HALF, project

__all__ = ["project"]

EVIL = "<script>alert(1)</script>"


def test_a_digest_is_a_directory_and_an_index_above_it(project: Run) -> None:
    data = json.loads(project("digest", "biweekly", *HALF, "--json").out)

    files = [Path(file) for file in data["files"]]
    assert [file.name for file in files[:4]] == ["digest.txt", "figures.json", "digest.html", "digest.xlsx"]
    assert files[-1] == Path.cwd() / "digests" / "index.html"
    assert "biweekly-2026-06-01..2026-06-15/digest.html" in files[-1].read_text("utf-8")
    assert all(file.stat().st_size for file in files)


def test_the_latest_page_is_shown(project: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'run "svodka digest" first' in project("open").err
    project("digest", "biweekly", *HALF)
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)

    ran = project("open")
    assert ran.out.strip().endswith("digest.html")
    assert opened == [Path(ran.out.strip()).as_uri()]


def test_whatever_people_write_stays_text(project: Run) -> None:
    Path("stories").mkdir()
    story = f'---\ntitle: "{EVIL}"\nauthor: "=1+1"\n---\n{EVIL} [link](javascript:alert(1)) and **strong**\n'
    Path("stories/evil.md").write_text(story)
    with Path("svodka.toml").open("a") as file:
        file.write(f'\n[lines.rent]\ntitle = "{EVIL}"\n')

    assert project("digest", "biweekly", *HALF, "--to", "out").code == 0

    page = Path("out/digest.html").read_text("utf-8")
    assert "<script" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert f"{EVIL} link and strong" in Path("out/digest.txt").read_text("utf-8")


def test_a_broken_column_is_named_and_the_others_go_on(project: Run) -> None:
    Path("stories").mkdir()
    image = BytesIO()
    Image.new("RGB", (3, 2)).save(image, "PNG")
    Path("stories/dot.png").write_bytes(image.getvalue())
    Path("stories/bad.png").write_bytes(b"no picture")
    with Path("stories/huge.png").open("wb") as file:
        file.truncate(40 * 2**20)
    Path("stories/1.md").write_text("---\ntitle: Good\npictures: [dot.png]\norder: 1\n---\nAll is well.\n")
    Path("stories/2.md").write_text("---\ntitle: Bad\npictures: [bad.png, huge.png]\n---\nStill there.\n")
    Path("stories/3.md").write_text("---\ntitle: Broken\nno colon\n---\nNot there.\n")

    ran = project("digest", "biweekly", *HALF, "--to", "out")

    assert ran.code == 0
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["2.md, line 3", "2.md, line 3", "3.md, line 3"]
    text = Path("out/digest.txt").read_text("utf-8")
    assert "GOOD\nAll is well." in text
    assert "BAD\nStill there." in text
    assert "Not there." not in text
