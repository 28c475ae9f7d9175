"""One number now: the hours of today against the norm, and yesterday's hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import assert_never

from charts.forms.hero import Hero
from charts.model import Amount, Slot
from digests import numbers as text_numbers
from digests.document import Picture
from digests.figures import line_title
from digests.localizer import Localizer
from digests.numbers import capital, metric_said
from digests.pictures import wording
from digests.pictures.setting import alone, render
from digests.pictures.timeline import (
    MARKS,
    PeriodPart,
    few_said,
    normed,
    parts_of,
    plan_met,
    plan_name,
    points,
    printer,
    verdict_said,
)
from metrics.answers import Answer, Question, Verdict, ask, exact, hours_in_use
from metrics.calculator import Calculator
from metrics.model import Better
from metrics.periods import Period, days, midnight, to_local, to_utc
from metrics.plans.plans import Plans
from warehouse.messages import N_

KEY = "answer-today"


@dataclass(frozen=True)
class _Day:
    """Today, yesterday, and yesterday at the same time."""

    today: Answer
    yesterday: Answer
    then: Answer
    parts: list[PeriodPart]
    before: list[PeriodPart]


def answer_today(
    calculator: Calculator, plans: Plans, metric: str, line: str | None, localizer: Localizer
) -> Picture | None:
    """The picture of a metric's latest day in the records; None if it has no data. Raises UserError like `ask`."""
    known_to = calculator.coverage.as_of(calculator.catalogue.get(metric))
    if known_to is None:
        return None
    day = _day_of(calculator, plans, metric, line, known_to)
    if day.today.fact.value is None:
        return None
    return render(localizer, KEY, _picture(calculator, day, localizer))


def _day_of(calculator: Calculator, plans: Plans, metric: str, line: str | None, known_to: datetime) -> _Day:
    zone = calculator.centre.timezone
    local = to_local(known_to, zone)
    if known_to == midnight(local.date(), zone):
        local -= timedelta(microseconds=1)  # the day that ends now, not the one that begins
    today = days(local.date(), local.date(), zone)
    date_before = local.date() - timedelta(days=1)
    before = days(date_before, date_before, zone)
    then = Period(before.start, min(max(to_utc(local - timedelta(days=1), zone), before.start), before.end), zone)
    questions = [
        Question(metric, today, line, by=("hour",)),
        Question(metric, before, line, by=("hour",)),
        Question(metric, then, line),
    ]
    now, yesterday, same_time = ask(calculator, plans, questions)
    setting = alone(calculator, plans, today, Localizer("en", zone))
    return _Day(now, yesterday, same_time, parts_of(setting, now), parts_of(setting, yesterday))


def _picture(calculator: Calculator, day: _Day, localizer: Localizer) -> Hero | None:
    metric, today = day.today.metric, day.today
    hours = _hours(calculator, day)
    if not hours:
        return None
    shown = [day.parts[i] for i in hours]
    before = [day.before[i] if i < len(day.before) else None for i in hours]
    text = printer(localizer, metric, shown)
    same = len(day.parts) == len(day.before)  # the hours of a day when clocks change are not those of another
    norm = today.plan if today.plan is not None and not metric.spread else None
    slots = tuple(Slot(str(to_local(part.start, today.period.timezone).hour)) for part in shown)
    total = wording.fact(localizer, today)
    name = plan_name(metric)
    return Hero(
        wording.titles(
            _headline(calculator, day, localizer),
            _subtitle(calculator, day, localizer),
            _footnote(calculator, day, localizer),
            _alternative(day, localizer),
        ),
        wording.chart_labels(localizer),
        slots,
        points(metric, shown if not metric.spread else [replace(part, plan=None) for part in shown], text),
        None if norm is None else Amount(norm, localizer(name, plan=wording.plan(localizer, metric, norm))),
        tuple(part.fact if part else None for part in before)
        if same and any(p and p.fact is not None for p in before)
        else (),
        Amount(today.fact.value or 0.0, total),
        MARKS[today.verdict],
    )


def _hours(calculator: Calculator, day: _Day) -> Sequence[int]:
    """From the first to the last hour in which there was anything, today or yesterday."""
    used = hours_in_use(calculator, [day.today, day.yesterday])
    busy = [i for parts in (day.parts, day.before) for i, part in enumerate(parts) if part.start in used]
    return range(min(busy), min(max(busy), len(day.parts) - 1) + 1) if busy else ()


