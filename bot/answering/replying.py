"""A request's document, made by a worker thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.access import FULL, Role
from bot.answering.board import Board
from bot.contests.posts import next_asked, rating
from digests import replies
from digests.contest.spec import ContestSpec
from digests.definition import BIWEEKLY
from digests.document import Document
from digests.enquiry import Rating, Request
from digests.stories import Story, read_stories
from digests.wording import Words
from metrics.contests.ledger import Ledger
from metrics.periods import Period


def replied(board: Board, request: Request, role: Role, words: Words) -> Document:
    """What is said to a request by somebody with a role. Raises Mistake for what cannot be asked, or not by them."""
    view = view_of(board, role, words)
    document = replies.reply(view, request)
    board.project.keep_weights(view.book)
    return document


def exported(board: Board, request: Request, role: Role, words: Words) -> dict[str, Any]:
    """The same numbers for scripts. Raises Mistake like `replied`."""
    from digests.export import reply_object

    view = view_of(board, role, words)
    found = reply_object(replies.answered(view, request), words)
    board.project.keep_weights(view.book)
    return found


def warm_up(board: Board) -> None:
    """Do what the first question would otherwise wait for: names, this month's plans, the modules of pictures."""
    board.vocabulary(FULL)
    board.spread_plans()
    import digests.pictures  # noqa: F401 - the import is the work


def rated(
    board: Board,
    spec: ContestSpec,
    request: Request,
    role: Role,
    words: Words,
    *,
    ledger: Ledger,
    agent: str | None,
    pressable: bool = False,
) -> Document:
    """What is said to a request for a rating. `ledger` is the contest's, `agent` who asks, by their key in the records.

    Raises Mistake for what cannot be asked, or not by them.
    """
    view = view_of(board, role, words)
    view.metric(spec.rules.metric.key)
    asked = request.rating or Rating()
    document = rating(view.reckoner, spec, ledger, words, asked, named=role.names, agent=agent)
    return replace(document, blocks=(*document.blocks, next_asked(spec.key, asked, words))) if pressable else document


def view_of(board: Board, role: Role, words: Words) -> replies.View:
    """The numbers as somebody with a role sees them, for the thread that calls."""
    workplace, project = board.workplace(), board.project

    def stories(period: Period) -> Sequence[Story]:
        return read_stories(project.root / "stories", period).stories

    return replies.View(
        reckoner=workplace.reckoner,
        book=workplace.book,
        words=words,
        figures=project.config.all_figures,
        lines=role.lines,
        names=role.names,
        metrics=role.metrics,
        subscribes=role.subscribe != "none",
        digest=project.config.digest(BIWEEKLY.key),
        stories=stories,
    )
