"""`svodka ask`: the question of a chat, answered in the terminal by the same path."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, require_records, say, say_json

if TYPE_CHECKING:
    from bot.chat.snapshot import Snapshot
    from bot.project import Project


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
    from bot.chat.own_words import OwnWords
    from bot.chat.questions.missing import Missing
    from bot.chat.questions.problems import Unclear
    from bot.chat.replies import NOTHING_ASKED, exported, presented, replied
    from bot.chat.snapshot import Snapshots
    from bot.chat.understanding import ContextualUtterance, understanding
    from bot.chat.wording import Wording
    from bot.cli.terminal import show
    from digests.load.words import question_of
    from digests.request import Rating, Verb, command
    from metrics.periods import to_local
    from warehouse.messages import UserError

    work = project(home, now)
    require_records(work)
    snapshot = Snapshots(work).current(work.clock())
    vocabulary = snapshot.vocabulary(FULL)
    at = to_local(work.clock(), vocabulary.timezone)
    if (load := question_of(question, plainly=True)) is not None:
        _about_load(work, snapshot, load, to)
        return
    said = OwnWords(work.config.words, work.config.shifts).read(question, at)
    meant = understanding(ContextualUtterance(said), vocabulary, work.clock())
    if meant is None:
        raise UserError(NOTHING_ASKED.id)
    if isinstance(meant, Unclear | Missing):
        for reading in meant.readings if isinstance(meant, Unclear) else ():
            say(f"svodka ask {shlex.quote(command(reading))}")
        raise UserError(meant.message.id, **meant.message.params)
    request = meant.request
    if request.verb is Verb.RATING:
        from bot.cli.contests import rating

        asked = request.rating or Rating()
        rating(asked.contest, None, asked.of == "team", to, as_json, home, now)
        return
    if as_json:
        say_json(exported(snapshot, request, FULL, work.localizer))
        return
    reply = Reply(replied(snapshot, request, FULL, work.localizer))
    document = presented(reply, meant, Wording(vocabulary, work.localizer)).document
    show(document)
    for path in write_files(beside(document), to or work.root / "answers"):
        say(str(path))


def _about_load(work: Project, snapshot: Snapshot, question: str, to: Path | None) -> None:
    """Answer a question about load as the bot does."""
    from bot.channels.files.send import beside, write_files
    from bot.chat.access import FULL
    from bot.chat.replies import view_of
    from bot.cli.terminal import show
    from digests.answers import load
    from digests.load.reading import read
    from metrics.periods import to_local

    today = to_local(work.clock(), snapshot.centre.timezone).date()
    document = load.reply(view_of(snapshot, FULL, work.localizer), read(question, snapshot.centre, today))
    show(document)
    for path in write_files(beside(document), to or work.root / "answers"):
        say(str(path))
