"""Copies of the state, each a whole file that was checked before it bears its name; and what a restored state lacks.

A copy is written as `.part` and renamed last: a process that is killed leaves no half backup, and the next one clears
away what it left. Only of SQLite: other databases have tools of their own.
"""

from __future__ import annotations

import errno
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.state.database import StateLocation, database_reason, is_due, migrate, revision_of
from bot.state.notices import forget_questions
from bot.state.schema import EPISODES, HEARTBEAT, LEASE, RESTORES
from warehouse.lake import sync
from warehouse.messages import Message, UserError, note, system_reason
from warehouse.workspace import Locked, lock

NOT_OURS = note(
    "The state is not in SQLite: back it up and restore it with the tools of its database, such as pg_dump for "
    "PostgreSQL or mysqldump for MySQL."
)
LOG = logging.getLogger(__name__)

_PART = ".part"
_MOMENT = f"svodka-{'[0-9]' * 8}-{'[0-9]' * 6}Z"
DAILY = f"{_MOMENT}.db"
"""The names of backups that are made day by day, and by hand."""
BEFORE = f"{_MOMENT}-before-*.db"


def make(state: Path, directory: Path, *, why: str = "", now: datetime | None = None) -> Path:
    """Back the state up into a directory under the moment's name (UTC). Raises UserError if it cannot be done."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%SZ")
    return copy(state, directory / f"svodka-{moment}{'-' if why else ''}{why}.db")


def copy(state: Path, to: Path) -> Path:
    """Copy a state that may be in use, whole or not at all. Raises UserError if it cannot be done."""
    if not state.exists():
        raise UserError("There is no state yet: {path} is made when the bot runs.", path=state)
    part = to.with_name(f".{to.name}{_PART}")
    with _named_errors(to.parent):
        to.parent.mkdir(parents=True, exist_ok=True)
        with lock(to.parent / ".lock", wait=True), _cleared(to.parent, f".*.db{_PART}*", f"{part.name}*"):
            with closing(sqlite3.connect(state, timeout=30)) as source, closing(sqlite3.connect(part)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            verify(part)
            sync(part)
            part.replace(to)
            sync(to.parent)
    return to


@contextmanager
def _cleared(directory: Path, *patterns: str) -> Iterator[None]:
    """Work where no half-made file lies: neither what a killed process left, nor afterwards what failed now.

    SQLite would take the journal of another copy for that of the file beside it.
    """

    def clear() -> None:
        for left in (each for pattern in patterns for each in directory.glob(pattern)):
            left.unlink(missing_ok=True)

    clear()
    try:
        yield
    except BaseException:
        clear()  # a disk that is full gets its room back
        raise


def verify(file: Path) -> str:
    """Open a copy and look through all of it; its revision. Raises UserError if it is not a whole state of ours."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise UserError("The backup {file} is damaged: {reason}.", file=file, reason=_damage(found))
            revision = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise UserError(
            "{file} is no backup of Svodka's state: {reason}.", file=file, reason=database_reason(error)
        ) from None
    if revision is None:
        raise UserError(
            "{file} is no backup of Svodka's state: {reason}.", file=file, reason=note("it has no tables of ours")
        )
    return str(revision[0])


def _no_backup(file: Path, reason: Message) -> UserError:
    return UserError("{file} is no backup of Svodka's state: {reason}.", file=file, reason=reason)


def _damage(found: str) -> Message:
    LOG.warning("a backup is damaged: %s", found)
    return note("the log says what was found")


def prune(directory: Path, keep: int) -> list[Path]:
    """Remove all but the newest of the daily backups, and of those before migrations. What was removed."""
    removed = []
    for kind in (DAILY, BEFORE):
        for old in sorted(directory.glob(kind), reverse=True)[keep:]:
            with suppress(OSError):
                old.unlink()
                removed.append(old)
    return removed


def latest(directory: Path) -> datetime | None:
    """When the newest daily backup was made; None if there is none."""
    names = [path.name for path in directory.glob(DAILY)]
    return datetime.strptime(max(names), "svodka-%Y%m%d-%H%M%SZ.db").replace(tzinfo=UTC) if names else None


def moment_of(backup: Path) -> datetime:
    """When a backup was made, by its name, or else by its file's date. UTC without a zone."""
    with suppress(ValueError):
        return datetime.strptime(backup.name[:22], "svodka-%Y%m%d-%H%M%S").replace(tzinfo=UTC).replace(tzinfo=None)
    return datetime.fromtimestamp(backup.stat().st_mtime, UTC).replace(tzinfo=None)


