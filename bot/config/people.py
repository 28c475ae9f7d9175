"""Settings of the bot: its platforms, who may ask what, and what it remembers. Tokens are no settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.table import ConfigTable


class TelegramConfig(ConfigTable):
    api_url: str = "https://api.telegram.org"
    """The Bot API's server; one of your own, if you run one."""
    proxy: str | None = None
    """A proxy for all requests to it: http://, https:// or socks5://."""
    webhook_url: str | None = None
    """Where Telegram is to deliver to, https; without it the bot asks Telegram by long polling."""
    listen: str = "127.0.0.1:8443"
    """Where the webhook's server listens, behind your own https."""


class SlackConfig(ConfigTable):
    api_url: str = "https://slack.com/api/"
    """The Web API's address."""
    proxy: str | None = None
    """A proxy for all requests to it: http:// or https://."""
    mode: Literal["socket", "http"] = "socket"
    """How Slack delivers: by Socket Mode, or to an address of yours with signed requests."""
    listen: str = "127.0.0.1:3000"
    """Where the server of the mode http listens, behind your own https."""


class RoleConfig(ConfigTable):
    metrics: tuple[str, ...] = ("*",)
    """The metrics that may be asked for; * is all."""
    lines: tuple[str, ...] = ("*",)
    """The lines and groups of lines that may be asked for; * is all, and the whole centre."""
    names: bool = False
    """Whether agents are named; otherwise their shares and ranks show, without names."""
    operator: bool = False
    """Whether the bot takes orders, as the operators' chats give them."""
    editor: bool = False
    """Whether everything may be done at the editorial desk, as in the editors' chats."""
    subscribe: Literal["none", "own", "chat"] = "own"
    """Subscriptions and alerts: none, their own in private, or those of chats too; a chat's role: by anybody there."""


class AskerConfig(ConfigTable):
    id: str
    """Platform and id, as telegram:12345 or slack:U024BE7LH; the bot tells an unknown one its id."""
    role: str
    """What may be asked there: one of [roles]."""
    title: str | None = None
    """Whose it is, for those who read the configuration."""
    language: Literal["ru", "en"] | None = None
    """What is spoken there; the language of the question, if not given."""
    agent: str | None = None
    """Which agent of the records they are, for their own place in a contest."""


class StateConfig(ConfigTable):
    url: str = "sqlite:///state/svodka.db"
    """The database of what the bot remembers: any SQLAlchemy URL; a relative path lies in the project."""


class QuestionsConfig(ConfigTable):
    per_minute: Annotated[int, Field(ge=1)] = 20
    """Questions that a person may ask within a minute."""
    timeout_s: Annotated[float, Field(gt=0)] = 20
    """Seconds after which a question is given up with a sentence."""
    workers: Annotated[int, Field(ge=1, le=32)] = 4
    """Questions that are computed at the same time; the others wait."""
