"""Own and outsourced: who works better on the same work, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.figures import line_title
from digests.model import (
    PERIOD,
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
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question, exact
from metrics.comparison import LEAST_IN_COMMON, GroupComparison, Stratum, compare, strata_of
from metrics.dimensions import HOUR_OF_DAY, LINE
from metrics.intervals import Sample
from metrics.model import Better, Metric, Unit, where
from metrics.periods import Period, midnight, to_local
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

OWN, OUTSOURCED = "own", "outsourced"
SITE = "site"
_COMPARISON, _STRATA, _LINES = "sites.comparison", "sites.strata", "sites.lines"
_MONEY, _LINKED = "sites.money", "sites.linked"
METRICS = {
    "fcr": "fcr",
    "aht": "aht",
    "transfers": "transfers_per_answer",
    "csat": "csat",
    "qa": "qa",
    "campaign_agreed": "campaign_agreed",
}
"""What is compared, by what is chosen: the transfers that lines add up to, since contacts are of several."""
SQUARES = {"aht": "aht_squares", "qa": "qa_squares"}
"""Of a metric that is a mean, the sums that tell how its values vary."""
MIX = {"line": LINE, "topic": "topic", "hour": HOUR_OF_DAY, "segment": "segment", "script": "script"}
_USUAL_MIX = {"campaign_agreed": "segment"}
"""Of what has neither lines nor topics, what makes its work alike."""
RESULTS = {key: key for key in ("fcr", "campaign_agreed", "contracts", "reserves")}
"""What is got for the money: of a share, the cases in it."""
LINKED = 95.0
"""With less of a partner's rows linked, that is what stands first."""
_TELLS = 2.0
"""So far, in points or in per cent of a mean, the plain distance misleads."""
_TOLD = 12
"""Pieces of work in a text; the workbook has all."""
REST = "…"
"""What strata with too few cases of a line make together."""
PARTS = {
    "own": N_("own"),
    "apart": N_("work that one alone does"),
    "mix": N_("other shares of the same work"),
    "performance": N_("better or worse at the same work"),
    "outsourced": N_("outsourced"),
}


def _figures(metric: str) -> Group:
    return Group(
        tuple(
            FigureSpec(site, METRICS[metric], None, label, filters=where(site=site))
            for site, label in ((OWN, N_("Own")), (OUTSOURCED, N_("Outsourced")))
        )
    )


def _trends(metric: str) -> tuple[TableSpec, ...]:
    return tuple(
        TableSpec(f"trend_{site}", title, (METRICS[metric],), (PERIOD,), limit=6, filters=where(site=site))
        for site, title in ((OWN, N_("Six periods, own")), (OUTSOURCED, N_("Six periods, outsourced")))
    )


def _sections(metric: str) -> tuple[Section, ...]:
    return (
        Section(
            N_("The same work"),
            (
                _figures(metric),
                AnalysisSpec(
                    _COMPARISON,
                    N_("What the distance is made of"),
                    N_(
                        "The distance of the rates in three parts that sum to it: work that one site alone does, other "
                        "shares of the same work, and the rates at the same work. The interval (95%) is that of the "
                        "rates at the common work of both. Where somebody works is told of the moment."
                    ),
                ),
                AnalysisSpec(
                    _STRATA,
                    N_("The same work, piece by piece"),
                    N_("Pieces in which a site has less than 10 cases are taken together within their line."),
                ),
                TableSpec(
                    "sites",
                    N_("Side by side, whatever the work"),
                    ("calls_answered", "aht", "fcr", "transfers_per_answer", "csat", "qa"),
                    (SITE,),
                    headers=("answered", "aht", "fcr", "transfers", "csat", "qa"),
                    remark=N_("Rates over all work: they do not tell who works better"),
                ),
                AnalysisSpec(
                    _LINES,
                    N_("Whose the queues are"),
                    N_("Lost calls have no agent: service level and losses are a site's where it alone serves a line."),
                ),
            ),
        ),
        Section(
            N_("The money"),
            (
                AnalysisSpec(
                    _MONEY,
                    N_("What a site costs"),
                    N_("Costs that name a site, of days that are over; people and hours by their statuses."),
                ),
                AnalysisSpec(
                    _LINKED,
                    N_("How the partner's rows are linked"),
                    N_(
                        "Answered calls of outsourced people, and of nobody known on lines that they alone serve. "
                        "Contacts are linked where any of these calls shares one with another row."
                    ),
                ),
                *_trends(metric),
            ),
        ),
    )


