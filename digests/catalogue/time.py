"""Hours: what paid time went to, what one result costs in minutes, and how people could be quicker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, fsum, inf
from statistics import median
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
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
from metrics.dimensions import AGENT, LINE
from metrics.model import Unit
from metrics.periods import to_local
from warehouse.messages import N_, Message, UserError, nearest, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

RESULTS = {"routed": "time_per_routed", "closed": "time_per_closed", "task": "time_per_task"}
VOLUMES = {"routed": "desk_routed", "closed": "desk_closed", "task": "desk_tasks"}
_ACTIVITIES, _PEOPLE, _CALCULATOR, _LEVERS = "time.activities", "time.people", "time.calculator", "time.levers"
_TOPICS, _BY_HOUR = "time.topics", "time.hours_of_day"
_RESULT_TITLES = {"routed": N_("Routing"), "closed": N_("Closing"), "task": N_("Task")}
_LEVERS_TITLES = {
    "pace": N_("the slower ones as the middle"),
    "unlogged": N_("time without a status"),
    "ready": N_("waiting for work"),
}
_ENOUGH_PEOPLE, _ENOUGH_RESULTS = 5, 30
"""A pace is compared between so many people of so many results each."""
_TOLD = 12
"""People in a text; the workbook has all."""
_SET, _HOURS = "set", "hours"
_GAIN = 5.0
"""From this share of all hours on the gain is the finding."""
_HOUR = 3600.0
_DAYS_BY_HOUR = 31
"""Of so many days at most hours of the day are told: each status is cut at every hour."""

SPEC = ReportSpec(
    "time",
    N_("Where the hours go"),
    (
        Section(
            N_("Where the hours go"),
            (
                Group(
                    (
                        FigureSpec("paid_hours", "paid_hours", None, N_("Paid hours")),
                        FigureSpec("unlogged_hours", "unlogged_hours", None, N_("Hours without a status")),
                        FigureSpec("occupancy", "occupancy", None, N_("Occupancy: handling over handling and ready")),
                        FigureSpec("utilisation", "utilisation", None, N_("Utilisation: available over paid")),
                        FigureSpec("shrinkage", "shrinkage", None, N_("Shrinkage: away from the queue over paid")),
                    )
                ),
                AnalysisSpec(
                    _ACTIVITIES,
                    N_("Activities"),
                    N_("What is not marked is a row of its own and never spread over the others."),
                ),
                TableSpec("lines", N_("Lines"), ("paid_hours", "occupancy", "utilisation", "shrinkage"), (LINE,)),
                TableSpec("days", N_("By day"), ("paid_hours", "unlogged_hours"), ("day",), limit=31),
                AnalysisSpec(
                    _BY_HOUR,
                    N_("By hour of the day"),
                    N_("Paid hours of all days together, and how many people that is on a day with any."),
                ),
            ),
        ),
        Section(
            N_("What one result costs"),
            (
                Group(
                    (
                        FigureSpec("routed", "time_per_routed", None, N_("A routed ticket")),
                        FigureSpec("closed", "time_per_closed", None, N_("A closed ticket")),
                        FigureSpec("task", "time_per_task", None, N_("A task")),
                    )
                ),
                AnalysisSpec(
                    _PEOPLE,
                    N_("People"),
                    N_("Of each result: how many, and the time logged for it divided by them. In the order of volume."),
                ),
                AnalysisSpec(
                    _CALCULATOR,
                    N_("Calculator"),
                    N_(
                        "Volume times time is hours; over the share of paid time that makes results, and over the "
                        "paid hours of a person in the period, it is people, rounded up once."
                    ),
                ),
                AnalysisSpec(
                    _LEVERS,
                    N_("How to be quicker"),
                    N_(
                        "If everybody slower than the middle of those with 30 results and more worked as the middle "
                        "does. Taken for granted: results of one kind are alike."
                    ),
                ),
                AnalysisSpec(
                    _TOPICS,
                    N_("Long and frequent"),
                    N_(
                        "What to automate first: results about a topic times the mean time of such a result. Taken for "
                        "granted: results of one kind are alike."
                    ),
                ),
                TableSpec("trend", N_("Six periods"), ("paid_hours", *RESULTS.values()), (PERIOD,), limit=6),
            ),
        ),
    ),
    question=N_("What do the working hours go to, and what does one ticket cost in minutes?"),
    aliases=("калькулятор", "калькулятор времени", "время", "часы работы", "time", "working time", "time calculator"),
    choices=(Choice(_SET),),
    pictures=("time",),
    drawn=(_ACTIVITIES, _PEOPLE, _LEVERS),
    short=("paid_hours", "routed", "closed"),
    compared=True,
)


def _activities_asked(within: Slice) -> Sequence[Question]:
    before = within.before("paid_hours")
    return [
        within.question("paid_hours"),
        within.question("paid_hours", "activity", "category"),
        within.question("people_logged", "activity"),
        within.question("paid_hours", period=before),
        within.question("paid_hours", "activity", "category", period=before),
    ]


def _activities(within: Slice, answers: Sequence[Answer]) -> Findings:
    whole, hours, people, whole_before, hours_before = answers
    paid, paid_before = whole.fact.value or 0.0, whole_before.fact.value or 0.0
    logged = {point.segment: point.fact.value for point in people.points}
    now, before = _by_activity(hours), _by_activity(hours_before)
    days = len(within.period.days)
    rows: list[tuple[Value, ...]] = []
    for activity, of in sorted(now.items(), key=lambda each: -sum(each[1].values())):
        spent = sum(of.values())
        rows.append(
            (
                activity,
                max(of, key=lambda category: of[category]),
                logged.get(activity),
                spent,
                100 * spent / paid if paid else None,
                spent / days,
                100 * sum(before.get(activity, {}).values()) / paid_before if paid_before else None,
            )
        )
    columns = (
        Column("activity", N_("Activity"), of="activity"),
        Column("category", N_("Mostly"), of="category"),
        Column("people", N_("People"), Unit.COUNT),
        Column("hours", N_("Hours"), Unit.HOURS, 1),
        Column("share", N_("Of paid time"), Unit.PERCENT, 1),
        Column("per_day", N_("A day"), Unit.HOURS, 1),
        Column("before", N_("Before"), Unit.PERCENT, 1),
    )
    return Findings((), columns, tuple(rows), {"paid": paid})


def _by_activity(hours: Answer) -> Mapping[str | None, Mapping[str | None, float]]:
    """Return the paid hours of each activity by category."""
    found: dict[str | None, dict[str | None, float]] = {}
    for point in hours.points:
        activity, category = point.values
        if point.fact.value:
            found.setdefault(activity, {})[category] = point.fact.value
    return found


def _people_asked(within: Slice) -> Sequence[Question]:
    return [
        *(within.question(key, AGENT) for key in ("paid_hours", "unlogged_hours", "occupancy")),
        *(within.question(key, AGENT) for key in RESULTS.values()),
    ]


def _people(_: Slice, answers: Sequence[Answer]) -> Findings:
    facts = [{point.segment: point.fact for point in answer.points} for answer in answers]
    everybody = sorted(
        dict.fromkeys(who for each in facts for who in each if who), key=lambda who: -_value(facts[0], who)
    )
    rows: list[tuple[Value, ...]] = []
    for who in everybody:
        row: list[Value] = [who]
        row += [facts[0][who].value if who in facts[0] else None, facts[1][who].value if who in facts[1] else None]
        row.append(facts[2][who].value if who in facts[2] else None)
        for of in facts[3:]:
            fact = of.get(who)
            row += [fact.denominator, fact.value] if fact and fact.denominator else [None, None]
        if any(value is not None for value in row[1:]):
            rows.append(tuple(row))
    columns = [
        Column("agent", N_("Agent"), of=AGENT),
        Column("paid", N_("Paid"), Unit.HOURS, 1),
        Column("unlogged", N_("No status"), Unit.HOURS, 1),
        Column("occupancy", N_("Occupancy"), Unit.PERCENT),
    ]
    for key, title, each in (
        ("routed", N_("Routed"), N_("Per routing")),
        ("closed", N_("Closed"), N_("Per closing")),
        ("task", N_("Tasks"), N_("Per task")),
    ):
        columns += [Column(f"{key}_n", title, Unit.COUNT), Column(f"{key}_minutes", each, Unit.DURATION)]
    return Findings((), tuple(columns), tuple(rows), told=_TOLD)


def _value(facts: Mapping[str | None, object], who: str) -> float:
    return getattr(facts.get(who), "value", None) or 0.0


@dataclass(frozen=True)
class Workload:
    """How many results of a kind there are, and the seconds that each takes."""

    n: float
    each_s: float

    @property
    def hours(self) -> float:
        return self.n * self.each_s / _HOUR


def people_needed(work: Sequence[Workload], result_share: float, hours_each: float) -> tuple[float, int]:
    """Return the paid hours that work takes, and the people: one rounding, at the end."""
    paid = sum(each.hours for each in work) / result_share
    return paid, ceil(round(paid / hours_each, 9))


def _calculator_asked(within: Slice) -> Sequence[Question]:
    return [
        *(within.question(key) for key in RESULTS.values()),
        *(within.question(key) for key in VOLUMES.values()),
        within.question("result_share"),
        within.question("result_hours", AGENT),
    ]


def read_assumed(text: str) -> dict[str, float]:
    """Return what is set in `routed=2800,time_per_routed=540`: volumes, seconds of a result, and the hours there are.

    Raises UserError for what cannot be set, with what can.
    """
    known = (*RESULTS, *RESULTS.values(), _HOURS)
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, _, number = part.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if key not in known or not 0 <= value < inf:
            raise UserError(
                'The calculator cannot set "{given}". It can: {known}, each with a number, as in routed=2800.',
                given=part[:40],
                known=nearest(key, known),
            )
        found[key] = value
    return found


def _calculator(within: Slice, answers: Sequence[Answer]) -> Findings:
    each, volumes, share, logged = answers[:3], answers[3:6], answers[6], answers[7]
    assumed = read_assumed(within.chosen.get(_SET, ""))
    rows: list[tuple[Value, ...]] = []
    work = []
    for (key, metric), cost, volume in zip(RESULTS.items(), each, volumes, strict=True):
        n, each_s = assumed.get(key, volume.fact.value), assumed.get(metric, cost.fact.value)
        if each_s is None or not n:
            continue
        work.append(Workload(n, each_s))
        rows.append((key, n, each_s, work[-1].hours))
    columns = (
        Column("result", N_("Result"), titles=_RESULT_TITLES),
        Column("volume", N_("Volume"), Unit.COUNT),
        Column("each", N_("Each"), Unit.DURATION),
        Column("hours", N_("Hours"), Unit.HOURS, 1),
    )
    people = [point.fact.value for point in logged.points if point.segment and point.fact.value]
    if not work or not share.fact.value or not people:
        return Findings(missing=note("no time is logged for any result"))
    own = sum(people) / len(people)
    paid, needed = people_needed(work, share.fact.value / 100, own)
    said = note(
        "{hours} h of work are {paid} h of paid time, or {n} person with {own} h in the period.",
        "{hours} h of work are {paid} h of paid time, or {n} people with {own} h in the period.",
        hours=round(sum(each.hours for each in work), 1),
        paid=round(paid, 1),
        n=needed,
        own=round(own, 1),
    )
    values: dict[str, Value] = {"paid_hours": paid, "people": float(needed), "hours_each": own}
    if _HOURS not in assumed or not paid:
        return Findings((said,), columns, tuple(rows), values)
    fits = 100 * assumed[_HOURS] / paid
    there = note(
        "The {hours} h there are hold {share}% of this volume.", hours=round(assumed[_HOURS], 1), share=round(fits, 1)
    )
    return Findings((said, there), columns, tuple(rows), values | {"fits": fits})


def _levers_asked(within: Slice) -> Sequence[Question]:
    return [
        *(within.question(key, AGENT) for key in RESULTS.values()),
        within.question("paid_hours"),
        within.question("unlogged_hours"),
        within.question("ready_share"),
    ]


def pace_gain(people: Mapping[str, Workload]) -> tuple[float, float] | None:
    """Return the middle pace in seconds, and the hours gained if the slower ones worked at it; None of too few."""
    compared = {who: work for who, work in people.items() if work.n >= _ENOUGH_RESULTS}
    if len(compared) < _ENOUGH_PEOPLE:
        return None
    middle = median(work.each_s for work in compared.values())
    gained = sum((work.each_s - middle) * work.n for work in compared.values() if work.each_s > middle)
    return middle, gained / _HOUR


def _levers(within: Slice, answers: Sequence[Answer]) -> Findings:
    paid, unlogged, ready = (answer.fact.value for answer in answers[3:])
    rows: list[tuple[Value, ...]] = []
    few = False
    for key, answer in zip(RESULTS, answers[:3], strict=True):
        people = {
            point.segment: Workload(point.fact.denominator, point.fact.value)
            for point in answer.points
            if point.segment and point.fact.denominator and point.fact.value is not None
        }
        found = pace_gain(people)
        few = few or (bool(people) and found is None)
        if found and found[1]:
            rows.append(("pace", key, found[0], found[1]))
    if unlogged:
        rows.append(("unlogged", None, None, unlogged))
    if ready and ready > 100 * within.calculator.centre.time.ready_share:
        rows.append(("ready", None, None, None))
    rows.sort(key=lambda row: -float(row[3]) if isinstance(row[3], float) else 0.0)
    gained = sum(row[3] for row in rows if row[0] == "pace" and isinstance(row[3], float))
    share = 100 * gained / paid if paid else None
    said = [note("Too few people to compare their pace.")] if few and not gained else []
    columns = (
        Column("lever", N_("Lever"), titles=_LEVERS_TITLES),
        Column("result", N_("Result"), titles=_RESULT_TITLES),
        Column("middle", N_("Middle"), Unit.DURATION),
        Column("hours", N_("Hours gained"), Unit.HOURS, 1),
    )
    return Findings(tuple(said), columns, tuple(rows), {"gain": gained, "gain_share": share})


def _topics_asked(within: Slice) -> Sequence[Question]:
    return [
        *(within.question(key) for key in RESULTS.values()),
        *(within.question(key, "topic") for key in VOLUMES.values()),
    ]


def _topics(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Hours that results about each topic took, the most first."""
    each_s = {key: answer.fact.value for key, answer in zip(RESULTS, answers, strict=False)}
    counts: dict[str | None, dict[str, float]] = defaultdict(dict)
    for key, answer in zip(VOLUMES, answers[len(RESULTS) :], strict=True):
        for point in answer.points:
            if point.fact.value and each_s[key] is not None:
                counts[point.segment][key] = point.fact.value
    if not counts:
        return Findings(missing=next((a.fact.missing for a in answers if a.fact.missing), note("no data")))
    rows: list[tuple[Value, ...]] = [
        (
            topic,
            *(n.get(key) for key in VOLUMES),
            fsum(n[key] * (each_s[key] or 0.0) for key in n) / _HOUR,
        )
        for topic, n in counts.items()
    ]
    rows.sort(key=lambda row: (-float(row[-1]) if isinstance(row[-1], float) else 0.0, str(row[0])))
    columns = (
        Column("topic", N_("Topic"), of="topic"),
        *(Column(key, title, Unit.COUNT) for key, title in _RESULT_TITLES.items()),
        Column("hours", N_("Hours"), Unit.HOURS, 1),
    )
    return Findings((), columns, tuple(rows), told=_TOLD)


