"""Events of queues followed into calls: one row per entry into a queue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from warehouse.ingest.formats.base import Bad, client_of, seconds_text, time_text
from warehouse.ingest.formats.queue_log.events import Event
from warehouse.messages import Message, note
from warehouse.schema import OTHER_LINE

_QUEUE_AND_MARK = re.compile(r"(.+)/\d[^/]{8,}(/\d+)?")


@dataclass(frozen=True, slots=True)
class QueueCall:
    """An entry into a queue, as far as the log has told of it."""

    call_id: str
    callid: str
    queue: str
    started_at: datetime
    row: int
    client_id: str | None = None
    outcome: str | None = None
    wait_s: float | None = None
    answered_at: datetime | None = None
    agent_id: str | None = None
    talk_s: float | None = None
    ended_at: datetime | None = None
    transferred_to: str | None = None
    carried: bool = False
    """It began in an older file and this one has not spoken of it yet."""
    in_doubt: bool = False
    """Whether any of its times came twice, and nothing tells which of the two it is."""


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that fits no call."""

    event: Event
    reason: Message


@dataclass(frozen=True)
class CallEnd:
    """What an event that ends a call says; numbers are those of its parameters."""

    outcome: str | None
    wait: int = 0
    talk: int = 0


ENDS = {
    "COMPLETEAGENT": CallEnd("answered", wait=1, talk=2),
    "COMPLETECALLER": CallEnd("answered", wait=1, talk=2),
    "BLINDTRANSFER": CallEnd("answered", wait=3, talk=4),
    "TRANSFER": CallEnd("answered", wait=3, talk=4),
    "ATTENDEDTRANSFER": CallEnd("answered", wait=3, talk=4),
    "ABANDON": CallEnd("abandoned", wait=3),
    "EXITWITHTIMEOUT": CallEnd("flow_out", wait=3),
    "EXITEMPTY": CallEnd("flow_out", wait=3),
    "EXITWITHKEY": CallEnd("flow_out", wait=4),
    "SYSCOMPAT": CallEnd(None),
}
"""The events that end a call."""


def calls_of(events: Iterable[Event], carried: Iterable[QueueCall] = ()) -> Iterator[QueueCall | RefusedEvent]:
    """The calls of events in the order of time, each when nothing more can be said of it, and what fits none.

    `carried` are the calls that older files left open. Only open calls are kept in memory. A restart ends the calls
    it finds; what became of them is unknown.
    """
    waiting = {(call.callid, call.queue): call for call in carried}
    entries: dict[str, int] = {}
    moment: datetime | None = None
    for event in events:
        if event.at != moment:
            moment, entries = event.at, {}
        key = (event.callid, event.queue)
        try:
            if event.name == "ENTERQUEUE":
                entered = _entered(event, entries)
                before = waiting.pop(key, None)
                if before and not before.carried:
                    yield before
                waiting[key] = entered
            elif event.name == "QUEUESTART":
                for call in waiting.values():
                    if not call.carried:
                        yield replace(call, ended_at=event.at)
                # Carried calls may be another server's; if not, they count as unknown once they are old.
                waiting = {key: call for key, call in waiting.items() if call.carried}
            elif event.name == "CONNECT":
                waiting[key] = _connected(_open(waiting, event), event)
            elif event.name in ENDS:
                ended = _ended(_open(waiting, event), event)
                del waiting[key]
                yield ended
        except Bad as bad:
            yield RefusedEvent(event, bad.message)
    yield from (call for call in waiting.values() if not call.carried)


def _open(waiting: dict[tuple[str, str], QueueCall], event: Event) -> QueueCall:
    call = waiting.get((event.callid, event.queue))
    if call is None:
        raise Bad(
            note(
                "{event}: no call {callid} is open in the queue {queue}. If it entered in an older file, "
                "import that one first, or the directory of both, and then this one again",
                event=event.name,
                callid=event.callid,
                queue=event.queue,
            )
        )
    return call


def _entered(event: Event, entries: dict[str, int]) -> QueueCall:
    if not event.callid:
        raise Bad(note("{event}: no call", event=event.name))
    if not event.queue:
        raise Bad(note("{event}: no queue", event=event.name))
    # Numbered by the time of entry, not by 1, 2, 3: rotated files that are imported apart agree on it.
    call_id = f"{event.callid}/{event.queue}/{event.mark}"
    entries[call_id] = again = entries.get(call_id, 0) + 1
    if again > 1:
        call_id += f"/{again}"
    client = client_of(event.parameter(2))
    return QueueCall(call_id, event.callid, event.queue, event.at, event.row, client, in_doubt=event.in_doubt)


def queue_of(call_id: str, callid: str) -> str:
    """The queue in a call's key: its line may have been given another name. Empty if it is no such key."""
    found = _QUEUE_AND_MARK.fullmatch(call_id.removeprefix(callid + "/"))
    return found[1] if found else ""


def wait_and_talk(event: Event) -> tuple[float | None, float | None]:
    """Return the seconds of waiting and of talk that an event says. Raises Bad if they are something else."""
    if event.name == "CONNECT":
        return event.seconds(1), None
    end = ENDS.get(event.name, CallEnd(None))
    # A link of two bridges is logged with two channels where other transfers name one thing.
    more = event.name == "ATTENDEDTRANSFER" and event.parameter(1) == "LINK" and not event.is_seconds(3)
    wait, talk = (event.seconds(number + more) if number else None for number in (end.wait, end.talk))
    return wait, talk


def _connected(call: QueueCall, event: Event) -> QueueCall:
    wait, _ = wait_and_talk(event)
    return replace(
        call,
        outcome="answered",
        wait_s=_or_elapsed(wait, call.started_at, event.at),
        answered_at=event.at,
        agent_id=event.agent or None,
        carried=False,
        in_doubt=call.in_doubt or event.in_doubt,
    )


def _ended(call: QueueCall, event: Event) -> QueueCall:
    end = ENDS[event.name]
    wait, talk = wait_and_talk(event)
    in_doubt = call.in_doubt or event.in_doubt
    call = replace(call, ended_at=event.at, outcome=end.outcome or call.outcome, carried=False, in_doubt=in_doubt)
    if end.outcome != "answered":
        return replace(call, wait_s=_or_elapsed(wait, call.started_at, event.at)) if end.outcome else call
    return replace(
        call,
        wait_s=wait if call.wait_s is None else call.wait_s,
        talk_s=_or_elapsed(talk, call.answered_at, event.at),
        agent_id=call.agent_id or event.agent or None,
        transferred_to=_target(event),
    )


def _target(event: Event) -> str | None:
    """Return what the agent handed the call to. Of an attended transfer the log has bridges and channels, no target."""
    match event.name:
        case "BLINDTRANSFER" | "TRANSFER":
            return event.parameter(1) or OTHER_LINE
        case "ATTENDEDTRANSFER":
            return OTHER_LINE
        case _:
            return None


def _or_elapsed(said: float | None, since: datetime | None, at: datetime) -> float | None:
    """What the event says, or the time between two events where an old log says nothing."""
    if said is not None or since is None or at < since:
        return said
    return (at - since).total_seconds()


def cells_of(call: QueueCall) -> tuple[str, ...]:
    """A call as text, in the order of `CALL_COLUMNS`."""
    return (
        call.call_id,
        call.callid,
        "in",
        call.queue,
        time_text(call.started_at),
        time_text(call.ended_at),
        call.outcome or "",
        seconds_text(call.wait_s),
        seconds_text(call.talk_s),
        call.client_id or "",
        call.agent_id or "",
        call.transferred_to or "",
    )
