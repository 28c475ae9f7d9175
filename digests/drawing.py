"""Drawing that takes no text with it: where it fails, the fault is logged, and what it illustrates goes out without."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import TypeVar

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def attempt(key: str, draw: Callable[[], _T], otherwise: _T) -> _T:
    """Return what is drawn, or `otherwise` where that fails; `key` says in the log which picture it was."""
    try:
        return draw()
    except Exception:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s: the picture %s could not be drawn", reference, key, extra={"reference": reference})
        return otherwise
