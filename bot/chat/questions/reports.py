"""Reports by their names, with what is said beside them: a period, a line, a value, a form, what is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from bot.chat.questions import grammar as said_as
from bot.chat.questions import verbs
from bot.chat.questions.dates import DateError, Days
from bot.chat.questions.dates import when as instants
from bot.chat.questions.forms import lemmas
from bot.chat.questions.problems import MOST_READINGS, Misunderstanding, WordChange
from bot.chat.questions.suggest import unnamed_values
from bot.chat.questions.text import Word
from bot.chat.questions.tokenize import By, Compared, Filler, Token, Unknown, Unnamed, tokenize
from bot.chat.questions.vocabulary import LINE, Name, Vocabulary
from digests.model import ReportSpec
from digests.request import ReportRequest, Request, Shape, Verb, When
from metrics.dimensions import DIMENSIONS
from warehouse.messages import alike, closest_first, listed, note


@dataclass(frozen=True)
class _Place:
    """Words [start, end)."""

    start: int
    end: int


def report(said: Sequence[Word], names: Vocabulary, today: date) -> Request | Misunderstanding | None:
    """What is asked of a report, or the problem with it; None, if the words do not begin with one.

    Its name stands after the word for it, or before; alone, beside a period, where nothing else is called so.
    """
    folded = [word.folded for word in said]
    at, before = 0, names.reports.at(folded, 0)
    while at < len(folded) and not before and (idle := _idle_at(folded, at)):
        at = idle
        before = names.reports.at(folded, at)
    word = (_word_for_report(said, folded, before[0]) if before else None) or _word_for_report(said, folded, at)
    if word is None:
        claimed = names.names.at(folded, at) or verbs.VERB_PHRASES.at(folded, at)
        if before is None or claimed or said[at].quote:
            return None
        alone = _report_of(said, _Place(at, at), _Place(at, before[0]), before[1], names, today)
        return alone if isinstance(alone, Request) and alone.when else None
    if before and word.start == before[0]:
        return _report_of(said, word, _Place(at, before[0]), before[1], names, today)
    places = ((n, _report_at(folded, n, names)) for n in range(word.end, len(folded)))
    named = next(((_Place(n, found[0]), found[1]) for n, found in places if found), None)
    return _report_of(said, word, *named, names, today) if named else _unnamed_report(said, word.end, names)


def _idle_at(folded: Sequence[str], at: int) -> int | None:
    """Where a word ends that may stand before a report's name and says nothing of it: «сравни площадки за май»."""
    found = said_as.FILLER_PHRASES.at(folded, at) or said_as.COMPARED_PHRASES.at(folded, at)
    return found[0] if found else None


def _report_at(folded: Sequence[str], at: int, names: Vocabulary) -> tuple[int, str] | None:
    """The report whose name begins at a word, as it stands or in another form: «о потерях»."""
    if exact := names.reports.at(folded, at):
        return exact
    best: tuple[int, str] | None = None
    for said, key in names.reports.meanings.items():
        spoken = said.split(" ")
        here = folded[at : at + len(spoken)]
        longer = best is None or at + len(spoken) > best[0]
        if longer and len(here) == len(spoken) and all(map(_same_word, spoken, here)):
            best = at + len(spoken), key
    return best


def _same_word(ours: str, theirs: str) -> bool:
    return not lemmas(ours).isdisjoint(lemmas(theirs))


def _word_for_report(said: Sequence[Word], folded: Sequence[str], at: int) -> _Place | None:
    verb = verbs.VERB_PHRASES.at(folded, at) if at < len(folded) else None
    return _Place(at, verb[0]) if verb and verb[1] is Verb.REPORT and not said[at].quote else None


def _report_of(
    said: Sequence[Word], word: _Place, name: _Place, key: str, names: Vocabulary, today: date
) -> Request | Misunderstanding:
    """A report by its key, with what is said beside it."""
    taken = {*range(word.start, word.end), *range(name.start, name.end)}
    chosen, of_choices = _chosen(said, taken, names.specs.get(key))
    taken |= of_choices
    besides = [n for n in range(len(said)) if n not in taken]
    places = [n for n in besides if said[n].folded not in verbs.SHORT]
    short = len(places) < len(besides)
    tokens = tokenize([said[n] for n in places], names, today)
    spec = names.specs.get(key)
    rest = [piece for piece in tokens if not isinstance(piece.meanings[0], Filler | Compared)]
    rest, called = _values_named(rest, [said[n] for n in places], spec, names)
    if strange := [piece for piece in rest if isinstance(piece.meanings[0], Unknown | Unnamed)]:
        problem = unnamed_values(strange, names)
        edits = (tuple(_moved(change, places) for change in edit) for edit in problem.edits)
        return Misunderstanding(problem.message, tuple(edits))
    by = [piece for piece in rest if isinstance(piece.meanings[0], By) and _takes(spec, "by")]
    for piece in by:
        if isinstance(part := piece.meanings[0], By):
            chosen["by"] = part.part
    rest = [piece for piece in rest if piece not in by]
    periods = [piece for piece in rest if isinstance(piece.meanings[0], Days)]
    shapes = [piece for piece in rest if isinstance(piece.meanings[0], Shape)]
    values = [_of_dimension(piece) for piece in rest]
    lines = [name for name in values if name and name.of == LINE]
    filters = (*called, *((name.of, name.key) for name in values if name and name.of != LINE))
    known = len(periods) + len(shapes) + len(lines) + len(filters) - len(called)
    if known < len(rest) or max(len(periods), len(shapes), len(set(lines)), _most_of_one(filters), len(by)) > 1:
        given = ", ".join(piece.given for piece in rest)
        message = note(
            "A report takes one period, one line, one value of a dimension and one form: {given}.", given=given[:80]
        )
        return Misunderstanding(message, (tuple(WordChange(n, n + 1) for n in places),))
    days = next((meaning for piece in periods for meaning in piece.meanings if isinstance(meaning, Days)), None)
    period = instants(days, None, names.timezone) if days else None
    if isinstance(period, DateError):
        return Misunderstanding(period.message)
    when = When(days.words, period) if days and period else None
    shape = next((piece.meanings[0] for piece in shapes), Shape.AUTO)
    assert isinstance(shape, Shape)
    line = lines[0].key if lines else None
    filters, choices = parted(filters, tuple(chosen.items()), spec)
    asked = ReportRequest(key, line, filters, short, shape, choices)
    return Request(Verb.REPORT, when=when, report=asked)


