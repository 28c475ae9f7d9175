"""What `svodka warehouse check` looks at beside the tables: metrics over two places, how long each takes, its words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.project import Project
from metrics.calculator import Calculator
from metrics.facts import Query
from metrics.model import Metric
from metrics.periods import days, to_local
from metrics.relations import RELATIONS
from metrics.relations.base import Scope
from warehouse.engines.database import too_old
from warehouse.engines.mapping import WarehouseSettings
from warehouse.messages import Message, UserError, note
from warehouse.open import Warehouse
from warehouse.proofs import Proof
from warehouse.readings import readings
from warehouse.records import lines_of


@dataclass(frozen=True)
class MetricTiming:
    """How long a metric of one day took."""

    metric: str
    seconds: float
    refusal: Message | None = None
    """Why it could not be asked at all."""


def apart(project: Project, settings: WarehouseSettings) -> Iterator[Proof]:
    """Tell which metrics need tables from the warehouse and from the lake at once."""
    kept = {name for name, state in project.lake.manifest().tables.items() if state.files} - settings.read
    if not kept:
        return
    for relation in RELATIONS.values():
        needed = set(readings(relation.rows(Scope(project.config.centre_of_lines(frozenset())))))
        theirs, ours = sorted(needed & settings.read), sorted(needed & kept)
        metrics = ", ".join(metric.key for metric in project.config.catalogue if metric.relation == relation.key)
        if theirs and ours and metrics:
            yield _apart(theirs, ours, metrics)


def _apart(theirs: Sequence[str], ours: Sequence[str], metrics: str) -> Proof:
    return Proof(
        False,
        note(
            "These need {theirs}, which the warehouse holds, and {ours} from the lake, and cannot be computed: "
            "{metrics}. Map {ours} too, or write pull = true under [warehouse.{first}] and run svodka warehouse pull "
            "{first}.",
            theirs=", ".join(theirs),
            ours=", ".join(ours),
            metrics=metrics,
            first=theirs[0],
        ),
    )


def age(dialect: sa.Dialect) -> Iterator[Proof]:
    """Tell of a connected server that is too old for what most figures are computed by."""
    if version := too_old(dialect):
        yield Proof(
            False,
            note(
                "The server is of version {version} and knows no window functions: contacts, clients, chains and "
                "quantiles cannot be computed there. It takes MySQL 8.0, or MariaDB 10.2; or copy its tables with "
                "svodka warehouse pull.",
                version=version,
            ),
        )


def snapshot(warehouse: Warehouse) -> Proof:
    """Tell whether what is asked together is of one state."""
    driver = warehouse.database.driver
    if driver.snapshot:
        return Proof(True, note("What is asked together is of one state."))
    return Proof(
        None,
        note(
            "{engine} has no state that several statements see: figures of one answer may differ by what comes in "
            "between them.",
            engine=driver.name,
        ),
    )


def timed(
    project: Project, day: date, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[MetricTiming]:
    """Return how long every metric of a day takes, each asked by itself; the slowest first."""
    calculator = _calculator(project, project.store.open())
    metrics = [metric for metric in project.config.catalogue if metric.relation]
    found = []
    for number, metric in enumerate(metrics):
        began = time.perf_counter()
        refusal = None
        try:
            calculator.compute([_query(project, metric, day)])
        except UserError as error:
            refusal = error.message
        found.append(MetricTiming(metric.key, time.perf_counter() - began, refusal))
        progress(number + 1, len(metrics))
    return sorted(found, key=lambda each: -each.seconds)


def statements(project: Project, key: str, day: date) -> list[str]:
    """Return the statements by which a metric of a day is asked, as the database gets them.

    Raises UserError for a metric that there is not, or that nothing of the warehouse is read for.
    """
    metric, store = project.config.catalogue.get(key), project.store
    if isinstance(store, Warehouse):
        records = store.open()
        with _watched(store.database.engine) as said:
            _calculator(project, records).compute([_query(project, metric, day)])
        if said:
            return said
    raise UserError("Nothing is read in the warehouse for {metric}: its tables lie in the lake.", metric=key)


def last_day(project: Project, warehouse: Warehouse) -> date:
    """Return the latest whole local day of which any table tells."""
    records = warehouse.open()
    ends = [end for name in warehouse.settings.tables if (end := records.last_event(name))]
    yesterday = to_local(project.clock(), project.timezone) - timedelta(days=1)
    return min([yesterday, *([to_local(max(ends), project.timezone)] if ends else [])]).date()


def _calculator(project: Project, records: Any) -> Calculator:
    centre = project.config.centre_of_lines(lines_of(records))
    return Calculator(records, centre, project.config.catalogue, project.clock())


def _query(project: Project, metric: Metric, day: date) -> Query:
    return Query(metric, days(day, day, project.timezone))


@contextmanager
def _watched(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect what an engine is asked, with its values written out."""
    said = list[str]()

    def asked(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if re.match(r"\s*(select|with)\b", statement, re.IGNORECASE):
            said.append(_written_out(statement, parameters, "format" in context.dialect.paramstyle))

    sa.event.listen(engine, "before_cursor_execute", asked)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", asked)


_PLACES = re.compile(r"'(?:[^']|'')*'|%\((\w+)\)s|%s|\?|%%")


def _written_out(statement: str, parameters: Any, doubled: bool) -> str:
    """A statement with its values in their places; what stands in quotes stays. `doubled`: a % is written twice."""
    listed = iter(()) if isinstance(parameters, Mapping) else iter(parameters or ())

    def value(found: re.Match[str]) -> str:
        if found[0].startswith("'"):
            return found[0].replace("%%", "%") if doubled else found[0]
        if found[0] == "%%":
            return "%"
        return _literal(parameters[found[1]] if found[1] else next(listed))

    return _PLACES.sub(value, statement)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    text = value.isoformat(" ") if isinstance(value, datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"
