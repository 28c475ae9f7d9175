"""A document as messages of blocks within the limits of Slack, files beside them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, assert_never

from bot.channels.parting import sections, without_bare_headings
from bot.channels.slack import mrkdwn
from bot.channels.slack.mrkdwn import escaped, length
from digests.document import (
    Action,
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
    Span,
    Table,
)
from digests.localizer import Localizer
from metrics.answers import Verdict
from warehouse.messages import N_

BLOCKS, TEXT, HEADER, CONTEXT, BUTTONS, LABEL, VALUE, FILES = 50, 3000, 150, 2000, 25, 75, 2000, 10
"""How many blocks a message takes, characters a section, a header and a context, and so on."""
MESSAGE = 11000
"""Characters of JSON; past some 13,000 Slack was seen to refuse a message (msg_blocks_too_long)."""
ROWS, COLUMNS, CELL = 100, 20, 1000
"""Of a table, beside its header; and characters of a cell."""
FALLBACK = 3900
"""Characters of the text beside the blocks, which notifications and readers of screens use."""
ALT_TEXT, TITLE, CAPTION, OPENING = 1000, 250, 150, 60

ASK = "ask-"
"""What every button's action_id begins with."""

_MARKS = {Verdict.MET: "✓", Verdict.MISSED: "!", Verdict.BEHIND: "△"}
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
_INDENT, _BLANK = "\N{EM SPACE}", "\N{NO-BREAK SPACE}"
_ROOM = 300
"""Characters that a table's block has around its rows, its caption among them."""

Json = dict[str, Any]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Post:
    """One message of blocks, and its plain words."""

    text: str
    blocks: tuple[Json, ...]


@dataclass(frozen=True)
class Upload:
    """A file as it is uploaded."""

    name: str
    content: bytes
    title: str
    alt_text: str | None = None


@dataclass(frozen=True)
class SlackFiles:
    """Files that are shared in one message."""

    uploads: tuple[Upload, ...]


SlackPart = Post | SlackFiles


def parts(document: Document) -> list[SlackPart]:
    """The document's messages in their order; an empty document has none."""
    made: list[SlackPart] = []
    figures = _columns_of_figures(document)
    filled = [_spoken(block) if _empty(block) else block for block in document.blocks]
    blocks = _files_last(without_bare_headings(filled))
    for filed, group in groupby(blocks, lambda block: isinstance(block, Picture | Attachment)):
        if filed:
            uploads = [_upload(block) for block in group if isinstance(block, Picture | Attachment)]
            made += [SlackFiles(tuple(uploads[n : n + FILES])) for n in range(0, len(uploads), FILES)]
        else:
            made += _posts(group, figures)
    return [_numbered(part, len(made), n) if isinstance(part, Post) else part for n, part in enumerate(made)]


def opening(part: SlackPart) -> str:
    """How a part begins: its first words, or the title of its first file."""
    said = part.text if isinstance(part, Post) else part.uploads[0].title
    return mrkdwn.cut(html.unescape(said).strip().partition("\n")[0], OPENING)


def words(document: Document) -> list[Post]:
    """The document where no file can go: pictures by their words, files by their titles."""
    posts = _posts(map(_spoken, document.blocks), _columns_of_figures(document))
    return [_numbered(post, len(posts), n) for n, post in enumerate(posts)]


def parts_of(block_id: str) -> int | None:
    """Of how many messages the answer was whose buttons stand in this block; None, if the block is not ours."""
    found = re.fullmatch(r"of-(\d+)-\d+-\d+", block_id)
    return int(found[1]) if found else None


def _spoken(block: Block) -> Block:
    match block:
        case Picture():
            return Paragraph((Span(block.alt_text),))
        case Attachment():
            return Paragraph((Span(block.title, emphasis=True),))
        case _:
            return block


def _empty(block: Block) -> bool:
    """Whether it is a file without content, which Slack does not take."""
    return (isinstance(block, Picture) and not block.image) or (isinstance(block, Attachment) and not block.content)


def _files_last(blocks: Iterable[Block]) -> Iterator[Block]:
    """Notes and buttons that stand below pictures go above them: so an answer is one message and its pictures."""
    files: list[Block] = []
    for block in blocks:
        if isinstance(block, Picture | Attachment):
            files.append(block)
            continue
        if not isinstance(block, Note | Actions):
            yield from files
            files.clear()
        yield block
    yield from files


def _upload(block: Picture | Attachment) -> Upload:
    if isinstance(block, Attachment):
        return Upload(block.name, block.content, mrkdwn.cut(mrkdwn.line(block.title), TITLE) or block.name)
    said = mrkdwn.line(block.alt_text)
    name = block.key + _SUFFIXES.get(block.media_type, "")
    return Upload(name, block.image, mrkdwn.cut(said, TITLE) or name, mrkdwn.cut(said, ALT_TEXT) or None)


