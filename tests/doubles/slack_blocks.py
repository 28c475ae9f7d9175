"""What Slack refuses in the blocks of a message, as documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_TAGS = re.compile(r"<(@[UW]\w+|#C\w+|https?://[^\s<>|]+|mailto:[^\s<>|]+)(\|[^<>]*)?>")


def complaints(blocks: list[dict[str, Any]]) -> list[str]:
    """Everything that is wrong with the blocks; nothing, if Slack takes them."""
    found = [] if 1 <= len(blocks) <= 50 else [f"{len(blocks)} blocks"]
    if len(json.dumps(blocks, ensure_ascii=False)) > 13000:
        found.append("msg_blocks_too_long")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["a block_id twice"] * (len(ids) != len(set(ids)))
    for number, block in enumerate(blocks):
        found += [f"block {number}, {block.get('type')}: {text}" for text in _block(block)]
    return found


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _text(block["text"], 150, "plain_text")
        case "section":
            if "fields" in block:
                yield from [] if 1 <= len(block["fields"]) <= 10 else ["fields"]
                for field in block["fields"]:
                    yield from _text(field, 2000)
            if "text" in block or "fields" not in block:
                yield from _text(block["text"], 3000)
        case "context":
            yield from [] if 1 <= len(block["elements"]) <= 10 else ["elements"]
            for element in block["elements"]:
                yield from _text(element, 2000)
        case "actions":
            elements = block["elements"]
            yield from [] if 1 <= len(elements) <= 25 else [f"{len(elements)} elements"]
            ids = [element["action_id"] for element in elements]
            yield from ["an action_id twice"] * (len(ids) != len(set(ids)))
            for element in elements:
                yield from _text(element["text"], 75, "plain_text")
                yield from [] if 1 <= len(element.get("value") or element["url"]) <= 2000 else ["value"]
        case "data_table":
            yield from _data_table(block)
        case "divider":
            pass
        case other:
            yield f"unknown type {other}"


def _data_table(block: dict[str, Any]) -> Iterator[str]:
    rows, caption = block["rows"], block["caption"]
    yield from [] if 2 <= len(rows) <= 101 else [f"{len(rows)} rows"]
    yield from [] if {len(row) for row in rows} <= set(range(1, 21)) else ["columns"]
    yield from [] if len({len(row) for row in rows}) == 1 else ["rows of different lengths"]
    yield from [] if caption else ["no caption"]
    yield from [] if 1 <= block.get("page_size", 5) <= 100 else ["page_size"]
    cells = [cell for row in rows for cell in row]
    yield from (f"a cell {cell}" for cell in cells if cell["type"] != "raw_text" or not cell["text"])
    if sum(len(cell["text"]) for cell in cells) > 10_000:
        yield "more than 10,000 characters in cells"


def _text(text: dict[str, Any], limit: int, kind: str | None = None) -> Iterator[str]:
    said = text["text"]
    units = len(said.encode("utf-16-le")) // 2
    if not 1 <= units <= limit:
        yield f"text of {units}, at most {limit}"
    if kind and text["type"] != kind:
        yield f"{text['type']} for {kind}"
    if text["type"] == "mrkdwn":
        yield from unescaped(said)


def unescaped(said: str) -> Iterator[str]:
    """Characters that Slack would take for its own."""
    rest = _TAGS.sub("", said)
    yield from (f"unescaped {char}" for char in "<>" if char in rest)
    if re.search(r"&(?!(amp|lt|gt);)", rest):
        yield "unescaped &"


def shown(blocks: list[dict[str, Any]]) -> str:
    """What a reader sees of the blocks, block under block."""
    lines = []
    for block in blocks:
        if "text" in block:
            lines.append(block["text"]["text"])
        for row in block.get("rows", []):
            lines.append((": " if len(row) == 2 else " | ").join(cell["text"].strip() for cell in row))
        for element in block.get("elements", []):
            text = element["text"]
            lines.append(text if isinstance(text, str) else f"[{text['text']}]")
    return "\n".join(lines)
