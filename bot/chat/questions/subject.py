"""What a question is about: the metrics that are meant, and what they are narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.chat.questions.dates import DateError, Days
from bot.chat.questions.forms import is_verbal
from bot.chat.questions.problems import Refused, WordChange, dropped, each_of, listed, metrics_of, values_of, written
from bot.chat.questions.tokenize import Against, By, Than, Token, Top, Which, named_again, shown
from bot.chat.questions.vocabulary import METRIC, Name, Vocabulary
from digests.request import End, Verb
from metrics.clock import BY_THE_CLOCK, condition_on
from metrics.coverage import unnarrowed
from metrics.model import Ratio
from warehouse.messages import UserError, note

MOST_METRICS = 8
_OFTEN_ASKED = ("sl", "calls", "lcr", "aht")


def often_asked(names: Vocabulary) -> tuple[str, ...]:
    """The metrics that are offered where none was named."""
    return tuple(key for key in _OFTEN_ASKED if key in names.metrics) or names.metrics[:4]


def metrics_meant(
    verb: Verb, rest: Sequence[Token], pieces: Sequence[Token], names: Vocabulary
) -> tuple[tuple[str, ...], list[Token]]:
    """The metrics, one or several, and the pieces that are left.

    A word that is a line's too is the line's, where another word is the metric.
    """
    possible = _absorbed([piece for piece in rest if metrics_of(piece)], pieces, names)
    of_plan = verb in (Verb.PLAN, Verb.PACE) or any(against.execution for against in each_of(rest, Against))
    if of_plan and len(possible) > 1:  # "hit the reservations target", «сколько процентов плана по метрам закрыли»
        possible = [piece for piece in possible if piece.given.casefold() not in _WORDS_FOR_PLAN] or possible
    sure = [piece for piece in possible if len(metrics_of(piece)) == len(piece.meanings)]
    chosen = sure or possible[:1]
    if not chosen and VOLUME in names.metrics and _is_of_volume(verb, rest):
        return (VOLUME,), list(rest)
    if not chosen:
        verbs = [piece.end for piece in pieces if isinstance(piece.meanings[0], Verb)]
        at = verbs[0] if verbs else 0
        offered = often_asked(names)
        raise Refused(
            note("Name a metric, such as: {known}.", known=", ".join(offered)),
            *((WordChange(at, at, key),) for key in offered),
        )
    metrics = dict.fromkeys(_of_time(metrics_of(piece), rest, names) for piece in chosen)
    if len(metrics) > (1 if verb is not Verb.FIGURE else MOST_METRICS):
        kept = [next(p for p in chosen if _of_time(metrics_of(p), rest, names) == keys) for keys in metrics]
        limit = (
            note("One question is about one metric: {given}.", given=listed(kept))
            if verb is not Verb.FIGURE
            else note("One question is about {most} metrics at most: {given}.", most=MOST_METRICS, given=listed(kept))
        )
        raise Refused(limit, *(dropped([piece for piece in chosen if piece is not keep]) for keep in kept))
    for keys in metrics:
        if len(keys) > 1:
            piece = next(piece for piece in chosen if metrics_of(piece) == keys)
            raise Refused(
                note('"{given}" may be several metrics: {known}.', given=piece.given, known=", ".join(keys)),
                *(written(piece, key) for key in keys),
            )
    said = {id(piece) for piece in rest if metrics_of(piece)} - {id(piece) for piece in possible}
    left = [piece for piece in rest if piece not in chosen and id(piece) not in said]
    return tuple(keys[0] for keys in metrics), [_no_metric(piece) for piece in left]


_HANDLING: Mapping[tuple[str, ...], str] = {("calls",): "aht", ("chats",): "chat_aht"}
"""How long it takes, by what it is that takes it."""
_OF_LENGTH = (
    "longest",
    "shortest",
    "slowest",
    "fastest",
    "дольше",
    "долгий",
    "долгие",
    "медленнее",
    "быстрее",
    "короче",
)


def _of_time(keys: tuple[str, ...], rest: Sequence[Token], names: Vocabulary) -> tuple[str, ...]:
    """Who is longest on chats is so by handling time, not by their number."""
    ends = {word for piece in rest if isinstance(piece.meanings[0], Top) for word in piece.given.casefold().split(" ")}
    of_it = _HANDLING.get(keys, "")
    return (of_it,) if of_it in names.metrics and not ends.isdisjoint(_OF_LENGTH) else keys


def _no_metric(piece: Token) -> Token:
    return replace(piece, meanings=tuple(m for m in piece.meanings if not (isinstance(m, Name) and m.of == METRIC)))


VOLUME = "calls"
"""The metric of a peak and of a breakdown by topics, where none is named."""
_PARTS_OF_VOLUME = ("hour", "half-hour", "day", "weekday", "week", "month", "topic")


def _is_of_volume(verb: Verb, rest: Sequence[Token]) -> bool:
    """Whether what is asked for is a peak, or topics: of calls, if nothing else is said."""
    tops, parts = (
        each_of(rest, Top),
        [by.part for by in each_of(rest, By)] + [which.part for which in each_of(rest, Which)],
    )
    if verb is not Verb.FIGURE or any(top.end in (End.WORST, End.BEST) for top in tops):
        return False
    return any(top.by in _PARTS_OF_VOLUME for top in tops) or any(
        part in (_PARTS_OF_VOLUME if tops else ("topic",)) for part in parts
    )


_OF_WHAT = (
    "от",
    "после",
    "из",
    "в",
    "на",
    "по",
    "у",
    "с",
    "со",
    "до",
    "при",
    "of",
    "from",
    "in",
    "into",
    "to",
    "on",
    "by",
)
"""Between a metric and what it is of."""
_WORDS_FOR_PLAN = ("target", "targets", "goal", "целевой", "целевые", "closed", "закрытые")
_OF_CALLS = ("звонков", "звонка", "звонках", "вызовов", "вызова", "чатов", "чата", "лидов", "сделок", "контактов")


def _of_family(possible: list[Token]) -> list[Token]:
    """A word for several metrics beside a word for one of them says no more: «тикеты созданы»."""
    sure = {keys for piece in possible if len(keys := metrics_of(piece)) == 1}
    return [p for p in possible if len(metrics_of(p)) == 1 or sure.isdisjoint((key,) for key in metrics_of(p))]


_OBJECTS = ("calls", "chats", "leads", "contacts", "deals", "desk_tasks")
"""Metrics of what something is done with."""


def _of_object(possible: list[Token], names: Vocabulary) -> list[Token]:
    """What is done and what it is done with are one metric: «переводят звонки», «сколько чатов закрыл».

    Where the doing is of other records than the object, it is the object that counts.
    """
    if len(possible) != 2 or any(len(metrics_of(piece)) != 1 for piece in possible):
        return possible
    done = [piece for piece in possible if is_verbal(piece.given.casefold().split(" ")[0])]
    objects = [piece for piece in possible if piece not in done and metrics_of(piece)[0] in _OBJECTS]
    if len(done) != 1 or not objects:
        return possible
    first, second = (metrics_of(piece)[0] for piece in possible)
    of_one = names.catalogue.get(first).relation == names.catalogue.get(second).relation
    a_share = isinstance(names.catalogue.get(metrics_of(done[0])[0]).fact, Ratio)
    return done if of_one or a_share or not {*first.split("_")}.isdisjoint(second.split("_")) else objects


def _absorbed(possible: list[Token], pieces: Sequence[Token], names: Vocabulary) -> list[Token]:
    """Metrics without the calls, or the like, that another one is of: «переводы звонков», «отказы от броней»."""
    possible = _of_object(_of_chats(_of_family(possible), pieces, names), names)
    possible = [
        piece for n, piece in enumerate(possible) if n == 0 or _between(possible[n - 1], piece, pieces) not in _OF_WHAT
    ]
    if len(possible) != 2:
        return possible
    first, second = possible
    between_them = [piece.given for piece in pieces if first.end <= piece.start < second.start]
    end_between = any(isinstance(p.meanings[0], Top) for p in pieces if first.end <= p.start < second.start)
    if end_between and metrics_of(second) == (VOLUME,):
        return [first]  # "lose the most calls"
    of_calls = [piece for piece in possible if piece.given.casefold() in _OF_CALLS]
    if len(of_calls) == 1 and len(between_them) <= 1 and not {"и", "and", "в"} & set(between_them):
        return [piece for piece in possible if piece is not of_calls[0]]
    return possible


def _of_chats(possible: list[Token], pieces: Sequence[Token], names: Vocabulary) -> list[Token]:
    """A metric of calls that is said of chats is that of chats: «ожидание в чатах»."""
    for first, second in pairwise(possible):
        keys = metrics_of(first)
        of_chats = f"chat_{keys[0]}" if len(keys) == 1 else ""
        said_of = _between(first, second, pieces) in ("в", "по", "у", "in", "of", "on") and metrics_of(second) == (
            "chats",
        )
        if said_of and of_chats in names.metrics:
            return [replace(each, meanings=(Name(METRIC, of_chats),)) if each is first else each for each in possible]
    return possible


def _between(first: Token, second: Token, pieces: Sequence[Token]) -> str:
    """The words between two pieces."""
    return " ".join(piece.given.casefold() for piece in pieces if first.end <= piece.start < second.start)


def name_meant(piece: Token, rest: Sequence[Token], metric: str, names: Vocabulary) -> Name | None:
    """What a piece names; raises for what the metric does not have, and for what may be two things."""
    meant = values_of(piece)
    if not meant:
        return None
    of_grammar = [meaning for meaning in piece.meanings if not isinstance(meaning, Name | Than | DateError)]
    said_elsewhere = any(other is not piece and isinstance(other.meanings[0], Days) for other in rest)
    if of_grammar and isinstance(of_grammar[0], Days) and said_elsewhere:
        of_grammar = []
    dimensions = (*names.dimensions[metric], *BY_THE_CLOCK)
    possible = [name for name in meant if name.of in dimensions]
    for name in possible:
        if name.of in BY_THE_CLOCK:
            _check_clock(name, piece)
    if not possible and not of_grammar:
        catalogue = names.catalogue
        raise Refused(unnarrowed(catalogue, catalogue.get(metric), meant[0].of), written(piece, ""))
    if len(possible) + len(of_grammar) > 1:
        dates = [meaning.dates for meaning in of_grammar if isinstance(meaning, Days)]
        known = ", ".join((*(shown(name, names) for name in possible), *dates))
        raise Refused(
            note('"{given}" may be: {known}.', given=piece.given, known=known),
            *(written(piece, text) for text in (*map(named_again, possible), *dates)),
        )
    return next(iter(possible), None)


def _check_clock(name: Name, piece: Token) -> None:
    """Raise for hours, or days of the week, that there are not."""
    try:
        condition_on(name.of, (name.key,))
    except UserError as error:
        raise Refused(error.message, written(piece, "")) from None
