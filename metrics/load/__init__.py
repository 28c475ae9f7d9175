"""Load and people: what will come, how many people it needs, and what happens with those who are there.

Here are the words of it: they are known to who reads a question, and load no arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CALL, CHAT, DESK = "call", "chat", "desk"
ENTRIES: Mapping[str, str] = {CALL: "calls", CHAT: "chats", DESK: "desk_routed"}
"""By channel, the metric that counts what comes."""
HANDLING: Mapping[str, str] = {CALL: "aht", CHAT: "chat_aht"}
"""By channel, the metric of how long it is handled."""

ADD, SHARE, SET = "add", "share", "set"
CLIENTS, CALLS, AHT, PEOPLE = "clients", "calls", "aht", "people"
SERVICE, OCCUPANCY, SHRINKAGE, PATIENCE = "sl", "occupancy", "shrinkage", "patience"


@dataclass(frozen=True)
class Supposition:
    """One change: `calls` +20 % is `Supposition(CALLS, SHARE, 0.2)`. Shares are 0-1, times seconds."""

    of: str
    how: str
    value: float
    threshold_s: float | None = None
    """Of a service level: within how many seconds."""
