"""What is settled about a centre and not about a question: its clock, its lines, its conventions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from warehouse.messages import UserError, nearest

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY = 5


@dataclass(frozen=True)
class ServiceLevel:
    """How service level is counted here. Seconds; the bounds are inclusive."""

    formula: str = "abandons_in_threshold_ignored"
    threshold_s: float = 30.0
    short_abandon_s: float = 5.0
    flow_outs_as_missed: bool = False
    """Count contacts that left the queue by time-out or key in the base, as missed."""


@dataclass(frozen=True)
class IndexScale:
    """Of an index on a scale other than 0-10: from which score on answers are for, and up to which against."""

    promoters: float
    detractors: float


@dataclass(frozen=True)
class Surveys:
    """How clients' answers are read."""

    csi: str = "share_of_scale"
    """A score's place on its scale, or its share of the highest (`share_of_max`)."""
    nps: IndexScale | None = None
    mood: IndexScale | None = None


@dataclass(frozen=True)
class SmileRules:
    """What a price is good by, and a smile high, where both are told against conversion."""

    high: float | None = None
    """The index from which on a smile is high; None: that of all owners together."""
    price_cut: float = 1.0
    """What the offered price over the expected one is compared with."""
    price_good: str = "low"
    """Whether a price is good at or below the cut (`low`, who sells) or at or above it (`high`, who buys)."""


@dataclass(frozen=True)
class TimeRules:
    """How hours are read."""

    forgotten_h: float = 12.0
    """A status that lasts for longer was forgotten."""
    ready_share: float = 0.5
    """Waiting for more than this share of the time available is worth saying."""
    results: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Which activities make which result: kinds of ticket events, with names of activities."""


@dataclass(frozen=True)
class SalesRules:
    """How deals are read."""

    centre_pipelines: tuple[str, ...] = ()
    """The centre's own pipelines: they stand in no city."""
    touch_lead_in_minutes: float = 60.0
    """A call of a client without an open deal belongs to the deal that is created within this time."""
    window_days: int = 30
    """A deal is given so many days to become a contract before it is compared."""
    hours: tuple[float, float] | None = None
    """The local hours of the day, from and to, in which somebody sells; None: not told."""
    stop_share: float = 1.0
    """Per cent of dials that end in an agreement below which one more dial is not worth it."""


@dataclass(frozen=True)
class LoadRules:
    """What people of a line are planned by. Shares are 0-1; None: measured, or as the centre has it."""

    sl: float = 0.8
    """Service level that people are planned for."""
    threshold_s: float | None = None
    """Seconds within which contacts must be answered for it, where that is not the line's own."""
    occupancy_max: float = 0.9
    occupancy_min: float = 0.85
    shrinkage: float | None = None
    """The share of paid time that nobody is there for contacts in."""
    patience_s: float | None = None
    """For how long callers wait before they hang up, on the mean."""
    patience_measured: bool = False
    """Whether it is taken from the records."""
    min_people: int = 1
    """So many are there while the line is open, however little comes."""
    hours: tuple[float, float] | None = None
    """The local hours of the day, from and to, in which the line is open; None: as contacts come."""
    given: frozenset[str] = frozenset()
    """Which of these somebody has set."""


@dataclass(frozen=True)
class Load:
    """How load and people are planned."""

    usual: LoadRules = LoadRules()
    lines: Mapping[str, LoadRules] = field(default_factory=dict, hash=False)
    """Of lines that have rules of their own."""
    band: float = 0.8
    """The share of outcomes that a forecast's band is to hold."""
    weeks: int = 4
    """How far ahead is forecast."""
    week_hours: float = 40.0
    """Hours a week of one full-time person."""
    chat_sl: float | None = None
    """Service level that people for chats are planned for; None: their occupancy alone decides."""
    at_once: float | None = None
    """How many chats one person is on at the same time; None: measured."""
    due_days: int = 2
    """Working days within which the back office answers."""
    pools: frozenset[str] = frozenset()
    """Groups of lines in which everybody takes everything."""

    def of(self, line: str) -> LoadRules:
        """The rules of a line."""
        return self.lines.get(line, self.usual)


