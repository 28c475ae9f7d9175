"""Conversion: what became of the deals of each month, and what the young ones will come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.model import (
    Analysis,
    AnalysisSpec,
    Choice,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    Value,
)
from metrics.answers import Answer, Point, Question, exact
from metrics.completion import LEAST, Cohort, Curve, curve, joined, matured
from metrics.dimensions import AGE_DAYS, LIFE_DAYS, OWNER
from metrics.intervals import Interval
from metrics.model import Unit
from metrics.periods import Period, days, month_end, months_before, to_local
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import AnalysisResult, ReportResult, Session

_POOL_MONTHS, _SHOWN_MONTHS, _MOST = 12, 6, 13
_WINDOWS = (14, 30, 60, 90)
_TOLD = (0, 1, 3, 7, *_WINDOWS, 120, 180)
"""Ages that a text tells of the curve."""
_BY = {"city": N_("Cities"), "pipeline": N_("Pipelines"), OWNER: N_("Managers"), "origin": N_("Origins")}
_OF_PARTS = N_("Matured by the curve of all deals.")
_METHOD = N_(
    "Share signed by age in whole days, Kaplan and Meier, of deals of the last 12 months and this one, at least 30 at "
    "risk. Matured: signed so far over as many as would have been by their ages; 95 % by Wilson."
)


def _by_one(spec: ReportSpec, by: str) -> ReportSpec:
    """The report with one breakdown of the last whole month alone."""
    *others, last = spec.sections
    parts = tuple(each for each in last.parts if isinstance(each, AnalysisSpec) and each.key == f"conversion.by_{by}")
    return replace(spec, sections=(*others, replace(last, parts=parts)))


SPEC = ReportSpec(
    "conversion",
    N_("Conversion"),
    (
        Section(
            N_("Conversion"),
            (
                Group(
                    (
                        FigureSpec("deals", "deals", None, N_("Deals")),
                        FigureSpec("contracts", "contracts", None, N_("Contracts")),
                        FigureSpec("conversion_gross", "conversion_gross", None, N_("Gross conversion")),
                        FigureSpec("conversion", "conversion", None, N_("Conversion of the cohort")),
                        FigureSpec("conversion_window", "conversion_window", None, N_("Conversion within 30 days")),
                    )
                ),
                AnalysisSpec("cohorts", N_("What became of each month's deals"), _METHOD),
                AnalysisSpec("completion", N_("How soon deals are signed"), _METHOD),
            ),
        ),
        Section(
            N_("The last whole month"),
            tuple(AnalysisSpec(f"conversion.by_{by}", title, _OF_PARTS) for by, title in _BY.items()),
        ),
    ),
    question=N_("What became of the deals of each month, and what will the young ones come to?"),
    aliases=("конверсии", "cohorts", "когорты"),
    pictures=("conversion",),
    short=("conversion", "conversion_gross"),
    compared=True,
    choices=(Choice("by", "", tuple(_BY), shaped=_by_one),),
)


@dataclass(frozen=True)
class _Pool:
    """Whom the curve is of: since when, which months begin before any contract is known, and the curve."""

    since: date
    dropped: tuple[date, ...]
    wins: float
    curve: Curve | None


def _now(within: Slice) -> date:
    known = within.calculator.coverage.as_of(within.calculator.catalogue.get("deals"))
    return to_local(known or within.calculator.now, within.period.timezone).date()


def _pool_span(within: Slice) -> Period:
    today = _now(within)
    return days(months_before(today.replace(day=1), _POOL_MONTHS), month_end(today), within.period.timezone)


def _history(within: Slice) -> Period:
    """From the first deal of the records on: the first contract is looked for there."""
    span = _pool_span(within)
    begins = within.calculator.coverage.first_event(within.calculator.catalogue.get("deals"))
    zone = within.period.timezone
    first = to_local(begins, zone).date().replace(day=1) if begins else span.first_day
    return days(min(first, span.first_day), span.last_day, zone)


def _shown(within: Slice) -> Period:
    """The months of the period; the six whole ones before the last one too, where it lies in one month."""
    first, last, zone = within.period.first_day, within.period.last_day, within.period.timezone
    if (first.year, first.month) == (last.year, last.month):
        first = months_before(last.replace(day=1), _SHOWN_MONTHS)
    begins = within.calculator.coverage.first_event(within.calculator.catalogue.get("deals"))
    known = to_local(begins, zone).date() if begins else first
    return days(min(max(first, known), last).replace(day=1), last, zone)


def _last_whole(within: Slice) -> Period:
    """The last month of those shown that is over."""
    shown, today = _shown(within), _now(within)
    first = shown.last_day.replace(day=1)
    if month_end(first) > shown.last_day or month_end(first) >= today:
        first = months_before(first, 1)
    return days(first, month_end(first), within.period.timezone)


def _pool_asked(within: Slice) -> list[Question]:
    span = _pool_span(within)
    return [
        within.question("deals_born", "month", LIFE_DAYS, period=span),
        within.question("deals_won", "month", LIFE_DAYS, period=span),
        within.question("contracts", "month", period=_history(within)),
    ]


def _pool(within: Slice, answers: Sequence[Answer]) -> _Pool:
    born, won, contracts = answers
    zone = within.period.timezone
    signed = [point.start for point in contracts.points if point.start and point.fact.value]
    first = to_local(min(signed), zone).date() if signed else None
    of_month: dict[date, dict[int, tuple[float, float]]] = defaultdict(dict)
    wins = {(point.start, point.values): point.fact.value or 0.0 for point in won.points}
    for point in born.points:
        if point.start and point.values[0] is not None and point.fact.value:
            month = to_local(point.start, zone).date()
            day = max(int(point.values[0]), 0)
            had = of_month[month].get(day, (0.0, 0.0))
            n = point.fact.value
            of_month[month][day] = (had[0] + n, had[1] + wins.get((point.start, point.values), 0.0))
    # A month that begins before the first contract had deals whose contracts nobody wrote down.
    dropped = tuple(month for month in sorted(of_month) if first is None or month <= first)
    kept = [of for month, of in of_month.items() if month not in dropped]
    pooled = joined(kept)
    since = min((month for month in of_month if month not in dropped), default=_pool_span(within).first_day)
    return _Pool(since, dropped, sum(won for _, won in pooled.values()), curve(pooled))


def _completion(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The curve itself."""
    pool = _pool(within, answers)
    values: dict[str, Value] = {
        "pool_from": pool.since.isoformat(),
        "dropped": ", ".join(f"{month:%Y-%m}" for month in pool.dropped),
        "wins": pool.wins,
    }
    if pool.curve is None:
        return Findings(values=values, missing=_too_few(pool.wins))
    columns = (
        Column("day", N_("Age, days")),
        Column("at_risk", N_("At risk"), Unit.COUNT),
        Column("wins", N_("Signed"), Unit.COUNT),
        Column("f", N_("Share signed by then"), Unit.PERCENT, 1),
    )
    rows = tuple((float(step.day), step.at_risk, step.wins, 100 * step.share) for step in pool.curve.steps)
    said = []
    if pool.dropped:
        said.append(note("Left out, since their contracts may be unknown: {months}.", months=values["dropped"]))
    told = [place for place, step in enumerate(pool.curve.steps) if step.day in _TOLD or place == len(rows) - 1]
    return Findings(tuple(said), columns, rows, {**values, "horizon": float(pool.curve.horizon)}, told=told)


