"""From a text to the readings that it may have: as it stands, then in words that the grammar knows, then without some.

What is understood as it stands is answered; else every rewriting of the words is tried, and what came of them ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.chat.questions.claims import claimed
from bot.chat.questions.dates import FUTURE, WEEKDAYS, Days, HoursOfDay
from bot.chat.questions.forms import is_name, other_layout
from bot.chat.questions.idle import NEGATIONS
from bot.chat.questions.lexicon import Rewriting
from bot.chat.questions.missing import Missing, missing
from bot.chat.questions.parse import looks_like_a_question, named, unclear
from bot.chat.questions.problems import Misunderstanding, Unclear
from bot.chat.questions.reading import (
    MOST_OTHERS,
    Ambiguous,
    Clue,
    Evidence,
    Reading,
    Understood,
    rank,
)
from bot.chat.questions.resolve import resolve
from bot.chat.questions.suggest import suggest
from bot.chat.questions.text import LONGEST, MOST_WORDS, Utterance, Word, folded, utterance, words
from bot.chat.questions.text import said as split
from bot.chat.questions.tokenize import Filler, Token, Unknown, Unnamed, tokenize
from bot.chat.questions.vocabulary import LINE, METRIC, Vocabulary
from digests.request import Request, Shape, Verb
from metrics.periods import to_local
from warehouse.messages import note

_MOST_OF_ABSENT = 12
"""Words of a sentence in which the name of something that cannot be known is a question for it."""

_LEAST_ALONE = 5
"""Letters of a misspelt word that is a question with nothing else that is known."""

Interpretation = Understood | Unclear | Missing | None


@dataclass(frozen=True)
class _Situation:
    """What a question is read against."""

    names: Vocabulary
    today: date
    clock: datetime
    unsaid: str


def interpret(text: str | Utterance, names: Vocabulary, now: datetime, unsaid: str = "today") -> Interpretation:
    """Return what is asked by a text, as of a UTC instant (naive); None, if it does not look like a question.

    `unsaid` is the period that is meant where none is said, in relative words.
    """
    read = utterance(text)
    said = read.words
    if read.too_long:
        too_long = note("A question has at most {words} words and {signs} characters.", words=MOST_WORDS, signs=LONGEST)
        return Unclear(too_long) if read.surely else None
    if not said:
        return Understood(Reading(Request(Verb.HELP))) if read.surely else None
    clock = to_local(now, names.timezone)
    situation = _Situation(names, clock.date(), clock, unsaid)
    found = named(said, names, situation.today)
    if found is not None and (read.surely or isinstance(found, Request)):
        return _said(found, said, situation)
    of_oneself = not _OF_ONESELF.isdisjoint(word.folded for word in said) and not _asks(read)
    may_be_absent = read.surely or (len(said) <= _MOST_OF_ABSENT and not of_oneself)
    tokens = tokenize(said, names, situation.today, clock)
    claims = claimed(tokens, said, names)
    pieces = claims.pieces
    if of_oneself and not read.surely and not any(name.of == METRIC for piece in pieces for name in piece.names):
        return None
    if may_be_absent and (absent := missing(said, names, inflected=False)):
        return (_of_load(tokens, said, situation) if absent.kind == _STAFFING else None) or absent
    if _is_forecast(pieces) and (of_load := _of_load(tokens, said, situation)):
        return of_load
    strange = any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in pieces)
    if not strange and (outcome := _resolved(pieces, situation)) is not None:
        if not read.surely and not looks_like_a_question(pieces):
            return None
        return _said(outcome, said, situation, claims.evidence)
    if may_be_absent and (absent := missing(said, names)):
        return (_of_load(tokens, said, situation) if absent.kind == _STAFFING else None) or absent
    tried = [*_rewritten(said, pieces, situation), *_in_other_layout(read, situation)]
    if not read.surely:
        asks = _asks(read)
        tried = [each for each in tried if looks_like_a_question(each.pieces) and each.is_near]
        tried = [
            each
            for each in tried
            if (asks and not each.tells) or each.is_composed or each.used > len(each.unused) or each.names_nobody
        ]
        if not tried:
            return None
    return _chosen(tried, said, pieces, situation)


_LOAD, _STAFFING = "load", "staffing"
"""The report of how many people are needed, and of what is forecast."""


def _of_load(tokens: Sequence[Token], said: tuple[Word, ...], situation: _Situation) -> Understood | None:
    """How many people will be needed, and how many calls will come, is what the report of load tells."""
    names = situation.names
    if _LOAD not in names.specs:
        return None
    line = next((name.key for piece in tokens for name in piece.names if name.of == LINE), "")
    if not line:
        nearest = names.lexicon.rewritings(said, [(p.start, p.end) for p in tokens if not _is_strange(p)])[0]
        tokens = tokenize(nearest.words, names, situation.today, situation.clock)
        line = next((name.key for piece in tokens for name in piece.names if name.of == LINE), "")
    days = next((meant for piece in tokens if isinstance(meant := piece.meanings[0], Days)), None)
    when = days.words if days else "tomorrow"
    if days and days.words in WEEKDAYS and _BEHIND.isdisjoint(word.folded for word in said):
        back = (situation.today - days.first).days
        when = (days.first + timedelta(days=7 if back >= 0 else 0)).isoformat()  # the one that comes
    found = named(words(f"report {_LOAD} {line} {when}"), names, situation.today)
    if not isinstance(found, Request):
        return None
    hours = (Evidence(Clue.UNUSED, piece.given) for piece in tokens if isinstance(piece.meanings[0], HoursOfDay))
    return Understood(Reading(found, (Evidence(Clue.ALIKE, " ".join(word.raw for word in said), _LOAD), *hours)))


_BEHIND = frozenset(("было", "были", "хватало", "прошлый", "прошлую", "прошлое", "was", "were", "last"))
"""Words of what is over: then a day of the week is the last one."""


def _is_forecast(pieces: Sequence[Token]) -> bool:
    """Whether a forecast of days to come is asked for, of calls if of anything: a pace is of the month that goes on."""
    forecasts = [p for p in pieces if p.meanings[0] is Verb.PACE and p.given.casefold().startswith(_FORECASTS)]
    ahead = any(isinstance(p.meanings[0], Days) and p.meanings[0].words in FUTURE for p in pieces)
    metrics = {name.key for piece in pieces for name in piece.names if name.of == METRIC}
    return bool(forecasts) and ahead and metrics <= {"calls", "chats"}


_FORECASTS = ("прогноз", "forecast", "projection")


def _is_strange(piece: Token) -> bool:
    return isinstance(piece.meanings[0], Unknown | Unnamed)


@dataclass(frozen=True)
class _Attempt:
    """A rewriting with its pieces, and what they come to."""

    rewriting: Rewriting
    pieces: list[Token]
    outcome: Request | Misunderstanding
    claims: tuple[Evidence, ...] = ()
    unused: tuple[Token, ...] = ()
    """Pieces that mean nothing and were left out."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        left_out = (Evidence(Clue.UNUSED, piece.given, n=piece.end - piece.start) for piece in self.unused)
        return (*self.rewriting.evidence, *self.claims, *left_out)

    @property
    def is_near(self) -> bool:
        """Whether it is more than slips that make a question of it; a longer word with a single slip is enough."""
        slips = [each for each in self.rewriting.evidence if each.clue is Clue.SLIP]
        slipped = {word for each in slips for word in (each.taken, folded(each.given))}
        ours = (piece for piece in self.pieces if piece.names or isinstance(piece.meanings[0], Verb))
        if not slips or any(word not in slipped for piece in ours for word in folded(piece.given).split(" ")):
            return True
        return any(len(each.given) >= _LEAST_ALONE for each in slips) and all(each.n == 1 for each in slips)

    @property
    def is_sure(self) -> bool:
        """Whether as much is used of the words as is not, and none of that is somebody's name."""
        named_ones = (piece for piece in self.unused if isinstance(piece.meanings[0], Unnamed) or _is_named(piece))
        return self.used >= len(self.unused) and not any(named_ones)

    @property
    def names_nobody(self) -> bool:
        """Whether all that is not understood is one name beside a metric: «резервы Ивановой»."""
        return len(self.unused) == 1 and self.used > 0 and _is_named(self.unused[0])

    @property
    def is_composed(self) -> bool:
        """Whether several words say together what a metric is called."""
        return any(each.clue is Clue.ALIKE and " " in each.given for each in self.claims)

    @property
    def tells(self) -> bool:
        """Whether it says that something is not so: «чаты не работают» is a complaint, whatever is asked after it."""
        return any(folded(piece.given).split(" ")[0] in NEGATIONS for piece in self.unused)

    @property
    def used(self) -> int:
        """How many pieces have a role."""
        idle = (Filler, Shape, Unknown, Unnamed)
        return sum(not isinstance(m := p.meanings[0], idle) and m is not Verb.FIGURE for p in self.pieces)


