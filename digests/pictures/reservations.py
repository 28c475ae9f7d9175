"""Shall we make the month? The fact so far, the plan by the day model, and the forecast by pace."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from babel.dates import format_date

from charts.forms.curve import Curve
from charts.model import Judgement as Mark
from digests.pictures import wording
from digests.pictures.setting import Setting, by_day, known
from digests.pictures.timeline import day_slots, parts_of
from digests.pictures.wording import SeriesNumbers
from metrics.answers import Answer, Question, share
from metrics.periods import Period
from metrics.plans.plans import forecast
from warehouse.messages import N_

_METRIC = "reserves_m2"
_MORE_DECIMALS = 4
"""How far a print goes to show a difference."""


@dataclass(frozen=True)
class _Month:
    """Sums from the month's start to the end of each day; the day that goes on ends now."""

    span: Period
    fact: tuple[float, ...]
    plan: tuple[float, ...]
    ahead: tuple[float, ...]
    over: float
    """How many days are over, the part of today included."""

    @property
    def due(self) -> float | None:
        return self.plan[len(self.fact) - 1] if self.plan else None

    @property
    def full(self) -> float | None:
        return self.plan[-1] if self.plan else None

    @property
    def end(self) -> float | None:
        """What it was or will be at the end; None where nothing tells how it goes on."""
        if self.ahead:
            return self.ahead[-1]
        reached = self.full is not None and self.fact[-1] >= self.full
        return self.fact[-1] if self.finished or reached else None

    @property
    def short(self) -> float | None:
        """What is or will be lacking to the plan at the end; below 0, what is over it."""
        return None if self.full is None or self.end is None else self.full - self.end

    @property
    def finished(self) -> bool:
        return self.over >= len(self.span.days)


def questions(setting: Setting) -> list[Question]:
    return [by_day(figure) for figure in setting.of(_METRIC)[:1] if known(figure)]


def build(setting: Setting) -> Curve | None:
    figures = setting.of(_METRIC)[:1]
    if not figures or not known(figures[0]):
        return None
    localizer, answer = setting.localizer, setting.daily(figures[0])
    month = _month(setting, answer)
    if not month.fact:
        return None
    text = wording.series(localizer, answer.metric, [*month.fact, *month.plan])
    dates = _name(setting, month.span)
    unit = localizer(N_("thousand m²")) if text.thousands else localizer(N_("m²"))
    short = month.short
    today = month.span.days[len(month.fact) - 1]
    note = localizer(N_("Forecast: actual + pace × plan for the days left")) if month.ahead else ""
    end = not month.finished and bool(month.ahead)
    return Curve(
        wording.titles(
            _headline(setting, answer, month),
            localizer(N_("Area reserved, running total, {unit}, {dates}"), unit=unit, dates=dates),
            wording.sentences(note, wording.data_as_of(localizer, setting.as_of(answer))),
            _alternative(setting, answer, month),
        ),
        wording.chart_labels(localizer),
        day_slots(localizer, month.span.days, setting.calculator.centre.is_holiday),
        month.fact,
        (_short(text, month.fact[-1]), localizer(N_("actual, {day}"), day=localizer.day(today))),
        month.plan,
        localizer(N_("by plan {value}"), value=_short(text, month.due)) if month.due is not None else "",
        localizer(N_("plan {plan}"), plan=_short(text, month.full)) if month.full is not None else "",
        month.ahead,
        localizer(N_("forecast {value}"), value=_short(text, month.ahead[-1])) if end else "",
        _gap(setting, month, text),
        Mark.NONE if short is None else Mark.MISSED if short > 0 else Mark.MET,
        _pace(setting, month, text),
        month.over - len(month.fact) + 1,
    )


def _month(setting: Setting, answer: Answer) -> _Month:
    span = answer.question.period.whole_months()
    parts = parts_of(setting, answer)
    begun = [part for part in parts if part.elapsed > 0]
    fact = tuple(accumulate(part.fact or 0.0 for part in begun))
    over = sum(part.elapsed for part in begun)
    dues = [part.plan for part in begun]
    left = [setting.plans.on_day(answer.metric, answer.question.line, day) for day in span.days[len(begun) :]]
    planned, full = [*dues, *left], answer.planned.full
    if full is None or any(due is None for due in planned):
        return _Month(span, fact, (), (), over)
    plan = list(accumulate(due or 0.0 for due in planned))
    plan[-1] = full  # what a running day still has to come is in the days after it
    now = plan[len(begun) - 1] if begun else 0.0
    if len(begun) < len(span.days):
        rest = full - now - sum(due or 0.0 for due in left)
        plan[len(begun) : -1] = [each + rest for each in plan[len(begun) : -1]]
    pace = share(fact[-1], now) if fact else None
    ahead = [forecast(fact[-1], pace / 100 if pace is not None else None, each - now) for each in plan[len(begun) :]]
    return _Month(span, fact, tuple(plan), tuple(each for each in ahead if each is not None), over)


