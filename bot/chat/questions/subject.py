"""What a question is about: the metrics that are meant, and what they are narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat.questions.dates import DateError, Days
from bot.chat.questions.problems import Refused, WordChange, dropped, each_of, listed, metrics_of, values_of, written
from bot.chat.questions.tokenize import By, Than, Token, Top, Which, named_again, shown
from bot.chat.questions.vocabulary import METRIC, Name, Vocabulary
from digests.request import End, Verb
from metrics.clock import BY_THE_CLOCK, condition_on
from metrics.coverage import unnarrowed
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
    possible = [piece for piece in rest if metrics_of(piece)]
    sure = [piece for piece in possible if len(metrics_of(piece)) == len(piece.meanings)]
    chosen = _all_metrics(sure or possible[:1], possible, names)
    if not chosen and OCCUPANCY in names.metrics and _is_of_the_busy(rest):
        return (OCCUPANCY,), list(rest)
    if not chosen and VOLUME in names.metrics and _is_of_volume(verb, rest):
        return (VOLUME,), list(rest)
    if not chosen:
        verbs = [piece.end for piece in pieces if isinstance(piece.meanings[0], Verb)]
        at = verbs[0] if verbs else 0
        offered = often_asked(names)
        raise Refused(
            note("Name a metric, such as: {known}.", known=names.metric_titles(offered)),
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
                note('"{given}" may be several metrics: {known}.', given=piece.given, known=names.metric_titles(keys)),
                *(written(piece, key) for key in keys),
            )
    said = {id(piece) for piece in rest if metrics_of(piece)} - {id(piece) for piece in possible}
    left = [piece for piece in rest if piece not in chosen and id(piece) not in said]
    return tuple(keys[0] for keys in metrics), [_no_metric(piece) for piece in left]


def _all_metrics(chosen: list[Token], possible: list[Token], names: Vocabulary) -> list[Token]:
    """Those that are values, too, of what the metrics that are named have not are metrics: «звонки, чаты, лиды»."""
    known = {of for piece in chosen for key in metrics_of(piece) for of in names.dimensions[key]}
    return [
        piece
        for piece in possible
        if piece in chosen or known.isdisjoint(name.of for name in piece.names if name.of != METRIC)
    ]


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
OCCUPANCY = "occupancy"
_BUSY = ("загруж", "busiest", "занят")


def _is_of_the_busy(rest: Sequence[Token]) -> bool:
    """Whether it is asked who is busiest: «какие операторы самые загруженные»."""
    busy = any(word.startswith(_BUSY) for p in rest if isinstance(p.meanings[0], Top) for word in p.given.split(" "))
    parts = {each.part for each in each_of(rest, By)} | {each.part for each in each_of(rest, Which)}
    return busy and "agent" in parts | {top.by for top in each_of(rest, Top)}


PEAKS_OF_VOLUME = ("пик", "пики", "peak", "peaks", "завал", "завалы")
_PARTS_OF_VOLUME = ("hour", "half-hour", "day", "weekday", "week", "month", "topic")


def _is_of_volume(verb: Verb, rest: Sequence[Token]) -> bool:
    """Whether what is asked for is a peak, or topics: of calls, if nothing else is said."""
    tops, parts = (
        each_of(rest, Top),
        [by.part for by in each_of(rest, By)] + [which.part for which in each_of(rest, Which)],
    )
    if verb is not Verb.FIGURE or any(top.end in (End.WORST, End.BEST) for top in tops):
        return False
    peaks = any(isinstance(p.meanings[0], Top) and p.given.casefold() in PEAKS_OF_VOLUME for p in rest)
    return (
        peaks
        or any(top.by in _PARTS_OF_VOLUME for top in tops)
        or any(part in (_PARTS_OF_VOLUME if tops else ("topic",)) for part in parts)
    )


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