@dataclass(frozen=True)
class _Piece:
    """One block and its words for the text beside the blocks.

    `leads`: it does not stand last in a message; `finding`: it is what a notification says first; `begins`: a section
    begins with it, which is not parted where a message holds it.
    """

    block: Json
    said: str
    leads: bool = False
    finding: bool = False
    begins: bool = False

    @property
    def size(self) -> int:
        return length(json.dumps(self.block, ensure_ascii=False)) + 2


def _columns_of_figures(document: Document) -> Row:
    """Return the header of a report's tables of figures; none for an answer, whose few figures are lines."""
    finding = any(isinstance(block, Headline) for block in document.blocks)
    if not finding or not any(isinstance(block, Heading) and block.level == 2 for block in document.blocks):
        return ()
    localizer = Localizer(document.language)
    return localizer(N_("Figure")), localizer(N_("Value"))


def _posts(blocks: Iterable[Block], figures: Row) -> list[Post]:
    made: list[Post] = []
    held: list[_Piece] = []
    pieces = (piece for block, title in _under_titles(blocks) for piece in _pieces(block, title, figures))
    for section in sections(pieces, lambda piece: piece.begins):
        if held and _fits(section) and not _fits([*held, *section]):
            full, held = _without_headings(held)
            made += _post(full)
        for piece in section:
            if held and not _fits([*held, piece]):
                full, held = _without_headings(held)
                made += _post(full)
            held.append(piece)
    return made + _post(held)


