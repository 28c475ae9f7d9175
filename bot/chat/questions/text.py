"""Text as it is compared: folded words. Names and questions go through here alike, so that they meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Generic, TypeVar

LONGEST, MOST_WORDS = 500, 60
"""Characters and words of a question; more is no question."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES = dict.fromkeys(map(ord, "«»„“”‟‹›"), '"')
_TOKEN = re.compile(r'"([^"]*)"|([^\s",;=]+=)|([^\s",;=]+)')
_AROUND = ".:!?()[]{}<>*_`~'’/|"
_RANGE = re.compile(r"-|\.{2,3}")

_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True)
class Word:
    """A word as it was written and as it is compared; `topic=` is a word of its own."""

    raw: str
    folded: str
    quote: int = 0
    """Words between the same quotation marks have the same number; 0: none. A quoted word is always a name."""
    quotation: str = ""
    """All that stands between these quotation marks."""
    apart: bool = field(default=False, compare=False)
    """Whether a comma goes before it: it is one of several."""


def words(text: str) -> tuple[Word, ...]:
    """The words of a text, without marks that nobody sees and signs that mean nothing."""
    found: list[Word] = []
    quotes, end = 0, 0
    plain_text = re.sub(r"\s*=\s*", "=", clean(text))
    for token in _TOKEN.finditer(plain_text):
        quoted, option, plain = token.groups()
        apart = any(sign in ",;" for sign in plain_text[end : token.start()])
        end = token.end()
        if quoted is not None:
            quotes += 1
            inside = " ".join(quoted.split())
            of_it = [Word(raw, fold(raw), quotes, inside) for raw in map(_stripped, inside.split()) if raw]
            # A value of signs alone is a value: what follows it must not be taken for one.
            found += of_it or ([Word(inside, fold(inside), quotes, inside)] if _is_option(found) else [])
        elif option:
            found.append(Word(option, fold(option)))
        elif raw := _stripped(plain):
            found.append(Word(raw, fold(raw), apart=apart))
    return tuple(found)


@lru_cache(1 << 14)
def folded(text: str) -> str:
    """Return a name as it is looked up; a vocabulary is made of the same ones again and again."""
    # Of some six thousand names most are letters alone: no signs, nothing to take apart.
    plain = text.split(" ")
    if all(map(str.isalnum, plain)) and unicodedata.is_normalized("NFKC", text):
        return " ".join(map(fold, plain))
    return " ".join(word.folded for word in words(text))


_ALIKE = str.maketrans("аеорсхукмнтв", "aeopcxykmhtb")
"""Russian letters by the Latin ones that look the same."""
_LATIN, _RUSSIAN = re.compile(r"[a-z]"), re.compile(r"[а-я]")


def fold(word: str) -> str:
    """Return a word as it is compared; letters of the other script that look the same are those of the word's own."""
    plain = word.casefold().replace("ё", "е")
    if not plain.isascii() and _LATIN.search(plain):
        alike = plain.translate(_ALIKE)
        return plain if _RUSSIAN.search(alike) else alike
    return plain


