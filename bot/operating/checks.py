"""The checks of a running bot: its state, the records, its channels, and how answering fares."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.answering.answering import Answering
from bot.answering.vitals import Vitals
from bot.channels.channel import Channel
from bot.operating.watch import Check
from bot.project import Project
from bot.state.episodes import beat
from bot.state.reasons import database_reason
from bot.state.store import State
from warehouse.messages import Message, Mistake, Unreadable, note
from warehouse.records import unreadable

PATIENCE_S = 60.0
"""A platform may be away for so long: networks are."""


def checks(project: Project, state: State, channels: Sequence[Channel], answering: Answering) -> list[Check]:
    """Everything that is watched."""
    vitals = answering.vitals

    async def late() -> Message | None:
        return vitals.late()

    async def fault() -> Message | None:
        return vitals.fault()

    async def drawing() -> Message | None:
        return vitals.drawing()

    async def audit() -> Message | None:
        if not vitals.unwritten:
            return None
        return note("The audit log cannot be written: what was asked just now is not in it.")

    return [
        _state(project, state),
        _records(project, vitals),
        *(_channel(channel) for channel in channels),
        Check("questions", note("questions"), late, note("Questions are answered in time again."), needed=False),
        Check("audit log", note("audit log"), audit, note("The audit log is written again."), needed=False),
        Check("faults", note("faults"), fault, note("Nothing of mine has broken for ten minutes."), needed=False),
        Check("pictures", note("pictures"), drawing, note("No picture has failed for ten minutes."), needed=False),
    ]


def _state(project: Project, state: State) -> Check:
    async def probe() -> Message | None:
        try:
            await state.run(lambda connection: beat(connection, project.clock()))
        except SQLAlchemyError as error:
            return note(
                "My state cannot be written: {reason}. Questions are answered, but nothing is remembered.",
                reason=database_reason(error),
            )
        return None

    return Check("state", note("state"), probe, note("My state can be written again."))


def _records(project: Project, vitals: Vitals) -> Check:
    def looked() -> Mistake | None:
        met = vitals.unreadable
        return unreadable(project.lake.root, met)

    async def probe() -> Message | None:
        found = await asyncio.to_thread(looked)
        if found is None:
            vitals.unreadable = None
            return None
        return found.message if isinstance(found, Unreadable) else None

    return Check("records", note("records"), probe, note("The records can be read again."))


def _channel(channel: Channel) -> Check:
    name = channel.key.capitalize()

    async def probe() -> Message | None:
        return None if channel.connected else note("{platform} cannot be reached; I go on trying.", platform=name)

    return Check(channel.key, note(name), probe, note("{platform} is reached again.", platform=name), PATIENCE_S)
