"""Numbers: every metric declared once, periods, plans, and the way from a question to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrics.frames import frame

__all__ = ["frame"]


def __getattr__(name: str) -> Any:
    """Return `frame` to who asks for it: whatever else imports this package does not wait for it."""
    if name != "frame":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from metrics.frames import frame

    return frame
