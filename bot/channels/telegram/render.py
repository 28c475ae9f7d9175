"""Blocks as lines of text: what each of them looks like in a chat."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TypeVar, assert_never

from cachetools import LRUCache

from bot.channels.parting import is_section, without_bare_headings
from bot.channels.telegram import rich
from bot.channels.telegram.markup import (
    CAPTION,
    MARKS,
    WEB,
    Line,
    Piece,
    TextRun,
    clean,
    fits,
    indent,
    messages,
    one_line,
    running,
    shortened,
    together,
    units,
)
from bot.channels.telegram.markup import opening as under_picture
from bot.channels.telegram.settings import Layout
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
    Table,
)
from metrics.answers import Verdict

_COLUMNS = 34
"""What a phone shows of monospaced text without breaking its lines."""

_NUMBER = re.compile(r"[-+−–—]?\d|[-–—]?$")


def piece(block: Block) -> Piece | None:
    """A block's text; None for what is no text: pictures, files, buttons, and what is empty."""
    match block:
        case Heading(title, level):
            lines = [_line(one_line(title), "b") if level <= 2 else _line(one_line(title), "b", "i")]
        case Headline(words):
            lines = [_line(one_line(words), "b")]
        case Paragraph(spans):
            lines = list(running(spans))
        case Note(words):
            lines = [_line(line, "i") for line in clean(words).split("\n")]
        case Bullets():
            lines = list(_items(block, 0))
        case Facts(rows):
            lines = [line for row in rows for line in _fact(row)]
        case Table():
            return _table(block)
        case Picture() | Attachment() | Actions():
            return None
        case _:
            assert_never(block)
    if not any(run.text.strip() for line in lines for run in line):
        return None
    said = "".join(run.text for run in lines[-1]).rstrip()
    goes_on = isinstance(block, Paragraph) and said.endswith(":")
    heading = isinstance(block, Heading)
    return Piece(tuple(lines), heads_next=heading, goes_on=goes_on, begins=is_section(block))


def _line(text: str, *tags: str) -> Line:
    return (TextRun(text, tags),)


def _items(bullets: Bullets, depth: int) -> Iterator[Line]:
    for number, item in enumerate(bullets.items, start=1):
        mark = f"{number}." if bullets.ordered else "–" if depth else "•"
        yield from running(item.spans, f"{indent(depth)}{mark} ", indent(depth + 1))
        if item.children:
            yield from _items(item.children, depth + 1)


def _fact(row: FactRow) -> Iterator[Line]:
    mark = "–" if row.part and row.verdict is Verdict.NONE else MARKS[row.verdict]
    missed = ("b",) if row.verdict is Verdict.MISSED else ()
    start = f"{indent(1) if row.part else ''}{mark} {one_line(row.label)}: "
    yield TextRun(start), TextRun(one_line(row.value), missed)
    for remark in row.remarks:
        yield (TextRun(f"{indent(2 if row.part else 1)}({one_line(remark)})"),)


