"""`svodka slack-manifest`: what Slack asks for when an app is made."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import AsJson, Home, project
from bot.cli.output import say, say_json
from warehouse.messages import Mistake


def slack_manifest(
    url: Annotated[str | None, typer.Option("--url", help="Your https address, where slack.mode is http.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Print the manifest to make the Slack app from, with every command of this project."""
    import yaml

    from bot.channels.slack.manifest import manifest
    from bot.commands.menu import command_names

    work = project(home, None)
    mode = work.config.slack.mode
    if mode == "http" and not (url or "").startswith("https://"):
        raise Mistake("slack.mode is http: name the address that Slack is to deliver to, as --url https://example.org.")
    made = manifest(command_names(work.config.catalogue, desk=work.config.has_desk), work.words, mode, url)
    if as_json:
        say_json(made)
    else:
        say(yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=110).rstrip())
