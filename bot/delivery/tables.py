"""The ledger's tables. A change here is a migration. Instants are naive UTC, by the real clock."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import LONGTEXT

from bot.state.schema import METADATA

_LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")

ISSUES = sa.Table(
    "issues",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("period", sa.String(64), nullable=False),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("document", _LONG, nullable=False),
    sa.Column("as_of", sa.DateTime),
    sa.Column("memo", sa.Text),
    sa.Column("figures", sa.JSON(none_as_null=True)),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("subject", "period", "hash", name="uq_issues"),
)
"""What is posted: a document as JSON with its pictures, kept once however many chats get it; `memo` is its maker's.

Of a digest, `figures` are those that were printed: they are compared with later records, and computed with by nobody.
"""

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issue", sa.ForeignKey(ISSUES.c.id), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("period", sa.String(64), nullable=False),
    sa.Column("platform", sa.String(16), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("thread", sa.String(64)),
    sa.Column("reply_to", sa.String(64)),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("corrected_at", sa.DateTime),
    sa.Column("not_corrected", sa.String(255)),
    sa.UniqueConstraint("subject", "period", "platform", "chat", name="uq_deliveries"),
)
"""An issue to a chat: there is never a second one, which is what keeps it from being posted twice. Of one that was
corrected, the issue is the corrected one, which stands there now."""

PARTS = sa.Table(
    "parts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("delivery", sa.ForeignKey(DELIVERIES.c.id), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("opening", sa.String(255), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("key", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("prepared", sa.JSON),
    sa.Column("receipt", sa.JSON),
    sa.Column("reason", sa.String(255)),
    sa.Column("tried_at", sa.DateTime),
    sa.Column("sent_at", sa.DateTime),
    sa.Column("under", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("delivery", "position", name="uq_parts"),
)
"""A message of a delivery: how it begins and what it was, the key to know it by, and what became of it."""
