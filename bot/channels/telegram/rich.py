"""A report as one rich message: headings, tables, pictures where they belong, long columns folded under their names.

Telegram calls the markup "rich HTML" (Bot API 10.1; pictures that are uploaded with it, 10.2). Applications older than
that show nothing of such a message, so it never stands alone: the cover goes before it as an ordinary photo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.channels.parting import is_section, sections
from bot.channels.telegram.markup import MARKS, clean, one_line, running, units
from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    FactRow,
    Facts,
    Heading,
    Headline,
    Note,
    Paragraph,
    Picture,
    Spans,
    Table,
)
from metrics.answers import Verdict

CHARACTERS, BLOCKS, MEDIA, COLUMNS = 32_768, 500, 50, 20
"""What Telegram takes in one message; blocks are counted with rows, items and what stands within others."""
_FOLDED = 700
"""Characters of running text from which a section without figures is folded under its heading."""


@dataclass(frozen=True)
class _Element:
    """A block's HTML with what counts against the limits."""

    html: str
    characters: int
    blocks: int = 1
    columns: int = 1


def markup(blocks: Sequence[Block]) -> str | None:
    """Return blocks as rich HTML, their pictures by name; None where Telegram would not take them in one message."""
    elements = [each for section in sections(blocks, is_section) for each in _section(section)]
    within = (
        sum(each.characters for each in elements) <= CHARACTERS
        and sum(each.blocks for each in elements) <= BLOCKS
        and max((each.columns for each in elements), default=0) <= COLUMNS
        and sum(isinstance(block, Picture) for block in blocks) <= MEDIA
    )
    return "\n".join(each.html for each in elements) if elements and within else None


def photo_id(picture: Picture) -> str:
    """Return what a picture is called in a message: of letters, digits and dashes."""
    return picture.key[:64]


def _section(blocks: Sequence[Block]) -> Iterator[_Element]:
    made = [each for block in blocks for each in _elements(block)]
    first = blocks[0]
    column = isinstance(first, Heading) and first.level == 2 and not any(isinstance(b, Facts) for b in blocks)
    if not column or sum(each.characters for each in made) < _FOLDED:
        yield from made
        return
    heading, *within = made
    assert isinstance(first, Heading)
    body = "\n".join(each.html for each in within)
    yield _Element(
        f"<details><summary>{escape(one_line(first.text), quote=False)}</summary>\n{body}\n</details>",
        heading.characters + sum(each.characters for each in within),
        1 + sum(each.blocks for each in within),
        max(each.columns for each in within),
    )


def _elements(block: Block) -> Iterator[_Element]:
    match block:
        case Heading(title, level):
            yield from _tagged(f"h{min(level, 6)}", escape(one_line(title), quote=False), one_line(title))
        case Headline(words):
            yield from _tagged("p", f"<b>{escape(one_line(words), quote=False)}</b>", words)
        case Paragraph(spans):
            for line in _lines(spans):
                yield from _tagged("p", line, line)
        case Note(words):
            for text in clean(words).split("\n"):
                yield from _tagged("p", f"<i>{escape(text, quote=False)}</i>", text)
        case Bullets():
            yield _list(block)
        case Facts(rows):
            yield _table((), [_fact(row) for row in rows], [False, True])
        case Table(header, rows):
            figures = [all(row[n][:1] in "-+−–—0123456789" for row in rows) for n in range(len(header))]
            cells = [[escape(one_line(cell), quote=False) for cell in row] for row in rows]
            yield _table(tuple(escape(one_line(cell), quote=False) for cell in header), cells, figures)
        case Picture():
            said = one_line(block.finding or block.alt_text)
            shown = f"<figcaption>{escape(said, quote=False)}</figcaption>" if said else ""
            yield _Element(f'<figure><img src="tg://photo?id={photo_id(block)}"/>{shown}</figure>', units(said))
        case Attachment() | Actions():
            return


def _tagged(tag: str, html: str, text: str) -> Iterator[_Element]:
    if text.strip():
        yield _Element(f"<{tag}>{html}</{tag}>", units(text))


def _lines(spans: Spans) -> Iterator[str]:
    """Running text line by line: a paragraph of a rich message has no breaks."""
    return iter("".join(run.html for run in line) for line in running(spans))


def _list(bullets: Bullets) -> _Element:
    tag = "ol" if bullets.ordered else "ul"
    items, characters, blocks = [], 0, 1
    for item in bullets.items:
        lines = list(_lines(item.spans))
        said = lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)
        under = _list(item.children) if item.children else None
        items.append(f"<li>{said}{under.html if under else ''}</li>")
        characters += sum(map(units, lines)) + (under.characters if under else 0)
        blocks += 1 + (len(lines) if len(lines) > 1 else 0) + (under.blocks if under else 0)
    return _Element(f"<{tag}>{''.join(items)}</{tag}>", characters, blocks)


def _fact(row: FactRow) -> list[str]:
    mark = "–" if row.part and row.verdict is Verdict.NONE else MARKS[row.verdict]
    label = escape(one_line(row.label), quote=False)
    remarks = "".join(f" <i>({escape(one_line(remark), quote=False)})</i>" for remark in row.remarks)
    value = escape(one_line(row.value), quote=False)
    return [f"{mark} {label}{remarks}", f"<b>{value}</b>" if row.verdict is Verdict.MISSED else value]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[bool]) -> _Element:
    """Return a table of cells in HTML; columns of figures stand to the right."""

    sides = [' align="right"' if right else "" for right in figures]

    def line(tag: str, cells: Sequence[str]) -> str:
        shown = (f"<{tag}{side}>{cell}</{tag}>" for side, cell in zip(sides, cells, strict=True))
        return f"<tr>{''.join(shown)}</tr>"

    head = [line("th", header)] if any(header) else []
    shown = [*head, *(line("td", row) for row in rows)]
    characters = sum(units(cell) for row in (header, *rows) for cell in row)
    return _Element(f"<table striped>{''.join(shown)}</table>", characters, 1 + len(shown), len(figures))
