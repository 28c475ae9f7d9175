"""HTML from templates: a text becomes HTML only by being escaped."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import groupby, takewhile
from json import dumps
from pathlib import Path
from struct import unpack
from typing import TYPE_CHECKING, Any, assert_never

from markupsafe import Markup

from digests.components import NUMBER, Components
from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
    FactDetail,
    FactRow,
    Facts,
    FactTrend,
    Heading,
    Headline,
    Note,
    Paragraph,
    Picture,
    Table,
)
from digests.localizer import Localizer
from metrics.answers import Verdict
from warehouse.messages import N_

if TYPE_CHECKING:
    from jinja2 import Environment


_TEMPLATES = Path(__file__).with_name("templates")
_UNPRINTED = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def render_template(template: str, **context: Any) -> str:
    """Return a whole page from its template: every text in `context` is escaped where it is put."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    """Return the templates, read once; few commands write a page, so who writes none does not load Jinja."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["text"] = _text
    environment.globals["style"] = Markup((_TEMPLATES / "page.css").read_text("utf-8"))
    return environment


def _text(words: str) -> Markup:
    """Return escaped words whose line breaks stay line breaks; in an attribute they need no filter."""
    return Markup("<br>").join(map(_printable, words.replace("\r\n", "\n").split("\n")))


def _printable(value: Any) -> Any:
    """Return a text with what no file can hold replaced."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value.translate(_UNPRINTED).encode("utf-8", "replace").decode("utf-8")


_LINK = re.compile(r"(https?://[^\s/]|mailto:[^\s])[^\s\x00-\x1f]*", re.IGNORECASE)
_NUMBER = re.compile(r"[-+−–—]?\d|[-–—]?$")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LEAST = 64
"""Pixels on a side: what is smaller is no chart."""
_CONTENTS_FROM = 3
"""Fewer sections need no table of contents."""

VERDICTS = {
    Verdict.MISSED: N_("Plan missed"),
    Verdict.BEHIND: N_("Behind the pace"),
    Verdict.MET: N_("Plan met"),
}
"""In the order in which they are looked for. A figure without a verdict has no mark."""


NEIGHBOURS = (Markup("<!--neighbours-->"), Markup("<!--/neighbours-->"))
"""Between them a page says which lie before and after it, once they do."""


@dataclass(frozen=True)
class _Section:
    """What stands under a heading of level 2; `title` is None for what stands before the first."""

    title: str | None
    anchor: str
    blocks: list[Block]


@dataclass(frozen=True)
class Issue:
    """What a page is told beside its document, where it is the page of a published report."""

    dates: str
    """Its period, with the year."""
    columns: tuple[int, int] = (0, 0)
    """Where its columns begin and end among the document's blocks: on a page, figures go before them."""
    links: tuple[tuple[str, str], ...] = ()
    """What lies beside it: a name and a relative address each."""
    components: Components | None = None
    """What its figures are added up from, where a reader may narrow them."""
    among: bool = False
    """Whether others lie beside it, so that it has a place for links to the one before and the one after."""


def html(document: Document, localizer: Localizer, issue: Issue | None = None) -> str:
    """Return the page of a document in the words of `localizer`: the finding, what missed its plan, then all of it."""
    heading, blocks = _titled(_columns_last(document, issue.columns) if issue else document)
    if issue:
        blocks = tuple(_without_matter(blocks))
    opening = list(takewhile(lambda block: isinstance(block, Headline | Paragraph | Note), blocks))
    rows = [row for block in blocks if isinstance(block, Facts) for row in block.rows]
    blocks = tuple(_briefly(block) for block in blocks)
    counts = Counter(row.verdict for row in rows)
    sections = list(_sections(_levelled(blocks[len(opening) :])))
    finding = next((block.text for block in opening if isinstance(block, Headline)), None)
    if issue and (failed := _failed(rows)):
        at = 1 if sections and sections[0].title is None else 0
        sections.insert(at, _Section(localizer(N_("Below plan")), "failed", [Facts(failed)]))
    named = [section for section in sections if section.title is not None]
    return render_template(
        "digest.html.j2",
        title=f"{document.title}: {issue.dates}" if issue else document.title,
        language=document.language,
        heading=heading,
        finding=finding,
        links=issue.links if issue else (),
        neighbours=NEIGHBOURS if issue and issue.among else (),
        narrow=_narrow(issue.components, localizer) if issue and issue.components else "",
        script_hash=_script()[1] if issue and issue.components else "",
        charts={block.key for block in blocks if isinstance(block, Picture)},
        why_name=localizer(N_("What made the difference")),
        chart_name=localizer(N_("To the chart")),
        opening=opening,
        counts={verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]},
        hint=localizer(N_("Tap a figure to see where it comes from.")) if any(row.detail for row in rows) else None,
        contents=named if len(named) >= _CONTENTS_FROM else [],
        contents_name=localizer(N_("Contents")),
        sections=sections,
        verdicts={verdict: localizer(name) for verdict, name in VERDICTS.items()},
        kind_of=_kind,
        side_by_side=_side_by_side,
        is_link=_LINK.fullmatch,
        figures_of=_figures,
        source_of=_source,
        size_of=_size,
        with_parts=_with_parts,
        line_of=_line,
        details_of=lambda detail: [(localizer(name), said) for name, said in _details(detail) if said],
    )


