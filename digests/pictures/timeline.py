"""Days and hours as places on an axis, and what happened in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise

from babel.dates import format_date, format_skeleton

from charts.model import Amount, Point, Points, Slot
from charts.model import Judgement as Mark
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.setting import LONG, Setting
from digests.pictures.wording import SeriesNumbers
from metrics.answers import Answer, Verdict, hours_in_use, margin, share, verdict
from metrics.centre import Centre
from metrics.dimensions import HOUR_OF_DAY
from metrics.facts import Fact
from metrics.intervals import Limits, limits_of_means, limits_of_shares
from metrics.model import Better, Metric, Unit
from metrics.periods import HOUR, Period, to_local, to_utc
from warehouse.messages import N_

REACHED = 99.5
"""A volume at so many per cent of its plan counts as on it: a plan spread over days is an estimate of each."""

MARKS = {
    Verdict.MET: Mark.MET,
    Verdict.MISSED: Mark.MISSED,
    Verdict.BEHIND: Mark.BEHIND,
    Verdict.NONE: Mark.NONE,
}


@dataclass(frozen=True)
class PeriodPart:
    """A part of an answer's period: its borders, what is known of it, and how much of it is over."""

    start: datetime
    end: datetime
    fact: float | None
    plan: float | None
    elapsed: float
    few: bool = False
    """Whether it has too few cases to be judged."""
    cases: float | None = None
    """What a share or a mean is divided by."""
    before: bool = False
    """Whether it is drawn before its period's parts: nothing is said of it."""

    def judged(self, metric: Metric) -> Verdict:
        """By the metric's direction; the part of a volume's plan is only an estimate."""
        if self.elapsed < 1 or self.few or self.before:
            return Verdict.NONE
        found = verdict(metric.better, self.fact, self.plan)
        reached = share(self.fact, self.plan) if metric.spread else None
        if found is Verdict.MISSED and reached is not None and REACHED <= reached <= 200 - REACHED:
            return Verdict.MET
        return found


BY_CLOCK = ("half-hour", "hour")
"""The parts of one day."""


def drawn(setting: Setting, *answers: Answer) -> list[list[PeriodPart]]:
    """The parts of answers side by side; of the hours of a day those from the first to the last that has anything."""
    rows = [parts_of(setting, answer, setting.span) for answer in answers]
    shown = in_use(setting, answers, rows) if setting.by in BY_CLOCK else slice(None)
    return [row[shown] for row in rows]


def in_use(
    setting: Setting, answers: Sequence[Answer], rows: Sequence[Sequence[PeriodPart]], also: Iterable[int] = ()
) -> slice:
    """The hours of a day, or by the clock, from the first to the last in which there was anything, or is planned.

    An hour in which calls came and none was lost is one of them: its zero is a figure. `also`: others that are drawn.
    """
    zone = setting.period.timezone
    busy = {to_local(start, zone).hour for start in hours_in_use(setting.calculator, answers)}
    indexes = [
        index
        for answer, parts in zip(answers, rows, strict=True)
        for index, part in enumerate(parts)
        if (answer.metric.spread and part.plan) or to_local(part.start, zone).hour in busy
    ]
    indexes += also
    return slice(min(indexes), max(indexes) + 1) if indexes else slice(None)


def parts_of(setting: Setting, answer: Answer, span: Period | None = None) -> list[PeriodPart]:
    """Every hour, day, week or month of a span or else the answer's period, those ahead with their plans."""
    by = answer.question.part
    assert by is not None
    if by == HOUR_OF_DAY:
        return _by_the_clock(answer)
    borders = (span or answer.period).borders(by)
    begins = setting.calculator.coverage.first_event(answer.metric)
    found = {point.start: point for point in answer.points}
    made = []
    for start, end in pairwise(borders):
        point = found.get(start)
        over = 0.0 if answer.as_of is None else (answer.as_of - start) / (end - start)
        unknown = begins is None or end <= begins  # before the first record a count of nothing is no zero
        fact = point.fact.value if point and not unknown else None
        plan = point.plan if point else _ahead(setting, answer, start, end)
        few = point is not None and point.few
        cases = point.fact.denominator if point else None
        before = end <= answer.period.start
        made.append(PeriodPart(start, end, fact, plan, min(max(over, 0.0), 1.0), few, cases, before))
    return made


