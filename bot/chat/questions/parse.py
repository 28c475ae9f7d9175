"""From a text to a request, or to what may have been meant: ratings and reports by their names, then all questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.chat.questions import grammar as said_as
from bot.chat.questions import verbs
from bot.chat.questions.claims import claimed
from bot.chat.questions.dates import Days, HoursOfDay
from bot.chat.questions.problems import MOST_READINGS, Misunderstanding, Unclear, WordChange, edited
from bot.chat.questions.reports import report
from bot.chat.questions.resolve import resolve
from bot.chat.questions.suggest import suggest
from bot.chat.questions.text import LONGEST, MOST_WORDS, Utterance, Word, utterance
from bot.chat.questions.tokenize import (
    Against,
    By,
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
    tokenize,
)
from bot.chat.questions.vocabulary import AGENT, LINE, METRIC, Vocabulary
from digests.request import Rating, Request, Shape, Verb, Versus
from metrics.periods import to_local
from warehouse.messages import nearest, note


@dataclass(frozen=True)
class _RatingWords:
    contests: tuple[str, ...]
    mine: tuple[str, ...]
    strange: tuple[int, ...]


def rating(said: Sequence[Word], names: Vocabulary) -> Request | Misunderstanding | None:
    """What is asked of a rating, or the problem with it; None, if the words do not begin with one."""
    folded = [word.folded for word in said]
    at = 0
    before: list[str] = []
    while at < len(folded):
        own, filler = verbs.MINE_PHRASES.at(folded, at), said_as.FILLER_PHRASES.at(folded, at)
        if own and " " in " ".join(folded[at : own[0]]):  # «моё место в рейтинге»
            before.append(own[1])
            at = own[0]
        elif filler:
            at = filler[0]
        else:
            break
    verb = verbs.VERB_PHRASES.at(folded, at) if at < len(folded) else None
    if before and verb is None and at == len(folded):
        return Request(Verb.RATING, rating=Rating(of=before[0]))
    if verb is None or verb[1] is not Verb.RATING or said[at].quote:
        return None
    incoming = _incoming(folded, verb[0], names)
    if any(names.names_a_metric(folded[n]) for n in incoming.strange):
        return None  # «рейтинг операторов по качеству»
    incoming = replace(incoming, mine=tuple(dict.fromkeys((*before, *incoming.mine))))
    dropped = tuple(WordChange(n, n + 1) for n in incoming.strange)
    if incoming.strange:
        given = " ".join(said[n].raw for n in incoming.strange)[:40]
        contests = tuple(dict.fromkeys(names.contests.meanings.values()))
        if contests:
            known = nearest(given, contests)
            message = note('There is no contest "{given}". There are: {known}.', given=given, known=known)
            return Misunderstanding(message, (dropped,))
        message = note('The command "{command}" takes nothing else: {given}.', command=verb[1].value, given=given)
        return Misunderstanding(message, (dropped,))
    if len(incoming.contests) > 1 or len(incoming.mine) > 1:
        given = ", ".join(incoming.contests if len(incoming.contests) > 1 else incoming.mine)
        return Misunderstanding(note("Only one of these can be meant: {given}.", given=given))
    contest, mine = (next(iter(each), None) for each in (incoming.contests, incoming.mine))
    return Request(Verb.RATING, rating=Rating(contest, mine) if contest or mine else None)


def _incoming(folded: Sequence[str], at: int, names: Vocabulary) -> _RatingWords:
    contests: dict[str, None] = {}
    mine: dict[str, None] = {}
    strange: list[int] = []
    while at < len(folded):
        contest, own = names.contests.at(folded, at), verbs.MINE_PHRASES.at(folded, at)
        again, filler = verbs.VERB_PHRASES.at(folded, at), said_as.FILLER_PHRASES.at(folded, at)
        if contest:
            at, key = contest
            contests[key] = None
        elif own:
            at, whose = own
            mine[whose] = None
        elif again and again[1] is Verb.RATING:
            at = again[0]
        elif filler:
            at = filler[0]
        else:
            strange.append(at)
            at += 1
    return _RatingWords(tuple(contests), tuple(mine), tuple(strange))


def understand(
    text: str | Utterance, vocabulary: Vocabulary, now: datetime, unsaid: str = "today"
) -> Request | Unclear | None:
    """What is asked by a text in words of the grammar as they stand, as of a UTC instant (naive); None: no question.

    `unsaid` is the period that is meant where none is said, in relative words. What people write otherwise is for
    `interpret`; this is for words that must mean the same tomorrow.
    """
    read = utterance(text)
    said = read.words
    if read.too_long:
        too_long = note("A question has at most {words} words and {signs} characters.", words=MOST_WORDS, signs=LONGEST)
        return Unclear(too_long) if read.surely else None
    if not said:
        return Request(Verb.HELP) if read.surely else None
    clock = to_local(now, vocabulary.timezone)
    today = clock.date()
    found = named(said, vocabulary, today)
    if found is not None and (read.surely or isinstance(found, Request)):
        return _answered(found, said, vocabulary, today)
    pieces = claimed(tokenize(said, vocabulary, today, clock), said, vocabulary, idle=False).pieces
    if not read.surely and not looks_like_a_question(pieces):
        return None
    return _answered(_resolved(pieces, vocabulary, today, unsaid), said, vocabulary, today, unsaid)


def named(said: Sequence[Word], names: Vocabulary, today: date) -> Request | Misunderstanding | None:
    """What is asked of a rating or a report, or the problem with it; None, if the words do not begin with one."""
    return rating(said, names) or report(said, names, today)


def _answered(
    outcome: Request | Misunderstanding,
    said: tuple[Word, ...],
    vocabulary: Vocabulary,
    today: date,
    unsaid: str = "today",
) -> Request | Unclear:
    return outcome if isinstance(outcome, Request) else unclear(outcome, said, vocabulary, today, unsaid)


def unclear(
    problem: Misunderstanding, said: tuple[Word, ...], names: Vocabulary, today: date, unsaid: str = "today"
) -> Unclear:
    """A problem with the requests that its changes of the words make."""
    return Unclear(problem.message, _readings(problem, said, names, today, unsaid))


def looks_like_a_question(pieces: Sequence[Token]) -> bool:
    """Without a slash: it names a metric or a line and is not mostly strange words, or it is a verb or a period."""
    meanings = [piece.meanings[0] for piece in pieces if not isinstance(piece.meanings[0], Filler)]
    unknown = [piece for piece in pieces if isinstance(piece.meanings[0], Unknown | Unnamed)]
    strange = sum(piece.end - piece.start for piece in unknown)
    named = {name.of for piece in pieces for name in piece.names}
    asks_of_people = AGENT in named and any(isinstance(meaning, Days | Verb) for meaning in meanings)
    if {METRIC, LINE} & named or asks_of_people:
        return strange <= len(meanings) - len(unknown)
    compared = [meaning for meaning in meanings if isinstance(meaning, Against)]
    if len(compared) == len(meanings) == 2 and any(isinstance(each.what, Days | Versus) for each in compared):
        return True  # «чем май отличается от апреля»
    known = all(
        isinstance(
            meaning,
            Verb | By | Top | Which | Against | Than | Compared | TimeSeries | Whole | Shape | Days | HoursOfDay,
        )
        for meaning in meanings
    )
    remarked = any(isinstance(each, Than) and each.end for each in meanings)  # «вчера было лучше»
    return known and any(
        isinstance(each, Verb | Top)
        or (isinstance(each, Days) and not remarked)
        or (isinstance(each, Against) and (each.what is Versus.PLAN or each.previous or Which(LINE) in meanings))
        for each in meanings
    )


def _resolved(pieces: list[Token], vocabulary: Vocabulary, today: date, unsaid: str) -> Request | Misunderstanding:
    outcome = resolve(pieces, vocabulary, today, unsaid)
    return suggest(pieces, vocabulary) if outcome is None else outcome


def _readings(
    problem: Misunderstanding, said: tuple[Word, ...], vocabulary: Vocabulary, today: date, unsaid: str
) -> tuple[Request, ...]:
    """The requests that edits make; where none makes one at once, each is followed one step further."""

    def understood(changed: tuple[Word, ...]) -> Request | Misunderstanding:
        named = rating(changed, vocabulary) or report(changed, vocabulary, today)
        return named or _resolved(
            claimed(tokenize(changed, vocabulary, today), changed, vocabulary).pieces, vocabulary, today, unsaid
        )

    changed = [edited(said, edit) for edit in problem.edits[: 2 * MOST_READINGS]]
    outcomes = [understood(each) for each in changed]
    if not any(isinstance(outcome, Request) for outcome in outcomes):
        outcomes = [
            understood(edited(each, outcome.edits[0]))
            if isinstance(outcome, Misunderstanding) and outcome.edits
            else outcome
            for each, outcome in zip(changed, outcomes, strict=True)
        ]
    found = dict.fromkeys(outcome for outcome in outcomes if isinstance(outcome, Request))
    return tuple(found)[:MOST_READINGS]
