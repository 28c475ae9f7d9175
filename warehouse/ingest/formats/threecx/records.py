"""One record of 3CX: which field is which, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import UNUSED, Bad, bad_time, legible_cells, moments_of, seconds_of
from warehouse.ingest.formats.contacts import Leg
from warehouse.messages import note
from warehouse.nulls import filled

FIELDS = (
    "historyid",
    "callid",
    "duration",
    "time-start",
    "time-answered",
    "time-end",
    "reason-terminated",
    "from-no",
    "to-no",
    "from-dn",
    "to-dn",
    "dial-no",
    "reason-changed",
    "final-number",
    "final-dn",
    "bill-code",
    "bill-rate",
    "bill-cost",
    "bill-name",
    "chain",
    "from-type",
    "to-type",
    "final-type",
    "from-dispname",
    "to-dispname",
    "final-dispname",
    "missed-queue-calls",
)
"""Every field that 3CX may be told to write, in the order it offers them."""

NEEDED = (
    ("historyid", "callid"),
    ("time-start",),
    ("time-answered",),
    ("time-end", "duration"),
    ("from-no", "from-dn"),
    ("to-no", "to-dn"),
    ("final-number", "final-dn", "chain"),
)
"""Of each of these a record has to have one."""

_KINDS = {
    "extension": "extension",
    "queue": "queue",
    "ringgroup": "group",
    "ivr": "menu",
    "digitalreceptionist": "menu",
    "script": "menu",
    "vmail": "voicemail",
    "voicemail": "voicemail",
    "fax": "voicemail",
    "line": "line",
    "lineset": "line",
    "externalline": "line",
    "external": "line",
    "provider": "line",
    "outboundrule": "line",
    "bridge": "line",
}
_TAG = "ext."


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a record: its number without 3CX's Ext., and what it is."""

    number: str
    kind: str
    """extension, queue, group, menu, voicemail, line, or empty where the record does not say."""


@dataclass(frozen=True, slots=True)
class Record(Leg):
    """A record as read. Times are UTC; texts are empty where the record has none."""

    answer: datetime | None
    """When whatever was called answered: a queue or a menu as well."""
    failed: str
    """busy or failed, if the record says so."""
    replaced: bool
    """Whether the one who was called handed the call on."""
    from_number: str
    from_kind: str
    to_number: str
    to_kind: str
    final_number: str
    final_kind: str
    to_dn: str
    to_dispname: str
    dial_no: str
    from_dn: str
    from_dispname: str
    bill_code: str
    bill_name: str

    @property
    def caller(self) -> Party:
        return Party(self.from_number, self.from_kind)

    @property
    def called(self) -> Party:
        return Party(self.to_number, self.to_kind)

    @property
    def final(self) -> Party:
        return Party(self.final_number, self.final_kind)


_AS_SAID = ("to-dn", "to-dispname", "dial-no", "from-dn", "from-dispname", "bill-code", "bill-name")
_FOR_PEOPLE = frozenset(
    {
        UNUSED,
        "bill-code",
        "bill-rate",
        "bill-cost",
        "bill-name",
        "from-dispname",
        "to-dispname",
        "final-dispname",
        "missed-queue-calls",
    }
)
"""Fields that nothing is read from, unless the line is."""
_FAILURES = ("failed", "noroute", "notfound", "declined")


def read_record(
    cells: Mapping[str, str], zone: ZoneInfo, number: int, queues: frozenset[str], line: Sequence[str] = ()
) -> Record:
    """A record out of its cells by name; `line` are those that its line is taken from. Raises Bad."""
    needed = (*(name for name in cells if name not in _FOR_PEOPLE), *line)
    said = {name: filled(cell) for name, cell in legible_cells(cells, needed).items()}
    contact = said.get("historyid") or said.get("callid", "")
    if not contact:
        raise Bad(note("no historyid and no callid"))
    start, in_doubt = _start(said, zone)
    if start is None:
        raise Bad(note("no time-start"))
    answer = _time(said, "time-answered", zone, start)
    caller = _party(said, "from", queues)
    called = _party(said, "to", queues)
    final = _party(said, "final", queues)
    replaced = said.get("reason-changed", "").casefold().startswith("replaced")
    if not final.number and (replaced or called.kind != "extension"):
        final = _last_in_chain(said.get("chain", ""), caller, called, queues)
    return Record(
        contact=contact,
        start=start,
        end=_end(said, zone, start, answer),
        row=number,
        in_doubt=in_doubt,
        answer=answer,
        failed=_failure(said.get("reason-terminated", "")),
        replaced=replaced,
        from_number=caller.number,
        from_kind=caller.kind,
        to_number=called.number,
        to_kind=called.kind,
        final_number=final.number,
        final_kind=final.kind,
        **{name.replace("-", "_"): _plain(said.get(name, "")) for name in _AS_SAID},
    )


