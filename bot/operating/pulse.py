"""Whether the event loop comes round."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pulse:
    """When the event loop last came round."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at = now()

    def beat(self) -> None:
        """It comes round."""
        self._at = self._now()

    @property
    def age_s(self) -> float:
        return self._now() - self._at
