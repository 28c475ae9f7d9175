"""What people say of subscriptions: make one, list them, cancel one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import assert_never

from bot.chat import replies
from bot.chat.answering import Answering, RequestContext
from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.chat.questions.interpret import interpret
from bot.chat.questions.missing import Missing
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Understood
from bot.chat.questions.recurring import (
    SUBSCRIBE,
    ListSubscriptions,
    Repeat,
    Subscribe,
    Unsubscribe,
    note_in,
    subscribing,
)
from bot.chat.questions.text import Utterance
from bot.chat.wording import Wording
from bot.config import Config
from bot.schedule.rules import WorkCalendar, due_after
from bot.state.store import State
from bot.subscriptions import messages, store
from bot.subscriptions.store import Subscription, owner_of
from digests.document import Action, Actions, Document, Paragraph, plain
from digests.request import Request, Verb, command
from warehouse.messages import UserError, note

_VERBS = (
    *(Verb.FIGURE, Verb.WHY, Verb.OVERVIEW, Verb.BRIEF, Verb.PLAN, Verb.PACE, Verb.RATING, Verb.DIGEST, Verb.REPORT),
)
_NOON = time(12)


class SubscriptionCommands:
    """Carries out what is said."""

    def __init__(self, config: Config, state: State, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._settings = config.subscriptions
        self._calendar = calendar(config)
        self._state, self._answering, self._clock = state, answering, clock

    async def __call__(self, message: MessageContext) -> Response | None:
        """What to answer; None, if it is not about subscriptions. Raises UserError for what cannot be."""
        if subscribing(message.utterance) is None:
            return None
        done = await self.carried_out(await message.request_context(), message.utterance)
        return Response(Reply(done)) if done else None

    async def carried_out(self, context: RequestContext, said: Utterance) -> Document | None:
        """Return what to say to a command; None, if words are none. Raises UserError for what cannot be."""
        asked = subscribing(said)
        return await self._done(context, asked) if asked else None

    async def proposed(self, context: RequestContext, question: str, repeat: Repeat | None) -> Document:
        """Ask whether a question is to be answered again and again, or once, as it was understood.

        Raises UserError for what cannot be.
        """
        return await self._subscribe(context, question, repeat, confirmed=False)

    async def _done(self, context: RequestContext, asked: Subscribe | ListSubscriptions | Unsubscribe) -> Document:
        match asked:
            case Subscribe(question, repeat):
                return await self._subscribe(context, question, repeat)
            case ListSubscriptions():
                return await self._list(context)
            case Unsubscribe(number):
                return await self._cancel(context, number)
            case _:
                assert_never(asked)

    async def _subscribe(
        self, context: RequestContext, question: str, repeat: Repeat | None, *, confirmed: bool = True
    ) -> Document:
        check_right(self._answering, context)
        usual = time.fromisoformat(self._settings.at)
        whole = replace(repeat, at=repeat.at or usual) if repeat else None
        unsaid = usual_period(whole) if whole else "yesterday"
        if whole and whole.on and (text := self._note(context, question, confirmed=confirmed)):
            return await self._reminded(context, text, whole, confirmed=confirmed)
        read = self._understood if confirmed else self._interpreted
        request = read(context, question, unsaid)
        if isinstance(request, Unclear):
            when = whole.words if whole else ""
            return unclear(context, request, lambda each: f"{SUBSCRIBE} {each} {when}".strip())
        if request.verb not in _VERBS or (request.verb is Verb.REPORT and request.report is None):
            raise UserError(messages.ONLY_QUESTIONS.id, **messages.ONLY_QUESTIONS.params)
        if request.rating and request.rating.of == "me" and not context.incoming.private:
            raise UserError(messages.IN_PRIVATE.id)
        if whole is None:
            return messages.how_often(question, self._settings.at, context.localizer)
        await self._answering.answer(context, request)  # what cannot be answered now is not promised
        wording = Wording(context.snapshot.vocabulary(context.role), context.localizer, relative=True)
        if not confirmed:
            return messages.proposed(request, whole, wording)
        made = await self._made(context, command(request), whole)
        due = due_after(made.rule, self._clock(), self._calendar)
        assert due is not None
        if whole.on:
            return messages.will_remind(made, wording.question(request), context.localizer)
        said = self._understood(context, question, "mtd") == request
        unnamed = None if said or not request.selection else unsaid
        return messages.made(made, wording.question(request), due.at, unnamed, context.localizer)

    def _note(self, context: RequestContext, question: str, *, confirmed: bool) -> str | None:
        """What somebody is to be reminded of that is no question: words that are not all understood as one."""
        if confirmed or note_in(question):
            return note_in(question)
        found = interpret(f"/{question}", context.snapshot.vocabulary(context.role), self._clock())
        if isinstance(found, Understood) and not found.reading.unused:
            return None
        return " ".join(question.replace('"', " ").split()) or None

    async def _reminded(self, context: RequestContext, text: str, when: Repeat, *, confirmed: bool) -> Document:
        if not confirmed:
            return messages.proposed_note(text, when, context.localizer)
        made = await self._made(context, f'"{text}"', when)
        return messages.will_remind(made, text, context.localizer)

    def _understood(self, context: RequestContext, question: str, unsaid: str) -> Request | Unclear:
        if not question:
            return Unclear(note("Say what is to come, and how often: {example}.", example=messages.EXAMPLE))
        vocabulary = context.snapshot.vocabulary(context.role)
        found = understand(f"/{question}", vocabulary, self._clock(), unsaid=unsaid)
        return found or Unclear(replies.NOTHING_ASKED)

    def _interpreted(self, context: RequestContext, question: str, unsaid: str) -> Request | Unclear:
        """The same of words as people write them: what they are taken for is said, and confirmed."""
        found = interpret(f"/{question}", context.snapshot.vocabulary(context.role), self._clock(), unsaid=unsaid)
        if isinstance(found, Missing):
            return Unclear(found.message)
        return found.request if isinstance(found, Understood) else found or Unclear(replies.NOTHING_ASKED)

    async def _made(self, context: RequestContext, question: str, repeat: Repeat) -> Subscription:
        """A new subscription; the one that is there, if it is the same."""
        owner = owner_of(context.incoming, context.localizer.language)
        here = await self._here(context)
        for each in here:
            if (each.question, each.repeat, each.owner.thread) == (question, repeat, owner.thread):
                return each
        if len(here) >= self._settings.per_chat:
            raise UserError("There are {n} subscriptions here, and no more can be: cancel one first.", n=len(here))
        return await self._state.run(store.add, owner, question, repeat, self._clock())

    async def _list(self, context: RequestContext) -> Document:
        here = await self._here(context)
        return messages.listed([(each, self._words_of(context, each)) for each in here], context.localizer)

    def _words_of(self, context: RequestContext, subscription: Subscription) -> str:
        """A question in the reader's words; as it is kept, where it is not understood any more."""
        if text := note_in(subscription.question):
            return text
        vocabulary = context.snapshot.vocabulary(context.role)
        found = understand(f"/{subscription.question}", vocabulary, self._clock())
        if not isinstance(found, Request):
            return subscription.question
        return Wording(vocabulary, context.localizer, relative=True).question(found)

    async def _here(self, context: RequestContext) -> list[Subscription]:
        incoming = context.incoming
        return await self._state.run(store.of_chat, incoming.platform, incoming.chat)

    async def _cancel(self, context: RequestContext, number: int | None) -> Document:
        found = next((each for each in await self._here(context) if each.id == number), None)
        if found is None:
            return await self._list(context)
        check_owner(self._answering, context, found.owner.person)
        await self._state.run(store.end, found.id, context.incoming.person, self._clock())
        said = self._words_of(context, found)
        text = note('Subscription {number} to "{question}" is cancelled.', number=found.id, question=said)
        return messages.sentence(text, context.localizer)


