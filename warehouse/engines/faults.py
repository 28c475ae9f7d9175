"""Why a warehouse does not do what it is asked, in one sentence: never with its address, a statement or a value."""

from __future__ import annotations

import logging
import re
from typing import Any

import sqlalchemy as sa

from warehouse.engines.drivers import Driver
from warehouse.messages import N_, Unreadable, UserError

LOG = logging.getLogger(__name__)


class StatementTimeout(UserError, TimeoutError):
    """A statement took longer than it may, and was cancelled."""


_KINDS = {
    "timeout": "statement timeout|max_statement_time|max_execution_time|interrupt|timed? ?out|exceeded|job .*cancel",
    "password": "password authentication|authentication failed|access denied|login failed|not authenticated",
    "database": "database .* does not exist|unknown database|(unable to|cannot) open database|no such file",
    "permission": "permission denied|denied to user|not enough privileges|no permission",
    "column": "column .*(does not exist|not found)|(unknown|no such|referenced|invalid) column|unknown identifier",
    "table": "(relation|table).*(does not exist|doesn't exist|not found)|(no such|unknown) table",
    "lost": "connection|server closed|gone away|terminat|refused|not connect|unreachable|not resolve|translate host",
    "type": "invalid input syntax|cast|conver(t|sion)|cannot parse|type mismatch|out of range|incompatible",
    "locked": "database is locked|lock on file|conflicting lock|used by another process",
}
"""What engines say, in lower case. It is only read, never told: it may hold the statement and values of it."""

_SAID = 600
"""Characters of an error that say what it is; a trace of Java, which names connections and time, comes after."""

_SQLSTATES = {"57014": "timeout", "28": "password", "3D": "database", "42501": "permission", "42703": "column"}
_SQLSTATES |= {"42P01": "table", "08": "lost", "57P": "lost", "22": "type", "42804": "type", "42846": "type"}
_NAMED = re.compile(
    r"(?:column|table|relation|identifier)\W*[\"'`]?([\w.$ ]{1,80}?)[\"'`]?(?:\s|$|,|;|:)", re.IGNORECASE
)


def missing_driver(driver: Driver) -> UserError:
    """What is said where the module that speaks to an engine is not installed."""
    return UserError(
        "To read records from {engine}, install its driver: pip install 'svodka[{extra}]'.",
        engine=driver.name,
        extra=driver.extra,
    )


def busy(connections: int) -> UserError:
    """What is said where every connection is taken for too long."""
    return UserError(
        "All {n} connections to the warehouse are busy: ask again in a minute, or raise warehouse.connections.",
        n=connections,
    )


def fault(error: BaseException, table: str, column: str | None = None) -> UserError:
    """Return what is said of an error of a database met while a table, perhaps one column of it, was read."""
    original: Any = getattr(error, "orig", None) or error
    code = str(getattr(original, "sqlstate", None) or "")
    words = str(original).lower()[:_SAID]
    gone = getattr(error, "connection_invalidated", False) or isinstance(error, sa.exc.PendingRollbackError)
    kind = "lost" if gone else kind_of(code, words)
    # Its words may hold what was asked, and of whom: the log has the kind of it.
    LOG.warning("the warehouse: %s %s over %s: %s", type(original).__name__, code, table, kind or "unknown")
    where = f"{table}.{column}" if column else table
    # Of several tables that were read together nobody knows which one it was.
    tables, table = table, "*" if ", " in table else table

    match kind:
        case "timeout":
            return StatementTimeout(
                N_(
                    "The warehouse took too long over {where}, and the statement was cancelled: ask for a shorter "
                    "period, index the column that warehouse.{table}.time names, or raise warehouse.timeout."
                ),
                where=where,
                table=table,
            )
        case "password":
            return Unreadable(
                "The warehouse does not let us in: look at the user in warehouse.url and at WAREHOUSE_PASSWORD."
            )
        case "database":
            return Unreadable("The warehouse has no such database: look at warehouse.url in svodka.toml.")
        case "lost":
            return Unreadable(
                "The warehouse cannot be reached: look at warehouse.url in svodka.toml and whether the server is up."
            )
        case "permission":
            return UserError(
                "In the warehouse, {table} may not be read: svodka warehouse grants prints what its user needs.",
                table=tables,
            )
        case "column" | "table":
            named = _NAMED.search(str(original))
            return UserError(
                "In the warehouse, {where} cannot be read: there is no {name}. Mend [warehouse.{table}] in "
                "svodka.toml; svodka warehouse check shows what there is.",
                where=where,
                table=table,
                name=named[1].strip() if named else kind,
            )
        case "type":
            return UserError(
                "In the warehouse, {where} holds what does not fit its type: mend [warehouse.{table}.columns] in "
                "svodka.toml; svodka warehouse check shows which column it is.",
                where=where,
                table=table,
            )
        case "locked":
            return Unreadable("The warehouse's database is locked by another process: try again when that is done.")
        case _:
            return UserError(
                "In the warehouse, {where} cannot be read: the mapping [warehouse.{table}] in svodka.toml does not "
                "work there. svodka warehouse check shows why.",
                where=where,
                table=table,
            )


def kind_of(code: str, words: str) -> str | None:
    """Return what kind of error it is, by SQLSTATE or else by the engine's words in lower case; None: another."""
    for length in (5, 3, 2):
        if code[:length] in _SQLSTATES and len(code) >= length:
            return _SQLSTATES[code[:length]]
    return next((kind for kind, pattern in _KINDS.items() if re.search(pattern, words)), None)
