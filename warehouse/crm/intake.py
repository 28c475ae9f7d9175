"""A portion of a CRM's records put into the lake: all tables and how far it has come in one commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse import merge
from warehouse.crm import amocrm
from warehouse.crm.amocrm import SOURCE, AmocrmOptions
from warehouse.crm.export import Export, find_export, read_export
from warehouse.ingest.rejects import Say, write_rejects
from warehouse.lake import Lake
from warehouse.manifest import Manifest
from warehouse.messages import N_, Message, UserError, note
from warehouse.records import duckdb_type, relation_over
from warehouse.schema import (
    AGENTS,
    CLIENT_ALIASES,
    DEAL_CLIENTS,
    DEAL_OWNERS,
    DEAL_STAGES,
    DEALS,
    STAGES,
    TASKS,
    TOUCHES,
    VISITS,
)
from warehouse.workspace import workspace

if TYPE_CHECKING:
    import duckdb

_STRANGERS = 0.05
"""The share of moves of deals that an export does not have over which its files belong to different exports."""
_TABLES = (AGENTS, STAGES, DEALS, DEAL_CLIENTS, DEAL_OWNERS, DEAL_STAGES, TASKS, TOUCHES, VISITS)
_KINDS = f"{SOURCE}: stages"
_SUFFER = {
    "users": N_("managers"),
    "events": N_("funnel, stages: the ways of deals are not known"),
    "leads_notes": N_("touches, managers"),
    "contacts_notes": N_("touches, managers"),
    "tasks": N_("managers"),
    "loss_reasons": N_("funnel: reasons of losses"),
}
"""What reports lack without a file."""


@dataclass(frozen=True)
class Taken:
    """What became of a portion, in rows of our tables."""

    tables: Mapping[str, merge.Merged]
    removed: int = 0
    rejected: int = 0
    rejects_file: Path | None = None
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class PullPosition:
    """How far a pull has come, which is put in force with the rows it tells of."""

    cursor: Mapping[str, Any] = field(default_factory=dict)
    complete_to: Mapping[str, datetime] = field(default_factory=dict)
    """Of tables that are complete up to a moment (UTC) now."""


def import_export(
    lake: Lake,
    directory: Path,
    options: AmocrmOptions,
    *,
    timezone: str,
    currency: str,
    rejects_dir: Path,
    max_rejects: float = 0.05,
    complete_to: datetime | None = None,
    scratch: Path | None = None,
    say: Say = str,
) -> Taken:
    """Import the files of an export of amoCRM, all of them or nothing; the same ones twice change nothing.

    `currency` is the code of the centre's money, `timezone` the IANA zone of its days. Raises UserError.
    """
    export = find_export(directory)
    progress = PullPosition(complete_to={table.name: complete_to for table in _TABLES} if complete_to else {})
    taken = take(
        lake,
        export,
        options,
        progress,
        timezone=timezone,
        currency=currency,
        rejects_dir=rejects_dir,
        max_rejects=max_rejects,
        scratch=scratch,
        say=say,
        is_whole=True,
    )
    missing = tuple(
        note("There is no file of {entity}. It is needed by: {reports}.", entity=name, reports=note(_SUFFER[name]))
        for name in export.missing
        if name in _SUFFER
    )
    return replace(taken, remarks=(*missing, *taken.remarks))


def take(
    lake: Lake,
    export: Export,
    options: AmocrmOptions,
    progress: PullPosition,
    *,
    timezone: str,
    currency: str,
    rejects_dir: Path,
    max_rejects: float = 0.05,
    scratch: Path | None = None,
    say: Say = str,
    is_whole: bool = False,
    is_last: bool = False,
) -> Taken:
    """Put a portion of records into the lake, in one commit with how far that is.

    `is_whole`: an export, no portion of one; `is_last`: all events are there that belong to the records so far.
    Raises UserError, with the lake as it was.
    """
    with lake.storing(), workspace(scratch or lake.root) as room, merge.connect(str(room)) as connection:
        connection.execute("SET preserve_insertion_order = false")
        read_export(connection, export)
        _check_currency(connection, currency)
        with lake.writing() as manifest:
            _show_known(lake, manifest, connection)
            anew = _row(connection, amocrm.KINDS)[0] != manifest.cursors.get(_KINDS, {}).get("digest")
            amocrm.make(connection, options, timezone, say, anew=anew, is_last=is_whole or is_last)
            if is_whole:
                _check_strangers(connection)
            rejected, rejects_file = _reject(connection, rejects_dir, max_rejects, say)
            changed, removed = _without_gone(lake, manifest, connection)
            tables: dict[str, merge.Merged] = {}
            for table in _TABLES:
                columns = ", ".join(
                    f'CAST("{each.name}" AS {duckdb_type(each)}) AS "{each.name}"' for each in table.columns
                )
                connection.execute(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {columns} FROM new_{table.name}")
                changed, tables[table.name] = merge.merge(
                    lake, changed, connection, table, "staged", complete_to=progress.complete_to.get(table.name)
                )
            changed, tables[CLIENT_ALIASES.name] = _link(lake, changed, connection, options)
            _show_known(lake, changed, connection)
            changed = changed.with_cursor(_KINDS, {"digest": _row(connection, amocrm.KINDS)[0]})
            if progress.cursor:
                changed = changed.with_cursor(SOURCE, progress.cursor)
            if changed != manifest:
                lake.commit(changed)
        told = {name: merged for name, merged in tables.items() if merged != merge.Merged(0, 0, 0)}
        return Taken(told, removed, rejected, rejects_file, tuple(_remarks(connection)))


def _show_known(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Make a view of each table of the lake, `known_` and its name."""
    for table in (*_TABLES, CLIENT_ALIASES):
        stored = relation_over(lake.root, manifest.table(table.name).files, table)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW known_{table.name} AS {stored}")


