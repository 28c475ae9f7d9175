"""What is written for an issue: the next message of a dialogue, and the commands of the editors' side."""

from __future__ import annotations

from typing import Protocol

from bot.chat.context import MessageContext, Response
from bot.chat.message import CommandLine, Incoming, Reply
from bot.chat.questions.text import Utterance
from bot.chat.understanding import Meaning
from digests.localizer import Localizer
from digests.request import Request
from warehouse.messages import UserError


class EditorialInbox(Protocol):
    """Whoever takes what is written for an issue. Raises UserError for what cannot be."""

    async def awaits(self, incoming: Incoming) -> bool:
        """Whether it is the next message of a dialogue. Never raises."""
        ...

    async def take(self, incoming: Incoming, localizer: Localizer) -> Reply | None:
        """What to answer to the next message of a dialogue, if anything."""
        ...

    async def answer(self, incoming: Incoming, line: CommandLine, localizer: Localizer) -> Reply | None:
        """The reply to a command of the inbox; None for what is none."""
        ...


class EditorialDialogue:
    """Takes the next message of a dialogue, unless it is a question, or a courtesy, in all of its words.

    However many come within a minute: pictures come by the dozen.
    """

    def __init__(self, inbox: EditorialInbox) -> None:
        self._inbox = inbox

    async def __call__(self, context: MessageContext) -> Response | None:
        if not await self._inbox.awaits(context.incoming):
            return None
        private = context.incoming.private and not _has_pictures(context)
        context.during_dialogue = (private and context.courtesy is not None) or await _is_question(context)
        if context.during_dialogue:
            return None
        return Response(await self._inbox.take(context.incoming, context.localizer))


class EditorialCommands:
    """Answers the commands of the inbox."""

    def __init__(self, inbox: EditorialInbox) -> None:
        self._inbox = inbox

    async def __call__(self, context: MessageContext) -> Response | None:
        if context.incoming.aside or context.during_dialogue:
            return None
        reply = await self._inbox.answer(context.incoming, context.command_line, context.localizer)
        return Response(reply) if reply else None


async def _is_question(context: MessageContext) -> bool:
    """Whether what is said in private while something is being written is a question, in all of its words."""
    incoming = context.incoming
    if context.role is None or not incoming.private or "\n" in incoming.text or _has_pictures(context):
        return False
    try:
        meant = await context.question()
        return isinstance(meant, Meaning) and meant.exact and _is_asked(context.utterance, meant.request)
    except UserError:
        return False


_ASKING = frozenset(
    (
        *("compare", "give", "how", "show", "tell", "what", "which", "who", "why"),
        *("дай", "как", "какая", "какие", "какое", "какой", "когда", "кто", "отчего", "покажи", "почему", "скажи"),
        *("сколько", "сравни", "что"),
    )
)
_DAYS = frozenset(("now", "today", "yesterday", "вчера", "позавчера", "сегодня", "сейчас"))


def _is_asked(said: Utterance, request: Request) -> bool:
    """Whether words that may be read as a question ask: «Итоги мая» and «Звонки и чаты» are titles of columns."""
    folded = [word.folded for word in said.words]
    if "?" in said.text or not _ASKING.isdisjoint(folded[:1]):
        return True
    selection = request.selection
    if selection is None or selection.versus is not None:
        return False
    return not _DAYS.isdisjoint(folded) or (folded[0].isascii() and folded[0] == selection.metric)


def _has_pictures(context: MessageContext) -> bool:
    content = context.incoming.content
    return bool(content and content.pictures)
