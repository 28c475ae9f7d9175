"""What was asked, and what was heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("text", sa.String(4096), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("took_ms", sa.Integer, nullable=False),
        sa.Column("detail", sa.String(255)),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_table(
        "heard",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("event", sa.String(128), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_heard_at", "heard", ["at"])
