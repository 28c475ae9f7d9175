"""What an answer is made from, what of it the asker may see, and the moment a fact is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import assert_never

from digests.catalogue import BIWEEKLY
from digests.document import Action, Note
from digests.figures import Figure, line_title, value_title
from digests.localizer import Localizer
from digests.model import FigureSpec, ReportSpec
from digests.numbers import capital
from digests.request import End, Request, Selection, Shape, Verb, Versus, When, command
from digests.result import Session
from digests.stories import Story
from metrics.answers import Answer, lowest_first, worst_first
from metrics.calculator import Calculator
from metrics.coverage import divisible
from metrics.dimensions import EVERY, PEOPLE
from metrics.model import Better, Metric
from metrics.people import names_of
from metrics.periods import Period, days, half_month, midnight, month_end, series_of, to_local, to_utc
from metrics.plans.plans import Plans
from warehouse.messages import N_, NotOpen, UserError, listed
from warehouse.scope import DealScope

Shift = Callable[[date], date]

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_WEEK_DAYS = 7


class LookBack(Enum):
    """How far back the other moment is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class PeriodPair:
    """Two periods that cover the same elapsed part, and how far the other one is back."""

    asked: Period
    """The asked period; where the other one goes on, as much of it as is over of that one."""
    period: Period
    """What it is compared with."""
    back: LookBack | int | None
    """So many weeks, if it is a number; None: a period that was named."""
    running: Period | None = None
    """Of two periods that were named, the one that is not over and by which the other was cut."""

    @property
    def is_later(self) -> bool:
        """Whether the other period comes after the asked one: then nothing "was" in it."""
        return self.period.start > self.asked.start

    def beside(self, by: str | None) -> Period:
        """The other period as its parts stand beside those of the asked one.

        From a week on, weekdays stand beside the same weekdays; only of the day before each day is meant.
        """
        apart = (self.asked.first_day.weekday() - self.period.first_day.weekday() + 3) % _WEEK_DAYS - 3
        long = min(len(self.asked.days), len(self.period.days)) >= _WEEK_DAYS
        if by not in ("half-hour", "hour", "day", "week") or not long or self.back is LookBack.DAY:
            return self.period
        return _shifted_whole(self.period, lambda day: day + apart * DAY)


def moment(period: Period, known_to: datetime, versus: Versus | When | None, said: str = "") -> PeriodPair | None:
    """What a period whose records reach `known_to` is compared with; None for a plan.

    `said` is how the period was asked for: `mtd` of the third is no half week.
    """
    until = min(known_to, period.end)
    match versus:
        case Versus.PLAN:
            return None
        case When():
            return _named(period, known_to, versus.period)
        case Versus.DAY:
            return PeriodPair(period, _shifted(period, until, _days(DAY)), LookBack.DAY)
        case Versus.WEEK:
            return PeriodPair(period, _shifted(period, until, _days(WEEK)), LookBack.WEEK)
        case Versus.MONTH:
            return PeriodPair(period, _shifted(period, until, _months(1)), LookBack.MONTH)
        case Versus.YEAR:
            return PeriodPair(period, _shifted(period, until, _months(12)), LookBack.YEAR)
        case None:
            return _usual(period, until, said)
        case _:
            assert_never(versus)


