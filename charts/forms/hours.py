"""What time went to: one bar of it all, cut into parts; under it, what one result costs, with everybody as a dot."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure, wrap
from charts.canvas.page import page
from charts.canvas.scene import Box, Disc, Hatch, Items, Scene, Stroke, Text, centred, flat, left, right
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_BAR = 76.0
_SEAM = 3.0
_INSET = 12.0
_NAME, _LOWER_NAME = 36.0, 72.0
"""From the bar to the names of its parts, and to those that find no room there."""
_ROW, _CLEAR, _LONGEST = 34.0, 12.0, 240.0
_HEADS = 176.0
_PITCH = 86.0
_LABELLED = 14.0
"""What the label of the stroke in the first row takes, so that it stands clear of the rule above."""
_VALUE_AT, _DOTS_FROM = 620.0, 672.0
_DOT = 13.0
_MOST = 3


@dataclass(frozen=True)
class TimePart:
    """A part of the time: what it is, its share and how long. What nobody marked is hatched."""

    name: str
    share: Amount
    hours: str = ""
    hatched: bool = False


@dataclass(frozen=True)
class ResultCost:
    """What one result costs: the equation in words, its outcome, and everybody's own."""

    name: str
    equation: str
    each: Amount
    people: tuple[float, ...] = ()
    middle: float | None = None
    before: Amount | None = None


@dataclass(frozen=True)
class Hours:
    """Parts of the time from the largest, then results with what each costs."""

    titles: Titles
    labels: Labels
    parts: tuple[TimePart, ...]
    heads: tuple[str, str, str]
    """Over the results, over the dots, and what the stroke among them is called."""
    results: tuple[ResultCost, ...] = ()
    remark: str = ""
    """The finding beside the headline's, under the results."""


