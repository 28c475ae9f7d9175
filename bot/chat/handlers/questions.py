"""Questions and whatever else is let through to an answer: on how to ask, how things stand, and all others."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.chat import replies
from bot.chat.access import Allowance, Throttle
from bot.chat.answering import Answering
from bot.chat.context import SILENCE, MessageContext, Response
from bot.chat.manners import ANSWERS
from bot.chat.questions.missing import Missing
from bot.chat.questions.problems import Unclear
from bot.chat.questions.tokenize import Unknown, tokenize
from bot.chat.understanding import BACK, BUTTON, Meaning, earlier_question
from bot.state.audit import AuditOutcome, UnansweredReason
from digests.document import Block
from digests.localizer import Localizer
from digests.request import Request, Verb, command
from metrics.periods import to_local

BACK_WORDS = (BACK, "undo", "назад", "верни", "верни назад", "верни как было")
"""What a message says that goes back."""

StatusBlocks = Callable[[Localizer], Awaitable[tuple[Block, ...]]]
"""A part of what /status says."""


async def wordless(context: MessageContext) -> Response | None:
    """Say that pictures and files alone are not read."""
    if not context.incoming.text and context.incoming.content:
        return context.respond(replies.NO_WORDS, AuditOutcome.UNCLEAR)
    return None


class Help:
    """Says how to ask; what is not open to who asks is not told of."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, context: MessageContext) -> Response | None:
        request = await _question_of_kind(context, Verb.HELP)
        if request is None:
            return None
        asker = await context.request_context()
        if not self._answering.access.may_subscribe(context.incoming):
            asker = replace(asker, role=replace(asker.role, subscribe="none"))
        # Where a platform can say it to one person alone, how to ask is for who asked.
        return Response(replace(await self._answering.answer(asker, request), quiet=True))


class Status:
    """Says how fresh the records are, and `parts` after that."""

    def __init__(self, answering: Answering, parts: Sequence[StatusBlocks] = ()) -> None:
        self._answering, self._parts = answering, tuple(parts)

    async def __call__(self, context: MessageContext) -> Response | None:
        request = await _question_of_kind(context, Verb.STATUS)
        if request is None:
            return None
        reply = await self._answering.answer(await context.request_context(), request)
        more = [block for blocks in self._parts for block in await blocks(context.localizer)]
        return Response(replace(reply, document=replace(reply.document, blocks=(*reply.document.blocks, *more))))


class Back:
    """Brings back what a message answered before a button was pressed under it."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, context: MessageContext) -> Response | None:
        if " ".join(word.folded for word in context.utterance.words) not in BACK_WORDS:
            return None
        previous = await context.previous()
        if previous is None or not previous.trail:
            return None if previous is None else context.respond(replies.NOTHING_BEFORE, AuditOutcome.UNCLEAR)
        *trail, question = previous.trail
        vocabulary = await context.vocabulary()
        request = earlier_question(replace(previous, question=question), vocabulary, context.at)
        if request is None:
            return context.respond(replies.NOTHING_BEFORE, AuditOutcome.UNCLEAR)
        reply = await self._answering.answer(await context.request_context(), request)
        if trail and context.incoming.pressed:
            reply = replies.with_back(reply, context.localizer)
        return Response(reply, request=request, trail=tuple(trail), how=BACK)


class Questions:
    """Answers all that is left; what is no question gets a sentence on how to ask."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, context: MessageContext) -> Response:
        match await context.question():
            case None:
                return context.respond(replies.NOTHING_ASKED, AuditOutcome.UNCLEAR, miss=UnansweredReason.NO_QUESTION)
            case Unclear() as found:
                if await _is_unknown_command(context, found):
                    found = replace(found, message=replies.no_command(context.command_line.name))
                said = replies.unclear(found, await context.wording())
                miss = UnansweredReason.SEVERAL if found.readings else UnansweredReason.WORDS
                return Response(said, AuditOutcome.UNCLEAR, str(found.message), miss=miss)
            case Missing(kind, message):
                return context.respond(message, AuditOutcome.UNCLEAR, kind, miss=UnansweredReason.ABSENT)
            case meaning:
                return await self._answer(context, meaning)

    async def _answer(self, context: MessageContext, meaning: Meaning) -> Response:
        request = meaning.request
        reply = await self._answering.answer(await context.request_context(), request)
        reply = replies.presented(reply, meaning, await context.wording())
        pressed = context.incoming.pressed is not None
        previous = await context.previous() if pressed or meaning.earlier else None
        is_other = previous is not None and previous.question != command(request)
        trail = (*previous.trail, previous.question) if previous and is_other and not reply.beside else ()
        if pressed and trail:
            reply = replies.with_back(reply, context.localizer)
        clues = (*((BUTTON,) if pressed else ()), *meaning.clues)
        return Response(reply, request=request, trail=trail, how=",".join(clues) or None)


async def _is_unknown_command(context: MessageContext, found: Unclear) -> bool:
    """Whether it begins with a command that there is not, and that is near to nothing: it may be another bot's."""
    if not context.incoming.text.lstrip().startswith("/") or context.incoming.pressed:
        return False
    near = any(reading.verb not in (Verb.METRICS, Verb.HELP) for reading in found.readings)
    today = to_local(context.at, (names := await context.vocabulary()).timezone).date()
    first = tokenize(context.utterance.words[:1], names, today)
    return not near and bool(first) and isinstance(first[0].meanings[0], Unknown)


async def _question_of_kind(context: MessageContext, verb: Verb) -> Request | None:
    """The question, if it is one of a kind."""
    meant = await context.question()
    return meant.request if isinstance(meant, Meaning) and meant.request.verb is verb else None


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
