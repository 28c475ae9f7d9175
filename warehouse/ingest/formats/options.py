"""The options of a named format, as text: given in a mapping's [format] or on the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from warehouse.ingest.mapping import check_timezone
from warehouse.ingest.reasons import pattern_reason
from warehouse.messages import Mistake, nearest

UNUSED = "-"
"""A column of the file that is not needed."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list with commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def chosen(option: str, text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The words of a list, each of which must be known. Raises Mistake."""
    words = words_of(text)
    for word in words:
        if word not in known:
            raise Mistake(
                "The option {option} cannot be {given}: it may be {known}.",
                option=option,
                given=word,
                known=nearest(word, tuple(known)),
            )
    return words


def columns_of(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names of a file's columns in their order; - stands for one that is not needed. Raises Mistake."""
    names = chosen("columns", text.lower(), (*known, UNUSED))
    for name in known:
        if names.count(name) > 1:
            raise Mistake("The option columns names {column} twice.", column=name)
    return names


def folded(text: str) -> frozenset[str]:
    """The words of a list, whatever their case."""
    return frozenset(word.casefold() for word in words_of(text))


def zone_of(options: Mapping[str, str], otherwise: str) -> ZoneInfo:
    """The zone of times that name none. Raises Mistake if there is no such zone."""
    name = options.get("timezone", otherwise)
    check_timezone(name)
    return ZoneInfo(name)


def pattern_of(option: str, text: str) -> re.Pattern[str]:
    """A regular expression. Raises Mistake if it is none."""
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise Mistake(
            "The option {option} is not a regular expression: {reason}. Numbers from 100 to 199 are 1\\d\\d.",
            option=option,
            reason=pattern_reason(error),
        ) from None
