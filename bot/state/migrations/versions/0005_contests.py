"""Contests: adjustments, wishes not to be ranked, and ratings as they were posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "contest_adjustments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("contest", sa.String(64), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("amount", sa.String(32), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_contest_adjustments_contest", "contest_adjustments", ["contest"])
    op.create_table(
        "contest_opt_outs",
        sa.Column("contest", sa.String(64), primary_key=True),
        sa.Column("who", sa.String(128), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "contest_posts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("contest", sa.String(64), nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
        sa.Column("posted_at", sa.DateTime, nullable=False),
        sa.Column("adjustment", sa.Integer, nullable=False),
        sa.Column("closing", sa.Boolean, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
    )
    op.create_index("ix_contest_posts_contest", "contest_posts", ["contest"])
