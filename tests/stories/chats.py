"""A chat as a story sees it, whatever the platform: somebody says something, and hears something."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from tests.channels.documents import png
from tests.doubles.slack import BOT, Message, Slack
from tests.doubles.telegram import TelegramDouble
from tests.stories.centre import GROUP

Answered = Callable[[], Awaitable[None]]
"""Waits until nothing that was said is without its answer."""


@dataclass(frozen=True)
class Heard:
    """An answer as it stands in the chat: all its words (with plain spaces, without marks of style), its buttons, how
    many pictures and which files."""

    text: str
    buttons: tuple[str, ...]
    pictures: int
    files: tuple[str, ...] = ()


class Chat(Protocol):
    """Who says something is a number of `centre`; a group is where `group` is true."""

    def id(self, person: int) -> str:
        """What the administrator writes into the configuration for a person."""
        ...

    async def says(self, text: str, person: int, *, group: bool = False, until: str = "", under: bool = False) -> Heard:
        """Say something and hear the answer, all of it up to some words; `under`: as a reply to the latest answer."""
        ...

    async def edits(self, text: str, person: int, *, until: str = "") -> Heard | None:
        """Write something else in place of what was said last; then all that stands there, None if it is as before."""
        ...

    async def writes(self, text: str, person: int, *, pictures: int = 0, until: str = "") -> Heard:
        """Write what may take another answer's place, with so many pictures; then all that stands in the chat."""
        ...

    async def presses(self, label: str, person: int, *, until: str = "") -> Heard:
        """Press a button under the latest answer in the person's own chat; what stands there then, up to some words."""
        ...

    def stands(self, person: int) -> Heard:
        """Return all that stands in the person's own chat."""
        ...

    async def is_silent(self, text: str, person: int, *, group: bool = False, under: bool = False) -> bool:
        """Say something and hear nothing."""
        ...


class OnTelegram:
    """A private chat has the person's number. Every story has people of its own."""

    def __init__(self, far: TelegramDouble, story: int, language: str, answered: Answered) -> None:
        self.far = far
        self._answered = answered
        self._story = story
        self._language = language
        self._last = 0

    def id(self, person: int) -> str:
        return f"telegram:{person + self._story}"

    async def says(self, text: str, person: int, *, group: bool = False, until: str = "", under: bool = False) -> Heard:
        person += self._story
        chat = GROUP if group else person
        before = len(self.far.answers(chat))
        self._say(text, person, chat, under=under)
        await self.far.until(lambda: self._said(chat, before, until))
        await self._answered()
        return self._shown(chat, before)

    async def writes(self, text: str, person: int, *, pictures: int = 0, until: str = "") -> Heard:
        chat = person + self._story
        before = self._state(chat)
        album = {"media_group_id": f"album of {chat}"} if pictures > 1 else {}
        for number in range(pictures):
            caption = text if number == 0 else ""
            self.far.sends(png(number), caption=caption, person=chat, chat=chat, **album)
        if not pictures:
            self._say(text, chat, chat)
        await self.far.until(lambda: self._state(chat) != before and until in self._shown(chat, 0).text)
        await self._answered()
        return self._shown(chat, 0)

    def _said(self, chat: int, before: int, words: str) -> bool:
        return len(self.far.answers(chat)) > before and words in self._shown(chat, before).text

    async def presses(self, label: str, person: int, *, until: str = "") -> Heard:
        person += self._story
        answers = self.far.answers(person)
        pressed = next(
            each for each in reversed(answers) if any(label == said for row in each.buttons for said, _ in row)
        )
        before = self._state(person)
        self.far.presses(person, pressed.id, pressed.data(label), person)
        await self.far.until(lambda: self._state(person) != before and until in self._latest(person).text)
        await self._answered()
        return self._latest(person)

    def stands(self, person: int) -> Heard:
        return self._shown(person + self._story, 0)

    def _latest(self, chat: int) -> Heard:
        return self._shown(chat, len(self.far.answers(chat)) - 1)

    async def is_silent(self, text: str, person: int, *, group: bool = False, under: bool = False) -> bool:
        person += self._story
        chat = GROUP if group else person
        before = len(self.far.answers(chat))
        self._say(text, person, chat, under=under)
        await self._answered()
        return len(self.far.answers(chat)) == before

    async def edits(self, text: str, person: int, *, until: str = "") -> Heard | None:
        chat = person + self._story
        before = self._state(chat)
        self.far.edits(chat, self._last, text, chat)
        await self._answered()
        await self.far.until(lambda: until in self._shown(chat, 0).text)
        return self._shown(chat, 0) if self._state(chat) != before else None

    def _say(self, text: str, person: int, chat: int, *, under: bool = False) -> None:
        sender = {"id": person, "is_bot": False, "first_name": "Somebody", "language_code": self._language}
        above = {"reply_to": self.far.answers(chat)[-1].id} if under else {}
        self._last = self.far.says(text, person, chat, **{"from": sender}, **above)

    def _state(self, chat: int) -> list[tuple[int, str, object]]:
        return [(each.id, each.text, each.buttons) for each in self.far.answers(chat)]

    def _shown(self, chat: int, first: int) -> Heard:
        messages = self.far.answers(chat)[first:]
        return Heard(
            _plain("\n".join(message.text for message in messages)),
            tuple(label for message in messages for row in message.buttons for label, _ in row),
            sum(message.picture is not None for message in messages),
            tuple(message.file[0] for message in messages if message.file),
        )


