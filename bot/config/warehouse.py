"""The tables `[warehouse]` and `[crm]`: the centre's own database and its CRM, and what stands where in them."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import Field, create_model, field_validator, model_validator

from bot.settings import FILE, ConfigTable, read_tokens
from warehouse.crm.amocrm import ORIGIN, AmocrmOptions
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.ingest.mapping import FILLED_BY_IMPORT, check_timezone, mappable
from warehouse.messages import UserError, nearest
from warehouse.schema import FACT_TABLES, TABLES, key_of
from warehouse.sql import dialect_of

PASSWORD, AMOCRM_TOKEN = "WAREHOUSE_PASSWORD", "AMOCRM_TOKEN"
_SECRETS = frozenset({"password", "passwd", "pwd", "token", "access_token", "credentials_base64"})
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}
_KEYS = ("from", "where", "timezone", "time", "fresh", "pull", "columns")


class MappingConfig(ConfigTable):
    source: Annotated[str, Field(alias="from", min_length=1)]
    """Their table, or a query of theirs; in one, `{bounds:COLUMN}` is where it takes the bounds of a question."""
    where: str | None = None
    """A condition over their columns: the rows to keep."""
    timezone: str | None = None
    """The zone of times that name none; the centre's, if not given."""
    time: str | None = None
    """Their column to narrow by: of the partitions, an index or the sort key. It lies within a day of our time."""
    fresh: str | None = None
    """The table is complete to the greatest of this; to the latest that its events tell of, if not given."""
    pull: bool = False
    """Whether it is read from the lake, into which `svodka warehouse pull` copies it."""
    columns: dict[str, str | dict[str, str]] = Field(default={})
    """Our columns: an expression over theirs, or `{ of = "theirs", THEIR_WORD = "ours" }`."""


class DatabaseConfig(ConfigTable):
    url: str | None = None
    """Where it is: any SQLAlchemy URL, without the password. That comes from WAREHOUSE_PASSWORD or a file, ..._FILE."""
    timeout: str = "20s"
    """How long a statement may take, `20s` or `2m`; then it is cancelled."""
    connections: Annotated[int, Field(ge=1, le=64)] = 4
    """How many statements run there at the same time."""

    @model_validator(mode="before")
    @classmethod
    def _known_names(cls, given: Any) -> Any:
        if isinstance(given, dict):
            _check_names("warehouse", given, ("url", "timeout", "connections", *_TABLES))
            for table in _TABLES:
                if isinstance(given.get(table), dict):
                    _check_names(f"warehouse.{table}", given[table], _KEYS)
                    _check_columns(table, given[table].get("columns", {}))
                    for key, text in given[table].items():
                        _check_statement(f"warehouse.{table}.{key}", text)
        return given

    @field_validator("url")
    @classmethod
    def _without_password(cls, url: str | None) -> str | None:
        if url is not None:
            address = address_of(url)
            if address.password or _SECRETS.intersection(map(str.lower, address.query)):
                raise UserError(
                    "In {file}, warehouse.url holds a password: take it out and give it in {name}, or in a file that "
                    "{name}_FILE names.",
                    file=FILE,
                    name=PASSWORD,
                )
            dialect_of(address.get_backend_name())
        return url

    @field_validator("timeout")
    @classmethod
    def _duration(cls, text: str) -> str:
        found = _DURATION.fullmatch(text.strip())
        if found is None or float(found[1]) == 0:
            raise UserError(
                'In {file}, {place}: "{given}" is no duration: write it as 20s, 500ms or 2m.',
                file=FILE,
                place="warehouse.timeout",
                given=text,
            )
        return text

    @property
    def timeout_s(self) -> float:
        found = _DURATION.fullmatch(self.timeout.strip())
        assert found is not None  # it was looked at
        return float(found[1]) * _SECONDS[found[2]]

    def settings(self, timezone: str) -> WarehouseSettings | None:
        """The warehouse as the centre has it, `timezone` is the centre's; None if it has none.

        Raises UserError for tables without a place to be read from, or without what they cannot be read without.
        """
        mappings = {name: given for name in _TABLES if (given := getattr(self, name)) is not None}
        if self.url is None:
            if mappings:
                raise UserError(
                    "In {file}, [warehouse.{table}] has no warehouse: give warehouse.url, as {example}.",
                    file=FILE,
                    table=next(iter(mappings)),
                    example="postgresql+psycopg://reader@dwh.example/centre",
                )
            return None
        tables = {name: _mapping(name, given, timezone) for name, given in mappings.items()}
        return WarehouseSettings(self.url, self.timeout_s, self.connections, tables)


_TABLES = tuple(table.name for table in FACT_TABLES)

if TYPE_CHECKING:
    WarehouseConfig = DatabaseConfig
else:
    WarehouseConfig = create_model(
        "DatabaseConfig",
        __base__=DatabaseConfig,
        __module__=__name__,
        **{
            table.name: (
                MappingConfig | None,
                Field(default=None, description=f"{table.comment} In the lake, if not given."),
            )
            for table in FACT_TABLES
        },
    )


def address_of(url: str) -> sa.URL:
    """A database's address. Raises UserError, without the text itself, if it is none."""
    try:
        address = sa.make_url(url)
        # SQLAlchemy has that refused later, with the text itself.
        if address.get_backend_name() == "sqlite" and (address.username or address.host):
            raise sa.exc.ArgumentError
        return address
    except sa.exc.ArgumentError:
        raise UserError(
            "In {file}, warehouse.url is not a database address: write it like {example}.",
            file=FILE,
            example="postgresql+psycopg://reader@dwh.example/centre",
        ) from None


