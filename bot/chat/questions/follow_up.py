"""What goes on from an earlier question: «а вчера?», «по часам», «почему?» change one thing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.chat.questions.claims import TARGETS, claimed
from bot.chat.questions.dates import DAY_MINUTES, DateError, Days, HoursOfDay, between
from bot.chat.questions.dates import when as instants
from bot.chat.questions.forms import lemmas
from bot.chat.questions.grammar import FILLER_PHRASES
from bot.chat.questions.reports import parted
from bot.chat.questions.selection import MOST_TOP, series_of
from bot.chat.questions.text import Utterance, Word, phrases, said, utterance
from bot.chat.questions.tokenize import (
    USUAL_TOP,
    Against,
    By,
    Filler,
    Than,
    Token,
    Top,
    Unknown,
    Unnamed,
    Which,
    Whole,
    tokenize,
)
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Name, Vocabulary
from digests.request import End, Overview, Request, Selection, Shape, Verb, Versus, When
from metrics.clock import BY_THE_CLOCK, CLOCK
from metrics.dimensions import EVERY
from metrics.periods import Period, month_end, months_before, to_local

_LONGER_PARTS = ("day", "week", "month")
_MOST_WORDS = 8
"""A longer text is a question of its own, or none."""
_FARTHEST = 2.0
"""What the words of a change may cost: two of them misspelt."""
_OPENINGS = phrases(
    [
        (
            True,
            said(
                """
                а, и, а если, а что, а что с, а как, а как с, а теперь, теперь, то же, то же самое, тоже, только,
                лишь, а у, ну а, еще, давай, and, and what about, what about, how about, and for, now, same,
                the same, same for, only, just, but, ok and, пришли, скинь, выгрузи, сделай, send, export, as, as an
                """
            ),
        )
    ]
)
"""Words that go before a change and say nothing of it."""
_COMPARISONS = phrases(
    [(True, ("сравни с", "сравни со", "сравнить с", "сравнить со", "сравни", "compare with", "compare to", "compare"))]
)
_COMPARED_LAST = dict.fromkeys(said("сравни, сравните, сравнить"), ("с", "со"))
"""«С маем сравни»: the verb may stand last."""
_FINER = phrases(
    [
        (
            True,
            said(
                """
                more, details, in detail, more details, tell me more, show more, expand, and more, подробнее,
                детали, детальнее, подробно, поподробнее, еще, а еще, покажи еще, расскажи подробнее, а подробнее,
                разверни, дальше, покажи больше
                """
            ),
        )
    ]
)
"""What asks for more of the same."""
_EARLIER = phrases(
    {
        "day": said(
            """
            and the day before, the day before, a day earlier, and a day earlier, а днем раньше, днем раньше,
            а за день до, а за день до этого, за день до этого, а накануне, накануне
            """
        ),
        "week": said(
            """
            and the week before, the week before, a week earlier, and a week earlier, а неделей раньше,
            неделей раньше, а за неделю до, а за неделю до этого
            """
        ),
        "month": said(
            """
            and the month before, the month before, a month earlier, and a month earlier, а месяцем раньше,
            месяцем раньше, а за месяц до, а за месяц до этого
            """
        ),
        "year": said(
            """
            and the year before, the year before, a year earlier, and a year earlier, а годом раньше, годом раньше,
            а за год до, а за год до этого
            """
        ),
    }.items()
)
"""What asks for the same so much earlier."""
_BESIDE = phrases(
    [
        (True, said("сравни с, сравни со, сравнить с, сравни, compare with, compare to, compare, vs, против")),
        (True, said("добавь, плюс, вместе с, вместе со, add, plus, along with, together with")),
    ]
)
"""Words before lines that are wanted beside those there are."""
_AGAINST = Word("vs", "vs")


@dataclass(frozen=True)
class Change:
    """What is to be otherwise than in an earlier question; None or empty: as it was."""

    verb: Verb | None = None
    metrics: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    beside: bool = False
    """Whether the lines are to stand beside the earlier ones, not in their place."""
    filters: tuple[tuple[str, str], ...] = ()
    when: When | None = None
    hours: HoursOfDay | None = None
    """Hours of the earlier question's day."""
    by: str | None = None
    versus: Versus | When | None = None
    top: int | None = None
    end: End | None = None
    shape: Shape | None = None
    whole: bool = False
    """Of the whole centre, in so many words."""
    finer: bool = False
    """Whether more is to be told of the same: its parts in time, or more of its rows."""
    earlier: str | None = None
    """How far back from the earlier question's period: a day, a week, a month, a year."""
    before: bool = False
    """Whether it asks for the like period before: «а за прошлую?»."""
    previous: bool = False
    """Whether it is to be compared with the like period before: «сравни с прошлой»."""
    unused: tuple[str, ...] = ()
    """The words that nothing was made of."""
    opened: bool = False
    """Whether words such as «а» say that it goes on from something."""

    @property
    def alone(self) -> bool:
        """Whether it could be a question of its own: it names a metric, and nothing says that it goes on."""
        return bool(self.metrics) and not self.opened


