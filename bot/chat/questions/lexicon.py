"""Words as people write them, found again in the vocabulary: another form, layout or script, a slip of the finger.

A question is rewritten in words that the grammar knows, with the evidence for each of them; what nothing is near to
stays as it is. Names in quotation marks and after `agent=` are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product

from bot.chat.questions.concepts import is_of_the_trade
from bot.chat.questions.forms import inflected, is_in_dictionary, is_name, lemmas, other_layout, other_script
from bot.chat.questions.reading import WEIGHTS, Clue, Evidence
from bot.chat.questions.text import Word, fold

_MOST_REWRITINGS = 8
_MOST_OF_ONE = 3
"""Alternatives of one place."""
_LEAST_SLIPPED, _LEAST_SLIPPED_TWICE = 4, 8
"""Letters of a word in which one slip is looked for, and two."""
_LEAST_COMMON = 6
"""Letters of a word of the dictionary that is taken for a misspelt other one."""
_DOUBTFUL = 2 * WEIGHTS[Clue.SLIP]
"""What words cost that were hardly meant for others."""
_COMPOUND = re.compile(r"[-/+&]")
_RECURRING = ("понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям", "выходным")
"""Every such day, which is no form of the last one: it is not taken for it."""
_OF_TIME = ("час", "часу")
"""An hour is no form of hours of work."""
_MOST_OF_VALUES = 2_000
"""A vocabulary of more names of people and topics is not looked through for slips but in their first letter."""


@dataclass(frozen=True)
class Rewriting:
    """The words of a question as the grammar knows them, and what speaks for each that was written otherwise."""

    words: tuple[Word, ...]
    evidence: tuple[Evidence, ...] = ()

    @property
    def cost(self) -> float:
        return sum(WEIGHTS[each.clue] * each.n for each in self.evidence)


@dataclass(frozen=True)
class _Sense:
    """A dictionary form that a written word may be of, and how it was found."""

    lemma: str
    evidence: Evidence | None = None

    @property
    def cost(self) -> float:
        return WEIGHTS[self.evidence.clue] * self.evidence.n if self.evidence else WEIGHTS[Clue.CASE]


@dataclass(frozen=True)
class _Match:
    """Words [start, end) taken for a phrase."""

    end: int
    phrase: str
    evidence: tuple[Evidence, ...]

    @property
    def cost(self) -> float:
        return sum(WEIGHTS[each.clue] * each.n for each in self.evidence)


class Lexicon:
    """All phrases that are known, by the dictionary forms of their words. Made when something is first looked up."""

    def __init__(self, phrases: Iterable[str], exact: Iterable[str], forms: Iterable[str]) -> None:
        """`phrases` are found in any form of their words, `exact` as they stand alone; all are folded.

        The `forms` among the phrases are found with a slip in any of their forms as well.
        """
        self._phrases = tuple(dict.fromkeys(phrases))
        self._exact = frozenset(word for phrase in exact for word in phrase.split(" "))
        self._forms = tuple(dict.fromkeys(word for phrase in forms for word in phrase.split(" ")))

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every word as it is written in a phrase."""
        return frozenset(word for phrase in self._phrases for word in phrase.split(" ")) | self._exact

    @cached_property
    def _lemmas(self) -> frozenset[str]:
        return frozenset(lemma for key in self._by_first for lemma in (key,)) | frozenset(
            lemma for phrase in self._phrases for word in phrase.split(" ") for lemma in lemmas(word)
        )

    @cached_property
    def _by_first(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The phrases, as tuples of words, by each dictionary form of the first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self._phrases:
            words = tuple(phrase.split(" "))
            for lemma in lemmas(words[0]):
                found.setdefault(lemma, []).append(words)
        return {lemma: tuple(of_it) for lemma, of_it in found.items()}

    @cached_property
    def _slips(self) -> Mapping[str, tuple[str, ...]]:
        """The words that may be misspelt, by their first letter and the second, for the other may be the wrong one."""
        found: dict[str, dict[str, None]] = {}
        pool = {word for word in self._words if len(word) >= _LEAST_SLIPPED - 1 and not word[0].isdigit()}
        pool.update(form for word in self._forms for form in inflected(word))
        for word in sorted(pool):
            for letter in word[:2]:
                found.setdefault(letter, {})[word] = None
        return {letter: tuple(words) for letter, words in found.items()}

    def knows(self, word: str) -> bool:
        """Whether a folded word is in a phrase as it stands, or in another form."""
        return word in self._words or not lemmas(word).isdisjoint(self._lemmas)

    def rewritings(self, said: Sequence[Word], known: Sequence[tuple[int, int]]) -> list[Rewriting]:
        """Return what may have been meant, the nearest first; `known` are the [start, end) that mean something as is.

        Always as it stands too, where nothing nearer is found.
        """
        senses: dict[int, list[_Sense]] = {}
        ends = dict(known)
        at = 0
        parts: list[tuple[list[_Match], int]] = []
        while at < len(said):
            matches = self._matches(said, at, ends, senses)
            end = max((match.end for match in matches), default=ends.get(at, at + 1))
            parts.append((matches[:_MOST_OF_ONE], at))
            at = max(end, at + 1)
        found = [self._put_together(said, chosen, ends) for chosen in self._choices(parts)]
        return sorted(found, key=lambda each: each.cost)[:_MOST_REWRITINGS]

    @staticmethod
    def _choices(parts: Sequence[tuple[list[_Match], int]]) -> Iterator[tuple[tuple[int, _Match | None], ...]]:
        # A word that people use may tell nothing here: it is no slip for sure.
        options = [
            [
                (at, match)
                for match in (
                    [*matches, None]
                    if all(each.end == at + 1 and each.cost >= _DOUBTFUL for each in matches)
                    else matches
                )
            ]
            for matches, at in parts
        ]
        return islice(product(*options), 4 * _MOST_REWRITINGS)

    @staticmethod
    def _put_together(
        said: Sequence[Word], chosen: Sequence[tuple[int, _Match | None]], ends: Mapping[int, int]
    ) -> Rewriting:
        words: list[Word] = []
        evidence: list[Evidence] = []
        for at, match in chosen:
            if match is None:
                words += said[at : max(ends.get(at, at + 1), at + 1)]
            else:
                taken = match.phrase.split(" ")
                given = said[at : match.end]
                alike = len(given) == len(taken)
                words += (
                    Word(given[n].raw if alike else each, each, apart=given[0].apart and not n)
                    for n, each in enumerate(taken)
                )
                evidence += match.evidence
        return Rewriting(tuple(words), tuple(evidence))

    def _matches(
        self, said: Sequence[Word], at: int, ends: Mapping[int, int], senses: dict[int, list[_Sense]]
    ) -> list[_Match]:
        """The phrases that begin at a word and are longer than what it means as it stands: the longest of them."""
        if said[at].quote or said[at].folded.endswith("="):
            return []
        exact = ends.get(at, 0) - at
        found: dict[str, _Match] = {}
        for sense in self._senses_at(said, at, senses):
            for phrase in self._by_first.get(sense.lemma, ()):
                if len(phrase) <= max(exact, 0) or at + len(phrase) > len(said):
                    continue
                chosen = [sense, *self._rest(said, at, phrase, senses)]
                if len(chosen) == len(phrase):
                    match = self._match(said, at, phrase, chosen)
                    best = found.get(match.phrase)
                    if best is None or match.cost < best.cost:
                        found[match.phrase] = match
        if exact <= 0:
            singles = {match.phrase: match for match in self._single(said, at)}
            near = {each.taken for match in singles.values() for each in match.evidence}
            # A word of the grammar as it stands is nearer than another form of it.
            found = {phrase: match for phrase, match in found.items() if match.end > at + 1 or not near}
            found.update(singles)
        longest = max((match.end for match in found.values()), default=0)
        nearest: dict[tuple[str, ...], _Match] = {}
        given = " ".join(word.folded for word in said[at:longest])
        for each in sorted((each for each in found.values() if each.end == longest), key=lambda each: each.cost):
            # Of forms of the same words the one that is nearest as it is written.
            forms = tuple(min(lemmas(word)) for word in each.phrase.split(" "))
            other = nearest.setdefault(forms, each)
            if (
                other is not each
                and other.cost == each.cost
                and _apart(given, each.phrase) < _apart(given, other.phrase)
            ):
                nearest[forms] = each
        return list(nearest.values())

    def _rest(
        self, said: Sequence[Word], at: int, phrase: Sequence[str], senses: dict[int, list[_Sense]]
    ) -> Iterator[_Sense]:
        for offset, word in enumerate(phrase[1:], start=1):
            of_it = lemmas(word)
            written = said[at + offset]
            if written.quote:
                return
            sense = next((each for each in self._senses_at(said, at + offset, senses) if each.lemma in of_it), None)
            if sense is None:
                return
            yield sense

    @staticmethod
    def _match(said: Sequence[Word], at: int, phrase: Sequence[str], chosen: Sequence[_Sense]) -> _Match:
        evidence: list[Evidence] = []
        for offset, (word, sense) in enumerate(zip(phrase, chosen, strict=True)):
            written = said[at + offset]
            if sense.evidence:
                evidence.append(replace(sense.evidence, taken=word))
            elif written.folded != word:
                evidence.append(Evidence(Clue.CASE, written.raw, word))
        return _Match(at + len(phrase), " ".join(phrase), tuple(evidence))

    def _senses_at(self, said: Sequence[Word], at: int, senses: dict[int, list[_Sense]]) -> list[_Sense]:
        if at not in senses:
            senses[at] = list(self._senses(said[at]))
        return senses[at]

    def _senses(self, word: Word) -> Iterator[_Sense]:
        """The dictionary forms that a word may be of: its own, or those of words that it may have been meant for."""
        if word.folded in _RECURRING or word.folded in _OF_TIME:
            return
        own = [lemma for lemma in sorted(lemmas(word.folded)) if lemma in self._lemmas]
        yield from (_Sense(lemma) for lemma in own)
        if own or word.folded in self._words or is_of_the_trade(word.folded):
            return
        for other, clue, n in self._near(word.folded):
            yield from (
                _Sense(lemma, Evidence(clue, word.raw, other, n))
                for lemma in sorted(lemmas(other))
                if lemma in self._lemmas
            )

    def _single(self, said: Sequence[Word], at: int) -> Iterator[_Match]:
        """Words of the grammar that stand for themselves, near an unknown word; and the parts of a compound."""
        word = said[at]
        parts = [part for part in _COMPOUND.split(word.folded) if part]
        if len(parts) > 1 and all(map(self.knows, parts)):
            yield _Match(at + 1, " ".join(parts), (Evidence(Clue.CASE, word.raw, " ".join(parts)),))
            return
        if self.knows(word.folded) or is_of_the_trade(word.folded):
            return
        for other, clue, n in self._near(word.folded):
            if other in self._exact:
                yield _Match(at + 1, other, (Evidence(clue, word.raw, other, n),))

    def _near(self, word: str) -> Iterator[tuple[str, Clue, int]]:
        """Known words that a strange one may have been meant for: (word, clue, how many)."""
        layout = fold(other_layout(word))
        if layout != word and self.knows(layout):
            yield layout, Clue.LAYOUT, 1
            return
        scripts = [other for other in other_script(word) if self.knows(other)]
        if scripts:
            yield from ((other, Clue.SCRIPT, 1) for other in scripts[:_MOST_OF_ONE])
            return
        slips = list(self._slipped(word))
        if not slips and layout != word:
            slips = [(other, n) for other, n in self._slipped(layout) if n == 1]
            yield from ((other, Clue.LAYOUT, 1 + n) for other, n in slips[:_MOST_OF_ONE])
            return
        yield from ((other, Clue.SLIP, n) for other, n in slips[:_MOST_OF_ONE])

    def _slipped(self, word: str) -> Iterator[tuple[str, int]]:
        """Known words one slip away, or two of a long word. A word that people use is hardly a slip: it counts more."""
        from rapidfuzz import process  # most questions have no slip
        from rapidfuzz.distance import OSA

        if len(word) < _LEAST_SLIPPED - 1 or word[0].isdigit() or word in _RECURRING:
            return
        most = 2 if len(word) >= _LEAST_SLIPPED_TWICE else 1
        pool = dict.fromkeys(other for letter in word[:2] for other in self._slips.get(letter, ()))
        near = process.extract(word, list(pool), scorer=OSA.distance, limit=8, score_cutoff=most)
        # Of three letters only one of that many, or one more, is near.
        if is_name(word) and is_in_dictionary(word):
            near = [each for each in near if is_name(each[0])]
        close = [(other, int(n)) for other, n, _ in near if len(word) >= _LEAST_SLIPPED or len(other) >= len(word) - 1]
        if not close or (len(word) < _LEAST_COMMON and is_in_dictionary(word)):
            return
        best = min(n for _, n in close)
        common = 1 if is_in_dictionary(word) else 0
        yield from ((other, n + common) for other, n in close if n == best)


def _apart(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other)
