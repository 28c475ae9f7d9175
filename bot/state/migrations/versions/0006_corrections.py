"""Digests as they were printed, and their corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("issues", sa.Column("figures", sa.JSON))
    op.add_column("deliveries", sa.Column("reply_to", sa.String(64)))
    op.add_column("deliveries", sa.Column("corrected_at", sa.DateTime))
    op.add_column("deliveries", sa.Column("not_corrected", sa.String(255)))
    op.add_column("parts", sa.Column("under", sa.JSON))
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.id"), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("corrected", sa.Integer, sa.ForeignKey("issues.id"), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("found_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(128)),
        sa.Column("decided_at", sa.DateTime),
        sa.UniqueConstraint("issue", "hash", name="uq_corrections"),
    )
    op.create_index("ix_corrections_status", "corrections", ["status"])