def calendar(config: Config) -> WorkCalendar:
    """The centre's clock; no day is moved."""
    return WorkCalendar(config.centre.timezone, lambda _: True)


def usual_period(repeat: Repeat) -> str:
    """What is meant where no period is said: once a week the week before, in the morning the day before.

    What is to come but once is of its own day.
    """
    if repeat.on is not None:
        return "today"
    if repeat.days is not None and len(repeat.days) == 1:
        return "last week"
    return "yesterday" if repeat.at is not None and repeat.at < _NOON else "today"


def check_right(answering: Answering, context: RequestContext) -> None:
    """Raise UserError for who may not have something told here."""
    if not answering.access.may_subscribe(context.incoming):
        raise UserError((messages.NOT_YOURS if context.incoming.private else messages.NOT_HERE).id)


def check_owner(answering: Answering, context: RequestContext, person: str) -> None:
    """Raise UserError for who may not end what somebody else made."""
    if context.incoming.person != person:
        check_right(answering, context)


def unclear(context: RequestContext, found: Unclear, whole: Callable[[str], str]) -> Document:
    """What was not understood, with the nearest to press; `whole` puts a question into what was asked for."""
    localizer = context.localizer
    wording = Wording(context.snapshot.vocabulary(context.role), localizer)
    actions = tuple(Action(wording.button(reading), whole(command(reading))) for reading in found.readings)
    said = Paragraph(plain(localizer.say(found.message)))
    return Document(localizer.say(found.message), (said, Actions(actions)) if actions else (said,), localizer.language)
