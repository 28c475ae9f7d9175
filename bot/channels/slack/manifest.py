"""The app's manifest: what Slack has to know of the bot, from the commands that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from bot.channels.protocol import CommandHelp
from bot.chat.menu import ABOUT_DESK, ABOUT_INCIDENTS, ABOUT_TELLING
from digests.localizer import Localizer
from digests.request import Verb
from warehouse.messages import N_

UMBRELLA = "svodka"
"""The command under which all others are reached too."""

PATH = "/slack/events"
"""Where the server of the mode http takes everything."""

COMMANDS, NAME = 50, 31
"""How many slash commands an app has, and how long a name is."""

SCOPES = (
    *("app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write"),
    *("groups:history", "groups:read", "im:history", "im:read", "metadata.message:read", "mpim:history"),
    *("mpim:read", "users:read"),
)
EVENTS = ("app_mention", "message.channels", "message.groups", "message.im", "message.mpim")

_WITHOUT_WORDS = {
    *({verb.value for verb in Verb} - {Verb.WHY.value, Verb.FIGURE.value}),
    *ABOUT_DESK,
    *ABOUT_TELLING,
    *ABOUT_INCIDENTS,
}

TAKEN = frozenset(
    {
        *("active", "all", "apps", "archive", "away", "call", "canvas", "close", "collapse", "dm", "dnd", "expand"),
        *("feed", "feedback", "gif", "giphy", "help", "huddle", "invite", "invite_people", "join", "keys", "kick"),
        *("leave", "list", "me", "msg", "mute", "open", "part", "prefs", "pro", "remind", "remove", "rename", "search"),
        *("shortcuts", "shrug", "star", "status", "summarize", "tableflip", "topic", "unarchive", "unmute", "who"),
        *("workflow", "debug", "send", "kill", "commands", "start", "app", "emoji", "discard", "files", "people"),
    }
)
"""Names that Slack has itself, or refuses to give: one of them makes it refuse the whole manifest."""


def slash_name(command: str) -> str:
    """A command's name at Slack, which has no underscores and keeps some names for itself."""
    name = command.replace("_", "-")
    return f"{UMBRELLA}-{name}" if name in TAKEN or name == UMBRELLA else name


def own_names(commands: Sequence[CommandHelp]) -> dict[str, str]:
    """The bot's names of commands by Slack's."""
    return {slash_name(each.name): each.name for each in commands}


def manifest(
    commands: Sequence[CommandHelp], localizer: Localizer, mode: Literal["socket", "http"], url: str | None = None
) -> dict[str, Any]:
    """The manifest as data. `url` is the https address of the mode http, without the path.

    Commands beyond Slack's limit are left to the umbrella: give the most asked first.
    """
    address = {"url": f"{url.rstrip('/')}{PATH}"} if mode == "http" and url else {}
    request = {"request_url": address["url"]} if address else {}
    hint = localizer(N_("[line] [period] [by hour|day|line] [vs week|plan]"))
    named = {slash_name(each.name): each for each in commands}
    chosen = [(name, each) for name, each in named.items() if len(name) <= NAME][: COMMANDS - 1]
    umbrella = {
        "command": f"/{UMBRELLA}",
        "description": localizer(N_("Any question: sl inhouse today, help")),
        "usage_hint": localizer(N_("[metric] [line] [period]")),
        "should_escape": False,
        **address,
    }
    return {
        "display_information": {
            "name": localizer(N_("Svodka")),
            "description": localizer(N_("The contact centre's numbers: plan, fact and what they mean")),
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": UMBRELLA, "always_online": True},
            "slash_commands": [
                umbrella,
                *(
                    {
                        "command": f"/{name}",
                        "description": each.about.get(localizer.language) or each.name,
                        **({} if each.name in _WITHOUT_WORDS else {"usage_hint": hint}),
                        "should_escape": False,
                        **address,
                    }
                    for name, each in chosen
                ),
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }
