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
    MOST_ROWS,
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
    others,
)
from metrics.answers import Answer, BreakdownPart, Question, exact
from metrics.calculator import Calculator
from metrics.completion import LEAST, Cohort, CompletionCurve, curve, joined, matured
from metrics.dimensions import AGE_DAYS, LIFE_DAYS, OWNER
from metrics.facts import Fact
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
    "risk. Matured: signed so far over as many as would have been by their ages; 95% by Wilson."
)


@dataclass(frozen=True)
class Path:
    """From what to what a conversion is: the metrics of those who begin, of those who won, and of a month's wins."""

    born: str
    won: str
    wins: str
    windows: tuple[str, ...]
    figures: tuple[str, ...]
    """Which of the report's figures are of it."""


PATHS: Mapping[str, Path] = {
    "deal.contract": Path(
        "deals_born",
        "deals_won",
        "contracts",
        ("conversion_14", "conversion_window", "conversion_60", "conversion_90"),
        ("deals", "contracts", "conversion_gross", "conversion", "conversion_window"),
    ),
    "visit.contract": Path(
        "visits_first",
        "visits_won",
        "contracts",
        tuple(f"visit_conversion_{days}" for days in _WINDOWS),
        ("contracts", "visits_first", "visit_conversion"),
    ),
    "deal.visit": Path(
        "deals_to_visit",
        "deals_visited",
        "visits_first",
        tuple(f"visited_{days}" for days in _WINDOWS),
        ("deals", "visits_first", "visited_30"),
    ),
}
USUAL_PATH = "deal.contract"


def path_of(chosen: Mapping[str, str]) -> Path:
    """Return from what to what the conversion is."""
    return PATHS[chosen.get("path") or USUAL_PATH]


def _along(spec: ReportSpec, path: str) -> ReportSpec:
    """The report of another path: with its own figures."""
    first, *others = spec.sections
    figures = tuple(_FIGURES[key] for key in PATHS[path].figures)
    parts = tuple(replace(part, figures=figures) if isinstance(part, Group) else part for part in first.parts)
    return replace(spec, sections=(replace(first, parts=parts), *others), short=PATHS[path].figures[-1:])


def _usual(calculator: Calculator) -> Period | None:
    """Six whole months and the one that runs, as far as deals are known."""
    known = calculator.coverage.as_of(calculator.catalogue.get("deals"))
    if known is None:
        return None
    zone = calculator.centre.timezone
    today = to_local(known, zone).date()
    return days(months_before(today.replace(day=1), _SHOWN_MONTHS), today, zone)


_FIGURES = {
    key: FigureSpec(key, key, None, title)
    for key, title in {
        "deals": N_("Deals"),
        "contracts": N_("Contracts"),
        "conversion_gross": N_("Gross conversion"),
        "conversion": N_("Conversion of the cohort"),
        "conversion_window": N_("Conversion within 30 days"),
        "visits_first": N_("First consultations"),
        "visit_conversion": N_("Conversion of consultations"),
        "visited_30": N_("Came within 30 days"),
    }.items()
}


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
                Group(tuple(_FIGURES[key] for key in PATHS[USUAL_PATH].figures)),
                AnalysisSpec("cohorts", N_("What became of each month's deals")),
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
    usual=_usual,
    choices=(
        Choice("by", "", tuple(_BY), shaped=_by_one),
        Choice("path", USUAL_PATH, tuple(PATHS), shaped=_along),
    ),
)


