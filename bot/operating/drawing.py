"""What the log says of pictures that could not be drawn, for whoever watches over the bot.

Pictures are made wherever something is said (answers, digests, alerts, ratings), and the log is what all of them have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digests.drawing import LOG


@contextmanager
def undrawn_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Call `tell` with the reference of each picture that cannot be drawn meanwhile, in whatever thread that is."""
    handler = _Handler(tell)
    LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(getattr(record, "reference", ""))