def _usual(period: Period, until: datetime, said: str) -> PeriodPair:
    first, n = period.first_day, len(period.days)
    match said:
        case "mtd":
            return PeriodPair(period, _as_much(period, until, _months_from(period, 1)), LookBack.MONTH)
        case "qtd":
            return PeriodPair(period, _as_much(period, until, _months_from(period, 3)), LookBack.QUARTER)
        case "ytd":
            return PeriodPair(period, _as_much(period, until, _months_from(period, 12)), LookBack.YEAR)
        case _:
            pass
    if n <= _WEEK_DAYS:
        return PeriodPair(period, _shifted(period, until, _days(WEEK)), LookBack.WEEK)
    if period == half_month(first, period.timezone):
        return PeriodPair(period, _shifted(period, until, _months(1)), LookBack.MONTH)
    if period == period.whole_months():
        return PeriodPair(period, _shifted(period, until, _months(12)), LookBack.YEAR)
    if first.day == 1 and period.last_day <= month_end(first):
        return PeriodPair(period, _as_much(period, until, _months_from(period, 1)), LookBack.MONTH)
    weeks = -(-n // _WEEK_DAYS)
    return PeriodPair(period, _shifted(period, until, _days(WEEK * weeks)), weeks)


def _named(period: Period, known_to: datetime, other: Period) -> PeriodPair:
    """Two periods as they are if both are over, else the shorter of what is over of them, of both."""
    if known_to <= other.start:
        return PeriodPair(period, other, None)
    running = next((each for each in (period, other) if known_to < each.end), None)
    if running is None:
        return PeriodPair(period, other, None)
    passed = min(_length(each, known_to) for each in (period, other))
    return PeriodPair(_cut(period, passed), _cut(other, passed), None, running)


def _as_much(period: Period, until: datetime, other: Period) -> Period:
    """As much of another period from its start as is over of this one."""
    return _cut(other, _length(period, until))


def _length(period: Period, until: datetime) -> timedelta:
    """How much of a period is over, by the clocks on the wall: a day may have 23 or 25 hours."""
    return to_local(min(until, period.end), period.timezone) - to_local(period.start, period.timezone)


def _cut(period: Period, length: timedelta) -> Period:
    zone = period.timezone
    return Period(period.start, min(to_utc(to_local(period.start, zone) + length, zone), period.end), zone)


def _shifted(period: Period, until: datetime, shift: Shift) -> Period:
    """The period moved back by whole local days, and cut at the same point."""
    whole = _shifted_whole(period, shift)
    if until >= period.end:
        return whole
    return Period(whole.start, min(max(_moved(until, shift, period.timezone), whole.start), whole.end), period.timezone)


def _shifted_whole(period: Period, shift: Shift) -> Period:
    zone = period.timezone
    ends = to_local(period.end, zone)
    if ends.day == 1 and period.whole_days:  # the end of a month is that of the other month
        return Period(_moved(period.start, shift, zone), _moved(period.end, shift, zone), zone)
    last = period.last_day
    end = datetime.combine(shift(last) + (ends.date() - last), ends.time())
    return Period(_moved(period.start, shift, zone), to_utc(end, zone), zone)


def _months_from(period: Period, months: int) -> Period:
    """So many months up to the period's first day."""
    first = period.first_day
    return days(_months(months)(first), first - DAY, period.timezone)


def _moved(instant: datetime, shift: Shift, timezone: str) -> datetime:
    local = to_local(instant, timezone)
    return to_utc(datetime.combine(shift(local.date()), local.time()), timezone)


def _days(back: timedelta) -> Shift:
    return lambda day: day - back


def _months(back: int) -> Shift:
    def shift(day: date) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        return first.replace(day=min(day.day, month_end(first).day))

    return shift


def _none(_: Period) -> Sequence[Story]:
    return ()


@dataclass(frozen=True)
class View:
    """The numbers as one person sees them: the clock and the records are the calculator's."""

    calculator: Calculator
    plans: Plans
    localizer: Localizer
    figures: Mapping[str, FigureSpec]
    """The configured digests' figures by key: which lines have a plan."""
    lines: frozenset[str] | None = None
    """The lines that may be asked for; None: all, and the whole centre."""
    names: bool = True
    """Whether agents are named; without it they have places, and their results."""
    metrics: frozenset[str] | None = None
    """The metrics that may be asked for; None: all."""
    subscribes: bool = True
    """Whether answers may be had without asking: subscriptions and alerts."""
    incidents: bool = False
    """Whether incidents may be written."""
    sales: bool = False
    """Whether deals, which have no line, may be asked for beside some lines."""
    deals: DealScope | None = None
    """Which deals the records have for who asks; None: all."""
    overview: tuple[str, ...] = ()
    """The metrics that an overview begins with; none: the usual ones."""
    digest: ReportSpec = BIWEEKLY
    reports: Mapping[str, ReportSpec] = field(default_factory=dict)
    """By their keys."""
    stories: Callable[[Period], Sequence[Story]] = _none
    """The columns of a digest's period."""

    @property
    def session(self) -> Session:
        return Session(self.calculator, self.plans, self.localizer, names=self.names, clients=self.names)

    @property
    def timezone(self) -> str:
        return self.calculator.centre.timezone

    def metric(self, key: str) -> Metric:
        """A metric that may be asked for. Raises UserError."""
        metric = self.calculator.catalogue.get(key)
        if not self.allows(metric):
            raise NotOpen(
                'The metric "{given}" is not open to you. You may ask for: {known}.',
                given=metric.keyed_title,
                known=listed(each.keyed_title for each in self.calculator.catalogue if self.allows(each)),
            )
        return metric

    def allows(self, metric: Metric) -> bool:
        return self.metrics is None or metric.key in self.metrics

    def answers(self, metric: Metric) -> bool:
        """Whether there is anything of a metric that may be seen."""
        return self.allows(metric) and (self.sees_whole(metric) or bool(self.lines_of(metric)))

    def sees_whole(self, metric: Metric) -> bool:
        """Whether a metric may be asked for without a line."""
        return self.lines is None or (self.sales and self.calculator.catalogue.is_of_deals(metric))

    def sees(self, line: str) -> bool:
        """Whether a line may be asked for; a group may if all its members may."""
        if self.lines is None or line in self.lines:
            return True
        members = self.calculator.centre.members(line)
        return members != (line,) and all(member in self.lines for member in members)

    def check_lines(self, lines: Sequence[str]) -> None:
        """Raise UserError for a line that may not be asked for."""
        for line in lines:
            if not self.sees(line):
                raise NotOpen(
                    'The line "{given}" is not open to you. You may ask for: {known}.',
                    given=line_title(self.calculator, line),
                    known=listed(
                        line_title(self.calculator, each) for each in self.calculator.centre.lines if self.sees(each)
                    ),
                )

    def refuse_whole(self) -> UserError:
        """What to say to someone who asks for the whole centre and sees only some lines of it."""
        return UserError(
            "The figures of the whole centre are not open to you: name a line. You may ask for: {known}.",
            known=listed(line_title(self.calculator, each) for each in self.calculator.centre.lines if self.sees(each)),
        )

    def has_lines(self, metric: Metric) -> bool:
        return "line" in self.calculator.catalogue.dimensions(metric)

    def lines_of(self, metric: Metric) -> list[str]:
        """The lines with records of a metric that may be seen, groups after the plain ones.

        They stand as in the digest and the configuration, not by value: people look for theirs where it was yesterday.
        """
        if not self.has_lines(metric):
            return []
        centre, leaves = self.calculator.centre, self.calculator.catalogue.leaves(metric)
        present = frozenset.intersection(*map(self.calculator.coverage.lines_of, leaves))
        told = [figure.line for figure in self.figures.values() if figure.line in centre.lines]
        known = dict.fromkeys([*told, *centre.lines, *sorted(present)])
        seen = [line for line in known if line and present.intersection(centre.members(line)) and self.sees(line)]
        return sorted(seen, key=lambda line: centre.members(line) != (line,))

    def spec(self, metric: Metric, line: str | None) -> FigureSpec:
        """The figure that stands for a metric of a line: a plan is expected where a digest expects one."""
        expected = any(f.plan for f in self.figures.values() if (f.metric, f.line) == (metric.key, line))
        return FigureSpec(f"{metric.key}.{line}" if line else metric.key, metric.key, line, metric.title, plan=expected)


def subject(view: View, selection: Selection, line: str | None) -> str:
    """«Уровень сервиса, Inhouse»; the whole centre only where the metric has lines at all."""
    metric = view.calculator.catalogue.get(selection.metric)
    localizer = view.localizer
    where = [line_title(view.calculator, line)] if line else []
    if not line and view.has_lines(metric) and not selection.filters and len(view.calculator.centre.lines) > 1:
        where = [localizer(N_("the whole centre"))]
    return ", ".join(filter(None, [localizer(metric.title), *where, narrowed(view, selection)]))


def narrowed(view: View, selection: Selection) -> str:
    """What an selection is narrowed to, agents by their names."""
    if not selection.filters:
        return ""
    named = names_of(view.calculator.records) if view.names else {}
    said = (
        named.get(value, value) if dimension in PEOPLE else value_title(view.localizer, dimension, value)
        for dimension, value in selection.filters
    )
    return ", ".join(said)


def day_of(view: View) -> Period:
    """Today, by the centre's clock."""
    zone = view.calculator.centre.timezone
    today = to_local(view.calculator.now, zone).date()
    return days(today, today, zone)


def period_said(view: View, period: Period) -> str:
    """«сегодня, 16 июня», «вт, 9 июня», «с 1 по 15 июня», «16 июня, 11:00–13:00»."""
    localizer = view.localizer
    said = localizer.dates(period)
    if period == period.whole_months():
        said = localizer.calendar(period) or said
    if period.first_day == period.last_day:
        said = _day_said(view, period)
    if period.whole_days:
        return said
    start, end = to_local(period.start, period.timezone), to_local(period.end, period.timezone)
    if period.start == midnight(period.first_day, period.timezone):
        return localizer(N_("{dates}, until {time}"), dates=said, time=end.strftime("%H:%M"))
    until = end.strftime("%H:%M").replace("00:00", "24:00")
    return localizer(N_("{dates}, {start}–{end}"), dates=said, start=start.strftime("%H:%M"), end=until)


def days_begun(answer: Answer) -> int:
    """How many of a period's days have records, or may have had some."""
    days_of_it = answer.period.days
    if answer.as_of is None or not answer.in_progress:
        return len(days_of_it)
    return sum(midnight(day, answer.period.timezone) < answer.as_of for day in days_of_it)


def so_far(view: View, answer: Answer) -> str:
    """A period that goes on with the day that its records have come to: «июнь, по 16 июня»."""
    said = period_said(view, answer.period)
    if not answer.in_progress or answer.as_of is None or answer.as_of <= answer.period.start:
        return said
    day = to_local(answer.as_of - timedelta(microseconds=1), answer.period.timezone).date()
    return view.localizer(N_("{dates}, up to {day}"), dates=said, day=day)


def _day_said(view: View, period: Period) -> str:
    localizer, day, today = view.localizer, period.first_day, day_of(view).first_day
    if day == today:
        return localizer(N_("today, {day}"), day=day)
    if day == today - timedelta(days=1):
        return localizer(N_("yesterday, {day}"), day=day)
    return f"{localizer.weekday(day)}, {localizer.day(day)}"


END_FOUND = {
    End.WORST: N_("the worst: {part}"),
    End.BEST: N_("the best: {part}"),
    End.MOST: N_("the most: {part}"),
    End.LEAST: N_("the least: {part}"),
}
"""The finding where an end was asked for: who or which is there."""


def headline(about: str, period: str, finding: str = "") -> str:
    """The first line of an answer: what it is of, and what is found; the finding is within a sentence."""
    return f"{about}, {period}: {finding}" if finding else f"{about}: {period}"


def lowest_of(metric: Metric, end: End | None) -> bool:
    """Whether an end is the low one: of what is neither good nor bad, few are worse than many."""
    match end:
        case None:
            return lowest_first(metric)
        case End.MOST | End.LEAST:
            return end is End.LEAST
        case End.WORST | End.BEST:
            return (end is End.WORST) is (metric.better is not Better.CEILING)
        case _:
            assert_never(end)


def order_said(view: View, metric: Metric, end: End | None = None) -> str:
    """Which end of an order comes first."""
    lowest = lowest_of(metric, end)
    if end in (None, End.WORST, End.BEST) and (end or worst_first(metric)) and metric.better is not Better.NEUTRAL:
        bad = lowest is (metric.better is Better.FLOOR)
        return view.localizer(N_("The worst come first.") if bad else N_("The best come first."))
    return view.localizer(N_("The lowest come first.") if lowest else N_("The highest come first."))


def scope_note(view: View, metrics: Iterable[Metric]) -> list[Note]:
    """Which deals figures are of, where not all are seen by who asks."""
    if view.deals is None or not any(view.calculator.catalogue.is_of_deals(metric) for metric in metrics):
        return []
    scope, localizer = view.deals, view.localizer
    named = names_of(view.calculator.records) if view.names else {}
    owners = scope.owners and [named[owner] for owner in scope.owners if owner in named]
    told = (
        (scope.cities, N_("cities: {names}")),
        (scope.pipelines, N_("pipelines: {names}")),
        (owners, N_("owners: {names}")),
    )
    said = [localizer(text, names=listed(sorted(names))) for names, text in told if names]
    return [Note(localizer(N_("Only the deals that are open to you: {scope}."), scope="; ".join(said) or "-"))]


def as_of_note(view: View, answers: Sequence[Answer], moment: PeriodPair | None = None) -> list[Note]:
    """Up to when the figures are known: the earliest moment of them; nothing where nothing is known.

    A part of a period, taken to be compared with as much of one that goes on, is no period that is over.
    """
    known = [answer.as_of for answer in answers if answer.as_of is not None and answer.fact.value is not None]
    if not known:
        return []
    seen = scope_note(view, [answer.metric for answer in answers])
    running = moment is not None and moment.running is not None
    if not running and all(not answer.in_progress for answer in answers):
        return [Note(view.localizer(N_("The period is over; its data is complete."))), *seen]
    return [Note(view.localizer(N_("Data as of {moment}."), moment=min(known))), *seen]


def part_header(view: View, by: str) -> str:
    """The head of a column of parts."""
    return view.localizer(EVERY[by].title) if by in EVERY else by


def line_or(view: View, figure: Figure) -> str:
    """A figure's line, or the whole centre."""
    line = figure.spec.line
    return line_title(view.calculator, line) if line else capital(view.localizer(N_("the whole centre")))


def offered(view: View, figure: Figure) -> tuple[str, list[Action]]:
    """Where the records do not reach the period: what there is, and its nearest day to press; else nothing."""
    answer, metric = figure.answer, figure.answer.metric
    first, last = view.calculator.coverage.first_event(metric), view.calculator.coverage.as_of(metric)
    if first is None or last is None or (first < answer.period.end and last >= answer.period.start):
        return "", []
    zone = answer.period.timezone
    first_day, last_day = to_local(first, zone).date(), to_local(last - timedelta(microseconds=1), zone).date()
    localizer = view.localizer
    text = localizer(N_("There are records from {first} to {last}."), first=first_day, last=last_day)
    day = last_day if last < answer.period.start else first_day
    when = When(day.isoformat(), days(day, day, zone))
    lines = (figure.spec.line,) if figure.spec.line else ()
    asked = Request(Verb.FIGURE, Selection(metric.key, when, lines))
    return text, [Action(capital(localizer.day(day)), command(asked))]


def next_questions(
    view: View, selection: Selection, *, known: bool = True, series: bool = True, causes: bool = True
) -> list[Action]:
    """What is asked next of the same figure, without what is shown already; of one without data only other times."""
    localizer, metric = view.localizer, view.calculator.catalogue.get(selection.metric)
    plain = replace(selection, by=None, versus=None, top=None, shape=Shape.AUTO)
    found = [
        Action(localizer(text), command(Request(Verb.FIGURE, replace(plain, when=when))))
        for text, when in _times(view)
        if when.period != selection.when.period and when.words != selection.when.words
    ]
    if not known:
        return found
    by = series_of(selection.when.period)
    if series and (selection.by != by or not causes):
        text = {"hour": N_("By hour"), "day": N_("By day"), "week": N_("By week")}[by]
        found.append(Action(localizer(text), command(Request(Verb.FIGURE, replace(plain, by=by)))))
    if causes and divisible(view.calculator.catalogue, metric) is None:
        why = replace(plain, versus=selection.versus)
        found.append(Action(localizer(N_("Why")), command(Request(Verb.WHY, why))))
    if causes and selection.shape is not Shape.XLSX:
        found.append(Action("Excel", command(Request(Verb.FIGURE, replace(selection, top=None, shape=Shape.XLSX)))))
    return found


def _times(view: View) -> list[tuple[str, When]]:
    today = day_of(view)
    zone, day = today.timezone, today.first_day
    before, monday = day - timedelta(days=1), day - timedelta(days=day.weekday())
    return [
        (N_("Today"), When("today", today)),
        (N_("Yesterday"), When("yesterday", days(before, before, zone))),
        (N_("Week"), When("week", days(monday, monday + timedelta(days=6), zone))),
    ]
