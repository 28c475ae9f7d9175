"""Numbers as people read them: one formatter, by unit and language, in the style of texts.

A value is rounded half up once, here, from the unrounded number; thousands and lost shares keep at most one
decimal and drop a trailing zero. No-break spaces hold a number and its unit together.
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal

from digests.localizer import Localizer
from metrics.answers import exact, half_up, variance
from metrics.model import Metric, Unit
from warehouse.messages import N_

THOUSAND, MILLION = Decimal(1000), Decimal(1_000_000)
_WHOLE = 10
"""From so many per cent on, a difference of volumes has no decimals."""
_MORE_DECIMALS = 4
_MINUS = "\N{MINUS SIGN}"

_VOLUMES = (Unit.COUNT, Unit.M2, Unit.HOURS)
_FORMS = {
    Unit.PERCENT: N_("{number}%"),
    Unit.SECONDS: N_("{number} s"),
    Unit.M2: N_("{number} m²"),
    Unit.HOURS: N_("{number} h"),
}


def value(localizer: Localizer, metric: Metric, number: float, *, more_decimals: int = 0, full: bool = False) -> str:
    """A figure with its unit: «22,9 тыс.», or in full «22 914», «294 сек.», «1,5%».

    `more_decimals` are added to the usual ones.
    """
    usual = 1 if metric.unit is Unit.TIMES else 0 if metric.unit in _VOLUMES else metric.decimals
    return in_unit(localizer, metric.unit, number, usual + more_decimals, full=full)


def in_unit(localizer: Localizer, unit: Unit, number: float, decimals: int, *, full: bool = False) -> str:
    """A number with its unit, volumes in thousands unless `full`."""
    amount = exact(number)
    if unit in _VOLUMES and not full:
        return _volume(localizer, unit, amount, decimals)
    text = plain(localizer, amount, decimals)
    return localizer(_FORMS[unit], number=text) if unit in _FORMS else text


def plain(localizer: Localizer, amount: Decimal, decimals: int) -> str:
    """A number in the language's own notation, with at most so many decimals."""
    rounded = half_up(amount, decimals)
    return format_decimal(rounded, format="#,##0." + "#" * max(decimals, 0), locale=localizer.locale)


def with_unit(localizer: Localizer, metric: Metric, text: str) -> str:
    """A number that is printed already, with the metric's unit."""
    form = _FORMS.get(metric.unit)
    return localizer(form, number=text) if form else text


def percent(localizer: Localizer, share: Decimal) -> str:
    """A whole or already rounded per cent."""
    return localizer(_FORMS[Unit.PERCENT], number=format_decimal(share, locale=localizer.locale))


def signed(localizer: Localizer, metric: Metric, number: float, decimals: int = 1) -> str:
    """A distance with its sign, in the metric's own unit: «−4,1 п. п.», «+12 сек.», «+1 240».

    One that is there is never printed as 0.
    """
    amount = exact(abs(number))
    for more in range(_MORE_DECIMALS + 1):
        text = plain(localizer, amount, decimals + more)
        if not amount or half_up(amount, decimals + more):
            break
    sign = "+" if number > 0 else _MINUS if number < 0 else ""
    form = N_("{number} pp") if metric.unit is Unit.PERCENT else _FORMS.get(metric.unit)
    return localizer(form, number=sign + text) if form else sign + text


def difference(localizer: Localizer, metric: Metric, number: float, reference: float) -> str:
    """How far a figure is from another one: points for percentages, per cent for volumes, seconds for seconds."""
    apart = variance(number, reference)
    if not metric.spread:
        return signed(localizer, metric, apart, 0 if metric.unit is Unit.SECONDS else 1)
    if not reference:
        return signed(localizer, metric, apart, 0)
    percents = abs(apart * 100 / reference)
    text = plain(localizer, exact(percents), 0 if percents >= _WHOLE else 1)
    sign = "" if not half_up(exact(percents), 1) else "+" if apart > 0 else _MINUS
    return localizer(_FORMS[Unit.PERCENT], number=sign + text)


def _volume(localizer: Localizer, unit: Unit, amount: Decimal, more_decimals: int) -> str:
    # What would round up to a thousand is a thousand already.
    if half_up(abs(amount), 0) < THOUSAND:
        text = plain(localizer, amount, more_decimals)
    elif half_up(abs(amount) / THOUSAND, 1) < THOUSAND:
        text = localizer(N_("{number}k"), number=plain(localizer, amount / THOUSAND, 1 + more_decimals))
    else:
        text = localizer(N_("{number}M"), number=plain(localizer, amount / MILLION, 1 + more_decimals))
    return localizer(_FORMS[unit], number=text) if unit in _FORMS else text
