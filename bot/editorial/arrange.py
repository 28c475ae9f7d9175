"""In which order the columns of an issue stand, and who owes one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2s
from types import MappingProxyType

from bot.config.editorial import DepartmentConfig
from bot.editorial.model import Column, Item, StoryStatus
from digests.stories import UNORDERED, Story


def order_of(department: str, departments: Sequence[DepartmentConfig]) -> int:
    """A department's place: what it is given, or as it is listed."""
    for place, each in enumerate(departments, start=1):
        if each.key == department:
            return place if each.order is None else each.order
    return UNORDERED


def file_ref(file: str) -> str:
    return f"f{blake2s(file.encode(), digest_size=4).hexdigest()}"


def contents(
    files: Sequence[Story],
    columns: Sequence[Column],
    departments: Sequence[DepartmentConfig],
    arranged: Sequence[str] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[Item]:
    """An issue's columns, files among them, in the order that the editors gave, and their own where they gave none.

    `names` are people's, by their ids. Whatever came since the editors arranged them stands after the last of those
    that it would follow by itself.
    """
    titles = {each.key: each.title for each in departments}
    items = [Item(file_ref(story.file), story, story.title, story.order) for story in files]
    items += [_item(column, order_of(column.department, departments), titles, names) for column in columns]
    items.sort(key=_by_nature)
    places = {ref: place for place, ref in enumerate(arranged)}
    known = sorted((item for item in items if item.ref in places), key=lambda item: places[item.ref])
    for item in (item for item in items if item.ref not in places):
        before = [n for n, each in enumerate(known, start=1) if each.order <= item.order]
        known.insert(max(before, default=0), item)
    return known


def moved(refs: Sequence[str], ref: str, step: int) -> list[str]:
    """The order with one column a place up (-1) or down (1); at the end it stays."""
    order = list(refs)
    place = order.index(ref)
    other = place + step
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def in_print(items: Sequence[Item]) -> tuple[Story, ...]:
    """What readers see."""
    return tuple(item.story for item in items if item.in_print and item.story)


def owing(departments: Sequence[DepartmentConfig], columns: Collection[Column]) -> list[DepartmentConfig]:
    """The departments that have people, and of which nothing was sent, or it was returned."""
    done = {column.department for column in columns if column.status in (StoryStatus.SENT, StoryStatus.ACCEPTED)}
    return [each for each in departments if each.people and each.key not in done]


def _by_nature(item: Item) -> tuple[int, int, str]:
    """As it is numbered; of equals, files by their names, then columns as they were begun."""
    return item.order, item.column.id if item.column else 0, item.story.file if item.story else ""


def _item(column: Column, order: int, titles: Mapping[str, str], names: Mapping[str, str]) -> Item:
    department = titles.get(column.department, column.department)
    story = None
    if column.document:
        story = Story(column.document.title, names.get(column.author), order, column.document.blocks, f"s{column.id}")
    return Item(f"s{column.id}", story, column.title or department, order, column)
