"""A forecast as a picture: weeks that were and weeks to come with their bands, and how far such forecasts were off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from charts.forms.outlook import Error, Outlook, OutlookSlot, SlotSum
from charts.model import Amount
from digests import numbers
from digests.figures import line_title
from digests.load.plan import LinePlan, LoadPlan
from digests.load.wording import LEAST_COVERAGE, METHODS, contacts, percent, rounded
from digests.localizer import Localizer
from digests.numbers import capital
from digests.pictures.load_week import made_on
from digests.pictures.wording import brief_day, chart_labels, sentences, titles
from digests.result import Session
from metrics.answers import exact
from metrics.load.backtest import Horizon
from metrics.load.forecast import DAY_MODEL, NAIVE
from metrics.load.line_load import LineLoad
from metrics.load.outlook import DayAhead
from metrics.model import Unit
from metrics.periods import days
from warehouse.messages import N_

_WEEK, _WEEKS_BEFORE, _DAYS_SHOWN = 7, 4, 4
"""Four weeks before, and days rather than weeks where no more than four are ahead."""
_USUAL_WEEKS = 8
_LIKE, _GROUPS = 0.05, 3


def forecast(session: Session, plan: LoadPlan, line: LinePlan) -> Outlook | None:
    """Return the picture of a line's forecast, up to the end of the period at least; None where there is none."""
    load = line.load
    if not load.outlook.days:
        return None
    localizer = session.localizer
    weeks = _weeks_ahead(plan, load)
    by_week = len(weeks) > _DAYS_SHOWN
    before = _weeks_before(load, weeks[0][0])
    slots, sums = (_by_weeks if by_week else _by_days)(session, load, before, weeks)
    errors = tuple(_errors(localizer, load))
    return Outlook(
        titles(*_captions(session, plan, line, weeks, by_week=by_week)),
        chart_labels(localizer),
        tuple(slots),
        tuple(sums),
        _said(localizer, load, weeks[0]) if not by_week else "",
        errors,
        localizer(N_("How far it would have been off in the last 8 weeks, % a day"))
        if errors
        else localizer(N_("Not checked yet: under 28 days teach")),
        localizer(N_("lower is better")) if errors else "",
    )


def _weeks_ahead(plan: LoadPlan, load: LineLoad) -> list[tuple[date, ...]]:
    """The days ahead by calendar weeks, the first may have begun: two weeks, or as many as the period reaches."""
    first = load.last_day + timedelta(days=1)
    monday = first - timedelta(days=first.weekday())
    reach = max(plan.period.last_day, monday + timedelta(days=2 * _WEEK - 1))
    last = min(reach, load.last_day + timedelta(days=len(load.outlook.days)))
    found: list[tuple[date, ...]] = []
    while monday <= last:
        week = tuple(day for n in range(_WEEK) if first <= (day := monday + timedelta(days=n)) <= last)
        found.append(week)
        monday += timedelta(days=_WEEK)
    return [week for week in found if week]


def _weeks_before(load: LineLoad, first: date) -> list[tuple[date, ...]]:
    """Weeks of facts; days of the week that the forecast begins in stand with the last of them."""
    monday = first - timedelta(days=first.weekday())
    begins = load.counted.history.calendar.first
    weeks = []
    for n in range(_WEEKS_BEFORE, -1, -1):
        start = monday - timedelta(days=_WEEK * n)
        week = tuple(
            day for k in range(_WEEK) if begins <= (day := start + timedelta(days=k)) <= load.last_day and day < first
        )
        if week:
            weeks.append(week)
    return weeks[-_WEEKS_BEFORE:] if len(weeks[-1]) == _WEEK else weeks[-_WEEKS_BEFORE - 1 :]


def _fact(load: LineLoad, day: date) -> float | None:
    history = load.counted.history
    index = history.calendar.index(day)
    return None if index in history.gaps else float(history.totals[index])


