"""The program: `svodka`, or `python -m bot`.

Exit codes: 0 done, 1 the user's mistake (one sentence on stderr), 2 usage, 3 our fault (a reference to the log).
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys

from warehouse.messages import Message, Mistake, note


def main() -> None:
    """Run one command and exit."""
    if os.getpid() == 1:
        # The first process of a container has no handling of the system's own: told to stop, it would go on.
        signal.signal(signal.SIGTERM, lambda number, _: os._exit(128 + number))
    from bot.cli.app import app

    try:
        app()
    except Mistake as mistake:
        _tell(mistake.message)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output has seen enough: no word about it, and none from the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception:
        _tell(_logged())
        raise SystemExit(3) from None


def _tell(message: Message) -> None:
    from bot.cli.current import words

    sys.stderr.write(words().say(message) + "\n")


def _logged() -> Message:
    """Log the fault being handled under a reference, and give the sentence that names it."""
    from bot.cli.current import log_file

    reference, log = secrets.token_hex(2), log_file()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=log, format="%(asctime)s %(levelname)s %(message)s", force=True)
    except OSError:
        logging.basicConfig(force=True)
    logging.exception("ref %s", reference)
    return note("Something broke on our side, ref {reference}; the log has it: {log}.", reference=reference, log=log)


if __name__ == "__main__":
    main()
