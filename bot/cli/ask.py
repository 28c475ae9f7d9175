"""`svodka ask`: the question of a chat, answered in the terminal by the same path."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import AsJson, Home, Now, project
from bot.cli.output import say, say_json


def ask(
    question: Annotated[str, typer.Argument(help='As in a chat: "sl inhouse today", "звонки вчера по часам".')],
    to: Annotated[
        Path | None, typer.Option("--to", help="Directory for pictures and files; answers/ if not given.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Answer a question as the bot does, with its picture as a file."""
    from bot.access import FULL
    from bot.answering.board import Boards
    from bot.answering.replying import exported, replied
    from bot.answering.sentences import NOTHING_ASKED
    from bot.channels.folder.send import beside, write_files
    from bot.cli.terminal import show
    from bot.commands.parse import Unclear, understand
    from digests.enquiry import Rating, Verb, command
    from warehouse.messages import Mistake

    work = project(home, now)
    board = Boards(work).current(work.clock())
    request = understand(question, board.vocabulary(FULL), work.clock())
    if request is None:
        raise Mistake(NOTHING_ASKED.id)
    if isinstance(request, Unclear):
        for reading in request.readings:
            say(f"svodka ask {shlex.quote(command(reading))}")
        raise Mistake(request.message.id, **request.message.params)
    if request.verb is Verb.RATING:
        from bot.cli.contests import rating

        asked = request.rating or Rating()
        rating(asked.contest, None, asked.of == "team", to, as_json, home, now)
        return
    if as_json:
        say_json(exported(board, request, FULL, work.words))
        return
    document = replied(board, request, FULL, work.words)
    show(document)
    for path in write_files(beside(document), to or work.root / "answers"):
        say(str(path))
