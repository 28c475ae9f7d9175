"""From tokens to a request: one metric, at most one period, and so on; what contradicts is a problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from bot.chat.questions.dates import DateError, Days, Hours, between, month, when
from bot.chat.questions.grammar import RECURRING
from bot.chat.questions.periods import FUTURE, period_at, relative
from bot.chat.questions.text import Sentence, Word, words
from bot.chat.questions.tokenize import (
    USUAL_TOP,
    Against,
    By,
    Closed,
    Compared,
    Filler,
    Meaning,
    Series,
    Than,
    Token,
    Top,
    Unknown,
    Unnamed,
    Which,
    Whole,
    named_again,
    shown,
)
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Name, Vocabulary
from digests.request import End, Overview, Request, Selection, Shape, Verb, Versus, When
from metrics.clock import BY_THE_CLOCK, CLOCK, condition_on
from metrics.dimensions import TIME_PARTS, WEEK_HOURS, WEEKDAY
from metrics.periods import Period
from metrics.refusals import undivided, unnarrowed
from warehouse.messages import Message, UserError, alike, note

MOST_READINGS = 4


@dataclass(frozen=True)
class Unclear:
    """Why words were not understood, in one sentence, and complete requests that may be meant, the nearest first."""

    message: Message
    readings: tuple[Request, ...] = ()


@dataclass(frozen=True)
class WordChange:
    """Words [start, end) of a question written otherwise; nothing: left out."""

    start: int
    end: int
    text: str = ""


Edit = tuple[WordChange, ...]


@dataclass(frozen=True)
class Misunderstanding:
    """Why words are no request, and changes that may make them one."""

    message: Message
    edits: tuple[Edit, ...] = ()


def edited(said: tuple[Word, ...], edit: Edit) -> tuple[Word, ...]:
    """The words after an edit."""
    for change in sorted(edit, key=lambda each: each.start, reverse=True):
        said = (*said[: change.start], *words(change.text), *said[change.end :])
    return said


MOST_TOP = 100
MOST_METRICS = 8
_WEEK, _MONTH, _MOST_WEEKS = 7, 31, 13
_OFTEN_ASKED = ("sl", "calls", "lcr", "aht")

_Kind = TypeVar("_Kind")

_ALONE = (Verb.METRICS, Verb.LINES, Verb.STATUS, Verb.RATING)


def resolve(
    pieces: Sequence[Token], names: Vocabulary, today: date, unsaid: str = "today"
) -> Request | Misunderstanding | None:
    """A request, or the problem with it; None, if there are pieces that mean nothing. `unsaid` is the usual period."""
    said = _each(pieces, Verb)
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
        rest = _compared(_recurring(rest), pieces, today)
        _refuse_troubles(rest)
        if verb is Verb.DIGEST:
            return _digest(rest, names)
        if verb is Verb.PLAN:
            rest = [_ahead(piece, today) for piece in rest]
        if any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in rest):
            return None
        _refuse_unused(verb, rest)
        _refuse_future(verb, rest, pieces)
        usual = "month" if verb is Verb.PACE else unsaid
        if verb is Verb.BRIEF and unsaid == "today":
            usual = "yesterday"
        of_all = Verb.OVERVIEW in said or verb in _OF_ALL or (verb is Verb.FIGURE and _is_overview(rest))
        nothing_named = not any(_metrics_of(piece) for piece in rest)
        if nothing_named and verb is Verb.FIGURE and _is_of_people(rest):
            rest = [*rest, *(_named_metric(key) for key in _OF_PEOPLE if AGENT in names.dimensions.get(key, ()))]
        elif of_all and verb in (Verb.FIGURE, *_OF_ALL) and nothing_named:
            overview = _overview(rest, names, relative(usual, today), today)
            return Request(Verb.OVERVIEW if verb is Verb.FIGURE else verb, overview=overview)
        metrics, rest = _metrics(verb, rest, pieces, names)
        selection = _selection(verb, metrics[0], rest, names, relative(usual, today), today)
        return Request(verb, replace(selection, also=metrics[1:]))
    except _Refused as refused:
        return refused.problem


_OF_PEOPLE = ("aht", "calls", "chats", "reserves")
"""What is told of somebody of whom nothing in particular is asked: «как отработала Иванова»."""


def _is_of_people(rest: Sequence[Token]) -> bool:
    """Whether somebody is named, and nothing else but when."""
    of_agents = [piece for piece in rest if any(name.of == AGENT for name in piece.names)]
    return bool(of_agents) and all(
        piece in of_agents or isinstance(piece.meanings[0], Days | Shape | Against) for piece in rest
    )


def _named_metric(key: str) -> Token:
    return Token(0, 0, (Name(METRIC, key),), key)


_OF_ALL = (Verb.OVERVIEW, Verb.BRIEF, Verb.PLAN, Verb.PACE)
"""Verbs that are of all main figures, where no metric is named."""
_OF_OVERVIEW = (Days, Whole, Shape, Than, Compared, Series)


def _is_overview(rest: Sequence[Token]) -> bool:
    """Whether what is said without a metric says of what, and when: nothing that only a figure has."""
    return all(
        isinstance(piece.meanings[0], _OF_OVERVIEW)
        or piece.meanings[0] in (By(LINE), Which(LINE))
        or (isinstance(piece.meanings[0], Against) and piece.meanings[0] != Against(None))
        or any(name.of == LINE for name in piece.names)
        for piece in rest
    ) and any(not isinstance(piece.meanings[0], Shape | Than | Compared | Series | Which) for piece in rest)


def _overview(rest: Sequence[Token], names: Vocabulary, unsaid: Days, today: date) -> Overview:
    """The main figures of what is named; raises for what only a figure has."""
    lines: list[str] = []
    grammar: list[Token] = []
    for piece in rest:
        of_lines = [name.key for name in piece.names if name.of == LINE]
        if of_lines:
            lines += of_lines[:1]
        elif piece.names or (
            isinstance(piece.meanings[0], By | Top | Which | Hours) and piece.meanings[0] not in (By(LINE), Which(LINE))
        ):
            offered = often_asked(names)
            raise _Refused(
                note("Name a metric, such as: {known}.", known=", ".join(offered)),
                *((WordChange(0, 0, key),) for key in offered),
            )
        else:
            grammar.append(piece)
    days, said = _only(grammar, Days), _only(grammar, Against)
    if days is None and said and any(piece.meanings[0] == Which(LINE) for piece in grammar):
        unit = next((words for words, versus in _UNITS.items() if versus is said.what), None)
        days = relative(unit, today) if unit else None  # «где мы хуже прошлого месяца»
    when = _when(days or unsaid, None, grammar, names)
    against = _versus(said, days or unsaid, None, grammar, names, today)
    if against is None and any(not than.plan for than in _each(grammar, Than)):
        against = _before(when.period)
    against = None if against is Versus.PLAN else against  # it always stands beside
    return Overview(when, tuple(dict.fromkeys(lines)), against, _only(grammar, Shape) or Shape.AUTO)


def _recurring(rest: Sequence[Token]) -> list[Token]:
    """A weekend, or a day of the week, beside a longer period is every one of it: «выходные в июне»."""
    named_days = [piece for piece in rest if any(name.of == WEEKDAY.key for name in piece.names)]
    against = [(piece, piece.meanings[0]) for piece in rest if isinstance(piece.meanings[0], Against)]
    if len(named_days) == len(against) == 1 and _is_weekend(against[0][0], against[0][1].what):
        by = replace(named_days[0], meanings=(By(WEEKDAY.key),))  # «будни против выходных»
        return [by if piece is named_days[0] else piece for piece in rest if piece is not against[0][0]]
    days = [piece for piece in rest if isinstance(piece.meanings[0], Days)]
    if len(days) != 2:
        return list(rest)
    for piece, other in (days, days[::-1]):
        one, longer = piece.meanings[0], other.meanings[0]
        assert isinstance(one, Days)
        assert isinstance(longer, Days)
        named = one.words if one.words in RECURRING else "weekend" if _is_weekend(piece, one) else None
        if named and (longer.last - longer.first).days >= _LONG:
            name = Name(WEEKDAY.key, named)
            return [replace(each, meanings=(name,)) if each is piece else each for each in rest]
    return list(rest)


_LONG = 13
"""Days after the first of a period that has a weekend twice."""


def _is_weekend(piece: Token, days: object) -> bool:
    said = piece.given.casefold()
    if not isinstance(days, Days):
        return False
    return days.first.weekday() == 5 and (days.last - days.first).days == 1 and ("выходн" in said or "weekend" in said)


def _compared(rest: Sequence[Token], pieces: Sequence[Token], today: date) -> list[Token]:
    """Two periods, of which the second is what the first is set against; so many ago, beside another period, too.

    «Сравни», "and" between them, or a word of comparison before a line say so.
    """
    if len(against := [piece for piece in rest if isinstance(piece.meanings[0], Against)]) == 2:
        first, second = (piece.meanings[0] for piece in against)
        assert isinstance(first, Against)
        assert isinstance(second, Against)
        one = relative(_CALLED[first.what], today) if first.what in _CALLED else first.what
        if isinstance(one, Days) and (second.previous or second.what not in (None, Versus.PLAN)):
            # «Чем эта неделя отличается от прошлой»
            rest = [replace(piece, meanings=(one,)) if piece is against[0] else piece for piece in rest]
    days = [piece for piece in rest if isinstance(piece.meanings[0], Days)]
    ago = [piece for piece in rest if isinstance(piece.meanings[0], DateError) and _ago(piece.meanings[0])]
    against = [piece for piece in rest if isinstance(piece.meanings[0], Against)]
    is_compared = any(isinstance(piece.meanings[0], Compared) for piece in rest)
    changed: dict[int, Token] = {}
    if len(days) == 1 and len(ago) == 1 and not against:
        versus = _ago(ago[0].meanings[0])
        changed[id(ago[0])] = replace(ago[0], meanings=(Against(versus),))
    elif len(days) == 2 and days[0].meanings[0] != days[1].meanings[0] and not against:
        between_them = [piece for piece in pieces if days[0].end <= piece.start < days[1].start]
        joined = len(between_them) == 1 and isinstance(between_them[0].meanings[0], Filler)
        second = days[1].meanings[0]
        if (is_compared or joined) and isinstance(second, Days):
            first = days[0].meanings[0]
            day_before = isinstance(first, Days) and (first.words, second.words) == ("today", "yesterday")
            changed[id(days[1])] = replace(days[1], meanings=(Against(Versus.DAY if day_before else second),))
    named = Counter(name.of for piece in rest for name in piece.names[:1] if name.of != METRIC)
    return [
        changed.get(id(piece), piece)
        for piece in rest
        if not isinstance(piece.meanings[0], Compared)
        and not (piece.meanings[0] == Against(None) and max(named.values(), default=0) > 1 and piece is not rest[-1])
    ]


_CALLED: Mapping[object, str] = {
    Versus.DAY: "yesterday",
    Versus.WEEK: "last week",
    Versus.MONTH: "last month",
    Versus.YEAR: "last year",
}
"""The period that is named by what else compares."""


def _ago(error: Meaning) -> Versus | None:
    """What "a week ago" is compared with."""
    of_it = next((text for text in error.instead if text.startswith("vs ")), "") if isinstance(error, DateError) else ""
    return next((versus for versus in Versus if f"vs {versus.value}" == of_it), None)


def _ahead(piece: Token, today: date) -> Token:
    """A month without a year that one asks the plan of is the one that comes, if this year's has not begun."""
    days = piece.meanings[0]
    if not isinstance(days, Days) or days.first.day != 1 or any(sign.isdigit() for sign in piece.given):
        return piece
    coming = days.first.replace(year=days.first.year + 1)
    if days != month(days.first) or coming.year != today.year or coming <= today:
        return piece
    return replace(piece, meanings=(month(coming),))