def password() -> str | None:
    """The warehouse's password, from the environment or the file it names; None if none is given.

    Raises UserError for a file that cannot be read.
    """
    given = read_tokens(os.environ, (PASSWORD,))
    # It looks like a dict, and is none.
    return given[PASSWORD] if PASSWORD in given else None  # noqa: SIM401


def _check_names(place: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise UserError(
                "In {file}, there is no setting {place}. There are: {known}.",
                file=FILE,
                place=f"{place}.{name}",
                known=nearest(name, known),
            )


def _check_statement(place: str, text: Any) -> None:
    """Raises UserError for SQL that would be more than a part of one statement."""
    if isinstance(text, str) and ";" in re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "", text):
        raise UserError(
            "In {file}, {place} holds a semicolon: it is a part of one statement, and none is run after it.",
            file=FILE,
            place=place,
        )


def _check_columns(table: str, given: Any) -> None:
    canonical = mappable(TABLES[table])
    for name, column in given.items() if isinstance(given, dict) else ():
        place = f"warehouse.{table}.columns.{name}"
        if name not in canonical:
            raise UserError(
                "In {file}, {place}: the table {table} has no such column. There are: {known}.",
                file=FILE,
                place=place,
                table=table,
                known=nearest(name, canonical),
            )
        _check_statement(place, column.get("of") if isinstance(column, dict) else column)
        if isinstance(column, dict) and "of" not in column:
            raise UserError(
                'In {file}, {place} does not say what it is made of: write {{ of = "theirs", THEIR_WORD = "ours" }}.',
                file=FILE,
                place=place,
            )


def _mapping(table: str, given: MappingConfig, timezone: str) -> TableMapping:
    canonical = TABLES[table]
    if given.timezone is not None:
        check_timezone(given.timezone)
    needed = [column.name for column in canonical.columns if not column.nullable and column.name != FILLED_BY_IMPORT]
    lacking = [name for name in needed if name not in given.columns]
    if lacking:
        raise UserError(
            "In {file}, [warehouse.{table}.columns] lacks {lacking}: no row of {table} can be read without it. A row "
            "is known by {key}.",
            file=FILE,
            table=table,
            lacking=", ".join(lacking),
            key=", ".join(key_of(canonical)),
        )
    columns = {name: _column(table, name, column) for name, column in given.columns.items()}
    return TableMapping(
        table,
        given.source,
        columns,
        given.where,
        given.timezone or timezone,
        given.timezone is not None,
        given.time,
        given.fresh,
        given.pull,
    )


def _column(table: str, name: str, given: str | dict[str, str]) -> ColumnMapping:
    if isinstance(given, str):
        return ColumnMapping(given)
    words = {theirs: ours for theirs, ours in given.items() if theirs != "of"}
    canonical: tuple[str, ...] | None = TABLES[table].columns[name].info.get("values")
    for theirs, ours in words.items():
        if canonical and ours and ours not in canonical:
            raise UserError(
                'In {file}, {place}: {column} is never "{given}". It may be: {known}.',
                file=FILE,
                place=f"warehouse.{table}.columns.{name}.{theirs}",
                column=name,
                given=ours,
                known=nearest(ours, canonical),
            )
    return ColumnMapping(given["of"], tuple(words.items()))


_EVERY = r"^((\d+)([mh]))?$"


class AmocrmConfig(ConfigTable):
    account: str | None = None
    """The account's address, as example.amocrm.ru; its token is never here."""
    every: Annotated[str, Field(pattern=_EVERY)] = "1h"
    """How often the running bot pulls, as 30m or 1h; empty: only by svodka pull."""
    per_second: Annotated[int, Field(ge=1, le=7)] = 5
    """Requests within any second; amoCRM takes seven from an address."""
    city: str = ""
    """Where a deal's city stands: field: and its name, id or code, tag, or pipeline."""
    cities: tuple[str, ...] = ()
    """Which tags are cities."""
    origin: str = ORIGIN
    """Where a deal's source of traffic stands, as a city does."""
    client: Literal["contact", "phone"] = "contact"
    """Who is one client: a contact, or all contacts with a phone number."""
    visits: Literal["stages", "tasks"] = "stages"
    """What an appointment is: an entry into a stage of bookings, or a task of the type meeting."""
    visit_field: str = ""
    """The field of a deal with the date of its appointment, as field: and its name."""

    @property
    def options(self) -> AmocrmOptions:
        """What the account keeps where. Raises UserError for what says nothing."""
        return AmocrmOptions.of(self.model_dump(exclude={"account", "every", "per_second"}))

    @property
    def interval(self) -> timedelta | None:
        """How often the running bot pulls; None: not at all."""
        given = re.fullmatch(_EVERY, self.every)
        if not (self.account and given and given[1]):
            return None
        return timedelta(**{{"m": "minutes", "h": "hours"}[given[3]]: max(int(given[2]), 1)})

    @property
    def address(self) -> str:
        """The account's address. Raises UserError if there is none."""
        if not self.account:
            raise UserError(
                'In {file}, there is no account of amoCRM: write [amocrm] account = "example.amocrm.ru".', file=FILE
            )
        return self.account
