"""Marketing: months, quarters and years beside the same days a year before, and what a contact costs by its origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import sqrt
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.catalogue.funnel import as_rows, part
from digests.model import (
    MOST_ROWS,
    Analysis,
    AnalysisSpec,
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
from digests.numbers import capital
from metrics.answers import Answer, Question, exact
from metrics.dimensions import DIMENSIONS
from metrics.model import Unit
from metrics.periods import Period, as_much, days, month_end, months_before, to_local, year_before
from metrics.relations.marketing import UNALLOCATED
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.localizer import Localizer
    from digests.result import AnalysisResult, ReportResult, Session

FEW = 30
EVERY = "total"
"""The row of all origins together."""
WHOLE, RUNNING, CUT = "yes", "running", "cut"
_QUARTERS_BEFORE = 2
_VOLUMES = ("target_in", "contacts")
_MONEY = ("marketing_cost", "cost_per_target")
_SALES = ("deals", "contracts")

SPEC = ReportSpec(
    "marketing",
    N_("Traffic from marketing"),
    (
        Section(
            N_("Traffic from marketing"),
            (
                Group(
                    (
                        FigureSpec("target_in", "target_in", None, N_("Target contacts")),
                        FigureSpec("contacts", "contacts", None, N_("Contacts")),
                        FigureSpec("marketing_cost", "marketing_cost", None, N_("Cost of marketing")),
                        FigureSpec("cost_per_target", "cost_per_target", None, N_("Cost of a target contact")),
                        FigureSpec("cost_per_contract", "cost_per_contract", None, N_("Cost of a contract")),
                    )
                ),
                AnalysisSpec(
                    "months",
                    N_("Months, quarters, years"),
                    N_(
                        "A year ago: the same days. A cost is spread evenly over its days; a day that is not over has "
                        "none yet, and its contacts are in no cost of one. What is paid for no origin is in the total "
                        "alone."
                    ),
                ),
            ),
        ),
        Section(
            N_("Origins"),
            (
                AnalysisSpec(
                    "sources",
                    N_("Origins of the period"),
                    N_("A contract is of the origin of its deal, whenever the deal was created."),
                ),
            ),
        ),
    ),
    question=N_("How many contacts does marketing bring, against a year ago, and what does one cost?"),
    aliases=("маркетинг", "трафик от маркетинга", "marketing traffic"),
    pictures=("marketing",),
    short=("target_in", "cost_per_target"),
    compared=True,
    year_ago=True,
    drawn=("months",),
)


def _shown(within: Slice) -> Period:
    """The period, from the quarter two before its own on where it lies in one; never before the records begin."""
    first, last, zone = within.period.first_day, within.period.last_day, within.period.timezone
    quarter = _quarter(last)
    if first >= quarter:
        first = months_before(quarter, 3 * _QUARTERS_BEFORE)
    return days(min(max(first, _begins(within) or first), last), last, zone)


def _begins(within: Slice) -> date | None:
    """The first day that all records of contacts are of."""
    begins = within.calculator.coverage.first_event(within.calculator.catalogue.get("target_in"))
    return to_local(begins, within.period.timezone).date() if begins else None


def _quarter(day: date) -> date:
    """The first day of a day's quarter."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _known(within: Slice, keys: Sequence[str]) -> list[str]:
    """Those of some metrics that the records tell anything of."""
    catalogue = within.calculator.catalogue
    return [key for key in keys if within.calculator.coverage.knows(catalogue.get(key))]


def _year_ago(within: Slice, span: Period) -> Period:
    """The same days a year before, as much of the last one as is over of it."""
    known = within.calculator.coverage.as_of(within.calculator.catalogue.get("target_in"))
    last = Period(max(span.start, days(span.last_day, span.last_day, span.timezone).start), span.end, span.timezone)
    before = year_before(span)
    if known is None or known >= span.end:
        return before
    if known < last.start:
        last = days(to_local(known, span.timezone).date(), to_local(known, span.timezone).date(), span.timezone)
    return Period(before.start, as_much(last, known, year_before(last)).end, span.timezone)


def _months_asked(within: Slice) -> Sequence[Question]:
    span = _shown(within)
    money = _known(within, _MONEY)
    ago = ("target_in", *(key for key in money if key == "cost_per_target"))
    return [
        *(within.question(key, "month", "origin", period=span) for key in (*_VOLUMES, *money)),
        *(within.question(key, "month", "origin", period=_year_ago(within, span)) for key in ago),
    ]


@dataclass
class _Sums:
    """What a part of the calendar comes to, of one origin: each figure's numerator and denominator."""

    of: dict[str, float]
    over: dict[str, float]

    def ratio(self, key: str) -> float | None:
        """A ratio of sums; None of nothing, or where nothing was paid."""
        top, below = self.of.get(key, 0.0), self.over.get(key, 0.0)
        return top / below if top > 0 and below else None


