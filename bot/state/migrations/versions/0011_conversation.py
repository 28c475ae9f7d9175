"""An answer may be asked on: what it was to, and where it stands. The audit log says how a question was understood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("question", sa.String(1024), nullable=False),
        sa.Column("trail", sa.JSON, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
    )
    op.create_index("ix_turns_person", "turns", ["platform", "chat", "person", "at"])
    op.create_table(
        "turn_messages",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("chat", sa.String(64), primary_key=True),
        sa.Column("message", sa.String(64), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False, index=True),
    )
    for column in ("understood", "how", "kind"):
        length = {"understood": 1024, "how": 64, "kind": 16}[column]
        op.add_column("questions", sa.Column(column, sa.String(length)))
