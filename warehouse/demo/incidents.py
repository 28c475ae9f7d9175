"""The incident of 10 June 2026: prices do not open on the site, and sales cannot keep up. And what was learnt of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import instants, table
from warehouse.demo.chance import DAY_S
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.messages import N_
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENT_LESSONS, INCIDENTS

Say = Callable[[str], str]
"""Puts what was written into the reader's language."""

_DAY = 10
_STARTS, _ENDS = "13:43", "14:37"
_NUMBER, _TITLE, _LINES = "7", N_("Prices do not open on the site"), "sales"

_ENTRIES = (
    (_STARTS, "started", "", False),
    ("13:51", "noticed", N_("losses above the usual"), False),
    ("13:54", "taken", "", False),
    ("13:58", "escalated", N_("to the site administrators"), True),
    ("14:09", "message", N_("we know that prices do not open and are working on it"), False),
    ("14:16", "cause", N_("the site's certificate has expired"), False),
    ("14:22", "message", N_("the cause is found, it will be fixed within half an hour"), False),
    (_ENDS, "resolved", "", False),
    ("14:45", "message", N_("everything works; certificates are now watched a month ahead"), False),
)
_LESSONS = (
    ("well", N_("Losses were seen in the numbers eight minutes after the start")),
    ("well", N_("From the call to the site administrators to the cause it took 18 minutes")),
    ("slow", N_("Answers were late from 13:15 on; it took 36 minutes until somebody called it an incident")),
    ("slow", N_("Eleven minutes passed between that call and the first message: there was no text at hand")),
    ("lucky", N_("It happened at lunchtime on a working day, with the administrators at their desks")),
    ("condition", N_("After the move to another host, nobody owned the renewal of certificates")),
    ("condition", N_("Monitoring opened the front page, not the page with the prices")),
    ("condition", N_("Every text for clients had to be approved first")),
)
_ACTIONS = (
    (
        "prevent",
        N_("Certificates are renewed automatically and watched a month ahead"),
        N_("site administrators"),
        24,
        12,
    ),
    ("notice", N_("Monitoring opens the page with the prices every minute"), N_("site administrators"), 30, None),
    ("react", N_("Texts for clients are ready for the five most likely failures"), N_("head of sales"), 19, 15),
    ("react", N_("The person on duty may write to clients without approval"), N_("head of the centre"), 12, 12),
    ("react", N_("A drill once a quarter, the first in June"), N_("head of the centre"), 30, None),
)
"""What is to be done, by whom, until which day of June and on which it was done."""
_PUBLISHED = 12


def rows(say: Say) -> pa.Table:
    """The rows of `incidents`."""
    text = {"incident_id": _NUMBER, "title": say(_TITLE), "lines": _LINES}
    return table(
        INCIDENTS,
        1,
        {
            **{name: pa.array([value]) for name, value in text.items()},
            "severity": pa.array([2.0]),
            "started_at": _at([(_DAY, _STARTS)]),
            "resolved_at": _at([(_DAY, _ENDS)]),
            "published_at": _at([(_PUBLISHED, "11:00")]),
        },
    )


def entries(say: Say) -> pa.Table:
    """The rows of `incident_events`."""
    return table(
        INCIDENT_EVENTS_TABLE,
        len(_ENTRIES),
        {
            "event_id": pa.array([f"incident-{_NUMBER}-{n}" for n in range(len(_ENTRIES))]),
            "incident_id": pa.array([_NUMBER] * len(_ENTRIES)),
            "at": _at([(_DAY, clock) for clock, *_ in _ENTRIES]),
            "kind": pa.array([kind for _, kind, *_ in _ENTRIES]),
            "text": pa.array([say(text) if text else None for _, _, text, _ in _ENTRIES], pa.string()),
            "internal": pa.array([internal for *_, internal in _ENTRIES]),
        },
    )


def lessons(say: Say) -> pa.Table:
    """The rows of `incident_lessons`."""
    learnt = [(section, text, None, None, None) for section, text in _LESSONS]
    every = [*learnt, *((section, text, say(role), due, done) for section, text, role, due, done in _ACTIONS)]
    done = np.array([each[4] is not None for each in every])
    days = [(each[4] or _DAY, "12:00") for each in every]
    return table(
        INCIDENT_LESSONS,
        len(every),
        {
            "lesson_id": pa.array([f"incident-{_NUMBER}-{n:02}" for n in range(len(every))]),
            "incident_id": pa.array([_NUMBER] * len(every)),
            "section": pa.array([section for section, *_ in every]),
            "text": pa.array([say(text) for _, text, *_ in every]),
            "role": pa.array([role for _, _, role, *_ in every], pa.string()),
            "due_on": pa.array([due and date(2026, 6, due) for _, _, _, due, _ in every], pa.date32()),
            "done_at": instants(REFERENCE_HALF, _seconds(days), done),
        },
    )


def _at(moments: Sequence[tuple[int, str]]) -> pa.Array:
    return instants(REFERENCE_HALF, _seconds(moments))


def _seconds(moments: Sequence[tuple[int, str]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Seconds since the half month's start of days of it and times by the clock."""
    clocks = [(day, *map(int, clock.split(":"))) for day, clock in moments]
    return np.array([(day - 1) * DAY_S + hour * 3600 + minute * 60 for day, hour, minute in clocks], dtype=float)
