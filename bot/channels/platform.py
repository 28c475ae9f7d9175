"""How a platform is declared: all that the program has to know of it before it is connected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from bot.channels.protocol import AnyChannel, Front
from bot.settings import ConfigTable, Tokens

SettingsT = TypeVar("SettingsT", bound=ConfigTable)


@dataclass(frozen=True)
class Platform(Generic[SettingsT]):
    """A platform that people talk on. Its folder declares one, and the registry lists it."""

    key: str
    """What it is called in the ids of chats and people, and in `svodka.toml`, where its table has this name."""
    about: str
    """What its table is about, for the reference."""
    settings: type[SettingsT]
    """The shape of its table; there need not be any."""
    needs: Callable[[SettingsT], tuple[str, ...]]
    """The names of the tokens that it needs, as it is set."""
    open: Callable[[SettingsT, Tokens, Front], AnyChannel]
    """Make the channel, with all tokens that it needs. Raises UserError for settings that cannot work."""
    tokens: tuple[str, ...]
    """The names of all tokens that it may need."""
    secrets: str
    """What its tokens look like, as a regular expression: no log shows what looks so."""
    person: str
    """A person's id, for examples."""
    chat: str
    """A chat's id, for examples."""
    topic: str | None = None
    """A chat's id with a topic in it, for examples."""
    loggers: tuple[str, ...] = ()
    """Libraries that log every request: only their warnings are worth a line."""
    commands: tuple[tuple[str, str], ...] = ()
    """Commands of `svodka` that it alone has: how each is called, and where its function is, as `module:function`."""

    def missing(self, settings: SettingsT, tokens: Tokens) -> tuple[str, ...]:
        """Return the names of the tokens that are needed and not given."""
        return tuple(name for name in self.needs(settings) if name not in tokens)

    def wanted(self, settings: SettingsT, tokens: Tokens) -> bool:
        """Whether there is any of its tokens."""
        return len(self.missing(settings, tokens)) < len(self.needs(settings))


AnyPlatform = Platform[Any]


class ChannelSettings(Protocol):
    """Whoever knows how the platforms are set: the configuration."""

    def channel(self, platform: Platform[SettingsT]) -> SettingsT:
        """Return a platform's table; without one, all of it by default."""
        ...
