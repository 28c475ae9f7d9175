"""When posts were due and what became of them, and which process works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("decided_by", sa.String(128)),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("job", "due_at", name="uq_runs_job_due_at"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("holder", sa.String(128), nullable=False),
        sa.Column("beats", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
    )
