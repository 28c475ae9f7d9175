"""The incident of 10 June 2026: prices do not open on the site, and sales cannot keep up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from warehouse.demo.chance import DAY_S, HalfMonth
from warehouse.demo.columns import instants, table
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS

_DAY = 9
"""Of the half month, from 0."""


def _at(clock: str) -> float:
    """Seconds since the half month's start."""
    hour, minute = map(int, clock.split(":"))
    return _DAY * DAY_S + hour * 3600 + minute * 60


_STARTS, _ENDS = "13:43", "14:37"
_NUMBER, _TITLE, _LINES = "7", "Не открываются цены на сайте", "sales"

_ENTRIES = (
    (_STARTS, "started", "", False),
    ("13:51", "noticed", "потери выше обычного", False),
    ("13:54", "taken", "", False),
    ("13:58", "escalated", "администраторам сайта", True),
    ("14:09", "message", "знаем, что цены не открываются, чиним", False),
    ("14:16", "cause", "истёк сертификат", False),
    ("14:22", "message", "причину нашли, исправим за полчаса", False),
    (_ENDS, "resolved", "", False),
    ("14:45", "message", "всё работает; сертификаты теперь проверяются за месяц", False),
)


def rows() -> pa.Table:
    """The rows of `incidents`."""
    text = {"incident_id": _NUMBER, "title": _TITLE, "lines": _LINES}
    return table(
        INCIDENTS,
        1,
        {
            **{name: pa.array([value]) for name, value in text.items()},
            "severity": pa.array([2.0]),
            "started_at": _instants(REFERENCE_HALF, [_STARTS]),
            "resolved_at": _instants(REFERENCE_HALF, [_ENDS]),
        },
    )


def entries() -> pa.Table:
    """The rows of `incident_events`."""
    return table(
        INCIDENT_EVENTS_TABLE,
        len(_ENTRIES),
        {
            "event_id": pa.array([f"incident-{_NUMBER}-{n}" for n in range(len(_ENTRIES))]),
            "incident_id": pa.array([_NUMBER] * len(_ENTRIES)),
            "at": _instants(REFERENCE_HALF, [clock for clock, *_ in _ENTRIES]),
            "kind": pa.array([kind for _, kind, *_ in _ENTRIES]),
            "text": pa.array([text or None for _, _, text, _ in _ENTRIES], pa.string()),
            "internal": pa.array([internal for *_, internal in _ENTRIES]),
        },
    )


def _instants(half: HalfMonth, clocks: list[str]) -> pa.Array:
    return instants(half, np.array([_at(clock) for clock in clocks]))
