"""The tables of contests in the bot's state. Instants are naive UTC, amounts decimal texts."""

from __future__ import annotations

import sqlalchemy as sa

from bot.state.schema import METADATA

ADJUSTMENTS = sa.Table(
    "contest_adjustments",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest", sa.String(64), nullable=False, index=True),
    sa.Column("who", sa.String(128), nullable=False),
    sa.Column("amount", sa.String(32), nullable=False),
    sa.Column("author", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(255), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""What somebody added to an agent's or a team's total, or took from it, and why."""

OPT_OUTS = sa.Table(
    "contest_opt_outs",
    METADATA,
    sa.Column("contest", sa.String(64), primary_key=True),
    sa.Column("who", sa.String(128), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""Who does not wish to be ranked."""
