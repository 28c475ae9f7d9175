"""Stories: the columns that people write for a digest, as Markdown files with front matter.

A file that cannot be read is named with its line, and the others go on. What a story says is text from outside:
it becomes the blocks of `digests.document`, and markup of any kind stays visible text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digests.document import Block
from metrics.periods import Period, parse
from warehouse.messages import Message, UserError, note

if TYPE_CHECKING:
    from digests.stories.files import FrontMatter

UNORDERED = 1000
"""The order of a story that gives none: after those that do."""


@dataclass(frozen=True)
class Story:
    """A column under its own heading, whose level is 2; headings inside it begin at level 3."""

    title: str
    author: str | None
    order: int
    blocks: tuple[Block, ...]
    file: str


@dataclass(frozen=True)
class Stories:
    """The stories of a period in their order, and what is wrong with any of the files."""

    stories: tuple[Story, ...]
    problems: tuple[Message, ...]


def read_stories(directory: Path, period: Period) -> Stories:
    """The stories of the directory's `*.md` files whose period has a day in common with the digest's."""
    from digests.stories.files import FrontMatterError  # with YAML and Markdown, which take a while to load

    stories: list[Story] = []
    problems: list[Message] = []
    for path in _files(directory):
        try:
            story, remarks = _read(path, period)
        except FrontMatterError as refused:
            problems.append(refused.message)
            continue
        problems.extend(remarks)
        if story:
            stories.append(story)
    return Stories(tuple(sorted(stories, key=lambda story: (story.order, story.file))), tuple(problems))


def _files(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        yield from sorted(p for p in directory.glob("*.md") if p.is_file() and not p.name.startswith("."))


def _read(path: Path, period: Period) -> tuple[Story | None, list[Message]]:
    """A story, unless it is of another time, and remarks on it. Raises Refused for a file that is none."""
    from digests.stories.files import FrontMatterError, front_of, read_text
    from digests.stories.markdown import blocks_of

    file = path.name
    front, body = front_of(file, read_text(path))
    if not _of_this_time(file, front, period):
        return None, []
    written = blocks_of(path, body, front)
    title = front.title or written.title
    if not title:
        raise FrontMatterError(
            note("{file}, line {line}: the story has no title: write title: ... there.", file=file, line=1)
        )
    if not written.blocks:
        raise FrontMatterError(note("{file}, line {line}: the story is empty.", file=file, line=body.first_line))
    order = UNORDERED if front.order is None else front.order
    return Story(title, front.author, order, written.blocks, file), [*front.remarks, *written.problems]


def _of_this_time(file: str, front: FrontMatter, period: Period) -> bool:
    from digests.stories.files import FrontMatterError

    if front.period is None:
        return True
    try:
        own = parse(front.period.text, period.timezone)
    except UserError as error:
        raise FrontMatterError(
            note("{file}, line {line}: {problem}", file=file, line=front.period.line, problem=error.message)
        ) from None
    return own.start < period.end and period.start < own.end
