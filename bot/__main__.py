"""The program: `svodka`, or `python -m bot`.

Exit codes: 0 done, 1 the user's mistake (one sentence on stderr), 2 usage, 3 our fault (a reference to the log).
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType, TracebackType

from warehouse.messages import Message, UserError, note

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def main() -> None:
    """Run one command and exit."""
    with Interrupts() as interrupts:
        logging.lastResort = _ToFile(logging.WARNING)
        try:
            _commands()()
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except BrokenPipeError:
            # The reader of our output has seen enough: no word about it, and none from the interpreter's last flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except Exception as error:
            if interrupts.noticed:  # a library that is interrupted may raise an error of its own
                raise SystemExit(130) from None
            refusal = error.message if isinstance(error, UserError) else None
            _tell(refusal or _logged())
            raise SystemExit(1 if refusal else 3) from None


def _commands() -> Callable[[], object]:
    """Load the commands: it takes a while, and people press Ctrl-C.

    Nothing that is loaded is ever garbage: it is not looked for on the way, nor among all this later. A question from
    the terminal takes a tenth of its processor time less.
    """
    if "bot.cli.app" not in sys.modules:
        gc.disable()
        import_module("bot.cli.app")
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)
        gc.enable()
    from bot.cli.help import program

    commands: Callable[[], object] = program()
    return commands


class _ToFile(logging.Handler):
    """Takes what a command logs that has set up no log: its errors are said in words, the rest stands in a file."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError), _opened().open("a", encoding="utf-8") as file:
            file.write(logging.Formatter(_FORMAT).format(record) + "\n")


def _tell(message: Message) -> None:
    from bot.cli.terminal import words

    sys.stderr.write(words().say(message) + "\n")


def _logged() -> Message:
    """Log the fault being handled under a reference, and give the sentence that names it."""
    from bot.cli.terminal import log_file

    reference, log = secrets.token_hex(2), log_file()
    try:
        logging.basicConfig(filename=_opened(), format=_FORMAT, force=True)
    except OSError:
        logging.basicConfig(force=True)
    logging.exception("ref %s", reference)
    return note("Something broke on our side, ref {reference}; the log has it: {log}.", reference=reference, log=log)


def _opened() -> Path:
    """Return the file of the log, its directory made. Raises OSError."""
    from bot.cli.terminal import log_file

    log = log_file()
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


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


if __name__ == "__main__":
    main()
