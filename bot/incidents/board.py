"""What stands of incidents in the chats where they began: one message each, changed where it stands, and reminders.

What is shown follows what is written: whoever writes says so, and what is missed (a platform that is away, a program
that was killed) is made good the next time everything is looked at. Nothing here raises.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts import messages as alert_messages
from bot.alerts import store as alerts
from bot.channels.protocol import AnyChannel, DeliveryFailed, NotEditable, Receipt
from bot.chat.answering import Answering
from bot.chat.message import Incoming
from bot.delivery import ledger
from bot.delivery.model import Publication
from bot.delivery.poster import Poster
from bot.incidents import messages, store
from bot.incidents.book import IncidentBook
from bot.incidents.store import EntryRevision, IncidentRecord
from bot.state.store import State
from digests.document import Document
from digests.figures import line_title
from digests.incidents import account_of
from digests.result import Session
from metrics.incidents import BEFORE, Account, IncidentScope
from warehouse.messages import N_, UserError

LOG = logging.getLogger(__name__)
LOOK_EVERY_S = 20.0
COUNTED_EVERY = timedelta(minutes=5)
"""So long the minutes that numbers add stand before they are counted anew."""
_MOST = (25, 12, 6, 3)
"""So many moments a timeline shows, the most that one message holds."""
UNTOLD = timedelta(minutes=60)
"""After so long without a word to clients the chat is reminded."""


class IncidentBoard:
    """Shows timelines and reminds. `works` tells in a transaction whether this process may."""

    def __init__(
        self,
        state: State,
        book: IncidentBook,
        answering: Answering,
        poster: Poster,
        channels: Sequence[AnyChannel],
        clock: Callable[[], datetime],
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        self._state, self._book, self._answering, self._poster = state, book, answering, poster
        self._channels: Mapping[str, AnyChannel] = {channel.key: channel for channel in channels}
        self._clock, self._works = clock, works
        self._woken = asyncio.Event()
        self._counted: dict[int, tuple[datetime, Account | None]] = {}

    def wake(self) -> None:
        """Something was written: look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Look whenever something was written, and at a steady pace, as long as the bot runs."""
        while True:
            self._woken.clear()
            await self.tick()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def tick(self) -> None:
        """Let the chats and the records follow what was written. May come at any moment, twice, or late."""
        try:
            if not await self._state.run(self._works):
                return
            for record in await self._book.records():
                await self._follow(record)
            await self._book.store_records(self._clock())
        except UserError as error:
            LOG.info("incidents are stored later: %s", error)
        except (SQLAlchemyError, TimeoutError) as error:
            LOG.error("incidents were not looked at: %s", type(error).__name__)
        except Exception:
            LOG.exception("incidents were not looked at")

    async def replied(self, incoming: Incoming) -> int | None:
        """The incident whose timeline a message replies to."""
        if incoming.reply_to is None:
            return None
        for record in reversed(await self._book.records(incoming.platform, incoming.chat)):
            for number in range(1, record.messages + 1):
                if incoming.reply_to in await self._names(record, number):
                    return record.number
        return None

    async def _names(self, record: IncidentRecord, number: int) -> tuple[str | None, ...]:
        """What the platform calls one of the messages that a timeline had."""
        channel = self._channels.get(record.owner.platform)
        sent = await self._sent(record, number)
        if channel is None or sent is None:
            return ()
        place = channel.reply_place(record.owner.target.place, sent[1])
        return (place.reply_to, place.thread if place.thread != record.owner.thread else None)

    async def _follow(self, record: IncidentRecord) -> None:
        """Show an incident as it stands and remind of what is due; one that is over and shown is left alone."""
        goes_on = record.incident.resolved is None
        if not goes_on and record.stored == record.revision and record.shown:
            return
        if record.owner.platform not in self._channels:
            return
        try:
            if goes_on:
                record = await self._with_alerts(record)
            await self._show(record)
            if goes_on:
                await self._remind(record)
        except UserError as error:
            LOG.info("incident %s is shown later: %s", record.number, error)
        except Exception:
            LOG.exception("incident %s was not shown", record.number)

    async def _with_alerts(self, record: IncidentRecord) -> IncidentRecord:
        """Write into a timeline that an alert of its chat, on its lines or the whole centre, began: once for each."""
        since, now = record.incident.started - BEFORE, self._clock()
        owner = record.owner
        found = await self._state.run(alerts.began_in, owner.platform, owner.chat, since, now)
        for alert, at in found:
            event = f"alert:{alert.id}:{at:%Y-%m-%dT%H:%M:%S}"
            if (alert.line and record.lines and alert.line not in record.lines) or await self._book.written(event):
                continue
            snapshot = await self._answering.snapshot(now)
            calculator = snapshot.workplace(owner.language).calculator
            localizer = self._answering.localizer(owner.language, now)
            said = alert_messages.bound_said(calculator, alert, localizer)
            entry = EntryRevision(event, "metric", max(at, record.incident.started), said, "", now, internal=True)
            record = await self._state.run(store.write, record.number, entry)
        return record

    async def _show(self, record: IncidentRecord) -> None:
        document = await self._composed(record)
        words = sha256(repr(document).encode()).hexdigest()
        if words == record.shown:
            return
        number, sent = record.messages, await self._sent(record, record.messages)
        if sent is not None:
            failure = await self._edited(record, sent, document)
            if failure is None:
                await self._state.run(store.shown, record, words, number)
                return
            if not isinstance(failure, NotEditable):
                LOG.info("incident %s is shown later: %s", record.number, failure)
                return
            number += 1  # what stands there cannot be changed any more: another message goes on
        issue = Publication(record.subject, f"timeline {number}", document)
        begun = await self._state.run(ledger.known, issue, record.owner.target)
        await self._poster.post(issue, [record.owner.target])
        # What was begun before is posted as it was then, and changed the next time.
        await self._state.run(store.shown, record, words if begun is None else None, number)

    async def _sent(self, record: IncidentRecord, number: int) -> tuple[int, Receipt] | None:
        key = f"timeline {number}"
        return await self._state.run(ledger.first_sent, record.subject, key, record.owner.target)

    async def _edited(
        self, record: IncidentRecord, sent: tuple[int, Receipt], document: Document
    ) -> DeliveryFailed | None:
        """Show a document in the message's place: why that cannot be, if it cannot."""
        channel, (part, receipt) = self._channels[record.owner.platform], sent
        try:
            receipt = await channel.edit(record.owner.target.place, receipt, channel.parts(document)[0])
        except DeliveryFailed as failure:
            return failure
        await self._state.run(ledger.edited, part, receipt)
        return None

    async def _composed(self, record: IncidentRecord) -> Document:
        language, now = record.owner.language, self._clock()
        localizer = self._answering.localizer(language, now)
        account = await self._account(record, now)
        lines = await self.lines_said(record, language, now)
        channel = self._channels[record.owner.platform]
        documents = (messages.timeline(record.incident, account, lines, localizer, most=most) for most in _MOST)
        # The last is taken however long it is.
        return next((each for each in documents if len(channel.parts(each)) == 1), None) or messages.timeline(
            record.incident, account, lines, localizer, most=_MOST[-1]
        )

    async def lines_said(self, record: IncidentRecord, language: str, now: datetime) -> str:
        """The titles of an incident's lines; their keys, while the records cannot be read."""
        localizer = self._answering.localizer(language, now)
        if not record.lines:
            return localizer(N_("the whole centre"))
        try:
            snapshot = await self._answering.snapshot(now)
        except UserError:
            return ", ".join(record.lines)
        calculator = snapshot.workplace(language).calculator
        return ", ".join(line_title(calculator, line) for line in record.lines)

    async def _account(self, record: IncidentRecord, now: datetime) -> Account | None:
        """What the numbers say, as far as they can be read: a timeline does not wait for them."""
        known = self._counted.get(record.number)
        if known and now - known[0] < COUNTED_EVERY and now >= known[0] and record.incident.resolved is None:
            return known[1]
        account = known[1] if known else None
        try:
            snapshot = await self._answering.snapshot(now)

            def counted() -> Account:
                worker, localizer = snapshot.workplace(record.owner.language), self._answering.localizer("en", now)
                session = Session(worker.calculator, worker.plans, localizer)
                return account_of(session, IncidentScope(record.incident, worker.calculator))

            account = await self._answering.work(counted)
        except (UserError, TimeoutError) as error:
            LOG.info("the numbers of incident %s cannot be read: %s", record.number, error)
        self._counted[record.number] = (now, account)
        return account

    async def _remind(self, record: IncidentRecord) -> None:
        """Remind a chat once of the message that clients have not got an hour after the start, or after the cause."""
        incident, now = record.incident, self._clock()
        localizer = self._answering.localizer(record.owner.language, now)
        told = [entry.at for entry in incident.entries if entry.kind == "message"]
        cause = incident.first("cause")
        due = [("start", incident.started, False)] + ([("cause", cause, True)] if cause else [])
        for key, since, of_cause in due:
            if since + UNTOLD <= now and not any(at >= since for at in told):
                document = messages.reminder(incident, of_cause, localizer)
                await self._poster.post(Publication(record.subject, f"reminder {key}", document), [record.owner.target])