SPEC = ReportSpec(
    "sites",
    N_("Own and outsourced"),
    _sections("fcr"),
    question=N_("Who works better on the same work, and what does it cost?"),
    aliases=(
        "площадки",
        "свои и аутсорс",
        "аутсорс",
        "свои и подрядчик",
        "подрядчики",
        "outsourcing",
        "own and outsourced",
    ),
    pictures=("sites",),
    drawn=(_COMPARISON,),
    short=(OWN, OUTSOURCED),
    compared=True,
    choices=(
        Choice("metric", "fcr", tuple(METRICS), shaped=lambda spec, chosen: replace(spec, sections=_sections(chosen))),
        Choice("mix", "", tuple(MIX), several=True),
        Choice("result", "fcr", tuple(RESULTS)),
    ),
)

Key = tuple[str | None, ...]


def _metric_of(within: Slice) -> str:
    return METRICS[within.chosen.get("metric", "fcr")]


def _mix_of(within: Slice) -> tuple[str, ...]:
    usual = _USUAL_MIX.get(within.chosen.get("metric", ""), "line,topic")
    return tuple(MIX[word] for word in (within.chosen.get("mix") or usual).split(","))


def _compared_asked(within: Slice) -> Sequence[Question]:
    metric = _metric_of(within)
    every = (metric, *([SQUARES[metric]] if metric in SQUARES else []))
    return [within.question(each, SITE, *_mix_of(within)) for each in every]


@dataclass(frozen=True)
class _Work:
    """The strata of both sites, how many cases are of neither, and the comparison, if there is one."""

    metric: Metric
    strata: list[Stratum[Key]]
    homeless: float
    found: GroupComparison | None

    @property
    def apart(self) -> list[Stratum[Key]]:
        return [each for each in self.strata if not each.in_common]


def _work(within: Slice, answers: Sequence[Answer]) -> _Work:
    cases, *squared = answers
    squares = {point.values: point.fact.value or 0.0 for answer in squared for point in answer.points}
    sides: dict[str | None, dict[Key, Sample]] = defaultdict(dict)
    homeless = 0.0
    for point in cases.points:
        site, *key = point.values
        n, total = point.fact.denominator or 0.0, point.fact.numerator or 0.0
        if site is None:
            homeless += n
        elif n:
            sides[site][tuple(key)] = Sample(n, total, squares.get(point.values, total))
    strata = strata_of(sides[OWN], sides[OUTSOURCED], lambda key: _rest(_mix_of(within), key))
    return _Work(cases.metric, strata, homeless, compare(strata, shares=not squared))


def _rest(mix: Sequence[str], key: Key) -> Key:
    """What a stratum of too few cases joins: all such of its line."""
    return tuple(value if of == LINE else REST for of, value in zip(mix, key, strict=True))


def _comparison(within: Slice, answers: Sequence[Answer]) -> Findings:
    work = _work(within, answers)
    said = []
    if work.homeless:
        said.append(note("{n} case is of no site.", "{n} cases are of no site.", n=int(work.homeless)))
    values: dict[str, Value] = {"without_site": work.homeless}
    found = work.found
    if alone := _lines_apart(within, work):
        said.append(note("Of {lines} nothing is compared: there is no work in common.", lines=", ".join(alone)))
    if found is None:
        least = note("There is little work in common: less than {n} cases of a site.", n=LEAST_IN_COMMON)
        return Findings((least, *said), values=values)
    scale = work.metric.unit.scale
    shown = {
        "own": found.own,
        "apart": found.apart,
        "mix": found.mix,
        "performance": found.performance,
        "outsourced": found.other,
    }
    values |= {key: scale * value for key, value in shown.items()}
    values |= {"own_standard": scale * found.own_standard, "outsourced_standard": scale * found.other_standard}
    interval = found.difference.scaled(scale)
    values |= {"difference": interval.value, "low": interval.low, "high": interval.high}
    values |= {"naive": scale * found.naive, "proven": "yes" if interval.is_proven else "no"}
    columns = (Column("part", N_("Part"), titles=PARTS), Column("value", N_("Value"), work.metric.unit, 2))
    rows = tuple((key, scale * value) for key, value in shown.items())
    return Findings(tuple(said), columns, rows, values)


def _lines_apart(within: Slice, work: _Work) -> list[str]:
    """The lines in which no site has work of a kind that the other has too."""
    mix = _mix_of(within)
    if LINE not in mix:
        return []
    place = mix.index(LINE)
    shared = {each.key[place] for each in work.strata if each.in_common}
    lines = dict.fromkeys(each.key[place] for each in work.apart if each.key[place] not in shared)
    return [line_title(within.calculator, line) for line in lines if line is not None]


