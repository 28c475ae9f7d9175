"""Words that mean nothing here, and the words that are nearest to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from bot.chat.questions import grammar as said_as
from bot.chat.questions import verbs
from bot.chat.questions.dates import RELATIVE
from bot.chat.questions.forms import is_name
from bot.chat.questions.periods import MONTHS
from bot.chat.questions.problems import MOST_READINGS, Edit, Misunderstanding, WordChange
from bot.chat.questions.subject import often_asked
from bot.chat.questions.text import folded
from bot.chat.questions.tokenize import Filler, Token, Unknown, Unnamed, absent, named_again
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Name, Vocabulary
from digests.request import Verb, quoted
from warehouse.messages import KeyedTitle, Message, alike, closest_first, listed, note, one_slip_apart

_MOST_UNKNOWN = 3
"""Words for which near ones are sought; a text of more is no misspelt question."""
_LEAST_LIKE = 0.7
"""How alike words are that a person would take for each other; below it nothing is offered."""
_LEAST_OF_NAMES = 6
"""Letters of a word that is taken for a misspelt name of an agent or a topic where nobody said that it is one."""
_LEAST_BEGUN = 4
"""Letters with which such a name is begun."""
_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LAYOUTS = str.maketrans(_ENGLISH + _RUSSIAN, _RUSSIAN + _ENGLISH)

Candidate = tuple[str, str | KeyedTitle]
"""What is written in the word's place, and how it is shown."""
Pool = dict[str, tuple[Name, ...]]
"""What may be said, with the names it is of; none: it stands for itself."""


def suggest(pieces: Sequence[Token], names: Vocabulary) -> Misunderstanding:
    """What is said of pieces that mean nothing: which they are, and what they may have been."""
    dimensions = _dimensions(pieces, names)
    no_metric = dimensions is None
    strange, candidates = _strange(pieces, dimensions, names)
    shown = [label for _, label in candidates[0]]
    message = _message(strange, shown, pieces, dimensions, names)
    if not no_metric:
        left_out: Edit = tuple(WordChange(piece.start, piece.end) for piece in strange)
        return Misunderstanding(message, (*_edits(strange, candidates), left_out))
    if any(candidates):
        return Misunderstanding(message, tuple(_edits(strange, candidates)))
    if len(strange) < sum(not isinstance(piece.meanings[0], Filler | Verb) for piece in pieces):
        offered: list[list[Candidate]] = [[(key, key) for key in often_asked(names)]]
        return Misunderstanding(message, tuple(_edits(strange[:1], offered)))
    commands = (Verb.METRICS, Verb.HELP)
    return Misunderstanding(message, tuple((WordChange(0, pieces[-1].end, verb.value),) for verb in commands))


def unnamed_values(strange: Sequence[Token], names: Vocabulary) -> Misunderstanding:
    """What is said of words beside a report that name nothing, with the values of dimensions that are near them."""
    dimensions = tuple(key for key in names.values if key not in names.closed)
    candidates = [_candidates(piece, dimensions, names) for piece in strange]
    first, shown = strange[0], [label for _, label in candidates[0]]
    meaning = first.meanings[0]
    known: tuple[str, ...] = ()
    if isinstance(meaning, Unnamed):
        what = absent(meaning)
        known = tuple(sorted({key for keys in names.known_values(meaning.of) for key in keys}))
    else:
        given = ", ".join(dict.fromkeys(piece.given for piece in strange[:_MOST_UNKNOWN]))
        what = note("These words mean nothing here: {given}.", given=given)
    left_out: Edit = tuple(WordChange(piece.start, piece.end) for piece in strange)
    edits = (*_edits(strange, candidates), left_out)
    if shown:
        told = note("{what} Perhaps: {names}?", what=what, names=tuple(shown[:MOST_READINGS]))
    elif known:
        told = note("{what} There are: {names}.", what=what, names=listed(closest_first(first.given, known)))
    else:
        told = what
    return Misunderstanding(told, edits)


