"""What is to be told is kept until it has arrived, and what is asked until somebody decides; reasons are words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WORDS = ("the program ended while it was being sent", "somebody looked: it did not arrive")
_BEGINNINGS = ("the state was restored", "состояние восстановлено")
_OTHER = "the platform refused it"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("episode", sa.String(128), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("actions", sa.JSON(none_as_null=True)),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("told_at", sa.DateTime),
    )
    # What libraries said was kept for people to read.
    for table, column in (("parts", "reason"), ("deliveries", "not_corrected")):
        reasons = sa.table(table, sa.column(column, sa.String))
        reason = reasons.c[column]
        words = (reason.in_(_WORDS), *(reason.like(f"{begins}%") for begins in _BEGINNINGS))
        op.execute(reasons.update().where(reason.is_not(None), ~sa.or_(*words)).values({column: _OTHER}))
