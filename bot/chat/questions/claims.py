"""Which words name the metrics, and which no role claims: a metric's phrase is found in any order, with words between.

Pieces of a question that have a role of their own (periods, lines, orders) stay as they are. Of the rest, words that
together say what a metric is called become that metric; a metric beside it that is only what it is of becomes nothing;
and what nobody claims is left for the answer to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from bot.chat.questions.concepts import LIGHT, Phrase, concepts_of, is_of_the_trade, says_nothing
from bot.chat.questions.forms import is_adjunct, is_subject, is_verbal, lemmas
from bot.chat.questions.idle import NEGATIONS, is_idle
from bot.chat.questions.problems import metrics_of
from bot.chat.questions.reading import Clue, Evidence
from bot.chat.questions.text import Word, numeral
from bot.chat.questions.text import said as split
from bot.chat.questions.tokenize import Against, By, Filler, Than, Token, Top, Unknown, Which
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Name, Vocabulary
from digests.request import Verb
from metrics.dimensions import OWNER
from metrics.model import Ratio

_JOINING = frozenset(("и", "and", "или", "or", "плюс", "plus", "также", "&", "+", "vs", "против"))
"""Words between two things that are asked for: no phrase goes over them."""
_NEEDED = frozenset(("time",))
"""Of the light words those that must be said where a phrase has them: «время обработки» is not «обработали»."""
_LITTLE, _LACKING, _LITERAL, _OF_RANK = 0.3, 0.2, 0.05, 0.01
_NOT_DIVIDED = 0.6
"""What it costs a phrase that its metric cannot be narrowed to what is named."""


@dataclass(frozen=True)
class Claims:
    """The pieces of a question, each with its role, and what was supposed to give it to them."""

    pieces: list[Token]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class _Found:
    """A phrase in the words of a question: the places of those that it claims."""

    phrase: Phrase
    places: tuple[int, ...]
    score: float
    lacking: bool
    """Whether some of its words are not said, which tell little."""


def claimed(
    pieces: Sequence[Token], said: Sequence[Word], names: Vocabulary, *, unknown: bool = False, idle: bool = True
) -> Claims:
    """Return the pieces with each metric in one piece, and `idle` words as fillers.

    Words that are not known make a phrase only where `unknown` says so: they may be somebody's name in another form.
    """
    plain = _either(_listed(pieces))
    plain = _without_plan(_negated([_idle(piece, said) for piece in plain] if idle else plain), said)
    evidence: list[Evidence] = []
    plain, fallen = _fallen(plain, said)
    evidence += (Evidence(Clue.UNUSED, piece.given) for piece in fallen)
    parts = [piece for piece in plain if isinstance(piece.meanings[0], By)]
    for piece in parts if len(parts) > 1 else ():
        if piece.meanings[0] == By(LINE) and any(word in _EVERY for word in piece.given.casefold().split(" ")):
            evidence.append(Evidence(Clue.UNUSED, piece.given))  # there is one breakdown
            plain = [replace(each, meanings=(Filler(),)) if each is piece else each for each in plain]
    for _ in range(_MOST_PHRASES):
        found = _best(plain, said, names, Filler | Unknown if unknown else Filler)
        if found is None:
            break
        plain, of_it = _composed(plain, found, said)
        evidence.append(of_it)
    plain = _of_breaks(plain, said, names)
    kept = {piece.start: piece for piece in _absorbed([each for each in plain if metrics_of(each)], plain, said, names)}
    dropped = [piece for piece in plain if metrics_of(piece) and piece.start not in kept]
    of_others = [piece for piece in dropped if _is_metric(piece) and metrics_of(piece)[0] not in _WHATEVER]
    evidence += (Evidence(Clue.UNUSED, piece.given) for piece in of_others)
    plain = [_no_metric(piece) if piece in dropped else kept.get(piece.start, piece) for piece in plain]
    return Claims(plain, tuple(evidence))


def _no_metric(piece: Token) -> Token:
    meanings = tuple(each for each in piece.meanings if not (isinstance(each, Name) and each.of == METRIC))
    return replace(piece, meanings=meanings or (Filler(),))


_MOST_PHRASES = 4
_EVERY = ("всем", "все", "all")
_LEAST_UNLISTED = 2
"""Telling words of a metric that lists of metrics do not have."""
_LEAST_LACKING = 2
"""Words that a phrase must have, where some others of it are not said."""


def _idle(piece: Token, said: Sequence[Word]) -> Token:
    """An unknown word that adds nothing is a filler, whatever it is: a particle, a pronoun, a verb of asking."""
    if not isinstance(piece.meanings[0], Unknown) or said[piece.start].quote:
        return piece
    words = [word.folded for word in said[piece.start : piece.end]]
    idle = all(is_idle(word) and not _tells(word) for word in words)
    return replace(piece, meanings=(Filler(),)) if idle else piece


def _tells(word: str) -> bool:
    return is_of_the_trade(word) and not concepts_of(word) <= LIGHT


def _listed(pieces: Sequence[Token]) -> list[Token]:
    """«Линии» and «рейтинг» are commands where nothing else is said, and tell nothing elsewhere."""
    lists = [piece for piece in pieces if piece.meanings[0] in (Verb.LINES, Verb.METRICS, Verb.RATING)]
    if len(lists) == sum(not isinstance(piece.meanings[0], Filler | Unknown) for piece in pieces):
        return list(pieces)
    return [
        replace(piece, meanings=(Filler(),)) if piece in lists and piece.meanings[0] is not Verb.METRICS else piece
        for piece in pieces
    ]


def _either(pieces: Sequence[Token]) -> list[Token]:
    """The first word for a line and a metric is the metric where no other is named; the others are lines.

    In an overview, and in what else is of all metrics, it is the line if that is its key.
    """
    either = [piece for piece in pieces if metrics_of(piece) and any(name.of == LINE for name in piece.names)]
    named = any(map(_is_metric, pieces))
    lines = {name for piece in pieces for name in piece.names if name.of == LINE and not metrics_of(piece)}
    asked_for = any(piece.meanings[0] is Verb.FIGURE for piece in pieces)
    of_metric = (len(pieces) == len(either) or bool(lines) or asked_for) and not named
    of_all = any(piece.meanings[0] in _OF_ALL for piece in pieces)

    def decided(piece: Token) -> Token:
        if piece not in either:
            return piece
        is_line = piece is not either[0] or (
            of_all and any(name.of == LINE and name.key == piece.given for name in piece.names)
        )
        kept = tuple(name for name in piece.names if (name.of == METRIC) is (of_metric and not is_line))
        return replace(piece, meanings=kept)

    return [decided(piece) for piece in pieces]


_OF_ALL = (Verb.OVERVIEW, Verb.BRIEF, Verb.PLAN, Verb.PACE)


_FELL = ("упало", "упал", "упали", "упала", "падает", "падало", "падают")


def _fallen(pieces: list[Token], said: Sequence[Word]) -> tuple[list[Token], list[Token]]:
    """Of how many that «упало» it may be said that they came, or that they were lost: it is no decrease."""
    words = [word.folded for word in said]
    counted = [at for at, word in enumerate(words) if word == "сколько" and words[at - 1 : at] != ["на"]]
    fell = [p for p in pieces if isinstance(p.meanings[0], Than) and p.given.casefold() in _FELL and counted]
    return [replace(p, meanings=(Filler(),)) if p in fell else p for p in pieces], fell


def _negated(pieces: Sequence[Token]) -> list[Token]:
    """A negation and the unknown word after it are one thing that was not understood."""
    found: list[Token] = []
    for piece in pieces:
        last = found[-1] if found else None
        unknown = isinstance(piece.meanings[0], Unknown)
        if last and unknown and last.given.casefold() in NEGATIONS and isinstance(last.meanings[0], Unknown):
            both = f"{last.given} {piece.given}"
            found[-1] = replace(last, end=piece.end, meanings=(Unknown(both),), given=both)
        else:
            found.append(piece)
    return found


def _without_plan(pieces: list[Token], said: Sequence[Word]) -> list[Token]:
    """Beside a plan, «закрыли» and "target" are of the plan, where another metric is named."""
    of_plan = any(
        piece.meanings[0] in (Verb.PLAN, Verb.PACE)
        or (isinstance(piece.meanings[0], Against) and piece.meanings[0].execution)
        for piece in pieces
    )
    if not of_plan:
        return pieces

    def is_of_it(piece: Token) -> bool:
        words = [word.folded for word in said[piece.start : piece.end]]
        return all(not concepts_of(word).isdisjoint(_OF_PLAN) for word in words)

    free = [piece for piece in pieces if isinstance(piece.meanings[0], Unknown) or _is_metric(piece)]
    others = [piece for piece in free if _is_metric(piece) and not is_of_it(piece)]
    return [
        replace(piece, meanings=(Filler(),)) if others and piece in free and is_of_it(piece) else piece
        for piece in pieces
    ]


_OF_PLAN = frozenset(("close", "target"))


def _is_metric(piece: Token) -> bool:
    return bool(piece.names) and all(isinstance(each, Name) and each.of == METRIC for each in piece.meanings)


def _is_key(piece: Token) -> bool:
    return metrics_of(piece) == (piece.given,)


def _best(pieces: Sequence[Token], said: Sequence[Word], names: Vocabulary, free: Any) -> _Found | None:
    """The phrase that claims most, of those that no single piece is already."""
    of_place = {
        n: piece
        for piece in pieces
        if not isinstance(piece, _Composed) and (_is_metric(piece) or isinstance(piece.meanings[0], free))
        if not isinstance(piece.meanings[0], _Taken)
        for n in range(piece.start, piece.end)
        if not said[n].quote
    }
    if len({piece.start for piece in of_place.values()}) <= 1 and all(map(_is_key, of_place.values())):
        return None  # a metric by its key, and no other word: phrases take a third of a second to load
    best: _Found | None = None
    wanted = _dimensions_of(pieces, names)
    of_metrics = {n for piece in pieces if _is_metric(piece) for n in range(piece.start, piece.end)}
    for part in _parts(sorted(of_place.keys() | of_metrics), said):
        named = not of_metrics.isdisjoint(part)
        part = [n for n in part if n in of_place]
        spoken = {n: numeral(said[n].folded) for n in part}
        senses = {n: concepts_of(word) for n, word in spoken.items() if not says_nothing(word)}
        present = {sense for each in senses.values() for sense in each - LIGHT}
        for phrase in names.metric_phrases.beginning(present):
            found = _placed(phrase, senses, said)
            if found and wanted and (lost := wanted - _open_of(phrase.key, names)):
                found = replace(found, score=found.score - _NOT_DIVIDED * len(lost))
            if found and (best is None or found.score > best.score) and _gains(found, of_place, senses, names, named):
                best = found
    return best


_PEOPLE = frozenset((AGENT, OWNER))


def _dimensions_of(pieces: Sequence[Token], names: Vocabulary) -> frozenset[str]:
    """What a metric must be told apart by to be narrowed, or broken down, as it is said."""
    named = {name.of for piece in pieces for name in piece.names} - {METRIC, LINE}
    parts = {m.part for piece in pieces if isinstance(m := piece.meanings[0], By | Which)} - {LINE}
    wanted = (named | parts) & {*names.all_dimensions}
    return frozenset(wanted - _PEOPLE | ({AGENT} if wanted & _PEOPLE else set()))


def _open_of(metric: str, names: Vocabulary) -> frozenset[str]:
    """What a metric can be told apart by; whoever sells is asked for as whoever answers."""
    of_it = frozenset(names.dimensions[metric])
    return of_it | _PEOPLE if of_it & _PEOPLE else of_it


def _parts(places: Sequence[int], said: Sequence[Word]) -> Iterator[list[int]]:
    part: list[int] = []
    for n in places:
        if said[n].folded in _JOINING:
            yield part
            part = []
        elif said[n].apart:
            yield part
            part = [n]
        else:
            part.append(n)
    yield part


def _placed(phrase: Phrase, senses: Mapping[int, frozenset[str]], said: Sequence[Word]) -> _Found | None:
    """Where the words of a phrase stand; None, if one that counts is missing."""
    places: dict[int, int] = {}
    score, lacking = -_OF_RANK * phrase.rank, False
    for n, wanted in enumerate(phrase.senses):
        light = phrase.is_light(n)
        telling = wanted if light else wanted - LIGHT
        at = next((at for at, of_it in senses.items() if at not in places.values() and of_it & telling), None)
        if at is None:
            if not light or wanted & _NEEDED:
                return None
            score -= _LACKING
            lacking = True
            continue
        before = [word.folded for word in said[max(at - 2, 0) : at]]
        bound = phrase.binding.get(n)
        needed = bound if light or bound != "на" else None
        score += _LITERAL * (1 if bound in before else -1) if bound else 0
        if (needed and needed not in before) or (bound not in NEGATIONS and not NEGATIONS.isdisjoint(before[-1:])):
            return None
        places[n] = at
        score += _LITTLE if light else 1.0
        score += _LITERAL if said[at].folded == phrase.words[n] else 0
    return _Found(phrase, tuple(sorted(places.values())), score, lacking)


def _gains(
    found: _Found, of_place: Mapping[int, Token], senses: Mapping[int, frozenset[str]], names: Vocabulary, named: bool
) -> bool:
    """Whether a phrase says more than the pieces did: it takes in several of them, or a word that meant nothing."""
    telling = sum(not senses[n] <= LIGHT for n in found.places)
    if telling < _LEAST_UNLISTED and not names.catalogue.get(found.phrase.key).listed:
        return False
    touched = list(dict.fromkeys(of_place[n] for n in found.places))
    metrics = [piece for piece in touched if _is_metric(piece)]
    for piece in metrics:
        of_it = {n: senses[n] <= LIGHT for n in range(piece.start, piece.end) if n in senses}
        counting = {n for n, light in of_it.items() if not light}
        more = telling > len(counting)
        if not (counting if more else of_it.keys()) <= set(found.places):
            return False
    if len(metrics) == 1 and metrics_of(metrics[0]) == (found.phrase.key,):
        return any(isinstance(piece.meanings[0], Unknown) for piece in touched)
    if len(metrics) > 1 and (all(map(_is_key, metrics)) or _is_list(metrics)):
        return False
    if found.lacking and (metrics[1:] == [] and (metrics or len(found.places) < _LEAST_LACKING)):
        return False
    alone = len(found.places) == 1 and not metrics
    if alone and named:
        return False
    if not metrics:
        return any(isinstance(piece.meanings[0], Unknown) for piece in touched) or len(found.places) > 1
    return len(touched) > 1


def _is_list(metrics: Sequence[Token]) -> bool:
    """Whether metrics are named one after the other: «звонки потери лиды» are three."""
    return all(is_subject(piece.given.casefold()) for piece in metrics)


def _composed(pieces: Sequence[Token], found: _Found, said: Sequence[Word]) -> tuple[list[Token], Evidence]:
    """The pieces with one for the phrase, where the first of its words stood."""
    touched = [piece for piece in pieces if any(piece.start <= n < piece.end for n in found.places)]
    main = next((piece for piece in touched if not isinstance(piece.meanings[0], Filler)), touched[0])
    given = " ".join(said[n].raw for n in found.places)
    made = _Composed(main.start, main.end, (Name(METRIC, found.phrase.key),), given)
    changed = [
        made if piece is main else replace(piece, meanings=(_Taken(),)) if piece in touched else piece
        for piece in pieces
    ]
    return changed, Evidence(Clue.ALIKE, given, " ".join(found.phrase.words))


@dataclass(frozen=True)
class _Composed(Token):
    """Words that stand apart and say together what a metric is called, where the first of them stands."""


@dataclass(frozen=True)
class _Taken(Filler):
    """A word that is part of a phrase already."""


# What is done, and what it is done with, are one metric; so is a metric, and what it is said to be of.

_WHATEVER = ("calls", "contacts")
"""What most metrics are of: to say so adds nothing."""
_OBJECTS = ("calls", "chats", "leads", "contacts", "deals", "desk_tasks")
"""Metrics of what something is done with."""
_OF_WHAT = frozenset(
    split("от, после, из, в, на, по, у, с, со, до, при, для, про, о, об, of, from, in, into, to, on, by, for, about")
)
"""Between a metric and what it is of."""
_VOLUMES = ("volume", "volumes", "объем", "объемы", "поток", "трафик", "traffic")
"""Beside a metric they are its number, and name none themselves."""
_OF_CALLS = ("звонков", "звонка", "звонках", "вызовов", "вызова", "чатов", "чата", "лидов", "сделок", "контактов")


def _of_family(possible: list[Token]) -> list[Token]:
    """A word for several metrics beside a word for one of them says no more: «тикеты созданы»."""
    told = [piece for piece in possible if piece.given.casefold() not in _VOLUMES]
    possible = told or possible
    sure = {keys for piece in possible if len(keys := metrics_of(piece)) == 1}
    return [p for p in possible if len(metrics_of(p)) == 1 or sure.isdisjoint((key,) for key in metrics_of(p))]


_BREAK, _OF_BREAKS = "shrinkage", frozenset(("перерыв", "break"))
_LASTING = frozenset(("час", "время", "минута", "часы", "time", "hour", "minute", "долго", "long"))


def _of_breaks(pieces: list[Token], said: Sequence[Word], names: Vocabulary) -> list[Token]:
    """How long breaks took are hours of a category, not their share: «сколько времени была на перерыве»."""
    breaks = [p for p in pieces if metrics_of(p) == (_BREAK,) and not lemmas(p.given.casefold()).isdisjoint(_OF_BREAKS)]
    lasting = [n for n, word in enumerate(said) if not lemmas(word.folded).isdisjoint(_LASTING)]
    of_time = [p for p in pieces if any(p.start <= n < p.end for n in lasting) and p not in breaks]
    if not (breaks and of_time and "category" in names.dimensions.get("activity_hours", ())):
        return pieces
    made = {
        breaks[0].start: replace(breaks[0], meanings=(Name("category", "break"),)),
        of_time[0].start: replace(of_time[0], meanings=(Name(METRIC, "activity_hours"),)),
    }
    return [made.get(piece.start, piece) for piece in pieces]


TARGETS = {"calls": "target_calls_in", "chats": "target_chats", "leads": "target_leads"}
"""Those of a kind that have a target, by the metric of all."""


def _of_target(possible: list[Token], names: Vocabulary) -> list[Token]:
    """Target ones after a metric are of that: «лиды вчера и сколько из них целевых»."""
    found: list[Token] = []
    for piece in possible:
        of_it = next((TARGETS[key] for last in found[-1:] for key in metrics_of(last) if key in TARGETS), "")
        alone = concepts_of(piece.given.casefold()) == {"target"}
        made = alone and of_it in names.metrics
        found.append(replace(piece, meanings=(Name(METRIC, of_it),)) if made else piece)
    return found


def _of_object(possible: list[Token], pieces: Sequence[Token], said: Sequence[Word], names: Vocabulary) -> list[Token]:
    """What is done and what it is done with are one metric: «переводят звонки», «сколько чатов закрыл».

    Where the doing is of other records than the object, it is the object that counts.
    """
    if len(possible) != 2 or any(len(metrics_of(piece)) != 1 for piece in possible):
        return possible
    done = [piece for piece in possible if is_verbal(piece.given.casefold().split(" ")[0])]
    objects = [piece for piece in possible if piece not in done and metrics_of(piece)[0] in _OBJECTS]
    if len(done) == 1 and not objects and not _is_joined(possible[0], possible[1], pieces, said):
        return [piece for piece in possible if piece not in done]  # «сколько продали метров»
    if len(done) != 1 or not objects:
        return possible
    first, second = (metrics_of(piece)[0] for piece in possible)
    of_one = names.catalogue.get(first).relation == names.catalogue.get(second).relation
    a_share = isinstance(names.catalogue.get(metrics_of(done[0])[0]).fact, Ratio)
    return done if of_one or a_share or not {*first.split("_")}.isdisjoint(second.split("_")) else objects


def _absorbed(possible: list[Token], pieces: Sequence[Token], said: Sequence[Word], names: Vocabulary) -> list[Token]:
    """Metrics without the calls, or the like, that another one is of: «переводы звонков», «отказы от броней»."""
    possible = _of_target(_of_family(possible), names)
    possible = _of_object(_of_chats(possible, pieces, said, names), pieces, said, names)
    possible = [
        piece for n, piece in enumerate(possible) if n == 0 or _between(possible[n - 1], piece, pieces) not in _OF_WHAT
    ]
    possible = _side_by_side(possible, pieces, said)
    if len(possible) != 2:
        return possible
    first, second = possible
    between_them = [piece.given for piece in pieces if first.end <= piece.start < second.start]
    end_between = any(isinstance(p.meanings[0], Top) for p in pieces if first.end <= p.start < second.start)
    if end_between and metrics_of(second) == ("calls",):
        return [first]  # "lose the most calls"
    of_calls = [piece for piece in possible if piece.given.casefold() in _OF_CALLS]
    if len(of_calls) == 1 and len(between_them) <= 1 and not {"и", "and", "в"} & set(between_them):
        return [piece for piece in possible if piece is not of_calls[0]]
    return possible


def _side_by_side(possible: Sequence[Token], pieces: Sequence[Token], said: Sequence[Word]) -> list[Token]:
    """The first metric and those named beside it; what many words say goes before what something is done with."""
    kept: list[Token] = []
    for piece in possible:
        last = kept[-1] if kept else None
        if last is None or _is_joined(last, piece, pieces, said):
            kept.append(piece)
        elif isinstance(piece, _Composed) and _is_object(last):
            kept[-1] = piece
        elif _is_next_to(last, piece, pieces) and not (isinstance(last, _Composed) and _is_object(piece)):
            kept.append(piece)
    return kept


def _is_object(piece: Token) -> bool:
    return metrics_of(piece)[0] in _OBJECTS and not isinstance(piece, _Composed)


def _is_joined(first: Token, second: Token, pieces: Sequence[Token], said: Sequence[Word]) -> bool:
    """Whether "and", or a comma, stands between two metrics."""
    between = (piece.given.casefold() for piece in pieces if first.end <= piece.start < second.start)
    with_comma = any(word.apart for word in said[first.end : second.start + 1])
    return with_comma or any(word in _JOINING for given in between for word in given.split(" "))


def _is_next_to(first: Token, second: Token, pieces: Sequence[Token]) -> bool:
    """Whether two metrics are named one after the other: nothing between is of neither, and none is done with one."""
    between = [piece for piece in pieces if first.end <= piece.start < second.start]
    if any(isinstance(piece.meanings[0], Filler | Unknown) for piece in between):
        return False
    one, other = (piece.given.casefold().split(" ") for piece in (first, second))
    return not is_adjunct(other[-1]) and not (is_verbal(other[0]) and not is_verbal(one[0]))


_LASTS = ("aht", "asa")
"""How long it takes, and how long one waits for it: said after chats alone they are of chats."""


def _of_chats(possible: list[Token], pieces: Sequence[Token], said: Sequence[Word], names: Vocabulary) -> list[Token]:
    """A metric of calls that is said of chats is that of chats: «ожидание в чатах»."""
    for first, second in pairwise(possible):
        keys = metrics_of(first)
        of_chats = f"chat_{keys[0]}" if len(keys) == 1 else ""
        said_of = _between(first, second, pieces) in ("в", "по", "у", "in", "of", "on") and metrics_of(second) == (
            "chats",
        )
        if said_of and of_chats in names.metrics:
            return [replace(each, meanings=(Name(METRIC, of_chats),)) if each is first else each for each in possible]
        done = metrics_of(second)
        of_them = f"chat_{'lcr' if done == ('losses',) else done[0]}" if len(done) == 1 else ""
        words = second.given.casefold().split(" ")
        if (
            keys == ("chats",)
            and of_them in names.metrics
            and (is_verbal(words[-1]) or (done[0] in _LASTS and len(possible) == 2))
            and _is_joined(first, second, pieces, said)
        ):
            # «сколько чатов пришло и сколько потеряли», «сколько было чатов и какое среднее время обработки»
            return [replace(each, meanings=(Name(METRIC, of_them),)) if each is second else each for each in possible]
    return possible


def _between(first: Token, second: Token, pieces: Sequence[Token]) -> str:
    """The words between two pieces."""
    return " ".join(piece.given.casefold() for piece in pieces if first.end <= piece.start < second.start)