def _refuse_future(verb: Verb, rest: Sequence[Token], pieces: Sequence[Token]) -> None:
    """Raise for a period that has not begun, but for a plan of it."""
    future = [piece for piece in rest if isinstance(piece.meanings[0], Days) and piece.meanings[0].words in FUTURE]
    if not future or verb is Verb.PLAN:
        return
    verbs = tuple(WordChange(piece.start, piece.end) for piece in pieces if isinstance(piece.meanings[0], Verb))
    plan = (*verbs, WordChange(0, 0, Verb.PLAN.value))
    raise _Refused(note("There are no records of the future yet."), plan, (*verbs, *_written(future[0], "today")))


class _Refused(Exception):
    """A problem on its way out; never leaves this module."""

    def __init__(self, message: Message, *edits: tuple[WordChange, ...]) -> None:
        super().__init__(message)
        self.problem = Misunderstanding(message, edits)


def _is_end(piece: Token) -> bool:
    """Whether it says an end of nothing: a fall, a peak."""
    top = piece.meanings[0]
    return isinstance(top, Top) and top.end is not None and top.n is None and top.by is None


def _alone(verb: Verb, rest: Sequence[Token]) -> Request | Misunderstanding:
    if not rest:
        return Request(verb)
    message = note('The command "{command}" takes nothing else: {given}.', command=verb.value, given=_listed(rest))
    return Misunderstanding(message, (_dropped(rest),))


