"""The table of subscriptions in the bot's state. Instants are naive UTC."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.state.schema import METADATA


def owner_columns() -> tuple[sa.Column[Any], ...]:
    """Who asked for something, where, and in which language it is told."""
    return (
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64)),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )


SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    *owner_columns(),
    sa.Column("question", sa.String(512), nullable=False),
    sa.Column("repeat", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("done_to", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("ended_by", sa.String(255)),
)
"""The canonical words of a question and of when it comes, up to which due time it is done, and why it ended."""