Pairs = tuple[tuple[str, str], ...]


def parted(filters: Pairs, chosen: Pairs, spec: ReportSpec | None) -> tuple[Pairs, Pairs]:
    """Return what a report is narrowed to and what is chosen of it: a dimension that it has a choice of is chosen."""
    of_choices = dict(each for each in filters if _takes(spec, each[0]))
    return tuple(each for each in filters if each[0] not in of_choices), tuple((of_choices | dict(chosen)).items())


def _takes(spec: ReportSpec | None, choice: str) -> bool:
    return spec is not None and any(each.key == choice for each in spec.choices)


def _chosen(said: Sequence[Word], taken: Set[int], spec: ReportSpec | None) -> tuple[dict[str, str], set[int]]:
    """What is chosen of a report as `path=visit.contract`, and the places of these words."""
    found: dict[str, str] = {}
    places: set[int] = set()
    for n, word in enumerate(said[:-1]):
        choice, after = word.folded.removesuffix("="), said[n + 1]
        if n not in taken and word.folded.endswith("=") and not word.quote and _takes(spec, choice):
            found[choice] = after.quotation or after.raw
            end = n + 2
            while after.quote and end < len(said) and said[end].quote == after.quote:
                end += 1
            places |= {*range(n, end)}
    return found, places


def _values_named(
    pieces: Sequence[Token], said: Sequence[Word], spec: ReportSpec | None, names: Vocabulary
) -> tuple[list[Token], list[tuple[str, str]]]:
    """The pieces, words between the same quotation marks as one, and the values that they name of the report's own.

    `/report campaign "winter"` needs no word for the dimension, and no whole name where one value alone has it.
    """
    joined: list[Token] = []
    for piece in pieces:
        quote, last = said[piece.start].quote, joined[-1] if joined else None
        unknown = isinstance(piece.meanings[0], Unknown)
        if unknown and last and quote and said[last.start].quote == quote:
            joined[-1] = replace(last, end=piece.end, given=said[piece.start].quotation)
        else:
            joined.append(piece)
    if spec is None or not spec.named or spec.named in names.closed:
        return joined, []
    values = sorted({key for keys in names.known_values(spec.named) for key in keys})
    left: list[Token] = []
    called: list[tuple[str, str]] = []
    for piece in joined:
        if not isinstance(piece.meanings[0], Unknown):
            left.append(piece)
            continue
        like = [value for value in values if piece.given.casefold() in value.casefold()]
        if len(like) == 1:
            called.append((spec.named, like[0]))
        else:
            left.append(replace(piece, meanings=(Unnamed(spec.named, piece.given),)))
    return left, called


def _moved(change: WordChange, places: Sequence[int]) -> WordChange:
    """A change of words as it stands among all that was said."""
    return replace(change, start=places[change.start], end=places[change.end - 1] + 1)


def _of_dimension(piece: Token) -> Name | None:
    """The line or the value of a dimension that words name; a metric is none."""
    return next((name for name in piece.names if name.of in DIMENSIONS), None)


def _most_of_one(filters: Sequence[tuple[str, str]]) -> int:
    """How often the dimension is named that is named most often."""
    return max(Counter(dimension for dimension, _ in filters).values(), default=0)


def _unnamed_report(said: Sequence[Word], at: int, names: Vocabulary) -> Request | Misunderstanding:
    """Without a name all reports are listed; a name that none has is said."""
    rest = [word for word in said[at:] if not said_as.FILLER_PHRASES.at([word.folded], 0)]
    if not rest:
        return Request(Verb.REPORT)
    keys = tuple(dict.fromkeys(names.reports.meanings.values()))
    given = " ".join(word.raw for word in rest)[:40]
    message = note(
        'There is no report "{given}". There are: {known}.',
        given=given,
        known=listed(names.report_titles(closest_first(given, keys))),
    )
    changes = tuple(WordChange(n, n + 1) for n in range(at + 1, len(said)))
    return Misunderstanding(
        message, tuple((WordChange(at, at + 1, key), *changes) for key in alike(given, keys, most=MOST_READINGS))
    )