def _digest(rest: Sequence[Token], names: Vocabulary) -> Request:
    others = [piece for piece in rest if not isinstance(piece.meanings[0], Days)]
    if others:
        raise _Refused(
            note("A digest takes a period and nothing else: {given}.", given=_listed(others)), _dropped(others)
        )
    days = _only(rest, Days)
    return Request(Verb.DIGEST, when=_when(days, None, rest, names) if days else None)


def _refuse_troubles(rest: Sequence[Token]) -> None:
    """Raise for the first piece that is understood, and cannot be."""
    for piece in rest:
        match piece.meanings[0]:
            case DateError(message, instead):
                raise _Refused(message, *(_written(piece, text) for text in instead or ("",)))
            case Against(DateError(message, instead)):
                raise _Refused(message, *(_written(piece, f"vs {text}" if text else "") for text in instead or ("",)))
            case Against(None, previous=False):
                raise _Refused(
                    note('After "{given}" name a plan or a period.', given=piece.given),
                    *(_written(piece, f"vs {versus.value}") for versus in (Versus.PLAN, Versus.WEEK)),
                )
            case Top(n, _, end) if (n is None and end is None) or (n is not None and not 1 <= n <= MOST_TOP):
                nearest = MOST_TOP if n else USUAL_TOP
                raise _Refused(
                    note("Top takes a number from 1 to {most}.", most=MOST_TOP), _written(piece, f"top {nearest}")
                )


