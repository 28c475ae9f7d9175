"""How a platform counts what it is sent: by what arrived in the time before."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass
class Limit:
    """So many messages at once, and from then on so many in so many seconds; `burst` None: in any so many seconds.

    `slack_s`: messages may arrive by so much closer to each other than they were sent.
    """

    messages: float
    seconds: float
    burst: int | None = None
    slack_s: float = 0.05
    _came: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def takes(self, key: str, count: int = 1) -> bool:
        """Whether that many more are taken now; what is not taken does not count."""
        now = time.monotonic()
        return self._in_window(key, count, now) if self.burst is None else self._in_bucket(key, count, now)

    def _in_window(self, key: str, count: int, now: float) -> bool:
        came = self._came[key]
        while came and came[0] <= now - self.seconds + self.slack_s:
            came.popleft()
        if len(came) + count > self.messages:
            return False
        came.extend([now] * count)
        return True

    def _in_bucket(self, key: str, count: int, now: float) -> bool:
        assert self.burst is not None
        level, at = self._levels.get(key, (0.0, now))
        level = max(level - (now - at) * self.messages / self.seconds, 0.0)
        if level + count > self.burst + self.slack_s * self.messages / self.seconds:
            return False
        self._levels[key] = (level + count, now)
        return True

    def after(self, count: int) -> float:
        """Seconds until that many can have been taken, with no time between what may come at once."""
        if self.burst is None:
            return (count - 1) // self.messages * self.seconds
        return max(count - self.burst, 0) * self.seconds / self.messages