def _by_hour_asked(within: Slice) -> Sequence[Question]:
    return [within.question("paid_hours", "hour" if len(within.period.days) <= _DAYS_BY_HOUR else "day")]


def _by_hour(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Paid hours by the local hour of the day, and the people that they are on a day."""
    (answer,) = answers
    if len(within.period.days) > _DAYS_BY_HOUR:
        return Findings(missing=note("told of at most {n} days", n=_DAYS_BY_HOUR))
    hours: dict[int, float] = defaultdict(float)
    worked = set()
    for point in answer.points:
        if point.start is not None and point.fact.value:
            local = to_local(point.start, within.period.timezone)
            hours[local.hour] += point.fact.value
            worked.add(local.date())
    columns = (
        Column("hour", N_("Hour")),
        Column("paid_hours", N_("Paid hours"), Unit.HOURS, 1),
        Column("people", N_("People a day"), None, 1),
    )
    rows = tuple((f"{hour:02}:00", hours[hour], hours[hour] / len(worked)) for hour in sorted(hours))
    return Findings((), columns, rows)


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield the finding: what may be gained, or the largest activity; then what one result costs."""
    localizer = session.localizer
    found = {each.spec.key: each.findings for each in result.analyses}
    known = {figure.spec.key: figure for figure in result.figures if figure.answer.fact.value is not None}
    if _LEVERS not in found:  # the short form
        return
    gain, share = (found[_LEVERS].values.get(key) for key in ("gain", "gain_share"))
    if isinstance(gain, float) and isinstance(share, float) and share >= _GAIN:
        yield note(
            "If the slower half worked as the middle does, {hours} would be free ({share}).",
            hours=numbers.in_unit(localizer, Unit.HOURS, gain, 0),
            share=numbers.in_unit(localizer, Unit.PERCENT, share, 0),
        )
    marked = [row for row in found[_ACTIVITIES].rows if row[0] is not None]
    if marked and isinstance(marked[0][4], float) and "paid_hours" in known:
        yield note(
            "Of {paid} paid hours {share} went to “{activity}”.",
            paid=numbers.plain(localizer, exact(known["paid_hours"].answer.fact.value or 0.0), 0),
            share=numbers.in_unit(localizer, Unit.PERCENT, marked[0][4], 0),
            activity=marked[0][0],
        )
    costs = [known[key] for key in RESULTS if key in known]
    if len(costs) == len(RESULTS):
        yield note(
            "A routed ticket takes {routed}, a closed one {closed}, a task {task}.",
            **{figure.spec.key: figure.fact for figure in costs},
        )


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.hours import hours  # charts are not worth loading for a text

    return hours(session, result)


TIME = Declared(
    SPEC,
    analyses={
        _ACTIVITIES: Analysis(_activities_asked, _activities),
        _PEOPLE: Analysis(_people_asked, _people),
        _CALCULATOR: Analysis(_calculator_asked, _calculator),
        _LEVERS: Analysis(_levers_asked, _levers),
        _TOPICS: Analysis(_topics_asked, _topics),
        _BY_HOUR: Analysis(_by_hour_asked, _by_hour),
    },
    pictures={"time": _picture},
    summary=lambda session, result: tuple(_summary(session, result)),
)
