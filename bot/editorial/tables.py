"""The desk's tables in the bot's state. A change here is a migration. Instants are naive UTC, people `telegram:123`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import LONGTEXT

from bot.state.schema import METADATA

_LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")

STORIES = sa.Table(
    "stories",
    METADATA,
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
"""A column of an issue: as it was sent last (a document as JSON, with its pictures), where its author wrote it."""

PIECES = sa.Table(
    "story_pieces",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("story", sa.ForeignKey(STORIES.c.id), nullable=False, index=True),
    sa.Column("message", sa.String(128)),
    sa.Column("document", _LONG, nullable=False),
)
"""What is being written: a piece for each message, which an edit of the message replaces."""

DIALOGUES = sa.Table(
    "dialogues",
    METADATA,
    sa.Column("platform", sa.String(16), primary_key=True),
    sa.Column("chat", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("story", sa.ForeignKey(STORIES.c.id), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""Whose next messages in a chat are for the desk: `writing` a column, or a `remark` on one."""

REMARKS = sa.Table(
    "story_remarks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("story", sa.ForeignKey(STORIES.c.id), nullable=False, index=True),
    sa.Column("author", sa.String(96), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("told_at", sa.DateTime),
)
"""Why an editor returned a column, and when its author heard of it."""

ARRANGEMENTS = sa.Table(
    "arrangements",
    METADATA,
    sa.Column("digest", sa.String(48), primary_key=True),
    sa.Column("period", sa.String(32), primary_key=True),
    sa.Column("columns", sa.Text, nullable=False),
)
"""The order that the editors gave an issue: JSON, names of columns, files among them."""

DRAFTS = sa.Table(
    "drafts",
    METADATA,
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
"""What the editors were shown: the columns of an issue as they were then, and what was decided about them."""

APPROVALS = sa.Table(
    "approvals",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("draft", sa.ForeignKey(DRAFTS.c.id), nullable=False, index=True),
    sa.Column("press", sa.String(16), nullable=False),
    sa.Column("who", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("taken", sa.Boolean, nullable=False),
)
"""Who pressed what under which draft, and whether it was taken."""

REMINDERS = sa.Table(
    "reminders",
    METADATA,
    sa.Column("digest", sa.String(48), primary_key=True),
    sa.Column("period", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(96), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("reached", sa.Boolean),
)
"""Who was reminded of a column; written before it is said."""
