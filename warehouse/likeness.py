"""Words that people would take for each other: what was misspelt, and what it may have been."""

from __future__ import annotations

from collections.abc import Callable, Iterable


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
