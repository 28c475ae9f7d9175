"""What Slack delivers, as what was asked and where: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.channels.delivery import Place
from bot.channels.slack.manifest import UMBRELLA
from bot.channels.slack.reading import written
from bot.channels.slack.render import parts_of
from bot.channels.slack.typed import REFERENCE, shown
from bot.heard import Attached, Content, Heard

PLATFORM = "slack"

Json = Mapping[str, Any]

Attach = Callable[[Json], Attached | None]
"""What is made of a file of an event."""

_SAID = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that people write; the others are Slack's notices and bots."""


@dataclass(frozen=True)
class Asked:
    """Something said to the bot, and where its answer belongs."""

    heard: Heard
    place: Place
    message: str | None = None
    """The person's message, to which its answer is tied while it is edited."""
    changed: bool = False
    """Whether the person edited it."""
    pressed: str | None = None
    """The message whose button was pressed."""
    parts: int | None = None
    """Of how many messages the pressed answer was; None, if it does not say."""
    unseen: bool = False
    """Whether the pressed message shows to this person alone."""
    response_url: str | None = None


def from_command(body: Json, names: Mapping[str, str]) -> Asked:
    """A slash command; `names` are the bot's own for those Slack knows."""
    given = str(body["command"]).lstrip("/")
    typed = str(body.get("text") or "").strip()
    typed = (typed or "help") if given == UMBRELLA else f"{names.get(given, given)} {typed}".strip()
    typed = f"/{typed.lstrip('/')}"
    chat = str(body["channel_id"])
    heard = Heard(
        PLATFORM,
        str(body["user_id"]),
        chat,
        _private(chat),
        cleaned(typed),
        str(body["trigger_id"]),
        content=Content(written({"text": typed}, "")),
    )
    return Asked(heard, Place(chat), response_url=body.get("response_url"))


def from_press(body: Json) -> Asked:
    """A press of one of our buttons."""
    action, container = body["actions"][0], body.get("container") or {}
    chat = str((body.get("channel") or {}).get("id") or container.get("channel_id"))
    message = body.get("message") or {}
    ts = str(container.get("message_ts") or message.get("ts"))
    event = f"{chat}:{ts}:{action.get('action_id')}:{action.get('action_ts') or body.get('trigger_id')}"
    heard = Heard(PLATFORM, str(body["user"]["id"]), chat, _private(chat), str(action.get("value") or ""), event)
    return Asked(
        heard,
        Place(chat, message.get("thread_ts") or container.get("thread_ts")),
        pressed=ts,
        parts=parts_of(str(action.get("block_id") or "")),
        unseen=bool(container.get("is_ephemeral")),
        response_url=body.get("response_url"),
    )


def from_mention(event: Json, us: str, attach: Attach) -> Asked | None:
    """A mention in a channel: the answer goes into its thread."""
    return _said(event, event, us, attach)


def from_message(event: Json, us: str, ours: Callable[[Place], bool], attach: Attach) -> Asked | None:
    """A message that is for us: private, or in a thread we speak in. Mentions come by themselves as well."""
    if event.get("subtype") == "message_changed":
        return _changed(event, us, ours, attach)
    if event.get("subtype") not in _SAID or not _for_us(event, event, us, ours):
        return None
    return _said(event, event, us, attach)


def _changed(event: Json, us: str, ours: Callable[[Place], bool], attach: Attach) -> Asked | None:
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    # Slack says the same of a link that got its preview.
    if message.get("subtype") not in _SAID or message.get("text") == before.get("text"):
        return None
    mentioned = f"<@{us}" in str(message.get("text"))
    if not mentioned and not _for_us(message, event, us, ours):
        return None
    return _said(message, event, us, attach, changed=True)


def _for_us(message: Json, event: Json, us: str, ours: Callable[[Place], bool]) -> bool:
    chat, text, thread = str(event["channel"]), str(message.get("text") or ""), message.get("thread_ts")
    if _private(chat):
        return True
    # Who is called by name is not us; our own name comes as a mention.
    if "<@" in text or not thread:
        return False
    return message.get("parent_user_id") == us or ours(Place(chat, str(thread)))


def _said(message: Json, event: Json, us: str, attach: Attach, changed: bool = False) -> Asked | None:
    if message.get("bot_id") or message.get("user") in (None, us, "USLACKBOT"):
        return None
    chat, ts = str(event["channel"]), str(message["ts"])
    # The same for a mention and for the message that it stands in.
    name = ":".join(filter(None, (chat, ts, (message.get("edited") or {}).get("ts"))))
    text, named = re.subn(rf"<@{re.escape(us)}(\|[^>]*)?>", " ", str(message.get("text") or ""))
    text = cleaned(text)
    private = _private(chat)
    aside = not private and not named
    thread = message.get("thread_ts") or (None if private else ts)
    files = [file for file in message.get("files") or () if isinstance(file, Mapping)]
    content = Content(written(message, us), tuple(picture for file in files if (picture := attach(file))))
    heard = Heard(
        PLATFORM,
        str(message["user"]),
        chat,
        private,
        text or ("" if aside or (files and not named) else "help"),
        name,
        content=content,
        reply_to=str(message["thread_ts"]) if message.get("parent_user_id") == us else None,
        message=ts,
        aside=aside,
    )
    return Asked(heard, Place(chat, thread), message=ts, changed=changed)


def cleaned(text: str) -> str:
    """What was typed: Slack's references as the words they show, on one line."""

    return " ".join(unescape(REFERENCE.sub(shown, text)).split())


def _private(chat: str) -> bool:
    return chat.startswith("D")