_Cells = Mapping[tuple[date, str | None], _Sums]
"""By month and origin."""


def _cells(answers: Sequence[Answer], zone: str, later: int = 0) -> _Cells:
    """The points of answers, their months so many months later."""
    found: dict[tuple[date, str | None], _Sums] = defaultdict(lambda: _Sums({}, {}))
    for answer in answers:
        for point in answer.points:
            if point.start is None or point.fact.numerator is None:
                continue
            month = months_before(to_local(point.start, zone).date().replace(day=1), -later)
            sums, key = found[month, point.values[0]], answer.question.metric
            sums.of[key] = point.fact.numerator
            sums.over[key] = point.fact.denominator or 0.0
    return found


def _together(cells: Sequence[_Sums]) -> _Sums:
    made = _Sums({}, {})
    for each in cells:
        for into, of in ((made.of, each.of), (made.over, each.over)):
            for key, value in of.items():
                into[key] = into.get(key, 0.0) + value
    return made


def _parts(span: Period) -> Iterator[Period]:
    """Yield the months of a span, each quarter after its last month, each year after its December."""
    zone, end = span.timezone, span.last_day
    month = span.first_day.replace(day=1)
    while month <= end:
        last = month_end(month)
        yield days(month, last, zone)
        over = last >= end
        if month.month % 3 == 0 or over:
            quarter = _quarter(month)
            yield days(quarter, month_end(months_before(quarter, -2)), zone)
        if month.month == 12 or over:
            yield days(month.replace(month=1), month.replace(month=12, day=31), zone)
        month = months_before(month, -1)