def follow_up(text: str | Utterance, names: Vocabulary, now: datetime, *, exactly: bool = False) -> Change | None:
    """Return what a text changes of an earlier question; None, if it is nothing that goes on from one.

    Every word must be understood, and `exactly` as it stands: a sentence among people is no change.
    """
    read = utterance(text)
    if read.too_long or not 0 < len(read.words) <= _MOST_WORDS:
        return None
    folded = [word.folded for word in read.words]
    if (finer := _FINER.at(folded, 0)) and finer[0] == len(folded):
        return Change(finer=True, opened=True)
    if (back := _EARLIER.at(folded, 0)) and back[0] == len(folded):
        return Change(earlier=back[1], opened=True)
    opened, words = _without_openings(read.words)
    today = to_local(now, names.timezone).date()
    if added := _BESIDE.at([word.folded for word in words], 0):
        named = [piece.meanings[0] for piece in _pieces(words[added[0] :], names, today, exactly) or ()]
        keys = tuple(name.key for name in named if isinstance(name, Name) and name.of == LINE)
        if keys and len(keys) == len(named):
            return Change(lines=keys, beside=True, opened=True)
    compared = ((at, _COMPARISONS.at([word.folded for word in words], at)) for at in range(len(words)))
    if beside := next(((at, found[0]) for at, found in compared if found and found[0] < len(words)), None):
        opened, words = True, (*words[: beside[0]], _AGAINST, *words[beside[1] :])
    elif last := _COMPARED_LAST.get(words[-1].folded) if len(words) > 1 else None:
        opened, words = True, (_AGAINST, *(words[1:-1] if words[0].folded in last else words[:-1]))
    telling = [word for word in words if not FILLER_PHRASES.at([word.folded], 0)]
    if not exactly and len(telling) == 1 and not lemmas(telling[0].folded).isdisjoint(_BEFORE):
        return Change(before=True, opened=True)
    pieces = _pieces(words, names, today, exactly, some=opened)
    return _change(pieces, names, opened) if pieces else None


def _pieces(
    said: tuple[Word, ...], names: Vocabulary, today: date, exactly: bool, some: bool = False
) -> list[Token] | None:
    """The pieces of words that add anything; None, if some mean nothing, unless `some` may and most do not."""
    pieces = claimed(tokenize(said, names, today), said, names, idle=not exactly).pieces
    if any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in pieces):
        if exactly:
            return None
        known = [(piece.start, piece.end) for piece in pieces if not isinstance(piece.meanings[0], Unknown | Unnamed)]
        nearest = names.lexicon.rewritings(said, known)[0]
        if nearest.cost > _FARTHEST:
            return None
        pieces = claimed(tokenize(nearest.words, names, today), nearest.words, names, unknown=True).pieces
    told = [piece for piece in pieces if not isinstance(piece.meanings[0], Filler)]
    unknown = [piece for piece in told if isinstance(piece.meanings[0], Unknown)]
    return None if unknown and not (some and len(told) > len(unknown) == 1) else told


