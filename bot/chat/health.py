"""How answering fares, for whoever watches over the bot."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.state.audit import AuditOutcome
from warehouse.messages import Message, Unreadable

MANY = 3
"""So many questions in a row that took too long are no chance."""
_FAULT_S = 600.0
"""A fault is over when none has come for so long."""


class AnswerHealth:
    """What went wrong last, until it goes right."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._late = 0
        self._fault: tuple[str, float] | None = None
        self._undrawn: tuple[str, float] | None = None
        self.unwritten = False
        """Whether the latest line of the audit log was lost."""
        self.unreadable: Unreadable | None = None
        """The latest damage of the records that a question met; whoever mends it takes it away."""

    def said(self, outcome: AuditOutcome, detail: str | None) -> None:
        """What came of a question."""
        if outcome is AuditOutcome.LATE:
            self._late += 1
        elif outcome is AuditOutcome.ANSWERED:
            self._late = 0
        elif outcome is AuditOutcome.FAILED:
            self._fault = detail or "", self._now()

    def undrawn(self, reference: str) -> None:
        """A picture could not be drawn; whoever asks the log for the reference finds why."""
        self._undrawn = reference, self._now()

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
        reference = self._recent(self._fault)
        if reference is None:
            return None
        return Message("Something of mine broke, {reference}: the log has it.", {"reference": reference})

    def drawing(self) -> Message | None:
        """The latest picture that could not be drawn, if that was recently."""
        reference = self._recent(self._undrawn)
        if reference is None:
            return None
        return Message(
            "A picture could not be drawn, and its text went out without it: ref {reference} in the log.",
            {"reference": reference},
        )

    def _recent(self, fault: tuple[str, float] | None) -> str | None:
        """What a fault is called, as long as it is not over."""
        return None if fault is None or self._now() - fault[1] > _FAULT_S else fault[0]
