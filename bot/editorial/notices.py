"""What the editors are told of drafts, and may press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

from bot.editorial.draft_store import DraftRow
from bot.editorial.model import DraftStatus, Press
from bot.editorial.publications import Upcoming
from bot.schedule.jobs import Job
from bot.schedule.notices import OUTCOMES
from bot.schedule.runs import Run
from digests.document import Action
from warehouse.messages import N_, Message, note

Say = Callable[[Message], str]

UNAPPROVED = note("the editors have not approved it")
HELD = note("the editors hold it")

LABELS = {
    Press.NOW: N_("Publish now"),
    Press.SCHEDULE: N_("Publish on schedule"),
    Press.EDIT: N_("Edit"),
    Press.HOLD: N_("Hold"),
    Press.NEW: N_("New draft"),
}


def episode(draft: int) -> str:
    """What the question about a draft is called among all that is told."""
    return f"draft {draft}"


def order(press: Press, draft: int) -> str:
    """What a button asks for."""
    return f"draft {press} {draft}"


def question(draft: DraftRow, job: Job, coming: Upcoming) -> tuple[Message, Callable[[Say], tuple[Action, ...]]]:
    """What is asked under a draft, and its buttons once somebody says in which language."""
    assert job.approval is not None
    known: dict[str, Any] = {"version": draft.version, "job": job.key, "moment": coming.due.at}
    rule = (
        note("Without a press the figures go alone.")
        if job.approval.otherwise == "figures"
        else note("Without a press it is held.")
    )
    if draft.gaps:
        text = note(
            'Draft {version} of the post "{job}", due on {moment}. What is missing just now: {gaps}. The figures are '
            "computed anew when it is posted. {rule}",
            **known,
            gaps=draft.gaps,
            rule=rule,
        )
    else:
        text = note(
            'Draft {version} of the post "{job}", due on {moment}. The figures are computed anew when it is posted. '
            "{rule}",
            **known,
            rule=rule,
        )
    presses = Press.NOW, Press.SCHEDULE, Press.EDIT, Press.HOLD
    return text, lambda say: tuple(Action(say(note(LABELS[each])), order(each, draft.id)) for each in presses)


def taken(draft: DraftRow, press: Press, due: bool) -> Message:
    """What a press has done."""
    known: dict[str, Any] = {"version": draft.version, "job": draft.job, "moment": draft.due_at}
    match press:
        case Press.NOW:
            return note('Draft {version} of the post "{job}" is published now.', **known)
        case Press.SCHEDULE if due:
            return note('Draft {version} of the post "{job}" is approved: it is posted now that it is due.', **known)
        case Press.SCHEDULE:
            return note('Draft {version} of the post "{job}" is approved: it is posted on {moment}.', **known)
        case Press.HOLD:
            return note('The post "{job}" is held until somebody presses Publish under its draft.', **known)
        case Press.EDIT | Press.NEW:
            return note('A new draft of the post "{job}" is on its way.', **known)
        case _:
            assert_never(press)


def superseded(draft: DraftRow) -> Message:
    return note(
        'Draft {version} of the post "{job}" is superseded: look at the newest one.',
        version=draft.version,
        job=draft.job,
    )


def changed_since(draft: DraftRow) -> Message:
    return note(
        'The columns of the post "{job}" changed after draft {version}: a new draft is on its way.',
        version=draft.version,
        job=draft.job,
    )


def already(draft: DraftRow) -> Message:
    """Whoever presses second."""
    known: dict[str, Any] = {"version": draft.version, "job": draft.job, "who": draft.decided_by or "-"}
    match draft.status:
        case DraftStatus.APPROVED:
            return note('Draft {version} of the post "{job}" was approved before, by {who}.', **known)
        case DraftStatus.HELD:
            return note('The post "{job}" is held already, by {who}.', **known)
        case _:
            return note('Draft {version} of the post "{job}" was published before, by {who}.', **known)


def decided_before(draft: DraftRow, run: Run) -> Message:
    """A press under a draft whose issue is decided on."""
    known: dict[str, Any] = {"job": draft.job, "moment": run.due_at, "status": OUTCOMES[run.status]}
    if run.decided_by:
        return note(
            'The post "{job}" of {moment} was decided on before, by {who}: it is {status}.',
            **known,
            who=run.decided_by,
        )
    return note('There is nothing to decide on the post "{job}" of {moment}: it is {status}.', **known)


def no_such_draft(number: int) -> Message:
    return note("There is no draft {number}.", number=number)


def void(draft: DraftRow) -> Message:
    return note(
        'The columns of the post "{job}" changed after draft {version} was approved. The approval is void, and a new '
        "draft is on its way.",
        job=draft.job,
        version=draft.version,
    )


def no_draft(job: str, due_at: datetime, reason: Message) -> Message:
    return note(
        'The draft of the post "{job}", due on {moment}, cannot be made: {reason} It is tried again every 15 minutes.',
        job=job,
        moment=due_at,
        reason=reason,
    )


def fault(reference: str) -> Message:
    return note("something broke on our side, ref {reference}.", reference=reference)


def without_columns(job: str, due_at: datetime) -> Message:
    return note(
        'Nobody approved the post "{job}" by {moment}: its figures go alone.',
        job=job,
        moment=due_at,
    )


def awaiting_approval(job: str, due_at: datetime) -> Message:
    """To the editors: their issue is due."""
    return note('The post "{job}" is due since {moment} and waits for a press under its draft.', job=job, moment=due_at)


def standing(draft: DraftRow | None, draft_at: datetime) -> Message:
    """How an issue stands with its editors, for lists."""
    if draft is None:
        return note("its draft comes on {moment}", moment=draft_at)
    match draft.status:
        case DraftStatus.APPROVED | DraftStatus.NOW:
            return note("approved by {who}", who=draft.decided_by or "-")
        case DraftStatus.HELD:
            return note("held by {who}", who=draft.decided_by or "-")
        case DraftStatus.FIGURES:
            return note("was not approved in time")
        case _:
            return note("waits for approval, draft {version}", version=draft.version)