def _by_days(
    session: Session, load: LineLoad, before: Sequence[tuple[date, ...]], weeks: Sequence[tuple[date, ...]]
) -> tuple[list[OutlookSlot], list[SlotSum]]:
    slots: list[OutlookSlot] = []
    sums: list[SlotSum] = []
    for week in (*before, *weeks):
        first = len(slots)
        for day in week:
            slots.append(_day(session, load, day))
        amounts = [slot.amount or 0.0 for slot in slots[first:]]
        ahead = slots[first].ahead
        sums.append(_sum(session, week, sum(amounts), first, len(slots) - 1, ahead=ahead))
    return slots, sums


def _day(session: Session, load: LineLoad, day: date) -> OutlookSlot:
    calendar = load.counted.history.calendar
    index = calendar.index(day)
    holiday = bool(calendar.holidays[index])
    off = holiday or not session.calculator.centre.is_working_day(day)
    sign = session.localizer(N_("hol.")) if holiday else ""
    ahead = load.day(day)
    if ahead is None:
        return OutlookSlot(_fact(load, day), off=off, sign=sign)
    return OutlookSlot(ahead.total, True, ahead.total_low, ahead.total_high, off, sign)


def _by_weeks(
    session: Session, load: LineLoad, before: Sequence[tuple[date, ...]], weeks: Sequence[tuple[date, ...]]
) -> tuple[list[OutlookSlot], list[SlotSum]]:
    slots: list[OutlookSlot] = []
    sums: list[SlotSum] = []
    for week in before:
        slots.append(OutlookSlot(sum(_fact(load, day) or 0.0 for day in week)))
        sums.append(_sum(session, week, slots[-1].amount or 0.0, len(slots) - 1, len(slots) - 1))
    for week in weeks:
        aheads = _aheads(load, week)
        band = load.outlook.band_of(aheads)
        low, high = band or (None, None)
        slots.append(OutlookSlot(sum(ahead.total for ahead in aheads), True, low, high))
        sums.append(_sum(session, week, slots[-1].amount or 0.0, len(slots) - 1, len(slots) - 1, ahead=True))
    return slots, sums


def _aheads(load: LineLoad, week: Sequence[date]) -> list[DayAhead]:
    return [ahead for day in week if (ahead := load.day(day))]


def _sum(
    session: Session, week: Sequence[date], total: float, first: int, last: int, *, ahead: bool = False
) -> SlotSum:
    localizer = session.localizer
    short = _brief_days(localizer, week[0], week[-1])
    # Under one column there is room for a number, and none for «тыс.».
    in_full = numbers.plain(localizer, exact(rounded(total)), 0)
    text = in_full if first == last else numbers.in_unit(localizer, Unit.COUNT, rounded(total), 0)
    return SlotSum(short, text, first, last, ahead)


def _brief_days(localizer: Localizer, first: date, last: date) -> str:
    """«18–24.05», “5/18–24”."""
    begins, ends = brief_day(localizer, first), brief_day(localizer, last)
    if first == last:
        return ends
    if localizer.language != "en":
        return f"{first.day}–{ends}"
    return f"{begins}–{last.day if first.month == last.month else ends}"


def _said(localizer: Localizer, load: LineLoad, week: Sequence[date]) -> str:
    """What the first day ahead brings, and between what."""
    ahead = load.day(week[0])
    if ahead is None or ahead.total_low is None or ahead.total_high is None:
        return localizer(N_("forecast"))
    return localizer(
        N_("forecast: {weekday} {n}, from {low} to {high}"),
        weekday=localizer.weekday(week[0]),
        n=float(rounded(ahead.total)),
        low=float(rounded(ahead.total_low)),
        high=float(rounded(ahead.total_high)),
    )


def _errors(localizer: Localizer, load: LineLoad) -> Iterator[Error]:
    accuracy = load.outlook.accuracy
    for group in (accuracy.groups if accuracy else ())[:_GROUPS]:
        if not group.checked or group.published.day is None:
            continue
        rival = _rival(group)
        own = _percent(localizer, group.published.day)
        name = (
            localizer(N_("tomorrow"))
            if group.last == 1
            else localizer(N_("{first}–{last} days"), first=group.first, last=group.last)
        )
        beside = None
        if (value := group.errors[rival].day) is not None:
            beside = Amount(100 * value, numbers.plain(localizer, exact(rounded(100 * value)), 0))
        yield Error(name, Amount(100 * group.published.day, own), beside)