def _strata(within: Slice, answers: Sequence[Answer]) -> Findings:
    work, mix = _work(within, answers), _mix_of(within)
    unit, scale = work.metric.unit, work.metric.unit.scale

    def called(of: str, value: str | None) -> Value:
        if value == REST:
            return note("the rest")
        if of == LINE and value is not None:
            return line_title(within.calculator, value)
        return f"{int(float(value)):02}:00" if of == HOUR_OF_DAY and value is not None else value

    rows: list[tuple[Value, ...]] = []
    for each in work.strata:
        own, other = (scale * side.mean if side.n else None for side in (each.own, each.other))
        apart = other - own if own is not None and other is not None else None
        named = [called(of, value) for of, value in zip(mix, each.key, strict=True)]
        rows.append((*named, each.own.n, own, each.other.n, other, apart))
    titles = {
        LINE: N_("Line"),
        "topic": N_("Topic"),
        HOUR_OF_DAY: N_("Hour"),
        "segment": N_("Segment"),
        "script": N_("Script"),
    }
    columns = (
        *(Column("hour" if of == HOUR_OF_DAY else of, titles[of], of="topic" if of == "topic" else "") for of in mix),
        Column("own_n", N_("Own, cases"), Unit.COUNT),
        Column("own", N_("Own"), unit, 1),
        Column("outsourced_n", N_("Outsourced, cases"), Unit.COUNT),
        Column("outsourced", N_("Outsourced"), unit, 1),
        Column("difference", N_("Difference"), unit, 1, apart=True),
    )
    return Findings((), columns, tuple(rows), told=_TOLD) if rows else Findings(missing=note("no data"))


def _lines_asked(within: Slice) -> Sequence[Question]:
    return [within.question("calls_answered", SITE, LINE), *(within.question(key, LINE) for key in ("sl", "lcr"))]


def _served(answered: Answer) -> Mapping[str, Mapping[str | None, float]]:
    """Answered calls of each line by site."""
    found: dict[str, dict[str | None, float]] = defaultdict(dict)
    for point in answered.points:
        site, line = point.values
        if line is not None and point.fact.value:
            found[line][site] = point.fact.value
    return found


def _alone(sites: Mapping[str | None, float]) -> str | None:
    """The only site that serves a line; None where both do, or nobody known."""
    known = [site for site in (OWN, OUTSOURCED) if sites.get(site)]
    return known[0] if len(known) == 1 else None


def _lines(within: Slice, answers: Sequence[Answer]) -> Findings:
    served = _served(answers[0])
    levels = [{point.segment: point.fact.value for point in answer.points} for answer in answers[1:]]
    rows: list[tuple[Value, ...]] = []
    for line in sorted(served, key=lambda each: -sum(served[each].values())):
        of, alone = served[line], _alone(served[line])
        whose: Value = note("the queue is shared: its figures are the line's, not a site's")
        rows.append(
            (
                line_title(within.calculator, line),
                of.get(OWN, 0.0),
                of.get(OUTSOURCED, 0.0),
                note({OWN: N_("own"), OUTSOURCED: N_("outsourced")}[alone]) if alone else whose,
                *(level.get(line) if alone else None for level in levels),
            )
        )
    columns = (
        Column(LINE, N_("Line")),
        Column(OWN, N_("Own"), Unit.COUNT),
        Column(OUTSOURCED, N_("Outsourced"), Unit.COUNT),
        Column("served", N_("Whose")),
        Column("sl", N_("Service level"), Unit.PERCENT, 1),
        Column("lcr", N_("LCR"), Unit.PERCENT, 1),
    )
    return Findings((), columns, tuple(rows)) if rows else Findings(missing=note("no data"))


def _whole_days(within: Slice) -> Period:
    """The part of the period whose days are over: of others neither costs nor contacts count."""
    calculator, period = within.calculator, within.period
    known_to = calculator.coverage.as_of(calculator.catalogue.get("contacts_handled")) or calculator.now
    over = midnight(to_local(known_to, period.timezone).date(), period.timezone)
    return replace(period, end=min(period.end, max(over, period.start)))


def _money_asked(within: Slice) -> Sequence[Question]:
    days, calculator = _whole_days(within), within.calculator
    result = RESULTS[within.chosen.get("result", "fcr")]
    asked = [within.question("site_cost", SITE)]
    if days.end > days.start:
        asked.append(within.question("contacts_handled", SITE, period=days))
    for key in ("paid_hours", "people_logged", result):
        metric = calculator.catalogue.get(key)
        if calculator.coverage.knows(metric):
            asked.append(within.question(key, SITE))
    return asked


