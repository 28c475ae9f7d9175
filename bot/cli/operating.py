"""`svodka run`, `check`, `health`, `backup` and `restore`: the bot on its platforms, for those who keep it running."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, say, say_json
from warehouse.messages import N_, UserError, note, system_reason

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


def health(
    ready: Annotated[bool, typer.Option("--ready", help="Whether it can do its work, not only whether it lives.")] = (
        False
    ),
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Ask the running bot at [health] listen whether it lives; exit code 0 if so, for a container's health check."""
    import json

    work = project(home, None)
    listen = work.config.health.listen
    if not listen:
        raise UserError("In svodka.toml, health.listen is not set, so the bot cannot be asked.")
    status, body = _get_page(listen, "/readyz" if ready else "/healthz")
    if as_json:
        say_json(body)
    if status != 200:
        raise UserError("The bot at {listen} is not well: {said}.", listen=listen, said=json.dumps(body))
    if not as_json:
        say(work.localizer(N_("The bot is ready.") if ready else N_("The bot lives.")))


def _get_page(listen: str, page: str) -> tuple[int, dict[str, object]]:
    import json
    from http.client import HTTPConnection, HTTPException

    host, _, port = listen.rpartition(":")
    here = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
    try:
        connection = HTTPConnection(here.get(host.strip("[]"), host.strip("[]")), int(port), timeout=5)
        connection.request("GET", page)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        why = system_reason(error) if isinstance(error, OSError) else note("what answers there is no Svodka")
        raise UserError("The bot at {listen} does not answer: {reason}.", listen=listen, reason=why) from None


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="File, or directory for a dated one; [backup] directory if not given.")
    ] = None,
    home: Home = None,
) -> None:
    """Copy the bot's state into one file, also while the bot runs, and check the copy."""
    from bot.state import backups
    from bot.state.database import location_of

    work = project(home, None)
    place = location_of(work.config.state.url, work.root)
    if place.file is None:
        raise UserError(backups.NOT_OURS.id)
    if to is None:
        made = backups.make(place.file, work.backups)
        backups.prune(work.backups, work.config.backup.keep)
    elif to.is_dir():
        made = backups.make(place.file, to)
    else:
        made = backups.copy(place.file, to.absolute())
    say(work.localizer(N_("The state is backed up and the copy checked: {file}"), file=made))


def restore(
    file: Annotated[Path, typer.Argument(help="A backup of the state.")],
    home: Home = None,
) -> None:
    """Put a backup in the place of the bot's state, which is kept aside; refused while a bot runs."""
    from bot.operations.backups import amend
    from bot.state import backups
    from bot.state.database import location_of

    work = project(home, None)
    aside = backups.restore(
        file,
        location_of(work.config.state.url, work.root),
        amend=lambda connection: amend(connection, work.clock(), backups.moment_of(file), work.localizer.say),
    )
    if aside:
        say(work.localizer(N_("The state that was there is kept as {file}"), file=aside))
    say(work.localizer(N_("The state is restored from {file}"), file=file))
    say(work.localizer(N_("What was posted or asked after that backup is not known to it.")))
    say(work.localizer(N_("What may have been posted since is not posted by itself: the operators are asked.")))
