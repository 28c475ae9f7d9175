"""The register of platforms. Adding one is a folder beside this file and a line here."""

from __future__ import annotations

import os
from collections.abc import Mapping

from bot import settings
from bot.channels.platform import AnyPlatform, ChannelSettings
from bot.channels.protocol import AnyChannel, Front
from bot.channels.slack.platform import SLACK
from bot.channels.telegram.platform import TELEGRAM
from bot.settings import Tokens
from warehouse.messages import UserError

PLATFORMS: dict[str, AnyPlatform] = {
    each.key: each
    for each in (
        TELEGRAM,
        SLACK,
    )
}


def read_tokens(environment: Mapping[str, str] = os.environ) -> Tokens:
    """Return the tokens of all platforms that the environment gives. Raises like `bot.settings.read_tokens`."""
    names = [name for platform in PLATFORMS.values() for name in platform.tokens]
    return settings.read_tokens(environment, names, [platform.secrets for platform in PLATFORMS.values()])


def open_channels(config: ChannelSettings, given: Tokens, front: Front) -> list[AnyChannel]:
    """Return a channel for every platform that has its tokens.

    Raises UserError if none has, or if one has only a part of them.
    """
    opened = []
    for platform in PLATFORMS.values():
        settings = config.channel(platform)
        if not platform.wanted(settings, given):
            continue
        if missing := platform.missing(settings, given):
            raise UserError(
                "{missing} is missing in the environment: {platform} needs it too.",
                missing=", ".join(missing),
                platform=platform.key,
            )
        opened.append(platform.open(settings, given, front))
    if not opened:
        needed = [", ".join(platform.needs(config.channel(platform))) for platform in PLATFORMS.values()]
        raise UserError(
            "No platform has its tokens. Set those of one, under these names or with _FILE after them: {names}.",
            names="; ".join(needed),
        )
    return opened


def person_examples() -> tuple[str, ...]:
    """Return how people are named, on each platform."""
    return tuple(f"{platform.key}:{platform.person}" for platform in PLATFORMS.values())


def chat_examples(topics: bool = False) -> tuple[str, ...]:
    """Return how chats are named, on each platform; also chats with a topic in them."""
    found = []
    for platform in PLATFORMS.values():
        ids = (platform.chat, platform.topic if topics else None)
        found += [f"{platform.key}:{each}" for each in ids if each]
    return tuple(found)