@dataclass(frozen=True)
class Spending:
    """What a site costs and what comes of it; None is not known."""

    cost: float | None
    people: float | None = None
    paid_hours: float | None = None
    handled: float | None = None
    results: float | None = None

    def per(self, n: float | None) -> float | None:
        return self.cost / n if self.cost is not None and n else None


def saving(own: Spending, theirs: Spending) -> float | None:
    """Return how much less a result costs the partner than the own site, per cent."""
    ours, other = own.per(own.results), theirs.per(theirs.results)
    return 100 * (1 - other / ours) if ours and other is not None else None


def _money(within: Slice, answers: Sequence[Answer]) -> Findings:
    of: dict[str, Mapping[str | None, float]] = {}
    for answer in answers:
        counts = {
            point.segment: (point.fact.numerator if point.fact.denominator is not None else point.fact.value) or 0.0
            for point in answer.points
        }
        of[answer.metric.key] = counts
    result = RESULTS[within.chosen.get("result", "fcr")]

    def spending(site: str) -> Spending:
        keys = ("site_cost", "people_logged", "paid_hours", "contacts_handled", result)
        return Spending(*(of[key].get(site) if key in of else None for key in keys))

    sites = {site: spending(site) for site in (OWN, OUTSOURCED)}
    if all(each.cost is None for each in sites.values()):
        return Findings(missing=note("no cost says which site it is for"))
    less = saving(sites[OWN], sites[OUTSOURCED])
    rows = tuple(
        (
            site,
            each.cost,
            each.people,
            each.paid_hours,
            each.per(each.people),
            each.per(each.paid_hours),
            each.handled,
            each.per(each.handled),
            each.results,
            each.per(each.results),
            less if site == OUTSOURCED else None,
        )
        for site, each in sites.items()
    )
    columns = (
        Column(SITE, N_("Site"), of=SITE),
        Column("cost", N_("Cost"), Unit.MONEY),
        Column("people", N_("People"), Unit.COUNT),
        Column("paid_hours", N_("Paid hours"), Unit.HOURS),
        Column("cost_per_person", N_("A person"), Unit.MONEY),
        Column("cost_per_hour", N_("An hour"), Unit.MONEY),
        Column("handled", N_("Contacts handled"), Unit.COUNT),
        Column("cost_to_serve", N_("A contact"), Unit.MONEY),
        Column("results", N_("Results"), Unit.COUNT),
        Column("cost_per_result", N_("A result"), Unit.MONEY),
        Column("saving", N_("Saving"), Unit.PERCENT, 0),
    )
    said = [note("Results: {what}.", what=note(within.calculator.catalogue.get(result).title))]
    if unplaced := of["site_cost"].get(None):
        said.append(note("Costs of {amount} say no site and are of neither.", amount=round(unplaced)))
    return Findings(tuple(said), columns, rows, {"saving": less})


_LINKS = ("linked_client", "linked_topic", "linked_contact")


def _linked_asked(within: Slice) -> Sequence[Question]:
    return [within.question(key, SITE, LINE) for key in ("calls_answered", *_LINKS)]


def _linked(_: Slice, answers: Sequence[Answer]) -> Findings:
    served = _served(answers[0])
    theirs = {line for line, sites in served.items() if _alone(sites) == OUTSOURCED}

    def counted(answer: Answer) -> Iterator[tuple[str | None, float]]:
        """Of the partner's rows, the site that their agents tell."""
        for point in answer.points:
            site, line = point.values
            if site == OUTSOURCED or (site is None and line in theirs):
                yield site, point.fact.value or 0.0

    rows_of = list(counted(answers[0]))
    whole = sum(n for _, n in rows_of)
    if not whole:
        return Findings(missing=note("nobody outsourced answered any call"))
    parts = {"agent_id": sum(n for site, n in rows_of if site == OUTSOURCED)}
    for name, answer in zip(("client_id", "topic", "contact_id"), answers[1:], strict=True):
        parts[name] = sum(n for _, n in counted(answer))
    # A call alone in its contact is linked as well: what tells of no link is that no call is any other's.
    parts["contact_id"] = whole if parts["contact_id"] else 0.0
    rows = tuple((name, n, 100 * n / whole) for name, n in parts.items())
    columns = (
        Column("column", N_("Linked by"), titles=_LINKED_BY),
        Column("linked", N_("Rows"), Unit.COUNT),
        Column("share", N_("Share"), Unit.PERCENT, 1),
    )
    return Findings((), columns, rows, {"calls": whole})