def _headline(setting: Setting, answer: Answer, month: _Month) -> str:
    localizer = setting.localizer
    fact = month.fact[-1]
    at = wording.until(localizer, setting.period, setting.as_of(answer))
    if month.full is None or answer.execution is None:
        value = wording.value(localizer, answer.metric, fact)
        first = localizer(N_("Reservations: {value}"), value=f"{value} {at}" if at else value)
        return f"{first},\n{localizer(N_('no plan'))}"
    whole = N_("{share} of the month's plan") if _one_month(month.span) else N_("{share} of plan")
    reached = localizer(whole, share=setting.percent(answer.execution))
    first = localizer(N_("Reservations: {value}"), value=f"{reached} {at}" if at else reached)
    if fact >= month.full:
        return f"{first},\n{localizer(N_('the plan is met'))}"
    if month.finished:
        gap = wording.value(localizer, answer.metric, month.full - fact)
        return f"{first},\n{localizer(N_('short by {gap}'), gap=gap)}"
    if not month.ahead:
        return first
    expected = setting.percent(share(month.ahead[-1], month.full) or 0.0)
    return f"{first},\n{localizer(N_('at this pace it will be {share}'), share=expected)}"


def _gap(setting: Setting, month: _Month, text: SeriesNumbers) -> str:
    if month.short is None:
        return ""
    size = _apart(text, abs(month.short))
    if month.short <= 0:
        return setting.localizer(N_("{gap} over plan"), gap=size)
    form = N_("short by {gap}") if month.finished else N_("will be short by {gap}")
    return setting.localizer(form, gap=size)


def _pace(setting: Setting, month: _Month, text: SeriesNumbers) -> tuple[str, ...]:
    """Where the forecast falls short: the daily rate that the days left ask for, and the one that they will have.

    Both are of the same days, so that they differ as the forecast and the plan do: the mean so far is of other days.
    """
    localizer, left = setting.localizer, len(month.span.days) - month.over
    if month.short is None or month.short <= 0 or left <= 0:
        return ()
    assert month.full is not None
    assert month.end is not None
    rates = (month.full - month.fact[-1]) / left, (month.end - month.fact[-1]) / left
    first = 2 if text.thousands else 0
    needed, coming = next(
        printed
        for decimals in range(first, first + _MORE_DECIMALS + 1)
        if len(set(printed := tuple(text.fixed(rate, decimals) for rate in rates))) == 2
        or decimals == first + _MORE_DECIMALS
    )
    return localizer(N_("To make it: {rate} a day,"), rate=needed), localizer(
        N_("at this pace {rate} a day"), rate=coming
    )


def _apart(text: SeriesNumbers, value: float) -> str:
    """A difference, which is never printed as 0 where there is one."""
    made = _short(text, value)
    for decimals in range(1, _MORE_DECIMALS + 1):
        if not value or made != text.fixed(0, 0):
            break
        made = text.fixed(value, decimals)
    return made


def _alternative(setting: Setting, answer: Answer, month: _Month) -> list[str]:
    localizer, metric = setting.localizer, answer.metric
    told = [
        localizer(
            N_("By {day}: {value}"),
            day=localizer.day(month.span.days[len(month.fact) - 1]),
            value=wording.value(localizer, metric, month.fact[-1]),
        )
    ]
    if month.due is not None and month.full is not None:
        full = wording.plan(localizer, metric, month.full)
        due = wording.plan(localizer, metric, month.due)
        form = N_("The month's plan is {full}") if month.finished else N_("By plan it is {due}, for the month {full}")
        told.append(localizer(form, due=due, full=full))
        if month.ahead:
            told.append(
                localizer(N_("The forecast is {value}"), value=wording.value(localizer, metric, month.ahead[-1]))
            )
    return told


def _short(text: SeriesNumbers, value: float | None) -> str:
    """A total in the picture's unit, without a decimal that says nothing."""
    assert value is not None
    made = text.fixed(value, 1 if text.thousands else 0)
    whole = text.fixed(round(value / 1000) * 1000, 1) if text.thousands else made
    return text.fixed(value, 0) if text.thousands and made == whole else made


def _name(setting: Setting, span: Period) -> str:
    if not _one_month(span):
        return wording.span(setting.localizer, span)
    return format_date(span.first_day, "LLLL y", locale=setting.localizer.locale)


def _one_month(span: Period) -> bool:
    return (span.first_day.year, span.first_day.month) == (span.last_day.year, span.last_day.month)
