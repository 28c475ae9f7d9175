"""The parts of any period: their places on an axis, and how they are called within a sentence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from babel.dates import format_date, format_skeleton

from charts.model import Slot
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.setting import LONG, Setting
from digests.pictures.slots import PeriodPart, day_slots
from metrics.dimensions import HOUR_OF_DAY
from metrics.model import Metric
from metrics.periods import Period, to_local
from metrics.verdict import Verdict
from warehouse.messages import N_

_BANDS = 92
"""Over so many days the bands of days off are only noise."""
_MONTHS = 62
"""Over so many days only months are named."""
_SAID = {
    "hour": N_("by hour"),
    HOUR_OF_DAY: N_("by hour of all days together"),
    "day": N_("by day"),
    "week": N_("by week"),
    "month": N_("by month"),
}


def slots_of(
    localizer: Localizer, by: str, parts: Sequence[PeriodPart], zone: str, is_holiday: Callable[[date], bool]
) -> list[Slot]:
    """A name for every part, or where there are too many of them, for the middle of every day, month or year."""
    starts = [to_local(part.start, zone) for part in parts]
    match by:
        case "hour" | "hour_of_day" if starts[0].date() == starts[-1].date():
            return [Slot(str(start.hour)) for start in starts]
        case "hour":
            return _grouped(starts, datetime.date, lambda start: _numeric(localizer, start))
        case "day" if len(starts) <= _MONTHS:
            return list(day_slots(localizer, [start.date() for start in starts], is_holiday))
        case "day":
            off = [slot.off for slot in day_slots(localizer, [start.date() for start in starts], is_holiday)]
            named = _grouped(starts, _month, lambda start: _month_name(localizer, start))
            banded = len(starts) <= _BANDS
            return [Slot(slot.label, "", banded and rest) for slot, rest in zip(named, off, strict=True)]
        case "month" if len(starts) <= LONG:
            return [
                Slot(_month_name(localizer, start), str(start.year) if index == 0 or start.month == 1 else "")
                for index, start in enumerate(starts)
            ]
        case "month":
            return _grouped(starts, lambda start: start.year, lambda start: str(start.year))
        case _ if len(starts) <= LONG:
            return [
                Slot(_numeric(localizer, start), _shorter(localizer, part))
                for start, part in zip(starts, parts, strict=True)
            ]
        case _:
            return _grouped(starts, _month, lambda start: _month_name(localizer, start))


def drawn_slots(setting: Setting, parts: Sequence[PeriodPart]) -> tuple[Slot, ...]:
    """The places of a digest's parts on the axis."""
    holiday = setting.calculator.centre.is_holiday
    return tuple(slots_of(setting.localizer, setting.by, parts, setting.period.timezone, holiday))


def whole(by: str, part: PeriodPart, zone: str) -> bool:
    """Whether a week or a month is a whole one: at a period's ends it may be cut, and is not compared with others."""
    span = Period(part.start, part.end, zone)
    return len(span.days) >= _WEEK if by == "week" else by != "month" or span == span.whole_months()


def comparable(metric: Metric, by: str, parts: Sequence[PeriodPart], zone: str) -> list[float | None]:
    """The facts of the parts that may be the least or the most: those that are over, of a volume only whole ones."""
    return [part.fact if part.elapsed >= 1 and (not metric.spread or whole(by, part, zone)) else None for part in parts]


def _shorter(localizer: Localizer, part: PeriodPart) -> str:
    """How many days a week has that is cut by its period's end."""
    n = len(Period(part.start, part.end, localizer.timezone).days)
    return localizer.counted("{n} day", "{n} days", n) if n < _WEEK else ""


_WEEK = 7
_PER = {
    "hour": (N_("an hour"), N_("thousand an hour")),
    "day": (N_("a day"), N_("thousand a day")),
    "week": (N_("a week"), N_("thousand a week")),
    "month": (N_("a month"), N_("thousand a month")),
}


def per(setting: Setting, *, thousands: bool) -> str:
    """The unit of a volume by its parts: «тыс. в день»."""
    return setting.localizer(_PER[setting.by][thousands])


def named(localizer: Localizer, by: str, part: PeriodPart, zone: str) -> str:
    """A part alone: «11:00», «3 июня», «1–7 июня», «июнь»."""
    local = to_local(part.start, zone)
    match by:
        case "hour":
            return f"{local:%H:%M}"
        case "day":
            return localizer.day(local.date())
        case "month":
            return month_said(localizer, local.date())
        case _:
            return localizer.days(Period(part.start, part.end, zone))


def since(localizer: Localizer, by: str, part: PeriodPart, zone: str) -> str:
    """After «с»: «11:00», «3 июня», «недели 8–14 июня», «июня»."""
    local = to_local(part.start, zone)
    match by:
        case "month":
            return format_date(local.date(), f"MMMM{_year(localizer, local.date())}", locale=localizer.locale)
        case "week":
            return localizer(N_("the week of {dates}"), dates=localizer.days(Period(part.start, part.end, zone)))
        case _:
            return named(localizer, by, part, zone)


def by_said(localizer: Localizer, by: str) -> str:
    """«по дням»."""
    return localizer(_SAID[by]) if by in _SAID else localizer(N_("by part"))


