"""The program: `svodka`, or `python -m bot`.

Exit codes: 0 done, 1 the user's mistake (one sentence on stderr), 2 usage, 3 our fault (a reference to the log).
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from pathlib import Path

from warehouse.messages import Mistake, note

LOG = Path("logs") / "svodka.log"


def main() -> None:
    """Run one command and exit."""
    from bot.cli.app import app

    try:
        app()
    except Mistake as mistake:
        _tell(mistake)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output has seen enough: no word about it, and none from the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception:
        _report()
        raise SystemExit(3) from None


def _tell(mistake: Mistake) -> None:
    from bot.cli.language import terminal_words

    sys.stderr.write(terminal_words().say(mistake.message) + "\n")


def _report() -> None:
    """Log a fault of ours under a reference, and say no more than that on the terminal."""
    from bot.cli.language import terminal_words

    reference = secrets.token_hex(2)
    home = Path(os.environ.get("SVODKA_HOME") or ".")
    log = home / LOG if (home / "svodka.toml").exists() else Path.home() / ".svodka.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=log, format="%(asctime)s %(levelname)s %(message)s", force=True)
        logging.exception("ref %s", reference)
    except OSError:
        logging.lastResort = None
    said = note("Something broke on our side, ref {reference}; the log has it: {log}.", reference=reference, log=log)
    sys.stderr.write(terminal_words().say(said) + "\n")


if __name__ == "__main__":
    main()
