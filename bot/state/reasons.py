"""Why a database does not do what it is asked, in words for people: its own text names tables, hosts and people."""

from __future__ import annotations

import logging

from warehouse.messages import Message, note

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
