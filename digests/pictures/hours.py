"""The report of hours as a picture: what paid time went to, and what one result costs."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from charts.forms.hours import Hours, ResultCost, TimePart
from charts.model import Amount
from digests import numbers
from digests.figures import value_title
from digests.localizer import Localizer
from digests.model import Findings
from digests.numbers import capital
from digests.pictures import wording
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.dimensions import DIMENSIONS
from metrics.model import Unit
from warehouse.messages import N_

_PARTS = 7
"""More activities than this are one part, the last."""
_COMPARED = 5
_NAMES = {"routed": N_("Routing"), "closed": N_("Closing"), "task": N_("Task")}


def hours(session: Session, result: ReportResult) -> Hours | None:
    """Return the picture of a report of hours; None where no statuses are known."""
    localizer = session.localizer
    found = {each.spec.key: each for each in result.analyses}
    activities = found["time.activities"].findings
    if activities.missing or not activities.rows:
        return None
    parts = tuple(_parts(localizer, activities))
    costs = tuple(_costs(localizer, result, found["time.people"].findings))
    remarks = [localizer.say(each) for each in result.figure("paid_hours").answer.fact.remarks]
    footnote = sentences(*(capital(each) for each in remarks), data_as_of(localizer, found["time.activities"].as_of))
    paid = numbers.in_unit(localizer, Unit.HOURS, result.figure("paid_hours").answer.fact.value or 0.0, 0)
    subtitle = localizer(N_("{span}: {hours} paid"), span=span(localizer, result.period), hours=paid)
    said = [f"{part.name}: {part.share.text}" for part in parts]
    said += [f"{cost.name}: {cost.each.text}" for cost in costs]
    return Hours(
        titles(_headline(localizer, parts, costs), subtitle, footnote, (subtitle, *said, footnote)),
        chart_labels(localizer),
        parts,
        (
            localizer(N_("What one result costs")),
            localizer(N_("a dot is a person")),
            localizer(N_("the middle")),
        ),
        costs,
        _gain(localizer, found["time.levers"].findings),
    )


def _parts(localizer: Localizer, findings: Findings) -> Iterator[TimePart]:
    """Yield the activities from the largest, what is not marked hatched, the small ones as one."""
    by_name: dict[str, list[float]] = {}
    for activity, _, _, spent, share, *_ in findings.rows:
        name = DIMENSIONS["activity"].nothing if activity is None else str(activity)
        of = by_name.setdefault(name, [0.0, 0.0])
        of[0] += float(spent) if isinstance(spent, float) else 0.0
        of[1] += float(share) if isinstance(share, float) else 0.0
    unmarked = DIMENSIONS["activity"].nothing
    rows = sorted(by_name.items(), key=lambda row: -row[1][1])
    shown, rest = rows[:_PARTS], rows[_PARTS:]
    for name, (spent, share) in shown:
        title = localizer(name) if name == unmarked else value_title(localizer, "activity", name)
        yield _part(localizer, capital(title), spent, share, hatched=name == unmarked)
    if rest:
        others = localizer.counted("{n} other", "{n} others", len(rest))
        spent, share = (sum(row[1][n] for row in rest) for n in (0, 1))
        yield _part(localizer, others, spent, share)


def _part(localizer: Localizer, name: str, spent: float, share: float, *, hatched: bool = False) -> TimePart:
    amount = Amount(share, wording.part(localizer, share))
    return TimePart(name, amount, numbers.in_unit(localizer, Unit.HOURS, spent, 0), hatched)


def _costs(localizer: Localizer, result: ReportResult, people: Findings) -> Iterator[ResultCost]:
    places = {column.key: n for n, column in enumerate(people.columns)}
    for key, name in _NAMES.items():
        answer = result.figure(key).answer
        fact = answer.fact
        if fact.value is None or not fact.denominator:
            continue
        own = [value for row in people.rows if isinstance(value := row[places[f"{key}_minutes"]], float)]
        spent = numbers.in_unit(localizer, Unit.HOURS, (fact.numerator or 0.0) / 3600, 0)
        equation = f"{spent} : {numbers.plain(localizer, exact(fact.denominator), 0)}"
        each = Amount(fact.value, wording.value(localizer, answer.metric, fact.value))
        middle = median(own) if len(own) >= _COMPARED else None
        yield ResultCost(localizer(name), equation, each, tuple(own), middle)


def _headline(localizer: Localizer, parts: tuple[TimePart, ...], costs: tuple[ResultCost, ...]) -> str:
    marked = next((part for part in parts if not part.hatched), None)
    if marked is None:
        return localizer(N_("Nobody marks what time goes to"))
    if not costs:
        return localizer(N_("“{activity}” takes {share} of the time"), activity=marked.name, share=marked.share.text)
    if costs[0].name.casefold() == marked.name.casefold():
        return localizer(
            N_("“{activity}” takes {share} of the time,\n{each} for one ticket"),
            activity=marked.name,
            share=marked.share.text,
            each=costs[0].each.text,
        )
    return localizer(
        N_("“{activity}” takes {share} of the time,\n{result}: {each} each"),
        activity=marked.name,
        share=marked.share.text,
        result=costs[0].name[:1].lower() + costs[0].name[1:],
        each=costs[0].each.text,
    )


def _gain(localizer: Localizer, findings: Findings) -> str:
    gain, share = findings.values.get("gain"), findings.values.get("gain_share")
    if not isinstance(gain, float) or not isinstance(share, float) or gain < 1:
        return ""
    return localizer(
        N_("If the slower half worked as the middle does, {hours} would be free ({share})."),
        hours=numbers.in_unit(localizer, Unit.HOURS, gain, 0),
        share=wording.part(localizer, share),
    )
