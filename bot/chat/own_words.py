"""Words of a centre's own, from `[words]` of `svodka.toml`: read as the words that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.chat.questions.forms import lemmas
from bot.chat.questions.text import Utterance, fold, utterance, words
from bot.chat.questions.tokenize import Unknown, Unnamed, tokenize
from bot.chat.questions.vocabulary import Vocabulary
from bot.settings import FILE
from warehouse.messages import UserError

_WORD = re.compile(r"\w[\w'-]*")
_ROOT = 3
"""Letters that all forms of a word begin with."""


class OwnWords:
    """Phrases, each with what is read in its place. The longest counts, and none is looked for in what was put in."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._meant = {_folded(phrase): meant for phrase, meant in given.items()}
        self._given = {_folded(phrase): phrase for phrase in given}
        self._longest = max(map(len, self._meant), default=0)

    def read(self, text: str) -> Utterance:
        """Return a text as it is read."""
        return utterance(self._put_in(text) if self._meant else text)

    def check(self, names: Vocabulary, today: date) -> None:
        """Raise UserError for a phrase that stands for what means nothing."""
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

    def _put_in(self, text: str) -> str:
        found = list(_WORD.finditer(text))
        folded = [fold(word[0]) for word in found]
        parts: list[str] = []
        at, end = 0, 0
        while at < len(found):
            phrase = self._phrase_at(text, found, folded, at)
            if phrase:
                parts += [text[end : found[at].start()], self._meant[phrase]]
                end = found[at + len(phrase) - 1].end()
            at += len(phrase or " ")
        return "".join((*parts, text[end:]))

    def _phrase_at(self, text: str, found: list[re.Match[str]], folded: list[str], at: int) -> tuple[str, ...] | None:
        """The longest phrase that begins at a word, in any form of its words."""
        for length in range(min(self._longest, len(found) - at), 0, -1):
            between = [text[found[n].end() : found[n + 1].start()] for n in range(at, at + length - 1)]
            if any(each.strip() for each in between):
                continue
            spoken = tuple(folded[at : at + length])
            if spoken in self._meant:
                return spoken
            for phrase in self._meant:
                if len(phrase) == length and all(map(_same_word, phrase, spoken)):
                    return phrase
        return None


def _same_word(ours: str, spoken: str) -> bool:
    """Whether a word is another or a form of it; short ones have none."""
    alike = ours[:_ROOT] == spoken[:_ROOT] and len(ours) > _ROOT
    return ours == spoken or (alike and bool(lemmas(ours) & lemmas(spoken)))


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word[0]) for word in _WORD.finditer(phrase))
