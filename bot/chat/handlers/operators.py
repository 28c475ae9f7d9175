"""Operators' commands, as they are given in chats."""

from __future__ import annotations

from bot.chat import replies
from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.operator_commands import PREFIX, OperatorCommands
from bot.config.model import OperatorsConfig
from bot.state.audit import AuditOutcome
from warehouse.messages import UserError


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
