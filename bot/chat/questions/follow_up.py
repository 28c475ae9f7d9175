"""What goes on from an earlier question: «а вчера?», «по часам», «почему?» change one thing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.chat.questions.dates import DateError, Days, Hours
from bot.chat.questions.dates import when as instants
from bot.chat.questions.text import Utterance, Word, phrases, utterance
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
from metrics.dimensions import EVERY
from metrics.periods import to_local

_LONGER_PARTS = ("day", "week", "month")
_MOST_WORDS = 8
"""A longer text is a question of its own, or none."""
_FARTHEST = 2.0
"""What the words of a change may cost: two of them misspelt."""
_OPENINGS = phrases(
    [
        (
            True,
            (
                *(
                    "а",
                    "и",
                    "а если",
                    "а что",
                    "а что с",
                    "а как",
                    "а как с",
                    "а теперь",
                    "теперь",
                    "то же",
                    "то же самое",
                ),
                *("тоже", "только", "лишь", "а у", "ну а", "еще", "давай", "and", "and what about", "what about"),
                *("how about", "and for", "now", "same", "the same", "same for", "only", "just", "but", "ok and"),
                *("пришли", "скинь", "выгрузи", "сделай", "send", "export", "as", "as an"),
            ),
        )
    ]
)
"""Words that go before a change and say nothing of it."""
_COMPARISONS = phrases(
    [(True, ("сравни с", "сравни со", "сравнить с", "сравнить со", "сравни", "compare with", "compare to", "compare"))]
)
_BESIDE = phrases(
    [
        (
            True,
            ("сравни с", "сравни со", "сравнить с", "сравни", "compare with", "compare to", "compare", "vs", "против"),
        ),
        (True, ("добавь", "плюс", "вместе с", "вместе со", "add", "plus", "along with", "together with")),
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
    hours: Hours | None = None
    """Hours of the earlier question's day."""
    by: str | None = None
    versus: Versus | When | None = None
    top: int | None = None
    end: End | None = None
    shape: Shape | None = None
    whole: bool = False
    """Of the whole centre, in so many words."""
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
    said = utterance(text)
    if said.too_long or not 0 < len(said.words) <= _MOST_WORDS:
        return None
    opened, words = _without_openings(said.words)
    today = to_local(now, names.timezone).date()
    if added := _BESIDE.at([word.folded for word in words], 0):
        named = [piece.meanings[0] for piece in _pieces(words[added[0] :], names, today, exactly) or ()]
        keys = tuple(name.key for name in named if isinstance(name, Name) and name.of == LINE)
        if keys and len(keys) == len(named):
            return Change(lines=keys, beside=True, opened=True)
    if compared := _COMPARISONS.at([word.folded for word in words], 0):
        opened, words = True, (_AGAINST, *words[compared[0] :])
    pieces = _pieces(words, names, today, exactly)
    return _change(pieces, names, opened) if pieces else None


def _pieces(said: tuple[Word, ...], names: Vocabulary, today: date, exactly: bool) -> list[Token] | None:
    """The pieces of words that add anything; None, if some mean nothing."""
    pieces = tokenize(said, names, today)
    if any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in pieces):
        if exactly:
            return None
        known = [(piece.start, piece.end) for piece in pieces if not isinstance(piece.meanings[0], Unknown | Unnamed)]
        nearest = names.lexicon.rewritings(said, known)[0]
        if nearest.cost > _FARTHEST:
            return None
        pieces = tokenize(nearest.words, names, today)
    return [piece for piece in pieces if not isinstance(piece.meanings[0], Filler)]


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
            case Hours() as hours:
                change = replace(change, hours=hours)
            case By(part):
                if part not in EVERY:
                    return None
                change = replace(change, by=part)
            case Top(n, by, end):
                change = replace(change, top=n or USUAL_TOP, by=by or change.by, end=end)
            case Which(part):
                change = replace(change, by=part)
            case Against(Versus() as versus):
                change = replace(change, versus=versus)
            case Against(Days() as days):
                period = instants(days, None, names.timezone)
                if isinstance(period, DateError):
                    return None
                change = replace(change, versus=When(days.words, period))
            case Than(True):
                change = replace(change, versus=Versus.PLAN)
            case Shape() as shape:
                change = replace(change, shape=shape)
            case Whole():
                change = replace(change, whole=True)
            case _:
                return None
    asks_who = any(isinstance(piece.meanings[0], Which) for piece in pieces)
    if asks_who and change.end is None:
        return None  # «кто на обеде»
    return change if change != Change(opened=opened) else None


def _named(change: Change, name: Name) -> Change:
    if name.of == METRIC:
        return replace(change, metrics=(*change.metrics, name.key))
    if name.of == LINE:
        return replace(change, lines=(*change.lines, name.key))
    return replace(change, filters=(*change.filters, (name.of, name.key)))


def apply(earlier: Request, change: Change, names: Vocabulary, today: date) -> Request:
    """Return the earlier question with one thing changed; what the answer cannot do of it, it refuses itself."""
    if earlier.overview and not _of_a_figure(change):
        return replace(earlier, overview=_overview(earlier.overview, change, names))
    if earlier.report:
        line = change.lines[0] if change.lines else None if change.whole else earlier.report.line
        filters = {**dict(earlier.report.filters), **dict(change.filters)}
        report = replace(
            earlier.report, line=line, filters=tuple(filters.items()), shape=change.shape or earlier.report.shape
        )
        return replace(earlier, when=change.when or earlier.when, report=report)
    selection = _first(earlier.overview, names) if earlier.overview else earlier.selection
    if selection is None:
        return replace(earlier, when=change.when or earlier.when)
    verb = change.verb or (Verb.FIGURE if change.shape or change.top or earlier.verb is Verb.OVERVIEW else earlier.verb)
    return Request(verb, _selection(verb, selection, change, names))


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
    filters = {**dict(selection.filters), **dict(change.filters)}
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
    if not change.by and by in _LONGER_PARTS and len(when.period.days) == 1:
        by = None  # a day has no days
    changed = replace(
        selection,
        metric=metric,
        also=tuple(also),
        when=when,
        lines=lines,
        filters=tuple((of, value) for of, value in filters.items() if change.filters or of in dimensions),
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
    if change.hours is None:
        return change.when or when
    of = change.when or when
    first, last = of.period.first_day, of.period.last_day
    days = of.words.split(" ")[0] if first == last else ""
    found = instants(Days(days or first.isoformat(), first, last), change.hours, names.timezone)
    return When(f"{days or first.isoformat()} {change.hours.words}", found) if not isinstance(found, DateError) else of
