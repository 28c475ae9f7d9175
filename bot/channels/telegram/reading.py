"""Messages of Telegram as blocks: its entities mark stretches of the text, counted in UTF-16 units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from telegram import MessageEntity
from telegram.constants import MessageEntityType as Kind

from bot.channels.writing import after_name, blocks_of
from digests.document import Block, Paragraph, Span
from digests.running import address, code

_QUOTATIONS = (Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE)
_LOOKS: dict[str, tuple[str, ...]] = {
    "strong": (Kind.BOLD,),
    "emphasis": (Kind.ITALIC, Kind.UNDERLINE, *_QUOTATIONS),
    "code": (Kind.CODE,),
    "link": (Kind.TEXT_LINK, Kind.URL, Kind.EMAIL),
    "apart": (Kind.PRE, *_QUOTATIONS),
}
"""What the kinds of entities do; what stands apart ends the line before it. The others are the text that they cover."""

Stretch = tuple[int, int]
"""From one character to before another."""


def written(text: str, entities: Sequence[MessageEntity], ours: Sequence[Stretch] = ()) -> tuple[Block, ...]:
    """A message's blocks. `ours` are stretches that only say that it is for us."""
    blocks: list[Block] = []
    for apart, group in groupby(_pieces(text, entities, ours), lambda piece: piece[1]):
        spans = tuple(span for span, _ in group)
        if not blocks and ours:
            spans = after_name(spans)
        if apart and apart.type == Kind.PRE:
            spans = code("".join(span.text for span in spans))
            blocks += [Paragraph(spans)] if spans else []
        else:
            blocks += blocks_of(spans)
    return tuple(blocks)


def stretch(text: str, entity: MessageEntity) -> Stretch:
    """Where an entity stands, in characters."""
    return _stretches(text, [entity])[0]


def _stretches(text: str, entities: Iterable[MessageEntity]) -> list[Stretch]:
    """Where entities stand; what would lie beyond the text ends with it."""
    at: list[int] = []
    for number, character in enumerate(text):
        at += [number] * (2 if character > "\uffff" else 1)
    at.append(len(text))

    def place(unit: int) -> int:
        return at[min(max(unit, 0), len(at) - 1)]

    return [(place(each.offset), place(each.offset + max(each.length, 0))) for each in entities]


def _pieces(
    text: str, entities: Sequence[MessageEntity], ours: Sequence[Stretch]
) -> Iterator[tuple[Span, MessageEntity | None]]:
    """The text in pieces over which nothing changes, each with what it stands apart in; our name is left out."""
    looks = [
        *([look for look, kinds in _LOOKS.items() if each.type in kinds] for each in entities),
        *(["ours"] for _ in ours),
    ]
    places = [*_stretches(text, entities), *ours]
    turns: dict[int, list[int]] = defaultdict(list)
    for number, (start, end) in enumerate(places):
        if start < end and looks[number]:
            turns[start].append(number)
            turns[end].append(number)
    covering: dict[str, dict[int, None]] = {look: {} for look in (*_LOOKS, "ours")}
    for start, end in pairwise(sorted({0, len(text), *turns})):
        for number in turns[start]:
            for look in looks[number]:
                if number in covering[look]:
                    del covering[look][number]
                else:
                    covering[look][number] = None
        if covering["ours"]:
            continue
        apart, link = (next(reversed(covering[look]), None) for look in ("apart", "link"))
        span = Span(
            text[start:end],
            strong=bool(covering["strong"]),
            emphasis=bool(covering["emphasis"]),
            code=bool(covering["code"]),
            link=None if link is None else _link(entities[link], text[slice(*places[link])]),
        )
        yield span, None if apart is None else entities[apart]


def _link(entity: MessageEntity, words: str) -> str | None:
    match entity.type:
        case Kind.TEXT_LINK:
            return address(entity.url or "")
        case Kind.EMAIL:
            return address(f"mailto:{words}")
        case _:
            return address(words if "://" in words else f"http://{words}")
