"""Front matter: the few lines between `---` at the top of a story, read as YAML texts that are never anything else.

A scalar is what is written (`no` is "no", `2026-06` no number), nothing is constructed, and every value keeps the
line it stands on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from typing import Any

import yaml

from digests.images import LARGEST, LONGEST_SIDE, Unfit, examined
from digests.stories.running import Image
from warehouse.messages import Message, nearest, note, system_reason

KEYS = ("title", "author", "period", "pictures", "order")
_BORDER = "---"


class FrontMatterError(Exception):
    """What is wrong with a story or a picture, with its file and line."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


@dataclass(frozen=True)
class SourceLine:
    """A text and the line of the file it stands on."""

    text: str
    line: int


@dataclass(frozen=True)
class Body:
    """What follows the front matter."""

    text: str
    first_line: int = 1


@dataclass(frozen=True)
class FrontMatter:
    title: str | None = None
    author: str | None = None
    period: SourceLine | None = None
    pictures: tuple[Image, ...] = ()
    order: int | None = None
    remarks: tuple[Message, ...] = ()


def front_of(file: str, text: str) -> tuple[FrontMatter, Body]:
    """A story's front matter and its body. Raises Refused where the front matter cannot be read."""
    lines = text.split("\n")
    if lines[0].rstrip() != _BORDER:
        return FrontMatter(), Body(text)
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in (_BORDER, "...")), None)
    if end is None:
        raise FrontMatterError(
            note("{file}, line {line}: the front matter that begins here has no closing --- line.", file=file, line=1)
        )
    values = _values(file, "\n".join(lines[1:end]))
    front = FrontMatter(
        title=_text(file, values, "title"),
        author=_text(file, values, "author"),
        period=_written(file, values, "period"),
        pictures=_pictures(file, values.get("pictures")),
        order=_order(file, values),
        remarks=tuple(_unknown(file, key, node) for key, node in values.items() if key not in KEYS),
    )
    return front, Body("\n".join(lines[end + 1 :]), end + 2)


def _values(file: str, text: str) -> dict[str, yaml.Node]:
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FrontMatterError(
            note(
                "{file}, line {line}: the front matter cannot be read here: write key: value, "
                "and put a value with a colon in quotation marks.",
                file=file,
                line=mark.line + 2 if mark else 1,
            )
        ) from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise _unexpected(file, root, "front matter", "key: value")
    return {str(key.value): value for key, value in root.value if isinstance(key, yaml.ScalarNode)}


def _line(node: yaml.Node) -> int:
    """The line in the file: the front matter's first is its second."""
    return int(node.start_mark.line) + 2


def _unexpected(file: str, node: yaml.Node, key: str, expected: str) -> FrontMatterError:
    return FrontMatterError(
        note(
            "{file}, line {line}: {key} is written like {expected}.",
            file=file,
            line=_line(node),
            key=key,
            expected=expected,
        )
    )


def _written(
    file: str, values: dict[str, yaml.Node], key: str, example: str = "2026-06-01..2026-06-15"
) -> SourceLine | None:
    node = values.get(key)
    if node is None:
        return None
    if not isinstance(node, yaml.ScalarNode):
        raise _unexpected(file, node, key, f"{key}: {example}")
    text = " ".join(str(node.value).split())
    return SourceLine(text, _line(node)) if text else None


def _text(file: str, values: dict[str, yaml.Node], key: str) -> str | None:
    written = _written(file, values, key, "...")
    return written.text if written else None


def _order(file: str, values: dict[str, yaml.Node]) -> int | None:
    written = _written(file, values, "order", "1")
    if written is None:
        return None
    try:
        return int(written.text)
    except ValueError:
        raise _unexpected(file, values["order"], "order", "order: 1") from None


def _pictures(file: str, node: yaml.Node | None) -> tuple[Image, ...]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return ()
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(_picture(file, each) for each in nodes)


