"""A chat that takes nothing from us any more: what was to be told there ends, and the operators hear of it once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.alerts import book as alerts
from bot.delivery.model import Target
from bot.delivery.telling import Operators
from bot.state.store import State
from bot.subscriptions import book as subscriptions
from bot.subscriptions.wording import chat_gone

CLOSED = "chat closed"
"""Why they ended, in the book."""


async def end_all(state: State, operators: Operators, target: Target, now: datetime) -> None:
    """End the subscriptions and the alerts of a chat."""
    platform, chat = target.platform, target.place.chat

    def ended(connection: sa.Connection) -> tuple[int, int]:
        return (
            subscriptions.end_chat(connection, platform, chat, CLOSED, now),
            alerts.end_chat(connection, platform, chat, CLOSED, now),
        )

    counts = await state.run(ended)
    if any(counts):
        # Ended now, so that there is nothing to be over: each time some were ended is told.
        episode = f"subscriptions {target.chat} {now:%Y-%m-%dT%H:%M}"
        await operators.tell(episode, chat_gone(target.chat, *counts))
