"""`svodka run` and `svodka check`: the bot on its platforms."""

from __future__ import annotations

import asyncio
import logging
import os

import typer

from bot.cli.terminal import Home, Now, project, say

_MARKS = {True: "✓", None: "·", False: "!"}


def run(home: Home = None, now: Now = None) -> None:
    """Answer on every platform that has its tokens in the environment, until SIGTERM or Ctrl-C."""
    from bot import logs, service
    from bot.channels.registry import read_tokens

    work = project(home, now)
    tokens = read_tokens()
    logs.set_up(tokens)
    asyncio.run(service.run(work, tokens))
    # A thread may still compute an answer that nobody waits for any more; the interpreter would wait for it.
    logging.shutdown()
    os._exit(0)


def check(home: Home = None, now: Now = None) -> None:
    """Look at configuration, records, tokens, chats and rights, and say what to mend."""
    from bot.channels.registry import read_tokens
    from bot.operations.check import findings

    work = project(home, now)
    found = asyncio.run(findings(work, read_tokens()))
    for finding in found:
        say(f"{_MARKS[finding.fine]} {work.localizer.say(finding.text)}")
    if any(finding.fine is False for finding in found):
        raise typer.Exit(1)
