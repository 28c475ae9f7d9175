"""Words taken apart into pieces that mean something, the longest first, whatever their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from bot.chat.questions import grammar as said_as
from bot.chat.questions import verbs
from bot.chat.questions.dates import DateError, Days, HoursOfDay
from bot.chat.questions.forms import is_noun, lemmas
from bot.chat.questions.periods import period_at
from bot.chat.questions.text import Sentence, Word, folded, numeral
from bot.chat.questions.text import said as split
from bot.chat.questions.vocabulary import LINE, METRIC, Name, Vocabulary
from digests.request import End, Shape, Verb, Versus, quoted
from metrics.dimensions import DIMENSIONS, EVERY, WEEKDAY
from warehouse.messages import Message, note


@dataclass(frozen=True)
class By:
    """A breakdown; a part that no metric has is kept as it was written."""

    part: str


@dataclass(frozen=True)
class Top:
    """So many of one end; of an end without a number the usual ones."""

    n: int | None
    by: str | None = None
    end: End | None = None


@dataclass(frozen=True)
class Which:
    """A breakdown that is asked for by a question word: who, which line."""

    part: str


@dataclass(frozen=True)
class Compared:
    """That what follows is set side by side."""


@dataclass(frozen=True)
class TimeSeries:
    """The parts of the period in their order, whichever one reads it by."""


@dataclass(frozen=True)
class Against:
    """What is compared with; None: nothing was named."""

    what: Versus | Days | DateError | None
    previous: bool = False
    """Whether only the one before was named: «от прошлой»."""
    yesterday: bool = False
    """Whether it was called yesterday, and not the day before."""
    execution: bool = False
    """Whether it asks how much of the plan is reached."""
    better: bool = False
    """Whether it asks which is more, or better: then it is of this month what is compared with the last."""


@dataclass(frozen=True)
class Than:
    """What a figure is held against by a word of change or of a norm: the time before, or the plan."""

    plan: bool
    end: End | None = None
    """Where the word leads: «просел» is the worst of what is asked for, «высокий» the most."""


@dataclass(frozen=True)
class Closed:
    """A value of a dimension that is not open to who asks, whether there is such a value or not."""

    of: str


@dataclass(frozen=True)
class Whole:
    """The whole centre, in so many words."""


@dataclass(frozen=True)
class Filler:
    """Nothing."""


@dataclass(frozen=True)
class Unnamed:
    """A value that is not there, of a dimension that was named."""

    of: str
    given: str


@dataclass(frozen=True)
class Unknown:
    """A word that means nothing here."""

    given: str


Meaning = (
    Verb
    | Name
    | By
    | Top
    | Which
    | Compared
    | TimeSeries
    | Against
    | Than
    | Whole
    | Filler
    | Closed
    | Unnamed
    | Unknown
    | Shape
    | Days
    | HoursOfDay
    | DateError
)


@dataclass(frozen=True)
class Token:
    """Words [start, end) with all that they may mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]
    given: str

    @property
    def names(self) -> tuple[Name, ...]:
        return tuple(meaning for meaning in self.meanings if isinstance(meaning, Name))


Read = tuple[int, Meaning]

USUAL_TOP = 5
"""How many of an end are shown, where no number is said."""

_BESIDE = ("с", "со", "и", "with", "and", "to")
"""Between two periods that are compared."""
_ANYWHERE = (Verb.WHY, Verb.OVERVIEW, Verb.PACE)
"""Verbs that need not come first."""

_MORE = ("больше", "меньше", "лучше", "хуже", "выше", "ниже", "more", "less", "better", "worse")
_WITH = ("с", "со", "with")
_WITHIN = ("в", "во", "за", "на", "in", "for", "on", "during")
_ANYBODY = ("people", "люди", "людей")
"""Words that are as often clients as agents."""

_LONGEST_NAME = 3
"""Words of a name that is not known."""