def _check_currency(connection: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Raises UserError if the account's money is not the centre's: nobody could tell the sums apart."""
    row = connection.execute("SELECT upper(currency) FROM account WHERE currency IS NOT NULL").fetchone()
    if row and currency and row[0] != currency.upper():
        raise UserError(
            "The account of amoCRM counts in {theirs}, the centre in {ours}: nothing was taken. Set the centre's "
            "currency in svodka.toml, [centre] currency.",
            theirs=row[0],
            ours=currency,
        )


def _check_strangers(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises UserError if too many moves are of deals that nobody has."""
    strangers, moves = _row(
        connection,
        "SELECT count(*) FILTER (deal_id NOT IN (SELECT deal_id FROM new_deals UNION ALL SELECT deal_id FROM "
        f"known_deals)), count(*) FROM new_deal_stages WHERE source = '{SOURCE}'",
    )
    if strangers > _STRANGERS * moves:
        raise UserError(
            "{strangers} of {moves} moves are of deals that this export does not have: its files belong to different "
            "exports. Nothing was taken.",
            strangers=strangers,
            moves=moves,
        )


def _reject(
    connection: duckdb.DuckDBPyConnection, directory: Path, max_rejects: float, say: Say
) -> tuple[int, Path | None]:
    """Write down the records that nothing can be made of; returns how many they are, and where.

    Raises UserError if they are too many.
    """
    wrong = {
        "leads": ("id IS NULL OR NOT coalesce(created_at > 0, false)", N_("no id, or no time of its creation")),
        "events": (
            "id IS NULL OR NOT coalesce(created_at > 0, false) OR type = 'lead_status_changed' AND "
            "(json_extract_string(value_after, '$[0].lead_status.id') IS NULL OR "
            "json_extract_string(value_after, '$[0].lead_status.pipeline_id') IS NULL)",
            N_("it does not say which stage was entered"),
        ),
        "leads_notes": ("id IS NULL OR NOT coalesce(created_at > 0, false)", N_("no id, or no time of its creation")),
        "contacts_notes": (
            "id IS NULL OR NOT coalesce(created_at > 0, false)",
            N_("no id, or no time of its creation"),
        ),
        "tasks": (
            "id IS NULL OR NOT coalesce(coalesce(created_at, complete_till) > 0, false)",
            N_("no id, or no time of its creation"),
        ),
    }
    rejected = list[tuple[int, str, Sequence[str | None]]]()
    for entity, (condition, reason) in wrong.items():
        (read,) = _row(connection, f"SELECT count(*) FROM {entity}")
        bad = connection.execute(
            f"SELECT id, CAST(COLUMNS(c -> c = 'created_at') AS VARCHAR) FROM {entity} WHERE {condition}"
        ).fetchall()
        if len(bad) > max_rejects * read:
            raise UserError(
                "{rejected} of {read} records of {entity} are bad, which is over {share}%: nothing was taken. "
                "{reason}.",
                rejected=len(bad),
                read=read,
                entity=entity,
                share=f"{max_rejects * 100:g}",
                reason=note(reason),
            )
        rejected += [(0, f"{entity}: {say(reason)}", row) for row in bad]
    numbered = [(number, reason, row) for number, (_, reason, row) in enumerate(rejected, start=1)]
    if not numbered:
        return 0, None
    return len(numbered), write_rejects(directory, Path(SOURCE), ("id", "created_at"), numbered)


def _without_gone(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> tuple[Manifest, int]:
    """Take out what is no more: deleted tasks, contacts that left a deal, what was made of a history that is other."""
    affected = "deal_id IN (SELECT deal_id FROM affected)"
    gone = {
        TASKS: "task_id IN (SELECT entity_id FROM events WHERE type = 'task_deleted')",
        TOUCHES: (
            "touch_id IN (SELECT 'task:' || entity_id FROM events WHERE type = 'task_deleted' UNION ALL "
            "SELECT 'task:' || task_id FROM new_tasks WHERE type = 'meeting' AND completed_at IS NULL)"
        ),
        DEAL_CLIENTS: (
            f"source = '{SOURCE}' AND deal_id IN (SELECT deal_id FROM new_deals WHERE told_) AND "
            "row(deal_id, client_id) NOT IN (SELECT row(deal_id, client_id) FROM new_deal_clients)"
        ),
        DEAL_STAGES: (
            f"source = '{amocrm.CLOSED}' AND {affected} AND change_id NOT IN (SELECT change_id FROM new_deal_stages)"
        ),
        VISITS: (
            f"source = '{SOURCE}' AND (visit_id LIKE 'stage:%' AND {affected} "
            "AND visit_id NOT IN (SELECT visit_id FROM new_visits) "
            "OR visit_id IN (SELECT 'task:' || entity_id FROM events WHERE type = 'task_deleted'))"
        ),
    }
    removed = 0
    for table, condition in gone.items():
        manifest, rows = merge.without(lake, manifest, connection, table, condition)
        removed += rows
    return manifest, removed


def _link(
    lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection, options: AmocrmOptions
) -> tuple[Manifest, merge.Merged]:
    """Merge which ids are one client's."""
    connection.execute("DROP VIEW IF EXISTS staged")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW staged AS {amocrm.links(options)}")
    join = merge.flatten if options.client == "contact" else merge.unite
    join(lake, manifest, connection)
    manifest, _ = merge.merge(lake, manifest, connection, CLIENT_ALIASES, "relinked")
    return merge.merge(lake, manifest, connection, CLIENT_ALIASES, "flat")


def _remarks(connection: duckdb.DuckDBPyConnection) -> Iterator[Message]:
    """Yield what is to be said of a portion that is taken."""

    def count(statement: str) -> int:
        return int(_row(connection, statement)[0])

    several = count("SELECT count(*) FROM new_deals WHERE cities_ > 1")
    unknown = count(
        "SELECT count(DISTINCT deal_id) FROM (SELECT deal_id FROM affected UNION ALL SELECT entity_id FROM leads_notes "
        "UNION ALL SELECT deal_id FROM new_tasks) WHERE deal_id IS NOT NULL AND deal_id NOT IN "
        "(SELECT deal_id FROM new_deals UNION ALL SELECT deal_id FROM known_deals)"
    )
    approximate = count("SELECT count(*) FROM new_tasks WHERE approximate_ AND completed_at IS NOT NULL")
    closed = count(f"SELECT count(*) FROM new_deal_stages WHERE source = '{amocrm.CLOSED}'")
    equal = count(
        "SELECT count(*) FROM (SELECT 1 FROM new_stages WHERE position IS NOT NULL GROUP BY pipeline, position "
        "HAVING count(*) > 1)"
    )
    for n, each in (
        (
            several,
            note(
                "{n} deal names several cities: the first counts.",
                "{n} deals name several cities: the first counts.",
                n=several,
            ),
        ),
        (
            unknown,
            note(
                "{n} deal is known by its events, notes or tasks only, and is none here.",
                "{n} deals are known by their events, notes or tasks only, and are none here.",
                n=unknown,
            ),
        ),
        (
            approximate,
            note(
                "{n} task was done at about the time it was changed last: no event tells.",
                "{n} tasks were done at about the time they were changed last: no event tells.",
                n=approximate,
            ),
        ),
        (
            closed,
            note(
                "{n} deal was closed at the time on its card: no event tells.",
                "{n} deals were closed at the time on their cards: no event tells.",
                n=closed,
            ),
        ),
        (
            equal,
            note(
                "{n} place in a pipeline has several stages: they are ordered by their ids.",
                "{n} places in pipelines have several stages: they are ordered by their ids.",
                n=equal,
            ),
        ),
    ):
        if n:
            yield each


def _row(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(row)
