"""How load and people are said: days, hours, people, and what is found of a line, in no particular language yet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from digests.load.plan import CORRIDOR_HOURS, LinePlan, LoadPlan
from metrics.load import CALL, CHAT, DESK
from metrics.load.back_office import Desk
from metrics.load.erlang import Service
from metrics.load.forecast import DAY_MODEL, LEVEL, NAIVE
from metrics.load.history import Floats
from metrics.load.line_load import DayLoad
from metrics.load.presence import PRESENT, ROSTER, USUAL
from metrics.load.queue import Explosion
from metrics.load.what_if import Scenario
from metrics.model import Unit
from metrics.periods import Period
from warehouse.messages import N_, Message, note

ON_WEEKDAYS = (
    note("on Monday"),
    note("on Tuesday"),
    note("on Wednesday"),
    note("on Thursday"),
    note("on Friday"),
    note("on Saturday"),
    note("on Sunday"),
)
AS_USUAL = (
    note("as usual on Mondays"),
    note("as usual on Tuesdays"),
    note("as usual on Wednesdays"),
    note("as usual on Thursdays"),
    note("as usual on Fridays"),
    note("as usual on Saturdays"),
    note("as usual on Sundays"),
)
METHODS = {
    LEVEL: note("weekday, shape and level"),
    NAIVE: note("as last week"),
    DAY_MODEL: note("the mean of eight weeks"),
}
_WEEK, _MINUTE, _HOURS = 7, 90, 7200


def on_day(day: date, period: Period) -> Message:
    """«в понедельник»; in a longer period «22 июня»."""
    return ON_WEEKDAYS[day.weekday()] if len(period.days) <= _WEEK else note("on {day}", day=day)


def at(half_hour: int) -> str:
    """The beginning of a half hour by the clock."""
    return f"{half_hour // 2:02}:{half_hour % 2 * 30:02}"


def percent(share: float, decimals: int = 0) -> Message:
    """A share of one as a percentage, half up."""
    return note(Unit.PERCENT.words.text, number=rounded(100 * share, decimals))


def rounded(value: float, decimals: int = 0) -> float | int:
    """Half up; whole numbers without decimals."""
    scaled = math.floor(value * 10**decimals + 0.5 + 1e-9) / 10**decimals
    return int(scaled) if scaled == int(scaled) else scaled


def waited(seconds: float) -> Message:
    """«16 минут», «45 секунд»."""
    if seconds >= _HOURS:
        return note(Unit.HOURS.words.text, number=float(rounded(seconds / 3600, 1)))
    if seconds >= _MINUTE:
        return note("{n} min", "{n} min", n=round(seconds / 60))
    return note("{n} s", "{n} s", n=round(seconds))


def contacts(channel: str, count: float) -> Message:
    """«2 476 звонков»."""
    said: dict[str, Any] = {"n": int(rounded(count)), "number": float(rounded(count))}
    if channel == CALL:
        return note("{number} call", "{number} calls", **said)
    return (
        note("{number} chat", "{number} chats", **said)
        if channel == CHAT
        else note("{number} ticket", "{number} tickets", **said)
    )


def hours(count: float) -> Message:
    """«15,5 человеко-часа»."""
    value = rounded(count, 1)
    # A fraction of hours is «человеко-часа» in Russian, as two of them are.
    return note(
        "{number} hour of people",
        "{number} hours of people",
        n=int(value) if value == int(value) else 2,
        number=float(value),
    )


def lacking(count: float) -> Message:
    """«15,5 человеко-часа» of what is short: Russian says it in another case than hours that are needed."""
    value = rounded(count, 1)
    n = int(value) if value == int(value) else _FRACTION
    return note("{number} person-hour", "{number} person-hours", n=n, number=float(value))


_FRACTION = 21
"""A number whose noun stands as that of a fraction does: «21 человеко-часа»."""


def promise(service: Service) -> str:
    """«80/30»."""
    return f"{rounded(100 * service.target, 1)}/{rounded(service.threshold_s, 1)}"


def grows_from(day: date, found: Explosion, scenario: Scenario, period: Period) -> Message:
    """When a queue grows, how long it becomes and when it is gone."""
    closing = int(np.flatnonzero(scenario.open_hours)[-1]) + 1
    said: dict[str, Any] = {"on_day": on_day(day, period), "at": at(found.at)}
    if found.peak_wait_s is None:
        return note("Nobody is there to answer {on_day} from {at}.", **said)
    said |= {
        "peak": at(found.peak + 1),
        "n": int(rounded(found.peak_waiting)),
        "wait": waited(found.peak_wait_s),
    }
    if found.back is None or found.back > closing:
        return note(
            "The queue grows {on_day} from {at}: by {peak} there is {n} caller in it, who waits for {wait}; it is not "
            "gone by closing time.",
            "The queue grows {on_day} from {at}: by {peak} there are {n} callers in it, the wait is {wait}; it is not "
            "gone by closing time.",
            **said,
        )
    return note(
        "The queue grows {on_day} from {at}: by {peak} there is {n} caller in it, who waits for {wait}; it is gone by "
        "{back}.",
        "The queue grows {on_day} from {at}: by {peak} there are {n} callers in it, the wait is {wait}; it is gone by "
        "{back}.",
        back=at(found.back),
        **said,
    )


def short(line: LinePlan, period: Period) -> Message:
    """The hours that are short, the day that lacks most of them, and its worst run of half hours."""
    day = worst_day(line)
    comparison = day.outcome.comparison
    assert comparison is not None
    first, end, there, needed = worst_run(day)
    said: dict[str, Any] = {
        "hours": lacking(line.short_hours),
        "part": rounded(comparison.short_hours, 1),
        "on_day": on_day(day.day, period),
    }
    if first == end:
        return note("{hours} are short: pieces of half hours, in none of which a whole person lacks.", **said)
    said |= {
        "first": at(first),
        "end": at(end),
        "there": there,
        "needed": needed,
    }
    if len(line.days) == 1:
        return note("{hours} are short {on_day}: from {first} to {end} there are {there}, {needed} are needed.", **said)
    return note(
        "{hours} are short, {part} of them {on_day}: from {first} to {end} there are {there}, {needed} are needed.",
        **said,
    )


def worst_day(line: LinePlan) -> DayLoad:
    """The day that lacks most hours."""
    return max(line.days, key=lambda day: day.outcome.comparison.short_hours if day.outcome.comparison else 0.0)


def worst_run(day: DayLoad) -> tuple[int, int, int, int]:
    """The half hours in a row that lack most: from, to, people there at the thinnest of them and needed then."""
    there, needed = people_there(day), day.outcome.need.rostered
    lack = np.maximum(needed - there, 0)
    best, start = (0.0, 0, 0), None
    for n in range(len(lack) + 1):
        lacking = n < len(lack) and lack[n] >= max(1, lack.max() / 2)
        if lacking and start is None:
            start = n
        elif not lacking and start is not None:
            best = max(best, (float(lack[start:n].sum()), start, n))
            start = None
    _, first, end = best
    worst = first + int(np.argmax(lack[first:end])) if end > first else first
    return first, end, int(there[worst]), int(needed[worst])


def people_there(day: DayLoad) -> Floats:
    """Whole people there in open half hours: who has a break of ten minutes is there."""
    roster = day.scenario.roster
    assert roster is not None
    there: Floats = np.where(day.scenario.open_hours, np.floor(roster + 0.5), 0.0)
    return there


def thinnest(line: LinePlan) -> tuple[DayLoad, int]:
    """The half hour with the fewest people beside its need."""
    found: list[tuple[float, float, int, DayLoad]] = []
    for n, day in enumerate(line.days):
        comparison = day.outcome.comparison
        if comparison is None or not day.scenario.open_hours.any():
            continue
        gap = np.where(day.scenario.open_hours, comparison.gap, np.inf)
        share = gap / np.maximum(day.outcome.need.rostered, 1)
        at_most = int(np.argmin(share))
        found.append((float(share[at_most]), -float(day.scenario.contacts[at_most]), n, day))
    day = min(found, key=lambda each: each[:3])[3]
    gap = np.where(day.scenario.open_hours, day.outcome.comparison.gap, np.inf)  # type: ignore[union-attr]
    return day, int(np.argmin(gap / np.maximum(day.outcome.need.rostered, 1)))


def finding(plan: LoadPlan, line: LinePlan) -> Message:
    """The first that holds: a queue grows, hours are short, people are spare all week, or they suffice."""
    period = plan.period
    if not line.people_known:
        return unstaffed(line, period)
    queues = [(day, day.outcome.queue.explosion) for day in line.days if day.outcome.queue]
    growing = [(day, found) for day, found in queues if found]
    if growing:
        day, found = max(growing, key=lambda each: each[1].peak_waiting)
        return grows_from(day.day, found, day.scenario, period)
    if rounded(line.short_hours, 1) > 0:
        return short(line, period)
    if is_spare(line):
        busy = [day.outcome.queue.occupancy for day in line.days if day.outcome.queue]
        return note(
            "{hours} are spare, people are busy for {busy} of the time; the corridor begins at {least}.",
            hours=hours(line.spare_hours),
            busy=percent(sum(busy) / len(busy)),
            least=percent(line.load.rules.occupancy_min),
        )
    day, half_hour = thinnest(line)
    return note(
        "People suffice: the thinnest half hour is {at} {on_day}, {there} there and {needed} needed.",
        on_day=on_day(day.day, period),
        at=at(half_hour),
        there=int(people_there(day)[half_hour]),
        needed=int(day.outcome.need.rostered[half_hour]),
    )


def of_desk(desk: Desk) -> Iterator[Message]:
    """What is open, the pace that leaves nothing late, how many people that takes, and what is left at today's."""
    yield note(
        "{tickets} are open, {hours} of work; nothing is late at {pace} a working day: {n} person.",
        "{tickets} are open, {hours} of work; nothing is late at {pace} a working day: {n} people.",
        tickets=contacts(DESK, desk.open_tickets),
        hours=hours(desk.open_tickets * desk.ticket_s / 3600),
        pace=hours(desk.work.hours),
        n=desk.people,
    )
    if desk.present_hours is None:
        yield note("There is no roster of the back office to compare with.")
        return
    text = (
        N_("The roster has {present} a working day: too few, some tickets will be late.")
        if desk.present_hours < desk.work.hours - _SAME_HOURS
        else N_("The roster has {present} a working day: enough.")
    )
    yield note(text, present=hours(desk.present_hours))


