"""amoCRM pulled from the project: by hand, and by the running bot again and again."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import datetime
from typing import TYPE_CHECKING

from bot.config.warehouse import AMOCRM_TOKEN
from bot.operations.operators import Operators
from bot.project import Project
from bot.settings import Tokens, read_tokens
from warehouse.messages import UserError, note

if TYPE_CHECKING:
    from bot.crm.pull import PullResult, ReadProgress

LOG = logging.getLogger(__name__)

EPISODE = "amocrm"
_AGAIN_S = 300.0
"""After a pull that failed."""


def token() -> Tokens:
    """Return the account's token, from the environment or the file it names. Raises UserError if there is none."""
    given = read_tokens(os.environ, (AMOCRM_TOKEN,))
    if AMOCRM_TOKEN not in given:
        raise UserError(
            "There is no token of amoCRM: make a long-lived one in the integration's settings and give it in {name}, "
            "or in a file that {name}_FILE names.",
            name=AMOCRM_TOKEN,
        )
    return given


async def pull_project(
    project: Project,
    *,
    since: datetime | None = None,
    full: bool = False,
    advance: ReadProgress = lambda entity, rows: None,
) -> PullResult:
    """Pull the project's account. Raises UserError, with what came before it in the lake."""
    from bot.crm.client import AmocrmClient  # an HTTP client is not worth loading for who has no account
    from bot.crm.pull import Intake, pull

    config = project.config.amocrm
    intake = Intake(
        project.lake,
        config.options,
        project.timezone,
        project.config.centre.currency,
        project.rejects,
        project.localizer.translated,
    )
    async with AmocrmClient(config.address, token()[AMOCRM_TOKEN], config.per_second) as client:
        return await pull(client, config.address, intake, now=project.clock(), since=since, full=full, advance=advance)


class AmocrmPulls:
    """The pulls of a running bot. What fails is told to the operators once, and that it works again."""

    def __init__(self, project: Project, operators: Operators) -> None:
        self._project, self._operators = project, operators
        self._interval = project.config.amocrm.interval

    async def run(self) -> None:
        """Pull again and again, until cancelled; not at all where no account is configured."""
        if self._interval is None:
            return
        while True:
            done = await self.pull_or_tell()
            await asyncio.sleep(self._interval.total_seconds() if done else _AGAIN_S)

    async def pull_or_tell(self) -> bool:
        """Pull now; whether it went well, which the operators hear otherwise."""
        try:
            pulled = await pull_project(self._project)
        except UserError as error:
            LOG.warning("amoCRM is not pulled: %s", error)
            last = self._project.lake.open().complete_to("deals")
            failed = note("the last try, at {time}, failed: {reason}", time=self._project.clock(), reason=error.message)
            said = note("CRM: the data are as of {moment}; {failed}", moment=last, failed=failed) if last else failed
            await self._operators.tell(EPISODE, said)
            return False
        LOG.info("amoCRM: %d requests, %s", pulled.requests, dict(pulled.rows))
        await self._operators.over(EPISODE, note("amoCRM is pulled again."))
        return True
