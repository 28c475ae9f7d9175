"""One record of 3CX: which field is which, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from warehouse.ingest.formats.base import UNUSED, Bad, bad_time, legible_cells, moments_of, seconds_of
from warehouse.ingest.formats.contacts import Leg
from warehouse.messages import note
from warehouse.schema.columns import filled

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
) -> tuple[Record, ...]:
    """A record out of its cells by name, in the ways it may be meant: two if its start came twice and it does not tell.

    `line` are the cells that its line is taken from. Raises Bad.
    """
    needed = (*(name for name in cells if name not in _FOR_PEOPLE), *line)
    said = {name: filled(cell) for name, cell in legible_cells(cells, needed).items()}
    contact = said.get("historyid") or said.get("callid", "")
    if not contact:
        raise Bad(note("no historyid and no callid"))
    ways = _ways(said, zone)
    caller = _party(said, "from", queues)
    called = _party(said, "to", queues)
    final = _party(said, "final", queues)
    replaced = said.get("reason-changed", "").casefold().startswith("replaced")
    if not final.number and (replaced or called.kind != "extension"):
        final = _last_in_chain(said.get("chain", ""), caller, called, queues)
    first = Record(
        contact=contact,
        start=ways[0].start,
        end=ways[0].end,
        row=number,
        answer=ways[0].answer,
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
    return (first, *(replace(first, start=way.start, answer=way.answer, end=way.end) for way in ways[1:]))


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


@dataclass(frozen=True, slots=True)
class _Way:
    """How the times of a record may be meant."""

    start: datetime
    answer: datetime | None
    end: datetime

    @property
    def seconds(self) -> float:
        """Its duration as 3CX counts it, from the answer."""
        return (self.end - (self.answer or self.start)).total_seconds()


def _ways(said: Mapping[str, str], zone: ZoneInfo) -> list[_Way]:
    """Return the ways the times of a record may be meant, one for each beginning that the others leave. Raises Bad."""
    starts, answers, ends = (_moments(said, name, zone) for name in ("time-start", "time-answered", "time-end"))
    if not starts:
        raise Bad(note("no time-start"))
    # Nobody waits an hour if they may have been answered at once.
    answered = [(start, next((at for at in answers if at >= start), None)) for start in starts]
    answered = [(start, answer) for start, answer in answered if answer or not answers]
    if not answered:
        raise Bad(note("{field} is before the start", field="time-answered"))
    lasts = _duration(said)
    ways = [
        _Way(start, answer, end or _later(answer or start, lasts))
        for (start, answer), end in product(answered, ends or (None,))
        if (answer or start) <= (end or answer or start)
    ]
    if not ways:
        raise Bad(note("{field} is before the start", field="time-end"))
    if lasts:
        least = min(abs(way.seconds - lasts) for way in ways)
        ways = [way for way in ways if abs(way.seconds - lasts) == least]
    shortest = sorted(ways, key=lambda way: way.end - way.start)
    return [next(way for way in shortest if way.start == start) for start in sorted({way.start for way in ways})]


def _moments(said: Mapping[str, str], name: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants that a time may be, none if there is no time. Raises Bad if it is something else."""
    text = said.get(name, "")
    if not text:
        return ()
    found = moments_of(text.replace("/", "-"), zone)
    if not found:
        otherwise = note('{field}: "{value}" is not a time as in 2026/06/01 10:00:00', field=name, value=text[:80])
        raise bad_time(text.replace("/", "-"), zone, otherwise)
    return found


def _duration(said: Mapping[str, str]) -> float:
    """Seconds, none if it says none or has an end that tells. Raises Bad where only they could tell, and do not."""
    text = said.get("duration", "")
    seconds = seconds_of(text or "0")
    if seconds is None and not said.get("time-end"):
        raise Bad(note('{field}: "{value}" is not a number of seconds', field="duration", value=text[:80]))
    return seconds or 0.0


def _later(moment: datetime, seconds: float) -> datetime:
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        raise Bad(note("a duration that no call has")) from None