def _too_few(wins: float) -> Message:
    return note("too few contracts for a curve: {n}, {least} are needed", n=int(wins), least=LEAST)


def _cohorts_asked(within: Slice, *by: str) -> list[Question]:
    span = _last_whole(within) if by else _shown(within)
    parts = by or ("month",)
    asked = ("deals_born", "contracts", "conversion_gross", "deals_won")
    return [
        *_pool_asked(within),
        *(within.question(key, *parts, period=span) for key in asked),
        *(within.question(_window(window), *parts, period=span) for window in _WINDOWS),
        within.question("deals_born", *parts, AGE_DAYS, period=span),
    ]


def _window(days: int) -> str:
    return "conversion_window" if days == 30 else f"conversion_{days}"


def _cohorts(within: Slice, answers: Sequence[Answer], by: str = "") -> Findings:
    """A row for each month, or for each value of a dimension in the last whole one."""
    pool = _pool(within, answers[:3])
    born, contracts, gross, won, *windows, ages = answers[3:]
    zone = within.period.timezone

    def part(point: Point) -> object:
        return point.values[0] if by else point.start

    of: list[Mapping[object, Point]] = [
        {part(point): point for point in answer.points} for answer in (born, contracts, gross, won, *windows)
    ]
    aged: dict[object, dict[int, float]] = defaultdict(dict)
    for point in ages.points:
        age = point.values[-1]
        if age is not None and point.fact.value:
            aged[part(point)][max(int(age), 0)] = point.fact.value
    rows: list[tuple[Value, ...]] = []
    keys = [key for key, point in of[0].items() if point.fact.value or (key in of[1] and of[1][key].fact.value)]
    if by:
        keys.sort(key=lambda key: (key is None, -(of[0][key].fact.value or 0.0)))
    for key in keys[: _MOST if by else None]:
        cohort = Cohort(_value(of[0], key), _value(of[3], key), aged.get(key, {}))
        expected = matured(cohort, pool.curve) if pool.curve else None
        within_days = tuple(_ripe(points.get(key), cohort.born) for points in of[4:])
        month = _last_whole(within) if by else days(_day(key, zone), month_end(_day(key, zone)), zone)
        ripe_on = month.last_day + timedelta(days=within.calculator.centre.sales.window_days)
        rows.append(
            (
                (key if by else month),  # type: ignore[arg-type] # a value of the dimension is a text
                cohort.born,
                _value(of[1], key),
                of[2][key].fact.value if key in of[2] else None,
                cohort.won,
                100 * cohort.won / cohort.born if cohort.born else None,
                *_percents(expected),
                *within_days,
                None if within_days[1] is not None else days(ripe_on, ripe_on, zone),
            )
        )
    first = Column(by, N_("Of the last whole month"), of=by) if by else Column("month", N_("The month"))
    missing = None if pool.curve else _too_few(pool.wins)
    return Findings((_capital(missing),) if missing else (), (first, *_COLUMNS), tuple(rows))


