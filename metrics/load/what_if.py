"""What if: changes to a day, and what they do to calls, people and the queue. Nothing here reads words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from metrics.load import (
    ADD,
    AHT,
    CALLS,
    CLIENTS,
    OCCUPANCY,
    PATIENCE,
    PEOPLE,
    SERVICE,
    SET,
    SHARE,
    SHRINKAGE,
    Supposition,
)
from metrics.load.history import Flags, Floats
from metrics.load.queue import Queue, expected
from metrics.load.staffing import Comparison, Need, Rules, Shortfall, compare, need, present, remedy
from warehouse.messages import UserError

MOST_CONTACTS = 1500
"""A queue of more in a half hour takes longer to compute than a question may."""
_SHARES_FIRST = {SHARE: 0, SET: 0, ADD: 1}


@dataclass(frozen=True)
class Scenario:
    """A day (or a part of it): arrays by half hour. Without a roster only the need is known."""

    contacts: Floats
    aht_s: Floats
    roster: Floats | None
    rules: Rules
    open_hours: Flags
    clients: float | None = None
    """How many clients the contacts come of."""


@dataclass(frozen=True)
class ScenarioOutcome:
    """What a scenario needs and what becomes of it."""

    scenario: Scenario
    need: Need
    queue: Queue | None
    """None: nobody knows who is there, or more comes than can be computed."""
    comparison: Comparison | None
    remedy: tuple[Shortfall, ...]


def applied(
    scenario: Scenario, changes: Sequence[Supposition], window: Flags | None = None, newcomers: float = 1.0
) -> Scenario:
    """Return the scenario with changes, percentages before pieces; `window`: the half hours that people change in.

    `newcomers`: how many times as often as others new clients call. Raises UserError for what cannot be.
    """
    within = np.ones(len(scenario.contacts), dtype=bool) if window is None else window
    for change in sorted(changes, key=lambda each: _SHARES_FIRST[each.how]):
        scenario = _changed(scenario, change, within, newcomers)
    return scenario


def outcome(scenario: Scenario) -> ScenarioOutcome:
    """Compute what a scenario needs, and what happens with the people on its roster."""
    rules = scenario.rules
    wanted = need(scenario.contacts, scenario.aht_s, rules, scenario.open_hours)
    if scenario.roster is None:
        return ScenarioOutcome(scenario, wanted, None, None, ())
    slots = np.floor(present(scenario.roster, rules.shrinkage) * rules.at_once + 1e-9).astype(np.int64)
    slots[~scenario.open_hours & (scenario.contacts <= 0)] = 0
    queue = None
    if float(scenario.contacts.max(initial=0.0)) <= MOST_CONTACTS:
        queue = expected(scenario.contacts, slots, scenario.aht_s, rules.service, rules.patience_s)
    staffed = np.where(scenario.open_hours | (scenario.contacts > 0), scenario.roster, 0.0)
    whole = np.floor(staffed + 0.5)  # whoever has a break of ten minutes is there
    return ScenarioOutcome(scenario, wanted, queue, compare(staffed, wanted.rostered), remedy(whole, wanted.rostered))


def _changed(scenario: Scenario, change: Supposition, within: Flags, newcomers: float) -> Scenario:
    rules = scenario.rules
    if change.of == CLIENTS:
        if not scenario.clients:
            raise UserError("How many clients are served now? Give it with --base 84000.")
        added = change.value * (scenario.clients if change.how == SHARE else 1)
        more = max(0.0, 1 + added * newcomers / scenario.clients)
        return replace(scenario, contacts=scenario.contacts * more, clients=max(0.0, scenario.clients + added))
    if change.of == CALLS:
        return replace(scenario, contacts=_of_contacts(scenario.contacts, change))
    if change.of == AHT:
        aht_s = _moved(scenario.aht_s, change)
        if (aht_s <= 0).any():
            raise UserError("AHT must stay above 0 seconds.")
        return replace(scenario, aht_s=aht_s)
    if change.of == PEOPLE:
        roster = np.zeros(len(scenario.contacts)) if scenario.roster is None else scenario.roster
        if scenario.roster is None and change.how != SET:
            raise UserError("There is no roster to change: say how many people there are, as in “people 14”.")
        changed = np.where(within & scenario.open_hours, np.maximum(_moved(roster, change), 0.0), roster)
        return replace(scenario, roster=changed)
    if change.of == SERVICE:
        service = replace(rules.service, target=change.value)
        if change.threshold_s is not None:
            service = replace(service, threshold_s=change.threshold_s)
        return replace(scenario, rules=replace(rules, service=service))
    if change.of == OCCUPANCY:
        return replace(scenario, rules=replace(rules, occupancy_max=change.value))
    if change.of == SHRINKAGE:
        return replace(scenario, rules=replace(rules, shrinkage=change.value))
    assert change.of == PATIENCE, change.of
    return replace(scenario, rules=replace(rules, patience_s=change.value))


def _of_contacts(contacts: Floats, change: Supposition) -> Floats:
    total = float(contacts.sum())
    if change.how == SHARE:
        return contacts * max(0.0, 1 + change.value)
    if total <= 0:
        return contacts
    wanted = change.value if change.how == SET else total + change.value
    return contacts * max(0.0, wanted) / total


def _moved(values: Floats, change: Supposition) -> Floats:
    if change.how == SET:
        return np.full(len(values), float(change.value))
    return values * (1 + change.value) if change.how == SHARE else values + change.value
