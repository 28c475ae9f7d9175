"""A stream's load: what is forecast, how long it is handled, by which rules, and each day with its people.

The report, the answers to "what if", plans from the forecast and alerts all begin here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from metrics.calculator import Calculator
from metrics.centre import LoadRules
from metrics.facts import Query
from metrics.load import CALL, CHAT, DESK, HANDLING
from metrics.load.counts import Stream, StreamCounts, counted
from metrics.load.erlang import Service
from metrics.load.forecast import LONGEST_LEAD
from metrics.load.handling import HandlingTime, handling_time
from metrics.load.history import Flags, Floats
from metrics.load.opening import as_contacts_come, half_hours_between, within_hours
from metrics.load.outlook import DayAhead, StreamOutlook, look_ahead
from metrics.load.presence import PRESENT, USUAL, Presence, lines_of, presence_of, shown_shrinkage
from metrics.load.staffing import Need, Rules, need
from metrics.load.what_if import Scenario, ScenarioOutcome, outcome
from metrics.marks import day_marks
from metrics.periods import days
from metrics.plans.plans import Plans
from warehouse.messages import UserError

LONGEST_WEEKS = 8
MEASURED, GIVEN, DEFAULT = "measured", "set", "default"
"""Where a setting comes from: the records, the configuration, or nobody has said otherwise."""
UNKNOWN = "unknown"
"""A setting that is neither set nor to be measured: as if it were none."""

_RECENT_DAYS = 28
_LEAST_LOSSES = 30
_HALF_UP = 1e-9


@dataclass(frozen=True)
class LineLoad:
    """A stream with its forecast. `aht_s` is None where nothing was handled within four weeks."""

    stream: Stream
    counted: StreamCounts
    outlook: StreamOutlook
    handling: HandlingTime | None
    rules: Rules
    sources: Mapping[str, str]
    """Where each of the rules comes from."""
    band: float
    """The share of outcomes that its bands are to hold."""
    given_hours: tuple[float, float] | None = None

    @property
    def last_day(self) -> date:
        """The last day that is over in the records."""
        return self.counted.last_day

    def day(self, day: date) -> DayAhead | None:
        """The forecast of a day; None for one that is over, or too far ahead."""
        return self.outlook.on(self.counted.history.calendar.index(day))

    def is_over(self, day: date) -> bool:
        return day <= self.last_day

    def contacts(self, day: date) -> Floats | None:
        """What comes on a day by half hour: as forecast, or as it came; None where neither is known.

        What is forecast for closed half hours comes in open ones, unless somebody has set the hours.
        """
        calendar = self.counted.history.calendar
        if self.is_over(day):
            index = calendar.index(day)
            return self.counted.history.filled[index] if index >= 0 else None
        ahead = self.day(day)
        return None if ahead is None else self.within_hours(day, ahead.values)

    def within_hours(self, day: date, contacts: Floats) -> Floats:
        """Contacts of a day, none of them in a closed half hour."""
        open_hours = self.open_hours(day)
        return np.where(open_hours, contacts, 0.0) if self.given_hours else within_hours(contacts, open_hours)

    def open_hours(self, day: date) -> Flags:
        """(48,): which half hours the line is open in; none on a day on which nothing is to come."""
        calendar = self.counted.history.calendar
        index = calendar.index(day)
        ahead = self.day(day)
        if ahead is not None and ahead.total <= 0:
            return np.zeros(len(ahead.values), dtype=bool)
        if self.given_hours:
            given: Flags = half_hours_between(*self.given_hours) & calendar.exists[index]
            return given
        if ahead is not None and ahead.holiday:
            hours: Flags = self._opening.any(axis=0) & (ahead.values > 0)
        else:
            hours = self._opening[calendar.weekdays[index]]
        there: Flags = hours & calendar.exists[index]
        return there

    @property
    def open_hours_usual(self) -> Flags:
        """(48,): which half hours the line is open in on a working day."""
        return half_hours_between(*self.given_hours) if self.given_hours else self._opening[0]

    def aht(self, day: date) -> Floats:
        """(48,): how long a contact of each half hour is handled, in seconds. Raises UserError where nothing tells."""
        if self.handling is None:
            raise UserError(
                "No contacts were handled on {line} within 28 days: say how long one takes, as in “aht 240”.",
                line=self.stream.line or "-",
            )
        calendar = self.counted.history.calendar
        return self.handling.on(bool(self.counted.handled.working[calendar.index(day)]))

    def scenario(
        self, day: date, roster: Floats | None, source: str = "", aht_s: Floats | None = None
    ) -> Scenario | None:
        """A day as it is expected, or as it was; None where it is not known what comes.

        `aht_s` is how long contacts are handled, where it is not as the records tell.
        """
        contacts = self.contacts(day)
        if contacts is None:
            return None
        # Those who are there for contacts are no roster: nothing of them shrinks, and the need is that on contacts.
        rules = replace(self.rules, shrinkage=0.0) if source in (PRESENT, USUAL) else self.rules
        reached = contacts * self.counted.reached_share
        aht = self.aht(day) if aht_s is None else aht_s
        return Scenario(reached, aht, roster, rules, self.open_hours(day) | (contacts > 0))

    def need_between(self, day: date) -> tuple[Need, Need] | None:
        """What a day needs at the lower and at the upper bound of its forecast; None where there is no band."""
        ahead = self.day(day)
        if ahead is None or ahead.low is None or ahead.high is None:
            return None
        share, aht, hours = self.counted.reached_share, self.aht(day), self.open_hours(day)
        low, high = (np.where(hours, bound, 0.0) * share for bound in (ahead.low, ahead.high))
        return need(low, aht, self.rules, hours), need(high, aht, self.rules, hours)

    @cached_property
    def _opening(self) -> Flags:
        return as_contacts_come(self.counted.history)


@dataclass(frozen=True)
class DayLoad:
    """A day of a stream: what comes, what it needs, and what becomes of it with the people there."""

    day: date
    ahead: DayAhead | None
    """None: the day is over."""
    contacts: Floats
    """What comes by half hour, those that need nobody too."""
    outcome: ScenarioOutcome
    between: tuple[Need, Need] | None
    """What it needs at the bounds of the forecast."""
    source: str | None
    """Where its people are known from; None: nobody is."""

    @property
    def scenario(self) -> Scenario:
        return self.outcome.scenario

    @property
    def total(self) -> float:
        return self.ahead.total if self.ahead else float(self.contacts.sum())


def line_loads(
    calculator: Calculator,
    channel: str,
    lines: Sequence[str | None],
    weeks: int | None = None,
) -> list[LineLoad]:
    """Return the load of a channel on some lines, forecast so many weeks ahead (as configured, if it is not said).

    Lines without any record have no forecast.
    """
    load = calculator.centre.load
    ahead = 7 * (weeks or load.weeks)
    # A week that begins on Monday may end six days after so many weeks.
    found = counted(calculator, channel, lines, day_marks(calculator), min(ahead + 6, 7 * LONGEST_WEEKS))
    plans = Plans(calculator) if channel in HANDLING else None
    return [_line_load(calculator, each, plans) for each in found]


def day_loads(
    calculator: Calculator, load: LineLoad, wanted: Sequence[date], roster: Presence | None = None
) -> list[DayLoad]:
    """Return some days of a stream; those that nothing is known of are left out. Raises UserError without an AHT."""
    there = roster or presence_of(calculator, load.stream, wanted, load.last_day)
    made = []
    for day in wanted:
        people = there.on(day)
        scenario = load.scenario(day, people.count if people else None, people.source if people else "")
        contacts = load.contacts(day)
        if scenario is not None and contacts is not None:
            source = people.source if people else None
            made.append(DayLoad(day, load.day(day), contacts, outcome(scenario), load.need_between(day), source))
    return made


def _line_load(calculator: Calculator, counted: StreamCounts, plans: Plans | None) -> LineLoad:
    calendar = counted.history.calendar
    ahead = min(len(calendar) - counted.history.days, LONGEST_LEAD)
    outlook = look_ahead(counted.history, ahead, calculator.centre.load.band)
    rules, sources = _rules(calculator, counted)
    planned = _planned_aht(calculator, counted, plans) if plans else None
    handling, settings = handling_time(counted.handled, planned), calculator.centre.load
    hours = settings.of(counted.stream.line or "").hours
    return LineLoad(counted.stream, counted, outlook, handling, rules, sources, settings.band, hours)


def _planned_aht(calculator: Calculator, counted: StreamCounts, plans: Plans) -> Floats | None:
    """(days of the calendar,): the handling time planned for each day, NaN where there is none; None: for no day."""
    calendar = counted.history.calendar
    metric = calculator.catalogue.get(HANDLING[counted.stream.channel])
    found = np.full(len(calendar), np.nan)
    for n in range(max(0, counted.history.days - LONGEST_LEAD - 7), len(calendar)):
        planned = plans.on_day(metric, counted.stream.line, calendar.day(n))
        found[n] = np.nan if planned is None else planned
    return None if np.isnan(found).all() else found


def _rules(calculator: Calculator, counted: StreamCounts) -> tuple[Rules, Mapping[str, str]]:
    """The rules of a stream with where each comes from."""
    centre, stream = calculator.centre, counted.stream
    load = centre.load
    own: LoadRules = load.of(stream.line or "")
    level = centre.service_level
    usual_threshold = centre.chat_threshold_s if stream.channel == CHAT else centre.threshold(stream.line)
    threshold = own.threshold_s if own.threshold_s is not None else usual_threshold
    target, waits = own.sl, True
    sources = {
        name: GIVEN if name in own.given else DEFAULT for name in ("sl", "occupancy_max", "occupancy_min", "min_people")
    }
    if stream.channel == CHAT:
        waits = load.chat_sl is not None
        target = load.chat_sl if load.chat_sl is not None else own.sl
        threshold = usual_threshold
    sources["threshold_s"] = GIVEN
    shrinkage, sources["shrinkage"] = _shrinkage(calculator, own, counted)
    patience, sources["patience_s"] = _patience(own, counted)
    at_once, sources["at_once"] = _at_once(calculator, counted)
    service = Service(
        target, threshold if threshold is not None else level.threshold_s, level.formula, level.short_abandon_s
    )
    rules = Rules(
        service,
        own.occupancy_max,
        own.occupancy_min,
        shrinkage,
        patience,
        own.min_people,
        at_once,
        waits and stream.channel != DESK,
    )
    return rules, sources


def _shrinkage(calculator: Calculator, own: LoadRules, counted: StreamCounts) -> tuple[float, str]:
    if own.shrinkage is not None:
        return own.shrinkage, GIVEN
    beside = shown_shrinkage(calculator, counted.stream, counted.last_day)
    if beside is not None:
        return beside, MEASURED
    recent = days(counted.last_day - timedelta(days=_RECENT_DAYS - 1), counted.last_day, calculator.centre.timezone)
    metric = calculator.catalogue.get("shrinkage")
    (measured,) = calculator.compute([Query(metric, recent, lines_of(calculator.centre, counted.stream))])
    value = measured.total.value
    return (0.0, UNKNOWN) if value is None else (value / 100, MEASURED)


def _patience(own: LoadRules, counted: StreamCounts) -> tuple[float | None, str]:
    """The mean patience: all the time that callers waited over how often one hung up, of 30 at least."""
    if own.patience_s is not None:
        return own.patience_s, GIVEN
    if own.patience_measured and counted.stream.channel == CALL and counted.lost >= _LEAST_LOSSES:
        return counted.waited_s / counted.lost, MEASURED
    return None, UNKNOWN if own.patience_measured else DEFAULT


def _at_once(calculator: Calculator, counted: StreamCounts) -> tuple[float, str]:
    """How many chats one person is on at once: half up to a tenth."""
    if counted.stream.channel != CHAT:
        return 1.0, DEFAULT
    load = calculator.centre.load
    if load.at_once is not None:
        return load.at_once, GIVEN
    recent = days(counted.last_day - timedelta(days=_RECENT_DAYS - 1), counted.last_day, calculator.centre.timezone)
    metric = calculator.catalogue.get("chat_concurrency")
    (measured,) = calculator.compute([Query(metric, recent, lines_of(calculator.centre, counted.stream))])
    value = measured.total.value
    return (1.0, UNKNOWN) if value is None else (max(1.0, int(value * 10 + 0.5 + _HALF_UP) / 10), MEASURED)
