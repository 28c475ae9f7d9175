"""The clients whom an incident touched, as a workbook: whom to call, gathered at once and not by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digests.localizer import Localizer
from digests.result import Session
from digests.workbook.sheets import CellForm, Sheet, SheetCell, SheetColumn
from digests.workbook.writer import write
from metrics.facts import Query
from metrics.incidents import IncidentScope
from metrics.periods import to_local
from warehouse.messages import N_

MOST = 100_000


@dataclass
class Client:
    """A client's calls within an incident that were lost or waited: the first, how many, how many were lost."""

    first: datetime
    calls: int = 0
    lost: int = 0


def clients_of(session: Session, asked: IncidentScope) -> dict[str, Client]:
    """Return the known clients whom an incident touched, the earliest first."""
    found: dict[str, Client] = {}
    for at, client, _ in _rows(session, asked, "clients_touched"):
        found.setdefault(client, Client(at)).calls += 1
    for _, client, counted in _rows(session, asked, "lcr"):
        if counted and client in found:
            found[client].lost += 1
    return found


def _rows(session: Session, asked: IncidentScope, metric: str) -> list[tuple[datetime, str, object]]:
    """When, whose, and what each row adds to the numerator."""
    question = asked.question(metric, asked.span)
    lines = tuple(member for line in question.together for member in session.calculator.centre.members(line)) or None
    query = Query(session.calculator.catalogue.get(metric), question.period, lines, (), question.filters)
    rows = []
    for behind in session.calculator.rows_behind([query], MOST):
        at, client = (behind.columns.index(name) for name in ("at", "client_id"))
        counted = len(behind.columns)  # the numerator is the first that is added
        rows += [(row[at], str(row[client]), row[counted]) for row in behind.rows if row[client] is not None]
    return rows


def clients_workbook(session: Session, asked: IncidentScope) -> bytes:
    """Return the workbook of the clients whom an incident touched."""
    localizer, zone = session.localizer, asked.span.timezone
    rows = tuple(
        (
            SheetCell(client),
            SheetCell(to_local(each.first, zone), CellForm.MOMENT),
            SheetCell(float(each.calls), CellForm.WHOLE),
            SheetCell(float(each.lost), CellForm.WHOLE),
        )
        for client, each in clients_of(session, asked).items()
    )
    return write([Sheet(localizer(N_("Clients")), "Clients", _columns(localizer), rows)], {}, asked.span, localizer)


def _columns(localizer: Localizer) -> tuple[SheetColumn, ...]:
    titles = (N_("Client"), N_("First call"), N_("Calls lost or late"), N_("Of them lost"))
    return tuple(SheetColumn(localizer(title)) for title in titles)
