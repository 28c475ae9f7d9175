"""What answers share: the words of a period, the order of parts, what is said of the records, what to press next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from digests.answers.moments import Moment
from digests.answers.view import View
from digests.document import Action, Note
from digests.figures import Figure, line_title
from digests.request import Request, Selection, Shape, Verb, When, command
from metrics.answers import Answer
from metrics.dimensions import EVERY
from metrics.model import Metric
from metrics.people import names_of
from metrics.periods import Period, days, midnight, to_local
from metrics.ranking import worst_first
from metrics.why import WEEKDAY, divisible
from warehouse.messages import N_

LONG = 62
"""Over so many days a series is one of weeks, not of days."""


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
    said = (named.get(value, value) if dimension == "agent" else value for dimension, value in selection.filters)
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
    if period == period.whole_months() and period.first_day.month == period.last_day.month:
        said = localizer.month(period.first_day)
    if period.first_day == period.last_day:
        said = _day_said(view, period)
    if period.whole_days:
        return said
    start, end = to_local(period.start, period.timezone), to_local(period.end, period.timezone)
    if period.start == midnight(period.first_day, period.timezone):
        return localizer(N_("{dates}, until {time}"), dates=said, time=end.strftime("%H:%M"))
    until = end.strftime("%H:%M").replace("00:00", "24:00")
    return localizer(N_("{dates}, {start}–{end}"), dates=said, start=start.strftime("%H:%M"), end=until)


def _day_said(view: View, period: Period) -> str:
    localizer, day, today = view.localizer, period.first_day, day_of(view).first_day
    if day == today:
        return localizer(N_("today, {day}"), day=day)
    if day == today - timedelta(days=1):
        return localizer(N_("yesterday, {day}"), day=day)
    return f"{localizer.weekday(day)}, {localizer.day(day)}"


def order_said(view: View, metric: Metric) -> str:
    """Which end of an order comes first."""
    return view.localizer(N_("The worst come first.") if worst_first(metric) else N_("The highest come first."))


def as_of_note(view: View, answers: Sequence[Answer], moment: Moment | None = None) -> list[Note]:
    """Up to when the figures are known: the earliest moment of them; nothing where nothing is known.

    A part of a period, taken to be compared with as much of one that goes on, is no period that is over.
    """
    known = [answer.as_of for answer in answers if answer.as_of is not None and answer.fact.value is not None]
    if not known:
        return []
    running = moment is not None and moment.running is not None
    if not running and all(not answer.in_progress for answer in answers):
        return [Note(view.localizer(N_("The period is over, its data is complete.")))]
    return [Note(view.localizer(N_("Data as of {moment}."), moment=min(known)))]


def part_header(view: View, by: str) -> str:
    """The head of a column of parts."""
    if by == WEEKDAY:
        return view.localizer(N_("Day of the week"))
    return view.localizer(EVERY[by].title) if by in EVERY else by


def line_or(view: View, figure: Figure) -> str:
    """A figure's line, or the whole centre."""
    line = figure.spec.line
    return line_title(view.calculator, line) if line else capital(view.localizer(N_("the whole centre")))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def offered(view: View, figure: Figure) -> tuple[str, list[Action]]:
    """Where the records do not reach the period: what there is, and its nearest day to press; else nothing."""
    answer, metric = figure.answer, figure.answer.metric
    first, last = view.calculator.first_event(metric), view.calculator.as_of(metric)
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
    if causes and divisible(view.calculator, metric) is None:
        why = replace(plain, versus=selection.versus)
        found.append(Action(localizer(N_("Why")), command(Request(Verb.WHY, why))))
    if causes and selection.shape is not Shape.XLSX:
        found.append(Action("Excel", command(Request(Verb.FIGURE, replace(selection, top=None, shape=Shape.XLSX)))))
    return found


def series_of(period: Period) -> str:
    """The breakdown in time that one reads a period by."""
    return "hour" if len(period.days) == 1 else "day" if len(period.days) <= LONG else "week"


def _times(view: View) -> list[tuple[str, When]]:
    today = day_of(view)
    zone, day = today.timezone, today.first_day
    before, monday = day - timedelta(days=1), day - timedelta(days=day.weekday())
    return [
        (N_("Today"), When("today", today)),
        (N_("Yesterday"), When("yesterday", days(before, before, zone))),
        (N_("Week"), When("week", days(monday, monday + timedelta(days=6), zone))),
    ]