def _refuse_closed(rest: Sequence[Token], names: Vocabulary) -> None:
    """Raise for a name that is not open to who asks, in the same words whether there is such a name or not."""
    closed = [piece for piece in rest if isinstance(piece.meanings[0], Closed)]
    if closed:
        raise _Refused(
            note("Single agents are not open to you: ask by agent, and they come without names."),
            tuple(WordChange(piece.start, piece.end, "by agent" if piece is closed[0] else "") for piece in closed),
            _dropped(closed),
        )


_UNUSED: dict[Verb, tuple[Any, ...]] = {
    Verb.EXPLAIN: (By, Which, Top, Against, Than, Shape.CHART, Shape.XLSX),
    Verb.WHY: (Top, Shape.XLSX),
    Verb.PLAN: (Top, Which),
    Verb.PACE: (By, Which, Top, Hours),
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
            'The command "{command}" has no use for this: {given}.', command=verb.value, given=_listed(unused)
        )
        raise _Refused(message, _dropped(unused))


def often_asked(names: Vocabulary) -> tuple[str, ...]:
    """The metrics that are offered where none was named."""
    return tuple(key for key in _OFTEN_ASKED if key in names.metrics) or names.metrics[:4]


def _metrics(
    verb: Verb, rest: Sequence[Token], pieces: Sequence[Token], names: Vocabulary
) -> tuple[tuple[str, ...], list[Token]]:
    """The metrics, one or several, and the pieces that are left.

    A word that is a line's too is the line's, where another word is the metric.
    """
    possible = _absorbed([piece for piece in rest if _metrics_of(piece)], pieces, names)
    of_plan = verb in (Verb.PLAN, Verb.PACE) or any(against.execution for against in _each(rest, Against))
    if of_plan and len(possible) > 1:  # "hit the reservations target", «сколько процентов плана по метрам закрыли»
        possible = [piece for piece in possible if piece.given.casefold() not in _WORDS_FOR_PLAN] or possible
    sure = [piece for piece in possible if len(_metrics_of(piece)) == len(piece.meanings)]
    chosen = sure or possible[:1]
    if not chosen and _VOLUME in names.metrics and _is_of_volume(verb, rest):
        return (_VOLUME,), list(rest)
    if not chosen:
        verbs = [piece.end for piece in pieces if isinstance(piece.meanings[0], Verb)]
        at = verbs[0] if verbs else 0
        offered = often_asked(names)
        raise _Refused(
            note("Name a metric, such as: {known}.", known=", ".join(offered)),
            *((WordChange(at, at, key),) for key in offered),
        )
    metrics = dict.fromkeys(_metrics_of(piece) for piece in chosen)
    if len(metrics) > (1 if verb is not Verb.FIGURE else MOST_METRICS):
        kept = [next(piece for piece in chosen if _metrics_of(piece) == keys) for keys in metrics]
        limit = (
            note("One question is about one metric: {given}.", given=_listed(kept))
            if verb is not Verb.FIGURE
            else note("One question is about {most} metrics at most: {given}.", most=MOST_METRICS, given=_listed(kept))
        )
        raise _Refused(limit, *(_dropped([piece for piece in chosen if piece is not keep]) for keep in kept))
    for keys in metrics:
        if len(keys) > 1:
            piece = next(piece for piece in chosen if _metrics_of(piece) == keys)
            raise _Refused(
                note('"{given}" may be several metrics: {known}.', given=piece.given, known=", ".join(keys)),
                *(_written(piece, key) for key in keys),
            )
    said = {id(piece) for piece in rest if _metrics_of(piece)} - {id(piece) for piece in possible}
    left = [piece for piece in rest if piece not in chosen and id(piece) not in said]
    return tuple(keys[0] for keys in metrics), [_no_metric(piece) for piece in left]


