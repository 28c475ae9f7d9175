"""Of when a question is, and what that is set against: periods beside each other, words of change, the usual period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.chat.questions.dates import (
    FUTURE,
    WEEKDAYS,
    DateError,
    Days,
    HoursOfDay,
    between,
    hours_at,
    month,
    relative,
    when,
)
from bot.chat.questions.grammar import RECURRING
from bot.chat.questions.periods import period_at
from bot.chat.questions.problems import Refused, WordChange, dropped, each_of, written
from bot.chat.questions.text import Sentence, words
from bot.chat.questions.tokenize import Against, By, Compared, Filler, Meaning, Than, Token
from bot.chat.questions.vocabulary import METRIC, Name, Vocabulary
from digests.request import Verb, Versus, When
from metrics.dimensions import WEEK_HOURS, WEEKDAY
from metrics.periods import Period
from warehouse.messages import note

_WEEK, _MONTH, _YEAR = 7, 31, 365


def without_average(rest: Sequence[Token]) -> list[Token]:
    """«Ср» beside another period is no Wednesday: «ср время разговора вчера»."""
    days = [piece for piece in rest if isinstance(piece.meanings[0], Days)]
    short = [piece for piece in days if piece.given.casefold() == "ср"]
    return [piece for piece in rest if len(days) < 2 or piece not in short]


def hours_of_days(rest: Sequence[Token]) -> list[Token]:
    """Beside a day, or days, two numbers that may be hours are hours: «звонки на этой неделе 10-12»."""
    named_days = any(isinstance(piece.meanings[0], Days) for piece in rest)

    def decided(piece: Token) -> Token:
        error = piece.meanings[0]
        if not named_days or not isinstance(error, DateError) or len(error.instead) < 1:
            return piece
        found = hours_at(Sentence(words(error.instead[0])), 0)
        return replace(piece, meanings=(found[1],)) if found and isinstance(found[1], HoursOfDay) else piece

    return [decided(piece) for piece in rest]


def weekend_and_weekdays(rest: Sequence[Token]) -> list[Token]:
    """Named together they are all days: each day of the week is wanted, «потери в будни и выходные»."""
    named_days = [piece for piece in rest if any(name.of == WEEKDAY.key for name in piece.names)]
    if {name.key for piece in named_days for name in piece.names} != {"weekend", "weekdays"}:
        return list(rest)
    by = replace(named_days[0], meanings=(By(WEEKDAY.key),))
    others = [piece for piece in rest if piece not in named_days and piece.meanings[0] != Against(None)]
    return [*others, *([] if each_of(rest, By) else [by])]


def recurring(rest: Sequence[Token]) -> list[Token]:
    """A weekend, or a day of the week, beside a longer period is every one of it: «выходные в июне»."""
    named_days = [piece for piece in rest if any(name.of == WEEKDAY.key for name in piece.names)]
    against = [(piece, piece.meanings[0]) for piece in rest if isinstance(piece.meanings[0], Against)]
    if len(named_days) == len(against) == 1 and _is_weekend(against[0][0], against[0][1].what):
        by = replace(named_days[0], meanings=(By(WEEKDAY.key),))  # «будни против выходных»
        return [by if piece is named_days[0] else piece for piece in rest if piece is not against[0][0]]
    by_days = [piece for piece in rest if piece.meanings[0] == By(WEEKDAY.key)]
    if len(against) == 1 and against[0][1] == Against(None) and len(named_days) + len(by_days) == 2:
        by = replace(against[0][0], meanings=(By(WEEKDAY.key),))  # "weekends vs weekdays"
        others = [piece for piece in rest if piece not in named_days and piece not in by_days]
        return [by if piece is against[0][0] else piece for piece in others]
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


def compared(rest: Sequence[Token], pieces: Sequence[Token], today: date) -> list[Token]:
    """Two periods, of which the second is what the first is set against; so many ago, beside another period, too.

    «Сравни», "and" between them, or a word of comparison before a line say so.
    """
    if len(against := [piece for piece in rest if isinstance(piece.meanings[0], Against)]) == 2:
        first, second = (piece.meanings[0] for piece in against)
        assert isinstance(first, Against)
        assert isinstance(second, Against)
        called = _CALLED.get(first.what) if isinstance(first.what, Versus) else None
        one = relative(called, today) if called else first.what
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
        joined = bool(between_them) and all(isinstance(each.meanings[0], Filler) for each in between_them)
        joined = joined and (len(between_them) == 1 or between_them[0].given in ("и", "and"))
        second = days[1].meanings[0]
        if joined and not is_compared and (both := _side_by_side(days[0].meanings[0], second)):
            changed[id(days[0])] = replace(days[0], meanings=(both,), end=days[1].end)
            of_months = both.first.day == 1 and (both.last - both.first).days >= _MONTH
            by = (replace(days[1], meanings=(By("month"),)),) if of_months and not each_of(rest, By) else ()
            rest = [*(piece for piece in rest if piece is not days[1]), *by]
        elif (is_compared or joined) and isinstance(second, Days):
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


def _side_by_side(first: Meaning, second: Meaning) -> Days | None:
    """«В субботу и воскресенье», «в апреле и в мае»: one after the other, as nobody compares."""
    if not (isinstance(first, Days) and isinstance(second, Days)):
        return None
    named = first.words in WEEKDAYS and second.words in WEEKDAYS
    months = all(each == month(each.first) for each in (first, second))
    in_a_row = second.first - first.last == timedelta(days=1)
    return between(first.first, second.last) if (named or months) and in_a_row else None


_CALLED: Mapping[Versus, str] = {
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


def ahead(piece: Token, today: date) -> Token:
    """A month without a year that one asks the plan of is the one that comes, if this year's has not begun."""
    days = piece.meanings[0]
    if not isinstance(days, Days) or days.first.day != 1 or any(sign.isdigit() for sign in piece.given):
        return piece
    coming = days.first.replace(year=days.first.year + 1)
    if days != month(days.first) or coming.year != today.year or coming <= today:
        return piece
    return replace(piece, meanings=(month(coming),))


