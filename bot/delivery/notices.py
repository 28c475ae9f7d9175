"""What the operators are told of a delivery, and asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.channels.protocol import Reason, spoken
from bot.delivery.model import Delivery, PartRow, Target
from digests.document import Action
from digests.localizer import Localizer
from warehouse.messages import N_, Message, note

ARRIVED, AGAIN = "sent", "again"
"""The answers to the question about a part, in the order `op delivery 17 sent`."""


class Notifier(Protocol):
    """Those who run the bot."""

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Say it once per episode. Never raises."""
        ...

    async def over(self, episode: str, text: Message | None = None) -> None:
        """The episode is over: it may be told again."""
        ...


class DeliveryNotices:
    """The sentences, each with its episode."""

    def __init__(self, operators: Notifier, localizer: Localizer) -> None:
        self._operators = operators
        self._localizer = localizer

    async def ask(self, delivery: Delivery, part: PartRow, count: int) -> None:
        """Ask whether a part arrived, with two buttons."""
        text = note(
            'It is not known whether part {number} of {count} of "{title}" ({period}) arrived in {chat}: {reason}. '
            'It begins "{opening}". Look there and press what is true.',
            **_named(delivery, part, count),
        )
        answers = (
            Action(self._localizer(N_("It arrived")), order(part.id, ARRIVED)),
            Action(self._localizer(N_("It did not: send it")), order(part.id, AGAIN)),
        )
        await self._operators.tell(_part(part.id), text, answers)

    async def answered(self, part: int) -> None:
        await self._operators.over(_part(part))

    async def refused(self, delivery: Delivery, part: PartRow, count: int) -> None:
        """A chat takes nothing any more."""
        text = note(
            'Nothing can be posted in {chat}: {reason}. Part {number} of {count} of "{title}" ({period}) and what '
            "comes after it were left out; the next issue will be tried again.",
            **_named(delivery, part, count),
        )
        await self._operators.tell(_chat(delivery.target), text)

    async def gave_up(self, delivery: Delivery, part: PartRow, count: int, window_s: float) -> None:
        """A chat took nothing for so long that it was given up."""
        text = note(
            'Part {number} of {count} of "{title}" ({period}) could not be posted in {chat} for {minutes} min.: '
            "{reason}. It was left out, and what comes after it.",
            minutes=round(window_s / 60),
            **_named(delivery, part, count),
        )
        await self._operators.tell(f"delivery {delivery.id}", text)

    async def works(self, target: Target) -> None:
        """A chat takes something again."""
        await self._operators.over(_chat(target))

    async def changed(self, delivery: Delivery) -> None:
        """The program makes other parts of an issue than it began with."""
        text = note(
            '"{title}" ({period}) was begun in {chat} by another version of the program, which divides it otherwise. '
            "So that nothing stands there twice, the rest was left out.",
            **_of(delivery),
        )
        await self._operators.tell(f"delivery {delivery.id}", text)

    async def broke(self, delivery: Delivery) -> None:
        """A fault of ours."""
        text = note(
            'Posting "{title}" ({period}) in {chat} broke off by a fault of ours, which is in the log. It goes on '
            "after a restart.",
            **_of(delivery),
        )
        await self._operators.tell(f"delivery {delivery.id}", text)

    async def absent(self, target: Target) -> None:
        """There is no such platform here."""
        text = note(
            "Nothing can be posted in {chat}: {platform} has no token.", chat=target.chat, platform=target.platform
        )
        await self._operators.tell(_chat(target), text)


def order(part: int, answer: str) -> str:
    """What a button asks for."""
    return f"op delivery {part} {answer}"


def _part(part: int) -> str:
    return f"delivery part {part}"


def _chat(target: Target) -> str:
    return f"delivery chat {target.chat}"


def _of(delivery: Delivery) -> dict[str, Any]:
    return {"title": delivery.title, "period": delivery.period, "chat": delivery.target.chat}


def _named(delivery: Delivery, part: PartRow, count: int) -> dict[str, Any]:
    return {
        **_of(delivery),
        "number": part.position + 1,
        "count": count,
        "opening": part.opening,
        "reason": spoken(part.reason or Reason.INTERRUPTED),
    }
