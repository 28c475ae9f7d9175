"""The posts of the configuration, checked, as what the schedule runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.channels.protocol import Address
from bot.channels.registry import PLATFORMS, chat_examples
from bot.config import FILE, Config
from bot.config.model import PostConfig
from bot.delivery.model import Target
from bot.schedule.kinds import KINDS, kind_of
from bot.schedule.rules import (
    DAY,
    Due,
    Rule,
    Span,
    WorkCalendar,
    due_after,
    due_before,
    instant_of,
    period_before,
    period_from,
    rule_of,
)
from metrics.periods import Period, days, midnight, to_local
from warehouse.messages import UserError, nearest

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Approval:
    """That editors are to see a draft, when, and what becomes of an issue that they have not approved in time."""

    ahead: timedelta = timedelta(hours=3)
    at: time | None = None
    """Instead of so long before: the time of the day it is due on."""
    otherwise: Literal["figures", "hold"] = "hold"


@dataclass(frozen=True)
class Job:
    """Something that is posted by a schedule."""

    key: str
    subject: str
    """What is posted, as deliveries know it: `digest:biweekly`, `rating:june`."""
    rule: Rule
    span: Span | None
    """What an issue is about. None: the day on which it is due."""
    targets: tuple[Target, ...]
    calendar: WorkCalendar
    window: timedelta = timedelta(hours=24)
    deadline: timedelta = timedelta(hours=4)
    on_gaps: Literal["post", "keep"] = "post"
    days: tuple[date, date] | None = None
    """The first and the last day on which it may be due. None: any."""
    approval: Approval | None = None
    ahead: bool = False
    """Whether an issue is about the time that begins."""

    def next(self, now: datetime) -> Due | None:
        if self.days:
            now = max(now, midnight(self.days[0], self.calendar.timezone) - _INSTANT)
        return self._within(due_after(self.rule, now, self.calendar))

    def newest(self, now: datetime) -> Due | None:
        """The latest time it was due."""
        if self.days:
            now = min(now, midnight(self.days[1] + DAY, self.calendar.timezone) - _INSTANT)
        return self._within(due_before(self.rule, now, self.calendar))

    def draft_at(self, due: Due) -> datetime | None:
        """When the editors get their draft; None, where nobody waits for them."""
        if self.approval is None:
            return None
        if self.approval.at is None:
            return due.at - self.approval.ahead
        day = to_local(due.at, self.calendar.timezone).date()
        return min(due.at, instant_of(datetime.combine(day, self.approval.at), self.calendar.timezone))

    def period(self, due: Due) -> Period:
        """What an issue is about."""
        zone = self.calendar.timezone
        if self.span is None:
            return days(day := to_local(due.at, zone).date(), day, zone)
        return period_from(due.day, self.span, zone) if self.ahead else period_before(due.day, self.span, zone)

    def _within(self, due: Due | None) -> Due | None:
        if due and self.days and not self.days[0] <= to_local(due.at, self.calendar.timezone).date() <= self.days[1]:
            return None
        return due


def jobs_of(config: Config, now: datetime) -> tuple[Job, ...]:
    """The jobs of a configuration. Raises UserError for the first that cannot be run."""
    centre = config.centre_of_lines(frozenset())
    calendar = WorkCalendar(centre.timezone, centre.is_working_day)
    jobs = tuple(_job(post, config, calendar, now) for post in config.posts)
    twice = [key for key, times in Counter(job.key for job in jobs).items() if times > 1]
    if twice:
        raise UserError('In {file}, posts: two of them have the key "{given}".', file=FILE, given=twice[0])
    _check_days(jobs)
    return jobs


def _check_days(jobs: Sequence[Job]) -> None:
    """Raise UserError for two posts of a day about the same thing in one chat, of which the second would never come."""
    posted: dict[tuple[str, Target], str] = {}
    for job in jobs:
        for target in job.targets if job.span is None else ():
            other = posted.setdefault((job.subject, target), job.key)
            if other != job.key:
                raise UserError(
                    'In {file}, posts "{post}": "{other}" posts the same in the chat {given} every day.',
                    file=FILE,
                    post=job.key,
                    other=other,
                    given=target.chat,
                )


def _job(post: PostConfig, config: Config, calendar: WorkCalendar, now: datetime) -> Job:
    kind = kind_of(post)
    rule = replace(rule_of(post.key, post.schedule, post.cron), shift=post.workday)
    if due_after(rule, now, calendar) is None:
        raise UserError('In {file}, posts "{post}": its time never comes.', file=FILE, post=post.key)
    about = KINDS[kind].about(config, post, rule)
    if post.deadline_h > post.window_h:
        raise UserError(
            'In {file}, posts "{post}": the deadline of {deadline} h lies behind the window of {window} h.',
            file=FILE,
            post=post.key,
            deadline=post.deadline_h,
            window=post.window_h,
        )
    return Job(
        post.key,
        f"{kind}:{about.name}",
        rule,
        about.span,
        _targets(post),
        calendar,
        timedelta(hours=post.window_h),
        timedelta(hours=post.deadline_h),
        post.on_gaps,
        about.days,
        _approval(post),
        about.ahead,
    )


def _approval(post: PostConfig) -> Approval | None:
    if post.approval == "none":
        return None
    at = time.fromisoformat(post.draft_at) if post.draft_at else None
    return Approval(timedelta(hours=post.draft_h), at, post.without_approval)


def _targets(post: PostConfig) -> tuple[Target, ...]:
    if not post.chats:
        raise UserError(
            'In {file}, posts "{post}": it has no chats. Write them like {example}.',
            file=FILE,
            post=post.key,
            example=f"chats = {json.dumps(chat_examples())}",
        )
    found: list[Target] = []
    for given in post.chats:
        target = target_of(f'posts "{post.key}"', given)
        if target in found:
            raise UserError(
                'In {file}, posts "{post}": the chat {given} is listed twice.', file=FILE, post=post.key, given=given
            )
        found.append(target)
    return tuple(found)


def target_of(place_of: str, given: str) -> Target:
    """Return the chat that a setting names, `platform:chat` or `platform:chat/thread`. Raises UserError."""
    platform, _, place = given.partition(":")
    chat, slash, thread = place.partition("/")
    if not chat or (slash and not thread):
        raise UserError(
            'In {file}, {place}: "{given}" is no chat. Write it like {examples}.',
            file=FILE,
            place=place_of,
            given=given,
            examples=", ".join(chat_examples(topics=True)),
        )
    if platform not in PLATFORMS:
        raise UserError(
            'In {file}, {place}: there is no platform "{given}". There are: {known}.',
            file=FILE,
            place=place_of,
            given=platform,
            known=nearest(platform, tuple(PLATFORMS)),
        )
    return Target(platform, Address(chat, thread or None))
