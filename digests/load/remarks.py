"""What must be known to read a plan: holidays, a new level, gaps, the season, methods, who is taken to be there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from digests.load.plan import LinePlan, LoadPlan
from digests.load.wording import AS_USUAL, MANY_LOST, METHODS, hours, percent, promise, rounded
from metrics.load.forecast import LEVEL
from metrics.load.outlook import season
from metrics.load.presence import PRESENT, USUAL
from metrics.load.what_if import MOST_CONTACTS
from metrics.model import Unit
from warehouse.messages import N_, Message, note

_SEASON_FROM, _SEASON_LEAST = 28, 0.15
"""Days ahead from which the season of the year is spoken of in any case, and the share from which always."""


def remarks(plan: LoadPlan, line: LinePlan) -> Iterator[Message]:
    """What must be known to read a forecast: holidays, a new level, gaps, methods, changes of the handling time."""
    yield from _announced(line)
    yield from _step(line)
    yield from _holidays(plan, line)
    yield from _season(line)
    yield from _gaps(line)
    yield from _chosen(line)
    handling = line.load.handling
    if handling and handling.changed and handling.last_week_s is not None:
        yield note(
            "AHT has changed: {last} in the last week beside {usual} of four weeks.",
            last=note(Unit.SECONDS.words.text, number=rounded(handling.last_week_s)),
            usual=note(Unit.SECONDS.words.text, number=rounded(handling.aht_s)),
        )
    if any(day.source == USUAL for day in line.days):
        day = next(day for day in line.days if day.source == USUAL)
        yield note(
            "There is no roster: people are those on the line {as_usual}, the median of four weeks.",
            as_usual=AS_USUAL[day.day.weekday()] if len(line.days) == 1 else note("as usual on these weekdays"),
        )
    if any(day.source == PRESENT for day in line.days):
        yield note("Days that are over are as they were: what came, and who was on the line.")
    if line.people_known and any(day.source is None for day in line.days):
        days_without = [day.day for day in line.days if day.source is None]
        yield note("The roster does not reach {day} and the days after it.", day=min(days_without))
    if any(float(day.scenario.contacts.max()) > MOST_CONTACTS for day in line.days):
        yield note("Over {most} contacts come in half an hour: no queue is computed of so many.", most=MOST_CONTACTS)
    yield from _people(plan, line)
    losses = [day.outcome.queue.losses for day in line.days if day.outcome.queue and day.outcome.queue.lost.any()]
    if losses and max(losses) > MANY_LOST:
        yield note("Over a tenth of callers would hang up; some call again, so that more calls come than forecast.")


def _announced(line: LinePlan) -> Iterator[Message]:
    """That clients are to come whose contacts are in no forecast."""
    if (found := line.announced) is not None:
        yield note(
            "From {day} on {number} client more is served, beside {before}: the forecast does not know of it.",
            "From {day} on {number} clients more are served, beside {before}: the forecast does not know of them.",
            day=found.day,
            n=int(rounded(found.clients)),
            number=float(rounded(found.clients)),
            before=float(rounded(found.before)),
        )


def _step(line: LinePlan) -> Iterator[Message]:
    fit = line.load.outlook.fit
    if fit and fit.step is not None and any(day.ahead for day in line.days):
        factor = note("{number} times", number=rounded(fit.step, 1))
        yield note(
            "The last three days all brought {factor} the usual: the forecast is at that new level.", factor=factor
        )
    if fit and fit.apart and any(day.ahead for day in line.days):
        n, above = fit.apart
        yield (
            note(
                "The last day was far above the usual: one day is no new level.",
                "The last {n} days were far above the usual: so few are no new level.",
                n=n,
            )
            if above
            else note(
                "The last day was far below the usual: one day is no new level.",
                "The last {n} days were far below the usual: so few are no new level.",
                n=n,
            )
        )


def _holidays(plan: LoadPlan, line: LinePlan) -> Iterator[Message]:
    for day in line.days:
        if day.ahead is None or not day.ahead.holiday:
            continue
        fit = line.load.outlook.fit
        if fit and fit.holiday_ratio is not None:
            yield note(
                "{day} is a holiday: forecast by {n} holiday of three years.",
                "{day} is a holiday: forecast by {n} holidays of three years.",
                day=day.day,
                n=fit.holidays,
            )
        else:
            yield note("{day} is a holiday: forecast as Sundays.", day=day.day)


def _season(line: LinePlan) -> Iterator[Message]:
    """How far the same weeks a year ago were from usual: a forecast knows of no season."""
    ahead = [day.ahead for day in line.days if day.ahead]
    if not ahead:
        return
    far = ahead[-1].lead > _SEASON_FROM
    found = season(line.load.counted.history, [each.day for each in ahead])
    if found is None or (not far and abs(found) <= _SEASON_LEAST):
        if far:
            yield note("The season of the year is in no forecast, and the records do not reach a year back.")
        return
    more = N_(
        "The season of the year is in no forecast: a year ago these days brought {share} more than the eight weeks "
        "before them."
    )
    less = N_(
        "The season of the year is in no forecast: a year ago these days brought {share} less than the eight weeks "
        "before them."
    )
    yield note(more if found >= 0 else less, share=percent(abs(found)))


def _people(plan: LoadPlan, line: LinePlan) -> Iterator[Message]:
    """How many full-time people the hours are, that a small line is never busy, and what one queue saves."""
    weeks = len(line.days) / 7
    if weeks >= 1:
        yield note(
            "Needed a week: {hours}, which is {n} full-time people of {week} hours.",
            hours=hours(line.need_hours / weeks),
            n=rounded(line.need_hours / weeks / plan.week_hours, 1),
            week=rounded(plan.week_hours, 1),
        )
    rules, slots = line.load.rules, sum(float(day.outcome.need.slots.sum()) for day in line.days)
    busy = sum(float(day.outcome.need.load.sum()) for day in line.days) / slots if slots else 1.0
    if rules.waits and busy < rules.occupancy_min - _AS_GOOD_AS:
        yield note(
            "As few people as {promise} takes are busy for {busy} of the time: so small a line allows no more.",
            promise=promise(rules.service),
            busy=percent(busy),
        )
    if plan.saved_hours is not None and plan.saved_hours > 0:
        yield note("As one queue its lines need {hours} less than apart.", hours=hours(plan.saved_hours))


_AS_GOOD_AS = 0.005


def _gaps(line: LinePlan) -> Iterator[Message]:
    history = line.load.counted.history
    recent = [history.calendar.day(gap) for gap in history.gaps if gap >= history.days - 56]
    if recent:
        listed: Message | date = recent[0]
        for gap in recent[1:3]:
            listed = note("{days}, {more}", days=listed, more=gap)
        yield note("No records of {days}: such days teach nothing.", days=listed)
    marked = [n for n in range(max(0, history.days - 56), history.days) if history.calendar.excluded[n]]
    if marked:
        yield note(
            "{n} day of the last eight weeks is marked to teach nothing.",
            "{n} days of the last eight weeks are marked to teach nothing.",
            n=len(marked),
        )


def _chosen(line: LinePlan) -> Iterator[Message]:
    """Which method a group of leads is published by where it is not the level, and why."""
    outlook = line.load.outlook
    if outlook.accuracy is None:
        if outlook.known_days:
            yield note(
                "The line is known for {n} day: the mean of its weekdays, not checked yet.",
                "The line is known for {n} days: the mean of its weekdays, not checked yet.",
                n=outlook.known_days,
            )
        return
    for group in outlook.accuracy.groups:
        if not any(day.ahead and group.first <= day.ahead.lead <= group.last for day in line.days):
            continue
        said: dict[str, Any] = {"first": group.first, "last": group.last, "method": METHODS[group.method]}
        own, level = group.published.half_hour, group.errors[LEVEL].half_hour
        if not group.checked:
            alone = N_("A day ahead: {method}, not checked.")
            several = N_("{first} to {last} days ahead: {method}, not checked.")
            yield note(alone if group.first == group.last else several, **said)
        elif group.method != LEVEL and own is not None and level is not None and percent(own, 1) != percent(level, 1):
            alone = N_("A day ahead {method} is more exact: {own} a half hour beside {level}.")
            several = N_("{first} to {last} days ahead {method} is more exact: {own} a half hour beside {level}.")
            yield note(
                alone if group.first == group.last else several,
                own=percent(own, 1),
                level=percent(level, 1),
                **said,
            )
