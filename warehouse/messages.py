"""What is said to people, made where the facts are and translated at the edge.

A text is a gettext message id (the English sentence, with `{named}` places) and its parameters, never a
finished string: `digests.localizer` turns it into the reader's language.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass, field
from typing import Any

from warehouse.likeness import alike


def N_(message: str) -> str:  # noqa: N802 - gettext's conventional name for "mark, do not translate yet"
    """Mark a string for the catalogues and return it as it is."""
    return message


@dataclass(frozen=True)
class Message:
    """A sentence for people. `plural` with a parameter `n` chooses the form by number."""

    id: str
    params: dict[str, Any] = field(default_factory=dict)
    plural: str | None = None

    def __str__(self) -> str:
        """The English text, for logs and tests."""
        template = self.plural if self.plural and self.params["n"] != 1 else self.id
        return template.format(**self.params)


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


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """The known names for a sentence: the closest first, all of them if they are few, «-» if there are none."""
    close = alike(word, known)
    rest = [name for name in known if name not in close]
    shown = [*close, *rest][:12]
    return ", ".join(shown) + (", …" if len(known) > len(shown) else "") if shown else "-"
