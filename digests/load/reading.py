"""What is asked about load, in words: a line, a day, what is supposed, in any order, Russian or English.

    /load inhouse monday +7000 clients
    /нагрузка инхаус 22.06 10:00-14:00 +20% звонков aht +30 -3 человека sl 90/20
    что будет, если в понедельник придёт 7 000 клиентов на инхаус

Every word must mean something: what is not understood is said, and nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from digests.load.words import (
    BASE,
    CHANNELS,
    DAYS,
    FILLERS,
    LESS,
    MEANS,
    MONTHS,
    MORE,
    NEXT,
    THIS,
    THOUSANDS,
    WEEK,
    WEEKDAYS,
    folded,
)
from metrics.centre import Centre
from metrics.load import (
    ADD,
    AHT,
    CALL,
    CALLS,
    CHAT,
    CLIENTS,
    DESK,
    OCCUPANCY,
    PATIENCE,
    PEOPLE,
    SERVICE,
    SET,
    SHARE,
    SHRINKAGE,
    Supposition,
)
from metrics.periods import Period, days, midnight, week_after
from warehouse.messages import UserError, one_slip_apart

_TOKEN = re.compile(
    r"""\d{4}-\d{2}-\d{2}(?:\.\.\d{4}-\d{2}-\d{2})?
    | \d{1,2}:\d{2}\s?[-–—]\s?\d{1,2}:\d{2}
    | \d{1,2}\.\d{2}(?:\.\d{4})?(?![\d%])
    | (?:[+\-−–]\s?)?\d{1,3}(?:[\u00a0\u202f\ ]\d{3})+(?!\d)
    | \d{1,3}(?:[.,]\d+)?\s?%?/\d{1,4}
    | (?:[+\-−–]\s?)?\d+(?:[.,]\d+)?(?:\s?%)?
    | "[^"]+" | «[^»]+» | [^\s,;!?]+""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"(?P<sign>[+\-−–])?\s?(?P<digits>\d[\d\u00a0\u202f ]*(?:[.,]\d+)?)\s?(?P<percent>%)?")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s?[-–—]\s?(\d{1,2}):(\d{2})")
_SERVICE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s?%?/(\d{1,4})")
_DATE = re.compile(r"(\d{1,2})\.(\d{2})(?:\.(\d{4}))?")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?")
_LONGEST_NAME = 4


@dataclass(frozen=True)
class LoadRequest:
    """What is asked about load: of which line (None: all), when, and what is supposed."""

    channel: str
    line: str | None
    period: Period
    changes: tuple[Supposition, ...] = ()
    window: tuple[int, int] | None = None
    """The half hours that people change in: from, and until before."""
    base: float | None = None
    """How many clients are served, where it is told with the question."""
    once: bool = False
    """New clients are to call as often as the others do, whatever earlier joins did."""
    words: str = ""
    """What asks it again."""

    def changes_of(self, what: str) -> tuple[Supposition, ...]:
        return tuple(change for change in self.changes if change.of == what)


@dataclass(frozen=True)
class _Value:
    number: float
    sign: str
    is_share: bool
    text: str


@dataclass
class _Read:
    """What has been read so far."""

    line: str | None = None
    channel: str | None = None
    period: Period | None = None
    window: tuple[int, int] | None = None
    changes: list[Supposition] = field(default_factory=list)
    base: float | None = None
    once: bool = False
    pending: _Value | None = None
    noun: str | None = None
    sign: str = ""


def read(text: str, centre: Centre, today: date, channels: Collection[str] = (CALL, CHAT, DESK)) -> LoadRequest:
    """Return what is asked. Raises UserError for a word that means nothing, with what there is."""
    found = _Read()
    tokens = [token.strip() for token in _TOKEN.findall(text)]
    names = _names(centre)
    at = 0
    while at < len(tokens):
        at += _took(tokens, at, found, names, centre, today)
    if found.pending is not None and found.pending.is_share and found.channel is not None:
        _bind(found, CALLS, found.pending)  # "чаты +20%"
        found.pending = None
    if found.pending is not None or found.noun is not None:
        raise _not_understood(found.pending.text if found.pending else str(found.noun))
    if found.window and not any(change.of == PEOPLE for change in found.changes):
        raise UserError("Hours are for people: say how many there are then, as in “people +2 10:00-14:00”.")
    channel = found.channel or CALL
    if channel not in channels:
        raise _not_understood(channel)
    period = found.period or (days(*_next_day(today), centre.timezone) if found.changes else None)
    period = period or week_after(midnight(today, centre.timezone), centre.timezone)
    return LoadRequest(
        channel,
        found.line,
        period,
        tuple(found.changes),
        found.window,
        found.base,
        found.once,
        _again(found, period),
    )


