"""Incidents as they are written down in chats: every entry with all its revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64)),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("lines", sa.String(255), nullable=False),
        sa.Column("severity", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("stored", sa.Integer, nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("shown", sa.String(64)),
        sa.Column("published_at", sa.DateTime),
        sa.Column("revised_at", sa.DateTime),
        sa.Column("pages", sa.JSON(none_as_null=True)),
    )
    op.create_table(
        "incident_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("incident", sa.Integer, sa.ForeignKey("incidents.number"), nullable=False, index=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("event", sa.String(192), nullable=False, unique=True),
        sa.Column("message", sa.String(192), index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.String(96), nullable=False),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("role", sa.String(128)),
        sa.Column("due_on", sa.Date),
        sa.Column("done_at", sa.DateTime),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("entered_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("incident", "place", "revision", name="uq_incident_entries_place"),
    )
