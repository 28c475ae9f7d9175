"""What is known at the moment: one state of the records, and everything that is made from it once.

A board stays in force until the records or, where they are complete past now, the minutes have moved on. Worker
threads compute upon it side by side, each with a reckoner of its own, since a reckoner remembers as it goes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.access import Role
from bot.commands.vocabulary import AGENT, Vocabulary, vocabulary
from bot.project import Project
from metrics.compute import Reckoner
from metrics.people import names_of
from metrics.planning import PlanBook
from metrics.segments import segments
from warehouse.schema import FACT_TABLES

TICK = timedelta(seconds=30)
"""How old "now" may be where records go on past it."""
USES = 200
"""After so many questions a worker starts afresh: what a reckoner remembers must not grow for ever."""


@dataclass
class _Workplace:
    """What one thread computes with."""

    reckoner: Reckoner
    book: PlanBook
    uses: int = 0


class Board:
    """The state of things as of one manifest and one moment."""

    def __init__(self, project: Project, stamp: object) -> None:
        self.project = project
        self.stamp = stamp
        self._first = project.reckoner()
        self.centre = self._first.centre
        self.catalogue = self._first.catalogue
        known = [self._first.records.complete_to(table.name) for table in FACT_TABLES]
        self._moves = any(moment > project.now for moment in known if moment)
        self._mine = threading.local()
        self._contests = {contest.key: contest.title for contest in project.config.contests}
        named = names_of(self._first.records)
        self._values = {
            dimension: {value: named.get(value, value) if dimension == AGENT else value for value in values}
            for dimension, values in segments(self._first).items()
        }

    def holds(self, stamp: object, now: datetime) -> bool:
        """Whether it is still the state of things."""
        return self.stamp == stamp and not (self._moves and now - self.project.now >= TICK)

    def vocabulary(self, role: Role) -> Vocabulary:
        """What can be asked for by name; who may not see agents does not learn of them from a list of the nearest."""
        return self._named if role.names else self._nameless

    @cached_property
    def _named(self) -> Vocabulary:
        return vocabulary(self.catalogue, self.centre, self._values, self._contests)

    @cached_property
    def _nameless(self) -> Vocabulary:
        others = {dimension: values for dimension, values in self._values.items() if dimension != AGENT}
        return vocabulary(self.catalogue, self.centre, others, self._contests)

    def workplace(self) -> _Workplace:
        """This thread's reckoner and plan book."""
        mine: _Workplace | None = getattr(self._mine, "workplace", None)
        if mine is None or mine.uses >= USES:
            first = self._first
            reckoner = Reckoner(first.records, first.centre, first.catalogue, first.now)
            mine = self._mine.workplace = _Workplace(reckoner, PlanBook(reckoner))
        mine.uses += 1
        return mine


class Boards:
    """The board in force, made anew when the records have changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._board: Board | None = None

    def current(self, now: datetime) -> Board:
        """The board for this moment. Raises Mistake if the records cannot be read."""
        stamp = self._project.lake.stamp()
        board = self._board
        if board is not None and board.holds(stamp, now):
            return board
        with self._lock:
            if self._board is None or not self._board.holds(stamp, now):
                self._board = Board(replace(self._project, now=now), stamp)
            return self._board