def _again(found: _Read, period: Period) -> str:
    """The same question in words that do not depend on today."""
    said = [f"{period.first_day}" if period.first_day == period.last_day else f"{period.first_day}..{period.last_day}"]
    if found.line:
        said.insert(0, found.line if re.fullmatch(r"[\w-]+", found.line) else f'"{found.line}"')
    if found.channel and found.channel != CALL:
        said.append({CHAT: "chats", DESK: "tickets"}[found.channel])
    if found.window:
        said.append(f"{_clock(found.window[0])}-{_clock(found.window[1])}")
    said += [_change_said(change) for change in found.changes]
    if found.base:
        said.append(f"base {found.base:g}")
    return " ".join([*said, *(["x1"] if found.once else [])])


def _change_said(change: Supposition) -> str:
    names = {CLIENTS: "clients", CALLS: "calls", AHT: "aht", PEOPLE: "people"}
    if change.of == SERVICE:
        threshold = "" if change.threshold_s is None else f"/{change.threshold_s:g}"
        return f"sl {100 * change.value:g}{threshold}"
    if change.of in (OCCUPANCY, SHRINKAGE):
        return f"{change.of} {100 * change.value:g}"
    if change.of == PATIENCE:
        return f"patience {change.value:g}"
    value = f"{100 * change.value:+g}%" if change.how == SHARE else f"{change.value:+.12g}"
    return f"{names[change.of]} {f'{change.value:.12g}' if change.how == SET else value}"


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2}:{half_hour % 2 * 30:02}"


def _took(tokens: Sequence[str], at: int, found: _Read, names: dict[str, str], centre: Centre, today: date) -> int:
    """Take what begins at a token, and return how many tokens that was. Raises UserError."""
    token = tokens[at]
    word = folded(token)
    if span := _SPAN.fullmatch(token):
        found.window = _half_hours(*(int(part) for part in span.groups()))
        return 1
    if taken := _when(tokens, at, found, centre, today):
        return taken
    if service := _SERVICE.fullmatch(token):
        if found.noun not in (None, SERVICE):
            raise _not_understood(token)
        found.noun = None
        found.changes.append(Supposition(SERVICE, SET, _float(service[1]) / 100, float(service[2])))
        return 1
    if word in ("x1", "х1"):
        found.once = True
        return 1
    if value := _value(tokens, at, found):
        number, taken = value
        if found.noun is not None:
            _bind(found, found.noun, number)
            found.noun = None
        elif found.pending is not None:
            raise _not_understood(found.pending.text)
        else:
            found.pending = number
        return taken
    if word in MORE or word in LESS:
        sign = "+" if word in MORE else "-"
        if found.pending is not None:
            found.pending = replace(found.pending, sign=sign)
        else:
            found.sign = sign
        return 1
    noun = MEANS.get(word) or (CALLS if word in CHANNELS and (found.pending or _is_value(tokens, at + 1)) else None)
    if noun:
        if word in CHANNELS:
            found.channel = CHANNELS[word]
        if found.pending is not None:
            _bind(found, noun, found.pending)
            found.pending = None
        elif noun == CALLS and not _is_value(tokens, at + 1):
            found.channel = found.channel or CALL
        elif noun == SERVICE and at + 1 < len(tokens) and _SERVICE.fullmatch(tokens[at + 1]):
            pass
        else:
            found.noun = noun
        return 1
    if word in CHANNELS:
        found.channel = CHANNELS[word]
        return 1
    if taken := _line(tokens, at, found, names):
        return taken
    if word in FILLERS:
        return 1
    raise _not_understood(token)


def _is_value(tokens: Sequence[str], at: int) -> bool:
    return at < len(tokens) and _NUMBER.fullmatch(tokens[at]) is not None


def _value(tokens: Sequence[str], at: int, found: _Read) -> tuple[_Value, int] | None:
    """A number with its sign, in thousands where the next word says so."""
    match = _NUMBER.fullmatch(tokens[at])
    if not match:
        return None
    number, taken = _float(match["digits"]), 1
    if at + 1 < len(tokens) and folded(tokens[at + 1]).rstrip(".") in THOUSANDS:
        number, taken = number * 1000, 2
    sign = (match["sign"] or found.sign).replace("−", "-").replace("–", "-")
    found.sign = ""
    return _Value(number, sign, bool(match["percent"]), tokens[at]), taken


