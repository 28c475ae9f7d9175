"""The program: `svodka`, or `python -m bot`.

Exit codes: 0 done, 1 the user's mistake (one sentence on stderr), 2 usage, 3 our fault (a reference to the log).
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from warehouse.messages import Message, Mistake, note

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def main() -> None:
    """Run one command and exit."""
    if os.getpid() == 1:
        # The first process of a container has no handling of the system's own: told to stop, it would go on.
        signal.signal(signal.SIGTERM, lambda number, _: os._exit(128 + number))
    interrupted = _noticing()
    from bot.cli.app import app

    logging.lastResort = _ToFile(logging.WARNING)
    try:
        app()
    except Mistake as mistake:
        if interrupted:
            raise SystemExit(130) from None
        _tell(mistake.message)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output has seen enough: no word about it, and none from the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception:
        if interrupted:
            raise SystemExit(130) from None
        _tell(_logged())
        raise SystemExit(3) from None


def _noticing() -> list[int]:
    """Return what Ctrl-C is put into from now on: a library that is interrupted may raise an error of its own."""
    noticed: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        noticed.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as what a shell starts in the background has it
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGINT, interrupt)
    return noticed


class _ToFile(logging.Handler):
    """Takes what a command logs that has set up no log: its errors are said in words, the rest stands in a file."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError), _opened().open("a", encoding="utf-8") as file:
            file.write(logging.Formatter(_FORMAT).format(record) + "\n")


def _tell(message: Message) -> None:
    from bot.cli.current import words

    sys.stderr.write(words().say(message) + "\n")


def _logged() -> Message:
    """Log the fault being handled under a reference, and give the sentence that names it."""
    from bot.cli.current import log_file

    reference, log = secrets.token_hex(2), log_file()
    try:
        logging.basicConfig(filename=_opened(), format=_FORMAT, force=True)
    except OSError:
        logging.basicConfig(force=True)
    logging.exception("ref %s", reference)
    return note("Something broke on our side, ref {reference}; the log has it: {log}.", reference=reference, log=log)


def _opened() -> Path:
    """Return the file of the log, its directory made. Raises OSError."""
    from bot.cli.current import log_file

    log = log_file()
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


if __name__ == "__main__":
    main()
