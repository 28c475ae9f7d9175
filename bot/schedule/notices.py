"""What the operators are told of runs, and what they may press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.schedule.runs import Run, RunStatus
from digests.document import Action
from warehouse.messages import N_, Message, note

ORDER = "op run"
"""How a decision about a run begins; then its number, and `publish` or `drop`."""

NEWER = note("a newer issue was due")
AWAY = note("the bot was not running")
NEW = note("it was due before the bot knew of it")
FORGOTTEN = note("whether it was posted is not known: the state was restored since")

Say = Callable[[Message], str]


def episode(kind: str, run: Run) -> str:
    """What makes it one thing to be told once."""
    return f"{kind} {run.job} {run.due_at:%Y-%m-%dT%H:%M}"


def window_over(window: timedelta) -> Message:
    return note("its window of {hours} h was over", hours=window / timedelta(hours=1))


def window_missed(run: Run, window: timedelta) -> Message:
    return note(
        'The post "{job}" of {moment} was not made: its window of {hours} h is over.',
        job=run.job,
        moment=run.due_at,
        hours=window / timedelta(hours=1),
    )


def missed(passed: Sequence[Run]) -> Message:
    """Of issues that a newer one came before."""
    last = passed[-1]
    return note(
        'The post "{job}" of {moment} was not made, and a newer one is due.',
        'The post "{job}" was not made {n} times, the last of them {moment}, and a newer one is due.',
        n=len(passed),
        job=last.job,
        moment=last.due_at,
    )


def held(run: Run, gaps: str, until: datetime) -> Message:
    return note(
        'The post "{job}" of {moment} is held: {gaps}. It is tried again every 15 minutes until {until}.',
        job=run.job,
        moment=run.due_at,
        gaps=gaps,
        until=until,
    )


def awaiting_decision(run: Run, gaps: str) -> Message:
    """The question."""
    return note(
        'The post "{job}" of {moment} waits for your decision: {gaps}. Published, it says so.',
        job=run.job,
        moment=run.due_at,
        gaps=gaps,
    )


def decisions(run: Run, say: Say) -> tuple[Action, ...]:
    """What may be pressed under it."""
    labels = (N_("Publish"), "publish"), (N_("Drop"), "drop")
    return tuple(Action(say(note(label)), f"{ORDER} {run.id} {word}") for label, word in labels)


def unapproved(run: Run, why: Message) -> Message:
    """The same question of an issue that its editors are to approve."""
    return note(
        'The post "{job}" of {moment} is kept: {reason}. They decide under its draft; here it can be done for them.',
        job=run.job,
        moment=run.due_at,
        reason=why,
    )


def in_doubt(backup: datetime) -> Message:
    """Why a run of which a restored state knows nothing is kept."""
    return note(
        "the state was restored from the backup of {moment}, and whether it was posted since is not known; look "
        "whether it stands in the chat",
        moment=backup,
    )


def waits(run: Run) -> Message:
    """What was kept before, by a process that is no more."""
    return note(
        'The post "{job}" of {moment} waits for your decision: {reason}.',
        job=run.job,
        moment=run.due_at,
        reason=run.reason or "-",
    )


def with_gaps(run: Run, gaps: str) -> Message:
    return note('The post "{job}" of {moment} was made with gaps: {gaps}.', job=run.job, moment=run.due_at, gaps=gaps)


def not_posted(run: Run, reference: str) -> Message:
    return note(
        'The post "{job}" of {moment} broke off on our side, ref {reference}. It goes on in 15 minutes.',
        job=run.job,
        moment=run.due_at,
        reference=reference,
    )


def fault(reference: str) -> Message:
    return note("something broke on our side, ref {reference}", reference=reference)


def no_such_run(number: int) -> Message:
    return note("There is no run {number} to decide on.", number=number)


def decision(run: Run, publish: bool) -> Message:
    if publish:
        return note('The post "{job}" of {moment} is published now.', job=run.job, moment=run.due_at)
    return note('The post "{job}" of {moment} is dropped.', job=run.job, moment=run.due_at)


def decided_before(run: Run) -> Message:
    """Whoever presses second."""
    if run.decided_by:
        return note(
            'The post "{job}" of {moment} was decided on before, by {who}.',
            job=run.job,
            moment=run.due_at,
            who=run.decided_by,
        )
    return note(
        'There is nothing to decide on the post "{job}" of {moment}: it is {status}.',
        job=run.job,
        moment=run.due_at,
        status=OUTCOMES[run.status],
    )


OUTCOMES = {
    RunStatus.WAITING: note("waiting"),
    RunStatus.HELD: note("held"),
    RunStatus.POSTING: note("being posted"),
    RunStatus.KEPT: note("kept for a decision"),
    RunStatus.POSTED: note("posted"),
    RunStatus.MISSED: note("not made in time"),
    RunStatus.DROPPED: note("dropped"),
}
