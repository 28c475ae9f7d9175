"""Other shapes of a word: its dictionary forms, the other layout of the keyboard, the other script.

The dictionary of Russian is loaded when a word is looked up that was not before: it takes 50 ms and 21 MB.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from bot.chat.questions.text import fold

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LAYOUTS = str.maketrans(_ENGLISH + _RUSSIAN, _RUSSIAN + _ENGLISH)
_CYRILLIC = re.compile(r"[а-яё]+(?:-[а-яё]+)*")
_LATIN = re.compile(r"[a-z']+")

_SOUNDS: dict[str, tuple[str, ...]] = {
    "shch": ("щ",),
    "sch": ("щ",),
    "zh": ("ж",),
    "kh": ("х",),
    "ts": ("ц",),
    "ch": ("ч",),
    "sh": ("ш",),
    "yu": ("ю",),
    "ju": ("ю",),
    "iu": ("ю",),
    "ya": ("я",),
    "ja": ("я",),
    "ia": ("я",),
    "yo": ("е",),
    "ye": ("е",),
    "iyu": ("ию",),
    "iya": ("ия",),
    "iy": ("ий",),
    "yy": ("ый",),
    "a": ("а",),
    "b": ("б",),
    "c": ("ц", "к"),
    "d": ("д",),
    "e": ("е", "э"),
    "f": ("ф",),
    "g": ("г",),
    "h": ("х",),
    "i": ("и", "ы"),
    "j": ("й", "ж"),
    "k": ("к",),
    "l": ("л", "ль"),
    "m": ("м",),
    "n": ("н", "нь"),
    "o": ("о",),
    "p": ("п",),
    "q": ("к",),
    "r": ("р",),
    "s": ("с",),
    "t": ("т", "ть"),
    "u": ("у", "ю"),
    "v": ("в",),
    "w": ("в",),
    "x": ("кс", "х"),
    "y": ("ы", "й", "и"),
    "z": ("з",),
    "'": ("ь", ""),
}
_MOST_SPELLINGS = 64


@lru_cache(1 << 15)
def lemmas(word: str) -> frozenset[str]:
    """Return the dictionary forms of a folded word: «звонков» is «звонок», "lines" is "line"; itself if it has none."""
    if _CYRILLIC.fullmatch(word) and len(word) > 2:
        return frozenset(fold(parse.normal_form) for parse in _dictionary().parse(word))
    if _LATIN.fullmatch(word) and len(word) > 3:
        return frozenset((_singular(word),))
    return frozenset((word,))


def _singular(word: str) -> str:
    plain = word.removesuffix("'s").removesuffix("'")
    if plain.endswith("ies") and len(plain) > 4:
        return plain[:-3] + "y"
    if plain.endswith(("ches", "shes", "sses", "xes")):
        return plain[:-2]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


@lru_cache(1 << 13)
def inflected(word: str) -> frozenset[str]:
    """Return all forms that a folded Russian word has with it: «звонок», «звонка», «звонками»…"""
    if not _CYRILLIC.fullmatch(word) or len(word) < 4:
        return frozenset((word,))
    return frozenset(fold(form.word) for form in _dictionary().parse(word)[0].lexeme) | {word}


@lru_cache(1 << 13)
def is_in_dictionary(word: str) -> bool:
    """Whether a word is one that people use, so that it is hardly a misspelt other one."""
    return bool(_CYRILLIC.fullmatch(word)) and _dictionary().word_is_known(word)


@lru_cache(1 << 13)
def is_name(word: str) -> bool:
    """Whether a word is somebody's name, or a place's."""
    if not _CYRILLIC.fullmatch(word) or len(word) < 4:
        return False
    first = _dictionary().parse(word)[0]
    return first.score > 0.05 and any(kind in first.tag for kind in ("Surn", "Name", "Patr", "Geox"))


@lru_cache(1 << 13)
def is_verbal(word: str) -> bool:
    """Whether a word says what is done, or was: a verb or a participle, «закрыл», «закрытые»."""
    if not _CYRILLIC.fullmatch(word):
        return word in _DOING
    return any(parse.tag.POS in _VERBAL for parse in _dictionary().parse(word))


def is_subject(word: str) -> bool:
    """Whether a word is a noun as it is named in a list: «потери», «звонки», and not «звонков», «потеряли»."""
    marks = part_of_speech(word)
    return "NOUN" in marks and not marks.isdisjoint(("nomn", "accs"))


def is_adjunct(word: str) -> bool:
    """Whether a noun says by what, to what or about what: «ботом», «клиентам»; none of a list stands so."""
    marks = part_of_speech(word)
    return "NOUN" in marks and not marks.isdisjoint(("ablt", "datv", "loct"))


@lru_cache(1 << 13)
def part_of_speech(word: str) -> frozenset[str]:
    """Return the marks that the dictionary gives a folded Russian word as it is read most often; none of others."""
    return frozenset(_dictionary().parse(word)[0].tag.grammemes) if _CYRILLIC.fullmatch(word) else frozenset()


def is_noun(words: Sequence[str]) -> bool:
    """Whether there is a word, and it is a noun; any English one may be."""
    if not words:
        return False
    return not _CYRILLIC.fullmatch(words[0]) or "NOUN" in part_of_speech(words[0])


_VERBAL = ("VERB", "INFN", "PRTF", "PRTS", "GRND")
_DOING = ("miss", "lose", "drop", "abandon", "answer", "handle", "transfer", "close")


def other_layout(word: str) -> str:
    """Return what the same keys write in the other layout."""
    return word.translate(_LAYOUTS)


@lru_cache(1 << 12)
def other_script(word: str) -> tuple[str, ...]:
    """Return what a word in Latin letters may be in Russian ones: `prodazhi`; the likeliest first."""
    if not _LATIN.fullmatch(word) or len(word) < 2:
        return ()
    sounds: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        length = next(n for n in (4, 3, 2, 1) if word[at : at + n] in _SOUNDS)
        sounds.append(_SOUNDS[word[at : at + length]])
        at += length
    return tuple("".join(spelling) for spelling in islice(product(*sounds), _MOST_SPELLINGS))


class _Dictionary:
    """The dictionary of Russian, as long as it is used."""

    def __init__(self) -> None:
        self._loaded: MorphAnalyzer | None = None
        self._last_used = 0.0

    def __call__(self) -> MorphAnalyzer:
        self._last_used = time.monotonic()
        loaded = self._loaded
        if loaded is None:
            import pymorphy3  # what is written as it stands in the vocabulary needs no dictionary

            loaded = self._loaded = pymorphy3.MorphAnalyzer()
        return loaded

    def forget(self, unused_s: float) -> bool:
        """Give its memory back if no word was looked up for so many seconds; whether there was any."""
        if self._loaded is None or time.monotonic() - self._last_used < unused_s:
            return False
        self._loaded = None
        return True


_dictionary = _Dictionary()


def forget_dictionary(unused_s: float) -> bool:
    """Give back what the dictionary takes, if no word was looked up for so many seconds; whether there was any.

    What was found in it is still known.
    """
    return _dictionary.forget(unused_s)
