"""`rating`: a contest, and whose part of its rating, in any order. No other question has these names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import words as said_as
from bot.commands.problems import Change, Problem
from bot.commands.text import Word
from bot.commands.vocabulary import Vocabulary
from digests.enquiry import Rating, Request, Verb
from warehouse.messages import nearest, note


@dataclass(frozen=True)
class _Heard:
    contests: tuple[str, ...]
    mine: tuple[str, ...]
    strange: tuple[int, ...]


def rating(said: Sequence[Word], names: Vocabulary) -> Request | Problem | None:
    """What is asked of a rating, or the problem with it; None, if the words do not begin with one."""
    folded = [word.folded for word in said]
    at = 0
    while at < len(folded) and (filler := said_as.FILLER_PHRASES.at(folded, at)):
        at = filler[0]
    verb = said_as.VERB_PHRASES.at(folded, at) if at < len(folded) else None
    if verb is None or verb[1] is not Verb.RATING or said[at].quote:
        return None
    heard = _heard(folded, verb[0], names)
    dropped = tuple(Change(n, n + 1) for n in heard.strange)
    if heard.strange:
        given = " ".join(said[n].raw for n in heard.strange)[:40]
        contests = tuple(dict.fromkeys(names.contests.meanings.values()))
        if contests:
            known = nearest(given, contests)
            message = note('There is no contest "{given}". There are: {known}.', given=given, known=known)
            return Problem(message, (dropped,))
        message = note('The command "{command}" takes nothing else: {given}.', command=verb[1].value, given=given)
        return Problem(message, (dropped,))
    if len(heard.contests) > 1 or len(heard.mine) > 1:
        given = ", ".join(heard.contests if len(heard.contests) > 1 else heard.mine)
        return Problem(note("Only one of these can be meant: {given}.", given=given))
    contest, mine = (next(iter(each), None) for each in (heard.contests, heard.mine))
    return Request(Verb.RATING, rating=Rating(contest, mine) if contest or mine else None)


def _heard(folded: Sequence[str], at: int, names: Vocabulary) -> _Heard:
    contests: dict[str, None] = {}
    mine: dict[str, None] = {}
    strange: list[int] = []
    while at < len(folded):
        contest, own = names.contests.at(folded, at), said_as.MINE_PHRASES.at(folded, at)
        again, filler = said_as.VERB_PHRASES.at(folded, at), said_as.FILLER_PHRASES.at(folded, at)
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
    return _Heard(tuple(contests), tuple(mine), tuple(strange))
