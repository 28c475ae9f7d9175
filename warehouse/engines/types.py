"""Instants and numbers as parameters of engines whose drivers would write them into a statement as mere texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import BindParameter, ColumnElement


class _ClickHouseInstant(sa.types.TypeDecorator[datetime]):
    """To the microsecond, and of UTC whatever the server's zone is."""

    impl = sa.String
    cache_ok = True

    def bind_expression(self, bindvalue: BindParameter[datetime]) -> ColumnElement[datetime]:
        return sa.func.toDateTime64(bindvalue, sa.literal_column("6"), sa.literal_column("'UTC'"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _text_of(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return _instant_of(value)


class _HiveInstant(sa.types.TypeDecorator[datetime]):
    """Hive's timestamps have no zone; Spark's are of the session's, which is UTC."""

    impl = sa.String
    cache_ok = True

    def bind_expression(self, bindvalue: BindParameter[datetime]) -> ColumnElement[datetime]:
        return sa.cast(bindvalue, sa.TIMESTAMP)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _text_of(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return _instant_of(value)


def _text_of(value: datetime | date) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value.isoformat()


def _instant_of(value: Any) -> datetime | None:
    """What a driver brings, as an instant of UTC without a zone."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    instant: datetime = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo is not None else instant


INSTANTS: Mapping[str, type[sa.types.TypeEngine[Any]]] = {
    "clickhousedb": _ClickHouseInstant,
    "hive": _HiveInstant,
}
"""By the name that SQLAlchemy gives the engine; the others bind instants as what they are."""