_ASKING = frozenset(
    split(
        """
    сколько, скольким, скольких, скок, скоко, скока, какой, какая, какое, какие, каких, какую, каким, какого,
    кто, кого, кому, где, когда, почему, насколько, how, what, which, who, whose, where, when, why
    """
    )
)


_OF_ONESELF = frozenset(
    split("я, i, i'm, i've, i'll, буду, приду, уйду, выйду, опоздаю, задержусь, вернусь, перезвоню, подъеду")
)
"""Who says it tells something, and asks for nothing: «я вчера был на больничном»."""


def _asks(read: Utterance) -> bool:
    """Whether a text says that it is a question."""
    return "?" in read.text or any(word.folded in _ASKING for word in read.words)


def _is_named(piece: Token) -> bool:
    return any(is_name(word.folded) or (word.raw[:1].isupper() and piece.start > 0) for word in words(piece.given))


def _rewritten(said: tuple[Word, ...], pieces: Sequence[Token], situation: _Situation) -> Iterator[_Attempt]:
    known = [(piece.start, piece.end) for piece in pieces if not isinstance(piece.meanings[0], Unknown | Unnamed)]
    for rewriting in situation.names.lexicon.rewritings(said, known):
        yield from _attempts(rewriting, situation)


def _attempts(rewriting: Rewriting, situation: _Situation) -> Iterator[_Attempt]:
    tokens = tokenize(rewriting.words, situation.names, situation.today, situation.clock)
    claims = claimed(tokens, rewriting.words, situation.names, unknown=True)
    pieces = claims.pieces
    outcome = named(rewriting.words, situation.names, situation.today) or _resolved(pieces, situation)
    if outcome is not None:
        yield _Attempt(rewriting, pieces, outcome, claims.evidence)
        return
    strange = tuple(piece for piece in pieces if isinstance(piece.meanings[0], Unknown | Unnamed))
    rest = [piece for piece in pieces if piece not in strange]
    without = _resolved(rest, situation) if rest else None
    if without is not None:
        yield _Attempt(rewriting, pieces, without, claims.evidence, strange)


