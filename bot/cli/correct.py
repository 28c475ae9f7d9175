"""`svodka digest correct`: what was posted beside today's records, and the word to correct it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.terminal import AsJson, Home, Now, project, say, say_json
from bot.project import Project
from warehouse.messages import N_, Message, UserError, nearest, note

if TYPE_CHECKING:
    from bot.corrections.model import Correction, PostComparison
    from bot.state.store import State
    from digests.document import Document
    from digests.localizer import Localizer

BY = "svodka digest correct"
"""Who decided, as the state has it."""


def correct(
    period: Annotated[
        str | None, typer.Argument(help="2026-06-01..2026-06-15, 2026-06-01 or 2026-06; else what was posted of late.")
    ] = None,
    digest: Annotated[str | None, typer.Option("--digest", help="Only this digest, by its key.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Have the posts corrected, by the running bot.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compare posted figures with those of today's records, and have the posts corrected."""
    from bot.cli.terminal import show
    from bot.state.store import open_state

    work = project(home, now)
    state = open_state(work.config.state.url, work.root)
    try:
        found, decided = asyncio.run(_compared(work, state, period, digest, apply))
        works = _somebody_works(state) if decided else False
    finally:
        state.close()
    if as_json:
        say_json({"posts": [_as_data(each, decided, work.localizer) for each in found]})
        return
    show(_as_document(found, work.localizer))
    for correction in decided.values():
        say(work.localizer.say(_what_comes(correction, works)))


async def _compared(
    work: Project, state: State, period: str | None, digest: str | None, apply: bool
) -> tuple[list[PostComparison], dict[int, Correction]]:
    """What stands in chats beside the records, and by issue the corrections that are to be carried out."""
    from bot.corrections import ledger
    from bot.corrections.compare import found, offered
    from bot.delivery.model import period_key
    from bot.delivery.poster import real_now
    from metrics.periods import parse

    if digest is not None:
        work.config.digest(digest)
    subject = f"digest:{digest}" if digest else None
    asked = period_key(parse(period, work.timezone)) if period else None
    since = None if asked else real_now() - timedelta(days=work.config.corrections.days)
    compared = await found(work, state, since=since, period=asked, subject=subject)
    if asked and not compared:
        posted = await state.run(ledger.live_posts, None, None, subject)
        known = tuple(dict.fromkeys(each.period for each in posted))
        raise UserError(
            'No post of "{given}" can be compared. There are: {known}.', given=asked, known=nearest(asked, known)
        )
    decided: dict[int, Correction] = {}
    for each in compared if apply else ():
        if not each.changes or each.problem:
            continue
        _, correction = await offered(state, each, real_now())
        assert correction is not None
        number = correction.id
        if await state.run(ledger.decide, number, apply=True, who=BY, now=real_now(), left=True):
            decided[each.standing.issue] = correction
    return compared, decided


def _somebody_works(state: State) -> bool:
    """Whether a bot runs on this state: within two of its beats it is seen."""
    import time

    from bot.state import lease

    before = state.do(lease.read)
    until = time.monotonic() + 2 * lease.BEAT_S
    while before is not None and time.monotonic() < until:
        time.sleep(0.2)
        if state.do(lease.read) != before:
            return True
    return False


def _what_comes(correction: Correction, works: bool) -> Message:
    about = {"title": correction.title, "period": correction.period}
    if works:
        return note('"{title}" ({period}) is being corrected by the bot that runs.', **about)
    return note('"{title}" ({period}) will be corrected by the next svodka run: no bot runs now.', **about)


def _as_document(found: list[PostComparison], localizer: Localizer) -> Document:
    from digests.document import Block, Document, Heading, Note, Paragraph, Table, plain

    title = localizer(N_("Posts and today's records"))
    rows = tuple(
        (each.standing.title, each.standing.period, change.label, change.was, change.now)
        for each in found
        for change in each.changes
    )
    header = (N_("What"), N_("Period"), N_("Figure"), N_("Posted"), N_("Today"))
    problems = [
        localizer(
            N_('"{title}" ({period}) cannot be corrected: {reason}'),
            title=each.standing.title,
            period=each.standing.period,
            reason=each.problem,
        )
        for each in found
        if each.problem
    ]
    blocks: list[Block] = [Heading(title, 1)]
    if rows:
        blocks.append(Table(tuple(map(localizer, header)), rows))
    elif not problems:
        nothing = N_("What is posted is as today's records have it.") if found else N_("No post can be compared.")
        blocks.append(Paragraph(plain(localizer(nothing))))
    blocks += map(Note, problems)
    return Document(title, tuple(blocks), localizer.language)


def _as_data(each: PostComparison, decided: dict[int, Correction], localizer: Localizer) -> dict[str, Any]:
    about = each.standing
    problem = localizer.say(each.problem) if isinstance(each.problem, Message) else each.problem
    return {
        "digest": about.subject.partition(":")[2],
        "period": about.period,
        "title": about.title,
        "chats": list(about.chats),
        "changes": [
            {"key": change.key, "label": change.label, "was": change.was, "now": change.now} for change in each.changes
        ],
        "problem": problem,
        "applied": about.issue in decided,
    }
