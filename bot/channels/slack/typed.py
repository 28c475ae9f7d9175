"""Slack's marks as people type them: *bold*, _italic_, `code`, ```lines of code```, > quotations, <address|label>."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import groupby

from bot.channels.writing import after_name, blocks_of
from digests.document import Block, Paragraph, Span
from digests.running import address, code, emphasised

REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTED = re.compile(r"\s*&gt; ?")
_MARKED = re.compile(
    r"(?P<ref><[^<>\n]*>)|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)(?:\*(?=\S)(?P<strong>[^*\n]+)(?<=\S)\*|_(?=\S)(?P<emphasis>[^_\n]+)(?<=\S)_|~(?=\S)(?P<struck>[^~\n]+)(?<=\S)~)(?!\w)"
)


def written(text: str, us: str = "") -> tuple[Block, ...]:
    """The blocks of a text with its marks, without our name."""
    blocks: list[Block] = []
    for number, chunk in enumerate(_FENCE.split(text)):
        if number % 2:
            if spans := code(unescape(REFERENCE.sub(shown, chunk))):
                blocks.append(Paragraph(spans))
            continue
        for quoted, lines in groupby(chunk.split("\n"), lambda line: bool(_QUOTED.match(line))):
            said = "\n".join(_QUOTED.sub("", line, count=1) if quoted else line for line in lines)
            spans = tuple(_spans(said, Span(""), us))
            if not blocks and us and said.lstrip().startswith(f"<@{us}"):
                spans = after_name(spans)
            blocks += blocks_of(emphasised(spans) if quoted else spans)
    return tuple(blocks)


def shown(found: re.Match[str]) -> str:
    """One of Slack's references as the words that it shows."""
    kind, target, label = found.groups()
    return f"{kind}{label or target}" if kind else label or re.sub("^(mailto|tel):", "", target)


def _spans(text: str, look: Span, us: str) -> Iterator[Span]:
    at = 0
    for found in _MARKED.finditer(text):
        yield replace(look, text=unescape(text[at : found.start()]))
        at = found.end()
        match found.lastgroup:
            case "ref":
                yield from _reference(found[0], look, us)
            case "code":
                yield replace(look, text=unescape(found["code"]), code=True)
            case "strong":
                yield from _spans(found["strong"], replace(look, strong=True), us)
            case "emphasis":
                yield from _spans(found["emphasis"], replace(look, emphasis=True), us)
            case _:
                yield from _spans(found["struck"], look, us)
    yield replace(look, text=unescape(text[at:]))


def _reference(text: str, look: Span, us: str) -> Iterator[Span]:
    found = REFERENCE.fullmatch(text)
    if not found:
        yield replace(look, text=unescape(text))
    elif found[1] != "@" or found[2] != us:
        link = None if found[1] else address(unescape(found[2]))
        yield replace(look, text=unescape(shown(found)), link=link)