def _narrow(given: Components, localizer: Localizer) -> Markup:
    """Return the section in which a reader narrows the figures, with their components and the script that adds them."""
    figures = [
        {"unit": each.unit, "decimals": each.decimals, "scale": each.scale, "ratio": each.ratio, "cells": each.cells}
        for each in given.figures
    ]
    data = {"days": len(given.days), "number": NUMBER, "nothing": "\N{EN DASH}", "figures": figures}
    # In a script nothing is escaped, and only "<" could end it.
    json = Markup(dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))
    words = {
        "title": localizer(N_("Narrow it down")),
        "first": localizer(N_("First day")),
        "last": localizer(N_("Last day")),
        "reset": localizer(N_("All of it")),
    }
    return Markup(render_template("narrow.html.j2", given=given, words=words, json=json, script=_script()[0]))


@cache
def _script() -> tuple[Markup, str]:
    """Return the only script that a page runs, and what the page's policy knows it by."""
    text = (_TEMPLATES / "narrow.js").read_text("utf-8")
    return Markup(text), f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _briefly(block: Block) -> Block:
    """Figures without what made them miss their plans, which is told where those are listed."""
    if not isinstance(block, Facts):
        return block
    return replace(block, rows=tuple(replace(row, why=None) for row in block.rows))


def _without_matter(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks without the figures above the first section: a page lists all that failed, and counts each once."""
    above = True
    for block in blocks:
        above = above and not isinstance(block, Heading)
        if not (above and isinstance(block, Facts)):
            yield block


def _columns_last(document: Document, columns: tuple[int, int]) -> Document:
    """The document with its columns behind its figures and charts, and before what closes it."""
    first, last = columns
    blocks = document.blocks
    end = len(blocks) - (1 if len(blocks) > last and isinstance(blocks[-1], Note) else 0)
    return replace(document, blocks=(*blocks[:first], *blocks[last:end], *blocks[first:last], *blocks[end:]))


def _failed(rows: Iterable[FactRow]) -> tuple[FactRow, ...]:
    """The figures that missed their plans, then those that are behind the pace."""
    rows = list(rows)
    return tuple(
        replace(row, part=False)
        for verdict in (Verdict.MISSED, Verdict.BEHIND)
        for row in rows
        if row.verdict is verdict
    )


def _titled(document: Document) -> tuple[str, tuple[Block, ...]]:
    """The page's one title and the blocks under it."""
    match document.blocks:
        case (Heading(title, 1), *rest):
            return title, tuple(rest)
        case blocks:
            return document.title, blocks


def _levelled(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings below the title, none more than one level deeper than the heading before it."""
    above = 1
    for block in blocks:
        if isinstance(block, Heading):
            above = min(max(block.level, 2), above + 1)
            block = replace(block, level=above)
        yield block


def _sections(blocks: Iterable[Block]) -> Iterator[_Section]:
    """Blocks by the heading of level 2 above them; those before the first have none."""
    number = 0
    section = _Section(None, "top", [])
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if section.title is not None or section.blocks:
                yield section
            number += 1
            section = _Section(block.text, f"section-{number}", [])
        else:
            section.blocks.append(block)
    if section.title is not None or section.blocks:
        yield section


def _side_by_side(blocks: Iterable[Block]) -> Iterator[tuple[bool, list[Block]]]:
    """Blocks in their order, pictures that follow one another together."""
    for pictures, group in groupby(blocks, lambda block: isinstance(block, Picture)):
        yield pictures, list(group)


def _kind(block: Block) -> str | None:
    """Return what the template calls a block, None for one that a page does not show."""
    match block:
        case Heading():
            return "heading"
        case Headline():
            return "headline"
        case Paragraph():
            return "paragraph"
        case Note():
            return "note"
        case Bullets():
            return "bullets"
        case Table():
            return "table"
        case Picture():
            return "picture"
        case Facts():
            return "facts"
        case Actions() | Attachment():
            return None  # nothing is asked of a page, and its files lie beside it
        case _:
            assert_never(block)


def _figures(table: Table) -> set[int]:
    """Return which columns are of figures; the first one names the rows."""
    columns = enumerate(zip(*table.rows, strict=False))
    return {n for n, column in columns if n and all(_NUMBER.match(cell) for cell in column)}


def _source(picture: Picture) -> str | None:
    """Return a picture as the address that holds it, None for a kind that a page does not show."""
    if picture.media_type not in _IMAGES:
        return None
    media_type, image = _packed(picture)
    return f"data:{media_type};base64,{b64encode(image).decode('ascii')}"


def _packed(picture: Picture) -> tuple[str, bytes]:
    """A PNG as a WebP without loss of a palette's colours, a fifth of the bytes.

    Any other picture, and one not to be read, is as it was.
    """
    same = picture.media_type, picture.image
    if picture.media_type != "image/png":
        return same
    from PIL import Image, features

    kind = "webp" if features.check("webp") else "png"
    try:
        with Image.open(BytesIO(picture.image), formats=("PNG",)) as image:
            if min(image.size) < _LEAST:
                return same
            palette = image.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            buffer = BytesIO()
            if kind == "webp":
                palette.convert("RGB").save(buffer, "WEBP", lossless=True, method=2, quality=50)
            else:
                palette.save(buffer, "PNG")
    except Exception:  # whatever a decoder stumbles over is shown, or not, by the browser
        return same
    return min((f"image/{kind}", buffer.getvalue()), same, key=lambda each: len(each[1]))


def _size(picture: Picture) -> tuple[int, int] | None:
    """Width and height of a PNG, so that the page does not jump while it opens."""
    image = picture.image
    return unpack(">II", image[16:24]) if image[12:16] == b"IHDR" and len(image) >= 24 else None


def _with_parts(rows: Iterable[FactRow]) -> list[tuple[FactRow, list[FactRow]]]:
    """Return figures, each with its parts: they are a list of their own under it."""
    entries: list[tuple[FactRow, list[FactRow]]] = []
    for row in rows:
        if row.part and entries:
            entries[-1][1].append(row)
        else:
            entries.append((row, []))
    return entries


_TREND_WIDTH, _TREND_HEIGHT = 112, 28


@dataclass(frozen=True)
class _Line:
    """A figure's past as an SVG draws it: points of polylines, in pixels, and the last point, if it is the figure's."""

    values: list[str]
    plans: list[str]
    end: tuple[float, float] | None
    width: int = _TREND_WIDTH
    height: int = _TREND_HEIGHT


def _line(trend: FactTrend) -> _Line | None:
    known = [each for each in (*trend.values, *trend.plans) if each is not None]
    if len(trend.values) < 2 or not known:
        return None
    low, high = min(known), max(known)
    step = (_TREND_WIDTH - 8) / (len(trend.values) - 1)

    def spot(n: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(4 + n * step, 1), round(_TREND_HEIGHT - 4 - share * (_TREND_HEIGHT - 8), 1)

    def runs(values: Sequence[float | None]) -> list[str]:
        """The values that follow one another as the points of a polyline each."""
        parted = groupby(enumerate(values), lambda each: each[1] is None)
        spots = ([spot(n, value) for n, value in run if value is not None] for absent, run in parted if not absent)
        return [" ".join(f"{x},{y}" for x, y in run) for run in spots if len(run) > 1]

    last = trend.values[-1]
    return _Line(runs(trend.values), runs(trend.plans), None if last is None else spot(len(trend.values) - 1, last))


def _details(detail: FactDetail) -> list[tuple[str, str | None]]:
    parts = [
        (N_("Numerator") if detail.denominator else N_("In full"), detail.numerator),
        (N_("Denominator"), detail.denominator),
    ]
    return [
        *([(N_("Made of"), detail.made_of)] if detail.made_of else parts),
        (N_("Definition"), detail.definition),
        (N_("Plan"), detail.plan),
        (N_("Data as of"), detail.as_of),
    ]
