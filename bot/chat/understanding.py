"""What a message asks: a question of its own, or one thing changed in what was answered before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.questions.follow_up import Change, apply, follow_up
from bot.chat.questions.forms import is_name
from bot.chat.questions.interpret import Interpretation, interpret
from bot.chat.questions.missing import Missing
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Clue, Evidence, Reading, Understood
from bot.chat.questions.text import Utterance
from bot.chat.questions.vocabulary import AGENT, Vocabulary
from bot.chat.wording import settled
from bot.state.turns import Turn
from digests.request import Request, Shape
from metrics.periods import to_local
from warehouse.messages import note

CONTEXT, BUTTON, BACK = "context", "button", "back"
"""How a question was understood, beside the clues of its words."""


@dataclass(frozen=True)
class Meaning:
    """A question, and how it was found in the words."""

    request: Request
    others: tuple[Request, ...] = ()
    """What may have been meant as well."""
    evidence: tuple[Evidence, ...] = ()
    earlier: Request | None = None
    """The question that it changes one thing of."""

    @property
    def certain(self) -> bool:
        """Whether every word was meant as it stands, and nothing else may have been."""
        return not self.others and self.exact

    @property
    def exact(self) -> bool:
        """Whether every word was meant as it stands."""
        return all(each.clue in (Clue.CASE, Clue.ASSUMED) for each in self.evidence)

    @property
    def respelt(self) -> tuple[Evidence, ...]:
        """The words that were taken for others: an answer says which."""
        return Reading(self.request, self.evidence).respelt

    @property
    def unused(self) -> tuple[str, ...]:
        """The words that nothing was made of: an answer says so."""
        return Reading(self.request, self.evidence).unused

    @property
    def clues(self) -> tuple[str, ...]:
        """By what it was understood, for the audit log: exact words are no clue."""
        context = (CONTEXT,) if self.earlier else ()
        return tuple(dict.fromkeys((*context, *(each.clue.value for each in self.evidence))))


Understanding = Meaning | Unclear | Missing | None


@dataclass(frozen=True)
class ContextualUtterance:
    """Words as they came: whether they were said in reply to an answer, and which answer they may be about."""

    said: Utterance
    previous: Turn | None = None
    in_reply: bool = False
    aside: bool = False
    """Whether it was said among people, and to nobody: then every word must be meant as it stands."""


def understanding(asked: ContextualUtterance, names: Vocabulary, now: datetime) -> Understanding:
    """Return what is asked, as of a UTC instant (naive); None, if it does not look like a question.

    What names a metric and does not say that it goes on is a question of its own, unless it replies to an answer.
    """
    alone = _as_it_stands(asked, names, now) if asked.aside else _alone(interpret(asked.said, names, now))
    earlier = earlier_question(asked.previous, names, now) if asked.previous else None
    if earlier is None:
        return alone
    change = follow_up(asked.said, names, now, exactly=asked.aside)
    if change is None:
        return alone if alone is not None or asked.aside else _closed(asked, names)
    today = to_local(now, names.timezone).date()
    later = apply(earlier, change, names, today)
    if later == earlier:
        return alone or Meaning(earlier, earlier=earlier)
    own = alone.request if isinstance(alone, Meaning) else None
    if own is not None and not _goes_on(asked, change):
        assert isinstance(alone, Meaning)
        return replace(alone, others=_without(own, (*alone.others, *((later,) if _adds(own, later) else ()))))
    unused = tuple(Evidence(Clue.UNUSED, given) for given in change.unused)
    sure = own if isinstance(alone, Meaning) and alone.exact else None
    return Meaning(later, _without(later, (sure,) if sure else ()), unused, earlier)


def earlier_question(turn: Turn, names: Vocabulary, now: datetime) -> Request | None:
    """Return the question that a turn answered; periods such as "today" are those of its day."""
    found = understand(f"/{turn.question}", names, turn.at)
    if not isinstance(found, Request):
        return None
    days = {to_local(at, names.timezone).date() for at in (turn.at, now)}
    return settled(found, len(days) > 1)


def asked_on(request: Request) -> Request:
    """Return the question that an answer is about when it is asked on: a workbook is one shape of it."""
    if request.selection and request.selection.shape is Shape.XLSX:
        return replace(request, selection=replace(request.selection, shape=Shape.AUTO))
    return request


def _goes_on(asked: ContextualUtterance, change: Change) -> bool:
    """Whether words go on from an answer, rather than ask something of their own."""
    return not asked.said.surely and (asked.in_reply or not change.alone)


def _adds(own: Request, later: Request) -> bool:
    """Whether what goes on from an answer is about another line, value or time than the question by itself."""
    ours, theirs = own.selection, later.selection
    if ours is None or theirs is None:
        return True
    return (ours.lines, ours.filters, ours.when) != (theirs.lines, theirs.filters, theirs.when)


def _closed(asked: ContextualUtterance, names: Vocabulary) -> Unclear | None:
    """That people are not open by name, where somebody asks on about one: whether there is such a person or not."""
    if AGENT not in names.closed or not any(is_name(word.folded) for word in asked.said.words):
        return None
    return Unclear(note("Single agents are not open to you: ask by agent, and they come without names."))


def _as_it_stands(asked: ContextualUtterance, names: Vocabulary, now: datetime) -> Understanding:
    found = understand(asked.said, names, now)
    return Meaning(found) if isinstance(found, Request) else found


def meaning_of(found: Understood) -> Meaning:
    """Return what was understood by its words alone."""
    return Meaning(found.request, tuple(other.request for other in found.others), found.reading.evidence)


def _alone(found: Interpretation) -> Understanding:
    return meaning_of(found) if isinstance(found, Understood) else found


def _without(request: Request, others: Iterable[Request]) -> tuple[Request, ...]:
    return tuple(other for other in dict.fromkeys(others) if other != request)