def _rival(group: Horizon) -> str:
    """As last week; where that is what is published, the mean of eight weeks."""
    return NAIVE if group.method != NAIVE else DAY_MODEL


def _percent(localizer: Localizer, share: float) -> str:
    return localizer.say(percent(share))


def _captions(
    session: Session, plan: LoadPlan, line: LinePlan, weeks: Sequence[tuple[date, ...]], *, by_week: bool
) -> tuple[str, str, str, Sequence[str]]:
    localizer, load = session.localizer, line.load
    about = line_title(session.calculator, line.line) if line.line else capital(localizer(N_("the whole centre")))
    span = localizer.days(days(weeks[0][0], weeks[-1][-1], plan.period.timezone))
    kinds = {
        ("call", False): N_("{line}, calls a day; forecast with its band, {dates}"),
        ("call", True): N_("{line}, calls a week; forecast with its band, {dates}"),
        ("chat", False): N_("{line}, chats a day; forecast with its band, {dates}"),
        ("chat", True): N_("{line}, chats a week; forecast with its band, {dates}"),
        ("desk", False): N_("{line}, tickets a day; forecast with its band, {dates}"),
        ("desk", True): N_("{line}, tickets a week; forecast with its band, {dates}"),
    }
    subtitle = localizer(kinds[plan.channel, by_week], line=about, dates=span)
    footnote = sentences(*_notes(localizer, load), made_on(localizer, load.last_day))
    return _headline(session, plan, line, weeks), subtitle, footnote, (subtitle, footnote)


def _notes(localizer: Localizer, load: LineLoad) -> Iterator[str]:
    accuracy = load.outlook.accuracy
    if accuracy is None:
        return
    group = accuracy.of(_WEEK)
    if group.coverage is None:
        yield localizer(N_("The stroke: {share} of outcomes, not measured"), share=_percent(localizer, load.band))
    elif group.coverage < LEAST_COVERAGE:
        yield localizer(
            N_("The stroke held {share} of outcomes when checked"), share=_percent(localizer, group.coverage)
        )
    else:
        yield localizer(
            N_("The stroke: {share} of outcomes ({found} when checked)"),
            share=_percent(localizer, load.band),
            found=_percent(localizer, group.coverage),
        )
    rivals = {_rival(each) for each in accuracy.groups[:_GROUPS] if each.checked}
    if len(rivals) == 1:
        yield localizer(N_("Grey bar: “{method}”"), method=localizer.say(METHODS[rivals.pop()]))
    elif rivals:
        yield localizer(N_("Grey bar: the rival method"))


def _headline(session: Session, plan: LoadPlan, line: LinePlan, weeks: Sequence[tuple[date, ...]]) -> str:
    """The sum of the first whole week against the median of the last eight."""
    localizer, load = session.localizer, line.load
    week = next((week for week in weeks if len(week) == _WEEK), weeks[0])
    aheads = _aheads(load, week)
    total = sum(ahead.total for ahead in aheads)
    dates = localizer.days(days(week[0], week[-1], plan.period.timezone))
    said = {"dates": dates, "contacts": localizer.say(contacts(plan.channel, total))}
    usual = _usual_week(load)
    if usual is None or len(week) < _WEEK:
        return localizer(N_("{dates}: {contacts}"), **said)
    apart = total / usual - 1
    if abs(apart) < _LIKE:
        return localizer(N_("{dates}: {contacts},\nas in the last eight weeks"), **said)
    more = N_("{dates}: {contacts},\n{share} more than usual")
    fewer = N_("{dates}: {contacts},\n{share} fewer than usual")
    return localizer(more if apart > 0 else fewer, share=_percent(localizer, abs(apart)), **said)


def _usual_week(load: LineLoad) -> float | None:
    """The median of the last eight weeks of seven days, without those that lack records."""
    history = load.counted.history
    sums = []
    for n in range(_USUAL_WEEKS):
        end = history.days - _WEEK * n
        if end < _WEEK or any(end - _WEEK <= gap < end for gap in history.gaps):
            continue
        sums.append(float(history.totals[end - _WEEK : end].sum()))
    return float(np.median(sums)) if len(sums) >= _WEEKS_BEFORE and np.median(sums) > 0 else None
