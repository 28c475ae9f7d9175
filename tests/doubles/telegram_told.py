"""What the Bot API tells of the bot, of people and of chats; and what a test notes of calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.doubles.telegram_text import units

NAME = "svodka_test_bot"
ME = {"id": 4242, "is_bot": True, "first_name": "Svodka", "username": NAME}
GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
)
PERMISSIONS = ("can_send_messages", "can_send_photos", "can_send_documents")
RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories"),
)


@dataclass
class Fault:
    kind: str
    method: str
    seconds: float
    times: int


@dataclass
class Call:
    at: float
    method: str
    given: dict[str, Any]


def member(status: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {"kicked": {"until_date": 0}, "administrator": dict.fromkeys(RIGHTS, True)}
    return {"status": status, "user": ME, **more.get(status, {})}


def mentions(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "mention", "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in re.finditer(r"(?<![\w/])@\w{3,}", text)
    ]
