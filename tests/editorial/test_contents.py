"""The table of contents: files and columns in one order, returned with a remark, written anew, accepted."""

from __future__ import annotations

from pathlib import Path

from tests.editorial.newsroom import ANNA, BORIS, EDITORS, VERA, Newsroom, pressable, shown, told_by


async def sent(room: Newsroom, person: str, text: str) -> None:
    await room.writes(person, "/story", text)
    await room.writes(person, "/done")


def file(root: Path, name: str, text: str) -> None:
    (root / "stories").mkdir(exist_ok=True)
    (root / "stories" / name).write_text(text, "utf-8")


def lines(page: str) -> list[str]:
    return [
        line.removeprefix("• ") for line in page.splitlines() if "(" in line and ". " in line and "posted" not in line
    ]


def test_the_order_is_the_editors_and_files_stand_in_it(tmp_path: Path) -> None:
    file(tmp_path, "front.md", "---\norder: 0\n---\n# From a file\n\nWritten at a desk.\n")

    async def story(room: Newsroom) -> None:
        await sent(room, ANNA, "Of support.")
        await sent(room, BORIS, "Of sales.")
        page = await room.writes(VERA, "/issue", chat=EDITORS)
        assert shown(page).startswith("The issue of June 1–15")
        assert 'It is posted on June 16, 10:00 ("team").' in shown(page)
        assert "Owed" not in shown(page)
        assert lines(shown(page)) == [
            "1. From a file (the file front.md)",
            "2. Support (Support, Anna Example, handed in)",
            "3. Sales desk (Sales desk, telegram:2, handed in)",
        ]
        assert page is not None
        of_file = pressable(page.document)["1. From a file"].partition("show ")[2]

        moved = await room.presses(VERA, "issue up s2", EDITORS)
        assert [line.split(" (")[0] for line in lines(moved)] == ["1. From a file", "2. Sales desk", "3. Support"]
        moved = await room.presses(VERA, f"issue down {of_file}", EDITORS)
        assert [line.split(" (")[0] for line in lines(moved)] == ["1. Sales desk", "2. From a file", "3. Support"]
        assert "is the file front.md: it is changed there" in await room.presses(VERA, f"issue edit {of_file}", EDITORS)
        assert "not in the coming issue" in await room.presses(VERA, "issue up s99", EDITORS)

        await room.at("2027-06-16 07:00")
        await room.presses(VERA, room.buttons(EDITORS)["Publish on schedule"], EDITORS)
        await room.at("2027-06-16 10:00")
        (posted,) = room.posted()
        assert posted.index("Of sales.") < posted.index("Written at a desk.") < posted.index("Of support.")

    told_by(story, tmp_path)


def test_returned_with_a_remark_it_is_out_until_it_is_sent_anew(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await sent(room, ANNA, "Too short.")
        assert 'Why is "Support" returned?' in await room.presses(VERA, "issue return s1", EDITORS)
        said = shown(await room.writes(VERA, "More about the new room, please.", chat=EDITORS))
        assert said == '"Support" is returned, and Anna Example was told why.'
        assert room.told("telegram:1") == [
            'Your column "Support" was returned with a remark: More about the new room, please.'
        ]
        page = await room.presses(VERA, "issue", EDITORS)
        assert "1. Support (Support, Anna Example, returned)" in page
        assert "Owed: Support (Anna Example)" in page

        opened = await room.presses(ANNA, room.buttons("telegram:1")["Change it"])
        assert "Too short." in opened
        assert "Returned with a remark: More about the new room, please." in opened
        await room.writes(ANNA, "It is bright.")
        await room.writes(ANNA, "/done")
        assert "handed in)" in await room.presses(VERA, "issue", EDITORS)
        assert "accepted)" in await room.presses(VERA, "issue accept s1", EDITORS)

    told_by(story, tmp_path)


def test_who_cannot_be_told_is_named_and_a_platform_that_is_away_is_tried_again(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await sent(room, ANNA, "Too short.")
        room.chats.closed.add("1")
        await room.presses(VERA, "issue return s1", EDITORS)
        said = shown(await room.writes(VERA, "More.", chat=EDITORS))
        assert said == '"Support" is returned, but Anna Example cannot be written to: tell them.'

    told_by(story, tmp_path)


def test_an_editor_goes_on_with_somebody_elses_column(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await sent(room, ANNA, "Of support.")
        assert "Of support." in await room.presses(VERA, "issue edit s1")
        await room.writes(VERA, "Title: Summer")
        assert '"Summer" (Support) is sent' in shown(await room.writes(VERA, "/done"))
        page = await room.presses(VERA, "issue")
        assert "1. Summer (Support, Anna Example, accepted)" in page

    told_by(story, tmp_path)


def test_a_long_list_has_pages_that_platforms_can_show(tmp_path: Path) -> None:
    for number in range(45):
        file(tmp_path, f"{number:02}.md", f"# Column {number:02}\n\nText.\n")

    async def story(room: Newsroom) -> None:
        first = await room.writes(VERA, "/issue")
        assert first is not None
        buttons = pressable(first.document)
        assert (len(buttons), len(lines(shown(first)))) == (21, 20)
        last = await room.presses(VERA, "issue 3")
        assert [line.split(" (")[0] for line in lines(last)] == [f"{n + 1}. Column {n:02}" for n in range(40, 45)]

    told_by(story, tmp_path)
