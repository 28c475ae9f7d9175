"""What is known at the moment: one state of the records, and everything that is made from it once.

A board stays in force until the day, the records or, where they are complete past now, the minutes have moved on.
Worker threads compute upon it side by side, each with a calculator of its own, since a calculator remembers as it goes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chat.access import Role
from bot.chat.questions.vocabulary import Vocabulary, vocabulary
from bot.project import Project
from digests.localizer import LANGUAGES, Localizer
from metrics.calculator import Calculator
from metrics.dimensions import PEOPLE
from metrics.people import names_of, segments
from metrics.periods import days, month_end, to_local
from metrics.plans.plans import Plans
from warehouse.schema import FACT_TABLES

TICK = timedelta(seconds=30)
"""How old "now" may be where records go on past it."""
USES = 200
"""After so many questions a worker starts afresh: what a calculator remembers must not grow for ever."""

Names = Mapping[str, Mapping[str, str]]
"""Dimension -> value in the records -> what it is called."""


@dataclass
class Worker:
    """What one thread computes with."""

    calculator: Calculator
    plans: Plans
    uses: int = 0


class Snapshot:
    """The state of things as of one manifest and one moment. `names` are those of an earlier board, if there is one."""

    def __init__(self, project: Project, stamp: object, names: Names | None = None) -> None:
        self.project = project
        self.stamp = stamp
        self._first = project.calculator(project.config.questions.timeout_s)
        self._plans = Plans(self._first)
        self.centre = self._first.centre
        self.catalogue = self._first.catalogue
        known = [self._first.records.complete_to(table.name) for table in FACT_TABLES]
        self._moves = any(moment > project.now for moment in known if moment)
        self._mine = threading.local()
        self._vocabularies: dict[bool, Vocabulary] = {}
        self.names = self._names() if names is None else names
        self._reports = {
            key: (*spec.aliases, *(Localizer(language)(spec.title) for language in LANGUAGES))
            for key, spec in project.config.reports.items()
        }
        self._contests = {contest.key: contest.title for contest in project.config.contests}

    def holds(self, stamp: object, now: datetime) -> bool:
        """Whether it is still the state of things."""
        zone, made = self.centre.timezone, self.project.now
        same_day = to_local(now, zone).date() == to_local(made, zone).date()
        return self.stamp == stamp and same_day and not (self._moves and now - made >= TICK)

    def vocabulary(self, role: Role) -> Vocabulary:
        """What can be asked for by name; who may not see agents does not learn of them from a list of the nearest."""
        found = self._vocabularies.get(role.names)
        if found is None:
            closed = () if role.names else PEOPLE
            shown = {name: values for name, values in self.names.items() if name not in closed}
            found = vocabulary(self.catalogue, self.centre, shown, self._contests, closed, self._reports)
            self._vocabularies[role.names] = found
        return found

    def refresh(self) -> None:
        """What takes longer than a question: names of agents, topics and the like, and plans that came new."""
        names = self._names()
        if names != self.names:
            self.names = names
            self._vocabularies = {}
        self.spread_plans()

    def _names(self) -> Names:
        named = names_of(self._first.records)
        return {
            dimension: {value: named.get(value, value) if dimension in PEOPLE else value for value in values}
            for dimension, values in segments(self._first).items()
        }

    def workplace(self, language: str = "") -> Worker:
        """This thread's calculator and plan book, with the lines' titles of a language."""
        centre = self._first.centre.in_language(language)
        named = "workplace" if centre is self._first.centre else f"workplace_{language}"
        mine: Worker | None = getattr(self._mine, named, None)
        if mine is None or mine.uses >= USES:
            first = self._first
            calculator = Calculator(first.records, centre, first.catalogue, first.now)
            mine = Worker(calculator, self._plans.over(calculator))
            setattr(self._mine, named, mine)
        mine.uses += 1
        return mine

    def spread_plans(self) -> None:
        """Spread this month's plans and keep their weights, before a question has to."""
        plans, zone = self.workplace().plans, self.centre.timezone
        today = to_local(self.project.now, zone).date()
        plans.prepare_all(days(today.replace(day=1), month_end(today), zone))
        self.project.keep_weights(plans)


class Snapshots:
    """The board in force, made anew when the records have changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self, now: datetime) -> Snapshot:
        """The board for this moment. Raises UserError if the records cannot be read."""
        stamp = self._project.store.stamp()
        snapshot = self._snapshot
        if snapshot is not None and snapshot.holds(stamp, now):
            return snapshot
        with self._lock:
            before = self._snapshot
            if before is not None and before.holds(stamp, now):
                return before
            project = replace(self._project, now=now)
            self._snapshot = Snapshot(project, stamp, before.names if before else None)
            if before is not None and before.stamp != stamp:
                # Numbers are new at once; a name that is heard for the first time may be a second later.
                threading.Thread(target=self._snapshot.refresh, name="board", daemon=True).start()
            return self._snapshot
