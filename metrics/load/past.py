"""Days of a line that are over, beside what was expected of each the evening before: what came, and who was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from metrics.calculator import Calculator
from metrics.load.forecast import Forecaster
from metrics.load.history import Floats
from metrics.load.line_load import LineLoad
from metrics.load.presence import PRESENT, ROSTER, presence_of
from metrics.load.warning import Past, said_before

_DAYS, _LOOKED_AT = 28, 120
"""So many days of the same kind tell of a day, within so many before it."""


@dataclass(frozen=True)
class PastDay:
    """A day that is over. Arrays by half hour."""

    said: Floats
    """Contacts that need somebody, as the evening before said; so is what came."""
    came: Floats
    roster: Floats
    """People expected, away from contacts or not."""
    by_roster: bool
    present: Floats
    """People on contacts."""


class PastDays:
    """The days of a line that are over, each read once."""

    def __init__(self, calculator: Calculator, load: LineLoad) -> None:
        self._calculator, self._load = calculator, load
        self._forecaster = Forecaster(load.counted.history)
        self._said: dict[int, Floats] = {}
        self._days: dict[int, PastDay | None] = {}

    def said_of(self, index: int) -> Floats:
        """Return what the evening before a day said of it, by its place in the calendar."""
        if index not in self._said:
            self._said[index] = said_before(self._forecaster, index)
        return self._said[index]

    def known_days(self, index: int) -> int:
        """How many days teach before one."""
        return self._forecaster.known_days(index - 1)

    def day(self, index: int) -> PastDay | None:
        """Return a day; None where nobody knows who was there, or was to be."""
        if index not in self._days:
            self._days[index] = self._read(index)
        return self._days[index]

    def before(self, index: int) -> Past | None:
        """Return the last days of the same kind before one, working or not, that teach; None without any."""
        counted = self._load.counted
        working, teaches = counted.handled.working, counted.history.teaches
        found: list[PastDay] = []
        for earlier in range(min(index, counted.history.days) - 1, max(0, index - _LOOKED_AT), -1):
            if len(found) == _DAYS or not self.known_days(earlier):
                break
            if teaches[earlier] and working[earlier] == working[index] and (day := self.day(earlier)):
                found.append(day)
        if not found:
            return None
        said, came, roster, present = (
            np.stack([getattr(day, name) for day in found]) for name in ("said", "came", "roster", "present")
        )
        return Past(said, came, np.divide(present, roster, out=np.ones_like(roster), where=roster > 0))

    def _read(self, index: int) -> PastDay | None:
        counted, stream = self._load.counted, self._load.stream
        day = counted.history.calendar.day(index)
        present = presence_of(self._calculator, stream, [day], day).on(day)
        expected = presence_of(self._calculator, stream, [day], day - timedelta(days=1)).on(day)
        if present is None or expected is None or present.source != PRESENT:
            return None
        share = counted.reached_share
        came = counted.history.filled[index] * share
        by_roster = expected.source == ROSTER
        return PastDay(self.said_of(index) * share, came, expected.count, by_roster, present.count)