def _failure(reason: str) -> str:
    reason = reason.casefold().replace("_", "")
    if "busy" in reason:
        return "busy"
    return "failed" if "cancel" not in reason and any(word in reason for word in _FAILURES) else ""


def _party(said: Mapping[str, str], side: str, queues: frozenset[str]) -> Party:
    number = said.get("final-number" if side == "final" else f"{side}-no", "")
    internal = number.casefold().startswith(_TAG)
    plain = _plain(number) or said.get(f"{side}-dn", "")
    if plain in queues:
        return Party(plain, "queue")
    word = said.get(f"{side}-type", "").casefold().replace("_", "").replace(" ", "")
    kind = _KINDS.get(word, "")
    if not kind and plain:
        kind = "extension" if internal else "line"
    return Party(plain, kind if plain else "")


def _last_in_chain(chain: str, caller: Party, called: Party, queues: frozenset[str]) -> Party:
    """Where the chain of those involved ends, if that is neither of the two."""
    ends = [each.strip() for each in chain.partition(":")[2].split(";")] if ":" in chain else chain.split(";")
    last = next((each for each in reversed(ends) if each.strip()), "").strip()
    plain = _plain(last)
    if plain == last or plain in (caller.number, called.number, ""):
        return Party("", "")
    return Party(plain, "queue" if plain in queues else "extension")


def _plain(number: str) -> str:
    return number[len(_TAG) :].strip() if number.casefold().startswith(_TAG) else number


def _start(said: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """Return the beginning, of the two in the hour that comes twice the one that the end and the duration leave.

    And whether that is in doubt, since they leave both.
    """
    first = _time(said, "time-start", zone)
    starts, answers, ends = (
        moments_of(said.get(name, "").replace("/", "-"), zone) for name in ("time-start", "time-answered", "time-end")
    )
    if len(starts) < 2 or not ends:
        return first, len(starts) > 1
    lasts = seconds_of(said.get("duration", ""))
    ways = [
        (0.0 if lasts is None else abs((end - (answer or start)).total_seconds() - lasts), end - start, start)
        for start, answer, end in product(starts, answers or (None,), ends)
        if start <= (answer or start) <= end
    ]
    if not ways:
        return first, True
    best = min(ways)
    return best[2], any(way[:2] == best[:2] and way[2] != best[2] for way in ways)


def _time(said: Mapping[str, str], name: str, zone: ZoneInfo, not_before: datetime | None = None) -> datetime | None:
    """A time, or None if there is none. Of the two in the hour that comes twice, the first that can be."""
    text = said.get(name, "")
    if not text:
        return None
    found = moments_of(text.replace("/", "-"), zone)
    if not found:
        otherwise = note('{field}: "{value}" is not a time as in 2026/06/01 10:00:00', field=name, value=text[:80])
        raise bad_time(text.replace("/", "-"), zone, otherwise)
    if not_before is None:
        return found[0]
    for moment in found:
        if moment >= not_before:
            return moment
    raise Bad(note("{field} is before the start", field=name))


def _end(said: Mapping[str, str], zone: ZoneInfo, start: datetime, answer: datetime | None) -> datetime:
    end = _time(said, "time-end", zone, answer or start)
    if end is not None:
        return end
    text = said.get("duration", "")
    seconds = seconds_of(text or "0")
    if seconds is None:
        raise Bad(note('{field}: "{value}" is not a number of seconds', field="duration", value=text[:80]))
    try:
        # 3CX counts the duration from the answer.
        return (answer or start) + timedelta(seconds=seconds)
    except OverflowError:
        raise Bad(note("a duration that no call has")) from None
