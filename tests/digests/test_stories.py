"""Stories a line or two long, the blocks they make, and what is said of a file that cannot be read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import bot
from digests.document import Block, Bullets, Heading, Item, Paragraph, Picture, Span, Table, plain
from digests.stories import UNORDERED, Stories, Story, read_stories
from metrics.periods import parse

JUNE = parse("2026-06-01..2026-06-15", "Europe/Moscow")


def image(kind: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


def read(directory: Path, **files: str | bytes) -> Stories:
    """Stories of files given as name="text"; a name without a suffix is a story's."""
    for name, content in files.items():
        path = directory / (name if "." in name else f"{name}.md")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_stories(directory, JUNE)


def story(directory: Path, text: str, **files: str | bytes) -> Story:
    found = read(directory, column=f"---\ntitle: T\n---\n{text}", **files)
    assert found.problems == ()
    return found.stories[0]


def blocks(directory: Path, text: str, **files: str | bytes) -> tuple[Block, ...]:
    return story(directory, text, **files).blocks


def problem(directory: Path, text: str | bytes, **files: str | bytes) -> str:
    """The only thing that is wrong with a file."""
    (said,) = read(directory, column=text, **files).problems
    return str(said)


def test_front_matter_names_the_story(tmp_path: Path) -> None:
    text = "---\ntitle: How we grew\nauthor: A. Writer\norder: 3\nperiod: 2026-06\n---\nText.\n"

    assert read(tmp_path, column=text).stories == (
        Story("How we grew", "A. Writer", 3, (Paragraph(plain("Text.")),), "column.md"),
    )


def test_a_story_without_front_matter_is_called_by_its_heading(tmp_path: Path) -> None:
    (found,) = read(tmp_path, column="# A *fine* month\n\nText.\n").stories

    assert (found.title, found.author, found.order) == ("A fine month", None, UNORDERED)
    assert found.blocks == (Paragraph(plain("Text.")),)


@pytest.mark.parametrize("value", ["no", "2026", "1.0", "null"])
def test_a_title_is_what_is_written(tmp_path: Path, value: str) -> None:
    assert read(tmp_path, column=f"---\ntitle: {value}\n---\nText.\n").stories[0].title == value


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ("2026-06-01..2026-06-15", True),
        ("2026-06", True),
        ("2026-06-15..2026-07-01", True),
        ("2026-06-16..2026-06-30", False),
        ("2026-05", False),
        ("", True),
    ],
)
def test_a_story_is_told_in_its_time(tmp_path: Path, period: str, shown: bool) -> None:
    found = read(tmp_path, column=f"---\ntitle: T\nperiod: {period}\n---\nText.\n")

    assert (len(found.stories), found.problems) == (int(shown), ())


def test_stories_come_in_order_then_by_file_name(tmp_path: Path) -> None:
    found = read(tmp_path, a="# A\n\nText.", b="---\norder: 2\n---\n# B\n\nText.", c="---\norder: 2\n---\n# C\n\nText.")

    assert [each.file for each in found.stories] == ["b.md", "c.md", "a.md"]


def test_no_directory_has_no_stories(tmp_path: Path) -> None:
    assert read_stories(tmp_path / "stories", JUNE) == Stories((), ())


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a **b** *c* `d`", (Span("a "), Span("b", strong=True), Span(" "), Span("c", emphasis=True), Span(" "))),
        ("**a *b***", (Span("a ", strong=True), Span("b", strong=True, emphasis=True))),
        ("a\nb", (Span("a b"),)),
        ("a\\\nb", (Span("a\nb"),)),
        ("a &amp; b", (Span("a & b"),)),
    ],
)
def test_running_text(tmp_path: Path, text: str, spans: tuple[Span, ...]) -> None:
    (paragraph,) = blocks(tmp_path, text)

    assert isinstance(paragraph, Paragraph)
    assert paragraph.spans[: len(spans)] == spans


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.com/a?b=1", "https://example.com/a?b=1"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("mailto:team@example.com", "mailto:team@example.com"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/hosts", None),
        ("//example.com", None),
        ("other.md", None),
        ("https:", None),
    ],
)
def test_only_web_and_mail_addresses_are_links(tmp_path: Path, address: str, link: str | None) -> None:
    assert blocks(tmp_path, f"[text](<{address}>)") == (Paragraph((Span("text", link=link),)),)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <b>c</b> d", "<!-- note -->", "<img src=x onerror=y>"]
)
def test_html_stays_the_text_it_is(tmp_path: Path, text: str) -> None:
    assert blocks(tmp_path, text) == (Paragraph(plain(text)),)


def test_headings_stand_below_the_storys_own(tmp_path: Path) -> None:
    made = blocks(tmp_path, "## One\n\n### Two\n\n#### Three\n")

    assert made == (Heading("One", 3), Heading("Two", 4), Heading("Three", 4))


