"""What a smile is worth as a picture: conversion by price and smile, in circles as large as their meetings."""

from __future__ import annotations

from charts.forms.quadrant import Lift, Quadrant, QuadrantCell, QuadrantColumn
from charts.model import Amount
from digests import numbers
from digests.catalogue.quadrant import HIGH, LOW, PRICES, findings_of
from digests.localizer import Localizer
from digests.model import Findings, Value
from digests.numbers import capital
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.dimensions import BAD_OFFER, GOOD_OFFER
from metrics.model import Unit
from warehouse.messages import N_

_PRICES = {BAD_OFFER: N_("A bad price"), GOOD_OFFER: N_("A good price")}


def quadrant(session: Session, result: ReportResult) -> Quadrant | None:
    """Return the picture of price and smile; None where it was not asked for, or no cell has meetings enough."""
    localizer, found = session.localizer, findings_of(result)
    if found is None:
        return None
    rows = {(row[0], row[1]): row for row in found.rows}
    columns = [_column(localizer, found, rows, price) for price in PRICES]
    if not any(cell.rate for column in columns for cell in (column.upper, column.lower)):
        return None
    limit = numbers.in_unit(localizer, Unit.POINTS, _number(found.values["limit"]), 0)
    subtitle = localizer(
        N_("Contract after the first consultation, {span}. A circle is as large as its meetings"),
        span=span(localizer, result.period),
    )
    footnote = sentences(
        localizer(N_("The smile is the owner's index over the 90 days before")),
        *(capital(localizer.say(each)).rstrip(".") for each in found.sentences),
        data_as_of(localizer, next(each.as_of for each in result.analyses if each.findings is found)),
    )
    above, below = (
        (localizer(N_("The owner lifts the mood")), localizer(N_("smile ≥ {limit}"), limit=limit)),
        (localizer(N_("Not so much")), localizer(N_("smile < {limit}"), limit=limit)),
    )
    said = [
        f"{column.name}, {smile}: {cell.rate.text}, {cell.beside[0]}"
        for column in columns
        for (_, smile), cell in ((above, column.upper), (below, column.lower))
        if cell.rate
    ]
    return Quadrant(
        titles(_headline(localizer, found), subtitle, footnote, (subtitle, *said, footnote)),
        chart_labels(localizer),
        (above, below),
        (columns[0], columns[1]),
    )


def _number(value: Value) -> float:
    assert isinstance(value, float | int)
    return float(value)


def _column(
    localizer: Localizer, found: Findings, rows: dict[tuple[Value, Value], tuple[Value, ...]], price: str
) -> QuadrantColumn:
    upper, lower = (_quarter(localizer, rows[price, smile]) for smile in (HIGH, LOW))
    return QuadrantColumn(localizer(_PRICES[price]), upper, lower, _gap(localizer, found, price))


def _quarter(localizer: Localizer, row: tuple[Value, ...]) -> QuadrantCell:
    owners, meetings, rate = int(_number(row[2])), int(_number(row[3])), row[6]
    met = numbers.plain(localizer, exact(float(meetings)), 0)
    beside = (
        localizer.counted("{number} meeting", "{number} meetings", meetings, number=met),
        localizer.counted("{n} owner", "{n} owners", owners),
    )
    amount = Amount(rate, numbers.in_unit(localizer, Unit.PERCENT, rate, 0)) if isinstance(rate, float) else None
    return QuadrantCell(float(meetings), amount, beside)


def _gap(localizer: Localizer, found: Findings, price: str) -> Lift | None:
    difference = found.values.get(f"{price}_difference")
    if not isinstance(difference, float):
        return None
    text, proven = numbers.apart(localizer, Unit.PERCENT, difference), found.values[f"{price}_found"] == "yes"
    if not proven:
        return Lift(text, localizer(N_("within chance")), proven=False)
    low, high = (numbers.plain(localizer, exact(_number(found.values[f"{price}_{end}"])), 1) for end in ("low", "high"))
    return Lift(text, localizer(N_("from {low} to {high}"), low=low, high=high), proven=True)


def _headline(localizer: Localizer, found: Findings) -> str:
    """What a smile is worth at the bad price, at the good one, or that chance may explain it."""
    for price in PRICES:
        difference = found.values.get(f"{price}_difference")
        if isinstance(difference, float) and found.values[f"{price}_found"] == "yes":
            said = numbers.apart(localizer, Unit.PERCENT, difference)
            if price == BAD_OFFER:
                return localizer(N_("Conversion with a smile at a bad price: {difference}"), difference=said)
            return localizer(N_("Conversion with a smile at a good price: {difference}"), difference=said)
    return localizer(N_("What a smile adds to conversion is not told from chance"))