def _without_openings(said: tuple[Word, ...]) -> tuple[bool, tuple[Word, ...]]:
    opened = False
    while said and (found := _OPENINGS.at([word.folded for word in said], 0)) and found[0] < len(said):
        opened, said = True, said[found[0] :]
    return opened, said


def _change(pieces: Sequence[Token], names: Vocabulary, opened: bool) -> Change | None:
    change = Change(opened=opened)
    for piece in pieces:
        match piece.meanings[0]:
            case Verb.WHY | Verb.EXPLAIN as verb:
                change = replace(change, verb=verb)
            case Name() as name:
                change = _named(change, name)
            case Days() as days:
                period = instants(days, None, names.timezone)
                if isinstance(period, DateError):
                    return None
                change = replace(change, when=When(days.words, period))
            case HoursOfDay() as hours:
                change = replace(change, hours=hours)
            case By(part):
                if part not in EVERY:
                    return None
                change = replace(change, by=part)
            case Top(n, by, end):
                change = replace(change, top=n or USUAL_TOP, by=by or change.by, end=end)
            case Which(part):
                place = piece.given.casefold() in ("где", "where") and any(
                    isinstance(other.meanings[0], Top) for other in pieces
                )
                change = change if place else replace(change, by=part)  # «а где был пик» of hours
            case Against(Versus() as versus):
                change = replace(change, versus=versus)
            case Against(Days() as days):
                period = instants(days, None, names.timezone)
                if isinstance(period, DateError):
                    return None
                change = replace(change, versus=When(days.words, period))
            case Verb.PLAN:
                change = replace(change, versus=Versus.PLAN)
            case Against(previous=True):
                change = replace(change, previous=True)
            case Than(plan=True):
                change = replace(change, versus=Versus.PLAN)
            case Shape() as shape:
                change = replace(change, shape=shape)
            case Whole():
                change = replace(change, whole=True)
            case Unknown(given):
                change = replace(change, unused=(*change.unused, given))
            case _:
                return None
    asks_who = any(isinstance(piece.meanings[0], Which) for piece in pieces)
    if asks_who and change.end is None:
        return None  # «кто на обеде»
    return change if change != Change(opened=opened, unused=change.unused) else None


def _named(change: Change, name: Name) -> Change:
    if name.of == METRIC:
        return replace(change, metrics=(*change.metrics, name.key))
    if name.of == LINE:
        return replace(change, lines=(*change.lines, name.key))
    return replace(change, filters=(*change.filters, (name.of, name.key)))


def apply(earlier: Request, change: Change, names: Vocabulary, today: date) -> Request:
    """Return the earlier question with one thing changed; what the answer cannot do of it, it refuses itself."""
    if change.finer:
        return _finer(earlier, names)
    if change.earlier:
        return _stepped(earlier, change.earlier, names)
    if change.previous:
        change = replace(change, previous=False, versus=_VERSUS[_unit_of(earlier)])
    if change.before:
        return _stepped(earlier, _unit_of(earlier), names)
    change = replace(change, when=_like_part(earlier, change.when, names), metrics=_of_them(earlier, change, names))
    if earlier.overview and not _of_a_figure(change):
        return replace(earlier, overview=_overview(earlier.overview, change, names))
    if earlier.report:
        line = change.lines[0] if change.lines else None if change.whole else earlier.report.line
        spec, changed = names.specs.get(earlier.report.key), dict(change.filters)
        kept = tuple(each for each in earlier.report.chosen if each[0] not in changed)
        filters, chosen = parted(tuple((dict(earlier.report.filters) | changed).items()), kept, spec)
        shape = change.shape or earlier.report.shape
        report = replace(earlier.report, line=line, filters=filters, chosen=chosen, shape=shape)
        return replace(earlier, when=change.when or earlier.when, report=report)
    selection = _first(earlier.overview, names) if earlier.overview else earlier.selection
    if selection is None:
        return replace(earlier, when=change.when or earlier.when)
    verb = change.verb or (Verb.FIGURE if change.shape or change.top or earlier.verb is Verb.OVERVIEW else earlier.verb)
    return Request(verb, _selection(verb, selection, change, names))


