"""Telling those who run the bot what fails: once per episode, and once that it is over.

An episode goes on from the first word about it until it is over, also across a restart. What is to be told is kept in
the state until it has arrived for certain: it may come twice, and is never lost. What asks for a decision is asked
again after every start and once a day, until somebody decides. Telling never raises; a chat that cannot be reached
hears later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown
from bot.channels.retry import RetryPolicy
from bot.chat.access import parted
from bot.project import Project
from bot.state import notices
from bot.state.notices import Notice, begin, end, going_on
from bot.state.store import State
from digests.document import Action, Actions, Document, Note, Paragraph, plain
from digests.localizer import Localizer
from metrics.periods import to_local
from warehouse.messages import N_, Message

LOG = logging.getLogger(__name__)

UNTIRING = RetryPolicy(5, longest=300)
_LATE = timedelta(minutes=1)
"""What is heard later than this says when it was noticed."""
_AGAIN = timedelta(days=1)
"""So long after a question that nobody has answered it is asked again."""
_LOOK_EVERY_S = 600.0
_STORED_S = 5.0
"""What takes the state longer to remember is told without."""


class Speaker(Protocol):
    """Of a channel, what speaking unasked needs."""

    @property
    def key(self) -> str: ...

    def parts(self, document: Document) -> Sequence[Any]:
        """The document as what the platform takes, one message each."""
        ...

    async def send(self, place: Address, part: Any) -> object:
        """Send one. Raises DeliveryFailed or DeliveryUnknown."""
        ...


class Operators:
    """The operators' chats. Where none is configured, what would be said stands in the log."""

    def __init__(
        self,
        project: Project,
        state: State,
        clock: Callable[[], datetime],
        speakers: Sequence[Speaker],
        *,
        chats: Sequence[str] | None = None,
        retry: RetryPolicy = UNTIRING,
    ) -> None:
        """`speakers` are the platforms. `chats`: the editors' instead of the operators', in the centre's language.

        Raises UserError for a chat that is not written as one is.
        """
        config = project.config
        self._audience = "operators" if chats is None else "editors"
        own = config.operators.language if chats is None else None
        chats = config.operators.chats if chats is None else chats
        self._language = own or config.centre.language
        self._timezone = project.timezone
        self._state = state
        self._clock = clock
        self._retry = retry
        self._chats = {name: parted("operators.chats", name) for name in dict.fromkeys(chats)}
        self._speakers = {speaker.key: speaker for speaker in speakers}
        self._going_on: set[str] = set()
        self._asked: dict[str, tuple[str, ...]] = {}
        """The commands of the buttons of what is asked, by episode."""
        self._waiting: dict[str, asyncio.Queue[Notice]] = {}
        self._queued: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Speak from now on: first what has not arrived yet, and what nobody has answered."""
        names = list(self._chats)

        def known(connection: sa.Connection) -> tuple[set[str], list[Notice]]:
            notices.move(connection, self._audience, names)
            return going_on(connection), notices.waiting(connection, self._audience)

        episodes, waiting = await self._stored(known) or (set(), [])
        self._going_on |= episodes
        for name, (platform, chat) in self._chats.items():
            queue = self._waiting[name] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._speak(platform, Address(chat), queue)))
        self._say(waiting)
        self._tasks.append(asyncio.create_task(self._ask_again()))

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Say it in every chat, unless this episode goes on already. Never raises."""
        if episode in self._going_on:
            return
        self._going_on.add(episode)
        LOG.warning("operators are told (%s): %s", episode, text)
        await self._keep_and_say(episode, text, tuple(actions))

    async def over(self, episode: str, text: Message | None = None) -> None:
        """The episode is over: it may be told again, and that it is over is said if there are words for it."""
        if episode not in self._going_on:
            return
        self._going_on.discard(episode)
        self._asked.pop(episode, None)

        def ended(connection: sa.Connection) -> None:
            end(connection, episode)
            notices.answered(connection, self._audience, episode)

        await self._stored(ended)
        LOG.info("over (%s): %s", episode, text or "")
        if text:
            await self._keep_and_say("", text, ())

    async def pressed(self, command: str) -> None:
        """Somebody has pressed a button of ours: what it stood under is answered."""
        for episode in [name for name, commands in self._asked.items() if command in commands]:
            await self.over(episode)

    async def ask_again(self) -> None:
        """Ask again what nobody has answered for a day."""
        before = self._clock() - _AGAIN
        self._say(await self._stored(notices.waiting, self._audience, before) or [])

    async def drain(self) -> None:
        """Wait until all that waits has been said, however long that takes."""
        await asyncio.gather(*(queue.join() for queue in self._waiting.values()))

    async def stop(self, within_s: float = 2.0) -> None:
        """Say what waits, if that does not take long; what does is said after the next start."""
        try:
            async with asyncio.timeout(within_s):
                await self.drain()
        except TimeoutError:
            LOG.warning("not everything could be told to the operators")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_and_say(self, episode: str, text: Message, actions: tuple[Action, ...]) -> None:
        at = self._clock()
        said = self._localizer(at).say(text)
        told = [Notice(episode, said, actions, at, chat) for chat in self._chats]

        def kept(connection: sa.Connection) -> list[Notice]:
            if episode and (told or not actions):  # what nobody can be asked is asked once there is a chat
                begin(connection, episode, at)
            return [notices.add(connection, self._audience, each) for each in told]

        self._say(await self._stored(kept) or told)

    def _say(self, told: Sequence[Notice]) -> None:
        for notice in told:
            if notice.actions:
                self._asked[notice.episode] = tuple(action.command for action in notice.actions)
            if notice.id in self._queued or notice.chat not in self._waiting:
                continue
            if notice.id is not None:
                self._queued.add(notice.id)
            self._waiting[notice.chat].put_nowait(notice)

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.ask_again()

    async def _speak(self, platform: str, place: Address, queue: asyncio.Queue[Notice]) -> None:
        while True:
            notice = await queue.get()
            try:
                if await self._deliver(platform, place, notice):
                    await self._stored(notices.arrived, notice, self._clock())
            except Exception:
                LOG.exception("the operators of %s:%s could not be told", platform, place.chat)
            self._queued.discard(notice.id or 0)
            queue.task_done()

    def _answered(self, notice: Notice) -> bool:
        return bool(notice.actions) and notice.episode not in self._going_on

    async def _deliver(self, platform: str, place: Address, notice: Notice) -> bool:
        """Say it in one chat until it stands there for certain, however long that takes; whether it does."""
        speaker = self._speakers.get(platform)
        if speaker is None:
            LOG.error("operators.chats has %s:%s, and %s has no token", platform, place.chat, platform)
            return False
        sent, retries = 0, self._retry.begin()
        while not self._answered(notice) and sent < len(parts := speaker.parts(self._document(notice))):
            try:
                await speaker.send(place, parts[sent])
            except DeliveryUnknown as unknown:
                LOG.warning("the operators of %s:%s may have been told: %s", platform, place.chat, unknown)
            except DeliveryFailed as failure:
                if failure.permanent:
                    LOG.error("the operators of %s:%s cannot be told: %s", platform, place.chat, failure)
                    return False
            else:
                sent += 1
                continue
            await retries.wait()
        return True

    def _localizer(self, now: datetime) -> Localizer:
        return Localizer(self._language, self._timezone, to_local(now, self._timezone).date())

    def _document(self, notice: Notice) -> Document:
        now = self._clock()
        words = self._localizer(now)
        late = (Note(words(N_("Noticed on {moment}."), moment=notice.at)),) if now - notice.at > _LATE else ()
        buttons = (Actions(notice.actions),) if notice.actions else ()
        return Document(notice.text, (Paragraph(plain(notice.text)), *late, *buttons), self._language)

    async def _stored(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do it in the state if that can be: a state that cannot be written is one of the things to tell."""
        try:
            async with asyncio.timeout(_STORED_S):  # wait_for may swallow the word to stop
                return await self._state.run(work, *args)
        except Exception as error:
            LOG.warning("the state does not remember what the operators were told: %s", type(error).__name__)
            return None
