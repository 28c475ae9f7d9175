"""The program: `svodka`, or `python -m bot`.

Exit codes: 0 done, 1 the user's mistake (one sentence on stderr), 2 usage, 3 our fault (a reference to the log).
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from bot.interrupts import Interrupts
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


if __name__ == "__main__":
    main()