def _of_them(earlier: Request, change: Change, names: Vocabulary) -> tuple[str, ...]:
    """«Сколько из них целевых» is of what the earlier question was of."""
    of_it = TARGETS.get(earlier.selection.metric, "") if earlier.selection else ""
    return (of_it,) if of_it in names.metrics and change.metrics == ("target_in",) else change.metrics


_FROM_COARSE = ("month", "week", "day", "hour", "half-hour")


def _finer(earlier: Request, names: Vocabulary) -> Request:
    """The same in parts of its time, in shorter ones, with more rows, or the whole of a report."""
    if earlier.report:
        return replace(earlier, report=replace(earlier.report, short=False))
    selection = _first(earlier.overview, names) if earlier.overview else earlier.selection
    if selection is None:
        return earlier
    days = selection.when.period.days
    if selection.by is None or selection.by == LINE:
        by: str | None = series_of(days[0], days[-1])
    elif selection.by in _FROM_COARSE:
        finest = _FROM_COARSE if len(days) == 1 else _FROM_COARSE[:-1]
        by = finest[min(finest.index(selection.by) + 1, len(finest) - 1)] if selection.by in finest else selection.by
    else:
        most = replace(selection, top=min(2 * selection.top, MOST_TOP) if selection.top else MOST_TOP)
        return replace(earlier, selection=most)
    return Request(Verb.FIGURE, replace(selection, by=by, top=None, end=None))


_BEFORE = frozenset(("прошлый", "предыдущий", "previous", "last"))


def _unit_of(earlier: Request) -> str:
    """How far back the like period before lies."""
    of = earlier.selection or earlier.overview or earlier
    days = len(of.when.period.days) if of.when else 1
    return "day" if days == 1 else "week" if days <= _LEAST_PART else "month" if days <= _MOST_OF_MONTH else "year"


_MOST_OF_MONTH = 31
_VERSUS = {"day": Versus.DAY, "week": Versus.WEEK, "month": Versus.MONTH, "year": Versus.YEAR}


def _stepped(earlier: Request, unit: str, names: Vocabulary) -> Request:
    """The same of a period so much earlier."""
    if earlier.overview:
        when = _so_much_earlier(earlier.overview.when, unit, names)
        return replace(earlier, overview=replace(earlier.overview, when=when, versus=None))
    if earlier.selection:
        when = _so_much_earlier(earlier.selection.when, unit, names)
        return replace(earlier, selection=replace(earlier.selection, when=when, versus=None))
    return replace(earlier, when=_so_much_earlier(earlier.when, unit, names)) if earlier.when else earlier


def _so_much_earlier(when: When, unit: str, names: Vocabulary) -> When:
    """The like period a day, a week, a month or a year before."""
    period = when.period
    first, last = (_step_back(day, unit) for day in (period.first_day, period.last_day))
    if period == period.whole_months() and unit in ("month", "year"):
        last = month_end(last.replace(day=1))
    hours = _hours_of(period) if len(period.days) == 1 and not period.whole_days else None
    days = between(first, last)
    found = instants(days, hours, names.timezone)
    return When(f"{days.words} {hours.words}" if hours else days.words, found) if isinstance(found, Period) else when


def _like_part(earlier: Request, when: When | None, names: Vocabulary) -> When | None:
    """«А в прошлом году?» after May is of May: the like part of the year, or of the month, that is named."""
    of = earlier.selection or earlier.overview or earlier
    before = of.when
    unit = _WHOLE_BEFORE.get(when.words) if when else None
    if not before or not unit or len(before.period.days) < _LEAST_PART:
        return when
    first, last = before.period.first_day, before.period.last_day
    in_one = first.year == last.year and (unit == "year" or first.month == last.month)
    whole = before.period == before.period.whole_months() and (unit == "month" or len(before.period.days) > _MOST_PART)
    return _so_much_earlier(before, unit, names) if in_one and not whole else when