def restore(
    backup: Path,
    place: StateLocation,
    now: datetime | None = None,
    amend: Callable[[sa.Connection], object] | None = None,
) -> Path | None:
    """Put a backup in the state's place while nobody has it open; where the state that was there is kept.

    `amend` is done to it, migrated, before it is in its place. The state is the old one or the backup whenever this
    is killed. Raises UserError if it cannot be done.
    """
    if place.file is None or place.lock is None:
        raise UserError(NOT_OURS.id)
    if not backup.is_file():
        raise UserError("There is no file {file}.", file=backup)
    is_due(verify(backup))  # a newer program's would not open
    state = place.file
    with _named_errors(state.parent):
        state.parent.mkdir(parents=True, exist_ok=True)
        try:
            with lock(place.lock):
                part = state.with_name(f".{state.name}{_PART}")
                with _cleared(state.parent, f".*{_PART}*"):
                    shutil.copyfile(backup, part)
                    verify(part)
                    if amend:
                        _amended(part, backup, amend)
                    sync(part)
                    aside = _put_aside(state, now or datetime.now(UTC)) if state.exists() else None
                    part.replace(state)
                    sync(state.parent)
        except Locked:
            raise UserError("A bot holds the state {path}: stop it first, then restore.", path=state) from None
    return aside


def _amended(part: Path, backup: Path, amend: Callable[[sa.Connection], object]) -> None:
    engine = sa.create_engine(f"sqlite:///{part}")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # all of it in the one file
        if is_due(revision_of(engine)):
            migrate(engine)
        with engine.begin() as connection:
            amend(connection)
    except sa.exc.SQLAlchemyError as error:
        raise UserError(
            "The backup {file} cannot be brought up to date: {reason}.", file=backup, reason=database_reason(error)
        ) from None
    finally:
        engine.dispose()


def _put_aside(state: Path, now: datetime) -> Path:
    """Copy a state beside itself, and leave nothing of it in its place but the one file.

    Pages that SQLite still kept in a log beside it would be taken for the new state's.
    """
    aside = state.with_name(f"{state.stem}-until-{now:%Y%m%d-%H%M%SZ}{state.suffix}")
    copies = {state.with_name(state.name + end): aside.with_name(aside.name + end) for end in ("", "-wal", "-shm")}
    parts = {kept: kept.with_name(f".{kept.name}{_PART}") for file, kept in copies.items() if file.exists()}
    for file, kept in copies.items():
        if kept in parts:
            # As it is, since opening it changes it; it may be damaged.
            shutil.copyfile(file, parts[kept])
            sync(parts[kept])
    for kept, part in reversed(parts.items()):  # what belongs to it stands before it does
        part.replace(kept)
    with suppress(sqlite3.Error), closing(sqlite3.connect(state)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    for log in list(copies)[1:]:
        log.unlink(missing_ok=True)
    return aside


@contextmanager
def _named_errors(directory: Path) -> Iterator[None]:
    """Turn what a disk or SQLite refuses into a UserError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(directory) from None
        reason = system_reason(error)
        raise UserError("{directory} cannot be written: {reason}.", directory=directory, reason=reason) from None
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise _full(directory) from None
        raise UserError("The state cannot be backed up: {reason}.", reason=database_reason(error)) from None


def _full(directory: Path) -> UserError:
    return UserError("The disk with {directory} is full: no backup was made, nothing was changed.", directory=directory)


@dataclass(frozen=True)
class Restore:
    """A backup that was put in the state's place. Instants are UTC, by the project's clock."""

    known_to: datetime
    """What was done after that, the state does not know."""
    restored_at: datetime

    @property
    def reason(self) -> Message:
        return note("the state was restored from the backup of {moment}", moment=self.known_to)

    def forgets(self, moment: datetime) -> bool:
        """Whether it is not known what was done at a moment."""
        return self.known_to < moment <= self.restored_at


def begin(connection: sa.Connection, now: datetime, made_at: datetime) -> Restore:
    """Let a state that is being restored know it. `made_at`: when it was backed up, by its file.

    The last sign of life in it says so better: nothing was done between that and the backup. Who held the state then
    holds it no more, and whatever the operators were told then is to be told again.
    """
    alive = connection.scalar(sa.select(HEARTBEAT.c.at))
    found = Restore(alive or made_at, now)
    connection.execute(RESTORES.insert().values(known_to=found.known_to, restored_at=now))
    connection.execute(LEASE.delete())
    connection.execute(EPISODES.delete())
    forget_questions(connection)
    return found


def latest_restore(connection: sa.Connection) -> Restore | None:
    """The last one; None for a state that always was its own."""
    c = RESTORES.c
    row = connection.execute(sa.select(c.known_to, c.restored_at).order_by(c.id.desc()).limit(1)).first()
    return Restore(row.known_to, row.restored_at) if row else None