def refuse_future(verb: Verb, rest: Sequence[Token], pieces: Sequence[Token]) -> None:
    """Raise for a period that has not begun, but for a plan of it."""
    future = [piece for piece in rest if isinstance(piece.meanings[0], Days) and piece.meanings[0].words in FUTURE]
    if not future or verb is Verb.PLAN:
        return
    verbs = tuple(WordChange(piece.start, piece.end) for piece in pieces if isinstance(piece.meanings[0], Verb))
    plan = (*verbs, WordChange(0, 0, Verb.PLAN.value))
    raise Refused(note("There are no records of the future yet."), plan, (*verbs, *written(future[0], "today")))


def versus_of(
    against: Against | None,
    days: Days,
    hours: HoursOfDay | None,
    grammar: Sequence[Token],
    names: Vocabulary,
    today: date,
) -> Versus | When | None:
    """What is compared with. The hours of a day are compared with the same hours of the other day.

    Of another day than today, yesterday is not the day before: it is the day that is called so.
    """
    what = against.what if against else None
    if against and against.previous:
        if days.words == "quarter":
            return when_of(relative("last quarter", today), None, grammar, names)
        return _before_of(days)
    if isinstance(what, Days) and what.words == days.words and what.words in _UNITS:
        return _UNITS[what.words]  # «неделя к неделе»
    if isinstance(what, Days) and what.dates == days.dates and days.first == days.last:
        day = days.first - timedelta(days=7)
        what = between(day, day)  # «вчера против прошлого понедельника», said on Tuesday
    if against and against.yesterday and (days.first, days.last) != (today, today):
        what = between(today - timedelta(days=1), today - timedelta(days=1))
    if isinstance(what, Days):
        return when_of(what, hours if what.first == what.last else None, grammar, names)
    return what if isinstance(what, Versus) else None


_UNITS: Mapping[str, Versus] = {
    "today": Versus.DAY,
    "week": Versus.WEEK,
    "month": Versus.MONTH,
    "year": Versus.YEAR,
}


def unit_of(said: Against, today: date) -> Days | None:
    """The period of which the one before is named: «упали к прошлому месяцу» is said of this month."""
    unit = next((words for words, versus in _UNITS.items() if versus is said.what), None)
    return relative(unit, today) if unit else None


def like(days: Days, today: date) -> Days | None:
    """The period that goes on and is as long as another one: this month for April; None for a day."""
    length = (days.last - days.first).days + 1
    unit = "week" if length == _WEEK else "month" if days == month(days.first) else "year" if length >= _YEAR else None
    return relative(unit, today) if unit else None


def _before_of(days: Days) -> Versus:
    """The like days before."""
    return Versus.DAY if days.first == days.last else _before_days((days.last - days.first).days + 1)


def than_of(verb: Verb, said: Sequence[Than], period: Period, metric: str, names: Vocabulary) -> Versus | None:
    """What a word of change or of a norm compares with: the like period before, or the plan."""
    if any(not than.plan for than in said):
        return like_before(period)
    if said and verb is Verb.FIGURE and metric in names.directed:
        return Versus.PLAN
    return None


def like_before(period: Period) -> Versus:
    """How far back the like period before lies."""
    return _before_days(len(period.days))


def _before_days(length: int) -> Versus:
    if length <= _WEEK:
        return Versus.WEEK
    return Versus.MONTH if length <= _MONTH else Versus.YEAR


def unsaid_period(by: str | None, unsaid: Days, today: date) -> Days:
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


def when_of(days: Days, hours: HoursOfDay | None, grammar: Sequence[Token], names: Vocabulary) -> When:
    period = when(days, hours, names.timezone)
    if isinstance(period, DateError):
        of_hours = [piece for piece in grammar if isinstance(piece.meanings[0], HoursOfDay)]
        of_days = [piece for piece in grammar if isinstance(piece.meanings[0], Days)]
        raise Refused(period.message, dropped(of_hours), *([written(of_days[0], "today")] if of_days else []))
    return When(f"{days.words} {hours.words}" if hours else days.words, period)