def _capital(message: Message) -> Message:
    return note("No expectation: {why}.", why=message)


_COLUMNS = (
    Column("born", N_("Created"), Unit.COUNT),
    Column("won_in_month", N_("Contracts of the month"), Unit.COUNT),
    Column("gross", N_("Gross"), Unit.PERCENT, 1),
    Column("won", N_("Signed by now"), Unit.COUNT),
    Column("cohort", N_("Of the created"), Unit.PERCENT, 1),
    Column("matured", N_("Will come to"), Unit.PERCENT, 1),
    Column("low", N_("From"), Unit.PERCENT, 1),
    Column("high", N_("To"), Unit.PERCENT, 1),
    *(Column(f"window_{days}", title, Unit.PERCENT, 1) for days, title in zip(
        _WINDOWS, (N_("Within 14 days"), N_("Within 30 days"), N_("Within 60 days"), N_("Within 90 days")), strict=True
    )),
    Column("ripe_on", N_("30 days are over on")),
)  # fmt: skip


def _day(start: object, zone: str) -> date:
    assert isinstance(start, datetime)
    return to_local(start, zone).date()


def _value(points: Mapping[object, Point], key: object) -> float:
    return (points[key].fact.value or 0.0) if key in points else 0.0


def _ripe(point: Point | None, born: float) -> float | None:
    """A conversion within a window, once the youngest is as old."""
    return point.fact.value if point and point.fact.denominator == born else None


def _percents(expected: Interval | None) -> tuple[float | None, float | None, float | None]:
    if expected is None:
        return None, None, None
    return 100 * expected.value, 100 * expected.low, 100 * expected.high


