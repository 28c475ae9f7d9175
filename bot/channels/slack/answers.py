"""What is done with a question from Slack: its answer is posted, put in another's place, or said to one person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cachetools import LRUCache

from bot.channels.memory import MOST, Memory, Recent, RememberedAnswer
from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown, Front
from bot.channels.slack.account import Locales
from bot.channels.slack.incoming import SlackIncoming, in_thread
from bot.channels.slack.render import Post, SlackFiles, SlackPart, parts, words
from bot.channels.slack.send import Sender, Sent
from bot.channels.slack.settings import PLATFORM
from bot.chat.message import Reply, Shown
from digests.document import Document, Note, Paragraph, plain
from digests.localizer import Localizer
from warehouse.messages import N_

_LOG = logging.getLogger("svodka.slack")
_RESPONSES = 5
"""How often a response_url may be used."""
_NO_WAY_IN = frozenset({"not_in_channel", "channel_not_found", "restricted_action"})


@dataclass
class _Shown(RememberedAnswer):
    """An answer as it stands in a channel, in its order."""

    sent: list[Sent]


class SlackAnswers:
    """One bot's answers. What was answered is kept in memory: after a restart older answers are left as they are."""

    def __init__(self, front: Front, sender: Sender, our_name: str, locales: Locales) -> None:
        self._front = front
        self._locales = locales
        self._sender = sender
        self._our_name = our_name
        self._localizer = Localizer(front.language)
        self._incoming: Recent[str] = Recent()
        self._threads: Recent[tuple[str, str]] = Recent()
        self._memory: Memory[_Shown] = Memory()
        self._turns: LRUCache[tuple[str, str], asyncio.Lock] = LRUCache(MOST)

    def speaks_in(self, place: Address) -> bool:
        """Whether we have spoken in this thread, or began it."""
        if place.thread is None:
            return False
        known = (place.chat, place.thread) in self._threads
        return known or self._memory.find(place.chat, place.thread) is not None

    def heard_before(self, asked: SlackIncoming) -> bool:
        """Whether this was delivered already; from now on it was."""
        return not self._incoming.add(asked.incoming.event)

    async def answer(self, asked: SlackIncoming) -> None:
        """Answer a question. Never raises: what cannot be said is logged."""
        if asked.place.thread:
            # From now on, not from the answer on: people write faster.
            self._threads.add((asked.place.chat, asked.place.thread))
        try:
            async with self._turn(asked):
                locale = await self._locales.of(asked.incoming.person)
                if reply := await self._front.answer(replace(asked.incoming, locale=locale)):
                    await self._say(asked, reply)
        except (DeliveryFailed, DeliveryUnknown) as error:
            _LOG.warning("An answer was not posted in %s: %s", asked.place.chat, error)
            await self._apologise(asked)
        except Exception:
            _LOG.exception("An answer failed in %s", asked.place.chat)

    def _turn(self, asked: SlackIncoming) -> asyncio.Lock:
        """Questions about one message come one after another: its edit after itself, the last press last."""
        about = asked.message or asked.pressed
        return self._turns.setdefault((asked.place.chat, about), asyncio.Lock()) if about else asyncio.Lock()

    async def _say(self, asked: SlackIncoming, reply: Reply) -> None:
        shown = self._shown_for(asked)
        if reply.quiet and not (asked.incoming.private and not asked.response_url):
            if asked.changed and shown:
                await self._withdraw(asked.place, shown)
            await self._whisper(asked, reply.document)
        elif shown and not reply.beside:
            async with shown.lock:
                await self._replace(asked, shown, parts(reply.document))
            await self._stands(asked, shown, reply)
        else:
            await self._stands(asked, await self._post(asked, reply.document), reply)

    async def _stands(self, asked: SlackIncoming, shown: _Shown, reply: Reply) -> None:
        """Say where a reply stands, and let it bear its name."""
        await self._name(asked, shown, reply.instead)
        messages = [sent.ts for sent in shown.sent if sent.ts]
        if reply.turn and messages:
            # Who writes in its thread asks on, too.
            thread = asked.place.thread or messages[0]
            named = (*messages, in_thread(thread))
            await self._front.shown(Shown(PLATFORM, asked.place.chat, named, reply.turn))

    async def _name(self, asked: SlackIncoming, shown: _Shown, name: str | None) -> None:
        """Let an answer bear a name, or none; what bore it before is taken away."""
        if before := self._memory.name(asked.place.chat, shown, name):
            await self._withdraw(asked.place, before)

    def _shown_for(self, asked: SlackIncoming) -> _Shown | None:
        """The answer to be changed: the one whose button was pressed, or that of the question that was edited."""
        chat = asked.place.chat
        if asked.changed:
            return self._memory.find(chat, asked.message)
        if asked.pressed is None or asked.unseen:
            return None
        if known := self._memory.find(chat, asked.pressed):
            return known
        # From before a restart: an answer of one message can be changed, another's pictures are not known.
        return _Shown([Sent(asked.pressed)]) if asked.parts == 1 else None

    async def _post(self, asked: SlackIncoming, document: Document) -> _Shown:
        shown = _Shown([])
        try:
            async with shown.lock:
                for part in parts(document):
                    self._add(asked, shown, await self._sender.send(asked.place, part))
        except DeliveryFailed as failed:
            if shown.sent or not asked.response_url or str(failed) not in _NO_WAY_IN:
                raise
            await self._whisper(asked, document, elsewhere=True)
            return shown
        if asked.unseen and asked.response_url:
            await self._sender.respond(asked.response_url, asked.place.chat, None, delete_original=True)
        return shown

    async def _replace(self, asked: SlackIncoming, shown: _Shown, new: Sequence[SlackPart]) -> None:
        """Put an answer in another's place: its texts are changed where they stand, its pictures posted anew.

        The old pictures go first, so that none ever stands under a text it does not belong to.
        """
        old, shown.sent = shown.sent, []
        texts = [sent for sent in old if sent.ts]
        for sent in old:
            if sent.files:
                await self._sender.remove(asked.place, sent)
        for part in new:
            in_place = texts.pop(0) if isinstance(part, Post) and texts else None
            self._add(asked, shown, await self._changed(asked.place, in_place, part))
            if isinstance(part, SlackFiles):
                # A text that stands above would now be out of its order.
                await self._remove_all(asked.place, texts)
        await self._remove_all(asked.place, texts)

    async def _changed(self, place: Address, old: Sent | None, part: SlackPart) -> Sent:
        if old and isinstance(part, Post):
            try:
                await self._sender.edit(place, old, part)
                return old
            except DeliveryFailed as failed:
                if str(failed) not in ("message_not_found", "cant_update_message", "edit_window_closed"):
                    raise
        return await self._sender.send(place, part)

    async def _withdraw(self, place: Address, shown: _Shown) -> None:
        async with shown.lock:
            await self._remove_all(place, shown.sent)

    async def _remove_all(self, place: Address, sent: list[Sent]) -> None:
        while sent:
            await self._sender.remove(place, sent.pop())

    async def _whisper(self, asked: SlackIncoming, document: Document, elsewhere: bool = False) -> None:
        """Say it to the person alone; `elsewhere`: because we cannot speak there, which is said too."""
        if elsewhere:
            invite = self._localizer(
                N_(
                    "I am not in this conversation, so only you see this, without pictures and files. "
                    "To have answers here: /invite @{name}"
                ),
                name=self._our_name,
            )
            document = Document(document.title, (*document.blocks, Note(invite)), document.language)
        posts = words(document)
        if asked.response_url is None:
            # What is said to one person in a thread shows only where there is a thread already.
            place = Address(asked.place.chat) if asked.place.thread == asked.message else asked.place
            for post in posts:
                await self._sender.whisper(place, asked.incoming.person, post)
            return
        if len(posts) > _RESPONSES:
            posts = [*posts[: _RESPONSES - 1], *words(self._too_long(document))]
        for post in posts:
            replaces = asked.unseen and post is posts[0]
            await self._sender.respond(
                asked.response_url, asked.place.chat, post, response_type="ephemeral", replace_original=replaces
            )

    def _too_long(self, document: Document) -> Document:
        said = self._localizer(
            N_("The rest is too long for here: ask in a channel that I am in. /invite @{name}"), name=self._our_name
        )
        return Document(document.title, (Note(said),), document.language)

    async def _apologise(self, asked: SlackIncoming) -> None:
        said = self._localizer(N_("The answer may not have been posted in full. If you do not see it, ask again."))
        document = Document(said, (Paragraph(plain(said)),), self._front.language)
        try:
            await self._whisper(asked, document)
        except (DeliveryFailed, DeliveryUnknown) as error:
            _LOG.warning("Nor could that be said in %s: %s", asked.place.chat, error)

    def _add(self, asked: SlackIncoming, shown: _Shown, sent: Sent) -> None:
        """A part stands in the channel: it may be pressed, and its question edited, before the next one is there."""
        shown.sent.append(sent)
        self._memory.add(asked.place.chat, shown, *(ts for ts in (sent.ts, asked.message) if ts))