def tokenize(said: Sequence[Word], names: Vocabulary, today: date, clock: datetime | None = None) -> list[Token]:
    """The pieces of a question, in the order of its words; `clock` is the centre's time on the wall."""
    folded_words = [word.folded for word in said]
    compared = any(said_as.COMPARED_PHRASES.at(folded_words, at) for at in range(len(said)))
    sentence = Sentence(said, clock, compared=compared)
    plain = [word.folded for word in said]
    pieces: list[Token] = []
    at = 0
    begun = False
    while at < len(said):
        found = (
            _option(said, plain, at, names)
            or _best(sentence, plain, at, names, today)
            or _unheard_of(said, sentence, plain, at, names, today)
        )
        verb = verbs.VERB_PHRASES.at(sentence.folded, at)
        verb = verb if verb and (not begun or verb[1] in _ANYWHERE) else None
        if verb and not any(end > verb[0] for end, _ in found):
            found = [verb]
        end = found[0][0] if found else at + 1
        given = _given(said[at:end])
        if found:
            meanings: tuple[Meaning, ...] = tuple(meaning for _, meaning in found)
        else:
            line = names.beginning(plain[at])
            of = None if said[at].quote else said_as.OF_PHRASES.at(plain, at)
            of = of or said_as.RANKED_PHRASES.at(sentence.folded, at)
            if plain[at] == "тем" and plain[at + 1 : at + 2] in (["кого"], ["кто"], ["кому"], ["что"], ["чем"]):
                meanings = (Filler(),)
            elif of and of[1] in names.all_dimensions and of[1] != LINE and plain[at] not in _ANYBODY:
                meanings = (By(of[1]),)  # «темы звонков», «операторов»
            else:
                meanings = (Name(LINE, line),) if line else (Unknown(given),)
        pieces.append(Token(at, end, meanings, given))
        begun = begun or not isinstance(meanings[0], Filler)
        at = end
    return pieces


def _best(sentence: Sentence, plain: list[str], at: int, names: Vocabulary, today: date) -> list[Read]:
    """The longest that begins at a word; a name and a word of the grammar may be equally long."""
    found: list[Read] = []
    named = names.names.at(plain, at)
    if named and all(name.of == METRIC for name in named[1]):
        # «чаты, aht» are two metrics, «чаты aht» is one: a comma parts what it stands between.
        comma = next((n for n in range(at + 1, named[0]) if sentence.apart[n]), None)
        named = named if comma is None else names.names.at(plain[:comma], at)
    if named:
        found += [(named[0], name) for name in named[1]]
    found += _grammar(sentence, at, names, today)
    longest = max((end for end, _ in found), default=0)
    return [each for each in found if each[0] == longest] or _filler(sentence, at)


def _grammar(sentence: Sentence, at: int, names: Vocabulary, today: date) -> list[Read]:
    """What a word of the grammar begins: the longest of all readings."""
    found: list[Read | None] = [
        period_at(sentence, at, today),
        _by(sentence, at, names, today),
        _against(sentence, at, today),
        _top(sentence, at),
    ]
    if shape := verbs.SHAPE_PHRASES.at(sentence.folded, at):
        found.append(shape)
    if recurring := said_as.RECURRING_PHRASES.at(sentence.folded, at):
        found.append((recurring[0], Name(WEEKDAY.key, recurring[1])))
    if whole := said_as.WHOLE_PHRASES.at(sentence.folded, at):
        found.append((whole[0], Whole()))
    for plan, words_of_it in ((False, said_as.MOVED_PHRASES), (True, said_as.JUDGED_PHRASES)):
        if than := words_of_it.at(sentence.folded, at):
            found.append((than[0], Than(plan, than[1])))
    if of_day := _of_day(sentence.folded[at]):
        found.append((at + 1, HoursOfDay(of_day[0] * 60, of_day[1] * 60)))
    if part := said_as.DAY_PART_PHRASES.at(sentence.folded, at):
        found.append((part[0], HoursOfDay(part[1][0] * 60, part[1][1] * 60)))
    which = said_as.WHICH_PHRASES.at(sentence.folded, at)
    if which and not (sentence.folded[at] in _EACH and is_noun(sentence.folded[at + 1 : at + 2])):
        found.append((which[0], Which(which[1])))
    if any_which := _which_of(sentence.folded, at):
        found.append(any_which)
    if any_which := _which_of(sentence.folded, at):
        found.append(any_which)
    if series := said_as.SERIES_PHRASES.at(sentence.folded, at):
        found.append((series[0], TimeSeries()))
    if compared := said_as.COMPARED_PHRASES.at(sentence.folded, at):
        found.append((compared[0], Compared()))
    best = max((each for each in found if each), key=lambda each: each[0], default=None)
    return [best] if best else []