_SAME_HOURS = 0.05


def is_spare(line: LinePlan) -> bool:
    """Whether people present put their occupancy under the corridor every day, and not the service level alone."""
    if not line.days or not line.people_known:
        return False
    least = line.load.rules.occupancy_min
    queues = [day.outcome.queue for day in line.days]
    busy = all(queue is not None and (not queue.people.any() or queue.occupancy < least) for queue in queues)
    return busy and line.spare_hours > CORRIDOR_HOURS * max(line.need_hours, 1.0)


def unstaffed(line: LinePlan, period: Period) -> Message:
    """What the days need where nobody is known to be there, and why that is not known."""
    day = max(line.days, key=lambda each: each.outcome.need.hours)
    peak = int(np.argmax(day.outcome.need.rostered))
    said: dict[str, Any] = {
        "hours": hours(line.need_hours),
        "on_day": on_day(day.day, period),
        "n": int(day.outcome.need.rostered[peak]),
        "at": at(peak),
    }
    if line.there.mixed:
        return note(
            "{hours} are needed on the roster, most at {at} {on_day}: {n}. People of the line take calls and chats, "
            "and statuses do not tell which: import the roster (shifts) to compare.",
            **said,
        )
    return note(
        "{hours} are needed on the roster, most at {at} {on_day}: {n}. There is no roster to compare with: "
        "import shifts.",
        **said,
    )


