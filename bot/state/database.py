"""Where the state is, whether its tables are those of this program, and why a database does not do what it is asked."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from warehouse.messages import Message, UserError, note


@dataclass(frozen=True)
class StateLocation:
    """A database. `file` is None for any that is not a file of SQLite's."""

    address: sa.URL
    file: Path | None

    @property
    def lock(self) -> Path | None:
        """Held beside others by whoever has the state open, and alone by who puts another one in its place."""
        return self.file and self.file.with_name(self.file.name + ".lock")


def location_of(url: str, root: Path) -> StateLocation:
    """What a URL names; a relative SQLite path lies in the project. Raises UserError if it names nothing."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        example = "sqlite:///state/svodka.db"
        raise UserError("state.url is not a database address: write it like {example}.", example=example) from None
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return StateLocation(address, None)
    file = root / address.database
    return StateLocation(address.set(database=str(file)), file)


LOG = logging.getLogger(__name__)

_SQLITE = {
    "FULL": note("the disk is full"),
    "READONLY": note("nothing may be written there"),
    "PERM": note("nothing may be written there"),
    "BUSY": note("another process holds it"),
    "LOCKED": note("another process holds it"),
    "CORRUPT": note("it is damaged"),
    "NOTADB": note("it is no database of SQLite"),
    "CANTOPEN": note("it cannot be opened"),
    "IOERR": note("the disk does not read or write"),
}
_NO_TABLES = note("it has no tables of ours")
_OTHER = note("the database refuses it, the log has its words")


def database_reason(error: Exception) -> Message:
    """Why, by the database's own error, or one of SQLAlchemy's around it; what it says goes to the log."""
    LOG.warning("the database: %s", error)
    if "no such table" in str(error):
        return _NO_TABLES
    name = str(getattr(getattr(error, "orig", None) or error, "sqlite_errorname", "") or "")
    return _SQLITE.get(name.removeprefix("SQLITE_").partition("_")[0], _OTHER)


_SCRIPTS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The revision of this program: the number that the latest migration's file begins with."""
    return max(path.name for path in (_SCRIPTS / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(engine: sa.Engine) -> str | None:
    """The revision of a database; None for one that has no tables of ours."""
    try:
        with engine.connect() as connection:
            revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return revision
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return None


def is_due(revision: str | None) -> bool:
    """Whether a database must be migrated. Raises UserError for one that a newer program has migrated."""
    if revision is not None and revision > newest():
        raise UserError(
            "The bot's state was written by a newer Svodka (revision {theirs}; this one knows {ours}): install that "
            "one again, or put back an older state with svodka restore.",
            theirs=revision,
            ours=newest(),
        )
    return revision != newest()


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