def _which_of(words: Sequence[str], at: int) -> Read | None:
    """«По каким проектам», "in which cities", «на каждого оператора», "for each line": any form of any dimension."""
    start = at + 1 if words[at] in _BEFORE_WHICH else at
    of_some = start + 2 < len(words) and words[start] in _WHO and words[start + 1] in ("из", "of")
    if start + 1 >= len(words) or not (of_some or words[start].startswith(_STEMS) or words[start] in ("which", "what")):
        return None
    asked, every = (not lemmas(words[start]).isdisjoint(each) for each in (_ASKING_WHICH, _EVERY))
    asked = asked or of_some
    of_them = start + 2 if words[start + 1] in ("из", "of") else start + 1
    if not (asked or every) or of_them >= len(words):
        return None
    known = _dimension_words()
    part = next((known[each] for each in sorted(lemmas(words[of_them])) if each in known), None)
    if part is None:
        return None
    return (of_them + 1, Which(part)) if asked else (of_them + 1, By(part))


def _of_day(word: str) -> tuple[int, int] | None:
    """The hours that an adjective says: «ночные звонки»."""
    forms = lemmas(word) if word.startswith(_OF_DAY) else ()
    return next((_DAY_ADJECTIVES[form] for form in forms if form in _DAY_ADJECTIVES), None)


_OF_DAY = ("ночн", "утрен", "вечерн", "обеденн")
_DAY_ADJECTIVES = {"ночной": (22, 30), "утренний": (6, 12), "вечерний": (18, 24), "обеденный": (12, 14)}
_BEFORE_WHICH = frozenset(
    split("по, на, в, во, у, с, со, из, о, об, для, за, от, in, on, at, by, for, from, with, about, of, per")
)
_ASKING_WHICH, _EVERY = frozenset(("какой", "который", "which", "what")), frozenset(("каждый", "each", "every"))
_EACH = ("каждый", "каждого", "каждым", "each")
_WHO = ("кто", "кого", "кому", "кем", "who", "which")
_STEMS = ("как", "котор", "кажд", "each", "every")


@cache
def _dimension_words() -> Mapping[str, str]:
    """By the dictionary form of a word: the dimension, or the part of time, that it names."""
    return {
        lemma: key
        for key, each in EVERY.items()
        for said in (*each.phrases, *each.ranked, *each.named)
        if " " not in said
        for lemma in lemmas(folded(said))
    }


def _filler(sentence: Sentence, at: int) -> list[Read]:
    found = said_as.FILLER_PHRASES.at(sentence.folded, at)
    return [(found[0], Filler())] if found else []


def _by(sentence: Sentence, at: int, names: Vocabulary, today: date) -> Read | None:
    found = said_as.BY_PHRASES.at(sentence.folded, at)
    if found:
        return found[0], By(found[1])
    if sentence.folded[at] == "по" and (of := said_as.OF_PHRASES.at(sentence.folded, at + 1)):
        values, plain = names.values.get(of[1]), sentence.folded
        alone = of[0] == len(plain) or not (values and values.at(plain, of[0]))
        if alone and (of[0] == len(plain) or _means_anything(sentence, plain, of[0], names, today)):
            return of[0], By(of[1])  # «по команде», where it is not said which
    if sentence.folded[at] == "by" and at + 1 < len(sentence.folded):
        named = names.names.at(sentence.folded, at + 1)
        if named and any(name.of == METRIC for name in named[1]):
            return None  # "the worst by aht"
        return at + 2, By(sentence.folded[at + 1])
    return None


