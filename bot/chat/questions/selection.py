"""A metric with all that is said of it: lines and values, period, breakdown, comparison, order and form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.chat.questions.dates import Days, HoursOfDay, relative
from bot.chat.questions.problems import Refused, each_of, only, written
from bot.chat.questions.subject import PEAKS_OF_VOLUME, name_meant
from bot.chat.questions.times import like, than_of, unit_of, unsaid_period, versus_of, when_of
from bot.chat.questions.tokenize import USUAL_TOP, Against, By, Than, TimeSeries, Token, Top, Which
from bot.chat.questions.vocabulary import AGENT, LINE, Name, Vocabulary
from digests.request import Selection, Shape, Verb, Versus
from metrics.clock import BY_THE_CLOCK, CLOCK
from metrics.coverage import undivided
from metrics.dimensions import DIMENSIONS, OF_AGENTS, OWNER, PEOPLE, TIME_PARTS, WEEK_HOURS, WEEKDAY, breakdown_title
from warehouse.messages import Message, alike, note

MOST_TOP = 100
"""How many of an order may be asked for."""
_WEEK, _MONTH, _MOST_WEEKS = 7, 31, 13
_ANYWHERE = ("где", "where")
"""Words that ask for lines where there are any: «где застревают сделки» asks for none."""


def selection_of(
    verb: Verb, metric: str, rest: Sequence[Token], names: Vocabulary, unsaid: Days, today: date
) -> Selection:
    lines: list[str] = []
    filters: list[tuple[str, str]] = []
    grammar: list[Token] = []
    for piece in rest:
        name = name_meant(piece, rest, metric, names)
        if name is None:
            # What names nothing of this metric is what else it may be.
            of_grammar = tuple(meaning for meaning in piece.meanings if not isinstance(meaning, Name))
            grammar.append(replace(piece, meanings=of_grammar) if of_grammar else piece)
        elif name.of == LINE:
            lines.append(name.key)
        else:
            filters.append((name.of, name.key))
    days, hours = only(grammar, Days), only(grammar, HoursOfDay)
    if hours and hours.over_midnight and (days is None or days.words == "today"):
        days = relative("yesterday", today)  # the night that has begun last
    if hours and days and days.first != days.last:
        filters.append((CLOCK, hours.words))
        hours = None
    against_said = only(grammar, Against)
    if days is None and against_said and against_said.execution and names.catalogue.get(metric).spread:
        days = relative("month", today)
    top = _top(grammar)
    by = _by(grammar, top, metric, names, lines)
    changed = any(not than.plan for than in each_of(grammar, Than))
    if days is None and against_said and (changed or against_said.better):
        days = unit_of(against_said, today)  # «на сколько упали к прошлому месяцу»
    if days is None and against_said and isinstance(against_said.what, Days):
        days = like(against_said.what, today)  # «по сравнению с апрелем»
    if by is None and each_of(grammar, TimeSeries):
        read = days or unsaid_period("day", unsaid, today)
        by = series_of(read.first, read.last)
    if verb is Verb.FIGURE and _is_bare(grammar) and not lines and not filters and LINE in names.dimensions[metric]:
        by = LINE
    if by is None and top is None and verb is Verb.FIGURE:
        by = _side_by_side(rest, filters)
    recurring = any(of == WEEKDAY.key for of, _ in filters)
    days = days or unsaid_period(WEEKDAY.key if recurring else by, unsaid, today)
    when = when_of(days, hours, grammar, names)
    against = versus_of(only(grammar, Against), days, hours, grammar, names, today)
    if against is None and not (by and by == _side_by_side(rest, filters)):
        against = than_of(verb, each_of(grammar, Than), when.period, metric, names)
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
        shape=only(grammar, Shape) or Shape.AUTO,
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


def _is_bare(grammar: Sequence[Token]) -> bool:
    """Whether nothing but the shape of the answer was said beside the metric and names."""
    return all(isinstance(piece.meanings[0], Shape) for piece in grammar)


def _top(grammar: Sequence[Token]) -> Top | None:
    """How many of which end: «топ 10 худших» may be said in two pieces, and of what in a third."""
    found = each_of(grammar, Top)
    numbers, ends, parts = (
        (
            list(dict.fromkeys(each for each in of_it if each is not None))
            for of_it in zip(*((top.n, top.end, top.by) for top in found), strict=True)
        )
        if found
        else ([], [], [])
    )
    if any(len(each) > 1 for each in (numbers, ends, parts)):
        return only(grammar, Top)
    return Top(next(iter(numbers), None), next(iter(parts), None), next(iter(ends), None)) if found else None


def _undivided(by: str, metric: str, names: Vocabulary) -> Message:
    """Why there is no such breakdown: the metric has none, or the list of agents does not tell."""
    if by in OF_AGENTS and by in names.catalogue.dimensions(names.catalogue.get(metric)):
        return note(
            'The list of agents does not say this: {dimension} (its column "{column}").',
            dimension=note(DIMENSIONS[by].title),
            column=by,
        )
    return undivided(names.catalogue, names.catalogue.get(metric), by)


def _is_when(grammar: Sequence[Token], which: Sequence[Which]) -> bool:
    """Whether it is asked when a peak is: in which hour, whatever days are looked at."""
    words = [piece.given.casefold() for piece in grammar]
    return [each.part for each in which] == ["day"] and not {*words}.isdisjoint(PEAKS_OF_VOLUME) and "когда" in words


def _by(grammar: Sequence[Token], top: Top | None, metric: str, names: Vocabulary, lines: Sequence[str]) -> str | None:
    dimensions = names.dimensions[metric]
    catalogue = names.catalogue
    known = (*dimensions, *TIME_PARTS)
    if catalogue.adds_up(catalogue.get(metric)):
        known = (*known, WEEKDAY.key, WEEK_HOURS.key)
    which = [
        Which(OWNER) if which.part == AGENT and AGENT not in dimensions and OWNER in dimensions else which
        for piece in grammar
        if isinstance(which := piece.meanings[0], Which)
        and (top or piece.given.casefold() != "во сколько")  # it may be a price
        and (LINE in dimensions or piece.given.casefold() not in _ANYWHERE)
    ]
    said = {by.part for by in each_of(grammar, By)} | {each.part for each in which}
    if len(said) > 1 and said <= {"hour", "day", WEEKDAY.key}:
        return WEEK_HOURS.key
    asked = only(grammar, By)
    if asked is None and _is_when(grammar, which):
        return "hour"
    by = asked.part if asked else top.by if top and top.by else which[0].part if which else None
    if by == OWNER and OWNER not in dimensions and AGENT in dimensions:
        by = AGENT  # who sells is called a manager
    if by is not None and by not in known:
        piece = next(each for each in grammar if isinstance(each.meanings[0], By if asked else Top | Which))
        near = alike(by, known, most=2)
        known = tuple(part for part in known if part != LINE or not lines)
        before = f"top {top.n} " if top and not asked else ""
        raise Refused(
            _undivided(by, metric, names),
            *(written(piece, f"{before}by {part}") for part in dict.fromkeys((*near, *known[:3]))),
            written(piece, before),
        )
    if top and by is None:
        if any(piece.given.casefold() in PEAKS_OF_VOLUME for piece in grammar):
            return "hour"
        if top.end and (people := next((each for each in PEOPLE if each in dimensions), None)):
            return people
        if LINE in dimensions and not lines:
            return LINE
        if people := next((each for each in PEOPLE if each in dimensions), None):
            return people
        if top.end:
            return "day" if only(grammar, Days) else "hour"
        piece = next(each for each in grammar if isinstance(each.meanings[0], Top))
        parts = [each for each in known if each not in (LINE, WEEK_HOURS.key)]
        raise Refused(
            note("Top {n} of what? Say: {known}.", n=top.n, known=tuple(map(breakdown_title, parts))),
            *(written(piece, f"top {top.n} by {part}") for part in parts),
        )
    return by
