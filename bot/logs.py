"""Logs of a running bot: text for a person at a terminal, one JSON object a line for everybody else."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot.channels.registry import PLATFORMS
from bot.settings import HideTokens, Tokens

_QUIET = ("apscheduler", "alembic", "matplotlib")
"""Libraries that tell what they do all the time: only their warnings are worth a line. Platforms name theirs."""


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info or record.exc_text:
            told["traceback"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        return json.dumps(told, ensure_ascii=False)


def set_up(tokens: Tokens) -> None:
    """Log to stderr, without any token."""
    handler = logging.StreamHandler(sys.stderr)
    person = sys.stderr.isatty()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s") if person else _Json())
    handler.addFilter(HideTokens(tokens))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    of_platforms = [name for platform in PLATFORMS.values() for name in platform.loggers]
    for name in (*_QUIET, *of_platforms):
        logging.getLogger(name).setLevel(logging.WARNING)