_WHOLE_BEFORE = {"last year": "year", "last month": "month"}
_LEAST_PART, _MOST_PART = 7, 184
"""Days of a part of a year, or of a month, that is asked for in another one."""


def _hours_of(period: Period) -> HoursOfDay:
    """The hours of a part of a day."""
    start, end = (to_local(at, period.timezone) for at in (period.start, period.end))
    until = (end.date() - start.date()).days * DAY_MINUTES + end.hour * 60 + end.minute
    return HoursOfDay(start.hour * 60 + start.minute, until)


def _step_back(day: date, unit: str) -> date:
    if unit in ("month", "year"):
        return months_before(day, 12 if unit == "year" else 1)
    return day - timedelta(days=7 if unit == "week" else 1)


def _lines(earlier: tuple[str, ...], change: Change) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*earlier, *change.lines))) if change.beside else change.lines


def _of_a_figure(change: Change) -> bool:
    """Whether a change is of something that an overview does not have."""
    return bool(change.metrics or change.verb or change.by or change.filters or change.top)


def _first(overview: Overview, names: Vocabulary) -> Selection:
    return Selection(
        "sl" if "sl" in names.metrics else names.metrics[0], overview.when, lines=overview.lines, versus=overview.versus
    )


def _overview(overview: Overview, change: Change, names: Vocabulary) -> Overview:
    return replace(
        overview,
        when=_when(overview.when, change, names),
        lines=_lines(overview.lines, change) or (() if change.whole else overview.lines),
        versus=change.versus or (None if change.when else overview.versus),
        shape=change.shape or overview.shape,
    )


def _selection(verb: Verb, selection: Selection, change: Change, names: Vocabulary) -> Selection:
    metric, *also = change.metrics or selection.metrics
    dimensions = names.dimensions[metric]
    changed_dimensions = {of for of, _ in change.filters}
    filters = [*(each for each in selection.filters if each[0] not in changed_dimensions), *change.filters]
    by = change.by if change.by else selection.by
    lines = _lines(selection.lines, change) or (() if change.whole or change.by == LINE else selection.lines)
    if not change.lines and LINE not in dimensions:
        lines = ()
    if change.top and by is None:
        by = LINE if LINE in dimensions and not lines else AGENT if AGENT in dimensions else "hour"
    if change.lines and not change.by and by == LINE:
        by = None
    top = change.top if change.top else selection.top if not change.by else None
    when = _when(selection.when, change, names)
    if change.hours and len(when.period.days) > 1:
        filters = [*(each for each in filters if each[0] != CLOCK), (CLOCK, change.hours.words)]
    if not change.by and by in _LONGER_PARTS and len(when.period.days) == 1:
        by = None  # a day has no days
    changed = replace(
        selection,
        metric=metric,
        also=tuple(also),
        when=when,
        lines=lines,
        filters=tuple(each for each in filters if change.filters or each[0] in (*dimensions, *BY_THE_CLOCK)),
        by=by,
        versus=change.versus or (None if change.when else selection.versus),
        top=top,
        end=change.end or (selection.end if top else None),
        shape=change.shape or selection.shape,
    )
    if verb in (Verb.WHY, Verb.EXPLAIN):
        usual = Versus.PLAN if metric in names.directed else Versus.WEEK
        versus = None if verb is Verb.EXPLAIN else changed.versus or usual
        plain = replace(changed, also=(), top=None, end=None, shape=Shape.AUTO, versus=versus)
        return plain if change.by else replace(plain, by=None)
    return changed


def _when(when: When, change: Change, names: Vocabulary) -> When:
    if change.hours is None or len((change.when or when).period.days) > 1:
        return change.when or when
    of = change.when or when
    first, last = of.period.first_day, of.period.last_day
    days = of.words.split(" ")[0] if first == last else ""
    found = instants(Days(days or first.isoformat(), first, last), change.hours, names.timezone)
    return When(f"{days or first.isoformat()} {change.hours.words}", found) if not isinstance(found, DateError) else of
