"""`svodka deliveries`: what was posted, where, and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import AsJson, Home, Now, project
from bot.cli.output import say, say_json
from bot.project import parse_moment
from warehouse.messages import Mistake


def deliveries(
    since: Annotated[str | None, typer.Option("--since", help="Only what was begun since: 2026-06-16T12:00.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a line for each part, for a spreadsheet.")] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show what was posted into which chats, which parts arrived, and why others did not."""
    from bot.cli.terminal import show
    from bot.delivery import listing
    from bot.state.store import open_state

    if as_json and as_csv:
        raise Mistake("--json and --csv exclude each other: choose one.")
    work = project(home, now)
    moment = parse_moment(since, work.timezone) if since else None
    state = open_state(work.config.state.url, work.root)
    try:
        found = state.do(lambda connection: listing.listed(connection, moment))
    finally:
        state.close()
    if as_json:
        say_json(listing.as_data(found, work.words))
    elif as_csv:
        say(listing.as_csv(found, work.words))
    else:
        show(listing.as_document(found, work.words))
