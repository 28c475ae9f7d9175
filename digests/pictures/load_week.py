"""People of a week as a picture: the half hours that lack some, those with some to spare, and hours of each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.dates import format_date, format_skeleton

from charts.forms.shortage import Shortage, ShortageCell, ShortageDay, Stand
from digests import numbers
from digests.figures import line_title
from digests.load.plan import LinePlan, LoadPlan
from digests.load.wording import at, hours, lacking, on_day, people_there, rounded, thinnest, worst_day
from digests.localizer import Localizer
from digests.numbers import capital
from digests.pictures.wording import brief_day, chart_labels, sentences, titles
from digests.result import Session
from metrics.answers import exact
from metrics.load.history import HALF_HOURS, Flags
from metrics.load.line_load import DayLoad
from metrics.load.presence import PRESENT, ROSTER, USUAL
from metrics.periods import days
from warehouse.messages import N_

_MOST_HALF_HOURS, _MOST_DAYS = 28, 7
_WHOLE = 1000.0
"""Hours from so many on have no decimals."""
_MUCH = 3
"""From so many spare people on the bar is thick."""


def week(session: Session, plan: LoadPlan, line: LinePlan) -> Shortage | None:
    """Return the picture of a line's days: at most seven, those around the day that lacks most."""
    shown = _shown(line)
    open_hours = np.flatnonzero(np.any([day.scenario.open_hours for day in shown], axis=0))
    if not len(open_hours):
        return None
    first, end = int(open_hours[0]), int(open_hours[-1]) + 1
    step = 1 if end - first <= _MOST_HALF_HOURS else 2
    first -= first % step
    starts = list(range(first, end, step))
    localizer = session.localizer
    highest = max(float(day.outcome.need.rostered.max()) for day in shown)
    rows = tuple(_row(session, line, day, starts, step, highest) for day in shown)
    heads = tuple((n, str(start // 2)) for n, start in enumerate(starts) if start % 2 == 0)
    spare = rounded(line.spare_hours) if line.people_known and rounded(line.short_hours, 1) > 0 else 0
    remark = ""
    if spare >= 1:
        said = localizer.counted(
            "{n} spare hour does not make up for what is short.",
            "{n} spare hours do not make up for what is short.",
            int(spare),
        )
        remark = said
    return Shortage(
        titles(*_captions(session, plan, line, shown, step)),
        chart_labels(localizer),
        heads,
        rows,
        _over(localizer, line),
        localizer(N_("needed")),
        localizer(N_("there")) if line.people_known else "",
        remark,
    )


def _shown(line: LinePlan) -> Sequence[DayLoad]:
    if len(line.days) <= _MOST_DAYS:
        return line.days
    worst = line.days.index(worst_day(line)) if line.people_known else 0
    first = min(max(worst - line.days[worst].day.weekday(), 0), len(line.days) - _MOST_DAYS)
    return line.days[first : first + _MOST_DAYS]


def _over(localizer: Localizer, line: LinePlan) -> str:
    match line.source:
        case "usual" | "present":
            return localizer(N_("hours on the line"))
        case _:
            return localizer(N_("hours on the roster"))


def _row(
    session: Session, line: LinePlan, day: DayLoad, starts: Sequence[int], step: int, highest: float
) -> ShortageDay:
    localizer = session.localizer
    need = day.outcome.need
    known = day.scenario.roster is not None
    spans = tuple(_span(day, range(start, start + step), highest) for start in starts)
    there = float(day.scenario.roster[day.scenario.open_hours].sum()) / 2 if day.scenario.roster is not None else 0.0
    name = format_date(day.day, "EEE", locale=localizer.locale)
    if len(line.days) > _MOST_DAYS:
        name = brief_day(localizer, day.day)
    off = not session.calculator.centre.is_working_day(day.day)
    said = _hours(localizer, need.hours), _hours(localizer, there) if known else ""
    return ShortageDay(name, spans, said[0], said[1], known and there < need.hours - 0.05, off)


def _hours(localizer: Localizer, value: float) -> str:
    decimals = 0 if value >= _WHOLE else 1
    return numbers.plain(localizer, exact(rounded(value, decimals)), decimals)


def _span(day: DayLoad, places: range, highest: float) -> ShortageCell:
    """A half hour, or the worse of two."""
    open_hours: Flags = day.scenario.open_hours
    shown = [n for n in places if n < HALF_HOURS and open_hours[n]]
    if not shown:
        return ShortageCell(Stand.CLOSED)
    need = day.outcome.need.rostered
    if day.scenario.roster is None:
        most = int(max(need[n] for n in shown))
        return ShortageCell(Stand.NEEDS, str(most), most / highest if highest else 0.0)
    there = people_there(day)
    gap = int(min(there[n] - need[n] for n in shown))
    if gap <= -2:
        return ShortageCell(Stand.LACKS, str(-gap))
    if gap == -1:
        return ShortageCell(Stand.LACKS_ONE)
    return ShortageCell(Stand.ENOUGH if gap == 0 else Stand.SPARE if gap < _MUCH else Stand.MUCH_SPARE)


def _captions(
    session: Session, plan: LoadPlan, line: LinePlan, shown: Sequence[DayLoad], step: int
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    about = line_title(session.calculator, line.line) if line.line else capital(localizer(N_("the whole centre")))
    dates = localizer.days(days(shown[0].day, shown[-1].day, plan.period.timezone))
    of = {
        ROSTER: N_("{line}, {dates}: people on the roster less those needed, by half-hour"),
        USUAL: N_("{line}, {dates}: people on the line as usual less those needed, by half-hour"),
        PRESENT: N_("{line}, {dates}: people on the line less those needed, by half-hour"),
        None: N_("{line}, {dates}: people needed on the roster, by half-hour"),
    }
    by_hour = {
        ROSTER: N_("{line}, {dates}: people on the roster less those needed, the worse half of each hour"),
        USUAL: N_("{line}, {dates}: people on the line as usual less those needed, the worse half of each hour"),
        PRESENT: N_("{line}, {dates}: people on the line less those needed, the worse half of each hour"),
        None: N_("{line}, {dates}: people needed on the roster, the worse half of each hour"),
    }
    subtitle = localizer((of if step == 1 else by_hour)[line.source], line=about, dates=dates)
    legend = N_("A number: so many lack; a frame: one lacks; a grey bar: spare people.")
    key = localizer(legend) if line.people_known else localizer(N_("The deeper, the more people are needed."))
    footnote = sentences(key.rstrip("."), made_on(localizer, line.load.last_day))
    return _headline(localizer, plan, line), subtitle, footnote, (subtitle, footnote)


def made_on(localizer: Localizer, last_day: date) -> str:
    """«Записи по 21.06», “Records up to 6/21”: by which records a forecast was made."""
    return localizer(N_("Records up to {day}"), day=format_skeleton("Md", last_day, locale=localizer.locale))


def _headline(localizer: Localizer, plan: LoadPlan, line: LinePlan) -> str:
    if not line.people_known:
        return localizer(
            N_("{hours} are needed,\nthere is no roster to compare with"), hours=localizer.say(hours(line.need_hours))
        )
    missing = rounded(line.short_hours, 1)
    if missing > 0:
        day = worst_day(line)
        part = rounded(day.outcome.comparison.short_hours, 1) if day.outcome.comparison else 0
        said = {
            "hours": localizer.say(lacking(line.short_hours)),
            "on_day": localizer.say(on_day(day.day, plan.period)),
        }
        if len(line.days) == 1 or part == missing:
            return localizer(N_("{hours} are short {on_day}"), **said)
        return localizer(N_("{hours} are short,\n{part} of them {on_day}"), part=float(part), **said)
    day, half_hour = thinnest(line)
    return localizer(
        N_("People suffice: the thinnest half hour\nis {at} {on_day}, {there} of {needed}"),
        at=at(half_hour),
        on_day=localizer.say(on_day(day.day, plan.period)),
        there=int(people_there(day)[half_hour]),
        needed=int(day.outcome.need.rostered[half_hour]),
    )
