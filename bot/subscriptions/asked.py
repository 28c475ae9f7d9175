"""What people say of subscriptions: make one, list them, cancel one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import assert_never

from bot.answering import sentences
from bot.answering.answering import Answering, Asking
from bot.commands.parse import Unclear, understand
from bot.commands.repeating import Repeat
from bot.commands.subscribing import SUBSCRIBE, ListSubscriptions, Subscribe, Unsubscribe, subscribing
from bot.config import Config
from bot.heard import Reply
from bot.schedule.rules import Calendar, due_after
from bot.state.store import State
from bot.subscriptions import book, wording
from bot.subscriptions.book import Subscription
from bot.subscriptions.owner import owner_of
from digests.document import Action, Actions, Document, Paragraph, plain
from digests.enquiry import Request, Verb, command
from warehouse.messages import Mistake, note

_VERBS = (Verb.FIGURE, Verb.WHY, Verb.RATING, Verb.DIGEST)
_NOON = time(12)


class SubscriptionCommands:
    """Carries out what is said; Answering calls it before it reads a question."""

    def __init__(self, config: Config, state: State, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._settings = config.subscriptions
        self._calendar = calendar(config)
        self._state, self._answering, self._clock = state, answering, clock

    async def __call__(self, asking: Asking) -> Reply | None:
        """What to answer; None, if it is not about subscriptions. Raises Mistake for what cannot be."""
        match subscribing(asking.heard.text):
            case Subscribe(question, repeat):
                return Reply(await self._subscribe(asking, question, repeat))
            case ListSubscriptions():
                return Reply(wording.listed(await self._here(asking), asking.words))
            case Unsubscribe(number):
                return Reply(await self._cancel(asking, number))
            case None:
                return None
            case asked:
                assert_never(asked)

    async def _subscribe(self, asking: Asking, question: str, repeat: Repeat | None) -> Document:
        check_right(self._answering, asking)
        usual = time.fromisoformat(self._settings.at)
        whole = replace(repeat, at=repeat.at or usual) if repeat else None
        unsaid = usual_period(whole) if whole else "yesterday"
        request = self._understood(asking, question, unsaid)
        if isinstance(request, Unclear):
            when = whole.words if whole else ""
            return unclear(asking, request, lambda each: f"{SUBSCRIBE} {each} {when}".strip())
        if request.verb not in _VERBS:
            raise Mistake(wording.ONLY_QUESTIONS.id, **wording.ONLY_QUESTIONS.params)
        if request.rating and request.rating.of == "me" and not asking.heard.private:
            raise Mistake(wording.IN_PRIVATE.id)
        if whole is None:
            return wording.how_often(question, self._settings.at, asking.words)
        await self._answering.answer(asking, request)  # what cannot be answered now is not promised
        made = await self._made(asking, command(request), whole)
        due = due_after(made.rule, self._clock(), self._calendar)
        assert due is not None
        said = self._understood(asking, question, "mtd") == request
        return wording.made(made, due.at, None if said or not request.enquiry else unsaid, asking.words)

    def _understood(self, asking: Asking, question: str, unsaid: str) -> Request | Unclear:
        if not question:
            return Unclear(note("Say what is to come, and how often: {example}.", example=wording.EXAMPLE))
        vocabulary = asking.board.vocabulary(asking.role)
        found = understand(f"/{question}", vocabulary, self._clock(), unsaid=unsaid)
        return found or Unclear(sentences.NOTHING_ASKED)

    async def _made(self, asking: Asking, question: str, repeat: Repeat) -> Subscription:
        """A new subscription; the one that is there, if it is the same."""
        owner = owner_of(asking.heard, asking.words.language)
        here = await self._here(asking)
        for each in here:
            if (each.question, each.repeat, each.owner.thread) == (question, repeat, owner.thread):
                return each
        if len(here) >= self._settings.per_chat:
            raise Mistake("There are {n} subscriptions here, and no more can be: cancel one first.", n=len(here))
        return await self._state.run(lambda c: book.add(c, owner, question, repeat, self._clock()))

    async def _here(self, asking: Asking) -> list[Subscription]:
        heard = asking.heard
        return await self._state.run(lambda c: book.of_chat(c, heard.platform, heard.chat))

    async def _cancel(self, asking: Asking, number: int | None) -> Document:
        found = next((each for each in await self._here(asking) if each.id == number), None)
        if found is None:
            return wording.listed(await self._here(asking), asking.words)
        check_owner(self._answering, asking, found.owner.person)
        await self._state.run(lambda c: book.end(c, found.id, asking.heard.person, self._clock()))
        text = note('Subscription {number} to "{question}" is cancelled.', number=found.id, question=found.question)
        return wording.sentence(text, asking.words)


def calendar(config: Config) -> Calendar:
    """The centre's clock; no day is moved."""
    return Calendar(config.centre.timezone, lambda _: True)


def usual_period(repeat: Repeat) -> str:
    """What is meant where no period is said: once a week the week before, in the morning the day before."""
    if repeat.days is not None and len(repeat.days) == 1:
        return "last week"
    return "yesterday" if repeat.at is not None and repeat.at < _NOON else "today"


def check_right(answering: Answering, asking: Asking) -> None:
    """Raise Mistake for who may not have something told here."""
    if not answering.access.may_subscribe(asking.heard):
        raise Mistake((wording.NOT_YOURS if asking.heard.private else wording.NOT_HERE).id)


def check_owner(answering: Answering, asking: Asking, person: str) -> None:
    """Raise Mistake for who may not end what somebody else made."""
    if asking.heard.person != person:
        check_right(answering, asking)


def unclear(asking: Asking, found: Unclear, whole: Callable[[str], str]) -> Document:
    """What was not understood, with the nearest to press; `whole` puts a question into what was asked for."""
    words, vocabulary = asking.words, asking.board.vocabulary(asking.role)
    actions = tuple(
        Action(whole(sentences.label(reading, vocabulary)), whole(command(reading))) for reading in found.readings
    )
    said = Paragraph(plain(words.say(found.message)))
    return Document(words.say(found.message), (said, Actions(actions)) if actions else (said,), words.language)