def _table(table: Table) -> Piece | None:
    """Columns under each other where a phone's width holds them, else a row's cells by their names."""
    header = [one_line(cell) for cell in table.header]
    rows = [[one_line(cell) for cell in row] for row in table.rows]
    if not any(map(any, [header, *rows])):
        return None
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > _COLUMNS:
        return Piece(tuple(line for row in rows for line in _row_in_words(header, row)) or (_joined(header),))
    figures = [bool(rows) and all(_NUMBER.match(cell) for cell in column) for column in zip(*rows, strict=True)]

    def line(cells: list[str]) -> Line:
        aligned = [
            cell.rjust(width) if n and figures and figures[n] else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return (TextRun("  ".join(aligned).rstrip(" ")),)

    return Piece(tuple(map(line, rows)), head=(line(header),) if any(header) else (), mono=True)


def _row_in_words(header: list[str], row: list[str]) -> Iterator[Line]:
    named = zip(header[1:], row[1:], strict=True)
    cells = [f"{name}: {cell}" if name else cell for name, cell in named if cell]
    yield TextRun("• "), TextRun(row[0] if row else "", ("b",)), *([TextRun(": " + "; ".join(cells))] if cells else [])


def _joined(cells: list[str]) -> Line:
    return (TextRun(" · ".join(filter(None, cells))),)


_BYTES = 64
_KEPT = 5000

_NAMED, _APART = "#", "+"


class CallbackStore:
    """Commands behind buttons.

    The data of a button is its command; one that is too long is `#` and a name that follows from its words, and is
    forgotten when the program ends or thousands of others have come. `+` before either marks a button of a post that
    stays as it is: what its press asks is answered below.
    """

    def __init__(self) -> None:
        self._cache: LRUCache[str, str] = LRUCache(_KEPT)

    def data(self, command: str, *, apart: bool = False) -> str:
        """What a button is given for a command."""
        mark = _APART if apart else ""
        if len(f"{mark}{command}".encode()) <= _BYTES and not command.startswith((_NAMED, _APART)):
            return mark + command
        name = _NAMED + blake2s(command.encode(), digest_size=12).hexdigest()
        self._cache[name] = command
        return mark + name

    def command(self, data: str) -> str | None:
        """What a press asks; None, if it is forgotten."""
        said = data.removeprefix(_APART)
        return self._cache.get(said) if said.startswith(_NAMED) else said

    @staticmethod
    def apart(data: str) -> bool:
        """Whether the post that bears the button stays as it is."""
        return data.startswith(_APART)


@dataclass(frozen=True)
class Button:
    """A label, and the command that a press asks, or the address that it opens."""

    label: str
    command: str
    link: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class TextMessage:
    """HTML, at most 4,096 units when read."""

    html: str
    buttons: Rows = ()


@dataclass(frozen=True)
class Photo:
    """A picture and the HTML under it, at most 1,024 units when read."""

    name: str
    image: bytes
    caption: str = ""
    buttons: Rows = ()


@dataclass(frozen=True)
class Album:
    """2 to 10 pictures in one post. Telegram has no buttons under it."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class File:
    """A file to open elsewhere."""

    name: str
    content: bytes
    caption: str = ""
    buttons: Rows = ()


@dataclass(frozen=True)
class RichMessage:
    """Telegram's rich HTML, and the pictures that it shows under the names by which it calls them."""

    html: str
    photos: tuple[Photo, ...]
    buttons: Rows = ()


TelegramPart = TextMessage | Photo | Album | File | RichMessage
_T = TypeVar("_T")

_PER_ALBUM = 10
_PER_KEYBOARD = 100
_PER_ROW, _ROW_WIDTH = 3, 30
_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_SIDES, _PHOTO_RATIO = 10_000, 20
_PHOTOS = ("image/png", "image/jpeg")
_LABEL = 64
_OPENING = 60


def parts(document: Document, layout: Layout = "classic") -> tuple[TelegramPart, ...]:
    """What to send, in order: pictures, text, files; buttons stand under the last. Nothing is left out.

    A report opens with its cover, the picture above its first section, and what stands there under it. Its charts
    follow the text in one post; in the rich layout all that follows the cover is one message, if one holds it.
    """
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    photos = [picture for picture in pictures if _is_photo(picture)]
    files = [_as_file(picture) for picture in pictures if picture not in photos]
    files += [_file(block) for block in document.blocks if isinstance(block, Attachment)]
    if parted := _parted(document.blocks, photos):
        made = [*_covered(parted, photos, layout), *files]
    else:
        made = [*_opening(document, list(map(_photo, photos)), _pieces_of_text(document.blocks)), *files]
    return tuple(_with_buttons(made, _buttons(document), document.title))


@dataclass(frozen=True)
class _Parted:
    """A report's blocks: above its first section, its sections, and what closes it."""

    above: Sequence[Block]
    sections: Sequence[Block]
    closing: Sequence[Block]


def _parted(blocks: Sequence[Block], photos: Sequence[Picture]) -> _Parted | None:
    """The parts of a document that has a cover and charts; None for one that has not."""
    first = next((n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level > 1), len(blocks))
    above = [block for block in blocks[:first] if block in photos]
    if not above or len(above) == len(photos) or not _pieces_of_text(blocks[:first]):
        return None
    last = max(n for n, block in enumerate(blocks) if block in photos) + 1
    closing = last if all(isinstance(block, Note | Actions) for block in blocks[last:]) else len(blocks)
    return _Parted(blocks[:first], blocks[first:closing], blocks[closing:])


def _covered(parted: _Parted, photos: Sequence[Picture], layout: Layout) -> Iterator[TelegramPart]:
    cover = _photo(photos[0])
    under, rest = under_picture(_pieces_of_text(parted.above), CAPTION)
    yield replace(cover, caption=together(under) or cover.caption)
    if layout == "rich" and (message := _rich(parted, photos, parted.above if rest else ())):
        yield message
        return
    yield from map(TextMessage, messages([*rest, *_pieces_of_text(parted.sections)]))
    for group in _groups(photos[1:]):
        yield _album(group) if len(group) > 1 else _photo(group[0])
    yield from map(TextMessage, messages(_pieces_of_text(parted.closing)))


def _rich(parted: _Parted, photos: Sequence[Picture], above: Sequence[Block]) -> RichMessage | None:
    """All that follows the cover; `above` is what its caption has no room for."""
    blocks = [*above, *parted.sections, *parted.closing]
    shown = [block for block in blocks if not isinstance(block, Picture) or block in photos[1:]]
    html = rich.markup(shown)
    charts = [block for block in shown if isinstance(block, Picture)]
    return RichMessage(html, tuple(Photo(rich.photo_id(each), each.image) for each in charts)) if html else None


def _album(charts: Sequence[Picture]) -> Album:
    """Charts with one caption, of what each of them shows: a chat shows an album's caption only if it has no other."""
    found = [f"• {one_line(each.finding or each.alt_text)}" for each in charts]
    while units("\n".join(found)) > CAPTION:
        found.pop()
    first, *others = map(_photo, charts)
    caption = TextRun("\n".join(found)).html
    return Album((replace(first, caption=caption), *(replace(each, caption="") for each in others)))


def _pieces_of_text(blocks: Sequence[Block]) -> list[Piece]:
    """What the text says: pictures stand apart from it."""
    return [text for block in without_bare_headings(blocks) if (text := piece(block))]


def opening(part: TelegramPart) -> str:
    """How a part begins: its first words, or the name of its file."""
    match part:
        case TextMessage(html) | RichMessage(html):
            said = html
        case Photo(name, _, caption) | File(name, _, caption):
            said = caption or name
        case Album(photos):
            return opening(photos[0])
        case _:
            assert_never(part)
    words = markup.unescape(re.sub(r"<[^<>]*>", "", said)).strip()
    return shortened(words.partition("\n")[0], _OPENING)


def _opening(document: Document, photos: Sequence[Photo], said: list[Piece]) -> list[TelegramPart]:
    """Pictures and text: one picture has a short text under it, and of a long one its beginning."""
    if len(photos) != 1 or not said:
        return [*_albums(photos), *map(TextMessage, messages(said))]
    if fits(said, CAPTION):
        return [replace(photos[0], caption=together(said))]
    # Only a note on how it was understood goes before a title.
    first = next((block for block in document.blocks if piece(block) and not isinstance(block, Note)), None)
    said = said if isinstance(first, Heading) else [*_title(document.title), *said]
    under, rest = under_picture(said, CAPTION)
    # Where not even its first sentence fits, the picture keeps its own words.
    return [replace(photos[0], caption=together(under) or photos[0].caption), *map(TextMessage, messages(rest))]


def _title(title: str) -> list[Piece]:
    words = one_line(title)
    return [Piece(((TextRun(words, ("b",)),),), heads_next=True)] if words else []


def _albums(photos: Sequence[Photo]) -> list[TelegramPart]:
    return [Album(tuple(group)) if len(group) > 1 else group[0] for group in _groups(photos)]


def _groups(pictures: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Posts of about the same size: eleven pictures are not ten and a lonely one."""
    count = -(-len(pictures) // _PER_ALBUM)
    for n in range(count):
        yield pictures[len(pictures) * n // count : len(pictures) * (n + 1) // count]


def _photo(picture: Picture) -> Photo:
    """A picture with its words under it, for those who do not see it."""
    return Photo(_name(picture), picture.image, _short(picture.alt_text))


def _as_file(picture: Picture) -> File:
    return File(_name(picture), picture.image, _short(picture.alt_text))


def _file(attachment: Attachment) -> File:
    return File(one_line(attachment.name) or "file", attachment.content, _short(attachment.title))


def _short(words: str) -> str:
    words = shortened(one_line(words), CAPTION)
    return TextRun(words).html


def _name(picture: Picture) -> str:
    return f"{picture.key}.{picture.media_type.rpartition('/')[2]}"


def _is_photo(picture: Picture) -> bool:
    """Whether Telegram takes it as a photo; if not, it goes as a file."""
    if picture.media_type not in _PHOTOS or len(picture.image) > _PHOTO_BYTES:
        return False
    if picture.media_type != "image/png":
        return True
    width, height = (int.from_bytes(picture.image[at : at + 4]) for at in (16, 20))
    return width + height <= _PHOTO_SIDES and max(width, height) <= _PHOTO_RATIO * min(width, height)


def _buttons(document: Document) -> list[Button]:
    actions = [action for block in document.blocks if isinstance(block, Actions) for action in block.actions]
    return [
        Button(shortened(one_line(action.label) or one_line(action.command), _LABEL), action.command, action.link)
        for action in actions
        if action.command.strip() or (action.link and WEB.fullmatch(action.link))
    ]


def _with_buttons(made: list[TelegramPart], buttons: Sequence[Button], title: str) -> list[TelegramPart]:
    """The parts with the buttons under the last of them, or under a line of their own where none can bear them."""
    if not buttons:
        return made or [TextMessage(together(words)) for words in [_title(title)] if words]
    words = together(_title(title)) or "…"
    if not made or isinstance(made[-1], Album):
        made = [*made, TextMessage(words)]
    for start in range(0, len(buttons), _PER_KEYBOARD):
        if start:
            made.append(TextMessage("…"))
        last = made[-1]
        assert not isinstance(last, Album)
        made[-1] = replace(last, buttons=_rows(buttons[start : start + _PER_KEYBOARD]))
    return made


def _rows(buttons: Sequence[Button]) -> Rows:
    """Short labels beside each other, as a phone shows them whole."""
    rows: list[list[Button]] = []
    for button in buttons:
        row = rows[-1] if rows else []
        if row and len(row) < _PER_ROW and sum(len(b.label) for b in (*row, button)) <= _ROW_WIDTH:
            row.append(button)
        else:
            rows.append([button])
    return tuple(map(tuple, rows))