def _strange(
    pieces: Sequence[Token], dimensions: tuple[str, ...] | None, names: Vocabulary
) -> tuple[list[Token], list[list[Candidate]]]:
    """The pieces that mean nothing, two words as one where that is near something, with what each is near to."""
    strange: list[Token] = []
    candidates: list[list[Candidate]] = []
    for piece in pieces:
        if not isinstance(piece.meanings[0], Unknown | Unnamed):
            continue
        before = strange[-1] if strange and strange[-1].end == piece.start and dimensions else None
        if before and len(strange) <= _MOST_UNKNOWN:
            both = replace(before, end=piece.end, given=f"{before.given} {piece.given}")
            near = _candidates(both, dimensions, names, closely=True)
            if near:
                strange[-1], candidates[-1] = both, near
                continue
        strange.append(piece)
        wanted = names.all_dimensions if dimensions is None and len(strange) > 1 else dimensions
        candidates.append(_candidates(piece, wanted, names) if len(strange) <= _MOST_UNKNOWN else [])
    return strange, candidates


def _edits(strange: Sequence[Token], candidates: Sequence[list[Candidate]]) -> Iterator[Edit]:
    """The nearest of each first; what has no more near words is written as its nearest, or left out."""
    for i in range(min(MOST_READINGS, max(map(len, candidates)))):
        yield tuple(
            WordChange(piece.start, piece.end, near[min(i, len(near) - 1)][0] if near else "")
            for piece, near in zip(strange, candidates, strict=True)
        )


def _message(
    strange: Sequence[Token],
    shown: Sequence[str | KeyedTitle],
    pieces: Sequence[Token],
    dimensions: tuple[str, ...] | None,
    names: Vocabulary,
) -> Message:
    first = strange[0]
    meaning = first.meanings[0]
    known: Sequence[str | KeyedTitle] = ()
    if isinstance(meaning, Unnamed) and not meaning.given:
        return note('After "{given}" write a name.', given=first.given)
    if isinstance(meaning, Unnamed):
        what = absent(meaning)
        known = names.line_titles(closest_first(first.given, names.lines)) if meaning.of == LINE else ()
    elif dimensions is None:
        what = note('There is no metric "{given}".', given=first.given)
        known = names.metric_titles(closest_first(first.given, names.metrics))
    elif len(strange) == 1 and not shown and AGENT not in names.closed and _is_somebody(first, dimensions):
        what = absent(Unnamed(AGENT, first.given))
    elif len(strange) == 1 and (_is_line(shown[0], names) if shown else _is_lines_place(first, pieces, dimensions)):
        what = note('There is no line "{given}".', given=first.given)
        known = names.line_titles(closest_first(first.given, names.lines))
    else:
        given = ", ".join(dict.fromkeys(piece.given for piece in strange[:_MOST_UNKNOWN]))
        what = note("These words mean nothing here: {given}.", given=given)
    if shown:
        return note("{what} Perhaps: {names}?", what=what, names=tuple(shown[:MOST_READINGS]))
    told = note("{what} There are: {names}.", what=what, names=listed(known)) if known else what
    if AGENT in names.closed and AGENT in (dimensions or ()):
        # Whether it is somebody's name or not.
        return note("{what} Names of agents are not open to you.", what=told)
    return told


def _dimensions(pieces: Sequence[Token], names: Vocabulary) -> tuple[str, ...] | None:
    """What the metric that is named can be narrowed to; None, if there is none."""
    metrics = [name.key for piece in pieces for name in piece.names if name.of == METRIC]
    return names.dimensions[metrics[0]] if metrics else None


def _is_somebody(piece: Token, dimensions: tuple[str, ...]) -> bool:
    """Whether it is a name of people, of what people make: «aht Петрова» asks for no line."""
    return AGENT in dimensions and all(is_name(word) for word in folded(piece.given).split(" "))


