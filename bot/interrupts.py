"""Ctrl-C and the word to stop while a command works: what a library makes of them, and that they are heard in time."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType, TracebackType

END_S = 5.0
"""So long after the word a command has to end by itself; a library may not give way for minutes."""


class Interrupts:
    """From its beginning to its end the process hears signals, also where the main thread is in a library's hands."""

    def __init__(self, end_s: float = END_S) -> None:
        self.noticed = False
        self._end_s = end_s
        self._written: int | None = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is not threading.main_thread():
            return self
        if os.getpid() == 1:
            # The first process of a container has no handling of the system's own: told to stop, it would go on.
            signal.signal(signal.SIGTERM, lambda number, _: os._exit(128 + number))
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as a shell has it for what is in the background
            signal.signal(signal.SIGINT, self._interrupt)
        incoming, self._written = os.pipe()
        os.set_blocking(self._written, False)
        signal.set_wakeup_fd(self._written, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(incoming,), daemon=True, name="interrupts").start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Once interrupted it is watched to the very end: the interpreter still waits for its threads.
        if self._written is not None and not self.noticed:
            signal.set_wakeup_fd(-1)
            os.close(self._written)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.noticed = True
        signal.default_int_handler(number, frame)

    def _watch(self, incoming: int) -> None:
        """Python's own handling waits until the main thread is back from a library; the system writes at once."""
        while word := os.read(incoming, 1):
            if word[0] in (signal.SIGINT, signal.SIGTERM):
                time.sleep(self._end_s)
                os._exit(128 + word[0])
        os.close(incoming)
