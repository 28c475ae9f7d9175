"""Numbers as people read them: one formatter, by unit and language; names of metrics, and what figures are divided by.

A value is rounded half up once, here, from the unrounded number; thousands and lost shares keep at most one
decimal and drop a trailing zero. No-break spaces hold a number and its unit together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from digests.localizer import Localizer
from metrics.answers import exact, half_up, variance
from metrics.facts import Fact
from metrics.model import Mean, Metric, Ratio, Unit
from metrics.units import SIGNS, time_unit
from warehouse.messages import N_, Message, note

THOUSAND, MILLION, BILLION = Decimal(1000), Decimal(1_000_000), Decimal(1_000_000_000)
_WHOLE = 10
"""From so many per cent on, a difference of volumes has no decimals."""
_MORE_DECIMALS = 4
_MINUS = "\N{MINUS SIGN}"


def value(localizer: Localizer, metric: Metric, number: float, *, more_decimals: int = 0, full: bool = False) -> str:
    """A figure with its unit: «22,9 тыс.», or in full «22 914», «294 сек.», «1,5%».

    `more_decimals` are added to the usual ones.
    """
    usual = 1 if metric.unit is Unit.TIMES else metric.decimals
    return in_unit(localizer, metric.unit, number, usual + more_decimals, full=full)


def in_unit(localizer: Localizer, unit: Unit, number: float, decimals: int, *, full: bool = False) -> str:
    """A number with its unit, volumes in thousands unless in full."""
    if unit is Unit.DURATION:
        return duration(localizer, number, decimals)
    return measured(localizer, unit, amount(localizer, unit, number, decimals, full=full))


def amount(localizer: Localizer, unit: Unit, number: float, decimals: int, *, full: bool = False) -> str:
    """A number without its unit, volumes in thousands unless in full; points have their sign."""
    given = exact(number)
    if unit is Unit.POINTS:
        return sign_of(float(half_up(given, decimals)), plain(localizer, abs(given), decimals))
    if unit.is_volume and not full:
        return _volume(localizer, given, decimals, 10 * THOUSAND if unit is Unit.MONEY else THOUSAND)
    return plain(localizer, given, decimals)


def measured(localizer: Localizer, unit: Unit, text: str) -> str:
    """A number that is printed already, with its unit."""
    if unit is Unit.MONEY:
        sign = currency_sign(localizer)
        form = N_("{currency} {number}") if sign == localizer.currency else N_("{currency}{number}")
        return localizer(form, currency=sign, number=text)
    form = unit.words.text
    return localizer(form, number=text) if form else text


def in_text(localizer: Localizer, words: str) -> str:
    """The words of a picture with their units as texts have them: «88%» for «88 %», «294 сек.» for «294 с»."""
    for unit in Unit:
        drawn, said = (localizer(form, number="") if form else "" for form in (unit.words.picture, unit.words.text))
        if drawn and said and drawn != said:
            # The stop of a shortened unit ends a sentence, too. Before square metres there may stand thousands.
            stop = r"(?:[.](?=\s|$))?" if said.endswith(".") else ""
            words = re.sub(rf"(?<=[\d.kM]){re.escape(drawn)}(?!\w){stop}", said, words)
    return words


def currency_sign(localizer: Localizer) -> str:
    """The sign of the centre's currency; its code, where it has none."""
    return SIGNS.get(localizer.currency, localizer.currency)


def duration(localizer: Localizer, seconds: float, more_decimals: int = 0, *, short: bool = False) -> str:
    """A duration in the unit that suits it: «48 с», «24 мин», «9,4 ч», «3,2 дня»; `short`: «3,2 д»."""
    unit = time_unit(seconds)
    amount = exact(seconds) / exact(unit.seconds)
    decimals = (1 if abs(amount) < _WHOLE else 0) + more_decimals
    text = plain(localizer, amount, decimals)
    if short:
        return localizer(unit.picture, number=text)
    return localizer.say(replace(unit.text, params={"n": agreeing(amount, decimals), "number": text}))


def agreeing(amount: Decimal, decimals: int) -> int:
    """The number that a word behind a printed amount agrees with: of a fraction it is «дня» in Russian, as of two."""
    rounded = half_up(amount, decimals)
    return abs(int(rounded)) if rounded == int(rounded) else 2


def sign_of(number: float, text: str) -> str:
    """The print of an amount with the sign of the number; a zero has none."""
    return f"{'+' if number > 0 else _MINUS if number < 0 else ''}{text}"


