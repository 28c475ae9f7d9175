"""What the operators are told of corrections, and what they may press."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.protocol import spoken
from bot.chat.operator_commands import command
from bot.corrections.model import Correction, PostComparison
from bot.delivery.model import Delivery
from bot.delivery.notices import Notifier
from digests.document import Action
from digests.localizer import Localizer
from digests.snapshot import PrintedChange, change_text
from warehouse.messages import N_, Message, note

ORDER = "correct"
APPLY, LEAVE = "apply", "leave"
"""The answers, in the order `op correct 17 apply`."""


class CorrectionNotices:
    """The sentences, each with its episode."""

    def __init__(self, operators: Notifier, localizer: Localizer) -> None:
        """`words` are the operators'."""
        self._operators = operators
        self._localizer = localizer

    async def offer(self, correction: Correction, changes: Sequence[PrintedChange], chats: Sequence[str]) -> None:
        """The difference, and two buttons."""
        text = note(
            'Late records changed what was posted as "{title}" ({period}) in {chats}:\n{changes}\nCorrect the posts?',
            title=correction.title,
            period=correction.period,
            chats=", ".join(chats),
            changes="\n".join(f"• {change_text(change)}" for change in changes),
        )
        answers = (
            Action(self._localizer(N_("Correct")), command(ORDER, correction.id, APPLY)),
            Action(self._localizer(N_("Leave")), command(ORDER, correction.id, LEAVE)),
        )
        await self._operators.tell(_offer(correction.id), text, answers)

    async def decided(self, correction: int) -> None:
        await self._operators.over(_offer(correction))

    async def problem(self, compared: PostComparison) -> None:
        """It differs, and today's records are not such that they could be posted."""
        about = compared.standing
        text = note(
            '"{title}" ({period}) is posted otherwise than today\'s records have it, and is not corrected by them: '
            "{reason}.",
            title=about.title,
            period=about.period,
            reason=_sentence(compared.problem or ""),
        )
        await self._operators.tell(_problem(about.issue), text)

    async def no_problem(self, issue: int) -> None:
        await self._operators.over(_problem(issue))

    async def broke(self) -> None:
        text = note("Comparing posts with today's records broke off by a fault of ours, which is in the log.")
        await self._operators.tell("corrections", text)

    async def works(self) -> None:
        await self._operators.over("corrections")

    async def refused(self, correction: Correction, delivery: Delivery, reason: str) -> None:
        """A chat takes no edits."""
        text = note(
            '"{title}" ({period}) cannot be corrected in {chat}: {reason}. What stands there stays as it is.',
            **_of(correction, delivery),
            reason=spoken(reason),
        )
        await self._operators.tell(_chat(correction, delivery), text)

    async def away(self, correction: Correction, delivery: Delivery, reason: str) -> None:
        """A chat could not be reached for so long that it was given up for now."""
        text = note(
            '"{title}" ({period}) could not be corrected in {chat} so far: {reason}. It is tried again every hour.',
            **_of(correction, delivery),
            reason=spoken(reason),
        )
        await self._operators.tell(_chat(correction, delivery), text)

    async def missing(self, correction: Correction, delivery: Delivery, openings: Sequence[str]) -> None:
        """Messages that were to be edited do not stand there any more."""
        text = note(
            'Of "{title}" ({period}) in {chat}, what begins "{opening}" is not there any more, and was not corrected.',
            **_of(correction, delivery),
            opening='", "'.join(openings),
        )
        await self._operators.tell(f"{_chat(correction, delivery)} missing", text)

    async def corrected(self, correction: Correction, delivery: Delivery) -> None:
        await self._operators.over(_chat(correction, delivery))

    async def fault(self, correction: Correction, delivery: Delivery) -> None:
        text = note(
            'Correcting "{title}" ({period}) in {chat} broke off by a fault of ours, which is in the log. It is tried '
            "again every hour.",
            **_of(correction, delivery),
        )
        await self._operators.tell(_chat(correction, delivery), text)


def answer(correction: Correction, apply: bool, chats: int) -> Message:
    """To whoever decided."""
    about = {"title": correction.title, "period": correction.period}
    if not apply:
        return note('"{title}" ({period}) stays as it is posted.', **about)
    return note(
        '"{title}" ({period}) is being corrected in {n} chat.',
        '"{title}" ({period}) is being corrected in {n} chats.',
        n=chats,
        **about,
    )


def decided_before(correction: Correction) -> Message:
    """To whoever presses second, or too late."""
    about = {"title": correction.title, "period": correction.period}
    if correction.decided_by is None:
        return note('The records of "{title}" ({period}) have changed since: this correction is out of date.', **about)
    return note(
        'The correction of "{title}" ({period}) was decided on before, by {who}.', who=correction.decided_by, **about
    )


def no_such(number: int) -> Message:
    return note("There is no correction {number} to decide on.", number=number)


def _sentence(reason: Message | str) -> Message | str:
    """A reason within a sentence, which has its own full stop."""
    return Message(reason.id.rstrip("."), reason.params, reason.plural) if isinstance(reason, Message) else reason


def _of(correction: Correction, delivery: Delivery) -> dict[str, str]:
    return {"title": correction.title, "period": correction.period, "chat": delivery.target.chat}


def _offer(correction: int) -> str:
    return f"correction {correction}"


def _problem(issue: int) -> str:
    return f"correction of {issue}"


def _chat(correction: Correction, delivery: Delivery) -> str:
    return f"correction {correction.id} {delivery.id}"
