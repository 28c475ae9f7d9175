"""The plan of a period: each line's forecast and its days, computed once for all that is said and drawn of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from metrics.calculator import Calculator
from metrics.facts import Query
from metrics.load import CALL, CHAT, DESK, ENTRIES
from metrics.load.back_office import Desk, desk_of
from metrics.load.backtest import Horizon
from metrics.load.clients import Announced, client_base
from metrics.load.counts import lines_with
from metrics.load.forecast import LEAST_DAYS
from metrics.load.line_load import LONGEST_WEEKS, DayLoad, LineLoad, day_loads, line_loads
from metrics.load.presence import Presence, presence_of
from metrics.load.queue import together
from metrics.model import Test
from metrics.periods import Period, days
from warehouse.messages import Message, UserError, note

CHANNELS = (CALL, CHAT, DESK)
_RECORD_DAYS = 28
CORRIDOR_HOURS = 0.05
"""People are spare where more than this share of their hours is."""


@dataclass(frozen=True)
class LinePlan:
    """A line of a plan; without days, `problem` says why."""

    load: LineLoad
    days: tuple[DayLoad, ...]
    there: Presence
    problem: Message | None = None
    promised: tuple[float, float | None] | None = None
    """How far the forecasts that were kept were off in the last four weeks, a half hour, and their bias, per cent."""
    announced: Announced | None = None
    """Clients who come on one of the days, and whom no forecast knows of."""

    @property
    def line(self) -> str | None:
        return self.load.stream.line

    @property
    def people_known(self) -> bool:
        """Whether it is known who is there on any of the days."""
        return any(day.source for day in self.days)

    @property
    def source(self) -> str | None:
        """Where people are known from, of the first day that they are known of."""
        return next((day.source for day in self.days if day.source), None)

    @property
    def short_hours(self) -> float:
        return sum(day.outcome.comparison.short_hours for day in self.days if day.outcome.comparison)

    @property
    def spare_hours(self) -> float:
        return sum(day.outcome.comparison.spare_hours for day in self.days if day.outcome.comparison)

    @property
    def need_hours(self) -> float:
        return sum(day.outcome.need.hours for day in self.days)

    @property
    def contacts(self) -> float:
        return sum(day.total for day in self.days)

    @property
    def level(self) -> float | None:
        """The service level of all days together, 0-1: their sums, by the centre's formula."""
        level = together([day.outcome.queue for day in self.days if day.outcome.queue]).level
        return None if math.isnan(level) else level

    @property
    def group(self) -> Horizon | None:
        """What the back-test says of the last day of the plan."""
        ahead = [day.ahead for day in self.days if day.ahead]
        return self.load.outlook.group(ahead[-1].lead) if ahead else None

    @property
    def band(self) -> tuple[float, float] | None:
        """The band of all days together; None where some of them are over or nothing is known of it."""
        ahead = [day.ahead for day in self.days if day.ahead]
        return self.load.outlook.band_of(ahead) if len(ahead) == len(self.days) else None


@dataclass(frozen=True)
class LoadPlan:
    """A period's plan of a channel, line by line."""

    channel: str
    period: Period
    weeks: int
    """How far ahead is forecast."""
    lines: tuple[LinePlan, ...]
    titles: Mapping[str, str]
    """What lines are called."""
    week_hours: float
    """Of one full-time person."""
    desk: Desk | Message | None = None
    """The back office, or why nothing is known of it; None: the channel is another one."""
    saved_hours: float | None = None
    """What a group needs less as one queue than its lines apart; None: it is none."""

    @property
    def known(self) -> tuple[LinePlan, ...]:
        """The lines that there is a plan of."""
        return tuple(line for line in self.lines if line.days)

    @property
    def worst(self) -> LinePlan | None:
        """The line to look at first: where a queue grows, where most hours are short, else the busiest."""
        return max(self.known, key=_urgency, default=None)

    @property
    def shown(self) -> LinePlan | None:
        """The line that pictures are of: the worst one, or one that there is but a forecast of."""
        return self.worst or next((line for line in self.lines if line.load.outlook.days), None)


def _urgency(line: LinePlan) -> tuple[float, float, float]:
    explosions = [day.outcome.queue.explosion for day in line.days if day.outcome.queue]
    longest = max((each.peak_waiting for each in explosions if each), default=0.0)
    return (longest, line.short_hours, line.contacts)


def load_plan(calculator: Calculator, channel: str, line: str | None, period: Period, weeks: int | None) -> LoadPlan:
    """Return the plan of a period on one line, a group or all lines; computed once for these records.

    Raises UserError for a period that is too far ahead, and for lines without contacts of the channel.
    """
    reach = weeks or calculator.centre.load.weeks
    return calculator.once(
        ("load", channel, line, period, reach), lambda: _made(calculator, channel, line, period, reach)
    )