def plain(localizer: Localizer, amount: Decimal, decimals: int) -> str:
    """A number in the language's own notation, with at most so many decimals."""
    rounded = half_up(amount, decimals) + 0
    text = _printed(abs(rounded), max(decimals, 0), localizer.locale)
    return f"{_MINUS}{text}" if rounded < 0 else text


def at_least(localizer: Localizer, amount: Decimal, decimals: int) -> str:
    """Return the same of what is no zero and would be printed as one: less than the smallest number so printed."""
    smallest = Decimal(1).scaleb(-decimals)
    if amount > 0 and not half_up(amount, decimals):
        return f"<\N{NO-BREAK SPACE}{plain(localizer, smallest, decimals)}"
    return plain(localizer, amount, decimals)


@lru_cache(4096)
def _printed(rounded: Decimal, decimals: int, locale: Locale) -> str:
    return format_decimal(rounded, format="#,##0." + "#" * decimals, locale=locale)


def with_unit(localizer: Localizer, metric: Metric, text: str) -> str:
    """A number that is printed already, with the metric's unit."""
    return measured(localizer, metric.unit, text)


def percent(localizer: Localizer, share: Decimal) -> str:
    """A whole or already rounded per cent."""
    return measured(localizer, Unit.PERCENT, format_decimal(share, locale=localizer.locale))


def signed(localizer: Localizer, metric: Metric, number: float, decimals: int = 1) -> str:
    """A distance with its sign, in the metric's own unit: «−4,1 п. п.», «+12 сек.», «+1 240».

    One that is there is never printed as 0.
    """
    return apart(localizer, metric.unit, number, decimals)


def apart(localizer: Localizer, unit: Unit, number: float, decimals: int = 1) -> str:
    """The same in a unit."""
    if unit is Unit.DURATION:
        return sign_of(number, duration(localizer, abs(number)))
    amount = exact(abs(number))
    for more in range(_MORE_DECIMALS + 1):
        text = plain(localizer, amount, decimals + more)
        if not amount or half_up(amount, decimals + more):
            break
    if unit is Unit.MONEY:
        return sign_of(number, measured(localizer, unit, text))
    form = unit.words.apart or unit.words.text
    return localizer(form, number=sign_of(number, text)) if form else sign_of(number, text)


def difference(localizer: Localizer, metric: Metric, number: float, reference: float) -> str:
    """How far a figure is from another one: points for percentages, per cent for volumes, seconds for seconds."""
    distance = variance(number, reference)
    if not metric.spread:
        return signed(localizer, metric, distance, 0 if metric.unit is Unit.SECONDS else 1)
    if not reference:
        return signed(localizer, metric, distance, 0)
    percents = abs(distance * 100 / reference)
    text = plain(localizer, exact(percents), 0 if percents >= _WHOLE else 1)
    sign = "" if not half_up(exact(percents), 1) else "+" if distance > 0 else _MINUS
    return measured(localizer, Unit.PERCENT, sign + text)


def _volume(localizer: Localizer, amount: Decimal, more_decimals: int, whole_to: Decimal) -> str:
    # What would round up to a thousand is a thousand already.
    if half_up(abs(amount), 0) < whole_to:
        return plain(localizer, amount, more_decimals)
    if half_up(abs(amount) / THOUSAND, 1) < THOUSAND:
        return localizer(N_("{number}k"), number=plain(localizer, amount / THOUSAND, 1 + more_decimals))
    if half_up(abs(amount) / MILLION, 1) < THOUSAND:
        return localizer(N_("{number}M"), number=plain(localizer, amount / MILLION, 1 + more_decimals))
    return localizer(N_("{number}B"), number=plain(localizer, amount / BILLION, 1 + more_decimals))


def metric_name(localizer: Localizer, metric: Metric) -> str:
    """A metric's name at the head of a column: its short one, if it has one."""
    name = metric.short
    return localizer(name.row if name else metric.title)


def metric_said(localizer: Localizer, metric: Metric) -> str:
    """A metric's name within a sentence."""
    name = metric.short
    return localizer(name.said) if name else in_sentence(localizer(metric.title))


def capital(text: str) -> str:
    """Return what begins a sentence: with a capital, and no other letter changed."""
    return text[:1].upper() + text[1:]


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


def terms_said(localizer: Localizer, metric: Metric, fact: Fact) -> str:
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


def terms_brief(localizer: Localizer, metric: Metric, fact: Fact) -> str:
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
    return plain(localizer, exact(number), 2 if metric.unit.has_hundredths else 0)
