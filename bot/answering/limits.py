"""How much one person may ask."""

from __future__ import annotations

from collections import deque
from enum import Enum

_MINUTE = 60.0
_PEOPLE = 5000


class Allowance(Enum):
    """Whether a question is taken; of those that are not, only the first is told so."""

    GRANTED = "granted"
    SPENT = "spent"
    SILENT = "silent"


class Throttle:
    """So many questions a minute and person. Times are seconds of a clock that never goes back."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._asked: dict[str, deque[float]] = {}
        self._told: dict[str, float] = {}

    def ask(self, person: str, now: float) -> Allowance:
        """Take one question of a person, or not."""
        asked = self._asked.setdefault(person, deque())
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        if len(asked) < self._per_minute:
            asked.append(now)
            self._told.pop(person, None)
            self._forget(now)
            return Allowance.GRANTED
        # One notice a minute: a person who never pauses still learns why nothing comes.
        if self._told.get(person, now - _MINUTE) <= now - _MINUTE:
            self._told[person] = now
            return Allowance.SPENT
        return Allowance.SILENT

    def _forget(self, now: float) -> None:
        if len(self._asked) > _PEOPLE:
            self._asked = {who: asked for who, asked in self._asked.items() if asked[-1] > now - _MINUTE}
            self._told = {who: at for who, at in self._told.items() if at > now - _MINUTE}