def _is_line(shown: str | KeyedTitle, names: Vocabulary) -> bool:
    return isinstance(shown, KeyedTitle) and shown == names.line_title(shown.key)


def _is_lines_place(piece: Token, pieces: Sequence[Token], dimensions: tuple[str, ...]) -> bool:
    """Right after a metric that has lines."""
    metric = next(each for each in pieces if any(name.of == METRIC for name in each.names))
    return LINE in dimensions and piece.start == metric.end


def _candidates(
    piece: Token, dimensions: tuple[str, ...] | None, names: Vocabulary, closely: bool = False
) -> list[Candidate]:
    """The nearest words to a strange piece: to values of dimensions and words of the grammar, or to metrics (None)."""
    meaning = piece.meanings[0]
    if isinstance(meaning, Unnamed):
        values = names.values.get(meaning.of)
        if not values:
            return []
        pool: Pool = {said: (Name(meaning.of, key),) for said, keys in values.meanings.items() for key in keys[:1]}
        return _nearest(meaning.given, pool, names, closely, named=True)
    word = folded(piece.given)
    kinds = frozenset(dimensions or (METRIC,))
    wanted = names.said_of(kinds)
    if len(word) < _LEAST_OF_NAMES:
        wanted = {said: meant for said, meant in wanted.items() if _is_begun(said, word) or _is_ours(meant)}
    beside = _verb_words() if dimensions is None or piece.start == 0 else _grammar_words()
    return _nearest(piece.given, {**wanted, **{said: () for said in beside if said not in wanted}}, names, closely)


def _nearest(given: str, pool: Pool, names: Vocabulary, closely: bool, *, named: bool = False) -> list[Candidate]:
    """Names in the other layout of the keyboard, with a slip, or begun; if there are none, those spelt alike.

    Any word is spelt alike to somebody's name, so that these are not offered unless it was said to be one (`named`).
    """
    word = folded(given)
    if not word:
        return []
    found = [other for other in (word.translate(_LAYOUTS),) if other in pool]
    found += one_slip_apart(word, pool)
    if not closely:
        found += [name for name in pool if name.startswith(word)][: MOST_READINGS + 1]
        # What begins otherwise is seldom a misspelling.
        like = [name for name in pool if name[0] == word[0] and (named or _is_ours(pool[name]))]
        found = found or alike(word, like, most=MOST_READINGS + 1, at_least=_LEAST_LIKE)
    candidates = [each for name in dict.fromkeys(found) for each in _written(name, pool[name], names)]
    labels: dict[str, str | KeyedTitle] = {}
    for text, label in candidates:
        labels.setdefault(text, label)
    return list(labels.items())[:MOST_READINGS]


def _is_ours(meant: tuple[Name, ...]) -> bool:
    """Whether it is a word of the grammar, a metric or a line, and not only something's value in the records."""
    return not meant or any(name.of in (METRIC, LINE) for name in meant)


def _is_begun(name: str, word: str) -> bool:
    return len(word) >= _LEAST_BEGUN and name.startswith(word)


def _written(said: str, meant: tuple[Name, ...], names: Vocabulary) -> Iterator[Candidate]:
    if not meant:
        yield said, said
    for name in meant:
        if name.of == METRIC:
            yield name.key, names.catalogue.get(name.key).keyed_title
        elif name.of == LINE:
            yield quoted(name.key), names.line_title(name.key)
        else:
            yield named_again(name), names.called.get(name, said)


@cache
def _verb_words() -> Pool:
    return {folded(said): () for sayings in verbs.VERBS.values() for said in sayings if len(said) > 1}


@cache
def _grammar_words() -> Pool:
    """Words of the grammar that are worth a suggestion; they stand for themselves."""
    tables = (
        *RELATIVE.values(),
        *MONTHS.values(),
        *verbs.SHAPES.values(),
        *said_as.PARTS.values(),
    )
    return {folded(said): () for sayings in tables for said in sayings if len(said) > 3}