def _bind(found: _Read, noun: str, value: _Value) -> None:
    """Add what a noun and a number say."""
    amount = -value.number if value.sign == "-" else value.number
    if noun == BASE:
        found.base = value.number
        return
    if noun == SERVICE:
        found.changes.append(Supposition(SERVICE, SET, amount / 100))
    elif noun in (OCCUPANCY, SHRINKAGE):
        found.changes.append(Supposition(noun, SET, amount / 100))
    elif noun == PATIENCE:
        if amount <= 0:
            raise UserError("Patience is over 0 seconds, as in “patience 120”.")
        found.changes.append(Supposition(PATIENCE, SET, amount))
    elif value.is_share:
        found.changes.append(Supposition(noun, SHARE, amount / 100))
    else:
        adds = bool(value.sign) or noun == CLIENTS
        found.changes.append(Supposition(noun, ADD if adds else SET, amount))


def _when(tokens: Sequence[str], at: int, found: _Read, centre: Centre, today: date) -> int:
    """Take a day or a week; return how many tokens that was, 0 for none."""
    zone, word = centre.timezone, folded(tokens[at])
    after = folded(tokens[at + 1]) if at + 1 < len(tokens) else ""
    first = last = None
    taken = 1
    if iso := _ISO.fullmatch(tokens[at]):
        first, last = _day(tokens[at], iso[1]), _day(tokens[at], iso[2] or iso[1])
    elif word in DAYS:
        first = last = today + timedelta(days=DAYS[word])
    elif word in WEEKDAYS:
        first = last = today + timedelta(days=(WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    elif word in (*NEXT, *THIS) and after in WEEK:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if word in NEXT else 0)
        first, last, taken = monday, monday + timedelta(days=6), 2
    elif word in NEXT and after in WEEKDAYS:
        return 1
    elif (dated := _DATE.fullmatch(tokens[at])) and found.noun is None:
        year = int(dated[3]) if dated[3] else today.year
        first = last = _day(tokens[at], f"{year:04}-{int(dated[2]):02}-{int(dated[1]):02}")
    elif re.fullmatch(r"\d{1,2}", tokens[at]) and after in MONTHS and found.noun is None:
        first = last = _day(tokens[at], f"{today.year:04}-{MONTHS[after]:02}-{int(tokens[at]):02}")
        taken = 2
    elif word in MONTHS and re.fullmatch(r"\d{1,2}", after):
        first = last = _day(after, f"{today.year:04}-{MONTHS[word]:02}-{int(after):02}")
        taken = 2
    if first is None or last is None:
        return 0
    if last < first:
        raise UserError('The period "{given}" ends before it begins: write the earlier day first.', given=tokens[at])
    found.period = days(first, last, zone)
    return taken


def _day(given: str, iso: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise UserError('There is no day "{given}": write it as 22.06 or 2026-06-22.', given=given) from None


def _next_day(today: date) -> tuple[date, date]:
    return today + timedelta(days=1), today + timedelta(days=1)


def _line(tokens: Sequence[str], at: int, found: _Read, names: dict[str, str]) -> int:
    """Take the name of a line, of several words if it has so many, or with one slip; return how many tokens."""
    for length in range(min(_LONGEST_NAME, len(tokens) - at), 0, -1):
        said = folded(" ".join(tokens[at : at + length]).strip('"«»'))
        if said in names:
            found.line = names[said]
            return length
    word = folded(tokens[at])
    if len(word) < _LONGEST_NAME or word in FILLERS:
        return 0
    near = one_slip_apart(word, names)
    if len({names[each] for each in near}) == 1:
        found.line = names[near[0]]
        return 1
    return 0


def _names(centre: Centre) -> dict[str, str]:
    return {
        folded(name): key
        for key, line in centre.lines.items()
        for name in filter(None, (key, line.title, line.title_en, *line.aliases))
    }


def _half_hours(from_hour: int, from_minute: int, to_hour: int, to_minute: int) -> tuple[int, int]:
    first, end = from_hour * 2 + from_minute // 30, to_hour * 2 + -(-to_minute // 30)
    if not 0 <= first < end <= 48:
        raise UserError("Hours of a day are as 10:00-14:00, the earlier one first.")
    return first, end


def _float(digits: str) -> float:
    return float(re.sub(r"[\s\u00a0\u202f]", "", digits).replace(",", "."))


def _not_understood(word: str) -> UserError:
    return UserError(
        '"{given}" is not understood. Say a line, a day (monday, 22.06, next week) and what is supposed: '
        "+7000 clients, +20% calls, +300 calls, aht +30, aht 280, -3 people, people 14, 10:00-14:00, sl 90/20, "
        "occupancy 75, shrinkage 30, patience 120.",
        given=word[:40],
    )
