"""The library's bot, connected as the settings say, and what `svodka check` can see with it, listening to nobody."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Sequence
from functools import cache
from ssl import SSLContext

from httpx import create_ssl_context
from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberOwner,
    ChatMemberRestricted,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.protocol import Address, Finding
from bot.channels.telegram.platform import Policies
from bot.channels.telegram.send import chat_id, reason_of
from bot.channels.telegram.settings import TELEGRAM_BOT, TelegramConfig
from warehouse.messages import Message, UserError, note

_CONNECTIONS = 64


def client(settings: TelegramConfig, token: str, policies: Policies) -> Bot:
    """A bot that is not initialized yet. Raises UserError for what cannot be a token, a server or a proxy."""
    # The library's durations as timedelta, which is what it will return in future; asked for by this name alone.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # It logs every address it calls, and a bot's address holds its token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # A gateway's page in place of an answer is an error that we say ourselves, without the page.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    server = settings.api_url.rstrip("/")
    if not server.startswith(("https://", "http://")):
        raise UserError(
            'In svodka.toml, telegram.api_url: "{given}" is no address; one begins with https://.',
            given=settings.api_url,
        )
    try:
        return Bot(
            token,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=_request(settings, policies, _CONNECTIONS),
            get_updates_request=_request(settings, policies, 2),
        )
    except InvalidToken:
        raise refused() from None
    except ValueError:
        raise UserError(
            'In svodka.toml, telegram.proxy: "{given}" is no proxy; one is named like socks5://127.0.0.1:1080.',
            given=settings.proxy or "",
        ) from None


def refused() -> UserError:
    """The token is not one of a bot's."""
    return UserError(
        "Telegram does not know the token in {name}. Copy it again from @BotFather, whole and without spaces.",
        name=TELEGRAM_BOT,
    )


def _request(settings: TelegramConfig, policies: Policies, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        proxy=settings.proxy,
        read_timeout=policies.answer_s,
        write_timeout=policies.answer_s,
        media_write_timeout=policies.upload_s,
        connect_timeout=5.0,
        pool_timeout=5.0,
        httpx_kwargs={"verify": _certificates()},
    )


@cache
def _certificates() -> SSLContext:
    """Return what servers are trusted by, read once: each client would read all authorities anew."""
    return create_ssl_context()


async def findings(bot: Bot, chats: Sequence[str]) -> AsyncIterator[Finding]:
    """The bot itself, then each chat."""
    try:
        await bot.initialize()
    except InvalidToken:
        yield _to_mend(refused().message)
        return
    except TelegramError as error:
        yield _to_mend(note("Telegram cannot be reached: {reason}.", reason=Message(reason_of(error))))
        return
    me = bot.bot
    yield _fine(note("Telegram knows the bot as @{name}.", name=me.username))
    if not me.can_join_groups:
        yield _to_mend(
            note("@{name} cannot be added to groups: switch it on with @BotFather, /setjoingroups.", name=me.username)
        )
    if not me.can_read_all_group_messages:
        yield _fine(
            note(
                "Privacy mode is on: in groups @{name} sees commands, and an ordinary message only where it is an "
                "administrator. To be asked by a mention, make it one, or switch the mode off with @BotFather, "
                "/setprivacy.",
                name=me.username,
            )
        )
    for chat in chats:
        yield await _chat(bot, chat)


async def _chat(bot: Bot, named: str) -> Finding:
    if not named.startswith("@") and not named.removeprefix("-").isdecimal():
        return _to_mend(note('"{chat}" is no chat of Telegram: one is named by its number or its @name.', chat=named))
    chat = chat_id(Address(named))
    try:
        shown = await bot.get_chat(chat)
        if shown.type == ChatType.PRIVATE:
            return _fine(note("The chat {chat} is reached: {title}.", chat=named, title=shown.effective_name or named))
        member = await bot.get_chat_member(chat, bot.id)
    except ChatMigrated as moved:
        return _to_mend(
            note("The chat {chat} is a supergroup now: name it {new}.", chat=named, new=str(moved.new_chat_id))
        )
    except (BadRequest, Forbidden) as error:
        return _to_mend(
            note(
                "The chat {chat} is not reached ({reason}): add the bot to it; a person must write to it first.",
                chat=named,
                reason=Message(reason_of(error)),
            )
        )
    except TelegramError as error:
        return _to_mend(
            note("The chat {chat} cannot be looked at: {reason}.", chat=named, reason=Message(reason_of(error)))
        )
    title = shown.effective_name or named
    if isinstance(member, ChatMemberLeft | ChatMemberBanned):
        return _to_mend(note("The bot is not in the chat {chat}, {title}: add it.", chat=named, title=title))
    if lacking := _lacking(shown, member):
        return _to_mend(
            note(
                "In the chat {chat}, {title}, the bot may not send {what}: allow it in the chat's permissions.",
                chat=named,
                title=title,
                what=lacking,
            )
        )
    return _fine(note("The bot may post in the chat {chat}: {title}.", chat=named, title=title))


def _lacking(chat: ChatFullInfo, member: ChatMember) -> Message | None:
    """The first thing that the bot may not send there; a chat's permissions bind all but its administrators."""
    if isinstance(member, ChatMemberOwner):
        return None
    if isinstance(member, ChatMemberAdministrator):
        may_post = chat.type != ChatType.CHANNEL or member.can_post_messages
        return None if may_post else note("messages")
    sources = [
        each for each in (chat.permissions, member if isinstance(member, ChatMemberRestricted) else None) if each
    ]
    if any(source.can_send_messages is False for source in sources):
        return note("messages")
    if any(source.can_send_photos is False for source in sources):
        return note("pictures")
    if any(source.can_send_documents is False for source in sources):
        return note("files")
    return None


def _fine(text: Message) -> Finding:
    return Finding(True, text)


def _to_mend(text: Message) -> Finding:
    return Finding(False, text)
