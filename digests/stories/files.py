"""Reading what lies in a directory of stories: texts and pictures, checked before anything is made of them."""

from __future__ import annotations

import re
from hashlib import blake2s
from pathlib import Path
from typing import Any

from digests.images import LARGEST, LONGEST_SIDE, Unfit, examined
from digests.stories.front import Refused
from warehouse.messages import note, system_reason

LARGEST_TEXT = 256 * 1024
MOST_BRACKETS = 10_000
"""More of them take the parser minutes, and no story has them."""

_MARK = b"\xef\xbb\xbf"


def read_text(path: Path) -> str:
    """A file's text with plain line ends. Raises Refused if it is too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise Refused(
            note(
                "{file}, line {line}: the file cannot be read: {reason}.",
                file=path.name,
                line=1,
                reason=system_reason(error),
            )
        ) from None
    if len(raw) > LARGEST_TEXT:
        raise Refused(
            note(
                "{file}, line {line}: a story has at most {limit} KB, and this one has more.",
                file=path.name,
                line=1,
                limit=LARGEST_TEXT // 1024,
            )
        )
    raw = raw.removeprefix(_MARK)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(
            note(
                "{file}, line {line}: the text is not in UTF-8: save the file in this encoding.",
                file=path.name,
                line=raw.count(b"\n", 0, error.start) + 1,
            )
        ) from None
    if text.count("[") > MOST_BRACKETS:
        raise Refused(
            note(
                "{file}, line {line}: there are more than {limit} square brackets: this is no story.",
                file=path.name,
                line=1,
                limit=MOST_BRACKETS,
            )
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_picture(story: Path, source: str, line: int) -> tuple[bytes, str]:
    """The bytes and the media type of a picture beside a story. Raises Refused with the reason it cannot be shown."""
    place: dict[str, Any] = {"file": story.name, "line": line, "picture": source}
    path = _beside(story, source)
    if path is None:
        raise Refused(
            note(
                '{file}, line {line}: the picture "{picture}" is not in the directory of the story: put it there.',
                **place,
            )
        )
    try:
        with path.open("rb") as file:
            image = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise Refused(note('{file}, line {line}: there is no picture "{picture}".', **place)) from None
    match examined(image):
        case Unfit.LARGE:
            raise Refused(
                note(
                    '{file}, line {line}: the picture "{picture}" is larger than {limit} MB.',
                    **place,
                    limit=LARGEST // 1024**2,
                )
            )
        case Unfit.LONG:
            raise Refused(
                note(
                    '{file}, line {line}: the picture "{picture}" is longer than {limit} pixels on a side.',
                    **place,
                    limit=LONGEST_SIDE,
                )
            )
        case Unfit.NONE:
            raise Refused(
                note('{file}, line {line}: "{picture}" is not a whole picture: save it as PNG or JPEG.', **place)
            )
        case media_type:
            return image, media_type


def picture_key(story: Path, number: int) -> str:
    """A name for a story's picture: latin letters, digits and dashes, different for every story."""
    stem = story.stem.lower()
    plain = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
    if plain != stem:
        plain = f"{plain or 'story'}-{blake2s(stem.encode(), digest_size=3).hexdigest()}"
    return f"{plain}-{number}"


def _beside(story: Path, source: str) -> Path | None:
    """A path that leads, links and dots followed, to somewhere in the story's directory."""
    odd = any(sign in source for sign in ":\\\0")
    if odd or not source or Path(source).is_absolute():
        return None
    home = story.parent.resolve()
    path = (home / source).resolve()
    return path if path.is_relative_to(home) else None