def _picture(file: str, node: yaml.Node) -> Image:
    """`a.png`, or `a.png: what it shows`."""
    if isinstance(node, yaml.ScalarNode):
        return Image(str(node.value).strip(), "", _line(node))
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        name, alt = node.value[0]
        if isinstance(name, yaml.ScalarNode) and isinstance(alt, yaml.ScalarNode):
            return Image(str(name.value).strip(), str(alt.value).strip(), _line(name))
    raise _unexpected(file, node, "pictures", "pictures: [chart.png]")


def _unknown(file: str, key: str, node: yaml.Node) -> Message:
    return note(
        '{file}, line {line}: there is no key "{given}"; there are: {known}.',
        file=file,
        line=_line(node),
        given=key,
        known=nearest(key, KEYS),
    )


LARGEST_TEXT = 256 * 1024
MOST_BRACKETS = 10_000
"""More of them take the parser minutes, and no story has them."""

_MARK = b"\xef\xbb\xbf"


def read_text(path: Path) -> str:
    """A file's text with plain line ends. Raises Refused if it is too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise FrontMatterError(
            note(
                "{file}, line {line}: the file cannot be read: {reason}.",
                file=path.name,
                line=1,
                reason=system_reason(error),
            )
        ) from None
    if len(raw) > LARGEST_TEXT:
        raise FrontMatterError(
            note(
                "{file}, line {line}: a story has at most {limit} KB, and this one has more.",
                file=path.name,
                line=1,
                limit=LARGEST_TEXT // 1024,
            )
        )
    raw = raw.removeprefix(_MARK)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FrontMatterError(
            note(
                "{file}, line {line}: the text is not in UTF-8: save the file in this encoding.",
                file=path.name,
                line=raw.count(b"\n", 0, error.start) + 1,
            )
        ) from None
    if text.count("[") > MOST_BRACKETS:
        raise FrontMatterError(
            note(
                "{file}, line {line}: there are more than {limit} square brackets: this is no story.",
                file=path.name,
                line=1,
                limit=MOST_BRACKETS,
            )
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_picture(story: Path, source: str, line: int) -> tuple[bytes, str]:
    """The bytes and the media type of a picture beside a story. Raises Refused with the reason it cannot be shown."""
    place: dict[str, Any] = {"file": story.name, "line": line, "picture": source}
    path = _beside(story, source)
    if path is None:
        raise FrontMatterError(
            note(
                '{file}, line {line}: the picture "{picture}" is not in the directory of the story: put it there.',
                **place,
            )
        )
    try:
        with path.open("rb") as file:
            image = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise FrontMatterError(note('{file}, line {line}: there is no picture "{picture}".', **place)) from None
    match examined(image):
        case Unfit.LARGE:
            raise FrontMatterError(
                note(
                    '{file}, line {line}: the picture "{picture}" is larger than {limit} MB.',
                    **place,
                    limit=LARGEST // 1024**2,
                )
            )
        case Unfit.LONG:
            raise FrontMatterError(
                note(
                    '{file}, line {line}: the picture "{picture}" is longer than {limit} pixels on a side.',
                    **place,
                    limit=LONGEST_SIDE,
                )
            )
        case Unfit.NONE:
            raise FrontMatterError(
                note('{file}, line {line}: "{picture}" is not a whole picture: save it as PNG or JPEG.', **place)
            )
        case media_type:
            return image, media_type


def picture_key(story: Path, number: int) -> str:
    """A name for a story's picture: latin letters, digits and dashes, different for every story."""
    stem = story.stem.lower()
    plain = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
    if plain != stem:
        plain = f"{plain or 'story'}-{blake2s(stem.encode(), digest_size=3).hexdigest()}"
    return f"{plain}-{number}"


def _beside(story: Path, source: str) -> Path | None:
    """A path that leads, links and dots followed, to somewhere in the story's directory."""
    odd = any(sign in source for sign in ":\\\0")
    if odd or not source or Path(source).is_absolute():
        return None
    home = story.parent.resolve()
    path = (home / source).resolve()
    return path if path.is_relative_to(home) else None
