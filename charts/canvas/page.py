"""What every picture has: the finding above, what is measured under it, the as-of time at the foot."""

from dataclasses import dataclass
from itertools import groupby

from charts.canvas import layout, theme
from charts.canvas.lettering import fit, measure, wrap
from charts.canvas.scene import Area, Box, Items, Text, left, middle
from charts.canvas.theme import TABLE, Canvas, Style, Weight
from charts.model import HeadlineSpan, Judgement, Titles

_CAPITALS = 44
"""Where the headline's capitals begin: 24 px from the edge may be lost to rounded corners."""
_SMALLER = (48, 44, 40, 36)
"""What a headline is set in if it does not fit into two lines."""
_FOOT = 30
_FOOT_LEADING = 34
"""Between lines of the footnote, and of a subtitle that needs two."""

_REASON_GAP = 18

INKS = {
    Judgement.MISSED: theme.MISSED,
    Judgement.MET: theme.MET,
    Judgement.BEHIND: theme.BEHIND,
    Judgement.NONE: theme.INK,
}


@dataclass(frozen=True)
class Page:
    """A sheet with its captions, and the room left between them."""

    canvas: Canvas
    items: Items
    left: float
    right: float
    top: float
    bottom: float


def explained(title: Text, reason: str, end: float) -> Items:
    """A panel's title and, where there is room for all of it, why it missed its plan."""
    style = theme.QUIET.inked(theme.MISSED)
    start = title.edges.right + _REASON_GAP
    fits = reason and start + measure(reason, style) <= end
    return (title, left(start, title.y, reason, style)) if fits else (title,)


def page(titles: Titles, canvas: Canvas, height: int | None = None) -> Page:
    """The captions of a picture. The headline keeps to two lines, the footnote is never cut: the as-of time ends it."""
    width = canvas.width - 2 * canvas.margin
    style, lines = _headline(titles.headline, canvas.headline, width)
    items: list[Text] = []
    y = _CAPITALS + 0.66 * canvas.headline
    for line in lines:
        x = float(canvas.margin)
        for span in line:
            items.append(left(x, y, span.text, style.inked(INKS[span.verdict])))
            x += measure(span.text, style)
        y += canvas.leading
    y += 1.53 * canvas.subtitle - canvas.leading
    subtitle = _subtitle(titles, canvas, width, y)
    items += subtitle
    y = subtitle[-1].y
    foot = (height or canvas.height) - _FOOT
    notes, note_style = _footnote(titles.footnote, canvas.footnote, width)
    for line_up, note in enumerate(reversed(notes)):
        items.append(left(canvas.margin, foot - line_up * _FOOT_LEADING, note, note_style))
    bottom = foot - max(len(notes) - 1, 0) * _FOOT_LEADING - (40 if notes else 0)
    return Page(canvas, tuple(items), canvas.margin, canvas.width - canvas.margin, y + 30, bottom)


def _subtitle(titles: Titles, canvas: Canvas, width: float, y: float) -> list[Text]:
    """One line as large as it fits. It ends with the period or the as-of time, so it is not cut but broken."""
    text = titles.subtitle
    sizes = (canvas.subtitle, canvas.subtitle - 2, theme.QUIET.size)
    styles = [Style(size, Weight.REGULAR, theme.SECOND) for size in sizes]
    style = next((style for style in styles if measure(text, style) <= width), styles[-1])
    lines = wrap(text, style, width)
    return [left(canvas.margin, y + index * _FOOT_LEADING, line, style) for index, line in enumerate(lines)]


def _footnote(text: str, size: int, width: float) -> tuple[list[str], Style]:
    """One line, or several smaller ones."""
    style = Style(size, Weight.REGULAR, theme.SECOND)
    lines = wrap(text, style, width) if text else []
    return (lines, style) if len(lines) <= 1 else (wrap(text, theme.LEAST, width), theme.LEAST)


