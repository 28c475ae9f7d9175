"""Numbers that may leave the usual, and their quarter hours: losses, late answers, calls, lost chats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metrics.aggregate import parts_of
from metrics.answers import Answer
from metrics.calculator import Calculator
from metrics.facts import Fact
from metrics.model import Where
from metrics.peaks import CaseCount, index_of, weeks_around
from metrics.periods import Period


@dataclass(frozen=True)
class Signal:
    """A number whose quarter hours are looked at around an incident: cases of a share's numerator over its denominator.

    `misses`: the cases are what the numerator lacks; `volume`: they are a count, and usual is what comes in the time.
    """

    key: str
    metric: str
    misses: bool = False
    volume: bool = False

    @property
    def channel(self) -> str:
        """Of calls or of chats, as days are marked."""
        return "chat" if self.metric.startswith("chat") else "call"

    def by_line(
        self, calculator: Calculator, line: str | None, filters: Where, period: Period
    ) -> dict[str | None, dict[int, CaseCount]]:
        """Return the quarter hours of whole days by line and index; if one line is asked of, of it alone.

        Nothing, where there are no records.
        """
        import numpy as np  # not worth loading before

        from metrics.quarter_hours import quarter_hours

        metric = calculator.catalogue.get(self.metric)
        of = parts_of(metric)
        parts = (of.numerator, of.denominator or of.numerator)
        first, end = index_of(period.start), index_of(period.end)
        members = None if line is None else calculator.centre.members(line)
        sums: defaultdict[str | None, Any] = defaultdict(lambda: np.zeros((len(parts), end - first)))
        for month in quarter_hours(calculator, metric, parts, period, filters):
            within = month.between(first, end)
            for place, own in enumerate(within.lines):
                if members is None or own in members:
                    here = within.places == place
                    into = sums[own if line is None else line]
                    into[:, within.quarters[here] - first] += within.values[:, here]
        return {key: dict(self._counted(first, *each)) for key, each in sums.items()}

    def _counted(self, first: int, cases: Any, exposure: Any) -> Iterator[tuple[int, CaseCount]]:
        """Yield those quarter hours in which anything came."""
        cases = exposure - cases if self.misses else cases
        came = exposure.nonzero()[0]
        return zip((came + first).tolist(), map(CaseCount, cases[came].tolist(), exposure[came].tolist()), strict=True)

    def counts(self, answer: Answer, around: Period) -> dict[int, CaseCount]:
        """The quarter hours of an answer by their index; of a volume, those without any too."""
        found = {
            int(float(quarter)): self._count(point.fact)
            for point in answer.points
            for quarter in point.values
            if quarter is not None
        }
        if not self.volume:
            return found
        known = range(index_of(weeks_around(around).start), index_of(weeks_around(around).end) + 1)
        return dict.fromkeys(known, CaseCount(0.0, 1.0)) | found

    def _count(self, fact: Fact) -> CaseCount:
        if self.volume:
            return CaseCount(fact.value or 0.0, 1.0)
        cases, of = fact.numerator or 0.0, fact.denominator or 0.0
        return CaseCount(of - cases if self.misses else cases, of)


LOST = Signal("lost", "lcr")
SIGNALS = (
    LOST,
    Signal("late", "sl", misses=True),
    Signal("offered", "calls", volume=True),
    Signal("lost_chats", "chat_lcr"),
)
