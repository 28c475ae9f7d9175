"""Incidents in words: the moments of a timeline, with those that the numbers add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digests.localizer import Localizer
from digests.result import Session
from metrics.answers import ask
from metrics.incidents import Account, Deviation, Incident, IncidentScope
from warehouse.messages import N_, Message, note

KINDS = {
    "started": N_("started"),
    "noticed": N_("noticed"),
    "complaint": N_("first complaint"),
    "escalated": N_("escalated"),
    "taken": N_("taken up"),
    "cause": N_("cause"),
    "message": N_("to clients"),
    "metric": N_("numbers"),
    "note": N_("note"),
    "fixed": N_("fixed"),
    "resolved": N_("over"),
}
SECTIONS = {
    "well": N_("What went well"),
    "slow": N_("Where we were slow"),
    "lucky": N_("Where we were lucky"),
    "condition": N_("What it took to happen"),
    "prevent": N_("So that it does not happen again"),
    "notice": N_("To notice it earlier"),
    "react": N_("To react faster"),
}
"""The parts of a post-mortem that people write."""


@dataclass(frozen=True)
class TimelineEntry:
    """A moment of a timeline: what happened, and what was said or counted. `automatic`: the numbers tell of it."""

    at: datetime
    kind: str
    text: Message | str
    internal: bool = False
    automatic: bool = False
    place: int = 0


def moments(incident: Incident, account: Account | None = None) -> list[TimelineEntry]:
    """Return a timeline in its order, with the minutes at which numbers left the usual and came back."""
    written = [
        TimelineEntry(entry.at, entry.kind, entry.text, entry.internal, entry.kind == "metric", entry.place)
        for entry in incident.entries
    ]
    counted = [each for left in (account.left if account else ()) for each in _counted(left)]
    if account and account.complaint:
        at, topic = account.complaint
        counted.append(TimelineEntry(at, "complaint", topic or "", internal=True, automatic=True))
    if account and account.called_back:
        counted.append(
            TimelineEntry(account.called_back, "metric", note("first call-back"), internal=True, automatic=True)
        )
    return sorted((*written, *counted), key=lambda each: (each.at, not each.automatic))


def _counted(left: Deviation) -> Iterator[TimelineEntry]:
    counts: dict[str, Any] = {"n": int(left.out.now.cases), "usual": round(left.out.usual or 0.0, 1)}
    out, back = {
        "lost": (
            note("lost calls above the usual: {n} in 15 minutes, usually {usual}", **counts),
            note("lost calls are as usual again"),
        ),
        "late": (
            note("not answered in time, above the usual: {n} in 15 minutes, usually {usual}", **counts),
            note("answers are in time as usual again"),
        ),
        "offered": (
            note("calls above the usual: {n} in 15 minutes, usually {usual}", **counts),
            note("as many calls as usual again"),
        ),
        "lost_chats": (
            note("lost chats above the usual: {n} in 15 minutes, usually {usual}", **counts),
            note("lost chats are as usual again"),
        ),
    }[left.signal.key]
    yield TimelineEntry(left.out.start, "metric", out, internal=True, automatic=True)
    if left.back is not None:
        yield TimelineEntry(left.back, "metric", back, internal=True, automatic=True)


def learnt(incident: Incident, localizer: Localizer) -> str | None:
    """«Разбор опубликован 5 июня, открыты 2 действия из 5»; None before a post-mortem is published."""
    if incident.published is None:
        return None
    day = localizer.local_day(incident.published)
    opened = len([each for each in incident.actions if each.done_at is None])
    if not incident.actions:
        return localizer(N_("Post-mortem published on {day}"), day=day)
    if not opened:
        return localizer(N_("Post-mortem published on {day}, all actions are done"), day=day)
    left = localizer.counted(
        "{n} action of {all} is open", "{n} actions of {all} are open", opened, all=len(incident.actions)
    )
    return localizer(N_("Post-mortem published on {day}, {open}"), day=day, open=left)


def account_of(session: Session, asked: IncidentScope) -> Account:
    """What the numbers say of an incident. Raises UserError for what cannot be asked."""
    questions = asked.questions()
    return asked.account(dict(zip(questions, ask(session.calculator, session.plans, questions), strict=True)))