def _headline(spans: tuple[HeadlineSpan, ...], size: int, width: float) -> tuple[Style, list[list[HeadlineSpan]]]:
    """The headline's lines in coloured pieces, and the style in which they fit.

    It is never cut, since the number in it would go first: it is set smaller, and only then in more lines than two.
    """
    text = "".join(span.text for span in spans)
    tried = [Style(each, Weight.BOLD, theme.INK) for each in (size, *(less for less in _SMALLER if less < size))]
    set_so = [(style, _lines(text, style, width)) for style in tried]
    most = min(max(len(lines), 2) for _, lines in set_so)
    style, lines = next((style, lines) for style, lines in set_so if len(lines) <= most)
    verdicts = [span.verdict for span in spans for _ in span.text]
    pieces = []
    start = 0
    for line in lines:
        marked = zip(line, verdicts[start : start + len(line)], strict=True)
        runs = groupby(marked, key=lambda pair: pair[1])
        pieces.append([HeadlineSpan("".join(character for character, _ in run), verdict) for verdict, run in runs])
        start += len(line)
        start += text[start : start + 1] in (" ", "\n")  # what stood between two lines; a broken word has nothing there
    return style, pieces


def _lines(text: str, style: Style, width: float) -> list[str]:
    """The wished lines if they fit, else the two most equal ones, else as many as it takes."""
    wished = text.split("\n")
    if len(wished) <= 2 and _fit(wished, style, width):
        return wished
    flat = text.replace("\n", " ")
    longest = max(measure(word, style) for word in flat.split(" "))
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        if longest > share * width:
            continue
        lines = wrap(flat, style, share * width)
        if len(lines) <= 2 and _fit(lines, style, width):
            return lines
    return wrap(flat, style, width)


def _fit(lines: list[str], style: Style, width: float) -> bool:
    return all(measure(line, style) <= width for line in lines)


_ROW = 66.0
_LOWEST_ROW = 48.0
_LOWEST_SHEET = 540
_SIGN = 50.0
"""The sign of a verdict and the room after it."""
_WIDEST_NAME = 400.0
_ZERO = 3.0
_HEAD = 14.0
"""Of a bar that is longer than its axis."""


@dataclass(frozen=True)
class TableLayout:
    """A sheet and the middle of each of its rows."""

    sheet: Page
    height: int
    pitch: float
    rows: tuple[float, ...]

    @property
    def top(self) -> float:
        return self.rows[0] - self.pitch / 2

    @property
    def bottom(self) -> float:
        return self.rows[-1] + self.pitch / 2


def table(titles: Titles, count: int, above: float = 0.0) -> TableLayout:
    """A sheet of so many rows, under room for the names of its columns; more rows move closer together."""
    model = page(titles, TABLE)
    head, foot = model.top - 10 + above, TABLE.height - model.bottom
    pitch = min(_ROW, max(_LOWEST_ROW, (TABLE.height - head - foot) / count))
    height = max(_LOWEST_SHEET, round(head + count * pitch + foot))
    pitch = min(_ROW + 14, (height - head - foot) / count)
    rows = tuple(head + (index + 0.5) * pitch for index in range(count))
    return TableLayout(page(titles, TABLE, height), height, pitch, rows)


def name_width(names: list[str], *, signs: bool) -> float:
    """The room that names take with their signs, up to a width at which they are cut."""
    widest = max((measure(name, theme.STRONG) for name in names), default=0.0)
    return min(widest, _WIDEST_NAME) + (_SIGN if signs else 0.0)


def named(name: str, verdict: Judgement, y: float, width: float, *, signs: bool) -> Items:
    """A row's sign and its name, bold where it missed."""
    x = TABLE.margin + (_SIGN if signs else 0.0)
    style = theme.STRONG if verdict is Judgement.MISSED else theme.PLAIN
    text = left(x, middle(y, style), fit(name, style, TABLE.margin + width - x), style)
    return (*(layout.verdict(verdict, TABLE.margin + 18, y) if signs else ()), text)


def bar(zero: float, end: float, y: float, half: float, colour: str, *, clipped: bool = False) -> Items:
    """A bar away from 0, which a real zero has too; one that is cut at the axis's end has a head."""
    low, high = (end, zero) if end < zero else (zero, max(end, zero + _ZERO))
    head: Items = ()
    if clipped:
        tip, foot = (low, low + _HEAD) if end < zero else (high, high - _HEAD)
        head = (Area(((foot, y - half), (tip, y), (foot, y + half)), colour),)
        low, high = (foot, high) if end < zero else (low, foot)
    return (*head, Box(low, y - half, high, y + half, colour))


def tint(y: float, pitch: float) -> Box:
    """Behind a row that missed."""
    return Box(0, y - pitch / 2 + 1, TABLE.width, y + pitch / 2 - 1, theme.TINT)