def test_lists_within_lists(tmp_path: Path) -> None:
    inner = Bullets((Item(plain("b")), Item(plain("c"))), ordered=True)

    assert blocks(tmp_path, "- a\n  1. b\n  2. c\n- d\n") == (Bullets((Item(plain("a"), inner), Item(plain("d")))),)


def test_an_items_further_lines_stay_in_it(tmp_path: Path) -> None:
    (made,) = blocks(tmp_path, "- a\n\n  b\n\n  > c\n")

    assert isinstance(made, Bullets)
    assert made.items[0].spans == (Span("a"), Span("\n"), Span("b"), Span("\n"), Span("c", emphasis=True))


def test_a_quotation_is_emphasised(tmp_path: Path) -> None:
    assert blocks(tmp_path, "> a **b**\n") == (
        Paragraph((Span("a ", emphasis=True), Span("b", strong=True, emphasis=True))),
    )


def test_a_table(tmp_path: Path) -> None:
    text = "| a | b |\n|---|---|\n| *1* | [x](https://example.com) |\n| 2 |\n"

    assert blocks(tmp_path, text) == (Table(("a", "b"), (("1", "x (https://example.com)"), ("2", ""))),)


def test_code_keeps_its_lines(tmp_path: Path) -> None:
    assert blocks(tmp_path, "```\n a\nb\n```\n") == (
        Paragraph((Span(" a", code=True), Span("\n"), Span("b", code=True))),
    )


def test_a_picture_stands_after_the_text_that_shows_it(tmp_path: Path) -> None:
    made = blocks(tmp_path, "a ![the tower](pic.png) b", **{"pic.png": image()})

    assert made == (Paragraph(plain("a b")), Picture("column-1", image(), "the tower", "image/png"))


def test_pictures_of_the_front_matter_come_last_and_once(tmp_path: Path) -> None:
    text = "---\ntitle: T\npictures:\n  - a.jpg\n  - b.png: The shift\n---\n![](a.jpg)\n\nText.\n"
    found = read(tmp_path, column=text, **{"a.jpg": image("JPEG"), "b.png": image()})
    pictures = [block for block in found.stories[0].blocks if isinstance(block, Picture)]

    assert found.problems == ()
    assert [(p.key, p.alt_text, p.media_type) for p in pictures] == [
        ("column-1", "T", "image/jpeg"),
        ("column-2", "The shift", "image/png"),
    ]


def test_a_picture_may_have_a_name_of_any_letters(tmp_path: Path) -> None:
    (picture,) = blocks(tmp_path, "![башня](<наша башня.png>)", **{"наша башня.png": image()})

    assert isinstance(picture, Picture)
    assert picture.image == image()


def test_keys_of_pictures_are_latin_and_differ_between_stories(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"смена": "# A\n\n![](p.png)", "башня": "# B\n\n![](p.png)", "p.png": image()}
    found = read(tmp_path, **files)
    keys = {block.key for each in found.stories for block in each.blocks if isinstance(block, Picture)}

    assert len(keys) == 2
    assert all(key.isascii() for key in keys)


