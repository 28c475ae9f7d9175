"""What `svodka check` looks at: one finding for everything that must be in order before people can ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.channels.protocol import Finding, Front
from bot.channels.registry import PLATFORMS
from bot.chat.access import Access, parted
from bot.chat.message import Incoming, Reply
from bot.editorial.commands import Rights
from bot.project import Project
from bot.schedule.jobs import jobs_of
from bot.settings import Tokens
from warehouse.messages import UserError, note
from warehouse.schema import FACT_TABLES

_FRESH = timedelta(days=2)
"""Records that end longer ago are no fault, since some centres import once a month, and nothing to tick."""


async def findings(project: Project, tokens: Tokens) -> list[Finding]:
    """Everything, also after something is wrong: the operator mends it all in one go."""
    found = [*_configured(project), *_records(project)]
    try:
        access = Access(project.config)
    except UserError as error:
        return [*found, Finding(False, error.message)]
    ours = (*_access(project, access), *_ratings(project, access), *_desk(project, access))
    return [*found, *ours, *await _channels(project, tokens, access)]


def _configured(project: Project) -> Iterator[Finding]:
    try:
        catalogue = project.config.catalogue
        for key in project.config.digests:
            project.config.digest(key)
        _ = project.config.checked_contests
        count = len(catalogue.keys)
        yield Finding(
            True,
            note(
                "The configuration is in order: {n} metric can be asked for.",
                "The configuration is in order: {n} metrics can be asked for.",
                n=count,
            ),
        )
        posts = jobs_of(project.config, project.now)
        dues = [due.at for job in posts if (due := job.next(project.now))]
        if dues:
            text = note(
                "Posted by itself: {n} post, next on {moment}.",
                "Posted by themselves: {n} posts, the next on {moment}.",
                n=len(posts),
                moment=min(dues),
            )
            yield Finding(True, text)
    except UserError as error:
        yield Finding(False, error.message)


def _records(project: Project) -> Iterator[Finding]:
    try:
        records = project.store.open()
    except UserError as error:
        yield Finding(False, error.message)
        return
    filled = [table.name for table in FACT_TABLES if records.complete_to(table.name)]
    if not filled:
        yield Finding(False, note("There are no records yet: import them with svodka import."))
    for name in filled:
        moment = records.complete_to(name)
        assert moment is not None
        fresh = project.now - moment <= _FRESH
        yield Finding(fresh or None, note("{table}: records up to {moment}.", table=name, moment=moment))


def _access(project: Project, access: Access) -> Iterator[Finding]:
    config = project.config
    if not config.people and not config.chats:
        yield Finding(
            False,
            note(
                "Nobody may ask yet: add [[people]] and [[chats]] with their roles; the bot tells everybody their id."
            ),
        )
        return
    try:
        access.check_lines(project.calculator().centre)
    except UserError as error:
        yield Finding(False, error.message)
        return
    people = note("{n} person", "{n} persons", n=len(config.people))
    chats = note("{n} chat", "{n} chats", n=len(config.chats))
    yield Finding(True, note("May ask: {people} in private, {chats}.", people=people, chats=chats))


def _ratings(project: Project, access: Access) -> Iterator[Finding]:
    """Ratings that are to show names, and the chats in which they will not."""
    contests = {contest.key: contest for contest in project.config.contests}
    for post in project.config.posts:
        contest = contests.get(post.contest or "")
        if contest and contest.names == "names" and contest.between == "persons":
            chats = [chat for chat in post.chats if not access.names(*parted("posts", chat.partition("/")[0]))]
            if chats:
                text = note(
                    'The post "{post}" names nobody in {chats}: give them a role with names = true, if it may.',
                    post=post.key,
                    chats=", ".join(chats),
                )
                yield Finding(None, text)


def _desk(project: Project, access: Access) -> Iterator[Finding]:
    try:
        Rights(project.config, access)
    except UserError as error:
        yield Finding(False, error.message)
        return
    if project.config.has_editors:
        departments = note("{n} department", "{n} departments", n=len(project.config.departments))
        chats = note("{n} chat", "{n} chats", n=len(project.config.editorial.chats))
        yield Finding(
            True, note("Columns are written by {departments}; editors: {chats}.", departments=departments, chats=chats)
        )


async def _channels(project: Project, tokens: Tokens, access: Access) -> list[Finding]:
    front = Front(_silent, (), project.config.centre.language)
    found = []
    for key, platform in PLATFORMS.items():
        settings = project.config.channel(platform)
        missing = platform.missing(settings, tokens)
        if not platform.wanted(settings, tokens):
            # A platform nobody wants is nothing to mend, unless chats of it are configured.
            wanted = bool(access.chats(key))
            text = note("{platform}: no token ({names}).", platform=key, names=", ".join(missing))
            found.append(Finding(False if wanted else None, text))
        elif missing:
            text = note("{platform}: {names} is missing.", platform=key, names=", ".join(missing))
            found.append(Finding(False, text))
        else:
            try:
                chats = (*access.chats(key), *_unasked(project, key))
                found += await platform.open(settings, tokens, front).check(tuple(dict.fromkeys(chats)))
            except UserError as error:
                found.append(Finding(False, error.message))
    if all(platform.missing(project.config.channel(platform), tokens) for platform in PLATFORMS.values()):
        found.append(Finding(False, note("No platform has a token, so the bot cannot run.")))
    return found


def _unasked(project: Project, platform: str) -> Iterator[str]:
    """The chats in which something is said unasked: the operators' and the editors'."""
    config = project.config
    for table, names in (("operators.chats", config.operators.chats), ("editorial.chats", config.editorial.chats)):
        for name in names:
            where, chat = parted(table, name)
            if where == platform:
                yield chat


async def _silent(_incoming: Incoming) -> Reply | None:
    return None
