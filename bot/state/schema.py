"""The tables of the bot's state. A change here is a migration in `migrations/versions`. Instants are naive UTC."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

QUESTIONS = sa.Table(
    "questions",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("asked_at", sa.DateTime, nullable=False, index=True),
    sa.Column("platform", sa.String(16), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("text", sa.String(4096), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("took_ms", sa.Integer, nullable=False),
    sa.Column("detail", sa.String(255)),
    sa.Column("understood", sa.String(1024)),
    sa.Column("how", sa.String(64)),
    sa.Column("kind", sa.String(16)),
)
"""The audit log: who asked what, where, how long it took and what came of it; as which question it was understood, by
what evidence, and of which kind it is where no answer came."""

TURNS = sa.Table(
    "turns",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform", sa.String(16), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("question", sa.String(1024), nullable=False),
    sa.Column("trail", sa.JSON, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Index("ix_turns_person", "platform", "chat", "person", "at"),
)
"""Questions that were answered, in their canonical words, so that they can be asked on."""

TURN_MESSAGES = sa.Table(
    "turn_messages",
    METADATA,
    sa.Column("platform", sa.String(16), primary_key=True),
    sa.Column("chat", sa.String(64), primary_key=True),
    sa.Column("message", sa.String(64), primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False, index=True),
)
"""Which of them the messages of a chat answer now."""

RUNS = sa.Table(
    "runs",
    METADATA,
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
"""Every time a post was due: what it was about, what became of it, why, and since when."""

RESTORES = sa.Table(
    "restores",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("known_to", sa.DateTime, nullable=False),
    sa.Column("restored_at", sa.DateTime, nullable=False),
)
"""Backups that were put in the state's place: of what was done between the two moments it knows nothing."""

LEASE = sa.Table(
    "lease",
    METADATA,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("holder", sa.String(128), nullable=False),
    sa.Column("beats", sa.Integer, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
)
"""Which process works; it beats as long as it does."""

HEARD = sa.Table(
    "heard",
    METADATA,
    sa.Column("platform", sa.String(16), primary_key=True),
    sa.Column("event", sa.String(128), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
)
"""Deliveries that were taken in, so that one that a platform repeats is not answered twice."""

EPISODES = sa.Table(
    "episodes",
    METADATA,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""Failures that go on and that the operators were told of: they are told once, whatever restarts."""

NOTICES = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("audience", sa.String(16), nullable=False),
    sa.Column("chat", sa.String(128), nullable=False),
    sa.Column("episode", sa.String(128), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("actions", sa.JSON(none_as_null=True)),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("told_at", sa.DateTime),
)
"""What a chat of operators or editors is to be told: there until it has arrived for certain; what asks for a decision
(`actions`), until that came."""

HEARTBEAT = sa.Table(
    "heartbeat",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""One row, written again and again: whether the state can be written shows by writing it."""
