"""Conversations: which answer is asked on, and where answers stand. The state remembers both over a restart."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.message import Incoming, Shown
from bot.chat.posts import turn_of_post
from bot.state import turns
from bot.state.store import State
from bot.state.turns import Turn

LOG = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)
"""So long an answer is what the next words of a person in a chat are about; a reply to it is so at any time."""


class Conversation:
    """What was asked and answered in chats. Nothing here raises: without a memory, every question is a new one."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def previous(self, incoming: Incoming, at: datetime) -> Turn | None:
        """Return the answer that words are about: the one replied to, else the person's latest one, while it is fresh.

        A reply to what was posted unasked is about that.

        What people say where nobody named us is about an answer only where it stands under it.
        """
        above = tuple(message for message in (incoming.pressed, incoming.under, incoming.reply_to) if message)
        try:
            if above:
                found = await self._state.run(turns.of_message, incoming.platform, incoming.chat, above)
                if found or incoming.pressed:
                    return found
                if post := await self._state.run(turn_of_post, incoming.platform, incoming.chat, above, at):
                    return post
            if incoming.aside:
                return None
            since = at - FRESH
            return await self._state.run(turns.latest, incoming.platform, incoming.chat, incoming.person, since)
        except SQLAlchemyError as error:
            LOG.error("what was answered cannot be read: %s", type(error).__name__)
            return None

    async def shown(self, shown: Shown) -> None:
        """Remember where an answer stands."""
        try:
            await self._state.run(turns.shown, shown.platform, shown.chat, shown.messages, shown.turn)
        except SQLAlchemyError as error:
            LOG.error("where an answer stands cannot be remembered: %s", type(error).__name__)