_VOLUME = "calls"
"""The metric of a peak and of a breakdown by topics, where none is named."""
_PARTS_OF_VOLUME = ("hour", "day", "weekday", "topic")


def _between(first: Token, second: Token, pieces: Sequence[Token]) -> str:
    """The words between two pieces."""
    return " ".join(piece.given.casefold() for piece in pieces if first.end <= piece.start < second.start)


_OF_WHAT = ("от", "после", "из", "в", "of", "from", "into", "to")
"""Between a metric and what it is of."""
_WORDS_FOR_PLAN = ("target", "targets", "goal", "целевой", "целевые", "closed", "закрытые")
_OF_CALLS = ("звонков", "звонка", "звонках", "вызовов", "вызова")


def _is_of_volume(verb: Verb, rest: Sequence[Token]) -> bool:
    """Whether what is asked for is a peak, or topics: of calls, if nothing else is said."""
    tops, parts = _each(rest, Top), [by.part for by in _each(rest, By)] + [which.part for which in _each(rest, Which)]
    if verb is not Verb.FIGURE or any(top.end in (End.WORST, End.BEST) for top in tops):
        return False
    return any(top.by in _PARTS_OF_VOLUME for top in tops) or any(
        part in (_PARTS_OF_VOLUME if tops else ("topic",)) for part in parts
    )


def _of_chats(possible: list[Token], pieces: Sequence[Token], names: Vocabulary) -> list[Token]:
    """A metric of calls that is said of chats is that of chats: «ожидание в чатах»."""
    for first, second in pairwise(possible):
        keys = _metrics_of(first)
        of_chats = f"chat_{keys[0]}" if len(keys) == 1 else ""
        said_of = _between(first, second, pieces) in ("в", "in", "of") and _metrics_of(second) == ("chats",)
        if said_of and of_chats in names.metrics:
            return [replace(each, meanings=(Name(METRIC, of_chats),)) if each is first else each for each in possible]
    return possible


def _absorbed(possible: list[Token], pieces: Sequence[Token], names: Vocabulary) -> list[Token]:
    """Metrics without the calls, or the like, that another one is of: «переводы звонков», «отказы от броней»."""
    possible = _of_chats(possible, pieces, names)
    possible = [
        piece for n, piece in enumerate(possible) if n == 0 or _between(possible[n - 1], piece, pieces) not in _OF_WHAT
    ]
    if len(possible) != 2:
        return possible
    first, second = possible
    between_them = [piece.given for piece in pieces if first.end <= piece.start < second.start]
    end_between = any(isinstance(p.meanings[0], Top) for p in pieces if first.end <= p.start < second.start)
    if end_between and _metrics_of(second) == (_VOLUME,):
        return [first]  # "lose the most calls"
    of_calls = [piece for piece in possible if piece.given.casefold() in _OF_CALLS]
    if len(of_calls) == 1 and len(between_them) <= 1 and not {"и", "and", "в"} & set(between_them):
        return [piece for piece in possible if piece is not of_calls[0]]
    return possible