def _in_other_layout(read: Utterance, situation: _Situation) -> Iterator[_Attempt]:
    """The whole text typed in the other layout: its commas and semicolons may be letters."""
    if not read.text.isascii() or not any(sign in read.text for sign in ",;'[]`."):
        return
    turned = words(other_layout(read.text.casefold()))
    pieces = tokenize(turned, situation.names, situation.today, situation.clock)
    if any(isinstance(piece.meanings[0], Unknown | Unnamed) for piece in pieces):
        return
    outcome = _resolved(pieces, situation)
    if outcome is not None:
        evidence = Evidence(Clue.LAYOUT, read.text, " ".join(word.raw for word in turned))
        yield _Attempt(Rewriting(turned, (evidence,)), pieces, outcome)


def _chosen(
    tried: Sequence[_Attempt], said: tuple[Word, ...], pieces: Sequence[Token], situation: _Situation
) -> Interpretation:
    """What is answered, or asked back: the nearest reading that nothing speaks against."""
    sure = [each for each in tried if isinstance(each.outcome, Request) and each.is_sure]
    ranked = rank(Reading(each.outcome, each.evidence) for each in sure if isinstance(each.outcome, Request))
    if isinstance(ranked, Understood):
        return ranked
    if isinstance(ranked, Ambiguous):
        given = ", ".join(dict.fromkeys(each.given for reading in ranked.readings for each in reading.evidence))[:60]
        several = note('"{given}" may be several things: which is meant?', given=given)
        return Unclear(several, tuple(reading.request for reading in ranked.readings))
    for attempt in tried:
        if isinstance(attempt.outcome, Misunderstanding) and attempt.is_sure:
            return unclear(attempt.outcome, attempt.rewriting.words, situation.names, situation.today, situation.unsaid)
    first = suggest(pieces, situation.names)
    found = unclear(first, said, situation.names, situation.today, situation.unsaid)
    near = tuple(each.outcome for each in tried if isinstance(each.outcome, Request))
    return Unclear(found.message, tuple(dict.fromkeys((*near, *found.readings)))[: MOST_OTHERS + 1])


def _resolved(pieces: Sequence[Token], situation: _Situation) -> Request | Misunderstanding | None:
    return resolve(pieces, situation.names, situation.today, situation.unsaid)


def _said(
    outcome: Request | Misunderstanding,
    said: tuple[Word, ...],
    situation: _Situation,
    evidence: tuple[Evidence, ...] = (),
) -> Interpretation:
    if isinstance(outcome, Request):
        return Understood(Reading(outcome, evidence))
    return unclear(outcome, said, situation.names, situation.today, situation.unsaid)