_LACKING = {
    "agent_id": N_("no agents"),
    "client_id": N_("no clients"),
    "topic": N_("no topics"),
    "contact_id": N_("no contacts"),
}
_LINKED_BY = {
    "agent_id": N_("agents"),
    "client_id": N_("clients"),
    "topic": N_("topics"),
    "contact_id": N_("contacts"),
}


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what keeps the sites from being compared, else who works better on the same work; then the money."""
    localizer = session.localizer
    found = {each.spec.key: each.findings for each in result.analyses}
    if _LINKED in found:
        lacking = [row for row in found[_LINKED].rows if isinstance(row[2], float) and row[2] < LINKED]
        if lacking:
            yield note(
                "The partner's rows do not link with yours: {what}.",
                what=", ".join(localizer(_LACKING[str(row[0])]) for row in lacking),
            )
    if _COMPARISON in found:
        yield from _compared(session, result, found[_COMPARISON])
    if _MONEY in found and not found[_MONEY].missing:
        heads = [column.key for column in found[_MONEY].columns]
        own, theirs = (dict(zip(heads, row, strict=True)) for row in found[_MONEY].rows)
        prices = {
            f"{whose}_{what}": numbers.in_unit(localizer, Unit.MONEY, price, 0)
            for whose, row in (("own", own), ("their", theirs))
            for what, key in (("person", "cost_per_person"), ("result", "cost_per_result"))
            if isinstance(price := row[key], float)
        }
        if "own_person" in prices and "their_person" in prices:
            yield note(
                "A person costs {own_person} own and {their_person} outsourced.",
                own_person=prices["own_person"],
                their_person=prices["their_person"],
            )
        if "own_result" in prices and "their_result" in prices:
            yield note(
                "A result costs {own_result} own and {their_result} outsourced.",
                own_result=prices["own_result"],
                their_result=prices["their_result"],
            )


def _compared(session: Session, result: ReportResult, found: Findings) -> Iterator[Message]:
    """Yield the difference on the same work, and the plain one where it would mislead."""
    localizer, metric = session.localizer, result.figure(OWN).answer.metric
    values = found.values
    difference, low, high, naive = (values.get(key) for key in ("difference", "low", "high", "naive"))
    if not isinstance(difference, float) or not isinstance(low, float) or not isinstance(high, float):
        yield from found.sentences[:1]
        return
    assert isinstance(naive, float)
    said = {
        "metric": localizer(metric.title),
        "difference": numbers.signed(localizer, metric, difference),
        "low": numbers.sign_of(low, numbers.plain(localizer, exact(abs(low)), 1)),
        "high": numbers.sign_of(high, numbers.plain(localizer, exact(abs(high)), 1)),
    }
    if values["proven"] == "yes":
        if metric.better is Better.NEUTRAL:
            yield note("{metric}: on the same work outsourced is at {difference} ({low}…{high}).", **said)
        elif (difference > 0) is (metric.better is Better.FLOOR):
            yield note("{metric}: outsourced is better on the same work, {difference} ({low}…{high}).", **said)
        else:
            yield note("{metric}: outsourced is worse on the same work, {difference} ({low}…{high}).", **said)
    else:
        yield note("{metric}: no difference on the same work, {difference} ({low}…{high}).", **said)
    if misleads(naive, difference, values.get("own"), metric.unit):
        yield note("The plain distance of {naive} comes of other work.", naive=numbers.signed(localizer, metric, naive))


def misleads(naive: float, difference: float, own: Value, unit: Unit) -> bool:
    """Whether the plain distance has another sign or another size than that on the same work."""
    tells = _TELLS if unit is Unit.PERCENT or not isinstance(own, float) else _TELLS * abs(own) / 100
    return abs(naive - difference) >= tells or (naive * difference < 0 and abs(naive) >= tells)


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.sites import steps  # charts are not worth loading for a text

    return steps(session, result)


SITES = Declared(
    SPEC,
    analyses={
        _COMPARISON: Analysis(_compared_asked, _comparison),
        _STRATA: Analysis(_compared_asked, _strata),
        _LINES: Analysis(_lines_asked, _lines),
        _MONEY: Analysis(_money_asked, _money),
        _LINKED: Analysis(_linked_asked, _linked),
    },
    pictures={"sites": _picture},
    summary=lambda session, result: tuple(_summary(session, result)),
)
