"""What is said of an incident, read: `/incident start 13:02 The site is down line inhouse sev 2`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from metrics.incidents import ACTIONS, LESSONS
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
    "complaint": ("complaint", "жалоба"),
    "resolved": ("resolve", "resolved", "конец", "решено", "закрыть"),
    "reopen": ("reopen", "снова", "открыть"),
    "edit": ("edit", "исправить", "править"),
    "drop": ("drop", "убрать", "удалить"),
    "done": ("done", "сделано"),
    "list": ("list", "список"),
    "show": ("show", "показать", "покажи"),
    "clients": ("clients", "клиенты"),
    "postmortem": ("postmortem", "разбор"),
    "publish": ("publish", "опубликовать"),
}
SECTIONS = {
    "well": ("well", "хорошо"),
    "slow": ("slow", "медленно"),
    "lucky": ("lucky", "повезло"),
    "condition": ("condition", "условие"),
    "prevent": ("prevent", "предотвратить"),
    "notice": ("notice", "замечать"),
    "react": ("react", "реагировать"),
}
"""Parts of a post-mortem, by the names of `LESSONS`."""
READING = ("list", "show", "clients", "postmortem")
LEADING = ("started", "resolved", "reopen", "publish")
"""What needs no right to write, and what needs more than that of notes."""
INTERNAL = ("note", "escalated", "complaint", *LESSONS)
"""Kinds that are not for clients, unless somebody says so."""
ACTION_EXAMPLE = "/incident postmortem 7 prevent … who duty lead until 2026-07-01"

_BY_WORD = {word: verb for verb, words in VERBS.items() for word in words}
_SECTION = {word: section for section, words in SECTIONS.items() for word in words}
_AUDIENCES = {"internal": True, "внутри": True, "public": False, "наружу": False}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[#№]?(\d{1,9})(?::(\d{1,6}))?")
_TAIL = re.compile(r"\s+(?:line|линия|линии)\s+(?P<line>\S+)\s*$", re.IGNORECASE)
_SEVERITY = re.compile(r"\s+(?:sev|severity|тяжесть)\s+(?P<sev>[123])\s*$", re.IGNORECASE)
_ACTION = re.compile(r"\s+(?:who|кто)\s+(?P<role>.+?)\s+(?:until|до)\s+(?P<due>\d{4}-\d{2}-\d{2})\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedCommand:
    """A command, read. `at` is UTC; None: now. `number` None: the open one; `place`: an entry of it.

    `internal` None: as its kind is. `role` and `due_on` are of an action.
    """

    verb: str
    number: int | None
    at: datetime | None
    text: str
    line: str | None = None
    severity: int | None = None
    place: int | None = None
    internal: bool | None = None
    role: str | None = None
    due_on: date | None = None


def parse_command(words: tuple[str, ...], now: datetime, timezone: str) -> ParsedCommand:
    """Read what follows the command's name. Raises UserError for an unknown verb or a time that there is not."""
    if not words:
        return ParsedCommand("list", None, None, "")
    verb = _BY_WORD.get(words[0].casefold())
    if verb is None:
        raise UserError(
            'There is no "{given}" of incidents. There are: {known}.',
            given=words[0],
            known=nearest(words[0], tuple(names[0] for names in VERBS.values())),
        )
    rest = list(words[1:])
    number, place = _numbered(verb, rest)
    if verb == "postmortem" and rest:
        return _lesson(number, rest)
    internal = _AUDIENCES.get(rest[0].casefold()) if rest else None
    if internal is not None:
        rest.pop(0)
    at = _moment(rest, now, timezone)
    text, line, severity = " ".join(rest), None, None
    if verb == "started":
        for _ in range(2):
            if found := _SEVERITY.search(text):
                severity, text = int(found["sev"]), text[: found.start()]
            elif found := _TAIL.search(text):
                line, text = found["line"], text[: found.start()]
    return ParsedCommand(verb, number, at, text.strip(), line, severity, place, internal)


def _numbered(verb: str, rest: list[str]) -> tuple[int | None, int | None]:
    """Take the number of an incident, and of an entry of it, off the words. Raises UserError where one is needed."""
    bare = verb in (*READING, "publish", "reopen", "edit", "drop", "done")
    found = _NUMBER.fullmatch(rest[0]) if rest and (bare or rest[0][0] in "#№") else None
    if found:
        rest.pop(0)
    place = int(found[2]) if found and found[2] else None
    if verb in ("edit", "drop", "done") and place is None:
        raise UserError("Say which entry, by the numbers that it has: {example}.", example=f"/incident {verb} 7:3")
    if verb in ("clients", "postmortem", "publish") and found is None:
        raise UserError("Say which incident: {example}.", example=f"/incident {verb} 7")
    return (int(found[1]) if found else None), place


def _lesson(number: int | None, rest: list[str]) -> ParsedCommand:
    """A line of a post-mortem."""
    section = _SECTION.get(rest[0].casefold())
    if section is None:
        raise UserError(
            'A post-mortem has no part "{given}". It has: {known}.',
            given=rest[0],
            known=", ".join(names[0] for names in SECTIONS.values()),
        )
    text, role, due = " ".join(rest[1:]).strip(), None, None
    if section in ACTIONS:
        found = _ACTION.search(f" {text}")
        if found is None:
            raise UserError("An action has a role and a day: {example}.", example=ACTION_EXAMPLE)
        role, due, text = found["role"], _day(found["due"]), f" {text}"[: found.start()].strip()
    return ParsedCommand(section, number, None, text, role=role, due_on=due)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UserError('"{given}" is no day; write it like 2026-07-01.', given=given) from None


def _moment(rest: list[str], now: datetime, timezone: str) -> datetime | None:
    """Take a moment off the words: by the clock, or by a day and the clock. Raises UserError for one to come."""
    day = None
    if len(rest) > 1 and _DAY.fullmatch(rest[0]) and _CLOCK.fullmatch(rest[1]):
        day = _day(rest.pop(0))
    found = _CLOCK.fullmatch(rest[0]) if rest else None
    if found is None:
        return None
    given, (hour, minute) = rest.pop(0), map(int, found.groups())
    if hour > 23 or minute > 59:
        raise UserError('"{given}" is no time of the day; write it like 13:05.', given=given)
    local = to_local(now, timezone)
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if day is not None:
        moment = moment.replace(year=day.year, month=day.month, day=day.day)
        if moment > local:
            raise UserError("{given} is yet to come.", given=to_utc(moment, timezone))
    elif moment > local:  # 23:50 written at 00:10 is yesterday's
        moment -= timedelta(days=1)
    return to_utc(moment, timezone)
