"""Words of a centre's own, from `[words]` and `[shifts]` of `svodka.toml`: read as the words that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.chat.questions.forms import lemmas
from bot.chat.questions.text import Utterance, fold, utterance, words
from bot.chat.questions.tokenize import Unknown, Unnamed, tokenize
from bot.chat.questions.vocabulary import Vocabulary
from bot.settings import FILE
from warehouse.messages import UserError

_WORD = re.compile(r"\w[\w'-]*")
_ROOT = 3
"""Letters that all forms of a word begin with."""


Phrase = tuple[str, ...]
"""Folded words."""

_SHIFT = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_THIS_SHIFT = (
    *("this shift", "the shift", "so far this shift", "since the shift began", "since the start of the shift"),
    *("за смену", "за эту смену", "эта смена", "текущая смена", "за текущую смену", "с начала смены", "нашу смену"),
    *("за нашу смену", "моя смена", "за мою смену"),
)
_LAST_SHIFT = (
    *("last shift", "the last shift", "previous shift", "the previous shift"),
    *("прошлая смена", "за прошлую смену", "предыдущая смена", "за предыдущую смену"),
)


class OwnWords:
    """Phrases, each with what is read in its place. The longest counts, and none is looked for in what was put in."""

    def __init__(self, words: Mapping[str, str], shifts: Mapping[str, str] | None = None) -> None:
        """`words` stand for others, `shifts` for hours: `20:00-08:00`."""
        given = {**words, **(shifts or {})}
        self._meant = {_folded(phrase): meant for phrase, meant in given.items()}
        self._given = {_folded(phrase): phrase for phrase in given}
        self._shifts = tuple((shifts or {}).values())

    def read(self, text: str, at: datetime) -> Utterance:
        """Return a text as it is read at a local time, which says whose shift it is."""
        if not self._meant:
            return utterance(text)
        return utterance(_put_in(text, self._meant | _shifts_at(self._shifts, at)))

    def check(self, names: Vocabulary, today: date) -> None:
        """Raise UserError for a phrase that stands for what means nothing."""
        for hours in self._shifts:
            if _hours_of(hours) is None:
                raise UserError(
                    'In {file}, shifts: the hours "{hours}" are not understood: write 20:00-08:00.',
                    file=FILE,
                    hours=hours,
                )
        for phrase, meant in self._meant.items():
            pieces = tokenize(words(meant), names, today)
            strange = [piece.given for piece in pieces if isinstance(piece.meanings[0], Unknown | Unnamed)]
            if strange or not pieces:
                raise UserError(
                    'In {file}, words: "{phrase}" stands for "{meant}", and this means nothing here: {strange}.',
                    file=FILE,
                    phrase=self._given[phrase],
                    meant=meant,
                    strange=", ".join(strange) or meant,
                )


def _put_in(text: str, meant: Mapping[Phrase, str]) -> str:
    found = list(_WORD.finditer(text))
    folded = [fold(word[0]) for word in found]
    parts: list[str] = []
    at, end = 0, 0
    while at < len(found):
        phrase = _phrase_at(text, found, folded, at, meant)
        if phrase:
            parts += [text[end : found[at].start()], meant[phrase]]
            end = found[at + len(phrase) - 1].end()
        at += len(phrase or " ")
    return "".join((*parts, text[end:]))


def _phrase_at(
    text: str, found: list[re.Match[str]], folded: list[str], at: int, meant: Mapping[Phrase, str]
) -> Phrase | None:
    """The longest phrase that begins at a word, in any form of its words."""
    for length in range(min(max(map(len, meant)), len(found) - at), 0, -1):
        between = [text[found[n].end() : found[n + 1].start()] for n in range(at, at + length - 1)]
        if any(each.strip() for each in between):
            continue
        spoken = tuple(folded[at : at + length])
        if spoken in meant:
            return spoken
        for phrase in meant:
            if len(phrase) == length and all(map(_same_word, phrase, spoken)):
                return phrase
    return None


def _shifts_at(shifts: Sequence[str], at: datetime) -> dict[Phrase, str]:
    """What "this shift" and "the last shift" stand for: the one that has begun last, and the one before it."""
    begun = sorted(
        (datetime.combine(day, hours[0]), shift)
        for shift in shifts
        if (hours := _hours_of(shift))
        for day in (at.date() - timedelta(days=2), at.date() - timedelta(days=1), at.date())
        if datetime.combine(day, hours[0]) <= at
    )
    latest = [f"{start.date().isoformat()} {shift}" for start, shift in begun[-2:]]
    found = {_folded(said): latest[-1] for said in _THIS_SHIFT} if latest else {}
    return found | ({_folded(said): latest[0] for said in _LAST_SHIFT} if len(latest) > 1 else {})


def _hours_of(shift: str) -> tuple[time, time] | None:
    """When a shift begins and ends; None for what is no hours."""
    found = _SHIFT.fullmatch(shift.strip())
    try:
        hours = (time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))) if found else None
    except ValueError:
        return None
    return hours if hours and hours[0] != hours[1] else None


def _same_word(ours: str, spoken: str) -> bool:
    """Whether a word is another or a form of it; short ones have none."""
    alike = ours[:_ROOT] == spoken[:_ROOT] and len(ours) > _ROOT
    return ours == spoken or (alike and bool(lemmas(ours) & lemmas(spoken)))


def _folded(phrase: str) -> Phrase:
    return tuple(fold(word[0]) for word in _WORD.finditer(phrase))
