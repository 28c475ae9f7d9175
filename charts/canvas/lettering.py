"""Text as outlines: measured, cut and joined from glyphs that are loaded once.

matplotlib's own TextPath was tried first: it shapes every string anew, and painting a scoreboard takes 47 ms.
Cached by string it takes 9 ms, but only for texts seen before, and a digest's figures are new each time; nor
can it measure. Joined from cached glyphs it takes 10.5 ms whatever the texts, and the same cache measures.
"""

import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from numpy.typing import NDArray

from charts.canvas.theme import ELLIPSIS, Style, Weight

EM = 1000
"""Outlines are kept at this size, at which a glyph's own units are pixels."""

_TOLERANCE = 0.01  # a place measured for this very text is wide enough for it
_SPACES = ("Cc", "Zl", "Zp")
"""Characters of control and line ends within a line: a name may have any of them."""
_UNSEEN = ("Cf",)
"""Joiners, marks of direction and the like."""
_MARKS = ("Mn", "Me")
"""What is set on the character before it: without a glyph it is left out."""
_LOCK = threading.Lock()  # FT2Font is not thread-safe: a loaded glyph lies in the font until it is read


@dataclass(frozen=True)
class Glyph:
    """A character's outline in units of 1/1000 em, and how far it moves the pen."""

    vertices: NDArray[np.float64]
    codes: NDArray[np.int8]
    advance: float


def measure(text: str, style: Style) -> float:
    """The width of `text` in pixels."""
    return _length(text, style.weight) * style.size / EM


def fit(text: str, style: Style, width: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `width`: before a figure at its end, which is kept whole."""
    if measure(text, style) <= width + _TOLERANCE:
        return text
    words, _, figure = text.rpartition(" ")
    room = width - measure(f" {figure}", style)
    if words and any(map(str.isdigit, figure)) and room >= measure(words[0] + ELLIPSIS, style):
        return f"{_begun(words, style, room)} {figure}"
    return _begun(text, style, width)


def _begun(text: str, style: Style, width: float) -> str:
    """The beginning of `text` and an ellipsis."""
    pens = _pens(text, style.weight)
    room = width * EM / style.size - _glyph(ELLIPSIS, style.weight).advance
    kept = sum(1 for pen in pens[1:] if pen <= room)
    return text[:kept].rstrip(" \u00a0\u202f,.:;–—-(«") + ELLIPSIS


def wrap(text: str, style: Style, width: float) -> list[str]:
    """The lines of `text`, broken at its plain spaces and line breaks; a word wider than a line, wherever it must."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(longer, style) > width:
                lines.append(line)
                longer = word
            *full, line = _broken(longer, style, width)
            lines += full
        lines.append(line)
    return lines


def _broken(word: str, style: Style, width: float) -> list[str]:
    """A word in pieces no wider than a line."""
    if measure(word, style) <= width:
        return [word]
    pens = _pens(word, style.weight)
    room = width * EM / style.size
    kept = max(sum(1 for pen in pens[1:] if pen <= room), 1)
    return [word[:kept], *_broken(word[kept:], style, width)]


def outline(text: str, weight: Weight) -> Path:
    """The outlines of `text` from its pen at 0, y up, in units of 1/1000 em."""
    glyphs = [_glyph(character, weight) for character in text]
    placed = [(glyph, pen) for glyph, pen in zip(glyphs, _pens(text, weight), strict=False) if len(glyph.codes)]
    if not placed:
        return Path(np.empty((0, 2)))
    vertices = np.concatenate([glyph.vertices + np.array([pen, 0.0]) for glyph, pen in placed])
    return Path(vertices, np.concatenate([glyph.codes for glyph, _ in placed]))


@lru_cache(maxsize=4096)
def _length(text: str, weight: Weight) -> float:
    """Where the text ends: a layout asks for the same one at several sizes and places."""
    return _pens(text, weight)[-1]


def _pens(text: str, weight: Weight) -> list[float]:
    """Where each character begins, and where the text ends."""
    pens = [0.0]
    before = ""
    for character in text:
        if before:
            pens[-1] += _kerning(before + character, weight)
        pens.append(pens[-1] + _glyph(character, weight).advance)
        before = character
    return pens


@lru_cache(maxsize=4096)
def _glyph(character: str, weight: Weight) -> Glyph:
    kind = unicodedata.category(character)
    if kind in _SPACES:
        character = " "
    elif kind in _UNSEEN:
        return _NOTHING
    with _LOCK:
        font = _font_with(character, weight)
        if font is None:
            return _NOTHING if kind in _MARKS else _BOX
        advance = font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
        vertices, codes = font.get_path()
        return Glyph(vertices, codes, advance)


@lru_cache(maxsize=16384)
def _kerning(pair: str, weight: Weight) -> float:
    """The font keeps its kerning where only shaping finds it, so each pair is shaped once: «Го» is 0.06 em tighter."""
    first, second = (_glyph(character, weight) for character in pair)
    if not first.advance or not second.advance:
        return 0.0
    with _LOCK:
        font = _chain(weight)[0]
        if not all(font.get_char_index(ord(character)) for character in pair):
            return 0.0
        pens = font.set_text(pair, flags=LoadFlags.NO_HINTING)
    return float(pens[1][0]) / 64 - first.advance if len(pens) == 2 else 0.0


def _font_with(character: str, weight: Weight) -> FT2Font | None:
    """The first font of the chain that has the character."""
    return next((font for font in _chain(weight) if font.get_char_index(ord(character))), None)


@lru_cache(maxsize=8)
def _chain(weight: Weight) -> tuple[FT2Font, ...]:
    """Source Sans, then DejaVu Sans, which comes with matplotlib: wider, and its regular weight has the most."""
    own = FilePath(str(files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{weight}.ttf"
    wide = FilePath(matplotlib.get_data_path()) / "fonts" / "ttf"
    heavy = () if weight is Weight.REGULAR else (wide / "DejaVuSans-Bold.ttf",)
    return tuple(_open(path) for path in (own, *heavy, wide / "DejaVuSans.ttf"))


def _open(path: FilePath) -> FT2Font:
    font = FT2Font(path)
    font.set_size(EM, 72)
    return font


def _frame() -> Glyph:
    """A hollow box as high as a capital, one line in the other against its sense."""
    outer = ((60, 0), (540, 0), (540, 660), (60, 660), (60, 0))
    inner = ((110, 50), (110, 610), (490, 610), (490, 50), (110, 50))
    codes = np.array([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], np.int8)
    return Glyph(np.array((*outer, *inner), np.float64), np.concatenate((codes, codes)), 600.0)


_NOTHING = Glyph(np.empty((0, 2)), np.empty(0, np.int8), 0.0)
_BOX = _frame()
"""What stands for a character that no font has."""
