"""A restored state made safe: what may have been posted since its backup is asked, and not posted again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from bot.delivery import ledger
from bot.schedule import notices, runs
from bot.state import restores
from bot.state.restores import Restore
from warehouse.messages import Message


def amend(connection: sa.Connection, now: datetime, made_at: datetime, say: Callable[[Message], str]) -> Restore:
    """Let all that had no end in a backup wait for the operators; they are asked when the bot runs.

    What became due after the backup is not in it: the schedule keeps it for them by what is written here. `say` puts
    reasons into the centre's language.
    """
    restore = restores.begin(connection, now, made_at)
    runs.doubt(connection, say(notices.in_doubt(restore.known_to)), now)
    ledger.doubt(connection, say(restore.reason))
    return restore
