"""Slack's table in `svodka.toml`, and its tokens."""

from __future__ import annotations

from typing import Literal

from bot.settings import ConfigTable

PLATFORM = "slack"
SLACK_BOT, SLACK_APP, SLACK_SIGNING = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"


class SlackConfig(ConfigTable):
    api_url: str = "https://slack.com/api/"
    """The Web API's address."""
    proxy: str | None = None
    """A proxy for all requests to it: http:// or https://."""
    mode: Literal["socket", "http"] = "socket"
    """How Slack delivers: by Socket Mode, or to an address of yours with signed requests."""
    listen: str = "127.0.0.1:3000"
    """Where the server of the mode http listens, behind your own https."""