def _against(sentence: Sentence, at: int, today: date) -> Read | None:
    alone = said_as.VERSUS_ALONE_PHRASES.at(sentence.folded, at)
    reached = said_as.EXECUTION_PHRASES.at(sentence.folded, at)
    if reached and not (alone and alone[0] > reached[0]):
        return reached[0], Against(Versus.PLAN, execution=True)
    if alone:
        return alone[0], Against(alone[1])
    word = said_as.AGAINST_PHRASES.at(sentence.folded, at)
    comparative = None if word else said_as.COMPARATIVE_PHRASES.at(sentence.folded, at)
    if comparative:
        than = period_at(sentence, comparative[0], today) if comparative[0] < len(sentence.folded) else None
        word = (comparative[0], True) if than and isinstance(than[1], Days) else None
    if not word and sentence.compared and at and sentence.folded[at] in _BESIDE and at + 1 < len(sentence.folded):
        if beside := _set_beside(sentence, at, today):
            return beside
        dated = period_at(sentence, at + 1, today) is not None
        if not dated and sentence.folded[at] in _WITH and said_as.PREVIOUS_PHRASES.at(sentence.folded, at + 1):
            return at + 2, Against(None, previous=True)  # «сравни эту неделю с прошлой»
        return None
    if not word and comparative:
        return comparative[0], Than(False, comparative[1])
    if not word:
        return None
    after = word[0]
    if sentence.folded[at] in ("к", "ко") and after < len(sentence.folded) and not _is_then(sentence, after, today):
        return None  # «приводят к переводу»
    if after + 1 < len(sentence.folded) and sentence.folded[after] in _WITHIN:
        after += 1  # «больше чем в апреле»
    if after >= len(sentence.folded):
        return after, Against(None)
    period = period_at(sentence, after, today)
    named = said_as.VERSUS_PHRASES.at(sentence.folded, after)
    if named and not (period and period[0] > named[0]):
        called_so = named[1] is Versus.DAY and bool(period and isinstance(period[1], Days))
        better = bool(comparative) or sentence.folded[at].startswith(_MORE)
        return named[0], Against(named[1], yesterday=called_so, better=better)
    if period and isinstance(period[1], Days | DateError):
        return period[0], Against(period[1])
    if said_as.PREVIOUS_PHRASES.at(sentence.folded, after):
        return after + 1, Against(None, previous=True)
    return after, Against(None)


def _set_beside(sentence: Sentence, at: int, today: date) -> Read | None:
    """«Сравни май с апрелем»; «сравни с прошлой неделей» is of this one, where no other period is named."""

    def is_period(n: int) -> bool:
        return period_at(sentence, n, today) is not None

    beside = period_at(sentence, at + 1, today)
    if beside is None or not isinstance(beside[1], Days):
        return None
    if any(map(is_period, range(at))):
        return beside[0], Against(beside[1])
    if sentence.folded[at] not in _WITH or any(map(is_period, range(beside[0], len(sentence.folded)))):
        return None
    named = said_as.VERSUS_PHRASES.at(sentence.folded, at + 1)
    return (
        (named[0], Against(named[1], better=True))
        if named and named[0] >= beside[0]
        else (beside[0], Against(beside[1]))
    )


def _is_then(sentence: Sentence, at: int, today: date) -> bool:
    """Whether a period, a plan or a word for what was before begins at a word."""
    words = sentence.folded
    named = said_as.VERSUS_PHRASES.at(words, at) or said_as.PREVIOUS_PHRASES.at(words, at)
    return named is not None or period_at(sentence, at, today) is not None


def _top(sentence: Sentence, at: int) -> Read | None:
    """`top 5`, `worst 5 agents`, «5 худших операторов», «худшие дни», «пиковый час»."""
    words = sentence.folded
    if peak := said_as.PEAK_PHRASES.at(words, at):
        return peak[0], Top(None, peak[1], End.MOST)
    n, end, after = None, None, at
    if _is_number(numeral(words[at])) and (ends := said_as.END_PHRASES.at(words, at + 1)):
        n, (after, end) = int(numeral(words[at])), ends
    elif ends := said_as.END_PHRASES.at(words, at) or _superlative(words, at):
        after, end = ends
        n, after = _number_at(words, after)
    else:
        top = next((each for each in said_as.TOP if words[at].startswith(each)), None)
        rest = words[at].removeprefix(top).lstrip("-") if top else ""
        if top is None or (rest and not _is_number(rest)):
            return None
        n, after = (int(rest), at + 1) if rest else _number_at(words, at + 1)
        if ends := said_as.END_PHRASES.at(words, after):
            after, end = ends
    ranked = said_as.RANKED_PHRASES.at(words, after)
    if ranked:
        return ranked[0], Top(n or (None if end else USUAL_TOP), ranked[1], end)
    return after, Top(n, None, end)


def _superlative(words: Sequence[str], at: int) -> tuple[int, End] | None:
    """«Самыми загруженными»: the superlatives of the ends in any form."""
    if not words[at].startswith("сам") or at + 1 >= len(words):
        return None
    end = next((_superlatives()[each] for each in lemmas(words[at + 1]) if each in _superlatives()), None)
    return (at + 2, end) if end else None


