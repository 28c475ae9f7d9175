"""A restored state made safe: what may have been posted since its backup is asked, and not posted again."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.chat.operator_commands import command
from bot.delivery import ledger
from bot.operations.operators import Operators
from bot.project import Project
from bot.schedule import notices, runs
from bot.state import backups
from bot.state.backups import Restore
from bot.state.database import location_of
from digests.document import Action
from digests.localizer import Localizer
from warehouse.messages import N_, Message, UserError, note


def amend(connection: sa.Connection, now: datetime, made_at: datetime, say: Callable[[Message], str]) -> Restore:
    """Let all that had no end in a backup wait for the operators; they are asked when the bot runs.

    What became due after the backup is not in it: the schedule keeps it for them by what is written here. `say` puts
    reasons into the centre's language.
    """
    restore = backups.begin(connection, now, made_at)
    runs.doubt(connection, say(notices.in_doubt(restore.known_to)), now)
    ledger.doubt(connection, say(restore.reason))
    return restore


LOG = logging.getLogger(__name__)

EPISODE = "backup"
_LOOK_EVERY_S = 60.0
"""Clocks are set and machines sleep: the hour is looked at, not waited for."""
_AGAIN_S = 3600.0
"""After a backup that failed."""


class Backups:
    """Makes backups, keeps so many, and tells the operators when that fails and when it works again."""

    def __init__(self, project: Project, operators: Operators) -> None:
        config = project.config
        self._settings = config.backup
        self._zone = ZoneInfo(config.centre.timezone)
        self._localizer = Localizer(config.operators.language or config.centre.language)
        self._state = location_of(config.state.url, project.root).file
        self._directory = project.backups
        self._operators = operators

    async def run(self) -> None:
        """Make one whenever it is due, until cancelled."""
        if not self._settings.at or self._state is None:
            return
        while True:
            last = await asyncio.to_thread(backups.latest, self._directory)
            made = True
            if is_due(self._settings.at, self._zone, last, datetime.now(UTC)):
                made = await self._made_or_told()
            await asyncio.sleep(_LOOK_EVERY_S if made else _AGAIN_S)

    async def make(self) -> Path:
        """Back up now. Raises UserError if it cannot be done."""
        if self._state is None:
            raise UserError(backups.NOT_OURS.id)
        state = self._state

        def work() -> Path:
            made = backups.make(state, self._directory)
            backups.prune(self._directory, self._settings.keep)
            return made

        made = await asyncio.to_thread(work)
        LOG.info("the state was backed up as %s", made.name)
        await self._operators.over(EPISODE, note("The state is backed up again."))
        return made

    async def ordered(self, _order: object) -> Message:
        """`op backup`."""
        try:
            made = await self.make()
        except UserError as error:
            said = _without_paths(error.message)
            raise UserError(said.id, **said.params) from None
        return note("The state is backed up: {name}.", name=made.name)

    async def _made_or_told(self) -> bool:
        try:
            await self.make()
        except UserError as error:
            again = Action(self._localizer(N_("Try again")), command("backup"))
            await self._operators.tell(EPISODE, _without_paths(error.message), [again])
            return False
        except Exception:
            reference = secrets.token_hex(2)
            LOG.exception("ref %s: the backup broke", reference)
            text = note("The state could not be backed up; the log has it under {reference}.", reference=reference)
            await self._operators.tell(EPISODE, text)
            return False
        return True


def is_due(at: str, zone: ZoneInfo, last: datetime | None, now: datetime) -> bool:
    """Whether the hour has struck since the last backup."""
    hour = time.fromisoformat(at)
    local = now.astimezone(zone)
    struck = datetime.combine(local.date(), hour, zone)
    if struck > local:
        struck = datetime.combine(local.date() - timedelta(days=1), hour, zone)
    return last is None or last < struck


def _without_paths(message: Message) -> Message:
    """The same sentence with files and directories by their names alone: it goes into a chat."""
    params = {name: value.name if isinstance(value, Path) else value for name, value in message.params.items()}
    return Message(message.id, params, message.plural)