def _no_metric(piece: Token) -> Token:
    return replace(piece, meanings=tuple(m for m in piece.meanings if not (isinstance(m, Name) and m.of == METRIC)))


def _selection(
    verb: Verb, metric: str, rest: Sequence[Token], names: Vocabulary, unsaid: Days, today: date
) -> Selection:
    lines: list[str] = []
    filters: list[tuple[str, str]] = []
    grammar: list[Token] = []
    for piece in rest:
        name = _name(piece, rest, metric, names)
        if name is None:
            # What names nothing of this metric is what else it may be.
            of_grammar = tuple(meaning for meaning in piece.meanings if not isinstance(meaning, Name))
            grammar.append(replace(piece, meanings=of_grammar) if of_grammar else piece)
        elif name.of == LINE:
            lines.append(name.key)
        else:
            filters.append((name.of, name.key))
    days, hours = _only(grammar, Days), _only(grammar, Hours)
    if hours and hours.over_midnight and (days is None or days.words == "today"):
        days = relative("yesterday", today)  # the night that has begun last
    if hours and days and days.first != days.last:
        filters.append((CLOCK, hours.words))
        hours = None
    against_said = _only(grammar, Against)
    if days is None and against_said and against_said.execution and names.catalogue.get(metric).spread:
        days = relative("month", today)
    top = _top(grammar)
    by = _by(grammar, top, metric, names, lines)
    if days is None and against_said and any(not than.plan for than in _each(grammar, Than)):
        unit = next((words for words, versus in _UNITS.items() if versus is against_said.what), None)
        days = relative(unit, today) if unit else None  # «на сколько упали к прошлому месяцу»
    if by is None and _each(grammar, Series):
        read = days or _unsaid("day", unsaid, today)
        by = series_of(read.first, read.last)
    if verb is Verb.FIGURE and _is_bare(grammar) and not lines and not filters and LINE in names.dimensions[metric]:
        by = LINE
    if by is None and top is None and verb is Verb.FIGURE:
        by = _side_by_side(rest, filters)
    recurring = any(of == WEEKDAY.key for of, _ in filters)
    days = days or _unsaid(WEEKDAY.key if recurring else by, unsaid, today)
    when = _when(days, hours, grammar, names)
    against = _versus(_only(grammar, Against), days, hours, grammar, names, today)
    if against is None and not (by and by == _side_by_side(rest, filters)):
        against = _than(verb, _each(grammar, Than), when.period, metric, names)
    if verb is Verb.WHY and against is None:
        against = Versus.PLAN if metric in names.directed else Versus.WEEK
    return Selection(
        metric=metric,
        when=when,
        lines=tuple(dict.fromkeys(lines)),
        filters=tuple(dict.fromkeys(filters)),
        by=by,
        versus=None if verb in (Verb.PLAN, Verb.PACE) else against,
        top=(top.n or USUAL_TOP) if top and by != WEEK_HOURS.key else None,
        end=top.end if top and by != WEEK_HOURS.key else None,
        shape=_only(grammar, Shape) or Shape.AUTO,
    )


def _side_by_side(rest: Sequence[Token], filters: Sequence[tuple[str, str]]) -> str | None:
    """The dimension of which several values are named: each of them is asked for; as `topic=…` all of them together."""
    if any("=" in piece.given for piece in rest):
        return None
    named = Counter(of for of, _ in dict.fromkeys(filters) if of not in BY_THE_CLOCK)
    return next((of for of, n in named.items() if n > 1), None)


def series_of(first: date, last: date) -> str:
    """The part of time by which one reads the days from one to another."""
    length = (last - first).days + 1
    if length == 1:
        return "hour"
    return "day" if length <= 2 * _MONTH else "week" if length <= _MOST_WEEKS * _WEEK else "month"


