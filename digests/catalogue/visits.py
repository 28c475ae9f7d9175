"""Visits: booked, came, did not come; what booking far ahead costs, and what a confirming call saves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.conversion import cohorts, cohorts_asked
from digests.catalogue.declared import Declared
from digests.catalogue.funnel import Sides, as_rows, contributions, part
from digests.model import (
    MOST_ROWS,
    Analysis,
    AnalysisSpec,
    Choice,
    Column,
    FigureSpec,
    Findings,
    Group,
    Part,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
    others,
)
from metrics.answers import Answer, Question, exact
from metrics.dimensions import AHEAD, DIMENSIONS
from metrics.facts import Fact
from metrics.intervals import newcombe
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

FEW = 30
_COLUMNS = (
    *("bookings", "bookings_moved", "bookings_cancelled", "bookings_due", "came", "no_shows", "no_show_rate"),
    *("unbooked", "bookings_waiting"),
)
_HEADERS = ("bookings", "moved", "cancelled", "due", "came", "no_show", "no_show_rate", "unbooked", "waiting")

_MATURED = N_(
    "First consultations by month, and what they will come to by the curve of all: as conversion, of the path "
    "visit.contract."
)
_PATH = {"path": "visit.contract"}


def _by_time(spec: ReportSpec, time: str) -> ReportSpec:
    """The report with its table by other parts of time than days."""

    def of(part: Part) -> Part:
        if isinstance(part, TableSpec) and part.key == "by_day":
            return replace(part, key=f"by_{time}", title=_BY_TIME[time], by=(time,))
        return part

    sections = (replace(section, parts=tuple(map(of, section.parts))) for section in spec.sections)
    return replace(spec, sections=tuple(sections))


_BY_TIME = {"day": N_("By day"), "week": N_("By week"), "month": N_("By month")}

SPEC = ReportSpec(
    "visits",
    N_("Visits"),
    (
        Section(
            N_("Visits"),
            (
                Group(
                    (
                        FigureSpec("bookings", "bookings", None, N_("Consultations booked")),
                        FigureSpec("came", "came", None, N_("Came to a consultation")),
                        FigureSpec("no_shows", "no_shows", None, N_("Did not come to a consultation")),
                        FigureSpec("no_show_rate", "no_show_rate", None, N_("Share of missed consultations")),
                        FigureSpec("bookings_per_contract", "bookings_per_contract", None, N_("Bookings per contract")),
                        FigureSpec("visit_conversion", "visit_conversion", None, N_("Conversion of consultations")),
                        FigureSpec("signings", "signings_come_to", None, N_("Came to sign")),
                        FigureSpec("signings_missed", "signings_missed", None, N_("Did not come to sign")),
                    )
                ),
                TableSpec("by_city", N_("Cities"), _COLUMNS, ("city",), headers=_HEADERS),
                TableSpec("by_day", N_("By day"), _COLUMNS, ("day",), headers=_HEADERS, limit=31),
                AnalysisSpec("per_day", N_("A day"), N_("Over the local days of the period that have begun.")),
                AnalysisSpec(
                    "visits.change",
                    N_("Which cities changed the share of missed ones"),
                    N_("Against the comparable period, city by city; the parts add up to the change exactly."),
                ),
            ),
        ),
        Section(
            N_("Why they do not come"),
            (
                TableSpec(
                    "lead_time",
                    N_("How long ahead they were booked"),
                    ("no_show_rate",),
                    (AHEAD,),
                    headers=("no_show_rate",),
                ),
                AnalysisSpec(
                    "confirmed",
                    N_("Confirmed on the day"),
                    N_("The difference with Newcombe's 95% interval; it is said only if the interval leaves out 0."),
                ),
                AnalysisSpec("second", N_("After the first missed booking")),
                AnalysisSpec("consultation_contract", N_("From consultation to contract"), _MATURED),
                AnalysisSpec("consultation_contract.by_city", N_("From consultation to contract, by city"), _MATURED),
            ),
        ),
    ),
    question=N_("Who is booked, who comes, and why do the others not come?"),
    aliases=("визиты", "записи", "appointments"),
    pictures=("visits", "visits.contracts"),
    short=("bookings", "no_show_rate"),
    drawn=("by_day", "by_week", "by_month", "visits.change"),
    compared=True,
    choices=(Choice("by", "day", tuple(_BY_TIME), shaped=_by_time),),
)


def _per_day_asked(within: Slice) -> Sequence[Question]:
    return [within.question("came", "city"), within.question("no_shows", "city")]


def _per_day(within: Slice, answers: Sequence[Answer]) -> Findings:
    """How many came and did not come a day, in each city and in all of them."""
    known = min((answer.as_of for answer in answers if answer.as_of), default=within.period.end)
    borders = within.period.borders("day")
    days = float(sum(1 for begins in borders[:-1] if begins < known))
    came, missed = ({point.values[0]: point.fact.value or 0.0 for point in answer.points} for answer in answers)
    if not days:
        return Findings(missing=note("no data"))
    columns = (
        Column("city", DIMENSIONS["city"].title, of="city"),
        Column("came_per_day", N_("Came a day"), Unit.TIMES, 1),
        Column("no_show_per_day", N_("Did not come a day"), Unit.TIMES, 1),
    )
    ordered = sorted({*came, *missed}, key=lambda city: (city is None, -came.get(city, 0.0), str(city)))
    shown, left = ordered[:MOST_ROWS], ordered[MOST_ROWS:]
    rows: list[tuple[Value, ...]] = [(city, came.get(city, 0.0) / days, missed.get(city, 0.0) / days) for city in shown]
    if left:
        sums = (sum(of.get(city, 0.0) for city in left) / days for of in (came, missed))
        rows.append((others(len(left)), *sums))
    whole = {"days": days, "came_per_day": sum(came.values()) / days, "no_show_per_day": sum(missed.values()) / days}
    return Findings((), columns, tuple(rows), whole)


def _change_asked(within: Slice) -> Sequence[Question]:
    return [
        within.question("no_show_rate", "city"),
        within.question("no_show_rate", "city", period=within.before("no_show_rate")),
    ]


def _change(_: Slice, answers: Sequence[Answer]) -> Findings:
    """City by city, the share of missed consultations now and before, and what each adds to its change."""
    now, before = ({point.values[0]: point.fact for point in answer.points} for answer in answers)
    cities = sorted({*now, *before}, key=lambda city: (city is None, str(city)))

    def side(of: Mapping[str | None, Fact], city: str | None) -> tuple[float, float | None]:
        n = of[city].denominator or 0.0 if city in of else 0.0
        return n, (of[city].numerator or 0.0) / n if n else None

    parts = [Sides(*side(now, city), *side(before, city)) for city in cities]
    rows: list[tuple[Value, ...]] = []
    for city, each, added in zip(cities, parts, contributions(parts), strict=True):
        shares = (None if share is None else 100 * share for share in (each.share, each.before))
        rows.append((city, each.n, *shares, added))
    rows.sort(key=lambda row: -(row[4] if isinstance(row[4], float) else 0.0))
    columns = (
        Column("city", DIMENSIONS["city"].title, of="city"),
        Column("n", N_("Cases"), Unit.COUNT),
        Column("no_show_rate", N_("Share of missed consultations"), Unit.PERCENT, 0),
        Column("before", N_("Before"), Unit.PERCENT, 0),
        Column("part", N_("Part of the change, pp"), None, 1),
    )
    return Findings((), columns, tuple(rows)) if any(each.n for each in parts) else Findings(missing=note("no data"))


def _along(within: Slice) -> Slice:
    """The same, for the path from a consultation to a contract."""
    return replace(within, chosen=_PATH)


def _confirmed_asked(within: Slice) -> Sequence[Question]:
    return [within.question("no_show_confirmed"), within.question("no_show_unconfirmed")]


def _confirmed(_: Slice, answers: Sequence[Answer]) -> Findings:
    """Missed consultations with and without a confirming call on their day."""
    rows: list[tuple[Value, ...]] = []
    for word, answer in zip(("confirmed", "unconfirmed"), answers, strict=True):
        if answer.fact.missing and answer.fact.denominator is None:
            return Findings(missing=answer.fact.missing)
        rows.append((word, answer.fact.denominator, answer.fact.numerator, answer.fact.value))
    titles = {"confirmed": N_("confirmed on the day"), "unconfirmed": N_("not confirmed")}
    columns = (
        Column("confirmed", N_("Confirmed"), titles=titles),
        Column("n", N_("Cases"), Unit.COUNT),
        Column("no_show", N_("Did not come"), Unit.COUNT),
        Column("no_show_rate", N_("Share of missed consultations"), Unit.PERCENT, 0),
    )
    facts = [answer.fact for answer in answers]
    (n1, of1), (n0, of0) = ((fact.numerator or 0.0, fact.denominator or 0.0) for fact in facts)
    apart = newcombe(n1, of1, n0, of0)
    values: dict[str, Value] = {}
    if apart:
        values = {"difference": 100 * apart.value, "low": 100 * apart.low, "high": 100 * apart.high}
    return Findings((), columns, tuple(rows), values)


_SECOND = ("first_missed", "booked_again", "came_at_last", "never_again")


def _second_asked(within: Slice) -> Sequence[Question]:
    return [within.question(key) for key in _SECOND]


def _second(_: Slice, answers: Sequence[Answer]) -> Findings:
    """What became of those who missed their first booking."""
    missed, again, came, never = (answer.fact.value for answer in answers)
    columns = (
        Column("missed", N_("Missed the first booking"), Unit.COUNT),
        Column("booked_again", N_("Booked again since"), Unit.COUNT),
        Column("came_at_last", N_("Came at last"), Unit.COUNT),
        Column("never", N_("Never again"), Unit.COUNT),
    )
    return Findings((), columns, ((missed, again, came, never),) if missed else ())


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer

    def whole(value: float | None) -> str:
        return numbers.plain(localizer, exact(value or 0.0), 0)

    def percent(value: float) -> str:
        return numbers.in_unit(localizer, Unit.PERCENT, value, 0)

    rate = result.fact("no_show_rate")
    if rate.value is None or (rate.denominator or 0.0) < FEW:
        return
    if not result.asks("bookings", "came", "no_shows"):
        yield note(
            "{rate} did not come: {missed} of {all}.",
            rate=percent(rate.value),
            missed=whole(rate.numerator),
            all=whole(rate.denominator),
        )
        return
    said = {
        "bookings": whole(result.fact("bookings").value),
        "came": whole(result.fact("came").value),
        "missed": whole(result.fact("no_shows").value),
        "rate": percent(rate.value),
    }
    before = result.before.get("no_show_rate")
    if before and before.fact.value is not None and (before.fact.denominator or 0.0) >= FEW:
        yield note(
            "Booked {bookings}, came {came}, did not come {missed}: {rate} missed, {before} it was {was}.",
            before=localizer.days(before.period),
            was=percent(before.fact.value),
            **said,
        )
    else:
        yield note("Booked {bookings}, came {came}, did not come {missed}: {rate} missed.", **said)
    far = _longest_ahead(result)
    if far:
        title = DIMENSIONS[AHEAD].titles.get(far[0], far[0])
        yield note("Of those booked {ahead} ahead {share} do not come.", ahead=localizer(title), share=percent(far[1]))
    found = part(result, "confirmed")
    high = found.findings.values.get("high") if found else None
    rows = as_rows(found)
    if isinstance(high, float) and high < 0 and all(isinstance(row["n"], float) and row["n"] >= FEW for row in rows):
        yes, no = (row["no_show_rate"] for row in rows)
        if isinstance(yes, float) and isinstance(no, float):
            yield note("Confirmed on the day {yes} do not come, not confirmed {no}.", yes=percent(yes), no=percent(no))
    conversion, per = result.fact("visit_conversion"), result.fact("bookings_per_contract")
    if conversion.value is not None and (conversion.denominator or 0.0) >= FEW and per.value is not None:
        yield note(
            "Of first consultations {share} have a contract by now; {n} bookings to a contract.",
            share=percent(conversion.value),
            n=numbers.plain(localizer, exact(per.value), 1),
        )


def missed_most(result: ReportResult) -> Mapping[str, Value] | None:
    """Return the city that added most to the share of missed ones; None where it grew by no more than chance."""
    before = result.before.get("no_show_rate")
    facts = [result.fact("no_show_rate"), before.fact if before else None]
    sides = [(fact.numerator or 0.0, fact.denominator or 0.0) if fact else (0.0, 0.0) for fact in facts]
    grown = newcombe(*sides[0], *sides[1])
    if grown is None or grown.low <= 0 or min(of for _, of in sides) < FEW:
        return None
    rows = as_rows(part(result, "visits.change"))
    enough = [row for row in rows if isinstance(row["n"], float) and row["n"] >= FEW and isinstance(row["part"], float)]
    worst = next(iter(enough), None)
    return worst if worst and len(rows) > 1 and isinstance(worst["part"], float) and worst["part"] > 0 else None


def _longest_ahead(result: ReportResult) -> tuple[str, float] | None:
    """Return how long ahead those are booked who miss most, of enough cases; None where it is nowhere far off."""
    table, rate = result.table("lead_time"), result.figure("no_show_rate").answer.fact.value
    if table is None or table.missing or rate is None:
        return None
    found = {str(row.key[0]): row.cells[0].fact for row in table.rows if row.key and row.key[0] is not None}
    missed, of = (sum(getattr(fact, side) or 0.0 for fact in found.values()) for side in ("numerator", "denominator"))
    far = []
    for ahead, fact in found.items():
        n, all_ = fact.numerator or 0.0, fact.denominator or 0.0
        apart = newcombe(n, all_, missed - n, of - all_) if FEW <= all_ <= of - FEW else None
        if apart and apart.low > 0 and fact.value is not None:
            far.append((ahead, fact.value))
    return max(far, key=lambda each: each[1], default=None)


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.visits import attendance  # charts are not worth loading for a text

    return attendance(session, result)


def _contracts(session: Session, result: ReportResult) -> object:
    from digests.pictures.conversion import cohorts  # charts are not worth loading for a text

    return cohorts(session, result, "consultation_contract", _PATH["path"])


VISITS = Declared(
    SPEC,
    analyses={
        "visits.change": Analysis(_change_asked, _change),
        "consultation_contract": Analysis(
            lambda within: cohorts_asked(_along(within)),
            lambda within, answers: cohorts(_along(within), answers),
        ),
        "consultation_contract.by_city": Analysis(
            lambda within: cohorts_asked(_along(within), "city"),
            lambda within, answers: cohorts(_along(within), answers, "city"),
        ),
        "per_day": Analysis(_per_day_asked, _per_day),
        "confirmed": Analysis(_confirmed_asked, _confirmed),
        "second": Analysis(_second_asked, _second),
    },
    pictures={"visits": _picture, "visits.contracts": _contracts},
    summary=_summary,
)
