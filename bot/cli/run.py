"""`svodka run`, `svodka check` and `svodka slack-manifest`: the bot on its platforms."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, say, say_json
from warehouse.messages import UserError


def run(home: Home = None, now: Now = None) -> None:
    """Answer in Telegram and Slack, whichever have tokens in the environment, until SIGTERM or Ctrl-C."""
    from bot import logs, service
    from bot.tokens import read_tokens

    work = project(home, now)
    tokens = read_tokens()
    logs.set_up(tokens)
    asyncio.run(service.run(work, tokens))
    # A thread may still compute an answer that nobody waits for any more; the interpreter would wait for it.
    logging.shutdown()
    os._exit(0)


def check(home: Home = None, now: Now = None) -> None:
    """Look at configuration, records, tokens, chats and rights, and say what to mend."""
    from bot.operations.check import findings
    from bot.tokens import read_tokens

    work = project(home, now)
    found = asyncio.run(findings(work, read_tokens()))
    for finding in found:
        say(f"{'✓' if finding.fine else '!'} {work.localizer.say(finding.text)}")
    if not all(finding.fine for finding in found):
        raise typer.Exit(1)


def slack_manifest(
    url: Annotated[str | None, typer.Option("--url", help="Your https address, where slack.mode is http.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Print the manifest to make the Slack app from, with every command of this project."""
    import yaml

    from bot.channels.slack.manifest import manifest
    from bot.chat.menu import command_names

    work = project(home, None)
    mode = work.config.slack.mode
    if mode == "http" and not (url or "").startswith("https://"):
        raise UserError(
            "slack.mode is http: name the address that Slack is to deliver to, as --url https://example.org."
        )
    made = manifest(command_names(work.config.catalogue, desk=work.config.has_editors), work.localizer, mode, url)
    if as_json:
        say_json(made)
    else:
        say(yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=110).rstrip())
