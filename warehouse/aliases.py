"""One client under several ids: chains of aliases made into single steps, before they are merged into the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.messages import UserError
from warehouse.records import relation_over
from warehouse.schema import CLIENT_ALIASES

if TYPE_CHECKING:
    import duckdb

    from warehouse.lake import Lake
    from warehouse.manifest import Manifest

_STEPS = 40
"""Each step doubles how far an alias leads: a chain of so many steps would be longer than any lake has rows."""


def flatten(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Let every alias of the relation `staged` lead to the client at its end, and those of the lake that lead there.

    Makes the tables `flat`, what was staged, and `relinked`, rows of the lake that now lead elsewhere. Raises
    UserError where aliases go round in a circle.
    """
    files = manifest.table(CLIENT_ALIASES.name).files
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW known_links AS {relation_over(lake.root, files, CLIENT_ALIASES)};"
        "CREATE OR REPLACE TEMP TABLE links AS SELECT *, true AS fresh_, client_id AS was_ FROM staged "
        "UNION ALL BY NAME "
        "SELECT *, false AS fresh_, client_id AS was_ FROM known_links ANTI JOIN staged USING (alias)"
    )
    for _ in range(_STEPS):
        moved = connection.execute(
            "UPDATE links SET client_id = ahead.client_id FROM links ahead "
            "WHERE links.client_id = ahead.alias AND links.alias <> links.client_id"
        ).fetchone()
        round_ = connection.execute("SELECT alias, was_ FROM links WHERE alias = client_id LIMIT 1").fetchone()
        if round_:
            raise _circle(*round_)
        if not moved or not moved[0]:
            break
    else:
        row = connection.execute(
            "SELECT alias, was_ FROM links WHERE client_id IN (SELECT alias FROM links)"
        ).fetchone()
        assert row is not None
        raise _circle(*row)
    columns = ", ".join(f'"{column.name}"' for column in CLIENT_ALIASES.columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE flat AS SELECT {columns} FROM links WHERE fresh_;"
        f"CREATE OR REPLACE TEMP TABLE relinked AS SELECT {columns} FROM links WHERE NOT fresh_ AND was_ <> client_id"
    )


def unite(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Let all ids that the relation `staged` and the lake link with each other lead to one: a phone number, if any is.

    Makes the tables `flat` and `relinked` as `flatten` does. Links lead both ways: there are no circles.
    """
    files = manifest.table(CLIENT_ALIASES.name).files
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE known_links AS {relation_over(lake.root, files, CLIENT_ALIASES)};"
        "CREATE OR REPLACE TEMP TABLE labels AS "
        "SELECT DISTINCT alias AS id FROM staged UNION SELECT client_id FROM staged;"
        "CREATE OR REPLACE TEMP VIEW both_ways AS "
        "SELECT alias AS a, client_id AS b FROM staged UNION ALL SELECT client_id, alias FROM staged "
        "UNION ALL SELECT alias, client_id FROM known_links UNION ALL SELECT client_id, alias FROM known_links"
    )
    added = (
        "INSERT INTO labels SELECT DISTINCT b FROM both_ways SEMI JOIN labels ON a = id ANTI JOIN labels l ON b = l.id"
    )
    while _changed(connection, added):
        pass
    # A number begins with a plus, which comes before all that ids are made of.
    connection.execute("ALTER TABLE labels ADD COLUMN label VARCHAR; UPDATE labels SET label = id")
    lowered = (
        "UPDATE labels SET label = least_.label FROM (SELECT a, min(l.label) AS label FROM both_ways "
        "JOIN labels l ON l.id = b GROUP BY a) least_ WHERE labels.id = least_.a AND least_.label < labels.label"
    )
    while _changed(connection, lowered):
        pass
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flat AS SELECT id AS alias, label AS client_id, "
        "coalesce(k.source, (SELECT any_value(source) FROM staged)) AS source "
        "FROM labels LEFT JOIN known_links k ON k.alias = id WHERE id <> label;"
        "CREATE OR REPLACE TEMP TABLE relinked AS FROM known_links WHERE false"
    )


def _changed(connection: duckdb.DuckDBPyConnection, statement: str) -> bool:
    row = connection.execute(statement).fetchone()
    return row is not None and row[0] > 0


def _circle(alias: str, client: str) -> UserError:
    return UserError(
        "The aliases of clients go round in a circle: {alias} is said to be {client}, and that one leads back. "
        "Take one of them out.",
        alias=alias,
        client=client,
    )
