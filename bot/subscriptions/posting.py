"""A chat that takes nothing from us any more: what was to be told there ends, and the operators hear of it once."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.alerts import store as alerts
from bot.chat import replies
from bot.chat.answering import Answering
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.recurring import note_in
from bot.config import Config
from bot.delivery.model import Publication, Target
from bot.delivery.notices import Notifier
from bot.delivery.poster import Poster
from bot.schedule.rules import Due, due_after, due_before
from bot.schedule.runner import GRACE
from bot.schedule.writers import with_notes
from bot.state.store import State
from bot.subscriptions import messages, store
from bot.subscriptions import store as subscriptions
from bot.subscriptions.commands import calendar
from bot.subscriptions.messages import chat_gone
from bot.subscriptions.store import Subscription
from digests.document import Document, Paragraph, plain
from warehouse.messages import Message, Unreadable, UserError, note

ONCE = "came once"
CLOSED = "chat closed"
"""Why they ended, in the book."""


async def end_all(state: State, operators: Notifier, target: Target, now: datetime) -> None:
    """End the subscriptions and the alerts of a chat."""
    platform, chat = target.platform, target.place.chat

    def ended(connection: sa.Connection) -> tuple[int, int]:
        return (
            subscriptions.end_chat(connection, platform, chat, CLOSED, now),
            alerts.end_chat(connection, platform, chat, CLOSED, now),
        )

    counts = await state.run(ended)
    if any(counts):
        # Ended now, so that there is nothing to be over: each time some were ended is told.
        episode = f"subscriptions {target.chat} {now:%Y-%m-%dT%H:%M}"
        await operators.tell(episode, chat_gone(target.chat, *counts))


LOG = logging.getLogger(__name__)
BEAT_S = 10.0
PATIENCE = timedelta(minutes=10)
"""What cannot be answered just now is tried so long before its owner is told."""
AGAIN = timedelta(minutes=1)
"""So long after a try that failed comes the next."""
_AT_ONCE = 4
"""So many are computed together: people who ask go on being answered."""


class _Over(Exception):
    """There will be no answer any more."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


class Subscriptions:
    """Posts what is due. `tick` may come at any moment, twice, or late. Nothing it does raises."""

    def __init__(
        self,
        config: Config,
        state: State,
        answering: Answering,
        poster: Poster,
        operators: Notifier,
        clock: Callable[[], datetime],
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        """`works` tells in a transaction whether this process may."""
        self._calendar, self._window = calendar(config), timedelta(hours=config.subscriptions.window_h)
        self._state, self._answering, self._poster, self._operators = state, answering, poster, operators
        self._clock, self._works = clock, works
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._working: dict[int, asyncio.Task[None]] = {}
        self._failed: dict[int, datetime] = {}

    async def run(self) -> None:
        """Look for what is due, as long as the bot runs."""
        try:
            while True:
                await self.tick()
                await asyncio.sleep(BEAT_S)
        finally:
            for task in self._working.values():
                task.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def tick(self) -> None:
        """Begin what is due, without waiting for its end."""
        try:
            found = await self._state.run(self._active)
        except sa.exc.SQLAlchemyError as error:
            LOG.error("subscriptions cannot be read: %s", type(error).__name__)
            return
        now = self._clock()
        rules = {each.repeat: each.rule for each in found}  # many come at the same time
        newest = {repeat: due_before(rule, now, self._calendar) for repeat, rule in rules.items()}
        for each in found:
            due = newest[each.repeat]
            failed = self._failed.get(each.id)
            resting = failed is not None and failed <= now < failed + AGAIN
            if due and due.at > each.done_to and each.id not in self._working and not resting:
                task = self._working[each.id] = asyncio.create_task(self._attend(each, due, now))
                task.add_done_callback(lambda _, number=each.id: self._working.pop(number))  # type: ignore[misc]

    async def idle(self) -> None:
        """Wait until all that was begun is done."""
        while self._working:
            await asyncio.wait(self._working.values())

    def _active(self, connection: sa.Connection) -> list[Subscription]:
        """Return those that are not ended, where this process may work."""
        return store.active(connection) if self._works(connection) else []

    async def _attend(self, subscription: Subscription, due: Due, now: datetime) -> None:
        try:
            if now - due.at > self._window:
                LOG.info("subscription %s of %s was missed", subscription.id, due.at)
            elif not await self._made(subscription, due, now):
                return
            await self._state.run(store.done, subscription.id, due.at)
            if subscription.repeat.on:
                await self._state.run(store.end, subscription.id, ONCE, now)
            self._failed.pop(subscription.id, None)
        except Exception:
            LOG.exception("subscription %s was not posted", subscription.id)
            self._failed[subscription.id] = now

    async def _made(self, subscription: Subscription, due: Due, now: datetime) -> bool:
        """Post the answer, or why there is none; whether this time is done with."""
        try:
            async with self._slots:
                document = await self._answer(subscription, due, now)
        except _Over as over:
            await self._say(subscription, "over", messages.stopped(subscription, over.why))
            why = str(over.why)
            await self._state.run(store.end, subscription.id, why, now)
            return True
        except Exception as error:
            reason = _reason(error)
            if now - due.at < PATIENCE:
                LOG.info("subscription %s is tried again: %s", subscription.id, reason)
                self._failed[subscription.id] = now
                return False
            following = due_after(subscription.rule, now, self._calendar)
            assert following is not None
            await self._say(subscription, _key(due), messages.unanswered(subscription, reason, following.at))
            return True
        await self._post(subscription, _key(due), document, late=now - due.at > GRACE)
        return True

    async def _answer(self, subscription: Subscription, due: Due, now: datetime) -> Document:
        """The answer for the moment it was due, for somebody with the owner's role of now."""
        owner = subscription.owner
        snapshot = await self._answering.snapshot(now)
        context = self._answering.context(owner.incoming, owner.language, snapshot, now)
        if context is None or not self._answering.access.may_subscribe(owner.incoming):
            raise _Over(messages.ROLE_GONE)
        late = due.at if now - due.at > GRACE else None
        if text := note_in(subscription.question):
            told = Document(text, (Paragraph(plain(text)),), context.localizer.language)
            return messages.posted(with_notes(told, late, context.localizer), subscription, context.localizer)
        request = understand(f"/{subscription.question}", snapshot.vocabulary(context.role), due.at)
        if request is None or isinstance(request, Unclear):
            raise _Over(request.message if request else replies.NOTHING_ASKED)
        try:
            reply = await self._answering.answer(context, request)
        except Unreadable:
            raise
        except UserError as error:
            raise _Over(error.message) from error
        return messages.posted(with_notes(reply.document, late, context.localizer), subscription, context.localizer)

    async def _say(self, subscription: Subscription, key: str, text: Message) -> None:
        localizer = self._answering.localizer(subscription.owner.language, self._clock())
        await self._post(subscription, key, messages.sentence(text, localizer), late=False)

    async def _post(self, subscription: Subscription, key: str, document: Document, *, late: bool) -> None:
        target = subscription.owner.target
        await self._poster.post(Publication(subscription.subject, key, document), [target], late=late)
        if self._poster.closed(target):
            await end_all(self._state, self._operators, target, self._clock())


def _key(due: Due) -> str:
    return f"{due.at:%Y-%m-%dT%H:%M}"


def _reason(error: Exception) -> Message:
    """Why there is no answer this time, for its owner."""
    if isinstance(error, UserError):
        return error.message
    if isinstance(error, TimeoutError):
        return note("It took too long.")
    reference = secrets.token_hex(2)
    LOG.error("ref %s", reference, exc_info=error)
    return replies.fault(reference)
