"""Losses in calls and in clients: how many, who was won back, and how soon."""

from __future__ import annotations

from metrics.catalogue.calls import IN_WORK, UNKNOWN
from metrics.model import Better, Count, Metric, Unit, where
from warehouse.messages import N_

LOSSES = (
    Metric(
        key="losses",
        title=N_("Lost calls, number"),
        about=N_("Calls lost in the queue."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="calls",
        fact=Count(where("lost")),
        needs=("calls.outcome",),
        remarks=(IN_WORK, UNKNOWN),
        aliases=("сорвалось", "потерянных_звонков", "потерь"),
        bound=True,
    ),
)
