"""How answering fares, for whoever watches over the bot."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.state.questions import Outcome
from warehouse.messages import Message, Unreadable

MANY = 3
"""So many questions in a row that took too long are no chance."""
_FAULT_S = 600.0
"""A fault is over when none has come for so long."""


class Vitals:
    """What went wrong last, until it goes right."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._late = 0
        self._fault: tuple[str, float] | None = None
        self.unwritten = False
        """Whether the latest line of the audit log was lost."""
        self.unreadable: Unreadable | None = None
        """The latest damage of the records that a question met; whoever mends it takes it away."""

    def said(self, outcome: Outcome, detail: str | None) -> None:
        """What came of a question."""
        if outcome is Outcome.LATE:
            self._late += 1
        elif outcome is Outcome.ANSWERED:
            self._late = 0
        elif outcome is Outcome.FAILED:
            self._fault = detail or "", self._now()

    def late(self) -> Message | None:
        """Why questions are not answered in time, if they are not."""
        if self._late < MANY:
            return None
        return Message(
            "Questions take too long: {n} in a row was given up.",
            {"n": self._late},
            "Questions take too long: {n} in a row were given up.",
        )

    def fault(self) -> Message | None:
        """The latest fault of ours, if it is a recent one."""
        if self._fault is None or self._now() - self._fault[1] > _FAULT_S:
            return None
        return Message("Something of mine broke, {reference}: the log has it.", {"reference": self._fault[0]})
