"""Incidents of random small centres against the definitions walked through by hand."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from digests.incidents import account_of
from digests.localizer import Localizer
from digests.result import Session
from metrics.answers import Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.incidents import IncidentScope, read_incidents
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.operations.memory import Memory
from tests.operations.reference import END, NOW, START
from tests.operations.reference_incidents import figures, incidents_centre, losses_left, touched
from tests.operations.world import CENTRE

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
PERIOD = days(START.date(), END.replace(day=15).date(), "UTC")


@pytest.mark.parametrize("seed", SEEDS)
def test_incidents_are_what_counting_by_hand_gives(seed: int) -> None:
    rows = incidents_centre(seed)
    records = Memory(rows, NOW)
    calculator = Calculator(records, replace(CENTRE, timezone="UTC"), Catalogue(), NOW)
    expected = figures(rows)
    answers = ask(calculator, Plans(calculator), [Question(key, PERIOD, planned=False) for key in expected])
    for answer in answers:
        numerator, denominator = expected[answer.question.metric]
        assert (answer.fact.numerator or 0, answer.fact.denominator or None) == (numerator, denominator or None)
    session = Session(calculator, Plans(calculator), Localizer("en", "UTC", NOW.date()))
    by_number = {row["incident_id"]: row for row in rows["incidents"]}
    for incident in read_incidents(records, NOW):
        row = by_number[incident.number]
        account = account_of(session, IncidentScope(incident, calculator))
        impact = account.impact
        assert (impact.contacts, impact.clients, impact.lost) == touched(rows, row)
        lost = next(((left.out.start, left.back) for left in account.left if left.signal.key == "lost"), (None, None))
        assert lost == losses_left(rows, row)
    records.close()
