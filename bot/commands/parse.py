"""`understand`: from what somebody said to a request, or to what may have been meant.

Words are scanned into pieces (`scan`), the pieces are settled into a request (`settle`). What cannot be settled is
a problem with edits; every edit that makes a complete request is offered as a reading. Nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.commands.dates import Days, Hours
from bot.commands.near import unknown
from bot.commands.problems import MOST_READINGS, Problem, Unclear, edited
from bot.commands.rating import rating
from bot.commands.scan import Against, By, Filler, Piece, Than, Top, Unknown, Unnamed, scan
from bot.commands.settle import settle
from bot.commands.text import LONGEST, MOST_WORDS, Word, addressed, words
from bot.commands.vocabulary import LINE, METRIC, Vocabulary
from digests.enquiry import Request, Shape, Verb
from metrics.periods import to_local
from warehouse.messages import note

__all__ = ["Unclear", "understand"]


def understand(
    text: str, vocabulary: Vocabulary, now: datetime, bot_names: Sequence[str] = (), unsaid: str = "today"
) -> Request | Unclear | None:
    """What is asked by a text, as of a UTC instant (naive); None, if it does not look like a question to the bot.

    `bot_names` (Telegram's name, Slack's id): mentions of others are not stripped, and commands for others are None.
    `unsaid` is the period that is meant where none is said, in relative words.
    """
    heard = addressed(text[: LONGEST + 1], bot_names)
    if heard is None:
        return None
    said = words(heard.text)
    if len(text) > LONGEST or len(said) > MOST_WORDS:
        too_long = note("A question has at most {words} words and {signs} characters.", words=MOST_WORDS, signs=LONGEST)
        return Unclear(too_long) if heard.surely else None
    if not said:
        return Request(Verb.HELP) if heard.surely else None
    today = to_local(now, vocabulary.timezone).date()
    of_contest = rating(said, vocabulary)
    if of_contest is not None and (heard.surely or isinstance(of_contest, Request)):
        return _answered(of_contest, said, vocabulary, today)
    pieces = scan(said, vocabulary, today)
    if not heard.surely and not _looks_like_a_question(pieces):
        return None
    return _answered(_settled(pieces, vocabulary, today, unsaid), said, vocabulary, today, unsaid)


def _answered(
    outcome: Request | Problem, said: tuple[Word, ...], vocabulary: Vocabulary, today: date, unsaid: str = "today"
) -> Request | Unclear:
    if isinstance(outcome, Request):
        return outcome
    return Unclear(outcome.message, _readings(outcome, said, vocabulary, today, unsaid))


def _looks_like_a_question(pieces: Sequence[Piece]) -> bool:
    """Without a slash: it names a metric or a line and is not mostly strange words, or it is a verb or a period."""
    meanings = [piece.meanings[0] for piece in pieces if not isinstance(piece.meanings[0], Filler)]
    strange = sum(isinstance(meaning, Unknown | Unnamed) for meaning in meanings)
    if any(name.of in (METRIC, LINE) for piece in pieces for name in piece.names):
        return strange <= len(meanings) - strange
    known = all(isinstance(meaning, Verb | By | Top | Against | Than | Shape | Days | Hours) for meaning in meanings)
    return known and any(isinstance(meaning, Verb | Days) for meaning in meanings)


def _settled(pieces: list[Piece], vocabulary: Vocabulary, today: date, unsaid: str) -> Request | Problem:
    outcome = settle(pieces, vocabulary, today, unsaid)
    return unknown(pieces, vocabulary) if outcome is None else outcome


def _readings(
    problem: Problem, said: tuple[Word, ...], vocabulary: Vocabulary, today: date, unsaid: str
) -> tuple[Request, ...]:
    """The requests that edits make; where none makes one at once, each is followed one step further."""

    def understood(changed: tuple[Word, ...]) -> Request | Problem:
        return rating(changed, vocabulary) or _settled(scan(changed, vocabulary, today), vocabulary, today, unsaid)

    changed = [edited(said, edit) for edit in problem.edits[: 2 * MOST_READINGS]]
    outcomes = [understood(each) for each in changed]
    if not any(isinstance(outcome, Request) for outcome in outcomes):
        outcomes = [
            understood(edited(each, outcome.edits[0])) if isinstance(outcome, Problem) and outcome.edits else outcome
            for each, outcome in zip(changed, outcomes, strict=True)
        ]
    found = dict.fromkeys(outcome for outcome in outcomes if isinstance(outcome, Request))
    return tuple(found)[:MOST_READINGS]
