"""The list of commands that Telegram shows: by language and kind of chat, and told again only when it has changed."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from itertools import product

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.channels.channel import CommandHelp
from bot.channels.telegram.markup import one_line, shortened
from digests.wording import LANGUAGES

_LOG = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_COMMANDS, _ABOUT = 100, 256


async def publish(bot: Bot, commands: Sequence[CommandHelp], language: str) -> None:
    """Tell Telegram the commands; readers of other languages see the centre's. A failure is only logged."""
    fitting = [command for command in commands if _NAME.fullmatch(command.name)][:_COMMANDS]
    if len(fitting) < len(commands):
        left = sorted({command.name for command in commands} - {command.name for command in fitting})
        _LOG.warning("Not in Telegram's list of commands, which has %s at most: %s", _COMMANDS, ", ".join(left))
    scopes = (BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats())
    try:
        for scope, reader in product(scopes, (None, *LANGUAGES)):
            wanted = tuple(
                BotCommand(command.name, shortened(one_line(command.about[reader or language]), _ABOUT))
                for command in fitting
            )
            if await bot.get_my_commands(scope, reader) != wanted:
                await bot.set_my_commands(wanted, scope, reader)
    except TelegramError as error:
        _LOG.warning("Telegram's list of commands is not told: %s", error.message)
