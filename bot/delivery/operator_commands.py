"""The operators' word on a part: `op delivery 17 sent`, `op delivery 17 again`."""

from __future__ import annotations

from bot.chat.operator_commands import Handler, OperatorCommand
from bot.delivery.notices import AGAIN, ARRIVED, order
from bot.delivery.poster import Poster
from warehouse.messages import Message, note

PREFIX = "delivery"


async def handle(poster: Poster, text: str) -> Message:
    """Do what is ordered: the words after `op delivery`. What to answer; never raises for what was written."""
    match text.split():
        case [number, answer] if number.isdecimal() and answer in (ARRIVED, AGAIN):
            return await poster.resolve(int(number), answer == ARRIVED)
    return note("Write {example}, or {other}.", example=order(17, ARRIVED), other=order(17, AGAIN))


def handler(poster: Poster) -> Handler:
    """`handle`, as orders are carried out."""

    async def ordered(order: OperatorCommand) -> Message:
        return await handle(poster, " ".join(order.words))

    return ordered
