"""What is said to people, made where the facts are and translated at the edge, and what was misspelt."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


def alike(
    word: str, known: Iterable[str], *, most: int = 3, at_least: float = 0.6, key: Callable[[str], str] = str.casefold
) -> list[str]:
    """Return the known words that are at least so much like a word, the likest first.

    Likeness is the part of letters that need not be typed anew; two that changed places are one. It is that of what
    `key` makes of the words.
    """
    # Nothing is misspelt as a rule: the library is loaded when something is.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    scorer, cutoff = OSA.normalized_similarity, at_least - 1e-4  # it rounds what is just as like away
    found = process.extract(word, list(known), scorer=scorer, processor=key, limit=most, score_cutoff=cutoff)
    return [each for each, _, _ in found]


def one_slip_apart(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words with one letter wrong, missing or too many, or with two that have changed places.

    Those of the same length come first.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(word, list(known), scorer=OSA.distance, limit=None, score_cutoff=1)
    return sorted((each for each, _, _ in found), key=lambda each: abs(len(each) - len(word)))


def N_(message: str) -> str:  # noqa: N802 - gettext's conventional name for "mark, do not translate yet"
    """Mark a string for the catalogues and return it as it is."""
    return message


@dataclass(frozen=True)
class Message:
    """A sentence for people. `plural` with a parameter `n` chooses the form by number.

    A parameter that is a tuple is a list: its members, which may be messages, are said with commas between.
    """

    id: str
    params: dict[str, Any] = field(default_factory=dict)
    plural: str | None = None

    def __str__(self) -> str:
        """The English text, for logs and tests."""
        template = self.plural if self.plural and self.params["n"] != 1 else self.id
        listed = {name: ", ".join(map(str, value)) for name, value in self.params.items() if isinstance(value, tuple)}
        return template.format(**{**self.params, **listed})


@dataclass(frozen=True)
class KeyedTitle(Message):
    """The title of what has a key: readers of a chat are told the title, who writes commands and settings both."""

    key: str = ""
    english: str = ""
    """What English readers call it otherwise; empty: as the catalogue translates it."""

    def __str__(self) -> str:
        return self.with_key(super().__str__())

    def with_key(self, title: str) -> str:
        """Return the title and the key; the title alone where it says the key: «by hour», «Lost calls (LCR)»."""
        said = title.casefold()
        return title if said in (self.key, f"by {self.key}") or f"({self.key})" in said else f"{title} ({self.key})"


def note(template: str, plural: str | None = None, **params: Any) -> Message:
    """A remark that travels beside a figure."""
    return Message(template, params, plural)


_SYSTEM = {
    errno.ENOENT: note("there is no such file or directory"),
    errno.ENOTDIR: note("a part of the path is no directory"),
    errno.EISDIR: note("it is a directory"),
    errno.EACCES: note("that is not permitted"),
    errno.EPERM: note("that is not permitted"),
    errno.EROFS: note("it can only be read"),
    errno.ENOSPC: note("the disk is full"),
    errno.EDQUOT: note("the disk is full"),
    errno.EEXIST: note("it exists already"),
    errno.EIO: note("the disk does not read or write"),
    errno.ENAMETOOLONG: note("its name is too long"),
    errno.EMFILE: note("too many files are open"),
    errno.EADDRINUSE: note("another program listens there already"),
    errno.EADDRNOTAVAIL: note("this machine has no such address"),
    errno.ECONNREFUSED: note("nobody listens there"),
    errno.ETIMEDOUT: note("no answer came in time"),
}


def system_reason(error: BaseException) -> Message:
    """Why the system does not do something, in words for people."""
    if isinstance(error, TimeoutError) and not error.errno:
        return _SYSTEM[errno.ETIMEDOUT]
    code = getattr(error, "errno", None)
    return _SYSTEM.get(code or 0) or note("the system refuses it ({code})", code=errno.errorcode.get(code or 0, "-"))


def toml_reason(error: ValueError) -> Message:
    """Where it is no TOML: the parser says that in English, after what it expected."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place is None:
        return note("it ends in the middle of a value")
    return note("it is no TOML at line {line}, column {column}", line=place[1], column=place[2])


class UserError(Exception):
    """Something a person can put right: it says what was given, what exists and what to try.

    Any other exception is a fault of ours and reaches people only as a reference to the log.
    """

    def __init__(self, template: str, /, **params: Any) -> None:
        self.message = Message(template, params)
        super().__init__(template)

    def __str__(self) -> str:
        return str(self.message)


class Unreadable(UserError):
    """The records themselves cannot be read: whoever runs the bot must know, not only who asked."""


class NotOpen(UserError):
    """Something that is there, and not for who asked."""


_MOST_LISTED = 12
"""Names that one reads in a sentence."""


def listed(names: Iterable[str | Message]) -> tuple[str | Message, ...]:
    """Return names as a parameter of a sentence: the first of them, if they are many, «-» if there are none."""
    told = tuple(names)
    if not told:
        return ("-",)
    return (*told[:_MOST_LISTED], "…") if len(told) > _MOST_LISTED else told


def closest_first(word: str, known: Iterable[str]) -> list[str]:
    """Return the known names, those that are like a word before the others."""
    names = list(known)
    close = alike(word, names)
    return [*close, *(name for name in names if name not in close)]


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """The known names for a sentence: the closest first, all of them if they are few, «-» if there are none."""
    return ", ".join(map(str, listed(closest_first(word, known))))