def scene(picture: Hours) -> Scene:
    if not any(part.share.value > 0 for part in picture.parts):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    top = sheet.top + 12
    items = flat(
        sheet.items,
        *_bar(picture.parts, top, sheet.left, sheet.right),
        _names(picture.parts, top + _BAR, sheet.left, sheet.right),
        _results(picture, top + _BAR + _HEADS, sheet.left, sheet.right, sheet.bottom),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _edges(parts: Sequence[TimePart], start: float, end: float) -> list[tuple[float, float]]:
    whole = sum(part.share.value for part in parts)
    edges, x = [], start
    for part in parts:
        wide = (end - start) * part.share.value / whole
        edges.append((x, max(x + wide - _SEAM, x + 1)))
        x += wide
    return edges


def _bar(parts: Sequence[TimePart], top: float, start: float, end: float) -> list[Items]:
    drawn: list[Items] = []
    for n, (part, (x0, x1)) in enumerate(zip(parts, _edges(parts, start, end), strict=True)):
        first = n == 0 and not part.hatched
        plain = theme.PREVIOUS if n < len(parts) - 1 else theme.PALE
        fill = theme.PAPER if part.hatched else theme.FACT if first else plain
        box = Box(x0, top, x1, top + _BAR, fill, theme.PREVIOUS if part.hatched else "", 2.0)
        corners = ((x0, top), (x1, top), (x1, top + _BAR), (x0, top + _BAR))
        style = (theme.BIG if first else theme.STRONG).inked(theme.PAPER if first else theme.INK)
        room = x1 - x0 - 2 * _INSET
        y = top + _BAR / 2 + 0.33 * style.size
        texts = (part.share.text, part.share.text.rstrip(" %\N{NO-BREAK SPACE}"))
        words = next((text for text in texts if measure(text, style) <= room), "")
        label: Items = ()
        if words:
            text = left(x0 + _INSET, y, words, style)
            clear = Box(text.x - 6, top + 16, text.x + measure(words, style) + 6, top + _BAR - 16, theme.PAPER)
            label = (clear, text) if part.hatched else (text,)
        drawn.append((box, *((Hatch(corners, theme.PREVIOUS),) if part.hatched else ()), *label))
    return drawn


def _names(parts: Sequence[TimePart], below: float, start: float, end: float) -> Items:
    """Under its part where a name has room, else in one of three rows further down, under a line from its part."""
    items: list[Text | Stroke] = []
    rows: tuple[list[tuple[float, float]], ...] = ([], [], [])
    stems: list[tuple[int, float]] = []
    for n, (part, (x0, x1)) in enumerate(zip(parts, _edges(parts, start, end), strict=True)):
        style = theme.STRONG if n == 0 else theme.PLAIN
        long = f"{part.name}, {part.hours}" if part.hours else part.name
        if words := next((text for text in (long, part.name) if measure(text, style) <= x1 - x0), ""):
            items.append(left(x0, below + _NAME, words, style))
            continue
        x = (x0 + x1) / 2
        words = fit(part.name, theme.QUIET, _LONGEST)
        found = _lower(x, measure(words, theme.QUIET), rows, stems, start, end)
        if found is None:
            continue
        row, at = found
        rows[row].append((at, at + measure(words, theme.QUIET)))
        stems.append((row, x))
        y = below + _LOWER_NAME + row * _ROW
        items += [Stroke(((x, below + 6), (x, y - 26)), theme.PREVIOUS, 2.0), left(at, y, words, theme.QUIET)]
    return tuple(items)


def _lower(
    x: float,
    wide: float,
    rows: tuple[list[tuple[float, float]], ...],
    stems: Sequence[tuple[int, float]],
    start: float,
    end: float,
) -> tuple[int, float] | None:
    """Return the row and the place of a name under `x` that touches no other one and no line to one; None without."""
    for row, taken in enumerate(rows):
        # A line to the lower row passes between the names of the upper one.
        if any(a - _CLEAR < x < b + _CLEAR for upper in rows[:row] for a, b in upper):
            continue
        passing = [(stem, stem) for lower, stem in stems if lower > row]
        for at in (x - wide / 2, x - wide + _CLEAR, x - _CLEAR):
            apart = all(at + wide + _CLEAR < a or b + _CLEAR < at for a, b in (*taken, *passing))
            if start <= at <= end - wide and apart:
                return row, at
    return None


def _results(picture: Hours, top: float, start: float, end: float, bottom: float) -> Items:
    if not picture.results:
        return ()
    shown = picture.results[:_MOST]
    head, dots, middle = picture.heads
    known = [value for result in shown for value in (*result.people, result.each.value)]
    most = max(known, default=0.0) or 1.0
    any_dots = any(result.people for result in shown)
    items: list[Items] = [
        (
            left(start, top, head, theme.SECTION),
            *((right(end, top, dots, theme.QUIET),) if any_dots else ()),
            Stroke(((start, top + 16), (end, top + 16)), theme.RULE, 2.0),
        )
    ]
    labelled = _LABELLED if shown[0].people and shown[0].middle is not None else 0.0
    first = top + 16 + labelled
    pitch = min(_PITCH, (bottom - first - (46 if picture.remark else 0)) / len(shown))
    for n, result in enumerate(shown):
        y = first + pitch * (n + 0.5) + 6
        items.append(_result(result, y, start, end, most, middle if n == 0 else ""))
    if picture.remark:
        line = wrap(picture.remark, theme.STRONG, end - start)[0]
        items.append((left(start, min(first + pitch * len(shown) + 40, bottom - 6), line, theme.STRONG),))
    return flat(*items)


def _result(result: ResultCost, y: float, start: float, end: float, most: float, middle: str) -> Items:
    room = _VALUE_AT - start - measure(result.each.text, theme.BIG) - 24
    texts = (
        left(start, y - 6, fit(result.name, theme.STRONG, room), theme.STRONG),
        left(start, y + 26, fit(result.equation, theme.QUIET, room), theme.QUIET),
        right(_VALUE_AT, y + 12, result.each.text, theme.BIG),
    )
    if not result.people:
        return texts

    def x(value: float) -> float:
        return _DOTS_FROM + _DOT + (end - _DOTS_FROM - 2 * _DOT) * value / most

    line = Stroke(((_DOTS_FROM, y), (end, y)), theme.RULE, 2.0)
    slower = result.middle if result.middle is not None else most
    circles = [
        Disc(x(value), y, _DOT - 2, theme.FACT if value > slower else theme.PAPER, theme.FACT, 3.0)
        for value in sorted(result.people)
    ]
    stroke: Items = ()
    if result.middle is not None:
        stroke = (Stroke(((x(result.middle), y - 26), (x(result.middle), y + 26)), theme.INK, 4.0),)
        if middle:
            wide = measure(middle, theme.QUIET)
            at = min(max(x(result.middle), _DOTS_FROM + wide / 2), end - wide / 2)
            stroke = (*stroke, centred(at, y - 32, middle, theme.QUIET))
    return (*texts, line, *circles, *stroke)
