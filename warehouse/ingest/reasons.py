"""Why a file is not read, in words for people: what the libraries say of it goes to the log."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from warehouse.messages import Message, UserError, note, system_reason

LOG = logging.getLogger(__name__)

_EXPRESSIONS = (
    (r'syntax error at or near "(.*?)"', note('there is a mistake in it at "{word}"')),
    (r"syntax error at end of input", note("it breaks off before its end")),
    (r"Function with name \"?(.*?)\"? does not exist", note('there is no function "{word}"')),
    (r"No function matches .*?'([^'(]*)", note('"{word}" does not take such values')),
    (r"^Conversion Error|Could not convert|Cannot (?:compare|mix|cast)", note("it mixes values of different kinds")),
    (r"(?i)aggregate", note("it counts over several rows, and may only look at one")),
    (r"(?i)window", note("it counts over several rows, and may only look at one")),
    (r"(?i)subquer", note("it asks for other rows, and may only look at its own")),
    (r"(?i)volatile", note("it gives another value each time")),
)
"""What DuckDB says of an expression, and what that means."""
_NO_EXPRESSION = note("DuckDB, whose expressions these are, does not take it")


def unread(error: Exception, file: Path, otherwise: UserError) -> UserError:
    """Return what to tell of a file that was not read: what the system said, if it did, else that it is damaged."""
    LOG.warning("%s: %s: %s", file, type(error).__name__, error)
    if isinstance(error, OSError) and error.errno:
        return UserError("The file {file} cannot be read: {reason}.", file=file.name, reason=system_reason(error))
    if isinstance(error, NotImplementedError):
        return UserError(
            "The file {file} is packed in a way that is not known here: have it written in another.", file=file.name
        )
    return otherwise


def place_of(error: Exception) -> Message:
    """Return where a text stops being what it should be; the parsers have told that in their own words."""
    line = getattr(error, "lineno", None)
    if line is None:
        return note("something in it is too long or too deep")
    column = getattr(error, "colno", None) or getattr(error, "offset", 0) + 1
    return note("it breaks at line {line}, column {column}", line=str(line), column=str(column))


def pattern_reason(error: Exception) -> Message:
    """Return why something is no regular expression."""
    place = getattr(error, "pos", None)
    return note("it is too large") if place is None else note("it breaks at character {n}", n=place + 1)


def expression_reason(said: str) -> Message:
    """Return why an expression does not work, by what DuckDB has said."""
    LOG.warning("an expression does not work: %s", said)
    for pattern, reason in _EXPRESSIONS:
        if found := re.search(pattern, said):
            return Message(reason.id, {"word": found[1]} if found.groups() else {})
    return _NO_EXPRESSION
