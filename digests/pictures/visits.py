"""Visits as a picture: who came and who did not, day by day, over the share of missed ones by city."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.attendance import Attendance, AttendanceDay
from charts.forms.wings import Place
from charts.model import Amount
from digests import numbers
from digests.catalogue.funnel import as_rows, part, value_name
from digests.catalogue.visits import FEW, missed_most
from digests.localizer import Localizer
from digests.model import Value
from digests.pictures.timeline import day_slots
from digests.pictures.wording import chart_labels, data_as_of, measured, sentences, span, titles
from digests.result import ReportResult, Session, TableResult
from metrics.answers import exact
from metrics.model import Unit
from metrics.periods import to_local
from warehouse.messages import N_

_CITIES = 6
_CAME, _MISSED = "came", "no_show"


def attendance(session: Session, result: ReportResult) -> Attendance | None:
    """Return the picture of visits; None where nobody was to come."""
    table = next((each for each in map(result.table, ("by_day", "by_week", "by_month")) if each), None)
    if table is None or table.missing:
        return None
    localizer = session.localizer
    days = _days(session, result, table)
    cities = [row for row in as_rows(part(result, "visits.change")) if isinstance(row["no_show_rate"], float)]
    worst = missed_most(result)
    shown = cities[:_CITIES] if len(cities) > 1 else []
    shown.sort(key=lambda row: (row["city"] is None, -(row["no_show_rate"] or 0.0)))  # type: ignore[operator]
    before = next(iter(result.before.values())).period if result.before else None
    has_before = before is not None and any(row["before"] is not None for row in shown)
    return Attendance(
        titles(*_captions(session, result, worst)),
        chart_labels(localizer),
        localizer(N_("Consultations by their day")),
        days,
        (localizer(N_("came")), localizer(N_("did not come"))),
        localizer(N_("Missed consultations by city, %")) if shown else "",
        ("", localizer(N_("stroke: {period}"), period=localizer.days(before)) if before and has_before else ""),
        tuple(_place(session, row, row == worst) for row in shown),
    )


def _days(session: Session, result: ReportResult, table: TableResult) -> tuple[AttendanceDay, ...]:
    localizer, zone = session.localizer, result.period.timezone
    places = [table.spec.headers.index(header) for header in (_CAME, _MISSED)]
    starts = [to_local(row.key[0], zone).date() for row in table.rows]  # type: ignore[index, arg-type] # parts of time
    slots = day_slots(localizer, starts, session.calculator.centre.is_holiday)

    def amount(value: float | None) -> Amount:
        return Amount(value or 0.0, numbers.plain(localizer, exact(value or 0.0), 0))

    return tuple(
        AttendanceDay(slot, *(amount(row.cells[place].fact.value) for place in places))
        for slot, row in zip(slots, table.rows, strict=True)
    )


def _percent(localizer: Localizer, value: float) -> str:
    return measured(localizer, Unit.PERCENT, numbers.plain(localizer, exact(value), 0))


def _place(session: Session, row: dict[str, Value], strong: bool) -> Place:
    localizer = session.localizer
    n, share, before = (row[key] if isinstance(row[key], float) else None for key in ("n", "no_show_rate", "before"))
    assert isinstance(n, float)
    assert isinstance(share, float)
    few = n < FEW
    text = numbers.plain(localizer, exact(share), 0)
    if few:
        text = localizer(N_("{n} of {all}"), n=round(share * n / 100), all=int(n))
    said = ""
    if strong and isinstance(before, float):
        sign = numbers.sign_of(share - before, numbers.plain(localizer, exact(abs(share - before)), 0))
        said = localizer(N_("{number} pp"), number=sign)
    return Place(
        value_name(session, row["city"]),
        None,
        Amount(share, text),
        before if isinstance(before, float) and not few else None,
        said,
        strong,
    )


def _captions(session: Session, result: ReportResult, worst: object) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = sentences(
        localizer(N_("Booked and unbooked consultations, {period}"), period=span(localizer, result.period)),
        data_as_of(localizer, result.as_of),
    )
    footnote = localizer(
        N_("The share is of booked ones that came or did not; moved, cancelled and unbooked ones are in neither")
    )
    return _headline(session, result, worst), subtitle, footnote, (subtitle, footnote)


def _headline(session: Session, result: ReportResult, worst: object) -> str:
    """The share of missed ones beside the comparable period, and the city that gave most of it."""
    localizer, fact = session.localizer, result.fact("no_show_rate")
    if fact.value is None or (fact.denominator or 0.0) < FEW:
        return localizer(N_("Who came and who did not"))
    before = result.before.get("no_show_rate")
    was = before.fact.value if before and (before.fact.denominator or 0.0) >= FEW else None
    if was is None:
        return localizer(N_("{rate} of the booked did not come"), rate=_percent(localizer, fact.value))
    said = {"rate": _percent(localizer, fact.value), "was": _percent(localizer, was)}
    if isinstance(worst, dict):
        return localizer(
            N_("{rate} of the booked did not come,\nbefore {was}; most of the rise: {city}"),
            city=value_name(session, worst["city"]),
            **said,
        )
    return localizer(N_("{rate} of the booked did not come,\nbefore it was {was}"), **said)
