"""What a chat is told of episodes: one message for each, posted once and changed where it stands."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.alerts import messages, store
from bot.alerts.early import CHANNELS, EarlyWarnings
from bot.alerts.episodes import Episode, Stage, is_quiet
from bot.alerts.store import Alert
from bot.channels.protocol import AnyChannel, DeliveryFailed, NotEditable, Reason, Receipt
from bot.chat.answering import Answering, RequestContext
from bot.chat.replies import view_of
from bot.config import Config
from bot.delivery import ledger
from bot.delivery.model import Publication, Target
from bot.delivery.notices import Notifier
from bot.delivery.poster import Poster
from bot.state.store import State
from bot.subscriptions.posting import end_all
from digests.document import Document
from metrics.periods import to_local

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Notification:
    """An episode that is to be told of, to whom."""

    alert: Alert
    context: RequestContext
    episode: Episode


class AlertNotifier:
    """Tells of episodes. Chats do not wait for each other. Nothing it does raises."""

    def __init__(
        self,
        config: Config,
        state: State,
        answering: Answering,
        poster: Poster,
        channels: Sequence[AnyChannel],
        operators: Notifier,
        clock: Callable[[], datetime],
        early: EarlyWarnings,
    ) -> None:
        self._early = early
        self._zone, self._pause = config.centre.timezone, timedelta(minutes=config.alerts.edit_m)
        self._state, self._answering, self._poster, self._operators = state, answering, poster, operators
        self._channels: Mapping[str, AnyChannel] = {channel.key: channel for channel in channels}
        self._clock = clock
        self._working: dict[str, asyncio.Task[None]] = {}

    async def tell(
        self, alerts: Sequence[tuple[Alert, RequestContext]], episodes: Sequence[Episode], now: datetime
    ) -> None:
        """Begin to tell what is to be told, chat by chat; a chat that is being told is left to the next time."""
        known = {alert.id: (alert, context) for alert, context in alerts}
        chats: defaultdict[str, list[_Notification]] = defaultdict(list)
        for episode in episodes:
            if episode.alert in known:
                told = _Notification(*known[episode.alert], episode)
                chats[f"{told.alert.owner.target.chat}/{told.alert.owner.thread or ''}"].append(told)
        for chat, of_chat in chats.items():
            if chat not in self._working:
                self._begin(chat, self._of_chat(of_chat, now))

    async def post(self, alert: Alert, issue: Publication, target: Target | None = None) -> None:
        """Post once; a chat that takes nothing any more loses what was to be told there."""
        where = target or alert.owner.target
        await self._poster.post(issue, [where])
        if self._poster.closed(where):
            await end_all(self._state, self._operators, where, self._clock())

    async def idle(self) -> None:
        """Wait until all that was begun is told."""
        while self._working:
            await asyncio.wait(self._working.values())

    async def stop(self) -> None:
        """Break off what is being told: it goes on after the next start."""
        tasks = list(self._working.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, chat: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._working[chat] = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._working.pop(chat))

    async def _of_chat(self, of_chat: Sequence[_Notification], now: datetime) -> None:
        for told in of_chat:
            try:
                if told.episode.stage is Stage.NEW:
                    await self._first(told, now)
                elif told.episode.stage is Stage.POSTED:
                    await self._again(told, now)
            except Exception:
                LOG.exception("alert %s was not told", told.alert.id)
        try:
            await self._mention(of_chat, now)
        except Exception:
            LOG.exception("what was over before it was told was not mentioned")

    def _silent(self, alert: Alert, now: datetime) -> bool:
        return is_quiet(alert.quiet, to_local(now, self._zone))

    async def _first(self, told: _Notification, now: datetime) -> None:
        """Post the message of an episode that goes on, unless it is quiet now."""
        alert, episode = told.alert, told.episode
        if episode.over_at or self._silent(alert, now):
            return
        document = await self._composed(told)
        alone = messages.picture_alone(document)
        apart = alone is None or len(self._channels[alert.owner.platform].parts(document)) > 1
        if apart:
            document = messages.without_picture(document)
        await self.post(alert, Publication(alert.subject, episode.key, document, episode.as_of))
        if apart and alone:
            await self._under(told, f"{episode.key} picture", alone)
        shown = {"apart": apart, "shown": _hash(document), "shown_at": now}
        await self._state.run(store.mark_notified, [episode.id], Stage.POSTED, **shown)

    async def _again(self, told: _Notification, now: datetime) -> None:
        """Show how it stands now, where the message is; at the end at once, before that not too often."""
        alert, episode = told.alert, told.episode
        if not episode.over_at and episode.shown_at and episode.shown_at <= now < episode.shown_at + self._pause:
            return
        whole = await self._composed(told)
        document = messages.without_picture(whole) if episode.apart else self._in_one(alert, whole)
        shown = _hash(document)
        if shown != episode.shown:
            failure = await self._edited(told, document)
            if failure and not failure.permanent:
                LOG.info("alert %s is shown later: %s", alert.id, failure)
                return
            if failure and episode.over_at and not (isinstance(failure, NotEditable) and failure.gone):
                # What cannot be changed any more is answered: an end is not kept from anybody.
                await self._under(told, f"{episode.key} over", messages.without_picture(whole))
        alone = messages.picture_alone(whole)
        if episode.over_at and episode.apart and alone:
            await self._under(told, f"{episode.key} picture over", alone)
        stage = Stage.CLOSED if episode.over_at else Stage.POSTED
        await self._state.run(store.mark_notified, [episode.id], stage, shown=shown, shown_at=now)

    async def _edited(self, told: _Notification, document: Document) -> DeliveryFailed | None:
        """Show a document in the message's place: why that cannot be, if it cannot."""
        target = told.alert.owner.target
        channel = self._channels[target.platform]
        sent = await self._sent(told)
        if sent is None:
            return NotEditable("no receipt", Reason.NO_MESSAGE)
        part, receipt = sent
        try:
            receipt = await channel.edit(target.place, receipt, channel.parts(document)[0])
        except DeliveryFailed as failure:
            return failure
        await self._state.run(ledger.edited, part, receipt)
        return None

    async def _under(self, told: _Notification, key: str, document: Document) -> None:
        """Post what belongs under the message."""
        target = told.alert.owner.target
        sent = await self._sent(told)
        if sent is not None:
            target = replace(target, place=self._channels[target.platform].reply_place(target.place, sent[1]))
        await self.post(told.alert, Publication(told.alert.subject, key, document, told.episode.as_of), target)

    async def _sent(self, told: _Notification) -> tuple[int, Receipt] | None:
        alert, key = told.alert, told.episode.key
        return await self._state.run(ledger.first_sent, alert.subject, key, alert.owner.target)

    def _in_one(self, alert: Alert, document: Document) -> Document:
        """A document that is one message, as the one that stands there."""
        parts = self._channels[alert.owner.platform].parts(document)
        return document if len(parts) == 1 else messages.without_causes(document)

    async def _composed(self, told: _Notification) -> Document:
        context = told.context

        def compose() -> Document:
            view = view_of(context.snapshot, context.role, context.localizer)
            channel = CHANNELS.get(told.alert.metric)
            if channel and told.alert.line is not None:
                from bot.alerts import early_messages

                found = self._early.look(view.calculator, told.alert.line, channel)
                return early_messages.composed(view, told.alert, told.episode, found)
            return messages.composed(view, told.alert, told.episode)

        return await self._answering.work(compose)

    async def _mention(self, of_chat: Sequence[_Notification], now: datetime) -> None:
        """A line for each episode that was over before it was told, once it is not quiet any more."""
        past = [each for each in of_chat if each.episode.over_at and not self._silent(each.alert, now)]
        fresh = [each.episode.id for each in past if each.episode.stage is Stage.NEW]
        key = f"{now:%Y-%m-%dT%H:%M:%S}"
        if fresh:
            # Written first: what is in the line stays in it, whatever ends meanwhile.
            await self._state.run(store.mark_notified, fresh, Stage.MENTIONED, told_as=key)
        groups: defaultdict[str, list[_Notification]] = defaultdict(list)
        for each in past:
            if each.episode.stage in (Stage.NEW, Stage.MENTIONED):
                groups[each.episode.told_as or key].append(each)
        for told_as, group in groups.items():
            await self._mentioned(told_as, group)

    async def _mentioned(self, told_as: str, group: Sequence[_Notification]) -> None:
        context, alert = group[0].context, group[0].alert
        lines = [(each.alert, each.episode) for each in group]

        def compose() -> Document:
            return messages.meanwhile(
                context.snapshot.workplace(context.localizer.language).calculator, lines, context.localizer
            )

        document = await self._answering.work(compose)
        await self.post(alert, Publication(f"alerts:{alert.owner.thread or ''}", told_as, document))
        numbers = [each.episode.id for each in group]
        await self._state.run(store.mark_notified, numbers, Stage.CLOSED)


def _hash(document: Document) -> str:
    """What tells the words of two messages apart; a picture alone is no reason to show one anew."""
    return sha256(repr(messages.without_picture(document)).encode()).hexdigest()
