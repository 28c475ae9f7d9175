"""Messages of Slack as blocks: its composer's rich text, or the marks that people type where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.slack import typed
from bot.channels.writing import STEP, Writer, after_name, blocks_of, lines
from digests.document import Block, Paragraph, Span
from digests.running import address, code, emphasised

Json = Mapping[str, Any]

_LABELLED = re.compile(r"<(?:[@#]|!subteam\^)([A-Z0-9]+)\|([^<>]+)>")


@dataclass(frozen=True)
class _Known:
    """Whom we are called, and what the message's own text calls others."""

    us: str
    names: Mapping[str, str]


def written(message: Json, us: str) -> tuple[Block, ...]:
    """A message's blocks, without our name."""
    text = str(message.get("text") or "")
    rich = [block for block in _objects(message.get("blocks")) if block.get("type") == "rich_text"]
    if not rich:
        return typed.written(text, us)
    known = _Known(us, dict(_LABELLED.findall(text)))
    made: list[Block] = []
    for block in rich:
        made += _blocks(_objects(block.get("elements")), known)
    return tuple(made)


def _blocks(elements: Sequence[Json], known: _Known) -> Iterator[Block]:
    writer, first = Writer(), True
    for element in elements:
        inner = _objects(element.get("elements"))
        if element.get("type") == "rich_text_list":
            _list(element, inner, known, writer)
            continue
        yield from writer.blocks()
        writer = Writer()
        spans = tuple(_spans(inner, known))
        if first and _is_us(inner[:1], known):
            spans = after_name(spans)
        first = False
        match element.get("type"):
            case "rich_text_preformatted":
                if spans := code("".join(span.text for span in spans)):
                    yield Paragraph(spans)
            case "rich_text_quote":
                yield from blocks_of(emphasised(spans))
            case _:
                yield from blocks_of(spans)
    yield from writer.blocks()


def _list(element: Json, items: Sequence[Json], known: _Known, writer: Writer) -> None:
    """A list as Slack has it: of one level; those below and above it are lists of their own, one after another."""
    indent = STEP * _number(element.get("indent"))
    first = _number(element.get("offset")) + 1 if element.get("style") == "ordered" else None
    for count, item in enumerate(items):
        number = None if first is None else first + count
        mark = "• " if number is None else f"{number}. "
        text, *others = lines([Span(mark), *_spans(_objects(item.get("elements")), known)])
        writer.item(text, len(mark), indent, number)
        for line in others:
            writer.line(line, indent + STEP)


def _spans(elements: Iterable[Json], known: _Known) -> Iterator[Span]:
    for element in elements:
        style = element.get("style")
        style = style if isinstance(style, Mapping) else {}
        text, link = _said(element, known), None
        if element.get("type") == "link":
            link = address(str(element.get("url") or ""))
        yield Span(text, bool(style.get("bold")), bool(style.get("italic")), bool(style.get("code")), link)


def _said(element: Json, known: _Known) -> str:
    """What a reader sees of an element; people and channels by the names that come with the message."""

    def named(kind: str, key: str) -> str:
        name = str(element.get(key) or "")
        return kind + known.names.get(name, name).removeprefix(kind)

    match element.get("type"):
        case "user":
            return "" if element.get("user_id") == known.us else named("@", "user_id")
        case "usergroup":
            return named("@", "usergroup_id")
        case "channel":
            return named("#", "channel_id")
        case "broadcast":
            return named("@", "range")
        case "emoji":
            return _emoji(str(element.get("unicode") or "")) or f":{element.get('name')}:"
        case "date":
            return str(element.get("fallback") or "")
        case "color":
            return str(element.get("value") or "")
        case _:
            return str(element.get("text") or element.get("url") or "")


def _emoji(codes: str) -> str:
    """The character that Slack names by its codes: `1f44d-1f3fb`."""
    try:
        return "".join(chr(int(each, 16)) for each in codes.split("-")) if codes else ""
    except (ValueError, OverflowError):
        return ""


def _is_us(elements: Sequence[Json], known: _Known) -> bool:
    return any(element.get("type") == "user" and element.get("user_id") == known.us for element in elements)


def _objects(value: Any) -> Sequence[Json]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 1000 else 0
