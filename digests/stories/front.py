"""Front matter: the few lines between `---` at the top of a story, read as YAML texts that are never anything else.

A scalar is what is written (`no` is "no", `2026-06` no number), nothing is constructed, and every value keeps the
line it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from digests.stories.running import Image
from warehouse.messages import Message, nearest, note

KEYS = ("title", "author", "period", "pictures", "order")
_BORDER = "---"


class Refused(Exception):
    """What is wrong with a story or a picture, with its file and line."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


@dataclass(frozen=True)
class Written:
    """A text and the line of the file it stands on."""

    text: str
    line: int


@dataclass(frozen=True)
class Body:
    """What follows the front matter."""

    text: str
    first_line: int = 1


@dataclass(frozen=True)
class Front:
    title: str | None = None
    author: str | None = None
    period: Written | None = None
    pictures: tuple[Image, ...] = ()
    order: int | None = None
    remarks: tuple[Message, ...] = ()


def front_of(file: str, text: str) -> tuple[Front, Body]:
    """A story's front matter and its body. Raises Refused where the front matter cannot be read."""
    lines = text.split("\n")
    if lines[0].rstrip() != _BORDER:
        return Front(), Body(text)
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in (_BORDER, "...")), None)
    if end is None:
        raise Refused(
            note("{file}, line {line}: the front matter that begins here has no closing --- line.", file=file, line=1)
        )
    values = _values(file, "\n".join(lines[1:end]))
    front = Front(
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
        raise Refused(
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


def _unexpected(file: str, node: yaml.Node, key: str, expected: str) -> Refused:
    return Refused(
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
) -> Written | None:
    node = values.get(key)
    if node is None:
        return None
    if not isinstance(node, yaml.ScalarNode):
        raise _unexpected(file, node, key, f"{key}: {example}")
    text = " ".join(str(node.value).split())
    return Written(text, _line(node)) if text else None


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