@dataclass(frozen=True)
class Line:
    """A line, or a group of lines (one with members)."""

    key: str
    title: str
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    threshold_s: float | None = None
    """Its own service level threshold, where it differs from the centre's."""
    title_en: str = ""
    """How English readers call it; empty: by the title."""


@dataclass(frozen=True)
class Centre:
    """A centre's conventions, as configured."""

    timezone: str = "UTC"
    country: str | None = None
    """ISO code of the country whose public holidays count."""
    extra_holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    """Public holidays that are worked as usual."""
    lines: Mapping[str, Line] = field(default_factory=dict, hash=False)
    service_level: ServiceLevel = ServiceLevel()
    recovery_hours: float = 24.0
    """A lost client is recovered by a conversation within this time."""
    fcr_days: int = 7
    """A contact is resolved if the same client has no other one on the same topic for so many days."""
    complaint_types: tuple[str, ...] = ("Жалоба",)
    """The types of tickets that are complaints."""
    ticket_hours: float = 48.0
    """Within how many hours a ticket is due that does not say when."""
    execution_rounding: str = "down"
    """How an execution is printed: `down` (100 % only when it is reached) or `half_up`."""
    chat_threshold_s: float = 60.0
    """Seconds within which a chat must be taken, inclusive."""
    surveys: Surveys = Surveys()
    smile: SmileRules = SmileRules()
    time: TimeRules = TimeRules()
    sales: SalesRules = SalesRules()
    load: Load = Load()
    min_cases: int = 1
    """A share or a mean of fewer cases is not judged by its plan."""

    def in_language(self, language: str) -> Centre:
        """Return the centre with its lines' titles as a reader of a language has them."""
        if language != "en" or not any(line.title_en for line in self.lines.values()):
            return self
        lines = {key: replace(line, title=line.title_en or line.title) for key, line in self.lines.items()}
        return replace(self, lines=lines)

    def is_holiday(self, day: date) -> bool:
        """Whether a local day is a public holiday."""
        if day in self.working_days:
            return False
        return day in self.extra_holidays or day in self._public_holidays

    def is_working_day(self, day: date) -> bool:
        """Whether a local day is worked by the country's production calendar and the centre's exceptions."""
        if day in self.working_days:
            return True
        if day in self.extra_holidays:
            return False
        return self._calendar.is_working_day(day) if self._calendar is not None else day.weekday() < SATURDAY

    def members(self, line: str) -> tuple[str, ...]:
        """The lines of the records that a line or a group of lines stands for."""
        known = self.lines.get(line)
        return known.members if known and known.members else (line,)

    def find_line(self, name: str) -> str:
        """Return a line's key by its key, title or alias, in any case. Raises UserError with the nearest lines."""
        wanted = _folded(name)
        for key, line in self.lines.items():
            if wanted in map(_folded, filter(None, (key, line.title, line.title_en, *line.aliases))):
                return key
        raise UserError(
            'There is no line "{given}". There are: {known}.', given=name, known=nearest(name, tuple(self.lines))
        )

    def threshold(self, line: str | None) -> float | None:
        """The service level threshold of a line in seconds; None where its members have different ones."""
        usual = self.service_level.threshold_s
        members = self.members(line) if line else tuple(key for key, known in self.lines.items() if not known.members)
        own = [self.lines[member].threshold_s if member in self.lines else None for member in members]
        thresholds = {usual if each is None else each for each in own} or {usual}
        return next(iter(thresholds)) if len(thresholds) == 1 else None

    @property
    def _public_holidays(self) -> Mapping[date, str]:
        return {} if self._calendar is None else self._calendar

    @cached_property
    def _calendar(self) -> HolidayBase | None:
        """The country's days off, and the weekends that are worked instead."""
        if not self.country:
            return None
        return _calendar_of(self.country)


def _calendar_of(country: str) -> HolidayBase:
    """Return a country's calendar. Its package would load those of all countries: 300 modules, 0.2 s and 8 MB."""
    import holidays

    if (package := f"{holidays.__name__}.countries") not in sys.modules:
        alone = ModuleType(package)
        alone.__path__ = [str(Path(holidays.__file__).parent / "countries")]
        sys.modules[package] = alone
    return holidays.country_holidays(country)


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е")