def _months(within: Slice, answers: Sequence[Answer]) -> Findings:
    """A row for each part of the calendar and origin, those of all origins together first."""
    span, zone = _shown(within), within.period.timezone
    ago_span = _year_ago(within, span)
    now = _cells([each for each in answers if each.question.period == span], zone)
    ago = _cells([each for each in answers if each.question.period == ago_span], zone, later=12)
    if not any(each.of.get("target_in") for each in now.values()):
        return Findings(missing=note("no data"))
    known = min((each.as_of for each in answers if each.as_of), default=span.end)
    begins = _begins(within)
    targets: dict[str | None, float] = defaultdict(float)
    for (_, origin), sums in now.items():
        targets[origin] += sums.of.get("target_in") or 0.0
    origins = sorted(targets, key=lambda key: (key == UNALLOCATED, key is None, -targets[key], str(key)))
    until = min(span.end, known)
    rows: list[tuple[Value, ...]] = []
    for origin, only in ((EVERY, None), *((each, (each,)) for each in origins)):
        for whole in _parts(span):
            mine, before, every = _of(now, whole, only), _of(ago, whole, only), _of(now, whole)
            cut = whole.start < span.start
            unknown = cut or begins is None or year_before(whole).first_day < begins
            target, year_ago = mine.of.get("target_in"), None if unknown else before.of.get("target_in")
            cost, cost_ago = mine.ratio("cost_per_target"), None if unknown else before.ratio("cost_per_target")
            all_targets = every.of.get("target_in")
            rows.append(
                (
                    origin,
                    whole,
                    *(days(day, day, zone) for day in _ends(whole, span, until)),
                    CUT if cut else RUNNING if whole.end > until else WHOLE,
                    mine.of.get("contacts"),
                    target,
                    100 * target / all_targets if target is not None and all_targets else None,
                    mine.of.get("marketing_cost"),
                    cost,
                    year_ago,
                    _change(target, year_ago),
                    _change(cost, cost_ago),
                )
            )
    return Findings((), _MONTHS, tuple(rows), told=len(rows) // (len(origins) + 1))


def _of(cells: _Cells, whole: Period, origins: Collection[str | None] | None = None) -> _Sums:
    """What some origins, or all of them, come to in a part of the calendar."""
    chosen = [
        sums
        for (month, origin), sums in cells.items()
        if whole.first_day <= month <= whole.last_day and (origins is None or origin in origins)
    ]
    return _together(chosen)


def _ends(whole: Period, span: Period, until: datetime) -> tuple[date, date]:
    """The first and the last day of a part that are told of."""
    known = to_local(until - timedelta(microseconds=1), span.timezone).date()
    return max(whole.first_day, span.first_day), min(whole.last_day, known)


def _change(now: float | None, before: float | None) -> float | None:
    return 100 * (now - before) / before if now is not None and before else None


_COMPLETE = {WHOLE: N_("whole"), RUNNING: N_("runs"), CUT: N_("cut by the report")}
_ORIGIN = Column("origin", DIMENSIONS["origin"].title, of="origin", titles={EVERY: N_("All origins")})
_MONTHS = (
    replace(_ORIGIN, told=False),
    Column("part", N_("Period")),
    Column("from", N_("From day"), told=False),
    Column("to", N_("To day"), told=False),
    Column("complete", N_("Whole"), titles=_COMPLETE),
    Column("contacts", N_("Contacts"), Unit.COUNT),
    Column("target", N_("Target"), Unit.COUNT),
    Column("share", N_("Share"), Unit.PERCENT, 0, told=False),
    Column("cost", N_("Cost"), Unit.MONEY),
    Column("cost_per_target", N_("Cost of a target one"), Unit.MONEY),
    Column("year_ago", N_("A year ago"), Unit.COUNT),
    Column("change", N_("To last year, %"), None, 1, apart=True),
    Column("cost_change", N_("Cost to last year, %"), None, 1, apart=True),
)


def _sources_asked(within: Slice) -> Sequence[Question]:
    known = _known(within, (*_MONEY, *_SALES, "cost_per_contract"))
    return [
        within.question("target_in", "origin"),
        within.question("target_in", "origin", period=within.before("target_in")),
        *(within.question(key, "origin") for key in known),
    ]


def _sources(within: Slice, answers: Sequence[Answer]) -> Findings:
    """A row for each origin of the period, by target contacts; unknown and unallocated ones last."""
    of = {
        (answer.question.metric, answer.question.period == within.period): {
            point.values[0]: point.fact for point in answer.points
        }
        for answer in answers
    }

    names = dict.fromkeys(origin for points in of.values() for origin in points)

    def sums(key: str, origins: Sequence[str | None], *, now: bool = True) -> float | None:
        """What some origins come to together; None of nothing, or where nothing was paid."""
        facts = [fact for origin in origins if (fact := of.get((key, now), {}).get(origin))]
        if len(facts) < 2:
            return facts[0].value if facts else None
        top, below = sum(fact.numerator or 0.0 for fact in facts), [fact.denominator for fact in facts]
        if all(each is None for each in below):
            return sum(fact.value or 0.0 for fact in facts)
        under = sum(each or 0.0 for each in below)
        return top / under if top > 0 and under else None

    def size(origin: str | None) -> float:
        return sums("target_in", [origin]) or 0.0

    ordered = sorted(names, key=lambda key: (key == UNALLOCATED, key is None, -size(key), str(key)))
    every = sum(map(size, names))
    has_before = any(fact.value for fact in of.get(("target_in", False), {}).values())

    def row(name: Value, origins: Sequence[str | None]) -> tuple[Value, ...]:
        target = sums("target_in", origins)
        before = sums("target_in", origins, now=False) if has_before else None
        return (
            name,
            target,
            100 * target / every if target is not None and every else None,
            _change(target, before),
            *(sums(key, origins) for key in (*_MONEY, *_SALES, "cost_per_contract")),
        )

    named = [origin for origin in ordered if origin not in (None, UNALLOCATED)]
    left = named[MOST_ROWS:]
    rows = [row(origin, [origin]) for origin in named[:MOST_ROWS]]
    rows += [row(others(len(left)), left)] if left else []
    rows += [row(origin, [origin]) for origin in ordered if origin not in named]
    return Findings((), _SOURCES, tuple(rows)) if every else Findings(missing=note("no data"))


_SOURCES = (
    _ORIGIN,
    Column("target", N_("Target"), Unit.COUNT),
    Column("share", N_("Share"), Unit.PERCENT, 0),
    Column("change", N_("To last year, %"), None, 1, apart=True),
    Column("cost", N_("Cost"), Unit.MONEY),
    Column("cost_per_target", N_("Cost of a target one"), Unit.MONEY),
    Column("deals", N_("Deals"), Unit.COUNT),
    Column("contracts", N_("Contracts"), Unit.COUNT),
    Column("cost_per_contract", N_("Cost of a contract"), Unit.MONEY),
)


@dataclass(frozen=True)
class Part:
    """A month, a quarter or a year of all origins together. Changes are in per cent."""

    period: Period
    to: date
    complete: str
    target: float
    cost: float | None
    cost_per_target: float | None
    year_ago: float | None
    change: float | None
    cost_change: float | None

    @property
    def months(self) -> int:
        return 1 + self.period.last_day.month - self.period.first_day.month


def parts_of(found: AnalysisResult | None) -> list[Part]:
    """Return the parts of the calendar in their order."""
    keys = ("cost", "cost_per_target", "year_ago", "change", "cost_change")
    return [
        Part(
            row["part"],  # type: ignore[arg-type] # as the columns say
            row["to"].last_day,  # type: ignore[union-attr]
            str(row["complete"]),
            row["target"] or 0.0,  # type: ignore[arg-type]
            *(row[key] for key in keys),  # type: ignore[arg-type]
        )
        for row in as_rows(found)
        if row["origin"] == EVERY
    ]


def unknown_share(result: ReportResult) -> float | None:
    """Return how many per cent of the period's target contacts have no known origin; None of too few."""
    rows = as_rows(part(result, "sources"))
    every = sum(row["target"] for row in rows if isinstance(row["target"], float))
    mine = next((row["share"] for row in rows if row["origin"] is None), None)
    return mine if isinstance(mine, float) and every >= FEW else None


def said_change(session: Session, percents: float, *, unit: str = "%") -> str:
    """Return a change in whole per cent, with its sign."""
    text = numbers.plain(session.localizer, exact(abs(percents)), 0)
    return numbers.sign_of(float(text != "0") * percents, f"{text}{unit}")


_Z = 1.96


def telling(part: Part) -> bool:
    """Whether a volume differs from a year ago by more than chance would make two counts differ."""
    before = part.year_ago
    return before is not None and abs(part.target - before) > _Z * sqrt(part.target + before)


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    target = result.figure("target_in").answer.fact.value
    if target is None or target < FEW:
        return
    parts = parts_of(part(result, "months"))
    if not parts:  # the short form
        cost = result.figure("cost_per_target").answer.fact.value
        before = {key: answer.fact.value for key, answer in result.before.items()}
        was = before.get("target_in")
        changes = _change(target, was), _change(cost, before.get("cost_per_target"))
        whole = Part(result.period, result.period.last_day, WHOLE, target, None, cost, was, *changes)
        yield _told(session, whole, localizer.days(result.period))
        return
    *_, month, quarter, year = parts
    for each in (month, quarter, year):
        if each.complete != CUT:
            yield _told(session, each, _name(localizer, each), priced=each is not year)
    yield from _by_origin(session, result)


def _name(localizer: Localizer, part: Part) -> str:
    """«1–15 июня», «2-й квартал к 15 июня», «2025 год»."""
    if part.complete == WHOLE:
        return capital(localizer.calendar(part.period))
    if part.months == 1:
        return localizer.days(days(part.period.first_day, part.to, part.period.timezone))
    called = localizer.calendar(part.period)
    return capital(localizer(N_("{part} by {day}"), part=called, day=localizer.day(part.to)))


def _told(session: Session, part: Part, name: str, *, priced: bool = True) -> Message:
    """A part with its volume and its price, each beside a year ago where that is known."""
    localizer = session.localizer
    said = note(
        "{part}: {target} target contacts", part=name, target=numbers.in_unit(localizer, Unit.COUNT, part.target, 0)
    )
    if part.change is not None:
        said = note("{said}, {change} to last year", said=said, change=said_change(session, part.change))
    if part.cost_per_target is None or not priced:
        return note("{said}.", said=said)
    cost = numbers.in_unit(localizer, Unit.MONEY, part.cost_per_target, 0)
    if part.cost_change is None:
        return note("{said}; a target contact costs {cost}.", said=said, cost=cost)
    change = said_change(session, part.cost_change)
    return note("{said}; a target contact costs {cost} ({change}).", said=said, cost=cost, change=change)


def _by_origin(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield which origin is cheapest, of those with enough contacts, and how much is of unknown origin."""
    localizer = session.localizer
    rows = [row for row in as_rows(part(result, "sources")) if isinstance(row["origin"], str)]
    rows = [row for row in rows if row["origin"] != UNALLOCATED]
    enough = [row for row in rows if isinstance(row["target"], float) and row["target"] >= FEW]
    costs = {str(row["origin"]): cost for row in enough if isinstance(cost := row["cost_per_target"], float)}
    unknown = unknown_share(result)
    if len(costs) > 1:
        cheap, dear = min(costs, key=costs.__getitem__), max(costs, key=costs.__getitem__)
        yield note(
            "Cheapest of all {cheap}, {least}; dearest {dear}, {most}.",
            cheap=cheap,
            least=numbers.in_unit(localizer, Unit.MONEY, costs[cheap], 0),
            dear=dear,
            most=numbers.in_unit(localizer, Unit.MONEY, costs[dear], 0),
        )
    if unknown:
        share = numbers.in_unit(localizer, Unit.PERCENT, unknown, 0)
        yield note("{share} of target contacts have no known origin.", share=share)


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.marketing import quarters  # charts are not worth loading for a text

    return quarters(session, result)


MARKETING = Declared(
    SPEC,
    analyses={"months": Analysis(_months_asked, _months), "sources": Analysis(_sources_asked, _sources)},
    pictures={"marketing": _picture},
    summary=_summary,
)