@cache
def _superlatives() -> Mapping[str, End]:
    sayings = ((said.split(" "), end) for end, all_of_it in said_as.ENDS.items() for said in all_of_it)
    of_two = ((words[1], end) for words, end in sayings if len(words) == 2 and words[0].startswith("сам"))
    return {lemma: end for word, end in of_two for lemma in lemmas(word)}


def _number_at(words: Sequence[str], at: int) -> tuple[int | None, int]:
    """The number that stands at a place, if one does, and the place after it."""
    spelt = numeral(words[at]) if at < len(words) else ""
    return (int(spelt), at + 1) if _is_number(spelt) else (None, at)


def _is_number(text: str) -> bool:
    return len(text) <= 9 and text.isascii() and text.isdigit()


def _option(said: Sequence[Word], plain: list[str], at: int, names: Vocabulary) -> list[Read]:
    """`agent=…`, or `agent` and a name that is one of its values."""
    word = plain[at]
    if not word.endswith("="):
        of = None if said[at].quote else said_as.OF_PHRASES.at(plain, at)
        values = names.values.get(of[1]) if of else None
        found = values.at(plain, of[0]) if of and values else None
        return [(found[0], Name(of[1], key)) for key in found[1]] if of and found else []
    named = said_as.OF_PHRASES.at([word[:-1]], 0)
    of_it = named[1] if named else word[:-1]
    end = at + 1
    if end >= len(said):
        return [(end, Closed(of_it) if of_it in names.closed else Unnamed(of_it, ""))]
    known = names.values.get(of_it)
    if known and (found := known.at(plain, end)):
        raw = " ".join(each.raw for each in said[end : found[0]])
        exact = [key for key in found[1] if key == raw]
        return [(found[0], Name(of_it, key)) for key in exact or found[1]]
    until = end + 1
    while said[end].quote and until < len(said) and said[until].quote == said[end].quote:
        until += 1
    given = said[end].quotation or said[end].raw
    if of_it in names.closed:
        return [(until, Closed(of_it))]
    if known is None:
        return [(until, Name(of_it, given))]
    line = names.beginning(plain[end]) if of_it == LINE else None
    return [(until, Name(LINE, line) if line else Unnamed(of_it, given))]


def _unheard_of(
    said: Sequence[Word], sentence: Sentence, plain: list[str], at: int, names: Vocabulary, today: date
) -> list[Read]:
    """`agent` and a name that nobody has; of a dimension that is closed, all the same whether somebody has it."""
    of = None if said[at].quote else said_as.OF_PHRASES.at(plain, at)
    if of is None or not (of[1] in names.closed or of[1] in names.values):
        return []
    end = of[0]
    if end < len(said) and said[end].quote:
        quote = said[end].quote
        while end < len(said) and said[end].quote == quote:
            end += 1
    else:
        while end < min(len(said), of[0] + _LONGEST_NAME) and not _means_anything(sentence, plain, end, names, today):
            end += 1
    if of[1] in names.closed:
        return [(end, Closed(of[1]))]
    return [(end, Unnamed(of[1], _given(said[of[0] : end])))] if end > of[0] else []


def _means_anything(sentence: Sentence, plain: list[str], at: int, names: Vocabulary, today: date) -> bool:
    said = names.beginning(plain[at]) or verbs.VERB_PHRASES.at(sentence.folded, at)
    return bool(said or plain[at].endswith("=") or _best(sentence, plain, at, names, today))


def _given(said: Sequence[Word]) -> str:
    """Words as they are shown again, not too many of them."""
    text = " ".join(word.raw for word in said)
    return text if len(text) <= 40 else text[:39] + "…"


def named_again(name: Name) -> str:
    """The words that mean this name and nothing else."""
    return f"{name.of}={quoted(name.key)}"


def shown(name: Name, names: Vocabulary) -> str:
    """The same for people, with what it is called, where that is another word."""
    called = names.called.get(name, name.key)
    return named_again(name) if called == name.key else f"{called} ({named_again(name)})"


def absent(unnamed: Unnamed) -> Message:
    """That there is no such value."""
    known = DIMENSIONS.get(unnamed.of)
    if known and known.absent:
        return note(known.absent, given=unnamed.given)
    return note(
        '{dimension}: there is no "{given}".', dimension=note(known.title) if known else unnamed.of, given=unnamed.given
    )
