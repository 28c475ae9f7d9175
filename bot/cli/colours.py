"""Documents on a terminal: the blocks as rich has them, figures under each other with their verdicts."""

from __future__ import annotations

from typing import assert_never

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
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

MARKS = {
    Verdict.MET: ("✓", "green"),
    Verdict.MISSED: ("!", "bold red"),
    Verdict.BEHIND: ("△", "yellow"),
    Verdict.NONE: (" ", ""),
}


def show_coloured(document: Document) -> None:
    """Print a document on a terminal."""
    console = Console()
    labels = [row.label for block in document.blocks if isinstance(block, Facts) for row in block.rows]
    width = min(max(map(len, labels), default=0) + 3, console.width * 6 // 10)
    for block in document.blocks:
        if not isinstance(block, Actions | Attachment):  # what a terminal has no place for
            console.print(rendered(block, width))
    console.print()


def rendered(block: Block, width: int) -> RenderableType:
    """One block for rich; figures stand under each other, `width` columns from their labels' beginning."""
    match block:
        case Heading(title, 1):
            return Text(f"\n{title}", style="bold")
        case Heading(title, level):
            return Text(f"\n{title}", style="bold" if level == 2 else "italic")
        case Paragraph(spans):
            return _words(spans)
        case Headline(words):
            return Text(words, style="bold")
        case Note(words):
            return Text(words, style="dim")
        case Bullets():
            return _list(block)
        case Facts(rows):
            return _facts(rows, width)
        case Table(header, cells):
            grid = Grid(box=None)
            for name in header:
                grid.add_column(Text(name))
            for row in cells:
                grid.add_row(*map(Text, row))
            return grid
        case Picture():
            return Text(block.alt_text)
        case Actions() | Attachment():
            return Text()
        case _:
            assert_never(block)


def _facts(rows: tuple[FactRow, ...], width: int) -> Grid:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=width)
    grid.add_column()
    for row in rows:
        mark, style = MARKS[row.verdict]
        label = Text(("   " if row.part else "") + row.label)
        value = Text(row.value, style=style if row.verdict is Verdict.MISSED else "")
        for remark in row.remarks:
            value.append(f"\n({remark})", style="dim")
        grid.add_row(Text(mark, style=style), label, value)
    return grid


def _list(bullets: Bullets) -> Group:
    drawn: list[RenderableType] = []
    for number, item in enumerate(bullets.items, start=1):
        drawn.append(Text(f"{number}. " if bullets.ordered else "• ").append_text(_words(item.spans)))
        if item.children:
            drawn.append(Padding(_list(item.children), (0, 0, 0, 3)))
    return Group(*drawn)


def _words(spans: Spans) -> Text:
    text = Text()
    for span in spans:
        styles = [name for name, on in (("bold", span.strong), ("italic", span.emphasis)) if on]
        text.append(span.text, style=" ".join([*styles, f"link {span.link}"] if span.link else styles))
    return text
