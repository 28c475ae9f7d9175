"""`svodka ask`: the question of a chat, answered in the terminal by the same path."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, require_records, say, say_json


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
    from bot.channels.files.send import beside, write_files
    from bot.chat.access import FULL
    from bot.chat.message import Reply
    from bot.chat.questions.interpret import interpret
    from bot.chat.questions.missing import Missing
    from bot.chat.questions.parse import Unclear
    from bot.chat.replies import NOTHING_ASKED, exported, presented, replied
    from bot.chat.snapshot import Snapshots
    from bot.chat.understanding import meaning_of
    from bot.chat.wording import Wording
    from bot.cli.terminal import show
    from digests.request import Rating, Verb, command
    from warehouse.messages import UserError

    work = project(home, now)
    require_records(work)
    snapshot = Snapshots(work).current(work.clock())
    found = interpret(question, snapshot.vocabulary(FULL), work.clock())
    if found is None:
        raise UserError(NOTHING_ASKED.id)
    if isinstance(found, Unclear | Missing):
        for reading in found.readings if isinstance(found, Unclear) else ():
            say(f"svodka ask {shlex.quote(command(reading))}")
        raise UserError(found.message.id, **found.message.params)
    request = found.request
    if request.verb is Verb.RATING:
        from bot.cli.contests import rating

        asked = request.rating or Rating()
        rating(asked.contest, None, asked.of == "team", to, as_json, home, now)
        return
    if as_json:
        say_json(exported(snapshot, request, FULL, work.localizer))
        return
    wording = Wording(snapshot.vocabulary(FULL), work.localizer)
    reply = Reply(replied(snapshot, request, FULL, work.localizer))
    document = presented(reply, meaning_of(found), wording).document
    show(document)
    for path in write_files(beside(document), to or work.root / "answers"):
        say(str(path))
