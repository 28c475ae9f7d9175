"""Documents as the parts of a post on Telegram: pure, and the only place that knows what fits into a message."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import assert_never

from bot.channels.telegram import blocks
from bot.channels.telegram.markup import CAPTION, Piece, Run, fits, messages, one_line, shortened, together
from bot.channels.telegram.markup import opening as under_picture
from digests.document import Actions, Attachment, Block, Document, Heading, Note, Paragraph, Picture, Span


@dataclass(frozen=True)
class Button:
    """A label, and the command that a press asks."""

    label: str
    command: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Text:
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


Part = Text | Photo | Album | File

_PER_ALBUM = 10
_PER_KEYBOARD = 100
_PER_ROW, _ROW_WIDTH = 3, 30
_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_SIDES, _PHOTO_RATIO = 10_000, 20
_PHOTOS = ("image/png", "image/jpeg")
_LABEL = 64
_OPENING = 60


def parts(document: Document) -> tuple[Part, ...]:
    """What to send, in order: pictures, text, files; buttons stand under the last. Nothing is left out."""
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    photos = [_photo(picture) for picture in pictures if _is_photo(picture)]
    files = [_as_file(picture) for picture in pictures if not _is_photo(picture)]
    files += [_file(block) for block in document.blocks if isinstance(block, Attachment)]
    said = [piece for block in _spoken(document.blocks, photos) if (piece := blocks.piece(block))]
    made = [*_opening(document, photos, said), *files]
    return tuple(_with_buttons(made, _buttons(document), document.title))


def _spoken(said: Sequence[Block], photos: Sequence[Photo]) -> Iterator[Block]:
    """What the text says: pictures stand apart from it, so a heading of nothing else is none.

    Of several the one on the cover has its words in the text, too: captions within an album are not seen in a chat.
    """
    cover = len(photos) > 1 and any(map(blocks.piece, said))
    for index, block in enumerate(said):
        if isinstance(block, Heading) and block.level > 1:
            cover = False
            if _heads_pictures_alone(said[index + 1 :], block.level):
                continue
        if isinstance(block, Picture) and cover:
            cover = False
            yield Paragraph((Span(block.alt_text, strong=True),))
        yield block


def _heads_pictures_alone(after: Sequence[Block], level: int) -> bool:
    """Whether what comes up to the next heading of a level is pictures and files, and notes below them."""
    under = list(takewhile(lambda block: not (isinstance(block, Heading) and block.level <= level), after))
    shown = any(isinstance(block, Picture | Attachment) for block in under)
    return shown and all(isinstance(block, Picture | Attachment | Note | Actions) for block in under)


def opening(part: Part) -> str:
    """How a part begins: its first words, or the name of its file."""
    match part:
        case Text(html):
            said = html
        case Photo(name, _, caption) | File(name, _, caption):
            said = caption or name
        case Album(photos):
            return opening(photos[0])
        case _:
            assert_never(part)
    words = markup.unescape(re.sub(r"<[^<>]*>", "", said)).strip()
    return shortened(words.partition("\n")[0], _OPENING)


def _opening(document: Document, photos: Sequence[Photo], said: list[Piece]) -> list[Part]:
    """Pictures and text: one picture has a short text under it, and of a long one its beginning."""
    if len(photos) != 1 or not said:
        return [*_albums(photos), *map(Text, messages(said))]
    if fits(said, CAPTION):
        return [replace(photos[0], caption=together(said))]
    first = next(block for block in document.blocks if blocks.piece(block))
    said = said if isinstance(first, Heading) else [*_title(document.title), *said]
    under, rest = under_picture(said, CAPTION)
    # Where not even its first sentence fits, the picture keeps its own words.
    return [replace(photos[0], caption=together(under) or photos[0].caption), *map(Text, messages(rest))]


def _title(title: str) -> list[Piece]:
    words = one_line(title)
    return [Piece(((Run(words, ("b",)),),), heads_next=True)] if words else []


def _albums(photos: Sequence[Photo]) -> list[Part]:
    """Posts of about the same size: eleven pictures are not ten and a lonely one."""
    count = -(-len(photos) // _PER_ALBUM)
    groups = [photos[len(photos) * n // count : len(photos) * (n + 1) // count] for n in range(count)]
    return [Album(tuple(group)) if len(group) > 1 else group[0] for group in groups]


def _photo(picture: Picture) -> Photo:
    """A picture with its words under it, for those who do not see it."""
    return Photo(_name(picture), picture.image, _short(picture.alt_text))


def _as_file(picture: Picture) -> File:
    return File(_name(picture), picture.image, _short(picture.alt_text))


def _file(attachment: Attachment) -> File:
    return File(one_line(attachment.name) or "file", attachment.content, _short(attachment.title))


def _short(words: str) -> str:
    words = shortened(one_line(words), CAPTION)
    return Run(words).html


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
        Button(shortened(one_line(action.label) or one_line(action.command), _LABEL), action.command)
        for action in actions
        if action.command.strip()
    ]


def _with_buttons(made: list[Part], buttons: Sequence[Button], title: str) -> list[Part]:
    """The parts with the buttons under the last of them, or under a line of their own where none can bear them."""
    if not buttons:
        return made or [Text(together(words)) for words in [_title(title)] if words]
    words = together(_title(title)) or "…"
    if not made or isinstance(made[-1], Album):
        made = [*made, Text(words)]
    for start in range(0, len(buttons), _PER_KEYBOARD):
        if start:
            made.append(Text("…"))
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
