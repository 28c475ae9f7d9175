"""Telling those who run the bot what fails: once per episode, and once that it is over.

An episode goes on from the first word about it until it is over, also across a restart: the state remembers those that
a chat has heard of. Telling never waits and never raises; a chat that cannot be reached hears of it later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from bot.access import parted
from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Place
from bot.project import Project
from bot.state.episodes import begin, end, going_on
from bot.state.store import State
from digests.document import Action, Actions, Document, Note, Paragraph, plain
from digests.wording import Words
from metrics.periods import to_local
from warehouse.messages import Message, note

LOG = logging.getLogger(__name__)

_WAITING = 100
"""So much waits for a chat that cannot be reached; what comes after that is only logged."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 300.0
_LATE = timedelta(minutes=1)
"""What is heard later than this says when it was noticed."""


class Speaker(Protocol):
    """Of a channel, what speaking unasked needs."""

    @property
    def key(self) -> str: ...

    def parts(self, document: Document) -> Sequence[Any]:
        """The document as what the platform takes, one message each."""
        ...

    async def send(self, place: Place, part: Any) -> object:
        """Send one. Raises DeliveryFailed or DeliveryUnknown."""
        ...


@dataclass(frozen=True)
class _Word:
    episode: str
    text: Message
    actions: tuple[Action, ...]
    at: datetime


class Operators:
    """The operators' chats. Where none is configured, what would be said stands in the log."""

    def __init__(
        self, project: Project, state: State, clock: Callable[[], datetime], *, chats: Sequence[str] | None = None
    ) -> None:
        """`chats`: others than the operators', in the centre's language.

        Raises Mistake for a chat that is not written as one is.
        """
        config = project.config
        own = config.operators.language if chats is None else None
        chats = config.operators.chats if chats is None else chats
        self._language = own or config.centre.language
        self._timezone = project.timezone
        self._state = state
        self._clock = clock
        self._chats = tuple(dict.fromkeys(parted("operators.chats", name) for name in chats))
        self._speakers: dict[str, Speaker] = {}
        self._going_on: set[str] = set()
        self._waiting: list[asyncio.Queue[_Word]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, speakers: Sequence[Speaker]) -> None:
        """Speak through these channels from now on; what was told before a restart is not told again."""
        self._speakers = {speaker.key: speaker for speaker in speakers}
        self._going_on |= await self._stored(going_on) or set()
        for platform, chat in self._chats:
            queue: asyncio.Queue[_Word] = asyncio.Queue(_WAITING)
            self._waiting.append(queue)
            self._tasks.append(asyncio.create_task(self._speak(platform, Place(chat), queue)))

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Say it in every chat, unless this episode goes on already. Never raises."""
        if episode in self._going_on:
            return
        self._going_on.add(episode)
        LOG.warning("operators are told (%s): %s", episode, text)
        self._say(_Word(episode, text, tuple(actions), self._clock()))
        if not self._waiting:
            await self._begun(episode)

    async def over(self, episode: str, text: Message | None = None) -> None:
        """The episode is over: it may be told again, and that it is over is said if there are words for it."""
        if episode not in self._going_on:
            return
        self._going_on.discard(episode)
        await self._stored(lambda connection: end(connection, episode))
        LOG.info("over (%s): %s", episode, text or "")
        if text:
            self._say(_Word("", text, (), self._clock()))

    async def stop(self, within_s: float = 2.0) -> None:
        """Say what waits, if that does not take long."""
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(queue.join() for queue in self._waiting))
        except TimeoutError:
            LOG.warning("not everything could be told to the operators")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _say(self, word: _Word) -> None:
        for queue in self._waiting:
            if queue.full():
                LOG.error("too much waits for the operators: %s", word.text)
            else:
                queue.put_nowait(word)

    async def _speak(self, platform: str, place: Place, queue: asyncio.Queue[_Word]) -> None:
        while True:
            word = await queue.get()
            try:
                if await self._said(platform, place, word) and word.episode in self._going_on:
                    await self._begun(word.episode)
            except Exception:
                LOG.exception("the operators of %s:%s could not be told", platform, place.chat)
            queue.task_done()

    async def _said(self, platform: str, place: Place, word: _Word) -> bool:
        """Say it in one chat, however long that takes; whether it may have been heard."""
        speaker = self._speakers.get(platform)
        if speaker is None:
            LOG.error("operators.chats has %s:%s, and %s has no token", platform, place.chat, platform)
            return False
        sent, pause = 0, _FIRST_PAUSE_S
        while sent < len(parts := speaker.parts(self._document(word))):
            try:
                await speaker.send(place, parts[sent])
            except DeliveryUnknown as unknown:
                LOG.warning("the operators of %s:%s may have been told: %s", platform, place.chat, unknown)
            except DeliveryFailed as failure:
                if failure.permanent:
                    LOG.error("the operators of %s:%s cannot be told: %s", platform, place.chat, failure)
                    return False
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
                continue
            sent += 1
        return True

    def _document(self, word: _Word) -> Document:
        now = self._clock()
        words = Words(self._language, self._timezone, to_local(now, self._timezone).date())
        text = words.say(word.text)
        late = (Note(words.say(note("Noticed on {moment}.", moment=word.at))),) if now - word.at > _LATE else ()
        buttons = (Actions(word.actions),) if word.actions else ()
        return Document(text, (Paragraph(plain(text)), *late, *buttons), self._language)

    async def _begun(self, episode: str) -> None:
        await self._stored(lambda connection: begin(connection, episode, self._clock()))

    async def _stored(self, work: Callable[[sa.Connection], Any]) -> Any:
        """Do it in the state if that can be: a state that cannot be written is one of the things to tell."""
        try:
            return await self._state.run(work)
        except Exception as error:
            LOG.warning("the state does not remember what the operators were told: %s", type(error).__name__)
            return None
