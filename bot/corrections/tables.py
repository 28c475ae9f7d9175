"""The table of corrections. A change here is a migration. Instants are naive UTC, by the real clock."""

from __future__ import annotations

import sqlalchemy as sa

from bot.delivery.tables import ISSUES
from bot.state.schema import METADATA

CORRECTIONS = sa.Table(
    "corrections",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issue", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("corrected", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("found_at", sa.DateTime, nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", sa.DateTime),
    sa.UniqueConstraint("issue", "hash", name="uq_corrections"),
)
"""A difference between an issue and later records, told once: the issue that is to stand in its place, and the word of
whoever decided."""