def _made(calculator: Calculator, channel: str, line: str | None, period: Period, weeks: int) -> LoadPlan:
    loads = loads_of(calculator, channel, line, period, weeks)
    promised = _promised(calculator, loads)
    lines = tuple(
        replace(_line_plan(calculator, load, period.days), promised=promised.get(load.stream.line)) for load in loads
    )
    centre = calculator.centre
    titles = {key: known.title for key, known in centre.lines.items()}
    saved = _saved(calculator, channel, line, lines[0], weeks) if line in centre.load.pools else None
    desk = desk_of(calculator, loads[0], period.last_day) if channel == DESK else None
    return LoadPlan(channel, period, weeks, lines, titles, centre.load.week_hours, desk, saved)


def _promised(calculator: Calculator, loads: Sequence[LineLoad]) -> Mapping[str | None, tuple[float, float | None]]:
    """How far forecasts that were kept were off over the last four weeks: by half hour, and their bias, per cent."""
    last, channel = max(load.last_day for load in loads), loads[0].stream.channel
    recent = days(last - timedelta(days=_RECORD_DAYS - 1), last, calculator.centre.timezone)
    metrics = [calculator.catalogue.get(key) for key in ("forecast_wape", "forecast_bias")]
    narrowed = (Test("channel", (channel,)),)
    wape, bias = calculator.compute([Query(metric, recent, None, ("line",), narrowed) for metric in metrics])
    of = [{line: fact.value for (_, (line,)), fact in each.parts.items()} for each in (wape, bias)]
    return {line: (value, of[1].get(line)) for line, value in of[0].items() if value is not None}


def _saved(calculator: Calculator, channel: str, line: str | None, pooled: LinePlan, weeks: int) -> float | None:
    """The hours that the lines of a group need more apart than as one queue."""
    members = calculator.centre.members(line) if line else ()
    wanted = [day.day for day in pooled.days]
    try:
        apart = [
            day_loads(calculator, load, wanted, Presence({}))
            for load in line_loads(calculator, channel, members, weeks)
        ]
    except UserError:
        return None  # nothing was handled on one of them
    return sum(day.outcome.need.hours for days_of in apart for day in days_of) - pooled.need_hours


def loads_of(
    calculator: Calculator, channel: str, line: str | None, period: Period, weeks: int | None = None
) -> list[LineLoad]:
    """Return the loads of a line, of a group's lines (or of the group where it is one queue), or of all lines."""
    if len(period.days) > 7 * LONGEST_WEEKS:
        raise UserError("Load is told of 8 weeks at most: ask for a shorter period.")
    known = lines_with(calculator, channel)
    metric = calculator.catalogue.get(ENTRIES[channel])
    centre = calculator.centre
    if line is None or known == (None,):
        streams: Sequence[str | None] = known
    elif line in centre.load.pools:
        streams = [line]
    else:
        streams = [each for each in centre.members(line) if each in known]
    if not streams:
        members = centre.members(line) if line else None
        problem = calculator.coverage.why_absent(Query(metric, period, members))
        raise UserError("There is no forecast: {reason}.", reason=problem or note("no data"))
    loads = calculator.once(
        ("loads", channel, tuple(streams), _weeks_to(calculator, period, weeks)),
        lambda: line_loads(calculator, channel, streams, _weeks_to(calculator, period, weeks)),
    )
    if not loads:
        raise UserError(
            "There is no forecast: {reason}.", reason=calculator.coverage.lacking(metric) or note("no data")
        )
    farthest = max(load.last_day for load in loads) + timedelta(weeks=LONGEST_WEEKS)
    if period.last_day > farthest:
        raise UserError("A forecast reaches 8 weeks ahead, to {day}: ask for an earlier period.", day=farthest)
    return loads


def _weeks_to(calculator: Calculator, period: Period, weeks: int | None) -> int:
    """So many weeks reach the end of a period, and as far as is asked for."""
    today = calculator.now.date()
    needed = -(-((period.last_day - today).days + 2) // 7)
    return min(max(needed, weeks or 1), LONGEST_WEEKS)


def _line_plan(calculator: Calculator, load: LineLoad, wanted: Sequence[date]) -> LinePlan:
    there = presence_of(calculator, load.stream, wanted, load.last_day)
    if load.outlook.fit is None and any(not load.is_over(day) for day in wanted):
        days_known = note("{n} day", "{n} days", n=load.outlook.known_days)
        return LinePlan(
            load,
            (),
            there,
            note("the line is known for {days}, a forecast needs {least}", days=days_known, least=LEAST_DAYS),
        )
    if load.stream.channel == DESK:
        return LinePlan(load, (), there)  # days of work that is due, and no half hours of people
    try:
        made = tuple(day_loads(calculator, load, wanted, there))
    except UserError as error:
        return LinePlan(load, (), there, error.message)
    problem = None if made else note("nothing is known of these days")
    announced = client_base(calculator, load.stream.line).announced(load.last_day, wanted[-1])
    return LinePlan(load, made, there, problem, announced=announced)
