"""The editorial desk: columns, what is being written, remarks, orders, drafts, presses and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0008"
down_revision = "0006"

_LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(48), nullable=False),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("author", sa.String(96), nullable=False),
        sa.Column("chat", sa.String(96), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("title", sa.String(255)),
        sa.Column("document", _LONG),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("digest", "period", "department", "author", name="uq_stories"),
    )
    op.create_table(
        "story_pieces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("story", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("message", sa.String(128)),
        sa.Column("document", _LONG, nullable=False),
    )
    op.create_index("ix_story_pieces_story", "story_pieces", ["story"])
    op.create_table(
        "dialogues",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("chat", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("story", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "story_remarks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("story", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("author", sa.String(96), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("told_at", sa.DateTime),
    )
    op.create_index("ix_story_remarks_story", "story_remarks", ["story"])
    op.create_table(
        "arrangements",
        sa.Column("digest", sa.String(48), primary_key=True),
        sa.Column("period", sa.String(32), primary_key=True),
        sa.Column("columns", sa.Text, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(48), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("columns", _LONG, nullable=False),
        sa.Column("gaps", sa.Text),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(128)),
        sa.Column("decided_at", sa.DateTime),
        sa.UniqueConstraint("job", "period", "version", name="uq_drafts"),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft", sa.Integer, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("press", sa.String(16), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False),
    )
    op.create_index("ix_approvals_draft", "approvals", ["draft"])
    op.create_table(
        "reminders",
        sa.Column("digest", sa.String(48), primary_key=True),
        sa.Column("period", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(96), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("reached", sa.Boolean),
    )
