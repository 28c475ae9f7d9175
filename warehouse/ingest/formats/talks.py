"""The conversations of one contact, as far as call records tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with a person."""

    agent: str
    answer: datetime
    end: datetime
    told: bool
    """Whether `answer` is when the person answered; else a queue or a menu answered then."""
    called: str
    """The queue or the number that was called for it."""


def first_of(talks: Sequence[Talk]) -> Talk | None:
    """The first conversation; one whose beginning is told is better than one around it."""
    if not talks:
        return None
    first = min(talks, key=lambda talk: (talk.answer, talk.end))
    inside = [talk for talk in talks if talk.told and talk.answer <= first.end]
    return first if first.told else min(inside, key=lambda talk: talk.answer, default=first)


def talked(talks: Sequence[Talk]) -> float | None:
    """Seconds in which somebody talked; None if there was nobody, or the beginning of a conversation is not told."""
    told = sorted((talk.answer, talk.end) for talk in talks if talk.told)
    for talk in talks:
        if not talk.told and not any(start <= talk.end and talk.answer <= end for start, end in told):
            return None
    if not told:
        return None
    seconds, until = 0.0, told[0][0]
    for start, end in told:
        seconds += max((end - max(start, until)).total_seconds(), 0.0)
        until = max(until, end)
    return seconds


def transferred(talks: Sequence[Talk]) -> str | None:
    """What the first person handed the contact to: the first number that another person answered after him.

    A conversation that ends before his was a question to a colleague.
    """
    first = first_of(talks)
    if first is None:
        return None
    later = sorted(
        (talk for talk in talks if talk.agent != first.agent and talk.answer >= first.answer and talk.end > first.end),
        key=lambda talk: talk.answer,
    )
    return later[0].called if later else None
