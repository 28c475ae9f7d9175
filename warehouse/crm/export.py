"""The files of an export of amoCRM: pages of its API, lists of records, or either of them line by line.

Each entity's records become a relation of the same name, of as many of their names as anything is made of.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.ingest.cast import literal
from warehouse.messages import UserError, nearest

if TYPE_CHECKING:
    import duckdb

_LONGEST_PAGE = 512 << 20
_LOOKED_AT = 64 << 20
_GZIP = b"\x1f\x8b"
_BLANK = b" \t\r\n\xef\xbb\xbf"

_STATUS: Any = {"id": "VARCHAR", "name": "VARCHAR", "sort": "DOUBLE", "type": "BIGINT"}
_FIELD: Any = {
    **dict.fromkeys(("field_id", "field_name", "field_code"), "VARCHAR"),
    "values": [{"value": "VARCHAR"}],
}
_NOTE: Any = {
    **dict.fromkeys(("id", "entity_id", "created_by", "responsible_user_id", "note_type"), "VARCHAR"),
    "created_at": "BIGINT",
    "params": {
        **dict.fromkeys(("uniq", "phone", "call_responsible"), "VARCHAR"),
        "duration": "DOUBLE",
        "call_status": "BIGINT",
        "income": "BOOLEAN",
    },
}


@dataclass(frozen=True)
class Entity:
    """A kind of record, as the API names it."""

    structure: Any
    """The names that are read, with their types."""
    list: str
    """What its list is called in a page."""
    required: bool = False


ENTITIES: Mapping[str, Entity] = {
    "account": Entity({"id": "VARCHAR", "currency": "VARCHAR"}, "account"),
    "pipelines": Entity(
        {"id": "VARCHAR", "name": "VARCHAR", "_embedded": {"statuses": [_STATUS]}}, "pipelines", required=True
    ),
    "users": Entity({"id": "VARCHAR", "name": "VARCHAR"}, "users"),
    "leads": Entity(
        {
            **dict.fromkeys(("id", "responsible_user_id", "status_id", "pipeline_id"), "VARCHAR"),
            **dict.fromkeys(("loss_reason_id", "source_id"), "VARCHAR"),
            **dict.fromkeys(("created_at", "updated_at", "closed_at"), "BIGINT"),
            "price": "DOUBLE",
            "is_deleted": "BOOLEAN",
            "custom_fields_values": [_FIELD],
            "_embedded": {
                "tags": [{"name": "VARCHAR"}],
                "contacts": [{"id": "VARCHAR", "is_main": "BOOLEAN"}],
                "loss_reason": [{"name": "VARCHAR"}],
            },
        },
        "leads",
        required=True,
    ),
    "leads_deleted": Entity({"id": "VARCHAR", "updated_at": "BIGINT"}, "leads"),
    "contacts": Entity({"id": "VARCHAR", "updated_at": "BIGINT", "custom_fields_values": [_FIELD]}, "contacts"),
    "leads_notes": Entity(_NOTE, "notes"),
    "contacts_notes": Entity(_NOTE, "notes"),
    "events": Entity(
        {
            **dict.fromkeys(("id", "type", "entity_id", "entity_type", "created_by"), "VARCHAR"),
            "created_at": "BIGINT",
            **dict.fromkeys(("value_after", "value_before"), "JSON"),
        },
        "events",
    ),
    "tasks": Entity(
        {
            **dict.fromkeys(("id", "responsible_user_id", "entity_id", "entity_type", "task_type_id"), "VARCHAR"),
            **dict.fromkeys(("created_at", "updated_at", "complete_till"), "BIGINT"),
            "duration": "DOUBLE",
            "is_completed": "BOOLEAN",
        },
        "tasks",
    ),
    "loss_reasons": Entity({"id": "VARCHAR", "name": "VARCHAR"}, "loss_reasons"),
}
"""The kinds of record that an export may have, each in files of its name with whatever follows it."""


@dataclass(frozen=True)
class Export:
    """The files of an export, by their entity."""

    files: Mapping[str, Sequence[Path]]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in ENTITIES if name not in self.files)


def find_export(directory: Path) -> Export:
    """Find an export's files in a directory. Raises UserError if what must be there is not."""
    if not directory.is_dir():
        raise UserError("An export of amoCRM is a directory of files, and {path} is none.", path=directory)
    found: dict[str, list[Path]] = {}
    paths = sorted(path for path in directory.iterdir() if path.is_file() and not path.name.startswith("."))
    for path in paths:
        if known := _entity_of(path.name):
            found.setdefault(known, []).append(path)
    for name, entity in ENTITIES.items():
        if entity.required and name not in found:
            raise UserError(
                "The export in {path} has no file of {entity}, such as {entity}.json. It has: {found}. Files are "
                "known by how their names begin: {known}.",
                path=directory,
                entity=name,
                found=nearest(name, [path.name for path in paths]) or "-",
                known=", ".join(ENTITIES),
            )
    return Export(found)


