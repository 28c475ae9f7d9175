"""Marketing as a picture: months in quarters beside a year ago, and under each what a target contact cost."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date

from charts.forms.quarters import QuarterMonth, Quarters, Total
from charts.model import Amount
from digests import numbers
from digests.catalogue.funnel import part
from digests.catalogue.marketing import CUT, RUNNING, Part, parts_of, said_change, telling, unknown_share
from digests.localizer import Localizer
from digests.pictures.wording import brief_day, chart_labels, data_as_of, measured, sentences, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.model import Unit
from warehouse.messages import N_

_MOST = 4
"""Quarters that fit side by side."""


def quarters(session: Session, result: ReportResult) -> Quarters | None:
    """Return the picture of a report of marketing; None where there was no target contact."""
    parts = parts_of(part(result, "months"))
    months = [each for each in parts if each.months == 1]
    if not any(each.target for each in months):
        return None
    localizer = session.localizer
    thousands = max(each.target for each in months) >= numbers.THOUSAND
    dear = max((each.cost_per_target or 0.0 for each in months), default=0.0) >= numbers.THOUSAND
    wholes = [each for each in parts if each.months == 3][-_MOST:]
    year = next((each for each in reversed(parts) if each.months == 12), None)
    last = wholes[-1]
    priced = last.cost_per_target is not None
    second = ""
    if any(each.cost_per_target is not None for each in months):
        second = localizer(_PRICE_K if dear else _PRICE, currency=numbers.currency_sign(localizer))
    return Quarters(
        titles(*_captions(session, result, last, months)),
        chart_labels(localizer),
        tuple(
            (
                _total(session, quarter, _quarter_name(localizer, quarter)),
                tuple(
                    _month(localizer, each, thousands=thousands, dear=dear)
                    for each in months
                    if quarter.period.start <= each.period.start < quarter.period.end
                ),
            )
            for quarter in wholes
        ),
        _total(session, year, str(year.period.first_day.year)) if year and year.complete != CUT else None,
        second,
        Total(
            localizer(N_("the quarter")),
            _money(localizer, last.cost_per_target or 0.0),
            _change(session, last.cost_change) if last.cost_change is not None else "",
        )
        if priced
        else None,
    )


_PRICE = N_("Cost of a target contact, {currency}")
_PRICE_K = N_("Cost of a target contact, thousand {currency}")


def _money(localizer: Localizer, value: float) -> str:
    return numbers.in_unit(localizer, Unit.MONEY, value, 0)


def _volume(localizer: Localizer, value: float) -> str:
    return numbers.in_unit(localizer, Unit.COUNT, value, 0)


def _month(localizer: Localizer, month: Part, *, thousands: bool, dear: bool) -> QuarterMonth:
    scale = 1000 if thousands else 1
    cost = None
    if month.cost_per_target is not None:
        price = exact(month.cost_per_target / 1000) if dear else exact(month.cost_per_target)
        cost = Amount(month.cost_per_target, numbers.plain(localizer, price, 1 if dear else 0))
    return QuarterMonth(
        format_date(month.period.first_day, "LLL", locale=localizer.locale).rstrip("."),
        Amount(month.target, numbers.plain(localizer, exact(month.target / scale), 1 if thousands else 0)),
        month.year_ago,
        cost,
    )


def _total(session: Session, part: Part, name: str) -> Total:
    localizer = session.localizer
    change = ""
    if part.change is not None:
        said = _change(session, part.change)
        change = said if part.months == 12 else localizer(N_("{change} to last year"), change=said)
    elif part.months == 3:
        change = localizer(N_("incomplete") if part.complete == CUT else N_("a year ago unknown"))
    return Total(name, _volume(localizer, part.target), change)


def _change(session: Session, change: float) -> str:
    """«+18 %»."""
    return measured(session.localizer, Unit.PERCENT, said_change(session, change, unit=""))


def _quarter_name(localizer: Localizer, quarter: Part) -> str:
    """«2 кв., к 15.06», «4 кв. 2025»."""
    first = quarter.period.first_day
    name = localizer(N_("Q{n}"), n=(first.month + 2) // 3)
    if quarter.complete == RUNNING:
        return localizer(N_("{name}, by {day}"), name=name, day=brief_day(localizer, quarter.to))
    return f"{name} {first.year}"


def _captions(
    session: Session, result: ReportResult, quarter: Part, months: Sequence[Part]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    thousands = max(each.target for each in months) >= numbers.THOUSAND
    subtitle = localizer(
        N_("Target calls, leads and chats, thousand a month") if thousands else N_("Target calls, leads and chats")
    )
    if quarter.complete == RUNNING:
        subtitle = localizer(N_("{subtitle}; the quarter by {day}"), subtitle=subtitle, day=localizer.day(quarter.to))
    unknown = unknown_share(result)
    if any(each.year_ago is not None for each in months):
        stroke = localizer(N_("Stroke: the same days a year ago"))
    else:
        stroke = localizer(N_("There are no data of a year ago"))
    priced = any(each.cost_per_target is not None for each in months)
    share = measured(localizer, Unit.PERCENT, numbers.plain(localizer, exact(unknown or 0.0), 0))
    footnote = sentences(
        stroke,
        localizer(N_("Costs are spread over their days")) if priced else "",
        localizer(N_("{share} of contacts have no known origin"), share=share) if unknown else "",
        data_as_of(localizer, result.as_of),
    )
    return _headline(session, quarter), subtitle, footnote, (subtitle, footnote)


def _headline(session: Session, quarter: Part) -> str:
    """The last quarter against a year ago, its volume and its price; what is within chance or a per cent is no change.

    Without a year ago: the volume and the price alone.
    """
    localizer = session.localizer
    said = {
        "quarter": localizer(N_("Quarter {n}"), n=(quarter.period.first_day.month + 2) // 3),
        "target": _volume(localizer, quarter.target),
    }
    if quarter.change is None or quarter.complete == CUT:
        if quarter.cost_per_target is None:
            return localizer(N_("{quarter}: {target} target contacts"), **said)
        price = _money(localizer, quarter.cost_per_target)
        return localizer(N_("{quarter}: {target} target contacts,\n{price} each"), price=price, **said)
    change = measured(localizer, Unit.PERCENT, numbers.plain(localizer, exact(abs(quarter.change)), 0))
    volume = localizer(
        (N_("{change} more") if quarter.change > 0 else N_("{change} fewer"))
        if telling(quarter)
        else N_("as last year"),
        change=change,
    )
    said["volume"] = volume
    cost = quarter.cost_change
    if cost is None:
        return localizer(N_("{quarter}: {target} target contacts,\n{volume}"), **said)
    price_change = measured(localizer, Unit.PERCENT, numbers.plain(localizer, exact(abs(cost)), 0))
    if abs(cost) < 1:
        price = localizer(N_("for the same price"))
    else:
        price = localizer(N_("{change} dearer") if cost > 0 else N_("{change} cheaper"), change=price_change)
    return localizer(N_("{quarter}: {target} target contacts,\n{volume}, {price}"), price=price, **said)
