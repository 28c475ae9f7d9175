"""Columns, dialogues, remarks and drafts as the state keeps them. Each function is for one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import LONGTEXT

from bot.chat.message import Incoming
from bot.editorial.model import Dialogue, DialogueKind, EditorColumn, EditorRemark, PublicationKey, StoryStatus
from bot.state.schema import METADATA
from digests.document import Document
from digests.document_json import dump, load

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


LASTS = timedelta(hours=6)
"""So long a dialogue waits for the next message."""


def columns(connection: sa.Connection, issue: PublicationKey) -> list[EditorColumn]:
    """All columns of an issue, as they were begun."""
    of_issue = STORIES.c.digest == issue.digest, STORIES.c.period == issue.period
    return [_column(row) for row in connection.execute(sa.select(STORIES).where(*of_issue).order_by(STORIES.c.id))]


def column(connection: sa.Connection, story: int) -> EditorColumn | None:
    row = connection.execute(sa.select(STORIES).where(STORIES.c.id == story)).first()
    return _column(row) if row else None


def own(connection: sa.Connection, issue: PublicationKey, department: str, author: str) -> EditorColumn | None:
    """Somebody's column for a department."""
    found = [each for each in columns(connection, issue) if (each.department, each.author) == (department, author)]
    return found[0] if found else None


def begin(
    connection: sa.Connection, issue: PublicationKey, department: str, author: str, chat: str, now: datetime
) -> EditorColumn:
    """Somebody's column, begun unless it was before."""
    if known := own(connection, issue, department, author):
        connection.execute(STORIES.update().where(STORIES.c.id == known.id).values(chat=chat))
        return known
    values = {"digest": issue.digest, "period": issue.period, "department": department, "author": author, "chat": chat}
    times = {"created_at": now, "changed_at": now}
    connection.execute(STORIES.insert().values(**values, status=StoryStatus.DRAFT, **times))
    made = own(connection, issue, department, author)
    assert made is not None
    return made


def mark(connection: sa.Connection, story: int, status: StoryStatus, now: datetime) -> None:
    """Another status."""
    connection.execute(STORIES.update().where(STORIES.c.id == story).values(status=status, changed_at=now))


def send(
    connection: sa.Connection,
    story: int,
    document: Document,
    status: StoryStatus,
    issue: PublicationKey,
    now: datetime,
) -> None:
    """The column is as it is to be read, in this issue; nothing is being written any more."""
    values = {"title": _writable(document.title)[:255], "document": dump(document), "status": status, "changed_at": now}
    values |= {"digest": issue.digest, "period": issue.period}
    connection.execute(STORIES.update().where(STORIES.c.id == story).values(values))
    clear(connection, story)


def clear(connection: sa.Connection, story: int) -> None:
    """Drop what is being written."""
    connection.execute(PIECES.delete().where(PIECES.c.story == story))


def drop(connection: sa.Connection, story: int) -> None:
    """Drop what is being written, and with it a column that was never sent."""
    clear(connection, story)
    connection.execute(DIALOGUES.delete().where(DIALOGUES.c.story == story))
    connection.execute(STORIES.delete().where(STORIES.c.id == story, STORIES.c.status == StoryStatus.DRAFT))


def pieces(connection: sa.Connection, story: int) -> list[Document]:
    """What is being written, message by message."""
    asked = sa.select(PIECES.c.document).where(PIECES.c.story == story).order_by(PIECES.c.id)
    return [load(text) for text in connection.scalars(asked)]


def add(connection: sa.Connection, story: int, document: Document, message: str | None) -> None:
    """A piece, in the place of the one that the same message gave before."""
    values = {"story": story, "message": message, "document": dump(document)}
    same = PIECES.c.story == story, PIECES.c.message == message
    if message and connection.execute(PIECES.update().where(*same).values(values)).rowcount:
        return
    connection.execute(PIECES.insert().values(values))


