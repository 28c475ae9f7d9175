"""The tables of records as they are called, and what can be computed from those that are there."""

from __future__ import annotations

from digests.replies.view import View
from metrics.compute import Reckoner
from metrics.model import Metric
from metrics.relations import RELATIONS
from warehouse.messages import N_

TITLES = {
    "calls": N_("Calls"),
    "chats": N_("Chats"),
    "leads": N_("Internet leads"),
    "reservations": N_("Reservations"),
    "ticket_events": N_("Service Desk tickets"),
    "bot_calls": N_("Voice bot"),
    "activities": N_("Agents' statuses"),
}


def tables_of(reckoner: Reckoner, metric: Metric) -> tuple[str, ...]:
    """The tables a metric is computed from, each once."""
    leaves = reckoner.catalogue.leaves(metric)
    return tuple(dict.fromkeys(table for leaf in leaves for table in RELATIONS[leaf.relation].tables))


def computable(view: View, metric: Metric) -> bool:
    """Whether its tables have records, and tell of what it needs."""
    return view.reckoner.as_of(metric) is not None and view.reckoner.lacking(metric) is None


def titled(view: View, table: str) -> str:
    """A table's name for people; its own, where it has no other."""
    return view.words(TITLES[table]) if table in TITLES else table
