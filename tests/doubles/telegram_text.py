"""HTML as the Bot API takes it: strict, and counted as Telegram counts."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"<(/?)([a-z]+)((?: [a-z]+=\"[^\"<>]*\")*)>|&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|([^<&]+)")
_TAGS = {"b": "bold", "i": "italic", "code": "code", "pre": "pre", "a": "text_link"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ENTITIES = 100

Entity = tuple[str, str]
"""A kind, with the text that it covers (for a link: «text -> address»)."""


class Unparsed(Exception):
    """The service would answer: can't parse entities."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parsed(html: str) -> tuple[str, list[Entity]]:
    """The text that is read, without the blanks around it, and its marked pieces. Raises Unparsed."""
    text, at = "", 0
    opened: list[tuple[str, str, int]] = []
    found: list[Entity] = []
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            raise Unparsed(f"unexpected {html[at]!r} at {at}")
        at = token.end()
        closing, tag, attributes, named, plain = token.groups()
        if plain is not None:
            text += plain
        elif named is not None:
            text += _NAMED.get(named) or chr(int(named[2:], 16) if named[1] == "x" else int(named[1:]))
        elif tag not in _TAGS:
            raise Unparsed(f"unsupported tag {tag}")
        elif not closing:
            if any(each[0] in ("code", "pre") for each in opened):
                raise Unparsed("no tags within code")
            opened.append((tag, attributes, len(text)))
        else:
            if not opened or opened[-1][0] != tag:
                raise Unparsed(f"unmatched end of {tag}")
            _, attributes, start = opened.pop()
            covered = text[start:]
            if covered:
                address = attributes.partition('="')[2].rstrip('"').replace("&amp;", "&")
                found.append((_TAGS[tag], f"{covered} -> {address}" if tag == "a" else covered))
    if opened:
        raise Unparsed(f"no end of {opened[-1][0]}")
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in text):
        raise Unparsed("not UTF-8")
    if len(found) > ENTITIES:
        raise Unparsed(f"{len(found)} entities, of which the service drops {len(found) - ENTITIES}")
    return text.strip(" \n\t"), found
