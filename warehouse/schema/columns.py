"""How a table is declared: its columns by the kinds of what their cells say, and the words that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from warehouse.messages import N_

metadata = sa.MetaData()

LONGEST_S = 2 * 86400
"""Durations beyond two days are slips of a source: they tell of no end."""
OTHER_LINE = "other"
"""The line of a row whose source names none."""


def _column(name: str, type_: Any, kind: str, comment: str, *, key: bool, required: bool, null: str) -> sa.Column[Any]:
    return sa.Column(
        name,
        type_,
        primary_key=key,
        nullable=not (key or required),
        autoincrement=False,
        comment=comment,
        info={"kind": kind, "null": "rejected" if key or required else null},
    )


def text(name: str, comment: str, *, key: bool = False, required: bool = False, null: str = "") -> sa.Column[Any]:
    return _column(name, sa.Text, "text", comment, key=key, required=required, null=null)


def time(
    name: str, comment: str, *, key: bool = False, required: bool = False, null: str = "", planned: bool = False
) -> sa.Column[Any]:
    """A moment; a planned one may lie ahead, and does not tell up to when a table is complete."""
    column = _column(name, sa.DateTime, "time", comment, key=key, required=required, null=null)
    column.info["planned"] = planned
    return column


def seconds(name: str, comment: str, *, null: str = "unknown") -> sa.Column[Any]:
    return _column(name, sa.Double, "seconds", comment, key=False, required=False, null=null)


def number(name: str, comment: str, *, required: bool = False, null: str = "unknown") -> sa.Column[Any]:
    return _column(name, sa.Double, "number", comment, key=False, required=required, null=null)


def day(name: str, comment: str, *, null: str = "") -> sa.Column[Any]:
    """A local day; a part of the key, unless it says what it means that there is none."""
    return _column(name, sa.Date, "date", comment, key=not null, required=not null, null=null)


def integer(name: str, comment: str) -> sa.Column[Any]:
    return _column(name, sa.Integer, "integer", comment, key=True, required=True, null="")


def flag(name: str, comment: str, *, null: str = "no") -> sa.Column[Any]:
    return _column(name, sa.Boolean, "flag", comment, key=False, required=False, null=null)


def one_of(
    name: str, values: Sequence[str], comment: str, *, key: bool = False, required: bool = False, null: str = ""
) -> sa.Column[Any]:
    column = _column(name, sa.Text, "one_of", comment, key=key, required=required, null=null)
    column.info["values"] = tuple(values)
    return column


def line(comment: str = "line (queue, skill)") -> sa.Column[Any]:
    """A contact's line: rows without one go to `other` and are counted."""
    column = text("line", comment, null=f"`{OTHER_LINE}`, counted in the summary")
    column.info["default"] = OTHER_LINE
    return column


def table(name: str, *columns: sa.Column[Any], time: str | None, about: str) -> sa.Table:
    """A table of records. `time` is the column that puts a row into a month of the lake and into a period."""
    source = text("source", "what the row was loaded from")
    return sa.Table(name, metadata, *columns, source, comment=about, info={"time": time})


def own_money(currency: str) -> tuple[str, str]:
    """Return the check that sums are in the centre's currency, `currency` being the column that names theirs."""
    return (
        f"{{own_currency}} <> '' AND upper({{{currency}}}) <> {{own_currency}}",
        N_("it is in another currency: convert it in the mapping"),
    )


NULL_WORDS = frozenset(
    {"", "null", "\\n", "(null)", "none", "nan", "nat", "n/a", "#n/a", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "н/д"}
)


def is_null(text: str) -> bool:
    """Return whether a cell says nothing."""
    return text.strip().lower() in NULL_WORDS


def filled(text: str) -> str:
    """Return a cell without blanks around it, empty if it says nothing."""
    stripped = text.strip()
    return "" if stripped.lower() in NULL_WORDS else stripped
