"""What is known at the moment: one state of the records, and everything that is made from it once.

A snapshot stays in force until the day, the records or, where they are complete past now, the minutes have moved on.
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
from digests.catalogue import BIWEEKLY
from digests.localizer import LANGUAGES, Localizer
from metrics.calculator import Calculator
from metrics.dimensions import OWNER, PEOPLE
from metrics.people import PIPELINE, names_of, segments, titles_of
from metrics.periods import days, month_end, to_local
from metrics.plans.plans import Plans
from warehouse.messages import UserError
from warehouse.records import LakeRecords, Records
from warehouse.schema import FACT_TABLES
from warehouse.scope import DealScope

CITY = "city"
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
    """The state of things as of one manifest and one moment. `names` are those of an earlier one, if there is one."""

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
        self._vocabularies: dict[tuple[bool, DealScope | None], Vocabulary] = {}
        self.names = self._names() if names is None else names
        self.reports, self.figures = project.config.reports, project.config.all_figures
        self.digest = project.config.digest(BIWEEKLY.key)
        self._report_names = {
            key: (*spec.aliases, *(Localizer(language)(spec.title) for language in LANGUAGES))
            for key, spec in self.reports.items()
        }
        self._contests = {contest.key: contest.title for contest in project.config.contests}

    def holds(self, stamp: object, now: datetime) -> bool:
        """Whether it is still the state of things."""
        zone, made = self.centre.timezone, self.project.now
        same_day = to_local(now, zone).date() == to_local(made, zone).date()
        return self.stamp == stamp and same_day and not (self._moves and now - made >= TICK)

    def vocabulary(self, role: Role) -> Vocabulary:
        """What can be asked for by name; who may not see agents does not learn of them from a list of the nearest."""
        asker = (role.names, role.deals)
        found = self._vocabularies.get(asker)
        if found is None:
            closed = () if role.names else PEOPLE
            shown = {
                name: self._seen(name, values, role.deals) for name, values in self.names.items() if name not in closed
            }
            reports = self.project.config.reports
            found = vocabulary(self.catalogue, self.centre, shown, self._contests, closed, self._report_names, reports)
            self._vocabularies[asker] = found
        return found

    def refresh(self) -> None:
        """What takes longer than a question: names of agents and the like, plans that came new, histories of deals."""
        names = self._names()
        if names != self.names:
            self.names = names
            self._vocabularies = {}
        self.spread_plans()
        self.workplace().calculator.derive()

    def _names(self) -> Names:
        named = names_of(self._first.records)
        return {
            dimension: {value: named.get(value, value) if dimension in PEOPLE else value for value in values}
            for dimension, values in segments(self._first).items()
        }

    def _seen(self, dimension: str, values: Mapping[str, str], scope: DealScope | None) -> Mapping[str, str]:
        """The values of a dimension that somebody may know of."""
        open_ = {CITY: scope.cities, PIPELINE: scope.pipelines, OWNER: scope.owners}.get(dimension) if scope else None
        if open_ is None:
            return values
        if dimension == PIPELINE:  # a role has their keys
            titles = titles_of(self._first.records, PIPELINE)
            open_ = frozenset(titles.get(key, key) for key in open_)
        return {value: name for value, name in values.items() if value in open_}

    def workplace(self, language: str = "", scope: DealScope | None = None) -> Worker:
        """This thread's calculator and plan book, with the lines' titles of a language, over the deals of a scope.

        Raises UserError where deals lie elsewhere than in the lake, and not all of them are to be seen.
        """
        centre = self._first.centre.in_language(language)
        named = ("" if centre is self._first.centre else language, scope)
        workers: dict[object, Worker] = self._mine.__dict__.setdefault("workers", {})
        mine = workers.get(named)
        if mine is None or mine.uses >= USES:
            first = self._first
            records = first.records if scope is None else _within(first.records, scope)
            calculator = Calculator(records, centre, first.catalogue, first.now)
            mine = Worker(calculator, self._plans.over(calculator) if scope is None else Plans(calculator))
            workers[named] = mine
        mine.uses += 1
        return mine

    def spread_plans(self) -> None:
        """Spread this month's plans and keep their weights, before a question has to."""
        plans, zone = self.workplace().plans, self.centre.timezone
        today = to_local(self.project.now, zone).date()
        plans.prepare_all(days(today.replace(day=1), month_end(today), zone))
        self.project.keep_weights(plans)


def _within(records: Records, scope: DealScope) -> Records:
    """The records as somebody sees them who sees some deals only. Raises UserError."""
    if not isinstance(records, LakeRecords):
        raise UserError(
            "Which deals you may see can only be told where they lie in the lake: svodka warehouse pull deals copies "
            "them there."
        )
    return records.within(scope)


class Snapshots:
    """The snapshot in force, made anew when the records have changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self, now: datetime) -> Snapshot:
        """Return the snapshot for this moment. Raises UserError if the records cannot be read."""
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
                threading.Thread(target=self._snapshot.refresh, name="snapshot", daemon=True).start()
            return self._snapshot
