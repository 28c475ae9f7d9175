"""What cannot be asked of a metric, whatever the records: sentences that name what can.

These are of the catalogue alone; what the records do not tell of is said by `metrics.coverage`.
"""

from __future__ import annotations

from metrics.catalogue import Catalogue
from metrics.clock import BY_THE_CLOCK
from metrics.dimensions import CUTS, OF_EVENTS, TIME_PARTS
from metrics.facts import Query
from metrics.model import Metric
from metrics.relations import RELATIONS
from warehouse.messages import Message, UserError, note


def check(catalogue: Catalogue, leaf: Query) -> None:
    """Raise UserError for what cannot be asked of a metric that is no sum of others."""
    dimensions = catalogue.dimensions(leaf.metric)
    if leaf.lines is not None and "line" not in dimensions:
        raise refusal(unnarrowed(catalogue, leaf.metric, "line"))
    hours = OF_EVENTS if RELATIONS[leaf.metric.relation].of_events else ()
    for key in leaf.by:
        if key not in (*CUTS, *hours, *dimensions):
            raise refusal(undivided(catalogue, leaf.metric, key))
    if len(leaf.by) - len(leaf.dimensions) > 1:
        raise UserError("A figure is cut by one part of time at once, not by {given}.", given=", ".join(leaf.by))
    for test in leaf.filters:
        if test.column in BY_THE_CLOCK and not hours:
            raise UserError(
                'The metric "{metric}" is of time that lasts, and is not narrowed by the clock: ask for it by '
                "hour, or by weekday.",
                metric=leaf.metric.key,
            )
        if catalogue.unsplit(leaf.metric, test.column):
            raise refusal(unnarrowed(catalogue, leaf.metric, test.column))


def undivided(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who breaks a metric down by what it has not, or by what cannot split it."""
    known = ", ".join((*TIME_PARTS, *catalogue.dimensions(metric)))
    said = {"metric": metric.key, "given": dimension[:40], "known": known}
    if reason := catalogue.unsplit(metric, dimension):
        return note(
            'The metric "{metric}" cannot be broken down by {given}: {reason}. It can by: {known}.',
            reason=reason,
            **said,
        )
    return note('The metric "{metric}" cannot be broken down by {given}. It can by: {known}.', **said)


def unnarrowed(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who narrows a metric by what it has not, or by what cannot split it."""
    reason, known = catalogue.unsplit(metric, dimension), ", ".join(catalogue.dimensions(metric))
    said = {"metric": metric.key, "given": dimension[:40]}
    if reason and known:
        return note(
            'The metric "{metric}" cannot be narrowed by {given}: {reason}. It can by: {known}.',
            reason=reason,
            known=known,
            **said,
        )
    if reason:
        return note(
            'The metric "{metric}" cannot be narrowed by {given}: {reason}. Ask for it without one.',
            reason=reason,
            **said,
        )
    if dimension == "line":
        return note('The metric "{metric}" has no lines: ask for it without one.', metric=metric.key)
    return note('The metric "{metric}" cannot be narrowed by {given}. It can by: {known}.', known=known or "-", **said)


def refusal(message: Message) -> UserError:
    """A sentence as what is raised."""
    return UserError(message.id, **message.params)
