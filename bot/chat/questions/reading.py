"""A question as it was understood: the request, what in the words speaks for it, and how far it is to be believed.

One function ranks all that words may mean: one plausible reading is answered at once, two as good as each other are
asked back, and what is far from the words is never offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from digests.request import Request


class Clue(Enum):
    """How words were taken for what they were taken for; exact words are no clue."""

    CASE = "case"
    """Another form of the word: «инхаусу», "lines"."""
    LAYOUT = "layout"
    """Typed in the other layout of the keyboard."""
    SCRIPT = "script"
    """Russian in Latin letters, or English in Russian ones."""
    SLIP = "slip"
    """A letter wrong, missing or too many, or two that have changed places; `n` of them."""
    ALIKE = "alike"
    """Words that say together, or in another way, what a metric is called."""
    BEGUN = "begun"
    """The beginning of a name."""
    CHOSEN = "chosen"
    """One of several things that the word stands for, the one that is meant most often."""
    ASSUMED = "assumed"
    """Something that was not said at all and is usual."""
    UNUSED = "unused"
    """A word that nothing was made of."""


WEIGHTS: Mapping[Clue, float] = {
    Clue.CASE: 0.1,
    Clue.ALIKE: 0.2,
    Clue.BEGUN: 0.5,
    Clue.ASSUMED: 0.5,
    Clue.LAYOUT: 0.6,
    Clue.SCRIPT: 0.6,
    Clue.CHOSEN: 1.0,
    Clue.SLIP: 1.0,
    Clue.UNUSED: 1.2,
}
"""What each clue costs a reading, once for each `n`. A reading that needs more, or costlier ones, is never better."""

PLAUSIBLE = 5.0
"""What a reading may cost that is believed at all."""
APART = 0.5
"""By so much a reading must be cheaper than the next to be answered without asking."""
MOST_OTHERS = 3
"""Other readings that are offered beside one, or beside each other."""


@dataclass(frozen=True)
class Evidence:
    """That words of a question, as they were written, were taken for others."""

    clue: Clue
    given: str
    taken: str = ""
    """What they were taken for, as it is said; empty where nothing was made of them."""
    n: int = 1


@dataclass(frozen=True)
class Reading:
    """A request, and what had to be supposed to find it in the words."""

    request: Request
    evidence: tuple[Evidence, ...] = ()

    @property
    def cost(self) -> float:
        """How far it is from the words: 0 where every word was meant as it stands."""
        return sum(WEIGHTS[each.clue] * each.n for each in self.evidence)

    @property
    def unused(self) -> tuple[str, ...]:
        """The words that nothing was made of, as they were written: an answer must say so."""
        return tuple(each.given for each in self.evidence if each.clue is Clue.UNUSED)

    @property
    def respelt(self) -> tuple[Evidence, ...]:
        """The words that were taken for others: an answer must say which."""
        return tuple(each for each in self.evidence if each.taken and each.clue not in (Clue.CASE, Clue.ALIKE))


@dataclass(frozen=True)
class Understood:
    """The reading that is answered, and others that are plausible, to press."""

    reading: Reading
    others: tuple[Reading, ...] = ()

    @property
    def request(self) -> Request:
        return self.reading.request


@dataclass(frozen=True)
class Ambiguous:
    """Readings of which none is more plausible than the other: it is asked back which is meant."""

    readings: tuple[Reading, ...]


def rank(readings: Iterable[Reading]) -> Understood | Ambiguous | None:
    """Choose among readings: None, where none is plausible. Of those of one request the cheapest counts."""
    found: dict[Request, Reading] = {}
    for reading in sorted(readings, key=lambda each: each.cost):
        if reading.cost <= PLAUSIBLE:
            found.setdefault(reading.request, reading)
    best, *others = found.values() or (None,)
    if best is None:
        return None
    as_good = [each for each in others if each.cost - best.cost < APART]
    if as_good:
        return Ambiguous((best, *as_good)[: MOST_OTHERS + 1])
    return Understood(best, tuple(others[:MOST_OTHERS]))
