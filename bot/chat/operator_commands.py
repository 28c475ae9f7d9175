"""Orders: what operators press under what they are told, or type as `/op ...`, and who carries it out.

    Orders(config, access, {"backup": handler, "delivery": handler})    # op backup, op delivery 17 sent

Given in the operators' chats, and by who has a role that may.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.chat import replies
from bot.chat.access import Access
from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.message import Incoming
from bot.config import Config
from bot.config.model import OperatorsConfig
from bot.state.audit import AuditOutcome
from warehouse.messages import Message, UserError, nearest

PREFIX = "op"
"""The word that every order begins with."""


@dataclass(frozen=True)
class OperatorCommand:
    """`op delivery 17 sent`: the order's name, the words after it, and who gave it where."""

    name: str
    words: Sequence[str]
    incoming: Incoming


Handler = Callable[[OperatorCommand], Awaitable[Message]]
"""Carries an order out and says what was done. Raises UserError for an order that cannot be."""


def command(name: str, *words: object) -> str:
    """What a button carries."""
    return " ".join((PREFIX, name, *map(str, words)))


class OperatorCommands:
    """The register of orders, and who may give them."""

    def __init__(
        self,
        config: Config,
        access: Access,
        handlers: Mapping[str, Handler],
        pressed: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`handlers` are by the order's name; `pressed` hears of each that was carried out, as `command` writes it."""
        self._chats = frozenset(config.operators.chats)
        self._access, self._handlers, self._pressed = access, handlers, pressed

    async def carry_out(self, incoming: Incoming, said: Sequence[str]) -> Message:
        """Do what is said after `op`, and tell what was done.

        Raises UserError for whoever may not, or what is no order.
        """
        role = self._access.role(incoming)
        if f"{incoming.platform}:{incoming.chat}" not in self._chats and not (role and role.operator):
            raise UserError("Orders are taken in the operators' chat only.")
        name, *words = said or [""]
        if name not in self._handlers:
            known = nearest(name, sorted(self._handlers))
            raise UserError('There is no order "{given}". There are: {known}.', given=name, known=known)
        done = await self._handlers[name](OperatorCommand(name, words, incoming))
        if self._pressed:
            await self._pressed(command(name, *words))
        return done


class OperatorMessages:
    """Has orders carried out. All of the operators' chat sees what was done, in the language that is spoken there."""

    def __init__(self, settings: OperatorsConfig, answering: Answering, orders: OperatorCommands) -> None:
        self._settings, self._answering, self._orders = settings, answering, orders

    async def __call__(self, context: MessageContext) -> Response | None:
        if context.command_line.name != PREFIX:
            return None
        incoming, localizer = context.incoming, context.localizer
        if self._settings.language and f"{incoming.platform}:{incoming.chat}" in self._settings.chats:
            localizer = self._answering.localizer(self._settings.language, context.at)
        try:
            done = await self._orders.carry_out(incoming, context.command_line.words)
        except UserError as error:
            return Response(replies.sentence(error.message, localizer), AuditOutcome.REFUSED, str(error))
        return Response(replies.sentence(done, localizer, quiet=False))
