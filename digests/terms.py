"""What metrics are called in tables and sentences, and what their figures are divided from and by.

«2 314 из 2 620 звонков приняты вовремя».
"""

from __future__ import annotations

from dataclasses import dataclass

from digests import numbers
from digests.localizer import Localizer
from metrics.answers import exact
from metrics.facts import Fact
from metrics.model import Mean, Metric, Ratio, Unit
from warehouse.messages import N_, Message, note


def metric_name(localizer: Localizer, metric: Metric) -> str:
    """A metric's name at the head of a column: its short one, if it has one."""
    name = metric.short
    return localizer(name.row if name else metric.title)


def metric_said(localizer: Localizer, metric: Metric) -> str:
    """A metric's name within a sentence."""
    name = metric.short
    return localizer(name.said) if name else in_sentence(localizer(metric.title))


def in_sentence(text: str) -> str:
    """Without its capital, unless it is a name or an abbreviation."""
    rest = text[1:]
    return text[:1].lower() + rest if rest == rest.lower() else text


@dataclass(frozen=True)
class Terms:
    """How a metric's parts are told; the number of what it is over chooses the form."""

    whole: Message
    """`{part}` of `{total}`, of the whole figure; in a row of a breakdown without the words after the noun."""
    over: Message
    """`{total}` alone."""
    hours: bool = False
    """Whether seconds are told in hours."""


_HOUR = 3600
_CALLS = note("{total} call", "{total} calls", n=0)
_CHATS = note("{total} chat", "{total} chats", n=0)
_CLIENTS = note("{total} client", "{total} clients", n=0)
_CONTACTS = note("{total} contact", "{total} contacts", n=0)
_HANDOVERS = note("{total} handover", "{total} handovers", n=0)

TERMS = {
    "sl": Terms(
        note("in time: {part} of {total} call", "in time: {part} of {total} calls", n=0),
        _CALLS,
    ),
    "lcr": Terms(note("lost: {part} of {total} call", "lost: {part} of {total} calls", n=0), _CALLS),
    "lcr_clients": Terms(note("lost: {part} of {total} client", "lost: {part} of {total} clients", n=0), _CLIENTS),
    "called_back": Terms(
        note("called back: {part} of {total} client", "called back: {part} of {total} clients", n=0), _CLIENTS
    ),
    "asa": Terms(
        note("{part} s of waiting over {total} answered call", "{part} s of waiting over {total} answered calls", n=0),
        _CALLS,
    ),
    "asa_median": Terms(note("over {total} answered call", "over {total} answered calls", n=0), _CALLS),
    "asa_p90": Terms(note("over {total} answered call", "over {total} answered calls", n=0), _CALLS),
    "aht": Terms(
        note("{part} s over {total} handled call", "{part} s over {total} handled calls", n=0),
        _CALLS,
    ),
    "talk": Terms(note("{part} s over {total} handled call", "{part} s over {total} handled calls", n=0), _CALLS),
    "transfers": Terms(
        note("transferred: {part} of {total} contact", "transferred: {part} of {total} contacts", n=0), _CONTACTS
    ),
    "chat_aht": Terms(note("{part} s over {total} handled chat", "{part} s over {total} handled chats", n=0), _CHATS),
    "chat_aht_adjusted": Terms(
        note("{part} s over {total} handled chat", "{part} s over {total} handled chats", n=0), _CHATS
    ),
    "chat_asa": Terms(
        note("{part} s of waiting over {total} answered chat", "{part} s of waiting over {total} answered chats", n=0),
        _CHATS,
    ),
    "chat_lcr": Terms(note("lost: {part} of {total} chat", "lost: {part} of {total} chats", n=0), _CHATS),
    "chat_transfers": Terms(
        note("transferred: {part} of {total} contact", "transferred: {part} of {total} contacts", n=0), _CONTACTS
    ),
    "bot_wait": Terms(
        note("{part} s of waiting over {total} call", "{part} s of waiting over {total} calls", n=0), _CALLS
    ),
    "bot_dialogue": Terms(note("{part} s over {total} call", "{part} s over {total} calls", n=0), _CALLS),
    "bot_containment": Terms(
        note("solved in the bot: {part} of {total} call", "solved in the bot: {part} of {total} calls", n=0), _CALLS
    ),
    "bot_hang_ups": Terms(note("hung up: {part} of {total} call", "hung up: {part} of {total} calls", n=0), _CALLS),
    "bot_correct": Terms(
        note("correct: {part} of {total} handover", "correct: {part} of {total} handovers", n=0), _HANDOVERS
    ),
}

_OF_TIME = Terms(
    note("{part} of {total} hour", "{part} of {total} hours", n=0), note("{total} hour", "{total} hours", n=0), True
)
TERMS |= {"occupancy": _OF_TIME, "utilisation": _OF_TIME, "shrinkage": _OF_TIME}


def whole(localizer: Localizer, metric: Metric, fact: Fact) -> str:
    """What a figure was divided from and by; nothing of what is plain."""
    if fact.denominator is None:
        return ""
    terms = TERMS.get(metric.key)
    if terms:
        return _said(localizer, terms, terms.whole, metric, fact)
    if isinstance(metric.fact, Ratio | Mean) and fact.numerator is not None:
        part, total = _full(localizer, metric, fact.numerator), _full(localizer, metric, fact.denominator)
        return localizer(_plain_form(metric), part=part, total=total)
    return ""


def brief(localizer: Localizer, metric: Metric, fact: Fact) -> str:
    """The same for a row of a breakdown: «26 из 35», «35 звонков»."""
    if fact.denominator is None:
        return ""
    terms = TERMS.get(metric.key)
    if terms and terms.hours:
        return _said(localizer, terms, terms.whole, metric, fact)
    if metric.unit is Unit.PERCENT and fact.numerator is not None:
        part, total = _full(localizer, metric, fact.numerator), _full(localizer, metric, fact.denominator)
        return localizer(N_("{part} of {total}"), part=part, total=total)
    return _said(localizer, terms, terms.over, metric, fact) if terms else ""


def _said(localizer: Localizer, terms: Terms, message: Message, metric: Metric, fact: Fact) -> str:
    scale = _HOUR if terms.hours else 1
    total = (fact.denominator or 0) / scale
    part = _full(localizer, metric, fact.numerator / scale) if fact.numerator is not None else ""
    return localizer.counted(
        message.id, message.plural or "", round(total), part=part, total=_full(localizer, metric, total)
    )


def _plain_form(metric: Metric) -> str:
    return N_("{part} of {total}") if metric.unit is Unit.PERCENT else N_("{part} over {total}")


def _full(localizer: Localizer, metric: Metric, number: float) -> str:
    """In full, never in thousands: it is there to be checked."""
    return numbers.plain(localizer, exact(number), 2 if metric.unit.has_hundredths else 0)
