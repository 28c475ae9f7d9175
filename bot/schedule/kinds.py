"""The kinds of posts: what of the configuration names one, who writes it, and when there is no more of it.

A kind is a setting of a post and an entry here; nothing else of the schedule knows how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.config import FILE, Config
from bot.config.model import PostConfig
from bot.schedule import runs
from bot.schedule.rules import DAY, Rule, Span, span_of
from bot.state import backups
from digests.catalogue import BIWEEKLY
from metrics.periods import Period, midnight
from warehouse.messages import Message, UserError, nearest, note

if TYPE_CHECKING:
    from bot.project import Project
    from bot.schedule.jobs import Job
    from bot.schedule.runner import Draft, Drafter
    from bot.state.store import State

LONGEST_WAIT = timedelta(days=14)
"""A contest's results are waited for so long after its end."""


@dataclass(frozen=True)
class About:
    """What a post is about."""

    name: str
    """Of the digest, or the contest."""
    span: Span | None
    """None: the day on which it is posted."""
    days: tuple[date, date] | None = None
    """Its first and last day; None: it is posted for ever."""
    ahead: bool = False
    """Whether it is of the time that begins, not of the time that is over."""


@dataclass(frozen=True)
class PostKind:
    """One kind of posts. The setting's name is that of a field of `[[posts]]`."""

    setting: str
    about: Callable[[Config, PostConfig, Rule], About]
    """What a post of the configuration is about. Raises UserError for what cannot be."""
    desk: Callable[[Project, State], Drafter]
    rests: Callable[[sa.Connection, Job], Message | None]
    """Why nothing more will be posted for a job; None if something will."""


def kind_of(post: PostConfig) -> str:
    """The kind of a post of the configuration: a digest, where it does not say. Raises UserError if it says two."""
    named = [key for key, kind in KINDS.items() if getattr(post, kind.setting)]
    if len(named) > 1:
        raise UserError(
            'In {file}, posts "{post}": it is about one thing, and names {given}.',
            file=FILE,
            post=post.key,
            given=", ".join(KINDS[key].setting for key in named),
        )
    return named[0] if named else DIGEST


def rests(connection: sa.Connection, job: Job) -> Message | None:
    """Why a job rests for good; None if it does not."""
    return KINDS[job.subject.partition(":")[0]].rests(connection, job)


class Writers:
    """The desk of every kind, each made when its first issue is due."""

    def __init__(self, project: Project, state: State, made: Mapping[str, Drafter] | None = None) -> None:
        """`made` are those that somebody has already, by their kind."""
        self._project, self._state = project, state
        self._made = dict(made or {})

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        kind = job.subject.partition(":")[0]
        if kind not in self._made:
            self._made[kind] = KINDS[kind].desk(self._project, self._state)
        return await self._made[kind].draft(job, period, complete=complete, late_since=late_since)

    def rests(self, connection: sa.Connection, job: Job) -> Message | None:
        return rests(connection, job)


def _digest(config: Config, post: PostConfig, rule: Rule) -> About:
    name = post.digest or BIWEEKLY.key
    config.digest(name)
    if post.cron and not post.period:
        raise UserError(
            'In {file}, posts "{post}": cron does not say what it is about; add period = "half_month", "month", "week" '
            'or "day".',
            file=FILE,
            post=post.key,
        )
    return About(name, post.period or span_of(rule))


def _report(config: Config, post: PostConfig, rule: Rule) -> About:
    spec = config.report(post.report or "")
    if post.cron and not post.period:
        raise UserError(
            'In {file}, posts "{post}": cron does not say what it is about; add period = "half_month", "month", "week" '
            'or "day".',
            file=FILE,
            post=post.key,
        )
    if post.approval != "none":
        raise UserError(
            'In {file}, posts "{post}": a report has no columns for editors to approve; leave approval out.',
            file=FILE,
            post=post.key,
        )
    return About(spec.key, post.period or span_of(rule), ahead=spec.ahead)


def _report_desk(project: Project, _: State) -> Drafter:
    from bot.schedule.writers import ReportWriter

    return ReportWriter(project)


def _digest_desk(project: Project, _: State) -> Drafter:
    from bot.schedule.writers import DigestWriter

    return DigestWriter(project, project.clock)


def _never(_connection: sa.Connection, _job: Job) -> None:
    return None


def _contest(config: Config, post: PostConfig, rule: Rule) -> About:
    contests = {contest.key: contest for contest in config.checked_contests}
    name = post.contest or ""
    if name not in contests:
        known = nearest(name, tuple(contests)) if contests else note("none")
        raise UserError(
            'In {file}, posts "{post}": there is no contest "{given}". There are: {known}.',
            file=FILE,
            post=post.key,
            given=name,
            known=known,
        )
    if post.period:
        raise UserError(
            'In {file}, posts "{post}": a rating is that of the day it is posted on; leave period out.',
            file=FILE,
            post=post.key,
        )
    if len(rule.times) > 1:
        raise UserError(
            'In {file}, posts "{post}": a rating is posted once a day; name one time, not {n}.',
            file=FILE,
            post=post.key,
            n=len(rule.times),
        )
    if post.approval != "none":
        raise UserError(
            'In {file}, posts "{post}": a rating has no columns for editors to approve; leave approval out.',
            file=FILE,
            post=post.key,
        )
    contest = contests[name]
    return About(name, None, (contest.first, contest.last + LONGEST_WAIT))


def _rating_desk(project: Project, state: State) -> Drafter:
    from bot.schedule.writers import RatingWriter

    return RatingWriter(project, state)


def _winners_known(connection: sa.Connection, job: Job) -> Message | None:
    from bot.contests.ledger import last_posted

    posted = last_posted(connection, job.subject.partition(":")[2], targets=job.targets)
    known = posted is not None and posted.closing
    return note("the winners were posted") if known or _stood_there(connection, job) else None


def _stood_there(connection: sa.Connection, job: Job) -> bool:
    """Whether the operators of a restored state, asked about the winners, dropped them: they stood in the chat."""
    restore = backups.latest_restore(connection)
    if restore is None or job.days is None:
        return False
    over = midnight(job.days[1] - LONGEST_WAIT + DAY, job.calendar.timezone)
    return runs.dropped(connection, job.key, max(restore.known_to, over), restore.restored_at)


DIGEST = "digest"
KINDS: Mapping[str, PostKind] = {
    DIGEST: PostKind("digest", _digest, _digest_desk, _never),
    "report": PostKind("report", _report, _report_desk, _never),
    "rating": PostKind("contest", _contest, _rating_desk, _winners_known),
}
"""By what the subjects of their issues begin with."""
