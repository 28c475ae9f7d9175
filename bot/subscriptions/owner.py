"""Whose something is: who asked for it, where it is told, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.delivery import Place
from bot.delivery.model import Target
from bot.heard import Heard


@dataclass(frozen=True)
class Owner:
    """A person in a chat; in private it is theirs alone, otherwise the chat's."""

    platform: str
    person: str
    chat: str
    thread: str | None
    private: bool
    language: str

    @property
    def heard(self) -> Heard:
        """The owner as somebody who asks, so that what they may is looked up as for any question."""
        return Heard(self.platform, self.person, self.chat, self.private, "", "", thread=self.thread)

    @property
    def target(self) -> Target:
        """Where it is told."""
        return Target(self.platform, Place(self.chat, self.thread))

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("platform", "person", "chat", "thread", "private", "language")}


def owner_of(heard: Heard, language: str) -> Owner:
    """Whoever was heard, as the owner of what they ask for."""
    return Owner(heard.platform, heard.person, heard.chat, heard.thread, heard.private, language)


def owner_in(row: Any) -> Owner:
    """The owner of a row."""
    return Owner(row.platform, row.person, row.chat, row.thread, bool(row.private), row.language)
