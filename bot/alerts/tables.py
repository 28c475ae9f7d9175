"""The tables of alerts in the bot's state. Instants are naive UTC."""

from __future__ import annotations

import sqlalchemy as sa

from bot.state.schema import METADATA
from bot.subscriptions.tables import owner_columns

ALERTS = sa.Table(
    "alerts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    *owner_columns(),
    sa.Column("metric", sa.String(64), nullable=False),
    sa.Column("line", sa.String(128)),
    sa.Column("operator", sa.String(2), nullable=False),
    sa.Column("threshold", sa.Float, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("quiet", sa.String(11), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("ended_by", sa.String(255)),
)
"""What is watched: a metric of a line over so many last minutes, against a threshold in the metric's own unit."""

ALERT_EPISODES = sa.Table(
    "alert_episodes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("alert", sa.ForeignKey(ALERTS.c.id), nullable=False, index=True),
    sa.Column("began_at", sa.DateTime, nullable=False),
    sa.Column("as_of", sa.DateTime, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("numerator", sa.Float),
    sa.Column("denominator", sa.Float),
    sa.Column("worst", sa.Float, nullable=False),
    sa.Column("worst_at", sa.DateTime, nullable=False),
    sa.Column("good_since", sa.DateTime),
    sa.Column("over_at", sa.DateTime),
    sa.Column("stage", sa.String(16), nullable=False, index=True),
    sa.Column("apart", sa.Boolean, nullable=False),
    sa.Column("shown", sa.String(64)),
    sa.Column("shown_at", sa.DateTime),
    sa.Column("told_as", sa.String(64)),
)
"""One time that a figure was out of bounds: since when, how it stands, and what of it stands in the chat.

`shown` is a hash of the words that stand there, `apart` whether its picture is a message of its own, `told_as` the
issue in which it is mentioned after quiet hours.
"""
