"""What is said of an incident, read: `/incident start 13:02 The site is down line inhouse sev 2`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.periods import to_local, to_utc
from warehouse.messages import UserError, nearest

NAMES = ("incident", "инцидент")
VERBS = {
    "started": ("start", "начало", "начать", "старт"),
    "note": ("note", "заметка"),
    "noticed": ("noticed", "заметили"),
    "cause": ("cause", "причина"),
    "taken": ("taken", "взяли"),
    "fixed": ("fixed", "починили"),
    "message": ("message", "клиентам", "сообщение"),
    "escalated": ("escalated", "передали"),
    "resolved": ("resolve", "resolved", "конец", "решено", "закрыть"),
    "list": ("list", "список"),
    "show": ("show", "показать", "покажи"),
}
_BY_WORD = {word: verb for verb, words in VERBS.items() for word in words}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_NUMBER = re.compile(r"[#№]?(\d+)")
_TAIL = re.compile(r"\s+(?:line|линия|линии)\s+(?P<line>\S+)\s*$", re.IGNORECASE)
_SEVERITY = re.compile(r"\s+(?:sev|severity|тяжесть)\s+(?P<sev>[123])\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A command, read. `at` is UTC; None: now. `number` None: the open one."""

    verb: str
    number: str | None
    at: datetime | None
    text: str
    line: str | None = None
    severity: float | None = None


def said(words: tuple[str, ...], now: datetime, timezone: str) -> Said:
    """Read what follows the command's name. Raises UserError for an unknown verb or a time that there is not."""
    if not words:
        return Said("list", None, None, "")
    verb = _BY_WORD.get(words[0].casefold())
    if verb is None:
        raise UserError(
            'There is no "{given}" of incidents. There are: {known}.',
            given=words[0],
            known=nearest(words[0], tuple(names[0] for names in VERBS.values())),
        )
    rest = list(words[1:])
    number = at = None
    if rest and (rest[0][0] in "#№" or verb == "show") and (found := _NUMBER.fullmatch(rest[0])):
        number = found[1]
        rest.pop(0)
    if rest and (clock := _CLOCK.fullmatch(rest[0])):
        at = _moment(int(clock[1]), int(clock[2]), rest[0], now, timezone)
        rest.pop(0)
    text, line, severity = " ".join(rest), None, None
    if verb == "started":
        for _ in range(2):
            if found := _SEVERITY.search(text):
                severity, text = float(found["sev"]), text[: found.start()]
            elif found := _TAIL.search(text):
                line, text = found["line"], text[: found.start()]
    return Said(verb, number, at, text.strip(), line, severity)


def _moment(hour: int, minute: int, given: str, now: datetime, timezone: str) -> datetime:
    """The latest such moment by the clock that is not in the future: 23:50 written at 00:10 is yesterday's."""
    if hour > 23 or minute > 59:
        raise UserError('"{given}" is no time of the day; write it like 13:05.', given=given)
    local = to_local(now, timezone)
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if moment > local:
        moment -= timedelta(days=1)
    return to_utc(moment, timezone)
