"""The digest in a terminal: what stands where, and that a mark comes before its colour."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from bot.cli.colours import rendered
from digests.document import Block, Bullets, FactRow, Facts, Heading, Item, Paragraph, Picture, Span, Table, plain
from metrics.answers import Verdict


def shown(block: Block, width: int = 20) -> list[str]:
    console = Console(file=StringIO(), width=60, color_system=None)
    console.print(rendered(block, width))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_figures_stand_under_each_other_with_their_marks() -> None:
    rows = (
        FactRow("AHT", "294 s", Verdict.MISSED, remarks=("talk only",)),
        FactRow("SL", "88%", Verdict.MET),
        FactRow("Reserves", "43%", Verdict.BEHIND),
        FactRow("Calls", "5.6k", Verdict.NONE, part=True),
    )

    assert shown(Facts(rows)) == [
        "! AHT                  294 s",
        "                       (talk only)",
        "✓ SL                   88%",
        "△ Reserves             43%",
        "     Calls             5.6k",
    ]


def test_running_text_lists_tables_and_pictures_are_words() -> None:
    assert shown(Heading("Service", 2)) == ["", "Service"]
    assert shown(Paragraph((Span("[red]not markup[/red] "), Span("bold", strong=True)))) == [
        "[red]not markup[/red] bold"
    ]
    nested = Bullets((Item(plain("one"), Bullets((Item(plain("two")),), ordered=True)),))
    assert shown(nested) == ["• one", "   1. two"]
    assert shown(Table(("a", "b"), (("1", "[b]2"),)))[-1].split() == ["1", "[b]2"]
    assert shown(Picture("key", b"", "What it shows")) == ["What it shows"]