def when(localizer: Localizer, by: str, part: PeriodPart, period: Period) -> str:
    """«3 июня», «в 11:00», «3 июня в 11:00», «за неделю 1–7 июня», «за июнь»."""
    own = Period(part.start, part.end, period.timezone)
    time = to_local(part.start, period.timezone).strftime("%H:%M")
    match by:
        case "hour" if period.first_day == period.last_day:
            return localizer(N_("at {time}"), time=time)
        case "hour_of_day":
            return localizer(N_("at {time}"), time=time)
        case "hour":
            return localizer(N_("on {day} at {time}"), day=localizer.day(own.first_day), time=time)
        case "day":
            return localizer(N_("on {day}"), day=localizer.day(own.first_day))
        case "month":
            return localizer(N_("in {month}"), month=month_said(localizer, own.first_day))
        case _:
            return localizer(N_("in the week of {dates}"), dates=wording.span(localizer, own))


def month_said(localizer: Localizer, day: date) -> str:
    """«июнь», with the year where it is another than today's."""
    return format_date(day, f"LLLL{_year(localizer, day)}", locale=localizer.locale)


def _year(localizer: Localizer, day: date) -> str:
    return "" if localizer.today is None or localizer.today.year == day.year else " y"


def missed_said(
    localizer: Localizer, by: str, parts: Sequence[PeriodPart], verdicts: Sequence[Verdict], zone: str
) -> str:
    """Which parts missed, of those that are judged."""
    missed = [index for index, verdict in enumerate(verdicts) if verdict is Verdict.MISSED]
    return parts_said(localizer, by, parts, missed, sum(verdict is not Verdict.NONE for verdict in verdicts), zone)


def parts_said(
    localizer: Localizer, by: str, parts: Sequence[PeriodPart], chosen: Sequence[int], among: int, zone: str
) -> str:
    """One or two days by their dates, one run of hours by the clock, else how many of how many."""
    first, last = parts[chosen[0]], parts[chosen[-1]]
    one_day = Period(parts[0].start, parts[-1].end, zone).days[1:] == ()
    if by in ("hour", HOUR_OF_DAY) and one_day and chosen[-1] - chosen[0] == len(chosen) - 1:
        start, end = to_local(first.start, zone), to_local(last.end - timedelta(microseconds=1), zone)
        return localizer(N_("from {start} to {end}"), start=start.hour, end=end.hour + 1)
    if by == "day" and (named := _named(localizer, [to_local(parts[index].start, zone).date() for index in chosen])):
        return localizer(N_("on {day}"), day=named)
    return _counted(localizer, by, len(chosen), among)


def parts_when(
    localizer: Localizer, by: str, parts: Sequence[PeriodPart], chosen: Sequence[int], among: int, period: Period
) -> str:
    """One part by its date or time; several of them by their dates, or by their number."""
    if len(chosen) == 1:
        return when(localizer, by, parts[chosen[0]], period)
    return parts_said(localizer, by, parts, chosen, among, period.timezone)


def _named(localizer: Localizer, days: Sequence[date]) -> str:
    """One day, or two of one month, by their dates; nothing for others."""
    if len(days) == 1:
        return localizer.day(days[0])
    if len(days) == 2 and (days[0].year, days[0].month) == (days[1].year, days[1].month):
        both = wording.joined(localizer, [str(days[0].day), str(days[1].day)])
        return localizer.day(days[1]).replace(str(days[1].day), both, 1)
    return ""


def _counted(localizer: Localizer, by: str, n: int, of: int) -> str:
    match by:
        case "hour" | "hour_of_day":
            return localizer.counted("for {n} hour of {all}", "for {n} hours of {all}", n, all=of)
        case "day":
            return localizer.counted("on {n} day of {all}", "on {n} days of {all}", n, all=of)
        case "month":
            return localizer.counted("for {n} month of {all}", "for {n} months of {all}", n, all=of)
        case _:
            return localizer.counted("for {n} week of {all}", "for {n} weeks of {all}", n, all=of)


def dates(localizer: Localizer, period: Period) -> str:
    """«1–15 июня»; with the times of a period that does not begin and end at midnight."""
    said = wording.span(localizer, period)
    if period.whole_days:
        return said
    start, end = to_local(period.start, period.timezone), to_local(period.end, period.timezone)
    if period.first_day == period.last_day:
        hours = f"{start:%H:%M}\N{EN DASH}{end:%H:%M}"
        return localizer(N_("{day}, {time}"), day=said, time=hours)
    return localizer(N_("{dates} until {time}"), dates=said, time=f"{end:%H:%M}")


def _grouped(
    starts: Sequence[datetime], key: Callable[[datetime], Hashable], name: Callable[[datetime], str]
) -> list[Slot]:
    """Neighbours of one key have one name, at their middle."""
    slots: list[Slot] = []
    for _, run in groupby(starts, key=key):
        group = list(run)
        middle = (len(group) - 1) // 2
        slots += [Slot(name(start) if index == middle else "") for index, start in enumerate(group)]
    return slots


def _month(start: datetime) -> tuple[int, int]:
    return start.year, start.month


def _month_name(localizer: Localizer, start: datetime) -> str:
    return str(localizer.locale.months["stand-alone"]["abbreviated"][start.month])


def _numeric(localizer: Localizer, start: datetime) -> str:
    return format_skeleton("Md", start, locale=localizer.locale)