def _headline(calculator: Calculator, day: _Day, localizer: Localizer) -> str:
    """«Inhouse: SL 82 % к 14:30», «Продажи, входящие звонки: 364 к 14:30»."""
    today = day.today
    metric, line = today.metric, today.question.line
    value = wording.fact(localizer, today)
    at = wording.until(localizer, today.period, today.as_of)
    value = f"{value} {at}" if at else value
    name = metric_said(localizer, metric)
    title = line_title(calculator, line) if line else ""
    if metric.spread:
        first = f"{title}, {name}: {value}" if title else f"{capital(name)}: {value}"
    else:
        first = f"{title}: {name} {value}" if title else f"{capital(name)}: {value}"
    return f"{first},\n{_second(day, localizer)}"


def _second(day: _Day, localizer: Localizer) -> str:
    today = day.today
    match today.verdict:
        case Verdict.NONE if today.plan is None and today.metric.better is not Better.NEUTRAL:
            return _against_yesterday(day, localizer) if today.planned.remark else localizer(N_("no plan"))
        case Verdict.NONE:
            return _against_yesterday(day, localizer)
        case Verdict.BEHIND | Verdict.MISSED:
            return localizer(verdict_said(today))
        case Verdict.MET:
            return _met(day, localizer)
        case verdict:
            assert_never(verdict)


def _met(day: _Day, localizer: Localizer) -> str:
    """That the plan of the day is met, and in which hours it was not."""
    today = day.today
    dips = [] if today.metric.spread else _runs(day.parts, today)
    norm = normed(today.metric)
    if len(dips) == 1:
        met = N_("the target is met, but not from {start} to {end}")
        if not norm:
            met = N_("the plan is met, but not from {start} to {end}")
        return localizer(met, start=dips[0][0], end=dips[0][1])
    n = sum(end - start for start, end in dips)
    if n and norm:
        return localizer.counted("the target is met, but not in {n} hour", "the target is met, but not in {n} hours", n)
    if n:
        return localizer.counted("the plan is met, but not in {n} hour", "the plan is met, but not in {n} hours", n)
    return localizer(plan_met(today))


def _runs(parts: Sequence[PeriodPart], answer: Answer) -> list[tuple[int, int]]:
    """Runs of missed hours by the clock: from the first one's hour to the end of the last one's."""
    zone = answer.period.timezone
    found: list[tuple[int, int]] = []
    for missed, run in groupby(parts, key=lambda part: part.judged(answer.metric) is Verdict.MISSED):
        if missed:
            hours = [to_local(part.start, zone).hour for part in run]
            found.append((hours[0], hours[-1] + 1))
    return found


def _against_yesterday(day: _Day, localizer: Localizer) -> str:
    then = day.then.fact.value
    if then is None:
        return localizer(N_("no data for yesterday"))
    value = wording.value(localizer, day.today.metric, then)
    return localizer(N_("against {value} yesterday"), value=value)


def _subtitle(calculator: Calculator, day: _Day, localizer: Localizer) -> str:
    today, then = day.today, day.then.fact.value
    unit = localizer(N_("by hour"))
    threshold = calculator.centre.threshold(today.question.line) if today.metric.threshold else None
    if threshold is not None:
        seconds = text_numbers.plain(localizer, exact(threshold), 1)
        about = localizer(N_("Answered within {seconds} s, by hour"), seconds=seconds)
    else:
        about = f"{localizer(today.metric.title)}, {unit}"
    yesterday = ""
    if then is not None and today.as_of is not None:
        value = wording.value(localizer, today.metric, then)
        time = wording.time_of(today.period, today.as_of)
        yesterday = localizer(N_("Yesterday by {time}: {value}"), time=time, value=value)
    return wording.sentences(about, yesterday)


def _footnote(calculator: Calculator, day: _Day, localizer: Localizer) -> str:
    today = day.today
    remarks = [capital(localizer.say(remark)) for remark in today.fact.remarks]
    narrow = (
        localizer(N_("Narrow bar: the hour is not over")) if any(0 < part.elapsed < 1 for part in day.parts) else ""
    )
    few = "" if today.metric.spread else few_said(localizer, calculator.centre, day.parts)
    return wording.sentences(narrow, few, *remarks[:1], wording.data_as_of(localizer, today.as_of))


def _alternative(day: _Day, localizer: Localizer) -> list[str]:
    metric = day.today.metric
    told = []
    if day.today.plan is not None:
        told.append(localizer(N_("Plan to date: {plan}"), plan=wording.plan(localizer, metric, day.today.plan)))
    if day.then.fact.value is not None:
        told.append(
            localizer(
                N_("Yesterday at the same time: {value}"), value=wording.value(localizer, metric, day.then.fact.value)
            )
        )
    missed = [] if metric.spread else [part for part in day.parts if part.judged(metric) is Verdict.MISSED]
    for part in missed[:2]:
        hour = to_local(part.start, day.today.period.timezone).strftime("%H:%M")
        told.append(
            localizer(N_("At {time}: {value}"), time=hour, value=wording.value(localizer, metric, part.fact or 0.0))
        )
    return told