class OnSlack:
    """Person 1000 is U1000, with a chat D1000 of their own; the group is C400."""

    def __init__(self, far: Slack, story: int, answered: Answered) -> None:
        self.far = far
        self._answered = answered
        self._story = story
        self._last = ("", "")

    def id(self, person: int) -> str:
        return f"slack:U{person + self._story}"

    async def says(self, text: str, person: int, *, group: bool = False, until: str = "", under: bool = False) -> Heard:
        person += self._story
        channel = self._channel(person, group)
        before = len(self._answers(channel))
        await self._say(text, person, channel, under=under)
        await self.far.until(lambda: self._said(channel, before, until))
        await self._answered()
        return self._shown(channel, before)

    async def writes(self, text: str, person: int, *, pictures: int = 0, until: str = "") -> Heard:
        channel = self._channel(person + self._story, group=False)
        user, before = f"U{person + self._story}", self._state(channel)
        files = [self.far.shared.upload(f"{number}.png", png(number)) for number in range(pictures)]
        if files:
            await self.far.share(user, channel, *files, text=text)
        else:
            await self._say(text, person + self._story, channel)
        await self.far.until(lambda: self._state(channel) != before and until in self._shown(channel, 0).text)
        await self._answered()
        return self._shown(channel, 0)

    def _said(self, channel: str, before: int, words: str) -> bool:
        return len(self._answers(channel)) > before and words in self._shown(channel, before).text

    async def presses(self, label: str, person: int, *, until: str = "") -> Heard:
        person += self._story
        channel = self._channel(person, group=False)
        pressed = next(message for message in reversed(self._answers(channel)) if label in message.buttons)
        before = self._state(channel)

        def shown() -> Heard:
            # What only one person saw is taken away, and the answer stands below.
            places = [number for number, each in enumerate(self._answers(channel)) if each.ts >= pressed.ts]
            return self._shown(channel, places[0]) if places else Heard("", (), 0)

        await self.far.press(f"U{person}", pressed, label, channel)
        await self.far.until(lambda: self._state(channel) != before and until in shown().text)
        await self._answered()
        return shown()

    def stands(self, person: int) -> Heard:
        return self._shown(self._channel(person + self._story, group=False), 0)

    async def is_silent(self, text: str, person: int, *, group: bool = False, under: bool = False) -> bool:
        person += self._story
        channel = self._channel(person, group)
        before = len(self._answers(channel))
        await self._say(text, person, channel, under=under)
        await self._answered()
        return len(self._answers(channel)) == before

    async def edits(self, text: str, person: int, *, until: str = "") -> Heard | None:
        person += self._story
        channel = self._channel(person, group=False)
        before = self._state(channel)
        ts, said = self._last
        await self.far.edit(f"U{person}", channel, ts, text, said)
        await self._answered()
        await self.far.until(lambda: until in self._shown(channel, 0).text)
        return self._shown(channel, 0) if self._state(channel) != before else None

    async def _say(self, text: str, person: int, channel: str, *, under: bool = False) -> None:
        if text.startswith("/") and not under:
            name, _, rest = text.partition(" ")
            await self.far.command(f"U{person}", channel, "/svodka", f"{name[1:]} {rest}".strip())
            return
        above = next((each for each in reversed(self._answers(channel)) if not each.files), None) if under else None
        thread = (above.thread or above.ts) if above else None
        self._last = await self.far.say(f"U{person}", channel, text, thread), text

    def _channel(self, person: int, group: bool) -> str:
        name = f"C{-GROUP}" if group else f"D{person}"
        self.far.channel(name).members.add(f"U{person}")
        return name

    def _answers(self, channel: str) -> list[Message]:
        return self.far.channels[channel].of(BOT)

    def _state(self, channel: str) -> list[tuple[str, str]]:
        return [(message.ts, message.shown) for message in self._answers(channel)]

    def _shown(self, channel: str, first: int) -> Heard:
        messages = self._answers(channel)[first:]
        names = [str(file["name"]) for message in messages for file in message.files]
        return Heard(
            _plain("\n".join(message.shown for message in messages)),
            tuple(label for message in messages for label in message.buttons),
            sum(name.endswith(".png") for name in names),
            tuple(name for name in names if not name.endswith(".png")),
        )


def _plain(text: str) -> str:
    return re.sub(r"[\u00a0\u2003\u202f]", " ", text).replace("*", "").replace("_", "").replace("\u2060", "")
