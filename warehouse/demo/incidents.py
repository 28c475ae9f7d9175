"""The incident of 3 June 2026: the personal account does not load, and Inhouse cannot keep up. And what was learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import ABANDONED, NONE, Calls, instants, table
from warehouse.demo.chance import DAY_S, Flags, HalfMonth, Ints
from warehouse.demo.inbound import Burst
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.demo.words import VOICE_LINES
from warehouse.messages import N_
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENT_LESSONS, INCIDENTS

Say = Callable[[str], str]
"""Puts what was written into the reader's language."""

_DAY = 3
_STARTS, _ENDS = "13:02", "14:21"
_NUMBER, _TITLE, _LINES = "7", N_("The personal account does not load"), "inhouse"

_ENTRIES = (
    (_STARTS, "started", "", False),
    ("13:11", "noticed", N_("losses above the usual"), False),
    ("13:14", "taken", "", False),
    ("13:19", "escalated", N_("to the developers of the personal account"), True),
    ("13:28", "message", N_("we know that the account does not load and are working on it"), False),
    ("13:46", "cause", N_("the release of the night before left the account too few connections to its data"), False),
    ("13:52", "message", N_("the cause is found, it will be fixed within half an hour"), False),
    (_ENDS, "resolved", "", False),
    ("14:30", "message", N_("the account works; releases are now tried under load first"), False),
)
_LESSONS = (
    ("well", N_("Losses were seen in the numbers nine minutes after the start")),
    ("well", N_("From the call to the developers to the cause it took 27 minutes")),
    ("slow", N_("Nine minutes passed between that call and the first message: there was no text at hand")),
    ("slow", N_("There was no list of whom to call in when a line cannot keep up")),
    ("lucky", N_("It happened at lunchtime on a working day, with the developers at their desks")),
    ("condition", N_("A release is tried with one user at a time, not under load")),
    ("condition", N_("Monitoring opened the front page, not the account")),
    ("condition", N_("Every text for clients had to be approved first")),
)
_ACTIONS = (
    ("prevent", N_("Releases of the account are tried under load"), N_("developers of the account"), 24, 12),
    ("notice", N_("Monitoring signs in to the account every minute"), N_("developers of the account"), 30, None),
    ("react", N_("Texts for clients are ready for the five most likely failures"), N_("head of the service"), 19, 15),
    ("react", N_("The person on duty may write to clients without approval"), N_("head of the centre"), 12, 12),
    ("react", N_("A drill once a quarter, the first in June"), N_("head of the centre"), 30, None),
)
"""What is to be done, by whom, until which day of June and on which it was done."""
_PUBLISHED = 5

_LOST, _TRY_AGAIN = 24, 15
"""Calls lost while it burns, and of the lost those who call again themselves."""
_BURNS = ("13:01", "14:15")
_LATE = 0.86
"""Share of the answered calls that waited long."""
_LONG_S = 30.0


def outages(half: HalfMonth) -> list[Burst]:
    """The stretch in which the incident's line cannot keep up, in its half month."""
    if half != REFERENCE_HALF:
        return []
    begins, ends = _seconds([(_DAY, clock) for clock in _BURNS])
    return [Burst(VOICE_LINES.index(_LINES), float(begins), float(ends))]


def with_outage(half: HalfMonth, calls: Calls) -> Calls:
    """The calls of a half month as the incident made them: no more and no fewer, and nobody takes another one.

    Who was taken late came earlier, and whoever hung up came while it burned: conversations stay where they are.
    """
    if not outages(half):
        return calls
    (burning,) = outages(half)
    begins, ends = burning.begins, burning.ends
    rng = half.rng("outage")
    start, wait, client = calls.start.copy(), calls.wait.copy(), calls.client.copy()
    plain = (calls.line == VOICE_LINES.index(_LINES)) & ~calls.outbound & (calls.before < 0) & (calls.to_line == NONE)
    taken, lost = plain & calls.answered, plain & (calls.outcome == ABANDONED) & (client >= 0)

    def inside(rows: Flags) -> Ints:
        return np.flatnonzero(rows & (start >= begins) & (start < ends))

    def outside(rows: Flags, n: int) -> Ints:
        return rng.permutation(np.flatnonzero(rows & ((start < begins) | (start >= ends + 7200))))[:n]

    losing = outside(lost, _LOST - len(inside(plain & (calls.outcome == ABANDONED))))
    start[losing] = np.round(rng.uniform(begins, ends, len(losing)), 1)

    late = rng.permutation(inside(taken & (wait <= _LONG_S)))
    late = late[: round(_LATE * len(late))]
    patient = outside(taken & (wait > _LONG_S), len(late))
    late = late[: len(patient)]
    answered_at = calls.answered_at
    wait[late], wait[patient] = wait[patient], wait[late]
    start[late], start[patient] = (np.round(answered_at[each] - wait[each], 1) for each in (late, patient))

    after = np.flatnonzero(taken & (start >= ends) & (start < ends + 3 * 3600))
    again = rng.permutation(inside(lost))[:_TRY_AGAIN]
    client[rng.permutation(after)[: len(again)]] = client[again]
    return replace(calls, start=start, wait=wait, client=client)


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
