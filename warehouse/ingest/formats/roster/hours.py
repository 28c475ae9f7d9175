"""What a cell of a roster says: hours (`9-18`), a code for hours, or why somebody is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.ingest.formats.base import Bad
from warehouse.messages import N_, Message, UserError, nearest, note
from warehouse.nulls import is_null

DAY_M = 24 * 60

ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("в", "вых", "выходной", "off", "day off"), N_("days off")),
    **dict.fromkeys(("о", "от", "отп", "отпуск", "leave", "vacation"), N_("days of leave")),
    **dict.fromkeys(("б", "бл", "больн", "больничный", "sick"), N_("sick days")),
}
"""Words for a day without work, each with what such days are called in the summary."""
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("работа", "смена", "work", "shift"), "work"),
    **dict.fromkeys(("перерыв", "обед", "break", "lunch"), "break"),
    **dict.fromkeys(("обучение", "учеба", "тренинг", "training"), "training"),
    **dict.fromkeys(("собрание", "планерка", "meeting"), "meeting"),
}
_TIME = r"(\d{1,2})(?:[:.](\d\d))?"
_SPAN = re.compile(rf"(?:(?:с|from) )?{_TIME}(?::00)? ?(?:-|до|to) ?{_TIME}(?::00)?(?: ?ч\.?)?")
_SPREADSHEET_DATE = re.compile(r"\d{4}-\d\d-\d\d( .*)?")
_ONE_NUMBER = re.compile(r"\d{1,2}(?:[.,:]\d+)*(?: ?(?:ч|h)\.?)?")
_PARTS = re.compile(r"[,;/+\n]")
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")


@dataclass(frozen=True, order=True)
class Hours:
    """A stretch of a day in minutes since its midnight; one over midnight ends after 1440."""

    start: int
    end: int
    kind: str = "work"


Meaning = tuple[Hours, ...] | str
"""Hours, or what a day without work is called."""
Codes = Mapping[str, Meaning]
"""What codes mean, by the code, folded."""


def fold(text: str) -> str:
    """Return a word as words are compared: a Latin B is taken for the Cyrillic letter that looks like it."""
    plain = " ".join(text.split()).casefold().replace("ё", "е").rstrip(".")
    return plain.translate(_LOOKALIKES) if len(plain) <= 3 else plain


_ABSENT = {fold(word): what for word, what in ABSENT.items()}


def span(text: str) -> Hours | None:
    """Return the hours that a text such as `9-18`, `9:00–18:00`, `с 9 до 18` or `обучение 10-14` says; None if none."""
    plain = re.sub("[–—−]", "-", " ".join(text.split())).casefold().replace("ё", "е")
    word, _, rest = plain.partition(" ")
    kind = _KINDS.get(word.rstrip(":"))
    match = _SPAN.fullmatch(rest if kind else plain)
    if match is None:
        return None
    start, end = (int(hours) * 60 + int(minutes or 0) for hours, minutes in (match.group(1, 2), match.group(3, 4)))
    if start >= DAY_M or end > DAY_M or any(int(minutes or 0) > 59 for minutes in match.group(2, 4)):
        return None
    return Hours(start, end if end > start else end + DAY_M, kind or "work")


def spans(text: str) -> tuple[Hours, ...]:
    """Return the hours of a text in which some may stand side by side; none if any part of it is something else."""
    found = [span(part) for part in _PARTS.split(text) if part.strip()]
    return tuple(sorted({each for each in found if each})) if all(found) else ()


def meaning(text: str) -> Meaning | None:
    """Return what words without codes say; None if that is nothing known."""
    return spans(text) or _ABSENT.get(fold(text))


def codes_of(text: str) -> dict[str, Meaning]:
    """Return the codes of an option such as `Д=9-18, Н=21-9, К=9-13/14-18`. Raises UserError."""
    codes: dict[str, Meaning] = {}
    for each in filter(None, map(str.strip, text.split(","))):
        code, equals, said = (part.strip() for part in each.partition("="))
        means = meaning(said)
        if not (code and equals and means):
            raise UserError(
                "The option codes cannot be {given}: it is a list such as D=9-18, N=21-9, S=9-13/17-21.", given=each
            )
        codes[fold(code)] = means
    return codes


def read_cell(text: str, codes: Codes) -> Meaning:
    """Return what a cell says; no hours of an empty one. Raises Bad if it is nothing known."""
    if is_null(text.strip()):
        return ()
    if means := codes.get(fold(text)) or meaning(text):
        return means
    parts = [codes.get(fold(part)) or spans(part) for part in _PARTS.split(text) if part.strip()]
    hours = {each for part in parts if isinstance(part, tuple) for each in part}
    if len(parts) > 1 and all(isinstance(part, tuple) and part for part in parts):
        return tuple(sorted(hours))
    raise Bad(_why(text, codes))


def _why(text: str, codes: Codes) -> Message:
    given = " ".join(text.split())[:40]
    if _SPREADSHEET_DATE.fullmatch(given):
        return note(
            "the spreadsheet has made the date {given} of the hours: format the cells as text and write them again",
            given=given,
        )
    if _ONE_NUMBER.fullmatch(given):
        return note('"{given}" says either the beginning or how long, and a shift needs both ends: 9-18', given=given)
    known = [code.upper() for code in codes]
    return note(
        '"{given}" is neither hours such as 9-18 nor a known code: {known}. Say what it is with --option '
        'codes="{given}=9-18"',
        given=given,
        known=nearest(given.upper(), (*known, "В", "О", "Б", "off")),
    )
