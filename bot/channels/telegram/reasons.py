"""What Telegram's errors mean."""

from __future__ import annotations

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.reasons import Reason

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""What the library names by the same two errors as an answer that did not come."""
NO_CHAT = ("chat not found", "group chat was deactivated", "peer_id_invalid")
"""What is a bad request to Telegram, and as final as a refusal."""
GONE = ("message to edit not found", "message_id_invalid")
FIXED = (
    "message can't be edited",
    "there is no text in the message",
    "there is no media in the message",
    "media in album",
    "media_prev_invalid",
)
"""What Telegram says of a message that stays as it is; in whatever case it says it."""

_BAD = {
    Reason.NO_CHAT: NO_CHAT,
    Reason.GONE: GONE,
    Reason.FIXED: FIXED,
    Reason.TOPIC: ("thread not found", "topic_closed", "topic_deleted", "topic_id_invalid"),
    Reason.RIGHTS: ("not enough rights", "have no rights", "need administrator rights", "_forbidden"),
}


def reason_of(error: TelegramError) -> Reason:
    """Why, in words for people."""
    match error:
        case BadRequest():
            said = error.message.lower()
            return next((why for why, words in _BAD.items() if any(each in said for each in words)), Reason.CONTENT)
        case Forbidden():
            return Reason.REMOVED
        case InvalidToken():
            return Reason.TOKEN
        case Conflict():
            return Reason.OTHER_BOT
        case RetryAfter():
            return Reason.BUSY
        case ChatMigrated():
            return Reason.MOVED
        case NetworkError() if isinstance(error.__cause__, NEVER_SENT):
            return Reason.UNREACHED
        case TimedOut():
            return Reason.NO_ANSWER
        case NetworkError() if isinstance(error.__cause__, httpx.HTTPError):
            return Reason.BROKEN_OFF
        case _:
            return Reason.FAULTY
