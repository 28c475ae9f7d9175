"""What Slack's errors mean."""

from __future__ import annotations

import aiohttp

from bot.channels.reasons import Reason

DEAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)

_WORDS = {
    **dict.fromkeys(DEAD_TOKEN, Reason.TOKEN),
    **dict.fromkeys(("channel_not_found", "not_in_channel", "user_not_in_channel"), Reason.NO_CHAT),
    **dict.fromkeys(("user_not_found", "cannot_dm_bot", "messages_tab_disabled"), Reason.NO_CHAT),
    "is_archived": Reason.ARCHIVED,
    **dict.fromkeys(("missing_scope", "no_permission", "restricted_action"), Reason.RIGHTS),
    **dict.fromkeys(("ekm_access_denied", "team_access_not_granted"), Reason.RIGHTS),
    "thread_not_found": Reason.TOPIC,
    **dict.fromkeys(("message_not_found", "file_not_found", "file_deleted"), Reason.GONE),
    **dict.fromkeys(("cant_update_message", "cant_delete_message", "edit_window_closed"), Reason.FIXED),
    **dict.fromkeys(("invalid_blocks", "invalid_arguments", "msg_too_long", "no_text"), Reason.CONTENT),
    **dict.fromkeys(("ratelimited", "rate_limited"), Reason.BUSY),
    **dict.fromkeys(("fatal_error", "internal_error", "service_unavailable"), Reason.FAULTY),
}


def meaning(word: str) -> Reason:
    """Why, in words for people, by Slack's own word; empty where it answered with a fault and said none."""
    return _WORDS.get(word, Reason.REFUSED) if word else Reason.FAULTY


def lost(error: BaseException) -> Reason:
    """Why no answer came, in words for people."""
    if isinstance(error, NOT_SENT):
        return Reason.UNREACHED
    if isinstance(error, TimeoutError):
        return Reason.NO_ANSWER
    # AttributeError is the library's own, over an answer that is plain text.
    return Reason.FAULTY if isinstance(error, AttributeError) else Reason.BROKEN_OFF