def dialogue(connection: sa.Connection, incoming: Incoming, now: datetime) -> Dialogue | None:
    """The dialogue of a person in a chat, unless it has waited too long."""
    row = connection.execute(sa.select(DIALOGUES).where(*_of(incoming))).first()
    if row is None or now - row.at > LASTS:
        return None
    return Dialogue(DialogueKind(row.kind), row.story, row.at)


def open_dialogue(connection: sa.Connection, incoming: Incoming, kind: DialogueKind, story: int, now: datetime) -> None:
    """From now on, instead of any other, until it is closed or has waited too long."""
    close_dialogue(connection, incoming)
    values = {"platform": incoming.platform, "chat": incoming.chat, "person": incoming.person}
    connection.execute(DIALOGUES.insert().values(**values, kind=kind, story=story, at=now))


def touch(connection: sa.Connection, incoming: Incoming, now: datetime) -> None:
    """Something was said in a dialogue."""
    connection.execute(DIALOGUES.update().where(*_of(incoming)).values(at=now))


def close_dialogue(connection: sa.Connection, incoming: Incoming) -> None:
    connection.execute(DIALOGUES.delete().where(*_of(incoming)))


def remark(connection: sa.Connection, story: int, author: str, text: str, now: datetime) -> int:
    """Return a column with a remark; its id."""
    values = {"story": story, "author": author, "text": _writable(text), "at": now}
    key = connection.execute(REMARKS.insert().values(values)).inserted_primary_key
    mark(connection, story, StoryStatus.RETURNED, now)
    assert key is not None
    return int(key[0])


def last_remark(connection: sa.Connection, story: int) -> EditorRemark | None:
    asked = sa.select(REMARKS).where(REMARKS.c.story == story).order_by(REMARKS.c.id.desc()).limit(1)
    rows = _remarks(connection, asked)
    return rows[0] if rows else None


def undelivered(connection: sa.Connection) -> list[EditorRemark]:
    """Remarks that their authors have not heard."""
    return _remarks(connection, sa.select(REMARKS).where(REMARKS.c.told_at.is_(None)).order_by(REMARKS.c.id))


def mark_delivered(connection: sa.Connection, number: int, now: datetime) -> None:
    """A remark was told, or never can be."""
    connection.execute(REMARKS.update().where(REMARKS.c.id == number).values(told_at=now))


def arranged(connection: sa.Connection, issue: PublicationKey) -> list[str]:
    """The order that the editors gave an issue; empty, where they gave none."""
    text = connection.scalar(sa.select(ARRANGEMENTS.c.columns).where(*_arrangement(issue)))
    return [str(ref) for ref in json.loads(text)] if text else []


def arrange(connection: sa.Connection, issue: PublicationKey, refs: Sequence[str]) -> None:
    connection.execute(ARRANGEMENTS.delete().where(*_arrangement(issue)))
    values = {"digest": issue.digest, "period": issue.period, "columns": json.dumps(list(refs))}
    connection.execute(ARRANGEMENTS.insert().values(values))


def _writable(text: str) -> str:
    """Half a surrogate and a zero byte are texts to Python, and to no database."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _arrangement(issue: PublicationKey) -> tuple[sa.ColumnElement[bool], ...]:
    return ARRANGEMENTS.c.digest == issue.digest, ARRANGEMENTS.c.period == issue.period


def _of(incoming: Incoming) -> tuple[sa.ColumnElement[bool], ...]:
    c = DIALOGUES.c
    return c.platform == incoming.platform, c.chat == incoming.chat, c.person == incoming.person


def _column(row: sa.Row[tuple[object, ...]]) -> EditorColumn:
    return EditorColumn(
        row.id,
        PublicationKey(row.digest, row.period),
        row.department,
        row.author,
        row.chat,
        StoryStatus(row.status),
        row.title,
        load(row.document) if row.document else None,
        row.changed_at,
    )


def _remarks(connection: sa.Connection, asked: sa.Select[tuple[object, ...]]) -> list[EditorRemark]:
    return [EditorRemark(row.id, row.story, row.author, row.text, row.at) for row in connection.execute(asked)]
