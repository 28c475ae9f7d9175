"""The order of an issue, and who owes it something."""

from __future__ import annotations

from datetime import datetime

from bot.config.model import DepartmentConfig
from bot.editorial.model import Column, PublicationKey, StoryStatus
from bot.editorial.publications import contents, in_print, moved, owing
from digests.document import Document, Paragraph, plain
from digests.stories import UNORDERED, Story

JUNE = PublicationKey("biweekly", "2026-06-01..2026-06-15")
DEPARTMENTS = (
    DepartmentConfig(key="support", title="Support", people=("telegram:1",)),
    DepartmentConfig(key="sales", title="Sales", people=("telegram:2", "telegram:3")),
    DepartmentConfig(key="guests", title="Guests"),
)


def file(name: str, order: int = UNORDERED) -> Story:
    return Story(name, None, order, (Paragraph(plain("text")),), name)


def column(number: int, department: str, status: StoryStatus = StoryStatus.SENT) -> Column:
    document = None if status is StoryStatus.DRAFT else Document(f"Of {department}", (Paragraph(plain("text")),))
    title = document.title if document else None
    return Column(
        number, JUNE, department, f"telegram:{number}", "telegram:1", status, title, document, datetime(2026, 6, 14)
    )


def titles(files: list[Story], columns: list[Column], arranged: list[str] | None = None) -> list[str]:
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
