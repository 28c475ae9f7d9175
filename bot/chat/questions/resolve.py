"""From tokens to a request: one verb, at most one period, and so on; what contradicts is a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.chat.questions.dates import DateError, Days, HoursOfDay, relative
from bot.chat.questions.grammar import COMPARATIVE_PHRASES
from bot.chat.questions.problems import (
    Misunderstanding,
    Refused,
    WordChange,
    dropped,
    each_of,
    listed,
    metrics_of,
    only,
    written,
)
from bot.chat.questions.selection import MOST_TOP, selection_of
from bot.chat.questions.subject import metrics_meant, often_asked
from bot.chat.questions.times import (
    ahead,
    compared,
    hours_of_days,
    like_before,
    recurring,
    refuse_future,
    unit_of,
    versus_of,
    weekend_and_weekdays,
    when_of,
    without_average,
)
from bot.chat.questions.tokenize import (
    USUAL_TOP,
    Against,
    By,
    Closed,
    Compared,
    Filler,
    Than,
    TimeSeries,
    Token,
    Top,
    Unknown,
    Unnamed,
    Which,
    Whole,
)
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Name, Vocabulary
from digests.request import End, Overview, Request, Shape, Verb, Versus
from metrics.dimensions import PEOPLE, TIME_PARTS
from warehouse.messages import note

_ALONE = (Verb.METRICS, Verb.LINES, Verb.STATUS, Verb.RATING)


def resolve(
    pieces: Sequence[Token], names: Vocabulary, today: date, unsaid: str = "today"
) -> Request | Misunderstanding | None:
    """A request, or the problem with it; None, if there are pieces that mean nothing. `unsaid` is the usual period."""
    said = each_of(pieces, Verb)
    verb = next((verb for verb in said if verb not in (Verb.FIGURE, Verb.OVERVIEW)), Verb.FIGURE)
    rest = [piece for piece in pieces if not isinstance(piece.meanings[0], Filler | Verb)]
    if verb is Verb.REPORT:
        return None  # one that has a name is understood before
    if verb is Verb.START:
        return Request(verb)  # platforms put words of their own after it
    if verb is Verb.WHY:
        rest = [piece for piece in rest if not _is_end(piece)]  # «в чём причина провала»
    try:
        if verb is Verb.METRICS and rest and _is_overview(rest):
            verb = Verb.OVERVIEW
        if verb in _ALONE:
            return _alone(verb, rest)
        if verb is Verb.HELP:
            told = _alone(verb, rest)
            words_of_it = tuple(
                WordChange(piece.start, piece.end) for piece in pieces if isinstance(piece.meanings[0], Verb)
            )
            return (
                Misunderstanding(told.message, (*told.edits, words_of_it))
                if isinstance(told, Misunderstanding)
                else told
            )
        _refuse_closed(rest, names)
        rest = _ranked(compared(_days_said(rest), pieces, today))
        _refuse_troubles(rest)
        if verb is Verb.DIGEST:
            return _digest(rest, names)
        if verb is Verb.PACE:
            rest = [p for p in rest if not (p.meanings[0] == By("day") and p.given.casefold() in _NEEDED_IN)]
        if verb is Verb.PLAN:
            rest = [ahead(piece, today) for piece in rest]
        if any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in rest):
            return None
        _refuse_unused(verb, rest)
        refuse_future(verb, rest, pieces)
        usual = "month" if verb is Verb.PACE else unsaid
        if verb is Verb.BRIEF and unsaid == "today":
            usual = "yesterday"
        of_all = Verb.OVERVIEW in said or verb in _OF_ALL or (verb is Verb.FIGURE and _is_overview(rest))
        nothing_named = not any(metrics_of(piece) for piece in rest)
        if nothing_named and verb is Verb.FIGURE and _is_of_people(rest):
            rest = [*rest, *(_named_metric(key) for key in _OF_PEOPLE if AGENT in names.dimensions.get(key, ()))]
        elif nothing_named and verb is Verb.FIGURE and _is_of_hours(rest):
            by_line = [] if any(name.of == LINE for piece in rest for name in piece.names) else [By(LINE)]
            said_by = [Token(0, 0, (each,), "") for each in by_line if each not in [p.meanings[0] for p in rest]]
            rest = [*rest, *said_by, *map(_named_metric, often_asked(names))]
        elif of_all and verb in (Verb.FIGURE, *_OF_ALL) and nothing_named:
            overview = _overview(rest, names, relative(usual, today), today)
            return Request(Verb.OVERVIEW if verb is Verb.FIGURE else verb, overview=overview)
        metrics, rest = metrics_meant(verb, rest, pieces, names)
        selection = selection_of(verb, metrics[0], rest, names, relative(usual, today), today)
        return Request(verb, replace(selection, also=metrics[1:]))
    except Refused as refused:
        return refused.problem


def _days_said(rest: Sequence[Token]) -> list[Token]:
    return weekend_and_weekdays(recurring(hours_of_days(without_average(rest))))


def _alone(verb: Verb, rest: Sequence[Token]) -> Request | Misunderstanding:
    if not rest:
        return Request(verb)
    message = note('The command "{command}" takes nothing else: {given}.', command=verb.value, given=listed(rest))
    return Misunderstanding(message, (dropped(rest),))


def _digest(rest: Sequence[Token], names: Vocabulary) -> Request:
    others = [piece for piece in rest if not isinstance(piece.meanings[0], Days)]
    if others:
        raise Refused(note("A digest takes a period and nothing else: {given}.", given=listed(others)), dropped(others))
    days = only(rest, Days)
    return Request(Verb.DIGEST, when=when_of(days, None, rest, names) if days else None)


def _is_end(piece: Token) -> bool:
    """Whether it says an end of nothing: a fall, a peak."""
    top = piece.meanings[0]
    return isinstance(top, Top) and top.end is not None and top.n is None and top.by is None


def _ranked(rest: Sequence[Token]) -> list[Token]:
    """A word of a norm or of a change beside "who" or "when" asks for an end of an order: «у кого высокий aht»."""
    which = each_of(rest, Which)
    several_named = sum(any(name.of in PEOPLE for name in piece.names) for piece in rest) > 1
    if not which or several_named or any(isinstance(piece.meanings[0], Top | Against) for piece in rest):
        return list(rest)
    of_time = any(each.part in TIME_PARTS for each in which)
    return [
        replace(piece, meanings=(Top(None, None, than.end),))
        if isinstance(than := piece.meanings[0], Than) and than.end and (than.plan or of_time or _compares(piece))
        else piece
        for piece in rest
    ]


def _compares(piece: Token) -> bool:
    return COMPARATIVE_PHRASES.at([piece.given.casefold()], 0) is not None


def _refuse_troubles(rest: Sequence[Token]) -> None:
    """Raise for the first piece that is understood, and cannot be."""
    for piece in rest:
        match piece.meanings[0]:
            case DateError(message, instead):
                raise Refused(message, *(written(piece, text) for text in instead or ("",)))
            case Against(DateError(message, instead)):
                raise Refused(message, *(written(piece, f"vs {text}" if text else "") for text in instead or ("",)))
            case Against(None, previous=False):
                raise Refused(
                    note('After "{given}" name a plan or a period.', given=piece.given),
                    *(written(piece, f"vs {versus.value}") for versus in (Versus.PLAN, Versus.WEEK)),
                )
            case Top(n, _, end) if (n is None and end is None) or (n is not None and not 1 <= n <= MOST_TOP):
                nearest = MOST_TOP if n else USUAL_TOP
                raise Refused(
                    note("Top takes a number from 1 to {most}.", most=MOST_TOP), written(piece, f"top {nearest}")
                )


def _refuse_closed(rest: Sequence[Token], names: Vocabulary) -> None:
    """Raise for a name that is not open to who asks, in the same words whether there is such a name or not."""
    closed = [piece for piece in rest if isinstance(piece.meanings[0], Closed)]
    if closed:
        raise Refused(
            note("Single agents are not open to you: ask by agent, and they come without names."),
            tuple(WordChange(piece.start, piece.end, "by agent" if piece is closed[0] else "") for piece in closed),
            dropped(closed),
        )


_UNUSED: dict[Verb, tuple[Any, ...]] = {
    Verb.EXPLAIN: (By, Which, Top, Against, Than, Shape.CHART, Shape.XLSX),
    Verb.WHY: (Top, Shape.XLSX),
    Verb.PLAN: (Top, Which),
    Verb.PACE: (By, Which, Top, HoursOfDay),
}
"""What an explanation and a why have no use for."""


def _refuse_unused(verb: Verb, rest: Sequence[Token]) -> None:
    """Raise for what was said of the answer and would change nothing."""
    kinds = _UNUSED.get(verb, ())
    unused = [
        piece
        for piece in rest
        if any(
            piece.meanings[0] is kind if isinstance(kind, Shape) else isinstance(piece.meanings[0], kind)
            for kind in kinds
        )
        or (verb is Verb.EXPLAIN and piece.names and all(name.of not in (METRIC, LINE) for name in piece.names))
    ]
    if unused:
        message = note(
            'The command "{command}" has no use for this: {given}.', command=verb.value, given=listed(unused)
        )
        raise Refused(message, dropped(unused))


_OF_PEOPLE = ("aht", "calls", "chats", "reserves")
"""What is told of somebody of whom nothing in particular is asked: «как отработала Иванова»."""


def _is_of_people(rest: Sequence[Token]) -> bool:
    """Whether somebody is named, and nothing else but when."""
    of_agents = [piece for piece in rest if any(name.of == AGENT for name in piece.names)]
    return bool(of_agents) and all(
        piece in of_agents or isinstance(piece.meanings[0], Days | Shape | Against) for piece in rest
    )


def _is_of_hours(rest: Sequence[Token]) -> bool:
    """Whether hours are named, and nothing else but what an overview takes: «как прошла ночь», of the main figures."""
    hours = [piece for piece in rest if isinstance(piece.meanings[0], HoursOfDay)]
    return bool(hours) and _is_overview([piece for piece in rest if piece not in hours] or [Token(0, 0, (_TODAY,), "")])


def _named_metric(key: str) -> Token:
    return Token(0, 0, (Name(METRIC, key),), key)


_NEEDED_IN = ("в день", "per day", "a day", "daily", "each day", "every day", "ежедневно", "каждый день")
"""What is needed, a pace tells of each day anyway."""
_TODAY = Days("today", date.min, date.min)
_OF_ALL = (Verb.OVERVIEW, Verb.BRIEF, Verb.PLAN, Verb.PACE)
"""Verbs that are of all main figures, where no metric is named."""
_OF_OVERVIEW = (Days, Whole, Shape, Than, Compared, TimeSeries)


def _is_overview(rest: Sequence[Token]) -> bool:
    """Whether what is said without a metric says of what, and when: nothing that only a figure has."""
    return all(
        isinstance(piece.meanings[0], _OF_OVERVIEW)
        or piece.meanings[0] in (By(LINE), Which(LINE), Top(None, None, End.WORST))
        or (isinstance(piece.meanings[0], Against) and piece.meanings[0] != Against(None))
        or any(name.of == LINE for name in piece.names)
        for piece in rest
    ) and any(not isinstance(piece.meanings[0], Shape | Than | Compared | TimeSeries | Which) for piece in rest)


def _overview(rest: Sequence[Token], names: Vocabulary, unsaid: Days, today: date) -> Overview:
    """The main figures of what is named; raises for what only a figure has."""
    lines: list[str] = []
    grammar: list[Token] = []
    for piece in rest:
        of_lines = [name.key for name in piece.names if name.of == LINE]
        if of_lines:
            lines += of_lines[:1]
        elif piece.names or (
            isinstance(piece.meanings[0], By | Top | Which | HoursOfDay)
            and piece.meanings[0] not in (By(LINE), Which(LINE), Top(None, None, End.WORST))
        ):
            offered = often_asked(names)
            raise Refused(
                note("Name a metric, such as: {known}.", known=names.metric_titles(offered)),
                *((WordChange(0, 0, key),) for key in offered),
            )
        else:
            grammar.append(piece)
    days, said = only(grammar, Days), only(grammar, Against)
    if days is None and said:
        days = unit_of(said, today)  # «где мы хуже прошлого месяца», «что изменилось по сравнению с прошлой неделей»
    when = when_of(days or unsaid, None, grammar, names)
    against = versus_of(said, days or unsaid, None, grammar, names, today)
    if against is None and any(not than.plan for than in each_of(grammar, Than)):
        against = like_before(when.period)
    against = None if against is Versus.PLAN else against  # it always stands beside
    return Overview(when, tuple(dict.fromkeys(lines)), against, only(grammar, Shape) or Shape.AUTO)
