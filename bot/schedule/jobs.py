"""The posts of the configuration, checked, as what the schedule runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from bot.channels.delivery import Place
from bot.channels.register import PLATFORMS
from bot.config import FILE, Config
from bot.config.posts import PostConfig
from bot.delivery.model import Target
from bot.schedule.parse import rule_of, span_of
from bot.schedule.rules import Calendar, Due, Rule, Span, due_after, due_before, instant_of, period_before
from metrics.periods import Period, to_local
from warehouse.messages import Mistake, nearest


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
    """What is posted, as deliveries know it: `digest:biweekly`."""
    rule: Rule
    span: Span
    targets: tuple[Target, ...]
    calendar: Calendar
    window: timedelta = timedelta(hours=24)
    deadline: timedelta = timedelta(hours=4)
    on_gaps: Literal["post", "keep"] = "post"
    approval: Approval | None = None

    def next(self, now: datetime) -> Due | None:
        return due_after(self.rule, now, self.calendar)

    def newest(self, now: datetime) -> Due | None:
        """The latest time it was due."""
        return due_before(self.rule, now, self.calendar)

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
        return period_before(due.day, self.span, self.calendar.timezone)


def jobs_of(config: Config, now: datetime) -> tuple[Job, ...]:
    """The jobs of a configuration. Raises Mistake for the first that cannot be run."""
    centre = config.centre_of_lines(frozenset())
    calendar = Calendar(centre.timezone, centre.is_working_day)
    jobs = tuple(_job(post, config, calendar, now) for post in config.posts)
    twice = [key for key, times in Counter(job.key for job in jobs).items() if times > 1]
    if twice:
        raise Mistake('In {file}, posts: two of them have the key "{given}".', file=FILE, given=twice[0])
    return jobs


def _job(post: PostConfig, config: Config, calendar: Calendar, now: datetime) -> Job:
    config.digest(post.digest)
    rule = replace(rule_of(post.key, post.schedule, post.cron), shift=post.workday)
    if due_after(rule, now, calendar) is None:
        raise Mistake('In {file}, posts "{post}": its time never comes.', file=FILE, post=post.key)
    if post.cron and not post.period:
        raise Mistake(
            'In {file}, posts "{post}": cron does not say what it is about; add period = "half_month", "month", "week" '
            'or "day".',
            file=FILE,
            post=post.key,
        )
    if post.deadline_h > post.window_h:
        raise Mistake(
            'In {file}, posts "{post}": the deadline of {deadline} h lies behind the window of {window} h.',
            file=FILE,
            post=post.key,
            deadline=post.deadline_h,
            window=post.window_h,
        )
    return Job(
        post.key,
        f"digest:{post.digest}",
        rule,
        post.period or span_of(rule),
        _targets(post),
        calendar,
        timedelta(hours=post.window_h),
        timedelta(hours=post.deadline_h),
        post.on_gaps,
        _approval(post),
    )


def _approval(post: PostConfig) -> Approval | None:
    if post.approval == "none":
        return None
    at = time.fromisoformat(post.draft_at) if post.draft_at else None
    return Approval(timedelta(hours=post.draft_h), at, post.without_approval)


def _targets(post: PostConfig) -> tuple[Target, ...]:
    if not post.chats:
        raise Mistake(
            'In {file}, posts "{post}": it has no chats. Write them like {example}.',
            file=FILE,
            post=post.key,
            example='chats = ["telegram:-1001234", "slack:C024BE7LH"]',
        )
    found: list[Target] = []
    for given in post.chats:
        target = _target(post.key, given)
        if target in found:
            raise Mistake(
                'In {file}, posts "{post}": the chat {given} is listed twice.', file=FILE, post=post.key, given=given
            )
        found.append(target)
    return tuple(found)


def _target(post: str, given: str) -> Target:
    platform, _, place = given.partition(":")
    chat, slash, thread = place.partition("/")
    if not chat or (slash and not thread):
        raise Mistake(
            'In {file}, posts "{post}": "{given}" is no chat. Write it like telegram:-1001234, with a topic '
            "telegram:-1001234/5, or slack:C024BE7LH.",
            file=FILE,
            post=post,
            given=given,
        )
    if platform not in PLATFORMS:
        raise Mistake(
            'In {file}, posts "{post}": there is no platform "{given}". There are: {known}.',
            file=FILE,
            post=post,
            given=platform,
            known=nearest(platform, tuple(PLATFORMS)),
        )
    return Target(platform, Place(chat, thread or None))