def clean(text: str) -> str:
    """One kind of dash, of quotation mark and of space; no marks of direction, no characters of control."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    if plain.isascii() and plain.isprintable():
        return plain
    kinds = ((character, unicodedata.category(character)) for character in plain)
    return "".join(" " if kind == "Cc" else character for character, kind in kinds if kind not in ("Cf", "Cs"))


def _is_option(found: Sequence[Word]) -> bool:
    return bool(found) and found[-1].folded.endswith("=") and not found[-1].quote


def _stripped(token: str) -> str:
    """A token without the signs around it; nothing, if it is signs alone, unless they may join two dates."""
    if _RANGE.fullmatch(token):
        return token
    return token.strip(_AROUND) if any(character.isalnum() for character in token) else ""


class Phrases(Generic[_Meaning]):
    """What phrases mean, of one word or of several; the longest counts."""

    def __init__(self, meanings: Iterable[tuple[str, _Meaning]]) -> None:
        self.meanings = dict(meanings)
        self._lengths: dict[str, int] = {}
        for phrase in self.meanings:
            first, *rest = phrase.split(" ")
            self._lengths[first] = max(self._lengths.get(first, 0), 1 + len(rest))

    def at(self, folded_words: Sequence[str], start: int) -> tuple[int, _Meaning] | None:
        """Where the longest phrase that begins at a word ends, and what it means."""
        if start >= len(folded_words):
            return None
        longest = min(self._lengths.get(folded_words[start], 0), len(folded_words) - start)
        for length in range(longest, 0, -1):
            phrase = " ".join(folded_words[start : start + length])
            if phrase in self.meanings:
                return start + length, self.meanings[phrase]
        return None


_SPELT = {
    form: str(number)
    for number, forms in {
        1: "часу",
        2: "два две пару двух двумя двум two",
        3: "три трех тремя трем three",
        4: "четыре четырех четырьмя четырем four",
        5: "пять пяти пятью five",
        6: "шесть шести шестью six",
        7: "семь семи семью seven",
        8: "восемь восьми восемью eight",
        9: "девять девяти девятью nine",
        10: "десять десяти десятью ten",
        11: "одиннадцать одиннадцати одиннадцатью eleven",
        12: "двенадцать двенадцати двенадцатью twelve noon",
        15: "пятнадцать пятнадцати fifteen",
        20: "двадцать двадцати twenty",
        30: "тридцать тридцати thirty",
        24: "полуночи полночь полночи midnight",
    }.items()
    for form in forms.split(" ")
}
"""Numbers as words, in the cases that stand before and after them: «два часа», «до шести»."""


def numeral(word: str) -> str:
    """A number that is written as a word in digits; any other word as it is."""
    return _SPELT.get(word, word)


class Sentence:
    """Words for the grammar: as a list, and as one text in which patterns are looked for from a word on."""

    def __init__(self, said: Sequence[Word], clock: datetime | None = None, *, compared: bool = False) -> None:
        """`clock` is the time on the wall, `compared` whether its words say that they set two things side by side."""
        self.clock, self.compared = clock, compared
        self.apart = [word.apart for word in said]
        # What is quoted is a name and no word of the grammar.
        self.folded = ["\0" if word.quote else word.folded for word in said]
        written = [numeral(word) for word in self.folded]
        self.text = " ".join(written)
        self.starts: list[int] = []
        at = 0
        for word in written:
            self.starts.append(at)
            at += len(word) + 1
        self._ends = {start + len(written[i]): i + 1 for i, start in enumerate(self.starts)}

    def end_at(self, position: int) -> int | None:
        """Where the words end that end at a place of the text; None in the middle of a word."""
        return self._ends.get(position)

    def match(self, pattern: re.Pattern[str], at: int) -> tuple[int, re.Match[str]] | None:
        """A pattern that begins at a word and ends with one: where it ends, and it."""
        found = pattern.match(self.text, self.starts[at])
        end = self.end_at(found.end()) if found else None
        return (end, found) if found and end else None


def said(text: str) -> tuple[str, ...]:
    """Split what is written with commas: all that says the same."""
    return tuple(each.strip() for each in " ".join(text.split()).split(","))


def phrases(table: Iterable[tuple[_Meaning, Iterable[str]]]) -> Phrases[_Meaning]:
    """From what is meant with all that says it."""
    return Phrases((folded(said), meaning) for meaning, sayings in table for said in sayings)


@dataclass(frozen=True)
class Utterance:
    """A text as it is read, once for all who look into it: without what it is addressed with, and in words."""

    text: str
    surely: bool
    """Whether it is said to the bot for sure: with a slash or a prefix."""
    words: tuple[Word, ...]
    too_long: bool


_MENTION = re.compile(r"<@[^\s<>|]+(?:\|[^<>]*)?>|(?<!\S)@\w+")
_PREFIX = re.compile(r"\s*(?:/svodka(?!\S)|(?:svodka|сводка)\s*[:,])", re.IGNORECASE)
_COMMAND = re.compile(r"\s*/([^\s@/]+)(?:@\w+)?")


def utterance(text: str | Utterance) -> Utterance:
    """Read a text; what has been read already is returned as it is.

    Channels take the bot's own mention away: those that are left are of people, and no words of a question.
    """
    if isinstance(text, Utterance):
        return text
    rest, surely = _addressed(text[: LONGEST + 1])
    said = words(rest)
    return Utterance(rest, surely, said, len(text) > LONGEST or len(said) > MOST_WORDS)


def _addressed(text: str) -> tuple[str, bool]:
    """A text without what it is addressed with, and whether there was any of that."""
    command = _COMMAND.match(text)
    if command:
        text = f"/{command[1]} {text[command.end() :]}"
    text = _MENTION.sub(" ", text)
    prefix = _PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :]
    rest = text.lstrip()
    if rest.startswith("/"):
        return rest[1:], True
    return text, prefix is not None