def _under_titles(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Blocks with the heading that each stands under, which is the caption of a table."""
    title = ""
    for block in blocks:
        title = mrkdwn.cut(mrkdwn.line(block.text).strip(), CAPTION) if isinstance(block, Heading) else title
        yield block, title


def _fits(pieces: Sequence[_Piece]) -> bool:
    return len(pieces) <= BLOCKS and sum(piece.size for piece in pieces) <= MESSAGE


def _without_headings(held: Sequence[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    """What may end a message, and what stands above what comes next."""
    end = len(held)
    while end > 1 and held[end - 1].leads:
        end -= 1
    return list(held[:end]), list(held[end:])


def _post(pieces: Sequence[_Piece]) -> list[Post]:
    pieces = pieces[1:] if pieces and pieces[0].block["type"] == "divider" else pieces
    return [Post(_fallback(pieces), tuple(piece.block for piece in pieces))] if pieces else []


def _fallback(pieces: Iterable[_Piece]) -> str:
    said, taken = [], 0
    first = sorted(pieces, key=lambda piece: not piece.finding)
    for text in (line for piece in first if piece.said for line in piece.said.split("\n")):
        taken += length(text) + 1
        if taken > FALLBACK:
            said.append("…")
            break
        said.append(text)
    return "\n".join(said)


def _numbered(post: Post, count: int, n: int) -> Post:
    """Every row of buttons says of how many messages its answer is, so that a press finds what to change."""
    blocks = tuple(
        {**block, "block_id": f"of-{count}-{n}-{i}"} if block["type"] == "actions" else block
        for i, block in enumerate(post.blocks)
    )
    return replace(post, blocks=blocks)


def _pieces(block: Block, title: str, figures: Row) -> Iterator[_Piece]:
    match block:
        case Heading(title, level):
            yield from _heading(mrkdwn.line(title).strip(), level)
        case Headline(words):
            for text in mrkdwn.pieces((Span(mrkdwn.line(words), strong=True),), TEXT):
                yield replace(_section(text), said=escaped(mrkdwn.line(words)), finding=True)
        case Paragraph(spans):
            for text in mrkdwn.pieces(spans, TEXT):
                # A sentence that goes on in the next block, as that before a list does, is not left behind.
                yield replace(_section(text), leads=text.endswith(":"))
        case Note(text):
            yield from map(_context, mrkdwn.pieces((Span(text),), CONTEXT))
        case Bullets():
            yield from _sections(_items(block, ""))
        case Facts(rows) if figures and rows:
            yield from _table(Table(figures, tuple(map(_cells, rows))), title)
        case Facts(rows):
            yield from _sections(line for row in rows for line in _fact(row))
        case Table():
            yield from _table(block, title)
        case Actions(actions):
            yield from _buttons(actions)
        case Picture() | Attachment():
            pass  # a message of its own
        case _:
            assert_never(block)


def _section(text: str) -> _Piece:
    # Verbatim: Slack makes no links, mentions and channels of what only looks like them.
    return _Piece({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}, text)


def _context(text: str) -> _Piece:
    return _Piece({"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}, text)


def _sections(lines: Iterable[str]) -> Iterator[_Piece]:
    """Lines in as few sections as they fit in; each line fits in one."""
    text = ""
    for line in lines:
        if text and length(text) + 1 + length(line) > TEXT:
            yield _section(text)
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield _section(text)


def _heading(title: str, level: int) -> Iterator[_Piece]:
    if not title:
        return
    if level == 2:
        yield _Piece({"type": "divider"}, "", leads=True, begins=True)
    if level <= 2 and length(title) <= HEADER:
        header = {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
        yield _Piece(header, escaped(title), leads=True)
    else:
        yield from (replace(_section(text), leads=True) for text in mrkdwn.pieces((Span(title, strong=True),), TEXT))


def _items(bullets: Bullets, indent: str) -> Iterator[str]:
    for number, item in enumerate(bullets.items, start=1):
        mark = f"{number}." if bullets.ordered else "•" if not indent else "◦"
        yield from mrkdwn.pieces((Span(f"{indent}{mark} "), *item.spans), TEXT)
        if item.children:
            yield from _items(item.children, indent + _INDENT * 2)


def _cells(row: FactRow) -> Row:
    remarks = "".join(f" ({remark})" for remark in row.remarks)
    return f"{_mark(row)} {row.label}", f"{row.value}{remarks}"


def _mark(row: FactRow) -> str:
    return _MARKS.get(row.verdict, "–" if row.part else "•")


def _fact(row: FactRow) -> Iterator[str]:
    mark = _mark(row)
    indent = _INDENT * 2 if row.part else ""
    said = (Span(f"{indent}{mark} {mrkdwn.line(row.label)}: "), Span(mrkdwn.line(row.value), strong=True))
    yield from mrkdwn.pieces(said, TEXT)
    for remark in row.remarks:
        yield from mrkdwn.pieces((Span(f"{indent}{_INDENT * 2}({mrkdwn.line(remark)})", emphasis=True),), TEXT)


def _table(table: Table, caption: str) -> Iterator[_Piece]:
    """Return a table as Slack's own, which pages, sorts and scrolls; too long or too wide it becomes several.

    One of too many columns is repeated with the first column before the others.
    """
    first, step = table.header[:1], COLUMNS - 1
    for start in range(1, max(2, len(table.header)), step):
        header = (*first, *table.header[start : start + step])
        rows = [(*row[:1], *row[start : start + step]) for row in table.rows]
        for some in _chunks(rows, _row(header)):
            yield _data_table(header, some, caption)


def _chunks(rows: Sequence[Row], header: Sequence[Json]) -> Iterator[list[Row]]:
    """Rows in as few tables as messages hold."""
    some: list[Row] = []
    room = left = MESSAGE - _ROOM - length(json.dumps(header, ensure_ascii=False))
    for row in rows:
        size = length(json.dumps(_row(row), ensure_ascii=False)) + 2
        if some and (size > left or len(some) == ROWS):
            yield some
            some, left = [], room
        some.append(row)
        left -= size
    if some:
        yield some


def _data_table(header: Row, rows: Sequence[Row], caption: str) -> _Piece:
    block = {
        "type": "data_table",
        "caption": caption or mrkdwn.line(header[0]) or _BLANK,
        "page_size": len(rows),
        "rows": [_row(header), *map(_row, rows)],
    }
    said = "\n".join(escaped(", ".join(mrkdwn.line(cell) for cell in row if cell)) for row in rows)
    return _Piece(block, said)


def _row(cells: Row) -> list[Json]:
    """Cells of plain text; one that is empty shows a blank, since Slack takes none without a letter."""
    return [{"type": "raw_text", "text": mrkdwn.cut(mrkdwn.line(cell), CELL).strip() or _BLANK} for cell in cells]


def _label(action: Action) -> str:
    return mrkdwn.line(action.label).strip() or action.command


def _button(n: int, action: Action) -> Json:
    text = {"type": "plain_text", "text": mrkdwn.cut(_label(action), LABEL), "emoji": False}
    button = {"type": "button", "action_id": f"{ASK}{n}", "text": text}
    return {**button, "url": action.link} if action.link else {**button, "value": action.command}


def _buttons(actions: Sequence[Action]) -> Iterator[_Piece]:
    pressed = [action for action in actions if length(action.command) <= VALUE]
    for start in range(0, len(pressed), BUTTONS):
        elements = [_button(n, action) for n, action in enumerate(pressed[start : start + BUTTONS], start=start)]
        said = ", ".join(escaped(_label(action)) for action in pressed[start : start + BUTTONS])
        yield _Piece({"type": "actions", "elements": elements}, said)
    for action in actions:
        if action not in pressed:
            yield from map(_section, mrkdwn.pieces((Span(f"{action.label}: "), Span(action.command, code=True)), TEXT))
