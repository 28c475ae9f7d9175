"""One line of a queue_log: time|callid|queue|agent|EVENT|parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.cells import bad_time, moments_of
from warehouse.ingest.formats.given import Bad, legible
from warehouse.ingest.text import UNREADABLE
from warehouse.messages import note
from warehouse.nulls import filled

CALLS = frozenset(
    {
        "ENTERQUEUE",
        "CONNECT",
        "COMPLETEAGENT",
        "COMPLETECALLER",
        "ABANDON",
        "EXITWITHTIMEOUT",
        "EXITEMPTY",
        "EXITWITHKEY",
        "BLINDTRANSFER",
        "ATTENDEDTRANSFER",
        "TRANSFER",
        "RINGNOANSWER",
        "RINGCANCELED",
        "AGENTDUMP",
        "SYSCOMPAT",
    }
)
AGENTS = frozenset(
    {
        "ADDMEMBER",
        "REMOVEMEMBER",
        "PAUSE",
        "UNPAUSE",
        "PAUSEALL",
        "UNPAUSEALL",
        "AGENTLOGIN",
        "AGENTLOGOFF",
        "AGENTCALLBACKLOGIN",
        "AGENTCALLBACKLOGOFF",
    }
)
SYSTEM = frozenset({"QUEUESTART", "CONFIGRELOAD"})
KNOWN = CALLS | AGENTS | SYSTEM

_EPOCH = re.compile(r"\d{9,11}(\.\d+)?")
_MADE = re.compile(r"(?:[^|]*-)?(\d{9,11})\.\d+\|[^|]*\|[^|]*\|ENTERQUEUE\b", re.ASCII)
"""What follows the time of a call's entry, with the second when its channel was made."""
_NAME = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")
_START = datetime.fromisoformat("1970-01-01")
_SECONDS = re.compile(r"\d+([.]\d+)?")


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    """UTC."""
    mark: str
    """The time as it was logged: the same in every copy of the line."""
    callid: str
    queue: str
    agent: str
    name: str
    parameters: tuple[str, ...] = ()
    row: int = 0
    place: str = ""
    text: str = ""

    def parameter(self, number: int) -> str:
        """A parameter, counted from 1; old logs have fewer. Raises Bad if it cannot be read."""
        if number > len(self.parameters):
            return ""
        return filled(legible(self.parameters[number - 1], f"{self.name}, {number}"))

    def is_seconds(self, number: int) -> bool:
        """Whether a parameter is a duration."""
        return _SECONDS.fullmatch(self.parameter(number)) is not None

    def seconds(self, number: int) -> float | None:
        """A parameter that is a duration. Raises Bad if it is something else."""
        text = self.parameter(number)
        if not text:
            return None
        if not self.is_seconds(number):
            raise Bad(
                note(
                    '{event}: parameter {number}, "{value}", is not a number of seconds',
                    event=self.name,
                    number=number,
                    value=text[:80],
                )
            )
        return float(text)


def read_event(text: str, clock: Clock, row: int = 0, place: str = "") -> Event:
    """Read a line, the next one of its file. Raises Bad."""
    mark, *rest = text.split("|")
    if len(rest) < 4:
        raise Bad(note("fewer fields than time|callid|queue|agent|EVENT"))
    callid, queue, agent, name, *parameters = rest
    if UNREADABLE in text:
        for field, said in zip(("callid", "queue", "agent"), rest, strict=False):
            legible(said, field)
    at = clock.read(text)
    if at is None:
        otherwise = note(
            '"{value}" is neither seconds since 1970 nor a date as in 2026-06-01 10:00:00', value=mark[:80]
        )
        raise bad_time(mark, clock.zone, otherwise)
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Bad(note('"{value}" is not the name of an event', value=name[:80]))
    return Event(
        at, mark.strip(), filled(callid), filled(queue), filled(agent), name, tuple(parameters), row, place, text
    )


class Clock:
    """Reads the times of lines that follow each other, as UTC: seconds since 1970, or a date.

    Of a local date that came twice it is the instant near to the second in the id of a call that enters, or else to
    the line before.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._before: datetime | None = None

    def read(self, text: str) -> datetime | None:
        """The time of the next line, None if it has none."""
        mark, _, rest = text.partition("|")
        found = self._moments(mark.strip())
        if not found:
            return None
        near = self._before
        if len(found) > 1:
            made = _MADE.match(rest)
            near = _START + timedelta(seconds=int(made[1])) if made else near
        at = min(found, key=lambda moment: abs(moment - near)) if near else found[0]
        self._before = at
        return at

    def _moments(self, mark: str) -> tuple[datetime, ...]:
        try:
            if _EPOCH.fullmatch(mark):
                whole, _, fraction = mark.partition(".")
                return (_START + timedelta(seconds=int(whole), microseconds=int((fraction + "000000")[:6])),)
        except OverflowError:
            return ()
        return moments_of(mark, self.zone)
