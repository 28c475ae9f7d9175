"""`svodka slack-manifest`: what Slack's app is made from."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, project, say, say_json
from warehouse.messages import UserError


def slack_manifest(
    url: Annotated[str | None, typer.Option("--url", help="Your https address, where slack.mode is http.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Print the manifest to make the Slack app from, with every command of this project."""
    import yaml

    from bot.channels.slack.manifest import manifest
    from bot.channels.slack.platform import SLACK
    from bot.chat.menu import command_names

    work = project(home, None)
    mode = work.config.channel(SLACK).mode
    if mode == "http" and not (url or "").startswith("https://"):
        raise UserError(
            "slack.mode is http: name the address that Slack is to deliver to, as --url https://example.org."
        )
    made = manifest(command_names(work.config.catalogue, desk=work.config.has_editors), work.localizer, mode, url)
    if as_json:
        say_json(made)
    else:
        say(yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=110).rstrip())
