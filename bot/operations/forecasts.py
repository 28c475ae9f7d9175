"""Forecasts kept day by day: what is promised of calls and chats is written down before it is known what comes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from bot.project import Project
from metrics.load import CALL, CHAT
from metrics.periods import to_local
from warehouse.messages import UserError
from warehouse.plans import save_forecasts
from warehouse.schema import FORECASTS

LOG = logging.getLogger(__name__)

HOURS = range(4, 7)
"""At night, by the centre's clock, when nobody waits for an answer: once in these hours."""
_LOOK_S = 600.0
_DAYS = 8
"""Today and a week."""


def keep_forecasts(project: Project) -> int:
    """Write the forecasts of a week, unless today's are there; returns how many half hours. Raises UserError."""
    from metrics.load.counts import lines_with
    from metrics.load.line_load import line_loads
    from metrics.load.record import made_now

    zone, now = project.timezone, project.clock()
    today = to_local(now, zone).date()
    calculator = replace(project, now=now).calculator()
    if calculator.records.filled(FORECASTS.name):
        ((last,),) = calculator.records.rows(sa.select(sa.func.max(FORECASTS.c.made_at)))
        if last is not None and to_local(last, zone).date() >= today:
            return 0
    wanted = [today + timedelta(days=n) for n in range(_DAYS)]
    made = [
        each
        for channel in (CALL, CHAT)
        for load in line_loads(calculator, channel, lines_with(calculator, channel), 2)
        for each in made_now(load, wanted, now, zone)
    ]
    return save_forecasts(project.lake, made)


class ForecastKeeper:
    """Keeps forecasts while the bot runs. Nothing it does raises."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._kept: date | None = None

    async def run(self) -> None:
        """Look again and again, as long as the bot runs."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> None:
        """Keep today's forecasts, if it is time."""
        local = to_local(self._project.clock(), self._project.timezone)
        if local.hour not in HOURS or self._kept == local.date():
            return
        try:
            added = await asyncio.to_thread(keep_forecasts, self._project)
        except UserError as error:
            LOG.warning("forecasts are not kept: %s", error)
        except Exception:
            LOG.exception("forecasts are not kept")
        else:
            self._kept = local.date()
            LOG.info("forecasts are kept: %d half hours", added)