def _by_the_clock(answer: Answer) -> list[PeriodPart]:
    """The hours of all days together, as those of the first one; in one without a row nothing happened."""
    found = {point.segment: point for point in answer.points}
    nothing = 0.0 if answer.metric.spread else None
    made = []
    for hour in range(24):
        start = to_utc(datetime.combine(answer.period.first_day, time(hour)), answer.period.timezone)
        point = found.get(f"{hour:02}:00")
        fact, plan = (point.fact.value, point.plan) if point else (nothing, None)
        few, cases = (point.few, point.fact.denominator) if point else (False, None)
        made.append(PeriodPart(start, start + HOUR, fact, plan, 1.0, few, cases))
    return made


def _ahead(setting: Setting, answer: Answer, start: datetime, end: datetime) -> float | None:
    """The plan of a part that has not begun."""
    if not answer.metric.spread or answer.question.filters:
        return None
    span = Period(start, end, answer.period.timezone)
    return setting.plans.planned(answer.metric, answer.question.line, span, end).full


def highest(facts: Sequence[float | None]) -> list[int]:
    """Where the most is: in several places, if they are equal; nowhere, if it is the same everywhere."""
    known = [fact for fact in facts if fact is not None]
    if len(set(known)) < 2:
        return []
    return [index for index, fact in enumerate(facts) if fact == max(known)]


def lowest(facts: Sequence[float | None]) -> list[int]:
    """The same of the least."""
    return highest([None if fact is None else -fact for fact in facts])


def cases_said(localizer: Localizer, fact: Fact) -> str:
    """«28 случаев»: what a share or a mean was counted over, where they are too few to be judged."""
    return localizer.counted("{n} case", "{n} cases", int(fact.denominator or 0))


def few_said(localizer: Localizer, centre: Centre, parts: Iterable[PeriodPart]) -> str:
    """That some parts have too few cases to be judged; nothing where none has."""
    if not any(part.few and part.elapsed >= 1 for part in parts):
        return ""
    least = centre.min_cases
    return localizer.counted("Hollow: below {n} case, not judged", "Hollow: below {n} cases, not judged", least)


def few_cases(localizer: Localizer, centre: Centre) -> str:
    """From how many cases on a share or a mean is judged."""
    return localizer.counted("Not judged below {n} case", "Not judged below {n} cases", centre.min_cases)


def printer(localizer: Localizer, metric: Metric, parts: Iterable[PeriodPart]) -> SeriesNumbers:
    """How the parts of a series are printed beside each other."""
    known = [value for part in parts for value in (part.fact, part.plan) if value is not None]
    return wording.series(localizer, metric, known)


def points(metric: Metric, parts: Sequence[PeriodPart], text: SeriesNumbers) -> Points:
    """Parts as points of a chart."""
    made = []
    for part, usual in zip(parts, _usual(metric, parts), strict=True):
        judged = part.judged(metric)
        amount = None
        if part.fact is not None:
            said = text(part.fact, part.plan, missed=judged is Verdict.MISSED)
            amount = Amount(part.fact, f"{said} ({part.cases:.0f})" if part.few and part.cases else said)
        made.append(Point(amount, part.plan, MARKS[judged], part.elapsed, part.few, usual))
    return tuple(made)


def _usual(metric: Metric, parts: Sequence[PeriodPart]) -> list[Limits | None]:
    """Between what each part of a series of days or more would be by chance.

    Not so for volumes, which have their weekdays, and for hours, which have theirs.
    """
    if metric.spread or not parts or parts[0].end - parts[0].start <= HOUR:
        return [None] * len(parts)
    counted = [
        (part.fact, part.cases) if part.fact is not None and part.cases and not part.few and part.elapsed >= 1 else None
        for part in parts
    ]
    if metric.unit is Unit.PERCENT:
        return limits_of_shares(counted)
    return limits_of_means([each[0] if each else None for each in counted])


def usual_said(localizer: Localizer, metric: Metric, parts: Sequence[PeriodPart]) -> str:
    """What the thin lines are; nothing where there are none."""
    return localizer(N_("Thin lines: the usual spread")) if any(_usual(metric, parts)) else ""