def _unsaid(by: str | None, unsaid: Days, today: date) -> Days:
    """The period that is meant where none is said: of days, weeks and months so many that they can be compared."""
    since_monday = today.weekday() + 1
    spans = {
        WEEKDAY.key: "last 28 days",
        WEEK_HOURS.key: "last 28 days",
        "day": "last 14 days",
        "week": f"last {49 + since_monday} days",
        "month": "last 6 months",
    }
    if by not in spans:
        return unsaid
    found = period_at(Sentence(words(spans[by])), 0, today)
    assert found
    assert isinstance(found[1], Days)
    return found[1]


def _than(verb: Verb, said: Sequence[Than], period: Period, metric: str, names: Vocabulary) -> Versus | None:
    """What a word of change or of a norm compares with: the like period before, or the plan."""
    if any(not than.plan for than in said):
        return _before(period)
    if said and verb is Verb.FIGURE and metric in names.directed:
        return Versus.PLAN
    return None


def _before(period: Period) -> Versus:
    """How far back the like period before lies."""
    return _before_days(len(period.days))


def _before_days(length: int) -> Versus:
    if length <= _WEEK:
        return Versus.WEEK
    return Versus.MONTH if length <= _MONTH else Versus.YEAR


def _is_bare(grammar: Sequence[Token]) -> bool:
    """Whether nothing but the shape of the answer was said beside the metric and names."""
    return all(isinstance(piece.meanings[0], Shape) for piece in grammar)


def _name(piece: Token, rest: Sequence[Token], metric: str, names: Vocabulary) -> Name | None:
    """What a piece names; raises for what the metric does not have, and for what may be two things."""
    meant = _values_of(piece)
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
        raise _Refused(unnarrowed(catalogue, catalogue.get(metric), meant[0].of), _written(piece, ""))
    if len(possible) + len(of_grammar) > 1:
        dates = [meaning.dates for meaning in of_grammar if isinstance(meaning, Days)]
        known = ", ".join((*(shown(name, names) for name in possible), *dates))
        raise _Refused(
            note('"{given}" may be: {known}.', given=piece.given, known=known),
            *(_written(piece, text) for text in (*map(named_again, possible), *dates)),
        )
    return next(iter(possible), None)


def _check_clock(name: Name, piece: Token) -> None:
    """Raise for hours, or days of the week, that there are not."""
    try:
        condition_on(name.of, (name.key,))
    except UserError as error:
        raise _Refused(error.message, _written(piece, "")) from None


def _top(grammar: Sequence[Token]) -> Top | None:
    """How many of which end: «топ 10 худших» may be said in two pieces, and of what in a third."""
    found = _each(grammar, Top)
    numbers, ends, parts = (
        (
            list(dict.fromkeys(each for each in of_it if each is not None))
            for of_it in zip(*((top.n, top.end, top.by) for top in found), strict=True)
        )
        if found
        else ([], [], [])
    )
    if any(len(each) > 1 for each in (numbers, ends, parts)):
        return _only(grammar, Top)
    return Top(next(iter(numbers), None), next(iter(parts), None), next(iter(ends), None)) if found else None


def _by(grammar: Sequence[Token], top: Top | None, metric: str, names: Vocabulary, lines: Sequence[str]) -> str | None:
    dimensions = names.dimensions[metric]
    catalogue = names.catalogue
    known = (*dimensions, *TIME_PARTS)
    if catalogue.adds_up(catalogue.get(metric)):
        known = (*known, WEEKDAY.key, WEEK_HOURS.key)
    which = [
        piece.meanings[0]
        for piece in grammar
        if isinstance(piece.meanings[0], Which) and (top or piece.given.casefold() != "во сколько")  # it may be a price
    ]
    said = {by.part for by in _each(grammar, By)} | {each.part for each in which}
    if len(said) > 1 and said <= {"hour", "day", WEEKDAY.key}:
        return WEEK_HOURS.key
    asked = _only(grammar, By)
    by = asked.part if asked else top.by if top and top.by else which[0].part if which else None
    if by is not None and by not in known:
        piece = next(each for each in grammar if isinstance(each.meanings[0], By if asked else Top | Which))
        near = alike(by, known, most=2)
        known = tuple(part for part in known if part != LINE or not lines)
        before = f"top {top.n} " if top and not asked else ""
        raise _Refused(
            undivided(names.catalogue, names.catalogue.get(metric), by),
            *(_written(piece, f"{before}by {part}") for part in dict.fromkeys((*near, *known[:3]))),
            _written(piece, before),
        )
    if top and by is None:
        if top.end and AGENT in dimensions:
            return AGENT
        if LINE in dimensions and not lines:
            return LINE
        if top.end:
            return "day" if _only(grammar, Days) else "hour"
        piece = next(each for each in grammar if isinstance(each.meanings[0], Top))
        parts = [each for each in known if each not in (LINE, WEEK_HOURS.key)]
        raise _Refused(
            note("Top {n} of what? Say by what: {known}.", n=top.n, known=", ".join(parts)),
            *(_written(piece, f"top {top.n} by {part}") for part in parts),
        )
    return by


