"""Subscriptions, alerts, and the episodes of alerts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _owner() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64)),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        *_owner(),
        sa.Column("question", sa.String(512), nullable=False),
        sa.Column("repeat", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("done_to", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.String(255)),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        *_owner(),
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
    op.create_table(
        "alert_episodes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("alert", sa.Integer, sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("numerator", sa.Float),
        sa.Column("denominator", sa.Float),
        sa.Column("worst", sa.Float, nullable=False),
        sa.Column("worst_at", sa.DateTime, nullable=False),
        sa.Column("good_since", sa.DateTime),
        sa.Column("over_at", sa.DateTime),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("apart", sa.Boolean, nullable=False),
        sa.Column("shown", sa.String(64)),
        sa.Column("shown_at", sa.DateTime),
        sa.Column("told_as", sa.String(64)),
    )
    op.create_index("ix_alert_episodes_alert", "alert_episodes", ["alert"])
    op.create_index("ix_alert_episodes_stage", "alert_episodes", ["stage"])