def spare_beside(line: LinePlan) -> Message | None:
    """That spare hours do not make up for those that are short, where there are both."""
    if rounded(line.short_hours, 1) <= 0 or line.spare_hours < 1:
        return None
    return note("{hours} that are spare at other times do not make up for it.", hours=hours(line.spare_hours))


def expected(plan: LoadPlan, line: LinePlan) -> Iterator[Message]:
    """What comes, with its band, and the service level with the people there."""
    said: dict[str, Any] = {"contacts": contacts(plan.channel, line.contacts), "aht": _aht(line)}
    group = line.group
    if all(day.ahead is None for day in line.days):
        yield note("There were {contacts}.", **said)
    elif line.band and group:
        low, high = line.band
        held = group.coverage is not None and group.coverage < LEAST_COVERAGE
        yield note(
            N_("Forecast with AHT {aht}: {contacts} ({low} to {high}, which held {share} of outcomes when checked).")
            if held
            else N_("Forecast with AHT {aht}: {contacts} ({share} of outcomes: {low} to {high})."),
            share=percent(group.coverage if held and group.coverage is not None else line.load.band),
            low=float(rounded(low)),
            high=float(rounded(high)),
            **said,
        )
    else:
        yield note("Forecast with AHT {aht}, not checked yet: {contacts}.", **said)
    level = line.level
    if level is None:
        return
    target = percent(line.load.rules.service.target)
    worst = min((day for day in line.days if day.outcome.queue), key=_level_of)
    if len(line.days) > 1 and _level_of(worst) < level - 0.005:
        yield note(
            "With these people the service level is {level}, {target} is promised; {on_day} {worst}.",
            level=percent(level),
            target=target,
            on_day=on_day(worst.day, plan.period),
            worst=percent(_level_of(worst)),
        )
    else:
        yield note(
            "With these people the service level is {level}, {target} is promised.", level=percent(level), target=target
        )