@pytest.mark.parametrize(
    "source",
    ["../secret.png", "a/../../secret.png", "/etc/secret.png", "https://example.com/a.png", "C:\\a.png", "..\\a.png"],
)
def test_a_picture_from_elsewhere_is_not_read(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.png").write_bytes(image())
    home = tmp_path / "stories"
    home.mkdir()
    found = read(home, column=f"# T\n\nText.\n\n![x](<{source}>)\n")

    assert found.stories[0].blocks == (Paragraph(plain("Text.")),)
    assert [str(each) for each in found.problems] == [
        f'column.md, line 5: the picture "{source.replace(chr(92), chr(92))}" is not in the directory of the story:'
        " put it there."
    ]


def test_a_link_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(image())
    home = tmp_path / "stories"
    home.mkdir()
    (home / "here.png").symlink_to(tmp_path / "secret.png")

    assert "is not in the directory of the story" in problem(home, "# T\n\nText ![x](here.png)")


def test_a_picture_that_is_none(tmp_path: Path) -> None:
    said = 'column.md, line 4: "p.png" is not a whole picture: save it as PNG or JPEG.'

    assert problem(tmp_path, "# T\n\nText,\nmore ![x](p.png)", **{"p.png": b"GIF89a nothing"}) == said
    assert problem(tmp_path, "# T\n\nText,\nmore ![x](p.png)", **{"p.png": image()[:-20]}) == said
    large = image("JPEG", (800, 600))
    assert problem(tmp_path, "# T\n\nText,\nmore ![x](p.png)", **{"p.png": large[: len(large) // 2]}) == said
    assert len(read_stories(tmp_path, JUNE).stories) == 1


def test_a_picture_of_forty_megabytes(tmp_path: Path) -> None:
    with (tmp_path / "p.png").open("wb") as file:
        file.write(image())
        file.truncate(40 * 1024 * 1024)

    assert (
        problem(tmp_path, "# T\n\nText ![x](p.png)") == 'column.md, line 3: the picture "p.png" is larger than 10 MB.'
    )


@pytest.mark.parametrize("size", [(8001, 1), (1, 60_000)])
def test_a_picture_that_is_too_long(tmp_path: Path, size: tuple[int, int]) -> None:
    said = problem(tmp_path, "# T\n\nText ![x](p.png)", **{"p.png": image(size=size)})

    assert said == 'column.md, line 3: the picture "p.png" is longer than 8000 pixels on a side.'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: T\nText.\n", "column.md, line 1: the front matter that begins here has no closing --- line."),
        (
            "---\norder: 1\ntitle: Service: better\n---\nText.\n",
            "column.md, line 3: the front matter cannot be read here: write key: value, "
            "and put a value with a colon in quotation marks.",
        ),
        ("---\ntitle: T\n\norder: first\n---\nText.\n", "column.md, line 4: order is written like order: 1."),
        ("---\ntitle: [a]\n---\nText.\n", "column.md, line 2: title is written like title: ...."),
        ("---\n- a\n---\nText.\n", "column.md, line 2: front matter is written like key: value."),
        (
            "---\ntitle: T\nperiod: June\n---\nText.\n",
            'column.md, line 3: The period "June" is not understood: '
            "write 2026-06-01..2026-06-15, 2026-06-01 or 2026-06.",
        ),
        (
            "---\ntitle: T\npictures: {a: {b: c}}\n---\nText.\n",
            "column.md, line 3: pictures is written like pictures: [chart.png].",
        ),
        ("Text alone.\n", "column.md, line 1: the story has no title: write title: ... there."),
        ("---\ntitle: T\n---\n\n", "column.md, line 4: the story is empty."),
        ("", "column.md, line 1: the story has no title: write title: ... there."),
        (b"# T\n\nok\n\xff\xfe\n", "column.md, line 4: the text is not in UTF-8: save the file in this encoding."),
        ("x" * (256 * 1024 + 1), "column.md, line 1: a story has at most 256 KB, and this one has more."),
        ("[" * 10_001, "column.md, line 1: there are more than 10000 square brackets: this is no story."),
    ],
)
def test_a_broken_story_is_named_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert problem(tmp_path, text, good="# Good\n\nText.\n") == said
    assert [each.title for each in read_stories(tmp_path, JUNE).stories] == ["Good"]


def test_an_unknown_key_is_said_and_the_story_told(tmp_path: Path) -> None:
    found = read(tmp_path, column="---\ntitle: T\nautor: A\n---\nText.\n")

    assert [each.title for each in found.stories] == ["T"]
    assert str(found.problems[0]).startswith('column.md, line 3: there is no key "autor"; there are: author')


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_front_matter_made_to_hurt(tmp_path: Path, depth: int) -> None:
    assert "the front matter cannot be read here" in problem(tmp_path, f"---\ntitle: {'[' * min(depth, 9_000)}\n---\n")


def test_aliases_are_not_multiplied(tmp_path: Path) -> None:
    bomb = "\n".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))

    assert len(read(tmp_path, column=f"---\ntitle: T\nk0: &a0 x\n{bomb}\n---\nText.\n").stories) == 1


def test_a_byte_order_mark_and_the_line_ends_of_windows(tmp_path: Path) -> None:
    text = "\ufeff---\r\ntitle: T\r\n---\r\na\r\nb\r\n\r\n![x](no.png)\r\n"
    found = read(tmp_path, column=text)

    assert found.stories[0].blocks == (Paragraph(plain("a b")),)
    assert [str(each) for each in found.problems] == ['column.md, line 7: there is no picture "no.png".']


def test_names_with_markup_are_names(tmp_path: Path) -> None:
    found = read(
        tmp_path, **{"<b>*x*.md": "---\ntitle: <i>*T*</i>\nauthor: '[a](https://example.com)'\n---\n![x](n)\n\nA"}
    )

    assert (found.stories[0].title, found.stories[0].author) == ("<i>*T*</i>", "[a](https://example.com)")
    assert str(found.problems[0]).startswith("<b>*x*.md, line 5: ")


def test_other_files_are_not_stories(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()

    assert read(tmp_path, **{"notes.txt": "x", ".hidden.md": "x"}) == Stories((), ())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_demos_stories_are_told_without_remarks(language: str) -> None:
    found = read_stories(Path(bot.__file__).parent / "demo_stories" / language, JUNE)

    assert found.problems == ()
    assert [each.order for each in found.stories] == [1, 2, 3, 4, 5]
    assert all(each.author for each in found.stories)
    assert sum(isinstance(block, Table) for each in found.stories for block in each.blocks) == 1
