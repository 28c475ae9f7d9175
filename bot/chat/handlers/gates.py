"""Those who let messages through to the next, or answer in their place."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.chat import replies
from bot.chat.access import Allowance, Throttle
from bot.chat.context import SILENCE, MessageContext, Response
from bot.chat.manners import ANSWERS
from bot.state.audit import AuditOutcome


async def shared_pictures(context: MessageContext) -> Response | None:
    """Pass over pictures that people show each other in groups; an album in private is answered once."""
    incoming = context.incoming
    wordless = not incoming.text and incoming.content
    return SILENCE if wordless and (context.continues_album or not incoming.private) else None


class Throttling:
    """Takes so many messages a minute from a person."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` never goes back."""
        self._per_minute, self._clock = per_minute, clock
        self._throttle = Throttle(per_minute)

    async def __call__(self, context: MessageContext) -> Response | None:
        incoming = context.incoming
        match self._throttle.ask(f"{incoming.platform}:{incoming.person}", self._clock()):
            case Allowance.GRANTED:
                return None
            case Allowance.SPENT:
                return context.respond(replies.spent(self._per_minute), AuditOutcome.THROTTLED)
            case Allowance.SILENT:
                return Response(None, AuditOutcome.THROTTLED)


async def strangers(context: MessageContext) -> Response | None:
    """Tell whom nobody knows their id: no more is for them."""
    if context.role is None:
        return context.respond(replies.stranger(context.incoming), AuditOutcome.REFUSED, "unknown")
    return None


async def courtesies(context: MessageContext) -> Response | None:
    """Return thanks and greetings with a word, where they are for us; what wants no answer gets none."""
    meant = context.courtesy
    if meant is None:
        return None
    answer = ANSWERS.get(meant)
    if answer is None or context.incoming.aside:
        return SILENCE
    return context.respond(answer, AuditOutcome.COURTESY)
