"""A table of one dimension: a bar from 0 for every row with its value at its end, for one measure or two."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale, limits
from charts.canvas.lettering import fit, measure
from charts.canvas.page import INKS, TableLayout, bar, name_width, named, table, tint
from charts.canvas.scene import Box, Items, Scene, Stroke, Text, flat, left, middle, right
from charts.canvas.theme import TABLE, Style
from charts.model import Amount, Judgement, Labels, NothingToDraw, Titles

_GAP = 24.0
_COLUMNS_GAP = 28.0
_BESIDE = 10.0
_BAR = 0.5  # of a row
_LEAST_BAR, _LEAST_NAME = 60.0, 150.0
_HEADINGS = 46.0
_ABOVE = 12.0


@dataclass(frozen=True)
class Bar:
    """A row of a table: what it is, its measure and the second one. No value is no data."""

    name: str
    value: Amount | None
    second: Amount | None = None
    verdict: Judgement = Judgement.NONE


@dataclass(frozen=True)
class Bars:
    """Rows in the order given, then what is left out of them as one row, then the whole, which has no bar."""

    titles: Titles
    labels: Labels
    rows: tuple[Bar, ...]
    measures: tuple[str, ...] = ("",)
    """What the columns are called: one measure, which the subtitle may name, or two, each on its own scale."""
    rest: Bar | None = None
    """«ещё 6»."""
    total: Bar | None = None
    judged: int = 0
    """Which of the measures the verdicts are of."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.measures) <= 2:
            raise ValueError(f"{len(self.measures)} measures, one or two are drawn")

    @property
    def drawn(self) -> tuple[Bar, ...]:
        """The rows that have bars."""
        return (*self.rows, *([self.rest] if self.rest else []))

    @property
    def printed(self) -> tuple[Bar, ...]:
        return (*self.drawn, *([self.total] if self.total else []))


@dataclass(frozen=True)
class _Column:
    """A measure's place: its title begins at `start`, its bars at the scale's zero."""

    title: str
    index: int
    start: float
    end: float
    scale: Scale

    def amount(self, row: Bar) -> Amount | None:
        return _amount(row, self.index)


def scene(picture: Bars) -> Scene:
    columns = range(len(picture.measures))
    if not any(_amount(row, index) for row in picture.drawn for index in columns):
        raise NothingToDraw
    headed = any(picture.measures)
    made = table(picture.titles, len(picture.printed), _HEADINGS if headed else _ABOVE)
    signs = any(row.verdict is not Judgement.NONE for row in picture.drawn)
    style = theme.BIG if len(picture.measures) == 1 else theme.STRONG
    labels = [_label_width(picture, index, style) for index in columns]
    room = made.sheet.right - made.sheet.left - _GAP - _COLUMNS_GAP * (len(labels) - 1)
    names = name_width([row.name for row in picture.printed], signs=signs)
    names = max(min(names, room - sum(labels) - _LEAST_BAR * len(labels)), _LEAST_NAME)
    placed = _columns(picture, made.sheet.left + names + _GAP, room - names, labels)
    items = flat(
        made.sheet.items,
        (tint(y, made.pitch) for row, y in _places(picture.rows, made) if row.verdict is Judgement.MISSED),
        *(_heading(column, made) for column in placed if headed),
        *(_row(picture, row, y, made, placed, names, style, signs=signs) for row, y in _places(picture.printed, made)),
        *(_axis(column, made, len(picture.drawn)) for column in placed),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text, made.height)


def _places(rows: Sequence[Bar], made: TableLayout) -> list[tuple[Bar, float]]:
    return list(zip(rows, made.rows, strict=False))


def _amount(row: Bar, index: int) -> Amount | None:
    return row.second if index else row.value


def _label_width(picture: Bars, index: int, style: Style) -> float:
    """The room that the values take beside their bars."""
    values = [_amount(row, index) for row in picture.printed]
    widest = max((measure(value.text, style) for value in values if value), default=0.0)
    lacking = measure(picture.labels.no_data_short, theme.QUIET) if None in values else 0.0
    return max(widest, lacking) + _BESIDE