def _versus(
    against: Against | None,
    days: Days,
    hours: Hours | None,
    grammar: Sequence[Token],
    names: Vocabulary,
    today: date,
) -> Versus | When | None:
    """What is compared with. The hours of a day are compared with the same hours of the other day.

    Of another day than today, yesterday is not the day before: it is the day that is called so.
    """
    what = against.what if against else None
    if against and against.previous:
        return _before_of(days)
    if isinstance(what, Days) and what.words == days.words and what.words in _UNITS:
        return _UNITS[what.words]  # «неделя к неделе»
    if against and against.yesterday and (days.first, days.last) != (today, today):
        what = between(today - timedelta(days=1), today - timedelta(days=1))
    if isinstance(what, Days):
        return _when(what, hours if what.first == what.last else None, grammar, names)
    return what if isinstance(what, Versus) else None


_UNITS: Mapping[str, Versus] = {
    "today": Versus.DAY,
    "week": Versus.WEEK,
    "month": Versus.MONTH,
    "year": Versus.YEAR,
}


def _before_of(days: Days) -> Versus:
    """The like days before."""
    return Versus.DAY if days.first == days.last else _before_days((days.last - days.first).days + 1)


def _when(days: Days, hours: Hours | None, grammar: Sequence[Token], names: Vocabulary) -> When:
    period = when(days, hours, names.timezone)
    if isinstance(period, DateError):
        of_hours = [piece for piece in grammar if isinstance(piece.meanings[0], Hours)]
        of_days = [piece for piece in grammar if isinstance(piece.meanings[0], Days)]
        raise _Refused(period.message, _dropped(of_hours), *([_written(of_days[0], "today")] if of_days else []))
    return When(f"{days.words} {hours.words}" if hours else days.words, period)


def _only(pieces: Sequence[Token], kind: type[_Kind]) -> _Kind | None:
    """The one meaning of a kind; raises if there are two."""
    found: dict[_Kind, list[Token]] = {}
    for piece in pieces:
        meaning = piece.meanings[0]
        if isinstance(meaning, kind):
            found.setdefault(meaning, []).append(piece)
    if len(found) > 1:
        every = [piece for of_it in found.values() for piece in of_it]
        raise _Refused(
            note("Only one of these can be meant: {given}.", given=_listed(every)),
            *(_dropped([piece for piece in every if piece not in keep]) for keep in found.values()),
        )
    return next(iter(found), None)


def _metrics_of(piece: Token) -> tuple[str, ...]:
    return tuple(name.key for name in piece.names if name.of == METRIC)


def _values_of(piece: Token) -> tuple[Name, ...]:
    return tuple(name for name in piece.names if name.of != METRIC)


def _each(pieces: Sequence[Token], kind: type[_Kind]) -> list[_Kind]:
    return [meaning for piece in pieces if isinstance(meaning := piece.meanings[0], kind)]


def _written(piece: Token, text: str) -> tuple[WordChange, ...]:
    return (WordChange(piece.start, piece.end, text),)


def _dropped(pieces: Sequence[Token]) -> tuple[WordChange, ...]:
    return tuple(WordChange(piece.start, piece.end) for piece in pieces)


def _listed(pieces: Sequence[Token]) -> str:
    return ", ".join(dict.fromkeys(piece.given for piece in pieces[:4]))