@dataclass(frozen=True)
class _Pool:
    """Whom the curve is of: since when, which months begin before any contract is known, and the curve."""

    since: date
    dropped: tuple[date, ...]
    wins: float
    curve: CompletionCurve | None


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
    span, path = _pool_span(within), path_of(within.chosen)
    return [
        within.question(path.born, "month", LIFE_DAYS, period=span),
        within.question(path.won, "month", LIFE_DAYS, period=span),
        within.question(path.wins, "month", period=_history(within)),
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


def cohorts_asked(within: Slice, *by: str) -> list[Question]:
    """Return what is asked for the rows of `cohorts`, of the path that is chosen."""
    span, path = _last_whole(within) if by else _shown(within), path_of(within.chosen)
    parts = by or ("month",)
    return [
        *_pool_asked(within),
        *(within.question(key, *parts, period=span) for key in (path.born, path.wins, path.won, *path.windows)),
        within.question(path.born, *parts, AGE_DAYS, period=span),
        *([] if by or path.born == "visits_first" else [within.question("deals_again", period=span)]),
    ]


@dataclass(frozen=True)
class _Part:
    """A month, or a value of a dimension: who began, the wins of these days, and what became of those who began."""

    born: float
    wins: float
    won: float
    windows: tuple[tuple[float, float], ...]
    """Of each window those who won within it, and those who are old enough."""
    ages: Mapping[int, float]

    def row(self, month: Period, known: CompletionCurve | None, window_days: int) -> tuple[Value, ...]:
        """Return its numbers, as the columns have them."""
        expected = matured(Cohort(self.born, self.won, self.ages), known) if known else None
        ripe = tuple(100 * won / born if born and born == self.born else None for won, born in self.windows)
        ripe_on = month.last_day + timedelta(days=window_days)
        return (
            self.born,
            self.wins,
            100 * self.wins / self.born if self.born else None,
            self.won,
            100 * self.won / self.born if self.born else None,
            *_percents(expected),
            *ripe,
            None if ripe[1] is not None else days(ripe_on, ripe_on, month.timezone),
        )


def _together(parts: Sequence[_Part]) -> _Part:
    """Several parts as one."""
    ages: dict[int, float] = defaultdict(float)
    for each in parts:
        for age, n in each.ages.items():
            ages[age] += n
    windows = tuple(
        (sum(won for won, _ in of), sum(born for _, born in of))
        for of in zip(*(each.windows for each in parts), strict=True)
    )
    return _Part(sum(p.born for p in parts), sum(p.wins for p in parts), sum(p.won for p in parts), windows, ages)


def _parts(answers: Sequence[Answer], by: str) -> dict[object, _Part]:
    """The months, or the values of a dimension, in which anything began or was won."""

    def part(point: BreakdownPart) -> object:
        return point.values[0] if by else point.start

    *counted, aged = answers
    born, wins, won, *windows = ({part(point): point.fact for point in answer.points} for answer in counted)
    ages: dict[object, dict[int, float]] = defaultdict(dict)
    for point in aged.points:
        age = point.values[-1]
        if age is not None and point.fact.value:
            ages[part(point)][max(int(age), 0)] = point.fact.value

    def value(of: Mapping[object, Fact], key: object) -> float:
        return (of[key].value or 0.0) if key in of else 0.0

    def sides(of: Mapping[object, Fact], key: object) -> tuple[float, float]:
        return (of[key].numerator or 0.0, of[key].denominator or 0.0) if key in of else (0.0, 0.0)

    found = {
        key: _Part(
            value(born, key), value(wins, key), value(won, key), tuple(sides(of, key) for of in windows), ages[key]
        )
        for key in dict.fromkeys((*born, *wins))
    }
    return {key: each for key, each in found.items() if each.born or each.wins}


def cohorts(within: Slice, answers: Sequence[Answer], by: str = "") -> Findings:
    """Return a row for each month, or for each value of a dimension in the last whole one; many are the rest."""
    pool = _pool(within, answers[:3])
    again = answers[-1] if answers[-1].question.metric == "deals_again" else None
    parts = _parts(answers[3:-1] if again else answers[3:], by)
    zone, window_days = within.period.timezone, within.calculator.centre.sales.window_days

    def row(key: Value, part: _Part, month: Period) -> tuple[Value, ...]:
        return (key, *part.row(month, pool.curve, window_days))

    said = [] if pool.curve else [_capital(_too_few(pool.wins))]
    if by:
        month = _last_whole(within)
        ordered = sorted(parts, key=lambda key: (key is None, -parts[key].born))
        rows = [row(key, parts[key], month) for key in ordered[:MOST_ROWS]]  # type: ignore[arg-type] # a text
        if left := ordered[MOST_ROWS:]:
            rows.append(row(others(len(left)), _together([parts[key] for key in left]), month))
        first = Column(by, N_("Of the last whole month"), of=by)
    else:
        months = {key: days(_day(key, zone), month_end(_day(key, zone)), zone) for key in parts}
        rows = [row(months[key], part, months[key]) for key, part in parts.items()]
        first = Column("month", N_("The month"))
        if again and again.fact.value:
            said.append(
                note(
                    "{n} deal is of a client who had another within 30 days before it",
                    "{n} deals are of clients who had another within 30 days before it",
                    n=int(again.fact.value),
                )
            )
    of_path = path_of(within.chosen)
    own = _OF_VISITS if of_path.born == "visits_first" else {}
    return Findings(tuple(said), (first, *(own.get(column.key, column) for column in _COLUMNS)), tuple(rows))


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


_OF_VISITS = {
    "born": Column("born", N_("First consultations"), Unit.COUNT),
    "cohort": Column("cohort", N_("Of the consultations"), Unit.PERCENT, 1),
}


def _day(start: object, zone: str) -> date:
    assert isinstance(start, datetime)
    return to_local(start, zone).date()


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
    path = result.spec.chosen.get("path") or USUAL_PATH
    if path != USUAL_PATH:
        yield note(_SO_FAR[path], **said)
        if this.matured is not None and this.low is not None and this.high is not None and not this.is_ripe:
            low, high = (numbers.plain(localizer, exact(each), 1) for each in (this.low, this.high))
            yield note("They will come to {matured} ({low}–{high}).", matured=percent(this.matured), low=low, high=high)
    elif this.matured is None or this.low is None or this.high is None:
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
    if this.gross is not None and path == USUAL_PATH:
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


_SO_FAR = {
    "visit.contract": N_("First consultations of {month}: {share} have a contract so far ({won} of {born})."),
    "deal.visit": N_("Deals of {month}: {share} came to a consultation so far ({won} of {born})."),
}
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
    from digests.pictures.conversion import cohorts as drawn  # charts are not worth loading for a text

    return drawn(session, result, "cohorts", result.spec.chosen.get("path") or USUAL_PATH)


CONVERSION = Declared(
    SPEC,
    analyses={
        "cohorts": Analysis(cohorts_asked, cohorts),
        "completion": Analysis(_pool_asked, _completion),
        **{
            f"conversion.by_{by}": Analysis(
                lambda within, by=by: cohorts_asked(within, by),  # type: ignore[misc]
                lambda within, answers, by=by: cohorts(within, answers, by),  # type: ignore[misc]
            )
            for by in _BY
        },
    },
    pictures={"conversion": _picture},
    summary=_summary,
)