def _level_of(day: DayLoad) -> float:
    queue = day.outcome.queue
    level = queue.level() if queue else math.nan
    return level if level == level else math.inf


def _aht(line: LinePlan) -> Message:
    """The mean handling time of what comes, weighted by contacts."""
    weight = sum(float(day.contacts.sum()) for day in line.days)
    seconds = sum(float((day.contacts * day.scenario.aht_s).sum()) for day in line.days)
    mean = seconds / weight if weight else float(line.days[0].scenario.aht_s[0])
    return note(Unit.SECONDS.words.text, number=rounded(mean))


MANY_LOST = 0.1
"""A share of callers who hang up from which it is said that some call again."""
LEAST_COVERAGE = 0.7
"""A band that held less than this of the outcomes says what it held, not what it promised."""


def accuracy(line: LinePlan) -> Message | None:
    """How far off such forecasts were, beside the better rival; None where nothing checks it."""
    group = line.group
    if group is None or not group.checked or group.published.day is None or group.published.half_hour is None:
        return None
    rivals = [name for name in (NAIVE, DAY_MODEL) if name != group.method and group.errors[name].day is not None]
    # Ours beside what anybody would do: as last week.
    rival = NAIVE if NAIVE in rivals else rivals[0]
    errors = group.errors[rival]
    alone = N_(
        "A forecast a day ahead is off by {day} a day and {half_hour} a half hour on the mean; “{rival}” is by "
        "{rival_day} and {rival_half_hour}."
    )
    several = N_(
        "A forecast {first} to {last} days ahead is off by {day} a day and {half_hour} a half hour on the mean; "
        "“{rival}” is by {rival_day} and {rival_half_hour}."
    )
    return note(
        alone if group.first == group.last else several,
        first=group.first,
        last=group.last,
        day=percent(group.published.day),
        half_hour=percent(group.published.half_hour),
        rival=METHODS[rival],
        rival_day=percent(errors.day or 0.0),
        rival_half_hour=percent(errors.half_hour or 0.0),
    )


SOURCES = {
    ROSTER: N_("by the roster"),
    USUAL: N_("as usual"),
    PRESENT: N_("as it was"),
}
