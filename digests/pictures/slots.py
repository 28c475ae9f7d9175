"""Days and hours as places on an axis, and what happened in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from babel.dates import format_skeleton

from charts.model import Amount, Point, Points, Slot
from charts.model import Verdict as Mark
from digests.localizer import Localizer
from digests.pictures import numbers
from digests.pictures.numbers import Series
from digests.pictures.setting import LONG, Setting
from metrics.answers import Answer, hours_in_use
from metrics.calculator import Fact
from metrics.centre import Centre
from metrics.dimensions import HOUR_OF_DAY
from metrics.model import Metric
from metrics.periods import HOUR, Period, to_local, to_utc
from metrics.verdict import Verdict, share, verdict
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

    def judged(self, metric: Metric) -> Verdict:
        """By the metric's direction; the part of a volume's plan is only an estimate."""
        if self.elapsed < 1 or self.few:
            return Verdict.NONE
        found = verdict(metric.better, self.fact, self.plan)
        reached = share(self.fact, self.plan) if metric.spread else None
        if found is Verdict.MISSED and reached is not None and REACHED <= reached <= 200 - REACHED:
            return Verdict.MET
        return found


def drawn(setting: Setting, *answers: Answer) -> list[list[PeriodPart]]:
    """The parts of answers side by side; of the hours of a day those from the first to the last that has anything."""
    rows = [parts_of(setting, answer, setting.span) for answer in answers]
    shown = in_use(setting, answers, rows) if setting.by == "hour" else slice(None)
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
    begins = setting.calculator.first_event(answer.metric)
    found = {point.start: point for point in answer.points}
    made = []
    for start, end in pairwise(borders):
        point = found.get(start)
        over = 0.0 if answer.as_of is None else (answer.as_of - start) / (end - start)
        unknown = begins is None or end <= begins  # before the first record a count of nothing is no zero
        fact = point.fact.value if point and not unknown else None
        plan = point.plan if point else _ahead(setting, answer, start, end)
        few = point is not None and point.few
        made.append(PeriodPart(start, end, fact, plan, min(max(over, 0.0), 1.0), few))
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
        made.append(PeriodPart(start, start + HOUR, fact, plan, 1.0, point is not None and point.few))
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
    """That some parts have too few cases to be judged; nothing where all that have a plan are."""
    if not any(part.few and part.plan is not None and part.elapsed >= 1 for part in parts):
        return ""
    return few_cases(localizer, centre)


def few_cases(localizer: Localizer, centre: Centre) -> str:
    """From how many cases on a share or a mean is judged."""
    return localizer.counted("Not judged below {n} case", "Not judged below {n} cases", centre.min_cases)


def printer(localizer: Localizer, metric: Metric, parts: Iterable[PeriodPart]) -> Series:
    """How the parts of a series are printed beside each other."""
    known = [value for part in parts for value in (part.fact, part.plan) if value is not None]
    return numbers.series(localizer, metric, known)


def points(metric: Metric, parts: Sequence[PeriodPart], text: Series) -> Points:
    """Parts as points of a chart."""
    made = []
    for part in parts:
        judged = part.judged(metric)
        amount = None
        if part.fact is not None:
            amount = Amount(part.fact, text(part.fact, part.plan, missed=judged is Verdict.MISSED))
        made.append(Point(amount, part.plan, MARKS[judged], part.elapsed))
    return tuple(made)


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