def day_slots(localizer: Localizer, days: Sequence[date], is_holiday: Callable[[date], bool]) -> tuple[Slot, ...]:
    """Days with their weekdays; a holiday is named as one."""
    if len(days) > LONG:
        return tuple(
            Slot(format_skeleton("Md", day, locale=localizer.locale), "", _off(day, is_holiday)) for day in days
        )
    names = localizer.locale.days["format"]["short"]
    holiday = localizer(N_("hol."))
    return tuple(
        Slot(str(day.day), holiday if is_holiday(day) else names[day.weekday()], _off(day, is_holiday)) for day in days
    )


def _off(day: date, is_holiday: Callable[[date], bool]) -> bool:
    return day.weekday() >= 5 or is_holiday(day)


def days_off(localizer: Localizer, days: Sequence[date], is_holiday: Callable[[date], bool]) -> str:
    """What the bands behind the days are; nothing where there is none."""
    off = [day for day in days if _off(day, is_holiday)]
    if any(is_holiday(day) for day in off):
        return localizer(N_("the shade days off and holidays"))
    return localizer(N_("the shade days off")) if off else ""


_BANDS = 92
"""Over so many days the bands of days off are only noise."""
_MONTHS = 62
"""Over so many days only months are named."""
_SAID = {
    "half-hour": N_("by half-hour"),
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
        case "half-hour":
            return [Slot(str(start.hour) if start.minute == 0 else "") for start in starts]
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
    slots = slots_of(setting.localizer, setting.by, parts, setting.period.timezone, holiday)
    return tuple(replace(slot, before=part.before) for slot, part in zip(slots, parts, strict=True))


def whole(by: str, part: PeriodPart, zone: str) -> bool:
    """Whether a week or a month is a whole one: at a period's ends it may be cut, and is not compared with others."""
    span = Period(part.start, part.end, zone)
    return len(span.days) >= _WEEK if by == "week" else by != "month" or span == span.whole_months()


def comparable(metric: Metric, by: str, parts: Sequence[PeriodPart], zone: str) -> list[float | None]:
    """The facts of the parts that may be the least or the most: those that are over, of a volume only whole ones."""
    return [
        part.fact if part.elapsed >= 1 and not part.before and (not metric.spread or whole(by, part, zone)) else None
        for part in parts
    ]


def _shorter(localizer: Localizer, part: PeriodPart) -> str:
    """How many days a week has that is cut by its period's end."""
    n = len(Period(part.start, part.end, localizer.timezone).days)
    return localizer.counted("{n} day", "{n} days", n) if n < _WEEK else ""


_WEEK = 7
_PER = {
    "half-hour": (N_("a half-hour"), N_("thousand a half-hour")),
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
        case "half-hour" | "hour":
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
        case "half-hour" | "hour" if period.first_day == period.last_day:
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
    if by == "half-hour" and chosen[-1] - chosen[0] == len(chosen) - 1:
        begin, over = (f"{to_local(moment, zone):%H:%M}" for moment in (first.start, last.end))
        return localizer(N_("from {start} to {end}"), start=begin, end=over)
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
        case "half-hour":
            return localizer.counted("for {n} half-hour of {all}", "for {n} half-hours of {all}", n, all=of)
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


_SAME_SPAN = timedelta(hours=2)
"""Periods are as long as each other though the clocks changed in one of them."""


@dataclass(frozen=True)
class SeriesRow:
    """A line with its answer, its parts, and another period: the value beside each part, and its answer."""

    name: str
    answer: Answer
    parts: list[PeriodPart]
    earlier: tuple[float | None, ...] = ()
    before: Answer | None = None
    beside: Period | None = None
    """What is drawn beside the parts: days of the other period that are the same days of the week."""

    @property
    def metric(self) -> Metric:
        return self.answer.metric

    @property
    def by(self) -> str:
        return self.answer.question.part or "day"

    @property
    def verdicts(self) -> list[Verdict]:
        return [part.judged(self.metric) for part in self.parts]

    @property
    def misses(self) -> int:
        return self.verdicts.count(Verdict.MISSED)

    @property
    def planned(self) -> bool:
        """Whether it has a plan, be it another one in every part."""
        return self.answer.plan is not None or any(part.plan is not None for part in self.parts)

    @property
    def met_throughout(self) -> bool:
        """Whether every part of which anything is known, and that is over, met the plan."""
        over = [part for part in self.parts if part.fact is not None and part.elapsed >= 1]
        return all(part.judged(self.metric) is Verdict.MET for part in over)

    @property
    def execution(self) -> float | None:
        """Of a volume."""
        return self.answer.execution if self.metric.spread else None

    @property
    def changing(self) -> bool:
        """A level's plan that is not the same in all parts."""
        return not self.metric.spread and self.answer.plan is None and any(p.plan is not None for p in self.parts)

    @property
    def later(self) -> bool:
        """Whether the other period comes after this one."""
        return self.before is not None and self.before.period.start > self.answer.period.start

    @property
    def comparable(self) -> float | None:
        """The period before in one figure. While a period goes on, only one as long as the part that is over."""
        if self.before is None:
            return None
        ours, theirs = self.answer, self.before
        if ours.in_progress:
            until = min(ours.as_of or ours.period.start, ours.period.end)
            if abs((until - ours.period.start) - (theirs.period.end - theirs.period.start)) > _SAME_SPAN:
                return None
        return None if theirs.in_progress else theirs.fact.value


def worst(rows: Sequence[SeriesRow], count: int) -> list[SeriesRow]:
    """Those furthest on the bad side of their plan, or the largest, in the order given.

    First come those that missed it in all, the furthest of them first, then those with the most misses in their parts,
    then those that are closest to it; what is not judged stands last.
    """

    def order(row: SeriesRow) -> tuple[bool, bool, int, float, float]:
        answer = row.answer
        judged, met = answer.verdict is not Verdict.NONE, answer.verdict is Verdict.MET
        apart = margin(row.metric.better, answer.fact.value, answer.plan) if judged else None
        misses = row.misses if met and not row.metric.spread else 0
        return not judged, met, -misses, apart or 0.0, -(answer.fact.value or 0.0)

    chosen = sorted(range(len(rows)), key=lambda index: order(rows[index]))[:count]
    return [rows[index] for index in sorted(chosen)]


def plan_met(answer: Answer) -> str:
    """The message that a plan is met: a norm, a plan, or only so far, while its time goes on."""
    if normed(answer.metric):
        return N_("the target is met")
    reached = answer.metric.better is Better.FLOOR and (answer.fact.value or 0.0) >= (answer.planned.full or 0.0)
    if answer.metric.spread and answer.plan_goes_on and not reached:
        return N_("the plan to date is met")
    return N_("the plan is met")


def verdict_said(answer: Answer) -> str:
    """The message of a verdict by itself."""
    match answer.verdict:
        case Verdict.MET:
            return plan_met(answer)
        case Verdict.BEHIND:
            return N_("behind the plan to date")
        case Verdict.MISSED:
            return N_("the target is missed") if normed(answer.metric) else N_("the plan is missed")
        case Verdict.NONE:
            return N_("no plan")


def plan_name(metric: Metric) -> str:
    """The message that names a plan: a limit, a target or a plan."""
    if metric.bound:
        return N_("limit {plan}")
    return N_("target {plan}") if normed(metric) else N_("plan {plan}")


def of_plan(metric: Metric) -> str:
    """The message of a volume's execution."""
    return N_("{share} of the month's plan") if metric.plan_span == "month" else N_("{share} of plan")


def normed(metric: Metric) -> bool:
    """A level that is to be at least so much has a norm; everything else has a plan."""
    return metric.better is Better.FLOOR and not metric.spread


def titled(metric_name: str, line: str) -> str:
    """«SL Inhouse», «Входящие звонки, Продажи»."""
    if not line:
        return metric_name
    return f"{metric_name} {line}" if metric_name == metric_name.upper() else f"{metric_name}, {line}"


def beyond(metric: Metric) -> str:
    if metric.bound:
        return N_("over the limit {when}") if metric.better is Better.CEILING else N_("below the limit {when}")
    if metric.better is Better.CEILING:
        return N_("over plan {when}")
    return N_("below target {when}")


def missed_when(setting: Setting, row: SeriesRow) -> str:
    return missed_said(setting.localizer, row.by, row.parts, row.verdicts, row.answer.period.timezone)


def value_of(setting: Setting, row: SeriesRow) -> str:
    if row.execution is not None and row.metric.better is not Better.NEUTRAL:
        return setting.localizer(of_plan(row.metric), share=setting.percent(row.execution))
    return wording.fact(setting.localizer, row.answer)
