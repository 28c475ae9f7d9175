"""An issue before it is a draft: its order, who owes it something and hears of it, and what may follow what."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from bot.config.model import DepartmentConfig
from bot.editorial.model import DraftStatus, EditorColumn, Leave, Press, PublicationKey, StoryStatus, after, leave
from bot.editorial.publications import contents, in_print, moved, owing
from bot.editorial.reminders import remind_at
from digests.document import Document, Paragraph, plain
from digests.stories import UNORDERED, Story
from tests.editorial.newsroom import ANNA, EDITORS, Chats, Newsroom, shown, told_by

JUNE = PublicationKey("biweekly", "2026-06-01..2026-06-15")
DEPARTMENTS = (
    DepartmentConfig(key="support", title="Support", people=("telegram:1",)),
    DepartmentConfig(key="sales", title="Sales", people=("telegram:2", "telegram:3")),
    DepartmentConfig(key="guests", title="Guests"),
)


def file(name: str, order: int = UNORDERED) -> Story:
    return Story(name, None, order, (Paragraph(plain("text")),), name)


def column(number: int, department: str, status: StoryStatus = StoryStatus.SENT) -> EditorColumn:
    document = None if status is StoryStatus.DRAFT else Document(f"Of {department}", (Paragraph(plain("text")),))
    title = document.title if document else None
    return EditorColumn(
        number, JUNE, department, f"telegram:{number}", "telegram:1", status, title, document, datetime(2026, 6, 14)
    )


def titles(files: list[Story], columns: list[EditorColumn], arranged: list[str] | None = None) -> list[str]:
    return [item.title for item in contents(files, columns, DEPARTMENTS, arranged or ())]


def test_files_by_their_order_and_columns_by_their_departments() -> None:
    files = [file("z.md", 1), file("b.md"), file("a.md")]
    columns = [column(1, "sales"), column(2, "support")]
    assert titles(files, columns) == ["z.md", "Of support", "Of sales", "a.md", "b.md"]


def test_the_editors_order_goes_first_and_what_comes_later_finds_its_place() -> None:
    files, columns = [file("z.md", 1)], [column(1, "sales"), column(2, "support")]
    refs = [item.ref for item in contents(files, columns, DEPARTMENTS)]
    order = moved(refs, "s1", -1)
    assert titles(files, columns, order) == ["z.md", "Of sales", "Of support"]
    assert moved(order, order[0], -1) == order
    # A column of guests follows all three by itself; a file without an order too, and after it.
    more = [*columns, column(5, "guests")]
    assert titles([*files, file("a.md")], more, order) == ["z.md", "Of sales", "Of support", "Of guests", "a.md"]


def test_what_is_written_or_returned_is_not_in_print() -> None:
    statuses = (StoryStatus.SENT, StoryStatus.DRAFT, StoryStatus.RETURNED, StoryStatus.ACCEPTED)
    items = contents([], [column(n, "support", status) for n, status in enumerate(statuses)], DEPARTMENTS)
    assert [item.in_print for item in items] == [True, False, False, True]
    assert [story.file for story in in_print(items)] == ["s0", "s3"]


def test_who_owes() -> None:
    columns = [column(1, "support"), column(2, "sales", StoryStatus.RETURNED)]
    assert [each.key for each in owing(DEPARTMENTS, columns)] == ["sales"]
    assert [each.key for each in owing(DEPARTMENTS, [])] == ["support", "sales"]


def test_two_days_before_by_the_centres_clock() -> None:
    due = datetime(2027, 3, 29, 8)  # 10:00 in Berlin, where the clocks went forward the day before
    assert remind_at(due, 2, time(10), "Europe/Berlin") == datetime(2027, 3, 27, 9)


def test_once_whatever_restarts_and_only_who_owes(tmp_path: Path) -> None:
    chats = Chats()

    async def before(room: Newsroom) -> None:
        await room.at("2027-06-14 09:59")
        assert room.told("telegram:1") == []
        await room.at("2027-06-14 10:00")
        (said,) = room.told("telegram:1")
        assert said == "The issue of June 1–15 is posted on June 16, 10:00, and your column is not there yet: Support."
        assert "Sales desk" in room.told("telegram:2")[0]
        # Its button begins the column.
        assert 'The column of "Support"' in await room.presses(ANNA, room.buttons("telegram:1")["Write: Support"])

    async def after(room: Newsroom) -> None:
        await room.tick()
        await room.at("2027-06-15 10:00")
        assert (len(room.told("telegram:1")), len(room.told("telegram:2"))) == (1, 1)

    told_by(before, tmp_path, chats=chats, now="2027-06-13 12:00")
    told_by(after, tmp_path, chats=chats, now="2027-06-14 10:01")


def test_who_has_sent_one_is_left_alone_and_who_cannot_be_reached_is_named_once(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        room.chats.closed.add("2")
        await room.writes(ANNA, "/story", "Of support.")
        assert "is sent" in shown(await room.writes(ANNA, "/done"))
        await room.at("2027-06-14 10:00")
        await room.tick()
        assert room.told("telegram:1") == []
        assert room.told(EDITORS) == [
            "Could not be reminded of their columns, since I may not write to them: telegram:2."
        ]

    told_by(story, tmp_path, now="2027-06-13 12:00")


@pytest.mark.parametrize(
    ("status", "press", "then"),
    [
        ("open", "now", "now"),
        ("open", "schedule", "approved"),
        ("open", "hold", "held"),
        ("approved", "hold", "held"),
        ("approved", "now", "now"),
        ("held", "schedule", "approved"),
        ("held", "now", "now"),
        ("figures", "schedule", "approved"),
        ("open", "new", "void"),
        # Nothing comes of these.
        ("approved", "schedule", None),
        ("held", "hold", None),
        ("now", "hold", None),
        ("now", "now", None),
        ("void", "now", None),
        ("void", "new", None),
        ("open", "edit", None),
    ],
)
def test_a_press_and_what_the_draft_becomes(status: str, press: str, then: str | None) -> None:
    assert after(DraftStatus(status), Press(press)) == (then and DraftStatus(then))


@pytest.mark.parametrize("status", [None, *DraftStatus])
def test_when_it_is_due_only_an_approved_draft_is_posted_and_a_held_one_kept(status: DraftStatus | None) -> None:
    if status in (DraftStatus.APPROVED, DraftStatus.NOW):
        expected = [Leave.POST, Leave.POST]
    elif status is DraftStatus.HELD:
        expected = [Leave.KEEP, Leave.KEEP]
    else:
        expected = [Leave.FIGURES, Leave.KEEP]
    assert [leave(status, "figures"), leave(status, "hold")] == expected
