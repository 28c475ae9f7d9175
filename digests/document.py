"""Documents: what is said, in a closed set of blocks that carry meaning and no style.

A verdict is a verdict here, never a colour or an emoji; renderers of channels match over the blocks, escape every
string and know their platform's limits.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.verdict import Verdict


@dataclass(frozen=True)
class Heading:
    """Level 1 is the document's title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class FactRow:
    """One figure as it is read: «label: value», with its verdict and what must be known beside it."""

    label: str
    value: str
    verdict: Verdict
    part: bool = False
    """Whether it is a part of the figure above it."""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    rows: tuple[FactRow, ...]


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Note:
    """What a careful reader needs: as-of time, conventions."""

    text: str


Block = Heading | Facts | Paragraph | Note


@dataclass(frozen=True)
class Document:
    """A message to people, independent of any channel."""

    title: str
    blocks: tuple[Block, ...]
