"""The incident of 3 June 2026: the personal account does not load, and Inhouse cannot keep up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from warehouse.demo.chance import DAY_S, HalfMonth
from warehouse.demo.columns import instants, table
from warehouse.demo.people import INHOUSE
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS

LINE = INHOUSE
_DAY = 2
"""Of the half month, from 0."""


def _at(clock: str) -> float:
    """Seconds since the half month's start."""
    hour, minute = map(int, clock.split(":"))
    return _DAY * DAY_S + hour * 3600 + minute * 60


BEGINS_S, LOSES_UNTIL_S = _at("13:02"), _at("14:15")
LOST = 24
_ENDS = "14:21"
_NUMBER, _TITLE, _LINES = "7", "Не грузится личный кабинет", "inhouse"

_ENTRIES = (
    ("13:02", "started", "", False),
    ("13:11", "noticed", "потери выше обычного", False),
    ("13:14", "taken", "", False),
    ("13:20", "escalated", "администраторам портала", True),
    ("13:28", "message", "знаем, что кабинет не открывается, чиним", False),
    ("13:49", "cause", "истёк сертификат", False),
    ("14:05", "message", "причину нашли, исправим в течение часа", False),
    ("14:21", "resolved", "", False),
    ("14:30", "message", "всё работает; сертификаты теперь проверяются за месяц", False),
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
            "started_at": _instants(REFERENCE_HALF, ["13:02"]),
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