def _entity_of(file: str) -> str | None:
    """Return the entity whose name a file begins with, the longest one."""
    fits = [name for name in ENTITIES if re.match(rf"{name}([^A-Za-z]|$)", file)]
    return max(fits, key=len, default=None)


def read_export(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Make a relation of each entity's records, each record once, as it was written last; none without files.

    Raises UserError for a file that is no JSON.
    """
    for name, entity in ENTITIES.items():
        rows = " UNION ALL ".join(_rows(connection, path, entity) for path in export.files.get(name, ()))
        empty = f"SELECT unnest(json_transform('{{}}'::JSON, {literal(json.dumps(entity.structure))})) WHERE false"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows or empty}")
        twice = connection.execute(f"SELECT count(*) - count(DISTINCT id) FROM {name}").fetchone()
        if twice and twice[0]:
            # Parts of an export overlap where rows moved from page to page while it was made.
            latest = "updated_at DESC NULLS LAST" if "updated_at" in entity.structure else "1"
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name} WHERE id IS NOT NULL "
                f"QUALIFY row_number() OVER (PARTITION BY id ORDER BY {latest}) = 1"
            )


def _rows(connection: duckdb.DuckDBPyConnection, path: Path, entity: Entity) -> str:
    """Return the SELECT of a file's records. Raises UserError if it is no JSON."""
    import duckdb

    listed = f"json_extract(json, '$._embedded.{entity.list}')"
    records = (
        f"unnest(CASE WHEN json_type(json) = 'ARRAY' THEN from_json(json, '[\"JSON\"]') "
        f"WHEN {listed} IS NOT NULL THEN from_json({listed}, '[\"JSON\"]') "
        # The last page of a list that is empty has no list.
        f"WHEN json_exists(json, '$._page') THEN [] ELSE [json] END)"
    )
    form = _form(path)
    if form is None:
        return f"SELECT unnest(json_transform('{{}}'::JSON, {literal(json.dumps(entity.structure))})) WHERE false"
    read = (
        f"read_json_objects({literal(str(path))}, format = '{form}', maximum_object_size = {_LONGEST_PAGE}, "
        f"compression = '{'gzip' if _is_packed(path) else 'uncompressed'}')"
    )
    structure = literal(json.dumps(entity.structure))
    portion = f"portion_{entity.list}_{abs(hash(path))}"
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {portion} AS SELECT unnest(json_transform(record, {structure})) "
            f"FROM (SELECT {records} AS record FROM {read})"
        )
    except duckdb.Error as error:
        raise UserError(
            "The file {file} begins like JSON, but it is damaged or not whole: nothing was taken.", file=path.name
        ) from error
    return f"SELECT * FROM {portion}"


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _form(path: Path) -> str | None:
    """Return how DuckDB is to read a file: one list, or values one after another; None if it is empty."""
    try:
        with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
            lines = (line.strip(_BLANK) for line in iter(lambda: file.readline(_LOOKED_AT), b""))
            first, *more = (*islice(filter(None, lines), 2),) or (b"",)
    except (OSError, EOFError):
        first, more = b"-", []
    if not first:
        return None
    if first.startswith(b"["):
        # A list on each line, or the whole file is one.
        return "newline_delimited" if first.endswith(b"]") and more and more[0].startswith(b"[") else "array"
    if first.startswith(b"{"):
        return "unstructured"
    raise UserError("The file {file} is no JSON.", file=path.name)
