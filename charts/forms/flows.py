"""Who passes on to whom: what was passed on at the left, where it went at the right, bands between them by number."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Area, Box, Items, Path, Scene, Text, flat, left, right
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADS = 44.0
_PITCH = 88.0  # a node's two lines of text
_GAP = 14.0
_NODE = 22.0
_TEXT = 24.0
_SIDE = 372.0  # from the margin to the nodes of a side
_LEAST = 3.0
_LABELLED = 34.0
"""How wide a band must be to hold its number."""
_CURVE = 24
_INSET = 40.0


@dataclass(frozen=True)
class FlowNode:
    """Somebody who passes on or receives: a name, how much, and two more texts."""

    name: str
    amount: Amount
    note: str = ""
    share: str = ""


@dataclass(frozen=True)
class Flow:
    """So much from one node to another, by their places."""

    source: int
    target: int
    amount: Amount


@dataclass(frozen=True)
class Flows:
    """What goes from whom to whom. The largest flow is the dark one."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str]
    sources: tuple[FlowNode, ...]
    targets: tuple[FlowNode, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class _Placed:
    """A node with the top of its bar and the middle of its text."""

    node: FlowNode
    top: float
    height: float
    middle: float


def scene(picture: Flows) -> Scene:
    if not any(flow.amount.value > 0 for flow in picture.flows):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    top, room = sheet.top + _HEADS, sheet.bottom - sheet.top - _HEADS
    scale = min(_scale(picture.sources, room), _scale(picture.targets, room))
    lefts, rights = _stacked(picture.sources, top, room, scale), _stacked(picture.targets, top, room, scale)
    start, end = sheet.left + _SIDE, sheet.right - _SIDE + 22
    heads = (
        left(sheet.left, sheet.top + 18, picture.heads[0], theme.SECTION),
        left(end + _TEXT, sheet.top + 18, picture.heads[1], theme.SECTION),
    )
    items = flat(
        sheet.items,
        heads,
        *_bands(picture, lefts, rights, start, end, scale),
        *(_source(each, sheet.left, start) for each in lefts),
        *(_target(each, end, sheet.right) for each in rights),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _scale(nodes: Sequence[FlowNode], room: float) -> float:
    """How many pixels one is, so that the nodes of a side with their texts fill the room."""
    room -= _GAP * (len(nodes) - 1)
    low, high = 0.0, room / max(sum(node.amount.value for node in nodes), 1e-9)
    for _ in range(40):
        scale = (low + high) / 2
        fits = sum(max(_PITCH, node.amount.value * scale) for node in nodes) <= room
        low, high = (scale, high) if fits else (low, scale)
    return low


def _stacked(nodes: Sequence[FlowNode], top: float, room: float, scale: float) -> list[_Placed]:
    heights = [max(node.amount.value * scale, _LEAST) for node in nodes]
    slots = [max(height, _PITCH) for height in heights]
    free = room - sum(slots)
    gap = min(free / max(len(nodes) - 1, 1), 3 * _GAP)
    placed, y = [], top
    for node, height, slot in zip(nodes, heights, slots, strict=True):
        placed.append(_Placed(node, y + (slot - height) / 2, height, y + slot / 2))
        y += slot + gap
    return placed


def _bands(
    picture: Flows, lefts: Sequence[_Placed], rights: Sequence[_Placed], start: float, end: float, scale: float
) -> list[Items]:
    """The bands, the widest below the others; the numbers of those that hold them above all."""
    order = sorted(picture.flows, key=lambda flow: (flow.source, flow.target))
    out = [each.top for each in lefts]
    ends: dict[Flow, float] = {}
    into = [each.top for each in rights]
    for flow in sorted(picture.flows, key=lambda flow: (flow.target, flow.source)):
        ends[flow] = into[flow.target]
        into[flow.target] += flow.amount.value * scale
    most = max(picture.flows, key=lambda flow: flow.amount.value)
    drawn: list[tuple[float, Items]] = []
    numbers: list[Text] = []
    for flow in order:
        width, y = flow.amount.value * scale, out[flow.source]
        out[flow.source] += width
        colour = theme.FACT if flow is most else theme.PALE
        shape = _band(start + _NODE + 1, end - 1, y, ends[flow], max(width, 1.5))
        drawn.append((-width, (Area(shape, colour, theme.PAPER, 2.0),)))
        if width >= _LABELLED:
            style = theme.BIG.inked(theme.PAPER) if flow is most else theme.STRONG
            numbers.append(left(start + _NODE + _INSET, y + width / 2 + 0.33 * style.size, flow.amount.text, style))
    return [*(items for _, items in sorted(drawn, key=lambda each: each[0])), tuple(numbers)]


def _band(start: float, end: float, at: float, to: float, width: float) -> Path:
    """A band that leaves and arrives level."""

    def edge(first: float, last: float) -> list[tuple[float, float]]:
        steps = [step / _CURVE for step in range(_CURVE + 1)]
        # Smoothstep: level at both ends.
        return [(start + t * (end - start), first + (3 * t * t - 2 * t**3) * (last - first)) for t in steps]

    return (*edge(at, to), *reversed(edge(at + width, to + width)))


def _source(placed: _Placed, start: float, end: float) -> Items:
    node, y = placed.node, placed.middle
    edge = end - 18
    share = right(edge, y + 2, node.share or node.amount.text, theme.BIG)
    count = right(edge, y + 36, node.amount.text, theme.LEAST) if node.share else None
    room = edge - start - measure(node.share or node.amount.text, theme.BIG) - 16
    name = left(start, y + 2, fit(node.name, theme.STRONG, room), theme.STRONG)
    taken = measure(node.amount.text, theme.LEAST) + 16 if count else 0.0
    note = left(start, y + 36, fit(node.note, theme.LEAST, edge - start - taken), theme.LEAST)
    bar = Box(end, placed.top, end + _NODE, placed.top + placed.height, theme.INK)
    return (bar, name, share, *([count] if count else []), *([note] if node.note else []))


def _target(placed: _Placed, start: float, end: float) -> Items:
    node, y = placed.node, placed.middle
    x = start + _NODE + _TEXT
    number = measure(node.amount.text, theme.BIG)
    words = fit(node.name, theme.STRONG, end - x - number - 14)
    name = left(x, y + 2, words, theme.STRONG)
    value = left(x + measure(words, theme.STRONG) + 14, y + 2, node.amount.text, theme.BIG)
    note = (left(x, y + 36, fit(node.note, theme.LEAST, end - x), theme.LEAST),) if node.note else ()
    return (Box(start, placed.top, start + _NODE, placed.top + placed.height, theme.INK), name, value, *note)