def _columns(picture: Bars, start: float, room: float, labels: list[float]) -> list[_Column]:
    """The measures side by side: their bars have equal room, whatever their values take."""
    length = (room - sum(labels)) / len(labels)
    placed: list[_Column] = []
    for index, (title, label) in enumerate(zip(picture.measures, labels, strict=True)):
        amounts = [_amount(row, index) for row in picture.drawn]
        low, high = limits([amount.value for amount in amounts if amount], [0.0])
        end = start + label + length
        # A value below 0 stands left of its bar.
        first, last = (start + label if low < 0 else start), end - (label if high > 0 or low == 0 else 0.0)
        scale = Scale(low, high, min(first, last - 1), last)
        placed.append(_Column(title, index, start, end, scale))
        start = end + _COLUMNS_GAP
    return placed


def _heading(column: _Column, made: TableLayout) -> Items:
    words = fit(column.title, theme.QUIET, column.end - column.start)
    return (left(column.start, made.top - 14, words, theme.QUIET),) if words else ()


def _axis(column: _Column, made: TableLayout, rows: int) -> Items:
    x = column.scale(0)
    return (Stroke(((x, made.top), (x, made.rows[rows - 1] + made.pitch / 2)), theme.INK, theme.PLAN),)


def _row(
    picture: Bars,
    row: Bar,
    y: float,
    made: TableLayout,
    columns: list[_Column],
    names: float,
    style: Style,
    *,
    signs: bool,
) -> Items:
    """A row of the table; what is left out of it recedes, and the whole stands under a rule."""
    if row is picture.total:
        rule_y = y - made.pitch / 2
        rule = Box(TABLE.margin, rule_y - 1, TABLE.width - TABLE.margin, rule_y + 1, theme.RULE)
        name = named(row.name, Judgement.MISSED, y, names, signs=False)
        return (rule, *name, *flat(*(_number(picture, row, y, column, style) for column in columns)))
    name = named(row.name, row.verdict, y, names, signs=signs and row is not picture.rest)
    if row is picture.rest:
        name = tuple(
            left(each.x, each.y, each.words, theme.PLAIN.inked(theme.SECOND)) for each in name if isinstance(each, Text)
        )
    return (*name, *flat(*(_bar(picture, row, y, made.pitch, column, style) for column in columns)))


def _bar(picture: Bars, row: Bar, y: float, pitch: float, column: _Column, style: Style) -> Items:
    amount = column.amount(row)
    if amount is None:
        return _number(picture, row, y, column, style)
    zero, end = column.scale(0), column.scale(amount.value)
    missed = row.verdict is Judgement.MISSED and column.index == picture.judged
    colour = theme.PREVIOUS if row is picture.rest else theme.MISSED if missed else theme.FACT
    drawn = bar(zero, end, y, pitch * _BAR / 2, colour, clipped=column.scale.clips(amount.value))
    return (*drawn, *_number(picture, row, y, column, style))


def _number(picture: Bars, row: Bar, y: float, column: _Column, style: Style) -> Items:
    """The value at the end of its bar; that of the whole, which has none, at the axis."""
    amount, zero = column.amount(row), column.scale(0)
    if amount is None:
        return (_beside(column, zero, y, picture.labels.no_data_short, theme.QUIET),)
    if row is picture.rest:
        style = style.inked(theme.SECOND)
    elif row.verdict is Judgement.MISSED and column.index == picture.judged:
        style = style.inked(INKS[Judgement.MISSED])
    end = zero if row is picture.total else column.scale(amount.value)
    return (_beside(column, end, y, amount.text, style),)


def _beside(column: _Column, end: float, y: float, words: str, style: Style) -> Text:
    """On the side of the axis that the bar is on, or where there is room."""
    zero = column.scale(0)
    if end < zero or (end == zero and column.scale.high == 0 and column.scale.low < 0):
        return right(end - _BESIDE, middle(y, style), words, style)
    return left(max(end, zero + 3) + _BESIDE, middle(y, style), words, style)