@dataclass(frozen=True)
class Month:
    """A row of the cohorts, for sentences and the picture. Percentages are 0-100."""

    month: Period
    born: float
    gross: float | None
    won: float
    cohort: float | None
    matured: float | None
    low: float | None
    high: float | None
    window: float | None
    ripe_on: Period | None

    @property
    def is_ripe(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.matured is not None and self.cohort is not None and abs(self.matured - self.cohort) < 1e-9


def months_of(found: AnalysisResult | None) -> list[Month]:
    """Return the rows of the cohorts."""
    if found is None:
        return []
    rows = []
    for row in found.findings.rows:
        of = dict(zip((column.key for column in found.findings.columns), row, strict=True))
        keys = ("born", "gross", "won", "cohort", "matured", "low", "high", "window_30", "ripe_on")
        rows.append(Month(of["month"], *(of[key] for key in keys)))  # type: ignore[arg-type] # as the columns say
    return rows


def last_whole(months: Sequence[Month], result: ReportResult) -> int | None:
    """The place of the last month that is over; None if there is none."""
    known = result.as_of
    over = [n for n, each in enumerate(months) if known and each.month.end <= known]
    return over[-1] if over else None


def beside(this: Month, before: Month | None) -> str:
    """`like`, `better` or `worse` than the month before, "" where that cannot be told."""
    if before is None or before.matured is None or this.low is None or this.high is None or this.matured is None:
        return ""
    if this.low <= before.matured <= this.high:
        return "like"
    return "better" if this.matured > before.matured else "worse"


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    found = next((each for each in result.analyses if each.spec.key == "cohorts"), None)
    months = months_of(found)
    place = last_whole(months, result)
    if place is None or months[place].cohort is None or months[place].born < LEAST:
        return

    def percent(value: float) -> str:
        return numbers.in_unit(localizer, Unit.PERCENT, value, 1)

    this, before = months[place], months[place - 1] if place else None
    said = {
        "month": localizer.month(this.month.first_day),
        "share": percent(this.cohort or 0.0),
        "won": numbers.plain(localizer, exact(this.won), 0),
        "born": numbers.plain(localizer, exact(this.born), 0),
    }
    if this.matured is None or this.low is None or this.high is None:
        yield note("Deals of {month}: {share} are signed so far ({won} of {born}).", **said)
    elif this.is_ripe:
        yield note("Deals of {month}: {share} are signed ({won} of {born}), and few more will be.", **said)
    else:
        said |= {
            "matured": percent(this.matured),
            "low": numbers.plain(localizer, exact(this.low), 1),
            "high": numbers.plain(localizer, exact(this.high), 1),
            "before": localizer.month(before.month.first_day) if before else "",
        }
        yield note(_COMPARED[beside(this, before)], **said)
    if this.gross is not None:
        yield note(
            "Gross conversion of {month} is {gross}: it has contracts with deals of months before.",
            month=said["month"],
            gross=percent(this.gross),
        )
    ripe = [each for each in months[: place + 1] if each.window is not None][-2:]
    if len(ripe) == 2 and this.window is None and this.ripe_on:
        yield note(
            "Within 30 days: {one} {first}, {other} {second}; {month} will be ripe on {day}.",
            one=localizer.month(ripe[0].month.first_day),
            first=percent(ripe[0].window or 0.0),
            other=localizer.month(ripe[1].month.first_day),
            second=percent(ripe[1].window or 0.0),
            month=said["month"],
            day=this.ripe_on.first_day,
        )


_COMPARED = {
    "": N_(
        "Deals of {month}: {share} are signed so far ({won} of {born}), they will come to {matured} ({low}–{high})."
    ),
    "like": N_(
        "Deals of {month}: {share} are signed so far ({won} of {born}), they will come to {matured} ({low}–{high}), "
        "like those of {before}."
    ),
    "better": N_(
        "Deals of {month}: {share} are signed so far ({won} of {born}), they will come to {matured} ({low}–{high}), "
        "more than those of {before}."
    ),
    "worse": N_(
        "Deals of {month}: {share} are signed so far ({won} of {born}), they will come to {matured} ({low}–{high}), "
        "fewer than those of {before}."
    ),
}


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.conversion import cohorts  # charts are not worth loading for a text

    return cohorts(session, result)


CONVERSION = Declared(
    SPEC,
    analyses={
        "cohorts": Analysis(_cohorts_asked, _cohorts),
        "completion": Analysis(_pool_asked, _completion),
        **{
            f"conversion.by_{by}": Analysis(
                lambda within, by=by: _cohorts_asked(within, by),  # type: ignore[misc]
                lambda within, answers, by=by: _cohorts(within, answers, by),  # type: ignore[misc]
            )
            for by in _BY
        },
    },
    pictures={"conversion": _picture},
    summary=_summary,
)
