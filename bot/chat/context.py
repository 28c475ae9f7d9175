"""One message on its way through those who may answer it: who said it and what, read once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from bot.chat import replies
from bot.chat.access import Role
from bot.chat.answering import Answering, RequestContext
from bot.chat.conversation import Conversation
from bot.chat.manners import Courtesy, courtesy
from bot.chat.message import CommandLine, Incoming, Reply, command_line
from bot.chat.questions.text import Utterance
from bot.chat.questions.vocabulary import Vocabulary
from bot.chat.understanding import ContextualUtterance, Meaning, Understanding, understanding
from bot.chat.wording import Wording
from bot.state.audit import AuditOutcome, UnansweredReason
from bot.state.turns import Turn
from digests.localizer import Localizer
from digests.request import Request
from warehouse.messages import Message


@dataclass(frozen=True)
class Response:
    """What a handler makes of a message: the reply, or silence, and what the audit log says of it."""

    reply: Reply | None
    outcome: AuditOutcome | None = AuditOutcome.ANSWERED
    """None: it was people's own talk, and is not written down."""
    detail: str | None = None
    request: Request | None = None
    """What was answered: it may be asked on."""
    trail: tuple[str, ...] = ()
    """The questions that it came from, in canonical words, which can be gone back to."""
    how: str | None = None
    """By what evidence it was understood, if not word by word."""
    miss: UnansweredReason | None = None
    """Why there is no answer."""


SILENCE = Response(None, None)


class MessageContext:
    """What handlers know of a message. What takes records to know is found out when it is first wanted."""

    during_dialogue = False
    """Whether it is a question that was asked while something else is being written."""

    def __init__(
        self,
        incoming: Incoming,
        at: datetime,
        language: str,
        answering: Answering,
        conversation: Conversation,
        *,
        continues_album: bool = False,
    ) -> None:
        """`continues_album`: another picture of the album that the chat's last message was of."""
        self.incoming, self.at = incoming, at
        self.localizer: Localizer = answering.localizer(language, at)
        self.role: Role | None = answering.access.role(incoming)
        self.continues_album = continues_album
        self._answering, self._conversation = answering, conversation
        self._previous: tuple[Turn | None] | None = None
        self._request_context: RequestContext | None = None
        self._question: tuple[Understanding] | None = None

    @cached_property
    def utterance(self) -> Utterance:
        """The message as a question is read: its words, without what it is addressed with."""
        return self._answering.read(self.incoming.text, self.at)

    @cached_property
    def command_line(self) -> CommandLine:
        """Its first line, as a command is read."""
        return command_line(self.incoming.text)

    @cached_property
    def courtesy(self) -> Courtesy | None:
        """What courtesy it is, if it is nothing else; a press is none."""
        return courtesy(self.utterance) if self.incoming.pressed is None else None

    async def previous(self) -> Turn | None:
        """Return the answer that it is about, if it is about one."""
        if self._previous is None:
            self._previous = (await self._conversation.previous(self.incoming, self.at),)
        return self._previous[0]

    async def request_context(self) -> RequestContext:
        """Return as whom, and of which state of the records, is asked. For those alone who have a role.

        Raises UserError if the records cannot be read.
        """
        if self._request_context is None:
            assert self.role is not None, "nobody without a role is let through to those who answer"
            snapshot = await self._answering.snapshot(self.at)
            self._request_context = RequestContext(self.incoming, self.role, self.localizer, snapshot)
        return self._request_context

    async def vocabulary(self) -> Vocabulary:
        """Return what may be asked for by name. Raises UserError like `request_context`."""
        context = await self.request_context()
        return context.snapshot.vocabulary(context.role)

    async def wording(self) -> Wording:
        """Return the words in which questions are said to who asks. Raises UserError like `request_context`."""
        return Wording(await self.vocabulary(), self.localizer)

    async def question(self) -> Understanding:
        """Return what is asked; None, if it does not look like a question. Raises UserError like `request_context`."""
        if self._question is None:
            incoming = self.incoming
            vocabulary = await self.vocabulary()
            previous = None if incoming.pressed or self.utterance.too_long else await self.previous()
            asked = ContextualUtterance(
                self.utterance, previous, in_reply=bool(incoming.reply_to), aside=incoming.aside
            )
            self._question = (understanding(asked, vocabulary, self.at),)
        return self._question[0]

    @property
    def request(self) -> Request | None:
        """What was understood, if it has been looked at and is a question."""
        found = self._question[0] if self._question else None
        return found.request if isinstance(found, Meaning) else None

    def respond(
        self,
        message: Message,
        outcome: AuditOutcome = AuditOutcome.ANSWERED,
        detail: str | None = None,
        miss: UnansweredReason | None = None,
    ) -> Response:
        """Return a response of one sentence."""
        return Response(replies.sentence(message, self.localizer), outcome, detail, miss=miss)


class Handler(Protocol):
    """Somebody who may answer a message.

    Returns None for what is not theirs, so that the next in the list is asked. Raises UserError for what cannot be,
    TimeoutError for what takes too long: both become the sentence that is said.
    """

    async def __call__(self, context: MessageContext, /) -> Response | None: ...
