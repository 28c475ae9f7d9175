"""Conversion as a picture: the deals of each month, signed and expected, so that young ones are not bad ones."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date

from charts.forms.cohorts import CohortRow, Cohorts
from charts.model import Amount
from digests import numbers
from digests.catalogue.conversion import USUAL_PATH, Month, beside, last_whole, months_of
from digests.localizer import Localizer
from digests.pictures.tables import LEAST
from digests.pictures.wording import brief_day, chart_labels, data_as_of, last_day, measured, sentences, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.model import Unit
from warehouse.messages import N_

_MOST = 13


def cohorts(session: Session, result: ReportResult, key: str = "cohorts", path: str = USUAL_PATH) -> Cohorts | None:
    """Return the picture of an analysis of cohorts by month, along a path; None where nothing began."""
    found = next((each for each in result.analyses if each.spec.key == key), None)
    months = months_of(found)[-_MOST:]
    if found is None or not any(each.won for each in months):
        return None
    localizer = session.localizer
    thousands = max(each.born for each in months) >= numbers.THOUSAND
    return Cohorts(
        titles(*_captions(session, result, months, path)),
        chart_labels(localizer),
        tuple(_cohort(localizer, each, result, path, thousands=thousands) for each in months),
        localizer(N_("gross")) if any(each.gross is not None for each in months) and path == USUAL_PATH else "",
        _unit(localizer, path, thousands=thousands),
    )


def _unit(localizer: Localizer, path: str, *, thousands: bool) -> str:
    if path == "visit.contract":
        return localizer(N_("thousand consultations")) if thousands else localizer(N_("consultations"))
    return localizer(N_("thousand deals")) if thousands else localizer(N_("deals"))


def _share(localizer: Localizer, value: float) -> str:
    return numbers.plain(localizer, exact(value), 1)


def _percent(localizer: Localizer, value: float) -> str:
    return measured(localizer, Unit.PERCENT, _share(localizer, value))


def _cohort(localizer: Localizer, month: Month, result: ReportResult, path: str, *, thousands: bool) -> CohortRow:
    known, first = result.as_of, month.month.first_day
    goes_on = known is not None and known < month.month.end
    running = ""
    if goes_on and known:
        local = last_day(result.period, known)
        running = localizer(N_("by {day}"), day=brief_day(localizer, local))
    expected = None
    if month.matured is not None and not month.is_ripe:
        expected = Amount(month.matured, _share(localizer, month.matured))
    name = format_date(first, "LLL", locale=localizer.locale).rstrip(".")
    size = exact(month.born / 1000) if thousands else exact(month.born)
    gross = None
    if month.gross is not None and path == USUAL_PATH:
        gross = Amount(month.gross, _percent(localizer, month.gross))
    few = month.born < LEAST
    won = None if month.cohort is None else Amount(month.cohort, _share(localizer, month.cohort))
    if few and won:
        won = Amount(won.value, localizer(N_("{n} of {all}"), n=int(month.won), all=int(month.born)))
    return CohortRow(
        name,
        numbers.plain(localizer, size, 1 if thousands else 0),
        won,
        expected,
        month.low or 0.0,
        month.high or 0.0,
        gross,
        running,
    )


def _captions(
    session: Session, result: ReportResult, months: Sequence[Month], path: str
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = localizer(_SUBTITLES[path])
    has_curve = any(each.matured is not None for each in months)
    footnote = sentences(
        localizer(N_("Column: signed so far; hatched: expected; whisker: 95% interval"))
        if has_curve
        else localizer(N_("Too few contracts for an expectation")),
        localizer(N_("Dash at the right: gross conversion of the same month")) if path == USUAL_PATH else "",
        data_as_of(localizer, result.as_of),
    )
    return _headline(localizer, result, months, path), subtitle, footnote, (subtitle, footnote)


def _headline(localizer: Localizer, result: ReportResult, months: Sequence[Month], path: str) -> str:
    """The last whole month, signed and expected, beside the one before; without a curve, what is signed and gross."""
    place = last_whole(months, result)
    if place is None or months[place].cohort is None or months[place].born < LEAST:
        return localizer(N_("Conversion of deals by month"))
    this, before = months[place], months[place - 1] if place else None
    said = {"month": localizer.month(this.month.first_day), "share": _percent(localizer, this.cohort or 0.0)}
    if path != USUAL_PATH:
        return localizer(_SO_FAR[path], **said)
    if this.matured is None:
        gross = _percent(localizer, this.gross) if this.gross is not None else ""
        if not gross:
            return localizer(N_("Deals of {month}: {share} signed so far"), **said)
        return localizer(N_("Deals of {month}: {share} signed so far,\ngross conversion {gross}"), gross=gross, **said)
    said["matured"] = _percent(localizer, this.matured)
    if this.is_ripe:
        return localizer(N_("Deals of {month}: {share} signed,\nfew more will be"), **said)
    said["before"] = localizer.month(before.month.first_day) if before else ""
    return localizer(_HEADLINES[beside(this, before)], **said)


_SUBTITLES = {
    USUAL_PATH: N_("Share of deals with a contract, by the month of creation, %"),
    "visit.contract": N_("Share of first consultations with a contract since, by the month of the consultation, %"),
    "deal.visit": N_("Share of deals that came to a consultation, by the month of creation, %"),
}
_SO_FAR = {
    "visit.contract": N_("First consultations of {month}:\n{share} have a contract so far"),
    "deal.visit": N_("Deals of {month}:\n{share} came so far"),
}
_HEADLINES = {
    "": N_("Deals of {month}: {share} so far,\nthey will come to {matured}"),
    "like": N_("Deals of {month}: {share} so far,\nthey will come to {matured}, like {before}"),
    "better": N_("Deals of {month}: {share} so far,\nthey will come to {matured}, more than {before}"),
    "worse": N_("Deals of {month}: {share} so far,\nthey will come to {matured}, fewer than {before}"),
}
